"""The application: a reading room that gets its prefixes by one statement."""

from __future__ import annotations

import secrets

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from flask_prefix_urls import PrefixURLs

from .admin import admin
from .api import api
from .pages import pages
from .reservations import Reservations


def create_app(*, prefixed: bool, proxy_strips: bool = True) -> Flask:
    """Make the reading room.

    :param prefixed: Whether the app is given the prefixes that the proxy strips.
    :param proxy_strips: Whether the proxy does strip them.
    """
    app = Flask(__name__)
    if prefixed:
        PrefixURLs(
            app,
            "/some-service/v1",
            blueprints={"api": "/public-api", "admin": "/back-office"},
            proxy_strips=proxy_strips,
        )
    app.config.update(
        SECRET_KEY=secrets.token_hex(),
        # Cookies do not tell ports apart, and other apps run on 127.0.0.1 as well.
        SESSION_COOKIE_NAME="reading_room",
        SESSION_COOKIE_SAMESITE="Lax",
        DEMO_PREFIXED=prefixed,
        # The URL of the proxy's switch for the extension. None if it has no switch.
        DEMO_SWITCH_URL=None,
    )
    app.json = _ReadableJSON(app)
    app.extensions["reservations"] = Reservations()
    app.register_blueprint(pages)
    app.register_blueprint(api)
    app.register_blueprint(admin)
    return app


class _ReadableJSON(DefaultJSONProvider):
    """JSON for people who read it in a browser: indented, and in order."""

    compact = False
    sort_keys = False
