"""A session cookie that stays with its app."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from http.cookies import SimpleCookie
from threading import Thread
from typing import Any
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

import pytest
from flask import Blueprint, Flask, request, session
from flask.sessions import SecureCookieSessionInterface, SessionInterface, SessionMixin
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import WSGIRequestHandler, make_server

from flask_prefix_urls import PrefixURLs, forwarded_prefix


def login(user: str) -> str:
    session["user"] = user
    return ""


def logout() -> str:
    session.clear()
    return ""


def with_session(app: Flask) -> Flask:
    app.secret_key = f"secret of {app.name}"
    app.add_url_rule("/login/<user>", "login", login)
    app.add_url_rule("/logout", "logout", logout)
    app.add_url_rule("/who", "who", lambda: session.get("user", "nobody"))
    return app


def cookie_path(app: Flask, environ: dict[str, str] | None = None) -> str:
    """Log in, and return the path in the cookie that this sets."""
    response = app.test_client().get("/login/me", environ_overrides=environ or {})
    (cookie,) = SimpleCookie(response.headers["Set-Cookie"]).values()
    return cookie["path"]


@pytest.mark.parametrize(
    ("prefix", "environ", "path"),
    [
        pytest.param("/svc/v1", {}, "/svc/v1", id="prefix"),
        pytest.param("svc/", {}, "/svc", id="no-trailing-slash"),
        pytest.param("", {}, "/", id="opted-out"),
        pytest.param(None, {}, "/", id="none-given"),
        pytest.param("/größe", {}, "/gr%C3%B6%C3%9Fe", id="non-ascii"),
        pytest.param("/svc", {"SCRIPT_NAME": "/m"}, "/svc/m", id="mount"),
        pytest.param("/svc", {"SCRIPT_NAME": "/svc/m"}, "/svc/m", id="mount-has-it"),
        pytest.param("", {"SCRIPT_NAME": "/m"}, "/m", id="opted-out-mount"),
        pytest.param(lambda: f"/{request.host}", {}, "/localhost", id="function"),
        pytest.param(lambda: "", {}, "/", id="function-opts-out"),
        pytest.param(lambda: None, {}, "/", id="function-leaves-it"),
        pytest.param(
            lambda: "/f", {"SCRIPT_NAME": "/m"}, "/f/m", id="function-and-mount"
        ),
    ],
)
def test_path(app: Flask, prefix: Any, environ: dict[str, str], path: str) -> None:
    PrefixURLs(with_session(app), prefix, cookie_path=True)
    assert cookie_path(app, environ) == path


@pytest.mark.parametrize("prefix", [None, lambda: None], ids=["none", "function"])
def test_without_a_prefix_it_is_flask_s_own(app: Flask, prefix: Any) -> None:
    app.config["APPLICATION_ROOT"] = "/root"
    blueprint = Blueprint("b", "tests")
    PrefixURLs(blueprint, "/public")
    app.register_blueprint(blueprint)
    PrefixURLs(with_session(app), prefix, cookie_path=True)
    assert cookie_path(app) == "/root"


@pytest.mark.warns
@pytest.mark.parametrize(
    ("options", "header", "path"),
    [
        pytest.param({}, "/evil", "/", id="not-trusted"),
        pytest.param({"default": "/d"}, "/evil", "/d", id="not-trusted-default"),
        pytest.param({"allowed": ["/a", "/b"]}, "/b", "/b", id="allowed"),
        pytest.param({"allowed": ["/a"]}, "/evil", "/", id="not-allowed"),
        pytest.param(
            {"allowed": ["/a"], "default": "/d"},
            "/evil",
            "/d",
            id="bad-default",
        ),
        pytest.param({"allowed": ["/a"], "default": "/d"}, None, "/d", id="no-header"),
    ],
)
def test_a_prefix_from_a_header(
    app: Flask, options: dict[str, Any], header: str | None, path: str
) -> None:
    PrefixURLs(with_session(app), forwarded_prefix(**options), cookie_path=True)
    environ = {} if header is None else {"HTTP_X_FORWARDED_PREFIX": header}
    assert cookie_path(app, environ) == path


def test_a_prefix_from_a_header_by_config(app: Flask) -> None:
    app.config.update(
        PREFIX_URLS_FORWARDED=1, PREFIX_URLS_PREFIX="/d", PREFIX_URLS_COOKIE_PATH=True
    )
    PrefixURLs(with_session(app))
    assert cookie_path(app, {"HTTP_X_FORWARDED_PREFIX": "/evil"}) == "/d"


@pytest.mark.parametrize("x_prefix", [0, 1])
def test_proxy_fix_does_not_decide(app: Flask, x_prefix: int) -> None:
    PrefixURLs(with_session(app), "/svc", cookie_path=True)
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, x_prefix=x_prefix
    )
    environ = {"HTTP_X_FORWARDED_PREFIX": "/svc/evil", "SCRIPT_NAME": "/m"}
    assert cookie_path(app, environ) == "/svc/m"


@pytest.mark.warns
@pytest.mark.parametrize("own", ["/", "/own"])
def test_the_user_s_own_path_wins(app: Flask, own: str) -> None:
    app.config["SESSION_COOKIE_PATH"] = own
    PrefixURLs(with_session(app), "/svc", cookie_path=True)
    assert cookie_path(app) == own


@pytest.mark.parametrize(
    ("argument", "config", "path"),
    [
        pytest.param(None, None, "/", id="default"),
        pytest.param(False, None, "/", id="argument-false"),
        pytest.param(None, True, "/svc", id="config"),
        pytest.param(None, False, "/", id="config-false"),
        pytest.param(False, True, "/", id="argument-over-config"),
        pytest.param(True, False, "/svc", id="argument-over-config-true"),
    ],
)
def test_off_unless_asked_for(
    app: Flask, argument: bool | None, config: bool | None, path: str
) -> None:
    app.config["PREFIX_URLS_COOKIE_PATH"] = config
    PrefixURLs(with_session(app), "/svc", cookie_path=argument)
    assert cookie_path(app) == path


def test_what_is_neither_true_nor_false(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_PREFIX_URLS_COOKIE_PATH", "True")
    app.config.from_prefixed_env()
    sentence = (
        "PREFIX_URLS_COOKIE_PATH is 'True', but must be True or False: in the"
        " environment, write true or false."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(app)


@pytest.mark.parametrize("name", ["__Host-session", "__HOST-", "__host-s"])
def test_a_name_that_needs_the_root(app: Flask, name: str) -> None:
    app.config["SESSION_COOKIE_NAME"] = name
    interface = app.session_interface
    sentence = (
        f"cookie_path is True, but SESSION_COOKIE_NAME is {name!r}, and browsers accept"
        " a name with __Host- only with the path '/': use another name, or leave"
        " cookie_path out."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(app, "/svc", cookie_path=True)
    assert app.session_interface is interface


@pytest.mark.parametrize("name", ["__Secure-session", "my__Host-"])
def test_a_name_that_does_not(app: Flask, name: str) -> None:
    app.config["SESSION_COOKIE_NAME"] = name
    PrefixURLs(with_session(app), "/svc", cookie_path=True)
    assert cookie_path(app) == "/svc"


class OwnSessions(SecureCookieSessionInterface):
    """An app's own session interface, with state and with a domain."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def open_session(self, app: Flask, request: Any) -> Any:
        self.opened.append(f"{app.name} {request.path}")
        return super().open_session(app, request)

    def get_cookie_secure(self, _app: Flask) -> bool:
        return True

    def get_cookie_path(self, app: Flask) -> str:
        return f"/own/{app.name}"


