"""The order of set-up does not matter, or the app is told which line to move."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any
from weakref import ref

import pytest
from conftest import no_collector
from flask import Blueprint, Flask, Request, request, session, url_for
from flask.sessions import (
    SecureCookieSession,
    SecureCookieSessionInterface,
    SessionInterface,
)
from flask.testing import FlaskClient

from flask_prefix_urls import PrefixURLs


class OwnRequest(Request):
    """A request class of the application."""


class OwnSessions(SecureCookieSessionInterface):
    """A session interface of the application."""


class Duck:
    """A session interface that derives from nothing, and sets no cookie."""

    def open_session(self, _app: Flask, _request: Request) -> SecureCookieSession:
        return SecureCookieSession()

    def is_null_session(self, _session: object) -> bool:
        return False

    def save_session(self, *_: object) -> None:
        pass


def with_pages(app: Flask) -> Flask:
    app.secret_key = "secret"

    @app.route("/page")
    def page() -> dict[str, str]:
        session["user"] = "someone"
        return {"url": request.url, "built": url_for("page")}

    return app


def hints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was said, by the logger that one can silence."""
    for record in caplog.records:
        assert (record.name, record.levelno) == ("tests.prefix_urls", logging.WARNING)
    return caplog.messages


def ask_twice(app: Flask) -> FlaskClient:
    client = app.test_client()
    for _ in range(2):
        assert client.get("/page").status_code == 200
    return client


def give_the_app(app: Flask) -> None:
    PrefixURLs(app, "/svc")


def register_a_blueprint(app: Flask) -> None:
    blueprint = Blueprint("api", "tests")
    PrefixURLs(blueprint, "/public")
    app.register_blueprint(blueprint)


@pytest.mark.warns
@pytest.mark.parametrize("set_up", [give_the_app, register_a_blueprint])
def test_a_request_class_that_is_set_afterwards(
    app: Flask, caplog: pytest.LogCaptureFixture, set_up: Any
) -> None:
    set_up(app)
    with_pages(app).request_class = OwnRequest
    assert ask_twice(app).get("/page").json["url"] == "http://localhost/page"
    assert hints(caplog) == [
        "app.request_class was set to OwnRequest after PrefixURLs, so request.url has"
        " no prefix: move that line above the first PrefixURLs, or above"
        " register_blueprint if a blueprint has a prefix."
    ]


