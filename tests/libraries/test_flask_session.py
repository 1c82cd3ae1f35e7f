"""What Flask-Session makes of ``cookie_path=True``, which its table row speaks of."""

from __future__ import annotations

import pytest
from cachelib import SimpleCache
from flask import Flask, session
from flask_session import Session

from flask_prefix_urls import PrefixURLs

pytestmark = pytest.mark.live


@pytest.fixture
def app() -> Flask:
    app = Flask("library")
    app.config["SESSION_TYPE"] = "cachelib"
    app.config["SESSION_CACHELIB"] = SimpleCache()

    @app.get("/")
    def set_session() -> str:
        session["name"] = "Ada"
        return ""

    return app


def test_the_session_before_has_a_cookie_path(app: Flask) -> None:
    Session(app)
    PrefixURLs(app, "/svc", cookie_path=True)
    assert app.test_client().get("/").headers["Set-Cookie"].endswith("; Path=/svc")


@pytest.mark.warns
def test_the_session_after_is_warned_of(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    PrefixURLs(app, "/svc", cookie_path=True)
    Session(app)
    assert app.test_client().get("/").headers["Set-Cookie"].endswith("; Path=/")
    assert caplog.messages == [
        "app.session_interface was set to CacheLibSessionInterface after PrefixURLs,"
        " so its cookie has no path of its own: move that line above PrefixURLs."
    ]
