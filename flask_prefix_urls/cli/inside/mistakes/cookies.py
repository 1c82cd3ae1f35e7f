"""Cookies whose names and paths are at odds with the URLs of the app."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from flask.sessions import SecureCookieSessionInterface

from ....forwarded import ForwardedPrefix
from ....prefix import starts_with
from ...report import Mistake
from ..code import as_code
from .subject import Subject, try_to

# Flask's own, and that of Flask-Login.
_PATH_KEYS = ("SESSION_COOKIE_PATH", "REMEMBER_COOKIE_PATH")


def cookie_of_another_app(subject: Subject) -> Iterator[Mistake]:
    """Tell of a session cookie that any other app on the host may have, too."""
    app, prefix = subject.app, subject.prefix_of_app
    if prefix is None or not prefix.value or _header_is_too_free(subject):
        return
    if app.config["SESSION_COOKIE_NAME"] != "session" or _session_path(subject) != "/":
        return
    fix = 'app.config["PREFIX_URLS_COOKIE_PATH"] = True'
    if prefix.source == "from the argument prefix" and not subject.has_functions:
        fix = f"PrefixURLs(app, {as_code(prefix.value)}, cookie_path=True)"
    yield Mistake(
        "cookie-shared",
        "The session cookie has the name 'session' and the path '/': if another Flask"
        " app on the host has the same, the two lose each other's sessions.",
        fix,
    )


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
    path = _session_path(subject)
    if name.lower().startswith("__host-") and path not in (None, "/"):
        yield Mistake(
            "cookie-host",
            f"The session cookie has the name {name!r} and the path {path!r}, but"
            " browsers accept a name with __Host- only with the path '/'.",
            f'app.config["SESSION_COOKIE_NAME"] = {as_code(name[len("__Host-") :])}',
        )


def _session_path(subject: Subject) -> str | None:
    """Return the path of the session cookie; ``None`` if the app sets none."""
    app, interface = subject.app, subject.app.session_interface
    is_flasks = type(interface) is SecureCookieSessionInterface
    if (is_flasks and not app.secret_key) or not hasattr(interface, "get_cookie_path"):
        return None
    return try_to(interface.get_cookie_path, app)


def _header_is_too_free(subject: Subject) -> bool:
    """Tell whether ``cookie_path`` would not take the prefix from a header."""
    return any(
        isinstance(setting.value, ForwardedPrefix) and setting.value.allowed is None
        for setting in subject.given
    )