def test_a_request_class_that_is_set_between_a_blueprint_and_the_app(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    register_a_blueprint(app)
    app.request_class = OwnRequest
    give_the_app(with_pages(app))
    assert ask_twice(app).get("/page").json == {
        "url": "http://localhost/svc/page",
        "built": "/svc/page",
    }
    assert issubclass(app.request_class, OwnRequest)
    assert hints(caplog) == []


def cookie_path(app: Flask) -> str:
    header = app.test_client().get("/page").headers["Set-Cookie"]
    return header.rpartition("Path=")[2]


@pytest.mark.warns
@pytest.mark.parametrize("order", ["theirs-first", "ours-first", "ours-again"])
def test_a_session_interface(
    app: Flask, caplog: pytest.LogCaptureFixture, order: str
) -> None:
    with_pages(app)
    if order == "theirs-first":
        app.session_interface = OwnSessions()
    PrefixURLs(app, "/svc", cookie_path=True)
    if order != "theirs-first":
        app.session_interface = OwnSessions()
    if order == "ours-again":
        PrefixURLs(app, cookie_path=True)
    paths = [cookie_path(app), cookie_path(app)]
    assert isinstance(app.session_interface, OwnSessions)
    if order == "ours-first":
        assert paths == ["/", "/"]
        assert hints(caplog) == [
            "app.session_interface was set to OwnSessions after PrefixURLs, so its"
            " cookie has no path of its own: move that line above PrefixURLs."
        ]
    else:
        assert paths == ["/svc", "/svc"]
        assert hints(caplog) == []


@pytest.mark.warns
@pytest.mark.parametrize("order", ["theirs-first", "ours-first"])
def test_a_session_interface_without_a_cookie_path(
    app: Flask, caplog: pytest.LogCaptureFixture, order: str
) -> None:
    duck: Any = Duck()
    if order == "theirs-first":
        app.session_interface = duck
    PrefixURLs(with_pages(app), "/svc", cookie_path=True)
    if order == "ours-first":
        app.session_interface = duck
    ask_twice(app)
    assert app.session_interface is duck
    assert hints(caplog) == [
        "cookie_path is True (from the argument cookie_path), but the session interface"
        " Duck has no get_cookie_path, so nothing changes: let it derive from"
        " flask.sessions.SessionInterface, or leave cookie_path out."
    ]


def test_nothing_is_said_of_a_session_interface_unless_it_is_to_have_a_path(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    PrefixURLs(with_pages(app), "/svc", cookie_path=False)
    app.session_interface = OwnSessions()
    ask_twice(app)
    assert hints(caplog) == []


def test_apps_that_share_a_session_interface(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Even the one that one of them was given by this package: rule 10."""
    one, two, three, plain = (Flask(name) for name in ("one", "two", "three", "plain"))
    for app in (one, two, three, plain):
        with_pages(app)
    PrefixURLs(one, "/one", cookie_path=True)
    for app in (two, three, plain):
        app.session_interface = one.session_interface
    PrefixURLs(two, "/two", cookie_path=True)
    PrefixURLs(three, "/three")
    paths = [cookie_path(app) for app in (one, two, three, plain)]
    assert paths == ["/one", "/two", "/", "/"]
    assert caplog.messages == []


class ServerSide(SessionInterface):
    """As Flask-Session's: built from the app, and it asks itself for the path."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.saved: list[str] = []

    def open_session(self, _app: Flask, _request: Request) -> Any:
        return SecureCookieSession()

    def save_session(self, app: Flask, _session: Any, response: Any) -> None:
        self.saved.append(self.get_cookie_path(app))
        response.set_cookie("session", "id", path=self.saved[-1])


def test_a_server_side_session(app: Flask) -> None:
    interface = ServerSide(app)
    app.session_interface = interface
    PrefixURLs(with_pages(app), "/svc", cookie_path=True)
    assert cookie_path(app) == "/svc"
    # Its state is shared with what holds the interface itself.
    assert interface.saved == ["/svc"]


def test_the_logger_can_be_silenced(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    PrefixURLs(with_pages(app), "/svc", blueprints={"nobody": "/x"})
    logging.getLogger("tests.prefix_urls").setLevel(logging.ERROR)
    try:
        ask_twice(app)
    finally:
        logging.getLogger("tests.prefix_urls").setLevel(logging.NOTSET)
    assert caplog.messages == []


class Slotted:
    """A session interface that takes no other ``get_cookie_path``."""

    __slots__ = ()
    open_session, save_session = Duck.open_session, Duck.save_session
    is_null_session = Duck.is_null_session

    def get_cookie_path(self, _app: Flask) -> str:
        return "/own"


class Uncopied(OwnSessions):
    def __copy__(self) -> Any:
        raise TypeError("One is enough.")


@pytest.mark.warns
@pytest.mark.parametrize("interface", [Slotted(), Uncopied()], ids=["slots", "no-copy"])
def test_a_session_interface_that_stays_as_it_is(
    app: Flask, caplog: pytest.LogCaptureFixture, interface: Any
) -> None:
    app.session_interface = interface
    PrefixURLs(with_pages(app), "/svc", cookie_path=True)
    ask_twice(app)
    assert app.session_interface is interface
    assert hints(caplog) == [
        "cookie_path is True (from the argument cookie_path), but the session interface"
        f" {type(interface).__name__} cannot be copied and given another"
        " get_cookie_path, so nothing changes: make that possible, or leave cookie_path"
        " out."
    ]


@pytest.mark.warns
def test_a_request_class_that_is_no_class(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.request_class = partial(OwnRequest)  # type: ignore[assignment]
    PrefixURLs(with_pages(app), "/svc")
    assert ask_twice(app).get("/page").json == {
        "url": "http://localhost/page",
        "built": "/svc/page",
    }
    assert hints(caplog) == [
        f"app.request_class is {app.request_class!r}, which is not a class, so"
        " request.url has no prefix: set it to a class that derives from flask.Request."
    ]


@pytest.mark.parametrize(("root", "path"), [("/", "/svc"), ("/m/", "/svc/m")])
def test_the_cookie_path_outside_of_a_request(app: Flask, root: str, path: str) -> None:
    app.config["APPLICATION_ROOT"] = root
    PrefixURLs(app, "/svc", cookie_path=True)
    assert app.session_interface.get_cookie_path(app) == path


def test_a_blueprint_is_freed_with_its_last_reference() -> None:
    blueprint = Blueprint("api", "tests")
    PrefixURLs(blueprint, "/public")
    freed = ref(blueprint)
    with no_collector():
        del blueprint
        assert freed() is None


class Refusing(Request):
    """A request class that nothing can derive from."""

    def __init_subclass__(cls) -> None:
        raise TypeError("This one is final.")


def test_a_request_class_that_refuses_leaves_the_app_as_it_was(app: Flask) -> None:
    app.request_class = Refusing
    with pytest.raises(TypeError, match="final"):
        PrefixURLs(app, "/svc")
    assert "prefix_urls" not in app.extensions
    assert "url_for" not in vars(app)
