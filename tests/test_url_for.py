"""``url_for`` on an app with one prefix: every kind of URL, every way to install."""

from __future__ import annotations

import inspect
import pydoc
from typing import Any
from urllib.parse import unquote

import pytest
from conftest import Install
from flask import Flask, abort, url_for
from flask.views import MethodView
from werkzeug.routing import BuildError, Rule

from flask_prefix_urls import PrefixURLs


def add_routes(app: Flask) -> None:
    app.add_url_rule("/", endpoint="index", view_func=str)
    app.add_url_rule("/foo/<int:id>", endpoint="foo", view_func=str)
    app.add_url_rule("/svc/own", endpoint="own", view_func=str)
    app.url_map.add(Rule("/chat", endpoint="chat", websocket=True))


HTTP = "http://example.com"


@pytest.mark.parametrize(
    ("base_url", "endpoint", "values", "url"),
    [
        pytest.param(HTTP, "index", {}, "/svc/", id="index"),
        pytest.param(HTTP, "foo", {"id": 1}, "/svc/foo/1", id="variable"),
        pytest.param(HTTP, "own", {}, "/svc/svc/own", id="own-route-like-prefix"),
        pytest.param(
            HTTP,
            "foo",
            {"id": 1, "q": "a b", "_anchor": "x y"},
            "/svc/foo/1?q=a+b#x%20y",
            id="query-and-anchor",
        ),
        pytest.param(
            HTTP, "static", {"filename": "a.css"}, "/svc/static/a.css", id="static"
        ),
        pytest.param(HTTP, "index", {"_external": True}, f"{HTTP}/svc/", id="external"),
        pytest.param(
            HTTP, "index", {"_scheme": "https"}, "https://example.com/svc/", id="https"
        ),
        pytest.param(
            HTTP,
            "index",
            {"_scheme": "", "_external": True},
            "//example.com/svc/",
            id="no-scheme",
        ),
        pytest.param(HTTP, "chat", {}, "ws://example.com/svc/chat", id="ws"),
        pytest.param(
            "https://example.com",
            "chat",
            {},
            "wss://example.com/svc/chat",
            id="wss",
        ),
        pytest.param(
            "http://example.com:8080",
            "foo",
            {"id": 1, "_external": True, "_anchor": "a"},
            "http://example.com:8080/svc/foo/1#a",
            id="port",
        ),
        pytest.param(
            "http://[::1]:8080",
            "index",
            {"_external": True},
            "http://[::1]:8080/svc/",
            id="ipv6",
        ),
    ],
)
def test_in_a_request(
    app: Flask,
    install: Install,
    base_url: str,
    endpoint: str,
    values: dict[str, Any],
    url: str,
) -> None:
    add_routes(app)
    install(app, "/svc")
    with app.test_request_context("/foo/1", base_url=base_url):
        assert url_for(endpoint, **values) == url
        assert app.url_for(endpoint, **values) == url_for(endpoint, **values)


@pytest.mark.parametrize("context", ["app-context", "no-context"])
def test_outside_of_a_request(app: Flask, install: Install, context: str) -> None:
    add_routes(app)
    app.config.update(SERVER_NAME="example.com", PREFERRED_URL_SCHEME="https")
    install(app, "/svc")
    if context == "no-context":
        assert app.url_for("index") == "https://example.com/svc/"
        assert app.url_for("index", _external=False) == "/svc/"
    else:
        with app.app_context():
            assert url_for("index") == "https://example.com/svc/"
            assert url_for("index", _external=False) == "/svc/"


def test_without_server_name_the_error_is_flasks_own(
    app: Flask, install: Install
) -> None:
    add_routes(app)
    install(app, "/svc")
    with app.app_context(), pytest.raises(RuntimeError, match="'SERVER_NAME'"):
        url_for("index")


def test_wrong_arguments_are_flasks_own_errors(app: Flask, install: Install) -> None:
    add_routes(app)
    install(app, "/svc")
    with app.test_request_context():
        with pytest.raises(ValueError, match="'_external' must be True"):
            url_for("index", _scheme="https", _external=False)
        with pytest.raises(BuildError, match="Did you mean 'index'"):
            url_for("indx")
        with pytest.raises(BuildError, match="values \\['id'\\]"):
            url_for("foo")


