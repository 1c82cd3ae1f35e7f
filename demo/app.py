"""The application: a reading room that gets its prefixes by one statement."""

from __future__ import annotations

import secrets

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from flask_prefix_urls import PrefixURLs

from .admin import admin
from .api import api
from .pages import pages
from .pair import Pair
from .reservations import Reservations
from .stations import show_stations
from .tour import tour


def create_app(*, prefixed: bool, proxy_strips: bool = True) -> Flask:
    """Make one app of a pair, for a WSGI server or a test.

    :param prefixed: Whether the app is given the prefixes that the proxy strips.
    :param proxy_strips: Whether the proxy does strip them.
    """
    pair = create_pair(proxy_strips=proxy_strips)
    return pair.prefixed if prefixed else pair.plain


def create_pair(*, proxy_strips: bool = True) -> Pair:
    """Make the reading room with the extension and without it.

    Both have the same reservations, and whoever signs in to one is signed in to both.

    :param proxy_strips: Whether the proxy strips the prefixes.
    """
    plain, prefixed = _create(), _create()
    PrefixURLs(
        prefixed,
        "/some-service/v1",
        blueprints={"api": "/public-api", "admin": "/back-office"},
        proxy_strips=proxy_strips,
    )
    pair = Pair(prefixed, plain)
    key, reservations = secrets.token_hex(), Reservations()
    for app in pair:
        app.config["SECRET_KEY"] = key
        app.extensions["reservations"] = reservations
        app.extensions["pair"] = pair
    return pair


def _create() -> Flask:
    app = Flask(__name__)
    app.config.update(
        # Cookies do not tell ports apart, and other apps run on 127.0.0.1 as well.
        SESSION_COOKIE_NAME="reading_room",
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.json = _ReadableJSON(app)
    app.context_processor(show_stations)
    app.register_blueprint(tour)
    app.register_blueprint(pages)
    app.register_blueprint(api)
    app.register_blueprint(admin)
    return app


class _ReadableJSON(DefaultJSONProvider):
    """JSON for people who read it in a browser: indented, and in order."""

    compact = False
    sort_keys = False
