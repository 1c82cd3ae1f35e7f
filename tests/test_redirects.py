"""The router's own redirects: each has the prefix of the endpoint it leads to, once."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import count
from typing import Any

import pytest
from flask import Blueprint, Flask, abort, g, request, url_for
from flask.globals import request_ctx
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import (
    BaseConverter,
    IntegerConverter,
    MapAdapter,
    RequestRedirect,
)

from flask_prefix_urls import PrefixURLs, unprefixed

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


@pytest.mark.parametrize(
    ("target", "prefix", "location"),
    [
        ("../v2", "/svc/v1", "/svc/v2"),
        ("../v2/", "/svc/v1", "/svc/v2/"),
        ("../../x?a=1#b", "/svc/v1", "/x?a=1#b"),
        ("../../../x", "/svc/v1", "/x"),
        # Werkzeug before 2.3 joins this one in another way.
        ("..", "/svc/v1", None),
        ("../v2", "", "/v2"),
        ("x/../slash/", "/svc", "/svc/slash/"),
        ("./slash/", "/svc", "/svc/slash/"),
        ("", "/svc", "/svc/"),
        ("?a=1", "/svc", "/svc/?a=1"),
        ("#a", "/svc", "/svc/#a"),
        ("a:b", "/svc", None),
        ("./a:b", "/svc", "/svc/a:b"),
        (";a", "/svc", "/svc/;a"),
    ],
)
@pytest.mark.parametrize("mount", ["", "/m"])
def test_a_relative_redirect_to_is_joined_to_the_root(
    target: str, prefix: str, location: str | None, mount: str
) -> None:
    """As plain Flask that is mounted at prefix and mount does it: rule 6."""
    locations = []
    for ours in (False, True):
        app = Flask("tests")
        app.add_url_rule("/to", "to", redirect_to=target)
        app.add_url_rule("/function", "function", redirect_to=lambda _: target)
        root = mount if ours else f"{prefix}{mount}"
        if ours:
            PrefixURLs(app, prefix)
        options = {"environ_overrides": {"SCRIPT_NAME": root}}
        locations.append(
            [_location(app, path, **options) for path in ("/to", "/function")]
        )
    assert locations[0] == locations[1]
    if location is not None and not mount:
        assert locations[0] == [f"http://localhost{location}"] * 2


def test_a_function_is_called_once_and_gets_the_adapter_of_the_context(
    app: Flask,
) -> None:
    """Rule 6."""
    got: list[Any] = []

    def target(adapter: MapAdapter, n: int) -> str:
        got.append(adapter)
        back = adapter.build("slash")
        with unprefixed():
            bare = adapter.build("slash"), url_for("slash")
        other = (
            adapter.build("slash", {"_prefix": "/x"}),
            url_for("slash", _prefix="/x"),
        )
        assert (bare, other) == (("/slash/",) * 2, ("/x/slash/",) * 2)
        return f"slash/?n={n}&next={back}&root={url_for('uncovered.page')}"

    uncovered = Blueprint("uncovered", "tests")
    uncovered.add_url_rule("/page", "page", _view)
    app.register_blueprint(uncovered)
    app.add_url_rule("/slash/", "slash", _view)
    app.add_url_rule("/to/<int:n>", "to", redirect_to=target)
    PrefixURLs(app, lambda: None if request.path == "/bare" else "/svc")
    with app.test_request_context("/to/7"):
        location = "http://localhost/svc/slash/?n=7&next=/svc/slash/&root=/svc/page"
        assert request.routing_exception.new_url == location
        assert got == [request_ctx.url_adapter]


@pytest.mark.parametrize(
    ("inside", "location"),
    [
        pytest.param(lambda: url_for("slash"), "/svc/slash/", id="url_for"),
        pytest.param(lambda: url_for("slash", _prefix="/x"), "/x/slash/", id="_prefix"),
        pytest.param(
            lambda: url_for("slash", _external=True), "/svc/slash/", id="external"
        ),
        pytest.param(lambda: _unprefixed_url(), "/slash/", id="unprefixed"),
    ],
)
def test_a_url_that_a_function_builds_is_returned_as_it_came(
    app: Flask, inside: Any, location: str
) -> None:
    app.add_url_rule("/slash/", "slash", _view)
    app.add_url_rule("/to", "to", redirect_to=lambda _: inside())
    PrefixURLs(app, "/svc")
    for _ in range(2):
        assert _location(app, "/to") == f"http://localhost{location}"


def _unprefixed_url() -> str:
    with unprefixed():
        return url_for("slash")


def test_a_function_that_remembers_what_it_returned(app: Flask) -> None:
    app.add_url_rule("/slash/", "slash", _view)
    app.add_url_rule("/to", "to", redirect_to=lru_cache(lambda _: url_for("slash")))
    PrefixURLs(app, "/svc")
    for _ in range(3):
        assert _location(app, "/to") == "http://localhost/svc/slash/"


class Moved(RequestRedirect):
    """Another class, with another status code."""

    code = 301


def test_a_redirect_that_a_converter_raises_stays_as_it_came(app: Flask) -> None:
    class Moving(BaseConverter):
        def to_python(self, value: str) -> str:
            raise Moved(f"http://elsewhere.example/{value}")

    app.url_map.converters["moving"] = Moving
    app.add_url_rule("/old/<moving:name>", "old", _view)
    PrefixURLs(app, "/svc", blueprints={})
    with app.test_request_context("/old/x"):
        assert type(request.routing_exception) is Moved
    response = app.test_client().get("/old/x")
    assert (response.status_code, response.location) == (
        301,
        "http://elsewhere.example/x",
    )


def test_the_exception_is_that_of_werkzeug(app: Flask) -> None:
    app.add_url_rule("/slash/", "slash", _view)
    PrefixURLs(app, "/svc")
    with app.test_request_context("/slash"):
        error = request.routing_exception
        assert isinstance(error, RequestRedirect)
        assert error.code == RequestRedirect.code
        assert error.description == error.new_url == "http://localhost/svc/slash/"
        assert str(error) == f"308 Permanent Redirect: {error.new_url}"


def test_a_prefix_function_that_aborts_is_no_redirect(app: Flask) -> None:
    app.add_url_rule("/slash/", "slash", _view)
    app.add_url_rule("/view", "view", lambda: url_for("slash"))
    PrefixURLs(app, lambda: abort(403))
    for path in ("/slash", "/view"):
        response = app.test_client().get(path)
        assert (response.status_code, response.location) == (403, None)


@pytest.mark.parametrize("error", [KeyError("tenant"), TypeError("x"), OSError("y")])
def test_what_a_prefix_function_raises_passes_through(
    app: Flask, error: Exception
) -> None:
    def fail() -> str:
        raise error

    app.testing = True
    app.add_url_rule("/slash/", "slash", _view)
    PrefixURLs(app, fail)
    with pytest.raises(type(error)) as caught:
        app.test_client().get("/slash")
    assert error in (caught.value, caught.value.__context__, caught.value.__cause__)


def test_a_prefix_function_is_asked_when_the_redirect_is_answered(app: Flask) -> None:
    asked: list[str] = []

    def tenant() -> str:
        asked.append(g.tenant)
        return f"/{g.tenant}"

    @app.before_request
    def set_tenant() -> None:
        assert asked == []
        g.tenant = "blue"

    app.add_url_rule("/slash/", "slash", _view)
    app.add_url_rule("/pages/", "pages", _view, defaults={"page": 1})
    app.add_url_rule("/pages/<int:page>", "pages", _view)
    app.add_url_rule("/old", "slash", _view, alias=True)
    app.add_url_rule("/to", "to", redirect_to="slash/")
    PrefixURLs(app, tenant)
    for path, route in {
        "/slash": "slash/",
        "/pages/1": "pages/",
        "/old": "slash/",
        "/to": "slash/",
    }.items():
        asked.clear()
        assert _location(app, path) == f"http://localhost/blue/{route}"
        assert asked == ["blue"]


class Down(BaseConverter):
    """A converter whose database is down; plain Flask redirects before it asks."""

    def to_python(self, value: str) -> str:
        raise OSError(f"No database for {value}.")


def test_a_converter_that_fails_does_not_fail_the_redirect(app: Flask) -> None:
    app.url_map.converters["down"] = Down
    app.add_url_rule("/item/<down:name>/", "item", _view)
    PrefixURLs(app, "/svc", blueprints={"api": "/public"})
    app.register_blueprint(Blueprint("api", "tests"))
    assert _location(app, "/item/x") == "http://localhost/svc/item/x/"


def test_a_slash_in_front_of_what_a_converter_refuses(app: Flask) -> None:
    """Plain Flask redirects for the slash, and then answers a 404."""
    app.add_url_rule("/item/<int(min=5):n>/", "item", _view)
    PrefixURLs(app, "/svc", blueprints={"api": "/public"})
    app.register_blueprint(Blueprint("api", "tests"))
    assert _location(app, "/item/3") == "http://localhost/svc/item/3/"


def test_defaults_between_host_patterns() -> None:
    app = Flask("tests", host_matching=True, static_host="a.example")
    b = Blueprint("b", "tests")
    for host, path, defaults in (
        ("<name>.example", "/p/", {"n": 1}),
        ("<name>.example", "/p/<int:n>", None),
    ):
        b.add_url_rule(path, "p", _view, host=host, defaults=defaults or {})
    app.add_url_rule("/<path:rest>", "rest", _view, host="<name>.example")
    PrefixURLs(b, "/b")
    PrefixURLs(app, "/svc")
    app.register_blueprint(b)
    location = _location(app, "http://tenant.example/p/1")
    assert location == "http://tenant.example/b/p/"


def test_defaults_that_lead_to_what_only_a_catch_all_serves(app: Flask) -> None:
    """The endpoint that answers there decides."""
    api = Blueprint("api", "tests")
    api.add_url_rule("/p/", "p", _view, methods=["POST"], defaults={"n": 1})
    api.add_url_rule("/p/<int:n>", "p", _view, methods=["GET", "POST"])
    app.add_url_rule("/<path:rest>", "rest", _view)
    PrefixURLs(api, "/public")
    PrefixURLs(app, "/svc")
    app.register_blueprint(api)
    assert _location(app, "/p/1", "POST") == "http://localhost/public/p/"
    assert app.test_client().get("/p/1").text == "api.p {'n': 1}"


@pytest.mark.parametrize("strict", [True, False])
def test_threads_that_share_an_adapter(app: Flask, strict: bool) -> None:
    """One matches while another builds: neither sees what the other does."""
    app.add_url_rule("/slash/", "slash", _view)
    app.add_url_rule("/page", "page", _view, strict_slashes=strict)
    app.add_url_rule("/to", "to", redirect_to="slash/")
    PrefixURLs(app, "/svc", blueprints={"api": "/public"})
    api = Blueprint("api", "tests")
    api.add_url_rule("/api/page", "page", _view)
    app.register_blueprint(api)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with app.test_request_context("/page"), ThreadPoolExecutor(2) as pool:
            adapter = request_ctx.url_adapter

            def match() -> set[str]:
                urls = set()
                for path in ("/slash", "/to") * 500:
                    with pytest.raises(RequestRedirect) as caught:
                        adapter.match(path)
                    urls.add(caught.value.new_url)
                return urls

            def build() -> set[str]:
                names = ("slash", "api.page") * 500
                return {adapter.build(name) for name in names} | {adapter.script_name}

            matched, built = pool.submit(match), pool.submit(build)
            assert matched.result() == {"http://localhost/svc/slash/"}
            assert built.result() == {"/svc/slash/", "/public/api/page", "/"}
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.parametrize("segment", ["<root>", "%3Croot%3E", ":stand-in:", "|"])
@pytest.mark.parametrize(
    "rest",
    ["https://evil.com", "javascript:alert(1)", "//evil.com", "x", "<root>/x", "../x"],
)
@pytest.mark.parametrize("strips", [True, False], ids=["stripped", "unstripped"])
def test_a_client_cannot_write_the_stand_in(
    segment: str, rest: str, strips: bool
) -> None:
    """Whatever the path is, the redirect is that of plain Flask, below the prefix."""
    locations = []
    for ours in (False, True):
        app = Flask("tests", static_folder=None)
        app.add_url_rule("/<path:p>/", "page", _view)
        app.add_url_rule("/to/<path:p>", "to", redirect_to="x/<p>")
        app.add_url_rule("/at/<path:p>", "at", redirect_to="<p>")
        if ours:
            PrefixURLs(app, "/svc", proxy_strips=strips)
        root = {} if ours else {"environ_overrides": {"SCRIPT_NAME": "/svc"}}
        locations.append(
            [
                app.test_client().get(f"{start}{segment}/{rest}", **root).location
                for start in ("/", "/to/", "/at/", "/to/../../", "/at/../")
            ]
        )
    assert locations[1] == locations[0]


@pytest.mark.parametrize("script_name", ["", "/m"])
def test_a_function_that_reads_script_name(script_name: str) -> None:
    locations = []
    for ours in (False, True):
        app = Flask("tests")
        for path, target in {
            "/next": lambda adapter: (
                f"https://login.example/?next={adapter.script_name}"
            ),
            "/absolute": lambda adapter: f"{adapter.script_name}page",
            "/relative": lambda adapter: f"page?root={adapter.script_name}&x=1",
        }.items():
            app.add_url_rule(path, path[1:], redirect_to=target)
        if ours:
            PrefixURLs(app, "/svc")
        root = script_name if ours else f"/svc{script_name}"
        options = {"environ_overrides": {"SCRIPT_NAME": root}}
        locations.append(
            [
                _location(app, path, **options)
                for path in ("/next", "/absolute", "/relative")
            ]
        )
    assert locations[1] == locations[0]


@pytest.mark.parametrize("host", ["a/b", "a b", "/", ""])
def test_a_host_that_is_none(host: str) -> None:
    """Whatever Werkzeug makes of it, the stand-in is not in it."""
    answers = []
    for ours in (False, True):
        app = Flask("tests")
        app.add_url_rule("/slash/", "slash", _view)
        app.add_url_rule("/alias", "slash", _view, alias=True)
        app.add_url_rule("/to", "to", redirect_to="slash/")
        if ours:
            PrefixURLs(app, "/svc")
        options = {"HTTP_HOST": host, "SCRIPT_NAME": "" if ours else "/svc"}
        responses = [
            app.test_client().get(path, environ_overrides=options)
            for path in ("/slash", "/alias", "/to")
        ]
        answers.append([(r.status_code, r.location) for r in responses])
    assert answers[1] == answers[0]


@pytest.mark.parametrize("where", ["function", "converter"])
def test_a_redirect_of_another_class_keeps_it(app: Flask, where: str) -> None:
    def move(adapter: MapAdapter) -> str:
        raise Moved(adapter.make_redirect_url("/p/", {"a": 1}))

    class Moving(BaseConverter):
        def to_python(self, _: str) -> str:
            return move(request_ctx.url_adapter)

    app.url_map.converters["moving"] = Moving
    app.add_url_rule("/function", "function", redirect_to=move)
    app.add_url_rule("/<moving:converter>", "converter", _view)
    PrefixURLs(app, "/svc")
    with app.test_request_context(f"/{where}"):
        error = request.routing_exception
        assert type(error) is Moved
        assert error.description == error.new_url == "http://localhost/svc/p/?a=1"
    assert app.test_client().get(f"/{where}").status_code == 301


def test_a_function_that_adds_to_a_redirect_url(app: Flask) -> None:
    app.add_url_rule(
        "/to",
        "to",
        redirect_to=lambda adapter: adapter.make_redirect_url("/p/") + "?x=1",
    )
    PrefixURLs(app, "/svc")
    assert _location(app, "/to") == "http://localhost/svc/p/?x=1"


def test_a_request_inside_of_a_match(app: Flask) -> None:
    """Its adapter matches nothing while its view runs."""

    class Asking(BaseConverter):
        def to_python(self, _: str) -> str:
            return app.test_client().get("/inner").text

    app.url_map.converters["asking"] = Asking
    app.add_url_rule("/inner", "inner", lambda: request_ctx.url_adapter.script_name)
    app.add_url_rule("/outer/<asking:text>", "outer", lambda text: text)
    PrefixURLs(app, "/svc")
    assert app.test_client().get("/outer/x").text == "/"


def test_what_a_redirect_says_after_its_request(app: Flask) -> None:
    """A prefix function is not asked then: what comes next in precedence counts."""
    app.add_url_rule("/slash/", "slash", _view)
    PrefixURLs(app, lambda: f"/{request.host}")
    with app.test_request_context("/slash"):
        error = request.routing_exception
    assert str(error) == "308 Permanent Redirect: http://localhost/slash/"
    error.description = "elsewhere"
    assert str(error) == "308 Permanent Redirect: elsewhere"


def test_the_method_that_is_matched_decides(app: Flask) -> None:
    for name, method in {"get": "GET", "post": "POST"}.items():
        blueprint = Blueprint(name, "tests")
        blueprint.add_url_rule("/both/", "both", _view, methods=[method])
        PrefixURLs(blueprint, f"/{name}")
        app.register_blueprint(blueprint)
    PrefixURLs(app, "/svc")
    with app.test_request_context("/"):
        for method in ("GET", "POST"):
            with pytest.raises(RequestRedirect) as caught:
                request_ctx.url_adapter.match("/both", method)
            location = f"http://localhost/{method.lower()}/both/"
            assert caught.value.new_url == location


def test_whether_a_websocket_is_matched_decides(app: Flask) -> None:
    for name, websocket in {"http": False, "ws": True}.items():
        blueprint = Blueprint(name, "tests")
        blueprint.add_url_rule("/both/", "both", _view, websocket=websocket)
        PrefixURLs(blueprint, f"/{name}")
        app.register_blueprint(blueprint)
    PrefixURLs(app, "/svc")
    with app.test_request_context("/"):
        for name, websocket in {"http": False, "ws": True}.items():
            with pytest.raises(RequestRedirect) as caught:
                request_ctx.url_adapter.match("/both", websocket=websocket)
            assert caught.value.new_url.endswith(f"://localhost/{name}/both/")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_relative_redirect_to_the_index_of_a_blueprint(
    app: Flask, method: str
) -> None:
    b = Blueprint("b", "tests")
    b.add_url_rule("/", "index", _view)
    b.add_url_rule("/go", "go", methods=BOTH, redirect_to="./")
    PrefixURLs(b, "/svc")
    PrefixURLs(app)
    app.register_blueprint(b)
    assert _location(app, "/go", method) == "http://localhost/svc/"


def test_a_function_that_lets_the_router_redirect(app: Flask) -> None:
    app.add_url_rule("/slash/", "slash", _view)
    app.add_url_rule(
        "/to", "to", redirect_to=lambda adapter: adapter.match("/slash")[0]
    )
    app.before_request(lambda: setattr(g, "tenant", "/blue"))
    PrefixURLs(app, lambda: g.tenant)
    assert _location(app, "/to") == "http://localhost/blue/slash/"
