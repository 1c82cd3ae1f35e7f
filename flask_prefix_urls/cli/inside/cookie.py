"""The session cookie, which another app on the host may overwrite."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask

from ...cookies import ask_for_trusted
from ...state import state_of
from ..raised import raised, sentence
from ..report import Step
from .parts.session import session_path


def told_cookie(app: Flask) -> Step:
    """Return the step about the session cookie."""
    name = app.config["SESSION_COOKIE_NAME"]
    try:
        path = session_path(app)
    except Exception as error:
        says = f"The path of the session cookie is not known: it raises {raised(error)}"
        return Step("cookie", (sentence(says),), {"name": name, "path": None})
    if path is None:
        text = ("The app sets no session cookie.",)
        return Step("cookie", text, {"name": None, "path": None})
    has = f"The session cookie has the name {name!r} and the path {path!r}"
    text = (f"{has}.",)
    if (name, path) == ("session", "/") and _can_have_prefix(app):
        text = (
            f"{has}: if another app on the host has the same, the two lose each other's"
            " sessions, so write cookie_path=True in both.",
        )
    return Step("cookie", text, {"name": name, "path": path})


def _can_have_prefix(app: Flask) -> bool:
    """Tell whether ``cookie_path`` would make the prefix of the app the path."""
    state = state_of(app)
    if state is None:
        return False
    with suppress(Exception):
        return bool(state.scopes.prefix_of("", ask_for_trusted))
    return False
