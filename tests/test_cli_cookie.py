"""What ``explain`` says of the session cookie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from explained import explain
from flask import Flask, g
from flask.sessions import SecureCookieSessionInterface, SessionInterface

from flask_prefix_urls import PrefixURLs, forwarded_prefix

NONE = "The app sets no session cookie."
ROOT = "The session cookie has the name 'session' and the path '/'"
SHARED = (
    f"{ROOT}: if another app on the host has the same, the two lose each other's"
    " sessions, so write cookie_path=True in both."
)


class OnServer(SecureCookieSessionInterface):
    """Sessions that need no secret key."""


class WithoutCookie:
    """Sessions that are in no cookie."""

    def open_session(self, *_: Any) -> None:
        pass

    def is_null_session(self, _: object) -> bool:
        return True

    make_null_session = open_session


def make(
    prefix: Any = "/svc",
    session_interface: Any = None,
    config: dict[str, Any] | None = None,
    **arguments: Any,
) -> Flask:
    """Make an app with a secret key."""
    app = Flask("tests")
    app.config.update({"SECRET_KEY": "a key", **(config or {})})
    app.add_url_rule("/foo/", "foo", str)
    if session_interface is not None:
        app.session_interface = session_interface
    PrefixURLs(app, prefix, **arguments)
    return app


def of_tenant() -> str:
    return f"/{g.tenant}"


@pytest.mark.parametrize(
    ("make_app", "says"),
    [
        (make, SHARED),
        (lambda: make(None, config={"PREFIX_URLS_PREFIX": "/svc"}), SHARED),
        (lambda: make(None, OnServer(), {"SECRET_KEY": None}), f"{ROOT}."),
        (lambda: make("/svc", OnServer(), {"SECRET_KEY": None}), SHARED),
        (lambda: make(forwarded_prefix(allowed=["/blue"])), f"{ROOT}."),
        (lambda: make(forwarded_prefix(allowed=["/x"], default="/svc")), SHARED),
        (lambda: make(forwarded_prefix(default="/svc")), SHARED),
        (lambda: make(forwarded_prefix()), f"{ROOT}."),
        (lambda: make(lambda: "/ada"), SHARED),
        (lambda: make(of_tenant), f"{ROOT}."),
        (lambda: make(""), f"{ROOT}."),
        (lambda: make(config={"SECRET_KEY": None}), NONE),
        (lambda: make("/svc", WithoutCookie()), NONE),
        (
            lambda: make(config={"SESSION_COOKIE_NAME": "svc"}),
            "The session cookie has the name 'svc' and the path '/'.",
        ),
        (
            lambda: make(config={"SESSION_COOKIE_PATH": "/svc/"}),
            "The session cookie has the name 'session' and the path '/svc/'.",
        ),
        (
            lambda: make(cookie_path=True),
            "The session cookie has the name 'session' and the path '/svc'.",
        ),
        (
            lambda: make(of_tenant, cookie_path=True),
            "The path of the session cookie is not known: it raises AttributeError:"
            " tenant.",
        ),
    ],
    ids=[
        "argument",
        "config",
        "on-the-server-without-a-prefix",
        "on-the-server",
        "header-that-is-not-sent",
        "header-with-a-default",
        "any-header-with-a-default",
        "any-header",
        "function",
        "function-that-fails",
        "opted-out",
        "no-secret-key",
        "no-cookie",
        "own-name",
        "own-path",
        "cookie_path",
        "cookie_path-that-fails",
    ],
)
def test_the_session_cookie_is_described(
    make_app: Callable[[], Flask], says: str
) -> None:
    assert explain(make_app(), "foo").text("cookie") == [says]


def test_a_cookie_that_may_be_shared_is_no_mistake() -> None:
    told = explain(make(), "foo")
    assert (told.codes, told.status) == ([], 0)
    assert told.facts("cookie") == {"name": "session", "path": "/"}
    told = explain(make(cookie_path=True), "foo")
    assert told.facts("cookie") == {"name": "session", "path": "/svc"}


def test_an_app_without_prefix_urls_has_a_cookie_too() -> None:
    app = Flask("tests")
    app.secret_key = "a key"
    app.add_url_rule("/foo/", "foo", str)
    assert explain(app, "foo").text("cookie") == [f"{ROOT}."]


def test_another_session_interface_sets_the_path() -> None:
    class Elsewhere(SessionInterface):
        def open_session(self, *_: Any) -> None:
            return None

        def get_cookie_path(self, app: Flask) -> str:  # noqa: ARG002
            return "/elsewhere"

    told = explain(make("/svc", Elsewhere()), "foo")
    assert told.facts("cookie") == {"name": "session", "path": "/elsewhere"}
