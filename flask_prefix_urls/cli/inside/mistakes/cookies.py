"""Cookies that browsers refuse, or never send to the app."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from ....prefix import starts_with
from ...as_code import as_code
from ...report import Mistake
from ..parts.session import session_path
from .subject import Subject, try_to

# Flask's own, and that of Flask-Login.
_PATH_KEYS = ("SESSION_COOKIE_PATH", "REMEMBER_COOKIE_PATH")


def cookie_that_is_not_sent(subject: Subject) -> Iterator[Mistake]:
    """Tell of a cookie whose path no URL of the app is below."""
    if subject.has_functions:
        return
    # Endpoints that no scope covers have the root of an app without a prefix.
    names = ["", *(f"{name}." for name in subject.app.blueprints)]
    roots = [subject.root_for(name) for name in names]
    for key in _PATH_KEYS:
        path = subject.app.config.get(key)
        if not isinstance(path, str) or not path.startswith("/"):
            continue
        cookie_path = unquote(path.rstrip("/"))
        if not any(
            starts_with(root, cookie_path) or starts_with(cookie_path, root)
            for root in roots
        ):
            yield Mistake(
                "cookie-path",
                f"{key} is {path!r}, but the URLs of the app begin with {roots[0]!r}:"
                " browsers never send the cookie.",
                f"app.config[{as_code(key)}] = {as_code(roots[0])}",
            )


def host_cookie(subject: Subject) -> Iterator[Mistake]:
    """Tell of a session cookie that browsers refuse."""
    name = subject.app.config["SESSION_COOKIE_NAME"]
    path = try_to(session_path, subject.app)
    if name.lower().startswith("__host-") and path not in (None, "/"):
        yield Mistake(
            "cookie-host",
            f"The session cookie has the name {name!r} and the path {path!r}, but"
            " browsers accept a name with __Host- only with the path '/'.",
            f'app.config["SESSION_COOKIE_NAME"] = {as_code(name[len("__Host-") :])}',
        )
