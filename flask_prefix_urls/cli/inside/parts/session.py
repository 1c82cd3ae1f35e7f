"""The path of an app's session cookie."""

from __future__ import annotations

from flask import Flask
from flask.sessions import SecureCookieSessionInterface


def session_path(app: Flask) -> str | None:
    """Return the path of the session cookie; ``None`` if the app sets none."""
    interface = app.session_interface
    is_flasks = type(interface) is SecureCookieSessionInterface
    if (is_flasks and not app.secret_key) or not hasattr(interface, "get_cookie_path"):
        return None
    return interface.get_cookie_path(app)