def test_an_own_session_interface_that_is_shared() -> None:
    shared = OwnSessions()
    one, two, three = (with_session(Flask(name)) for name in ("one", "two", "three"))
    for app in (one, two, three):
        app.session_interface = shared
    PrefixURLs(one, "/1", cookie_path=True)
    PrefixURLs(two, cookie_path=True)
    PrefixURLs(three, "/3")
    assert [cookie_path(app) for app in (one, two, three)] == [
        "/1",
        "/own/two",
        "/own/three",
    ]
    header = one.test_client().get("/login/me").headers["Set-Cookie"]
    assert "; Secure;" in header
    assert shared.opened[:2] == ["one /login/me", "two /login/me"]
    assert three.session_interface is shared
    assert type(shared) is OwnSessions
    assert vars(shared).keys() == {"opened"}
    assert isinstance(one.session_interface, OwnSessions)


def test_flask_s_own_interface_is_left_alone() -> None:
    PrefixURLs(Flask("one"), "/one", cookie_path=True)
    assert type(Flask.session_interface) is SecureCookieSessionInterface
    assert cookie_path(with_session(Flask("two"))) == "/"


def test_an_interface_without_cookies(app: Flask) -> None:
    class Memory(SessionInterface):
        def open_session(self, app: Flask, _request: Any) -> SessionMixin:
            return self.make_null_session(app)

        def save_session(self, *_: Any) -> None:
            pass

    app.session_interface = Memory()
    PrefixURLs(with_session(app), "/svc", cookie_path=True)
    response = app.test_client().get("/who")
    assert (response.text, response.headers.get("Set-Cookie")) == ("nobody", None)