def test_subdomains(install: Install) -> None:
    app = Flask("tests", subdomain_matching=True)
    app.config["SERVER_NAME"] = "example.com"
    app.add_url_rule("/", endpoint="index", view_func=str)
    app.add_url_rule("/", endpoint="api", view_func=str, subdomain="api")
    install(app, "/svc")
    with app.test_request_context("/", base_url="http://example.com"):
        assert url_for("index") == "/svc/"
        assert url_for("api") == "http://api.example.com/svc/"
    with app.test_request_context("/", base_url="http://api.example.com"):
        assert url_for("api") == "/svc/"
        assert url_for("index") == "http://example.com/svc/"


def test_host_matching(install: Install) -> None:
    app = Flask("tests", host_matching=True, static_host="s.example")
    app.add_url_rule("/", endpoint="a", view_func=str, host="a.example")
    app.add_url_rule("/", endpoint="b", view_func=str, host="b.example:8080")
    install(app, "/svc")
    with app.test_request_context("/", base_url="http://a.example"):
        assert url_for("a") == "/svc/"
        assert url_for("b") == "http://b.example:8080/svc/"
        assert url_for("static", filename="x") == "http://s.example/svc/static/x"


def test_a_url_in_the_query_is_left_alone(app: Flask, install: Install) -> None:
    add_routes(app)
    install(app, "/svc")
    with app.test_request_context():
        # Unquoted, since Werkzeug 2.2 escapes more in a query than 3.0 does.
        url = unquote(url_for("index", next="http://elsewhere.example/x"))
        assert url == "/svc/?next=http://elsewhere.example/x"


def test_method_view(app: Flask, install: Install) -> None:
    class Item(MethodView):
        def get(self, number: int) -> str:
            return url_for("item", number=number)

        def post(self, number: int) -> str:
            return url_for("item", number=number, _method="POST", _external=True)

    app.add_url_rule("/i/<int:number>", view_func=Item.as_view("item"))
    install(app, "/svc")
    client = app.test_client()
    assert client.get("/i/7").text == "/svc/i/7"
    assert client.post("/i/7").text == "http://localhost/svc/i/7"


def test_async_view(app: Flask, install: Install) -> None:
    async def view() -> str:
        return url_for("view")

    app.add_url_rule("/a", endpoint="view", view_func=view)
    install(app, "/svc")
    assert app.test_client().get("/a").text == "/svc/a"


def test_everywhere_in_a_request(app: Flask, install: Install) -> None:
    seen = {}

    @app.before_request
    def before() -> None:
        seen["before"] = url_for("index")

    @app.after_request
    def after(response: Any) -> Any:
        seen["after"] = url_for("index")
        return response

    @app.teardown_request
    def teardown(_: object) -> None:
        seen["teardown"] = url_for("index")

    @app.errorhandler(404)
    def not_found(_: object) -> str:
        return url_for("index")

    app.add_url_rule("/", endpoint="index", view_func=lambda: abort(404))
    install(app, "/svc")
    assert app.test_client().get("/").text == "/svc/"
    assert seen == {"before": "/svc/", "after": "/svc/", "teardown": "/svc/"}


def test_inside_of_another_url_defaults_function(app: Flask, install: Install) -> None:
    app.add_url_rule("/login", endpoint="login", view_func=str)
    app.add_url_rule("/page", endpoint="page", view_func=str)

    inner = []

    @app.url_defaults
    def remember(endpoint: str, _: dict[str, Any]) -> None:
        if endpoint == "page":
            inner.append(url_for("login", _external=True, _prefix="/other"))
            inner.append(url_for("login"))

    install(app, "/svc")
    with app.test_request_context():
        assert url_for("page") == "/svc/page"
        assert inner == ["http://localhost/other/login", "/svc/login"]


