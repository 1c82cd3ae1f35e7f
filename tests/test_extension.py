"""``PrefixURLs`` itself: what it refuses, what it leaves behind, whom it works with."""

from __future__ import annotations

import gc
import re
import tracemalloc
from collections.abc import Callable
from typing import Any
from weakref import ref

import pytest
from conftest import Install, no_collector
from flask import Blueprint, Flask, Request, current_app, url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BuildError, MapAdapter

import flask_prefix_urls
from flask_prefix_urls import PrefixURLs, forwarded_prefix, prefix_of


def test_exports() -> None:
    assert flask_prefix_urls.__all__ == [
        "PrefixURLs",
        "forwarded_prefix",
        "prefix_of",
        "unprefixed",
    ]


def create_app(config: object = None, testing: bool = False) -> object:
    return config or testing


def no_app() -> str:
    """Return a prefix, or what a factory returns."""
    return "/svc"


@pytest.mark.parametrize("arguments", [(), ("/a",)], ids=["alone", "with-prefix"])
@pytest.mark.parametrize(
    ("scope", "prefix"),
    [
        pytest.param("/b", "/b", id="prefix"),
        pytest.param("tests", None, id="name"),
        pytest.param(no_app, None, id="function"),
        pytest.param(create_app, None, id="factory"),
        pytest.param(len, None, id="one-argument"),
        pytest.param(next, None, id="built-in"),
        pytest.param(forwarded_prefix(), None, id="header"),
        pytest.param(Request({}), None, id="request"),
        pytest.param(object, None, id="class"),
        pytest.param(Flask, None, id="app-class"),
    ],
)
def test_a_scope_that_is_neither_app_nor_blueprint(
    scope: object, prefix: str | None, arguments: tuple[str, ...]
) -> None:
    prefix = prefix or (arguments or ("/svc",))[0]
    sentence = (
        f"{scope!r} is neither a Flask app nor a Blueprint: write PrefixURLs(app,"
        f" {prefix!r}), or PrefixURLs(prefix={prefix!r}) and init_app(app) later."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(scope, *arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("middleware", [None, ProxyFix], ids=["plain", "proxy-fix"])
def test_the_app_s_wsgi_app_instead_of_the_app(app: Flask, middleware: Any) -> None:
    """The package's predecessor was used like this."""
    given: Any = app.wsgi_app if middleware is None else middleware(app.wsgi_app)
    sentence = (
        f"{given!r} is a WSGI application, but PrefixURLs takes the Flask app itself:"
        " write PrefixURLs(app, '/svc/v1'), and do not assign it to app.wsgi_app."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(given, "/svc/v1")
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(prefix="/svc/v1").init_app(given)


@pytest.mark.parametrize("kind", ["app", "blueprint"])
def test_the_app_in_place_of_the_prefix(app: Flask, kind: str) -> None:
    given: Any = app if kind == "app" else Blueprint("api", "tests")
    sentence = (
        f"prefix is {given!r}, but the app or the blueprint comes first: write"
        " PrefixURLs(app, '/svc/v1')."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs("/svc", given)  # type: ignore[arg-type]


def test_the_first_parameter_is_called_app(app: Flask) -> None:
    api = Blueprint("api", "tests")
    PrefixURLs(app=app, prefix="/svc")
    PrefixURLs(app=api, prefix="/public")
    app.register_blueprint(api)
    assert (prefix_of(app), prefix_of(app, "api")) == ("/svc", "/public")


_FIX = ": write it like {'admin': '/back-office'}."


@pytest.mark.parametrize(
    ("config", "arguments", "error", "sentence"),
    [
        pytest.param(
            {},
            {"prefix": "//evil.com"},
            ValueError,
            "prefix is '//evil.com', but a prefix has no scheme, host or empty segment:"
            " write it like '/svc/v1'.",
            id="argument",
        ),
        pytest.param(
            {"PREFIX_URLS_PREFIX": "/a?b"},
            {},
            ValueError,
            "PREFIX_URLS_PREFIX is '/a?b', but a prefix has no query or fragment: write"
            " it like '/svc/v1'.",
            id="config",
        ),
        pytest.param(
            {"PREFIX_URLS_PREFIX": 8080},
            {},
            TypeError,
            "PREFIX_URLS_PREFIX is 8080, but must be a string: write it like"
            " '/svc/v1'.",
            id="config-number",
        ),
        pytest.param(
            {},
            {"blueprints": {"api": "/a b"}},
            ValueError,
            "blueprints['api'] is '/a b', but a prefix has no white space or control"
            " character: write it like '/svc/v1'.",
            id="name",
        ),
        pytest.param(
            {"PREFIX_URLS_BLUEPRINTS": {"api": "/.."}},
            {},
            ValueError,
            "PREFIX_URLS_BLUEPRINTS['api'] is '/..', but a prefix has no '.' or '..' as"
            " a segment: write it like '/svc/v1'.",
            id="config-name",
        ),
        pytest.param(
            {},
            {"blueprints": "/public"},
            TypeError,
            f"blueprints is '/public', but must be a mapping{_FIX}",
            id="no-mapping",
        ),
        pytest.param(
            {"PREFIX_URLS_BLUEPRINTS": ["api"]},
            {},
            TypeError,
            f"PREFIX_URLS_BLUEPRINTS is ['api'], but must be a mapping{_FIX}",
            id="config-no-mapping",
        ),
        pytest.param(
            {},
            {"blueprints": {Blueprint("api", "tests"): "/public"}},
            TypeError,
            "blueprints has the key <Blueprint 'api'>, but a key must be the name that"
            f" a blueprint is registered by{_FIX}",
            id="key-is-no-name",
        ),
    ],
)
def test_bad_values_are_refused_where_they_enter(
    app: Flask,
    config: dict[str, object],
    arguments: dict[str, object],
    error: type[Exception],
    sentence: str,
) -> None:
    app.config.update(config)
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(**arguments).init_app(app)  # type: ignore[arg-type]
    assert "prefix_urls" not in app.extensions


def test_the_current_app_is_an_app(app: Flask) -> None:
    with app.app_context():
        PrefixURLs(current_app, "/svc")
    with app.test_request_context():
        assert url_for("static", filename="x") == "/svc/static/x"


def test_an_argument_wins_over_the_config(app: Flask) -> None:
    app.config["PREFIX_URLS_PREFIX"] = "/config"
    PrefixURLs(app, "")
    with app.test_request_context():
        assert url_for("static", filename="x") == "/static/x"


def test_after_the_first_request_the_error_is_flasks_own(app: Flask) -> None:
    app.test_client().get("/")
    with pytest.raises(AssertionError, match=r"'PrefixURLs.init_app' can no longer be"):
        PrefixURLs(app, "/svc")


def test_an_app_is_freed_with_its_last_reference(install: Install) -> None:
    app = Flask("tests")
    blueprint = Blueprint("api", "tests")
    PrefixURLs(blueprint, "/public")
    app.register_blueprint(blueprint)
    install(app, "/svc")
    with app.test_request_context():
        assert url_for("static", filename="x") == "/svc/static/x"
        assert url_for("static", filename="x", _prefix="/y") == "/y/static/x"
    freed = ref(app)
    with no_collector():
        del app
        assert freed() is None


def memory_left_by(call: Callable[[int], object]) -> int:
    """Return the bytes that 2,000 calls leave behind, each with another number."""
    for number in range(100):
        call(number)
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(100, 2_100):
            call(number)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


# 2,000 names of which each left but a dict entry would be 200 kB.
NEXT_TO_NOTHING = 50_000


@pytest.mark.parametrize("name", ["nothing-{}", "api.nothing-{}"])
def test_endpoints_that_do_not_exist_leave_nothing_behind(
    app: Flask, install: Install, name: str
) -> None:
    blueprint = Blueprint("api", "tests")
    PrefixURLs(blueprint, "/public")
    app.register_blueprint(blueprint)
    install(app, "/svc")

    def ask_for(number: int) -> None:
        with pytest.raises(BuildError):
            url_for(name.format(number))

    with app.test_request_context():
        assert memory_left_by(ask_for) < NEXT_TO_NOTHING


def test_prefixes_for_single_calls_leave_nothing_behind(app: Flask) -> None:
    PrefixURLs(app, "/svc")

    def ask_for(number: int) -> None:
        url = url_for("static", filename="x", _prefix=f"/{number}")
        assert url == f"/{number}/static/x"

    with app.test_request_context():
        assert memory_left_by(ask_for) < NEXT_TO_NOTHING


class _HTTPSAdapter(MapAdapter):
    """An adapter of somebody's own, whose external URLs are always ``https``."""

    def build(self, *args: object, **kwargs: object) -> str:
        return super().build(*args, **kwargs).replace("http:", "https:")  # type: ignore[arg-type]


def _https(adapter: MapAdapter | None) -> MapAdapter:
    assert adapter is not None
    adapter.__class__ = _HTTPSAdapter
    return adapter


class _Site(Flask):
    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        return _https(super().create_url_adapter(request))


@pytest.mark.parametrize("how", ["subclass", "replaced"])
def test_an_app_with_url_adapters_of_its_own(install: Install, how: str) -> None:
    if how == "subclass":
        app: Flask = _Site("tests")
    else:
        app = Flask("tests")
        create = app.create_url_adapter
        app.create_url_adapter = (  # type: ignore[method-assign]
            lambda request: _https(create(request))
        )
    app.config["SERVER_NAME"] = "localhost"
    install(app, "/svc")
    with app.test_request_context():
        url = url_for("static", filename="x", _external=True)
        assert url == "https://localhost/svc/static/x"


def test_a_replaced_url_adapter_that_is_none(app: Flask, install: Install) -> None:
    app.create_url_adapter = lambda _: None  # type: ignore[method-assign]
    install(app, "/svc")
    with app.app_context(), pytest.raises(RuntimeError, match="'SERVER_NAME'"):
        url_for("static", filename="x")