def test_given_twice(app: Flask) -> None:
    PrefixURLs(with_session(app), "/svc", cookie_path=True)
    interface = app.session_interface
    PrefixURLs(app, cookie_path=True)
    assert app.session_interface is interface
    assert cookie_path(app) == "/svc"


def test_a_session_that_is_cleared_deletes_the_cookie(app: Flask) -> None:
    PrefixURLs(with_session(app), "/svc", proxy_strips=False, cookie_path=True)
    client = app.test_client()
    client.get("/svc/login/me")
    assert client.get("/svc/who").text == "me"
    gone = SimpleCookie(client.get("/svc/logout").headers["Set-Cookie"])["session"]
    assert (gone.value, gone["path"], gone["max-age"]) == ("", "/svc", "0")
    assert client.get("/svc/who").text == "nobody"


WSGI = Callable[..., Iterable[bytes]]


def proxy(apps: dict[str, WSGI]) -> WSGI:
    """Return a proxy that strips a prefix and forwards the rest."""

    def serve(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        prefix = f"/{path.split('/')[1]}"
        return apps[prefix]({**environ, "PATH_INFO": path[len(prefix) :]}, start)

    return serve


class Quiet(WSGIRequestHandler):
    """Serves without writing a log."""

    def log(self, *_: Any) -> None:
        pass


class Browser:
    """Talks HTTP, and sends each cookie to where its path says."""

    def __init__(self, port: int) -> None:
        self._root = f"http://127.0.0.1:{port}"
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor())

    def get(self, path: str) -> str:
        with self._opener.open(self._root + path, timeout=10) as response:
            text: str = response.read().decode()
        return text


@pytest.mark.parametrize(
    ("own_paths", "users"),
    [
        pytest.param(True, ["ann", "bob"], id="cookie-path"),
        pytest.param(False, ["nobody", "bob"], id="the-same-path"),
    ],
)
def test_two_apps_on_one_host(own_paths: bool, users: list[str]) -> None:
    apps: dict[str, WSGI] = {}
    for prefix in ("/one", "/two"):
        app = apps[prefix] = with_session(Flask(prefix))
        PrefixURLs(app, prefix, cookie_path=own_paths)
    server = make_server("127.0.0.1", 0, proxy(apps), request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        browser = Browser(server.port)
        browser.get("/one/login/ann")
        browser.get("/two/login/bob")
        for _ in range(2):
            assert [browser.get(f"{prefix}/who") for prefix in apps] == users
        browser.get("/two/logout")
        assert [browser.get(f"{prefix}/who") for prefix in apps] == [users[0], "nobody"]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