def test_url_defaults_may_supply_the_prefix(app: Flask, install: Install) -> None:
    add_routes(app)

    @app.url_defaults
    def tenant(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "foo":
            values.setdefault("_prefix", "/tenant")

    install(app, "/svc")
    with app.test_request_context():
        assert url_for("foo", id=1) == "/tenant/foo/1"
        assert url_for("foo", id=1, _prefix="") == "/foo/1"
        assert url_for("index") == "/svc/"


@pytest.mark.parametrize(
    ("prefix", "url"),
    [
        pytest.param("", "/foo/1?a=1", id="none"),
        pytest.param("/", "/foo/1?a=1", id="slash"),
        pytest.param("other/v2/", "/other/v2/foo/1?a=1", id="another"),
        pytest.param("/é", "/%C3%A9/foo/1?a=1", id="non-ascii"),
        pytest.param(None, "/svc/foo/1?a=1", id="not-given"),
    ],
)
def test_a_prefix_for_one_call(
    app: Flask, install: Install, prefix: str | None, url: str
) -> None:
    add_routes(app)
    install(app, "/svc")
    with app.test_request_context():
        assert url_for("foo", id=1, a=1, _prefix=prefix) == url
        assert (
            url_for("foo", id=1, a=1, _prefix=prefix, _external=True)
            == f"http://localhost{url}"
        )
        assert url_for("foo", id=1) == "/svc/foo/1"


def test_a_bad_prefix_for_one_call(app: Flask, install: Install) -> None:
    add_routes(app)
    install(app, "/svc")
    with app.test_request_context():
        with pytest.raises(
            ValueError,
            match=r"^_prefix is '//evil.com', but a prefix has no scheme, host or"
            r" empty segment: write it like '/svc/v1'\.$",
        ):
            url_for("index", _prefix="//evil.com")
        with pytest.raises(
            TypeError,
            match=r"^_prefix is 5, but must be a string: write it like '/svc/v1'\.$",
        ):
            url_for("index", _prefix=5)


def test_what_a_build_error_handler_returns_stays_as_it_is(
    app: Flask, install: Install
) -> None:
    seen = {}

    def elsewhere(_: BuildError, endpoint: str, values: dict[str, Any]) -> str | None:
        seen[endpoint] = values.get("_prefix")
        return "/wiki" if endpoint == "wiki" else None

    add_routes(app)
    app.url_build_error_handlers.append(elsewhere)
    install(app, "/svc")
    with app.test_request_context():
        assert url_for("wiki") == "/wiki"
        assert url_for("wiki", _external=True) == "/wiki"
        assert url_for("wiki", _prefix="/other") == "/wiki"
        assert seen == {"wiki": "/other"}
        with pytest.raises(BuildError):
            url_for("nothing")


def test_help_shows_the_argument(app: Flask, install: Install) -> None:
    install(app, "/svc")
    parameters = inspect.signature(app.url_for, eval_str=True).parameters
    assert parameters["_prefix"].annotation == (str | None)
    assert parameters["_prefix"].default is None
    text = pydoc.render_doc(app.url_for, renderer=pydoc.plaintext)
    assert "url_for(endpoint: 'str', *, _prefix: 'str | None' = None" in text
    assert ":param _prefix: The prefix of this one URL, such as ``/svc/v1``" in text


def test_the_endpoint_may_be_named_as_in_flask(app: Flask, install: Install) -> None:
    add_routes(app)
    install(app, "/svc")
    with app.test_request_context():
        assert app.url_for(endpoint="foo", id=1, a=2) == "/svc/foo/1?a=2"


def test_a_subclass_that_overrides_url_for(install: Install) -> None:
    class Site(Flask):
        def url_for(self, /, endpoint: str, **values: Any) -> str:
            if endpoint == "cdn":
                return "https://cdn.example/x"
            return super().url_for(endpoint, **values) + "!"

    app = Site("tests")
    add_routes(app)
    install(app, "/svc")
    with app.test_request_context():
        assert url_for("index") == "/svc/!"
        assert url_for("cdn") == "https://cdn.example/x"


@pytest.mark.parametrize("first", ["they-come-first", "we-come-first"])
def test_a_url_for_that_another_extension_put_on_the_app(
    app: Flask, install: Install, first: str
) -> None:
    add_routes(app)

    def versioned(endpoint: str, **values: Any) -> str:
        return Flask.url_for(app, endpoint, v=7, **values)

    if first == "we-come-first":
        install(app, "/svc")
    app.url_for = versioned  # type: ignore[method-assign]
    if first == "they-come-first":
        install(app, "/svc")
    with app.test_request_context():
        assert url_for("index") == "/svc/?v=7"


def test_an_app_with_nothing_configured_changes_nothing(app: Flask) -> None:
    add_routes(app)
    PrefixURLs(app)
    with app.test_request_context():
        assert url_for("foo", id=1) == "/foo/1"
        assert url_for("index", _external=True) == "http://localhost/"
        assert url_for("index", _prefix="/svc") == "/svc/"
