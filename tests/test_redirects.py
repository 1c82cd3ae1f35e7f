"""The router's own redirects: each has the prefix of the endpoint it leads to, once."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from flask import Blueprint, Flask, request, url_for
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, MapAdapter, RequestRedirect

from flask_prefix_urls import PrefixURLs

BOTH = ["GET", "POST"]
UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket"}


def _view(**values: object) -> str:
    return f"{request.endpoint} {values}"


def _build(adapter: MapAdapter, n: int) -> str:
    return adapter.build("pages", {"page": n}, force_external=n == 3)


def _url_for(_adapter: MapAdapter) -> str:
    return url_for("slash")


def _app(**options: Any) -> Flask:
    """Return an app with a rule for each way in which Werkzeug redirects."""
    app = Flask("tests", **options)
    rule = app.add_url_rule
    rule("/", "index", _view, methods=BOTH)
    rule("/index.html", "index", _view, methods=BOTH, alias=True)
    rule("/slash/", "slash", _view, methods=BOTH)
    rule("/a/b", "merge", _view, methods=BOTH)
    rule("/pages/", "pages", _view, methods=BOTH, defaults={"page": 1})
    rule("/pages/<int:page>", "pages", _view, methods=BOTH)
    rule("/ws/", "ws", _view, websocket=True)
    rule("/put", "put", _view, methods=["PUT"])
    for path, target in {
        "/relative": "slash/",
        "/absolute": "/slash/",
        "/own-query": "slash/?a=1#b",
        "/number/<int:n>": "pages/<n>",
        "/text/<name>": "pages/<name>",
        "/function/<int:n>": lambda _adapter, n: f"pages/{n}",
        "/built/<int:n>": _build,
        "/url-for": _url_for,
        "/to-405": "put",
        "/first": "second",
        "/second": "slash",
        "/gone": "missing",
        "/other-host": "http://elsewhere.example/slash/",
        "/no-scheme": "//elsewhere.example/slash/",
        "/other-scheme": "https://localhost/slash/",
        "/other-port": "http://localhost:8080/slash/",
        "/mail": "mailto:slash@localhost",
        "/named-host": "http://localhost/slash/",
        "/bare-host": "http://localhost?a=1",
        "/ping": "pong",
        "/pong": "/ping",
        "/leaves": "other-host",
    }.items():
        name = path.replace("/", "_")
        rule(path, name, methods=BOTH, redirect_to=target)
    return app


def _location(app: Flask, path: str, method: str = "GET", **options: Any) -> str:
    response = app.test_client().open(path, method=method, **options)
    assert response.status_code == 308
    return response.headers["Location"]


@pytest.mark.parametrize("method", BOTH)
@pytest.mark.parametrize(
    ("path", "route"),
    [
        pytest.param("/slash", "/slash/", id="strict_slashes"),
        pytest.param("/slash?q=1&r=/x", "/slash/?q=1&r=/x", id="strict_slashes, query"),
        pytest.param("/a//b?q=1", "/a/b?q=1", id="merge_slashes"),
        pytest.param("/pages/1?q=1", "/pages/?q=1", id="defaults"),
        pytest.param("/index.html?q=1", "/?q=1", id="alias"),
        pytest.param("/relative?q=1", "/slash/", id="redirect_to, its query dropped"),
        pytest.param("/own-query", "/slash/?a=1#b", id="redirect_to with a query"),
        pytest.param("/number/7", "/pages/7", id="redirect_to with a converter"),
        pytest.param("/text/7", "/pages/7", id="redirect_to with a string converter"),
        pytest.param("/function/7", "/pages/7", id="function"),
        pytest.param("/built/7", "/pages/7", id="function with adapter.build"),
        pytest.param("/built/3", "/pages/3", id="function, build external"),
        pytest.param("/url-for", "/slash/", id="function with flask.url_for"),
        pytest.param("/to-405", "/put", id="to an endpoint that answers 405"),
        pytest.param("/second", "/slash", id="chain: redirect_to, strict_slashes"),
        pytest.param("/first", "/second", id="chain: two redirect_to"),
    ],
)
def test_prefix_goes_between_host_and_route(path: str, route: str, method: str) -> None:
    plain, covered, uncovered = _app(), _app(), _app()
    PrefixURLs(covered, "/svc/v1")
    PrefixURLs(uncovered)
    assert _location(plain, path, method) == f"http://localhost{route}"
    assert _location(covered, path, method) == f"http://localhost/svc/v1{route}"
    assert _location(uncovered, path, method) == f"http://localhost{route}"


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/other-host", "http://elsewhere.example/slash/"),
        ("/no-scheme", "http://elsewhere.example/slash/"),
        ("/other-scheme", "https://localhost/slash/"),
        ("/other-port", "http://localhost:8080/slash/"),
        ("/mail", "mailto:slash@localhost"),
        ("/absolute", "http://localhost/slash/"),
        ("/named-host", "http://localhost/slash/"),
        ("/bare-host", "http://localhost?a=1"),
        ("/pong", "http://localhost/ping"),
    ],
)
@pytest.mark.parametrize("script_name", ["", "/mount"])
def test_what_is_not_joined_to_the_root_stays_as_it_came(
    path: str, location: str, script_name: str
) -> None:
    """Werkzeug joins a ``redirect_to`` to the root of the script: rule 5."""
    app = _app()
    PrefixURLs(app, "/svc")
    mounted = {"environ_overrides": {"SCRIPT_NAME": script_name}}
    assert _location(app, path, **mounted) == location
    assert _location(_app(), path, **mounted) == location


@pytest.mark.parametrize(
    ("path", "location"),
    [
        pytest.param("/leaves", "http://localhost/svc/other-host", id="leaves"),
        pytest.param("/ping", "http://localhost/svc/pong", id="circle"),
        pytest.param("/gone", "http://localhost/svc/missing", id="to no endpoint"),
    ],
)
def test_a_relative_redirect_to_stays_in_the_app(path: str, location: str) -> None:
    app = _app()
    PrefixURLs(app, "/svc")
    assert _location(app, path) == location


@pytest.mark.parametrize(
    ("path", "location"),
    [
        pytest.param("/url-for", "http://localhost/svc/slash/", id="flask.url_for"),
        pytest.param("/built/7", "http://localhost/svc/pages/7", id="adapter.build"),
        pytest.param("/gone", "http://localhost/svc/missing", id="to the catch-all"),
        pytest.param("/slash", "http://localhost/svc/slash/", id="strict_slashes"),
    ],
)
def test_beside_a_catch_all_route(path: str, location: str) -> None:
    app = _app()
    app.add_url_rule("/<path:path>", "catch_all", _view)
    PrefixURLs(app, "/svc")
    assert _location(app, path) == location


def _scoped_app(prefix: str | None) -> Flask:
    """Return an app with blueprints that have other prefixes, or none."""
    app = _app()
    names = ("api", "in", "out", "get", "post")
    api, inner, out, get, post = (Blueprint(name, "tests") for name in names)
    for blueprint in (api, inner, out):
        blueprint.add_url_rule("/x/", "x", _view)
        blueprint.add_url_rule("/up", "up", redirect_to="slash/")
    api.add_url_rule("/over", "over", redirect_to="out/x/")
    app.add_url_rule("/hop", "hop", redirect_to="api/x")
    get.add_url_rule("/both/", "both", _view, methods=["GET"])
    post.add_url_rule("/both/", "both", _view, methods=["POST"])
    app.add_url_rule("/down", "down", redirect_to="api/x/")
    for scope, given in ((api, "/pub"), (out, ""), (get, "/get"), (post, "/post")):
        PrefixURLs(scope, given)
    PrefixURLs(app, prefix)
    api.register_blueprint(inner, url_prefix="/in")
    app.register_blueprint(api, url_prefix="/api")
    app.register_blueprint(out, url_prefix="/out")
    app.register_blueprint(get)
    app.register_blueprint(post)
    return app


@pytest.mark.parametrize(
    ("path", "with_app_prefix", "without"),
    [
        pytest.param("/slash", "/svc/slash/", "/slash/", id="app"),
        pytest.param("/api/x", "/pub/api/x/", "/pub/api/x/", id="blueprint"),
        pytest.param("/api/in/x", "/pub/api/in/x/", "/pub/api/in/x/", id="nested"),
        pytest.param("/out/x", "/out/x/", "/out/x/", id="opted out"),
        pytest.param("/out/up", "/svc/slash/", "/slash/", id="opted out to app"),
        pytest.param("/api/up", "/svc/slash/", "/slash/", id="blueprint to app"),
        pytest.param("/down", "/pub/api/x/", "/pub/api/x/", id="app to blueprint"),
        pytest.param("/api/over", "/out/x/", "/out/x/", id="blueprint to opted out"),
        pytest.param("/both", "/get/both/", "/get/both/", id="by method"),
        pytest.param("/hop", "/pub/api/x", "/pub/api/x", id="chain to blueprint"),
    ],
)
def test_the_endpoint_led_to_decides(
    path: str, with_app_prefix: str, without: str
) -> None:
    app = _scoped_app("/svc")
    assert _location(app, path) == f"http://localhost{with_app_prefix}"
    assert _location(app, "/both", "POST") == "http://localhost/post/both/"
    assert _location(_scoped_app(None), path) == f"http://localhost{without}"


@pytest.mark.parametrize(
    ("path", "route"),
    [
        pytest.param("/a%20b", "/a%20b/", id="space"),
        pytest.param("/100%25", "/100%25/", id="percent sign"),
        pytest.param("/a%2520b", "/a%2520b/", id="escaped escape"),
        pytest.param("/a%3Fb%23c", "/a%3Fb%23c/", id="question mark, number sign"),
        pytest.param("/caf%C3%A9", "/caf%C3%A9/", id="non-ASCII"),
        pytest.param("/%FF", "/%EF%BF%BD/", id="not UTF-8"),
        pytest.param("/go/x", "/caf%C3%A9/", id="non-ASCII redirect_to"),
    ],
)
def test_escapes(path: str, route: str) -> None:
    plain, public = Flask("tests"), Flask("tests")
    for app in (plain, public):
        for rule in ("/a b/", "/100%/", "/a%20b/", "/a?b#c/", "/café/", "/\ufffd/"):
            app.add_url_rule(rule, rule, _view)
        app.add_url_rule("/go/x", "go", redirect_to="café/")
    PrefixURLs(public, "/größe")
    assert _location(plain, path) == f"http://localhost{route}"
    assert _location(public, path) == f"http://localhost/gr%C3%B6%C3%9Fe{route}"


@pytest.mark.parametrize(
    ("host", "path", "location"),
    [
        ("api.example.com:5000", "/x", "http://api.example.com:5000/svc/x/"),
        ("api.example.com:5000", "/go", "http://api.example.com:5000/svc/x/"),
        ("api.example.com:5000", "/p/1", "http://example.com:5000/svc/p/"),
        ("api.example.com:5000", "/away", "http://notexample.com:5000/user/"),
        ("bo.example.com:5000", "/user", "http://bo.example.com:5000/svc/user/"),
    ],
)
def test_subdomains(host: str, path: str, location: str) -> None:
    app = Flask("tests", subdomain_matching=True)
    app.config["SERVER_NAME"] = "example.com:5000"
    app.add_url_rule("/x/", "x", _view, subdomain="api")
    app.add_url_rule("/go", "go", redirect_to="x/", subdomain="api")
    app.add_url_rule("/p/", "p", _view, defaults={"n": 1})
    app.add_url_rule("/p/<int:n>", "p", _view, subdomain="api")
    away = "http://notexample.com:5000/user/"
    app.add_url_rule("/away", "away", redirect_to=away, subdomain="api")
    app.add_url_rule("/user/", "user", _view, subdomain="<name>")
    PrefixURLs(app, "/svc")
    assert _location(app, path, base_url=f"http://{host}") == location


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("http://a.example/x?q=1", "http://a.example/svc/x/?q=1"),
        ("https://b.example:8443/x", "https://b.example:8443/b/x/"),
        ("http://a.example/p/1", "http://b.example:8443/b/p/"),
        ("http://tenant.example/tenant", "http://tenant.example/svc/tenant/"),
    ],
)
def test_hosts(url: str, location: str) -> None:
    app = Flask("tests", host_matching=True, static_host="a.example")
    b = Blueprint("b", "tests")
    app.add_url_rule("/x/", "x", _view, host="a.example")
    b.add_url_rule("/x/", "x", _view, host="b.example:8443")
    b.add_url_rule("/p/", "p", _view, host="b.example:8443", defaults={"n": 1})
    b.add_url_rule("/p/<int:n>", "p", _view, host="a.example")
    app.add_url_rule("/tenant/", "tenant", _view, host="<name>")
    PrefixURLs(app, "/svc", blueprints={"b": "/b"})
    app.register_blueprint(b)
    assert _location(app, url) == location


def test_another_host_is_left_alone_even_if_a_wildcard_matches_it() -> None:
    app = Flask("tests", host_matching=True, static_host="a.example")
    app.add_url_rule("/x/", "x", _view, host="<name>")
    leave = "http://elsewhere.example/x/"
    app.add_url_rule("/leave", "leave", redirect_to=leave, host="<name>")
    PrefixURLs(app, "/svc")
    assert _location(app, "http://a.example/leave") == "http://elsewhere.example/x/"


def test_schemes() -> None:
    app = _app()
    PrefixURLs(app, "/svc")
    assert _location(app, "/ws", headers=UPGRADE) == "ws://localhost/svc/ws/"
    https = {"base_url": "https://localhost:8443"}
    assert _location(app, "/slash", **https) == "https://localhost:8443/svc/slash/"


def test_a_scheme_in_capitals_is_the_same_scheme() -> None:
    app = _app()
    PrefixURLs(app, "/svc")
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    location = _location(app, "/slash", headers={"X-Forwarded-Proto": "HTTPS"})
    assert location.lower() == "https://localhost/svc/slash/"


@pytest.mark.parametrize("forwarded", [None, "/svc", "/other", "/svc/v2"])
@pytest.mark.parametrize("path", ["/slash", "/relative", "/url-for", "/second"])
def test_beside_a_forwarded_prefix(path: str, forwarded: str | None) -> None:
    app = _app()
    PrefixURLs(app, "/svc")
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
    headers = {"X-Forwarded-Prefix": forwarded} if forwarded else {}
    end = "" if path == "/second" else "/"
    assert _location(app, path, headers=headers) == f"http://localhost/svc/slash{end}"


@pytest.mark.parametrize(
    ("path", "covered", "opted_out", "flasks_own"),
    [
        ("/app", "/svc/app/", "/app/", "/app/"),
        ("/app/slash", "/svc/app/slash/", "/app/slash/", "/app/slash/"),
        ("/app/pages/1", "/svc/app/pages/", "/app/pages/", "/app/pages/"),
        ("/app/relative", "/svc/app/slash/", "/app/slash/", "/app/slash/"),
        ("/app/absolute", "/slash/", "/slash/", "/slash/"),
        ("/app/url-for", "/svc/app/slash/", "/app/slash/", "/app/slash/"),
        ("/app/built/7", "/svc/app/pages/7", "/app/pages/7", "/app/pages/7"),
    ],
)
def test_under_a_mount(
    path: str, covered: str, opted_out: str, flasks_own: str
) -> None:
    for prefix, expected in (("/svc", covered), ("", opted_out), (None, flasks_own)):
        app = _app()
        PrefixURLs(app, prefix)
        mounts = {"/app": app.wsgi_app}
        app.wsgi_app = DispatcherMiddleware(Flask("root"), mounts)  # type: ignore[method-assign]
        assert _location(app, path) == f"http://localhost{expected}"


def test_raised_twice_it_has_the_prefix_once() -> None:
    app = _app()
    PrefixURLs(app, "/svc")
    with app.test_request_context("/slash?q=1"):
        for _ in range(2):
            with pytest.raises(RequestRedirect) as caught:
                app.raise_routing_exception(request._get_current_object())
            assert caught.value.new_url == "http://localhost/svc/slash/?q=1"
            location = caught.value.get_response().headers["Location"]
            assert location == "http://localhost/svc/slash/?q=1"


def test_debug_mode_names_the_public_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RequestRedirect, "code", 301)
    app = _app()
    app.debug = app.testing = True
    PrefixURLs(app, "/svc")
    with pytest.raises(AssertionError, match="'http://localhost/svc/slash/'"):
        app.test_client().post("/slash")


def test_a_converter_is_called_once_for_a_redirect() -> None:
    class Changing(IntegerConverter):
        values = count(1)

        def to_python(self, _: str) -> int:
            return next(self.values)

    app = Flask("tests")
    app.url_map.converters["changing"] = Changing
    app.add_url_rule("/pages/", "pages", _view, defaults={"page": 1})
    app.add_url_rule("/pages/<changing:page>", "pages", _view)
    PrefixURLs(app, "/svc")
    assert _location(app, "/pages/7") == "http://localhost/svc/pages/"
    assert next(Changing.values) == 2
