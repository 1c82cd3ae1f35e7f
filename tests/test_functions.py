"""Prefixes that functions return, and ``unprefixed()``."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Callable
from functools import partial
from itertools import count
from threading import Thread
from typing import Any

import pytest
from flask import (
    Blueprint,
    Flask,
    g,
    has_app_context,
    has_request_context,
    redirect,
    request,
    url_for,
)
from flask_caching import Cache
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_prefix_urls import PrefixURLs, unprefixed

Function = Callable[[], Any]


def add(
    app: Flask,
    of_app: str | Function | None = None,
    of_object: str | Function | None = None,
    of_name: str | Function | None = None,
    **options: Any,
) -> None:
    """Give an app a page of its own and one of the blueprint ``api``."""
    api = Blueprint("api", "tests", url_prefix="/api")
    for scope in (app, api):
        scope.add_url_rule("/page/", "page", lambda: url_for("api.page"))
    app.add_url_rule("/to", "to", lambda: redirect(url_for("page")))
    PrefixURLs(api, of_object)
    app.register_blueprint(api)
    PrefixURLs(app, of_app, blueprints={"api": of_name}, **options)


def returning(answer: Any) -> Function:
    return lambda: answer


@pytest.mark.parametrize(
    ("of_app", "of_object", "of_name", "of_api", "of_page"),
    [
        pytest.param("/a", None, None, "/a", "/a", id="app"),
        pytest.param("/a", "/o", None, "/o", "/a", id="object"),
        pytest.param("/a", "/o", "/n", "/n", "/a", id="name"),
        pytest.param("svc/", "/o/", "é", "/%C3%A9", "/svc", id="like-any-prefix"),
        pytest.param("/a", "", None, "", "/a", id="object-opts-out"),
        pytest.param("/a", "/o", "", "", "/a", id="name-opts-out"),
        pytest.param("", "/o", None, "/o", "", id="app-opts-out"),
    ],
)
def test_of_any_scope(
    app: Flask, of_app: str, of_object: str, of_name: str, of_api: str, of_page: str
) -> None:
    # None as an answer and None as an argument mean the same.
    add(app, returning(of_app), returning(of_object), returning(of_name))
    with app.test_request_context():
        assert url_for("api.page") == f"{of_api}/api/page/"
        assert url_for("page") == f"{of_page}/page/"
        assert url_for("page", _external=True) == f"http://localhost{of_page}/page/"


@pytest.mark.parametrize("of_app", [None, returning(None)], ids=["absent", "asked"])
def test_none_in_the_end_is_flasks_own_url(app: Flask, of_app: Function | None) -> None:
    add(app, of_app, returning(None), returning(None))
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
    client = app.test_client()
    assert client.get("/page/").text == "/api/page/"
    headers = {"X-Forwarded-Prefix": "/fwd"}
    assert client.get("/page/", headers=headers).text == "/fwd/api/page/"


def test_asked_at_each_url(app: Flask) -> None:
    numbers = count()
    add(app, lambda: f"/{next(numbers)}")
    with app.test_request_context():
        assert url_for("page") == "/0/page/"
        assert url_for("page") == "/1/page/"
        assert url_for("page", _prefix="/x") == "/x/page/"
        assert url_for("api.page", _external=True) == "http://localhost/2/api/page/"


def test_asked_in_the_current_context(app: Flask) -> None:
    seen = []

    def function() -> str:
        seen.append(has_app_context())
        return f"/{request.method}" if has_request_context() else "/app"

    add(app, function)
    app.config["SERVER_NAME"] = "example.com"
    with app.test_request_context(method="PUT"):
        assert url_for("page") == "/PUT/page/"
    assert app.test_client().get("/page/").text == "/GET/api/page/"
    with app.app_context():
        assert url_for("page") == "http://example.com/app/page/"
    assert app.url_for("page", _external=False) == "/app/page/"
    # Flask itself pushes no context for the method of the app.
    assert seen == [True, True, True, False]


def _tenant_app(app: Flask) -> Any:
    add(app, lambda: g.tenant)

    @app.before_request
    def take_tenant() -> None:
        g.tenant = f"/{request.headers['Tenant']}"

    return app.test_client()


def test_what_before_request_put_on_g(app: Flask) -> None:
    client = _tenant_app(app)
    app.add_url_rule("/url", "url", lambda: request.url)
    for tenant in ("one", "two"):
        headers = {"Tenant": tenant}
        assert client.get("/page/", headers=headers).text == f"/{tenant}/api/page/"
        location = client.get("/to", headers=headers).location
        assert location == f"/{tenant}/page/"
        url = client.get("/url", headers=headers).text
        assert url == f"http://localhost/{tenant}/url"


def test_a_redirect_of_the_router_knows_what_before_request_put_on_g(
    app: Flask,
) -> None:
    location = _tenant_app(app).get("/page", headers={"Tenant": "one"}).location
    assert location == "http://localhost/one/page/"


def test_redirects_of_the_router(app: Flask) -> None:
    add(app, lambda: request.headers.get("Tenant"), returning("/api-prefix"))
    client = app.test_client()
    headers = {"Tenant": "/one"}
    location = client.get("/page", headers=headers).location
    assert location == "http://localhost/one/page/"
    assert client.get("/page").location == "http://localhost/page/"
    location = client.get("/api/page", headers=headers).location
    assert location == "http://localhost/api-prefix/api/page/"


def bad() -> Any:
    return request.headers.get("Bad", 7, type=str)


def refused(name: str, value: str, fault: str) -> str:
    return f"what {name} returned is {value}, but {fault}: write it like '/svc/v1'."


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("//evil.com", "a prefix has no scheme, host or empty segment"),
        ("javascript:a", "a prefix has no scheme"),
        ("/a/../b", "a prefix has no '.' or '..' as a segment"),
        ("/a b", "a prefix has no white space or control character"),
        ("/a?b", "a prefix has no query or fragment"),
        ('/a"b', "a prefix has no '\"' that is not percent-encoded"),
    ],
)
def test_a_bad_answer_never_reaches_a_url(app: Flask, value: str, fault: str) -> None:
    add(app, bad)
    app.testing = True
    sentence = f"^{re.escape(refused('bad', repr(value), fault))}$"
    for path in ("/page/", "/page", "/to"):
        with pytest.raises(ValueError, match=sentence):
            app.test_client().get(path, headers={"Bad": value})


@pytest.mark.parametrize(
    ("answer", "shown"),
    [(7, "7"), (b"/svc", "b'/svc'"), (False, "False"), (["/svc"], "['/svc']")],
)
def test_an_answer_that_is_no_string(app: Flask, answer: object, shown: str) -> None:
    add(app, returning(answer))
    name = "returning.<locals>.<lambda>"
    sentence = refused(name, shown, "must be a string")
    with (
        app.test_request_context(),
        pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"),
    ):
        url_for("page")


def test_a_function_without_a_name_is_shown(app: Flask) -> None:
    function = partial(int, 7)
    add(app, function)
    sentence = refused("functools.partial(<class 'int'>, 7)", "7", "must be a string")
    with (
        app.test_request_context(),
        pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"),
    ):
        url_for("page")


class Unhashable:
    """As a data class is that has ``__call__``: equal by value, and no hash."""

    def __call__(self) -> str:
        return "/svc"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unhashable)

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("strips", [True, False])
def test_a_function_that_has_no_hash(app: Flask, strips: bool) -> None:
    add(app, Unhashable(), proxy_strips=strips)
    app.testing = True
    assert app.test_client().get("/page/").text == "/svc/api/page/"


def test_the_same_function_twice_is_no_error(app: Flask) -> None:
    blueprint = Blueprint("b", "tests")
    for _ in range(2):
        PrefixURLs(app, bad, blueprints={"b": bad})
        PrefixURLs(blueprint, bad)


@pytest.mark.parametrize("kind", ["app", "name", "object"])
def test_another_function_for_the_same_scope(app: Flask, kind: str) -> None:
    blueprint = Blueprint("b", "tests")

    def give(prefix: Function) -> None:
        if kind == "app":
            PrefixURLs(app, prefix)
        elif kind == "name":
            PrefixURLs(app, blueprints={"b": prefix})
        else:
            PrefixURLs(blueprint, prefix)

    give(int)
    scope = "The app" if kind == "app" else "The blueprint 'b'"
    source = f"from the argument {'blueprints' if kind == 'name' else 'prefix'}"
    sentence = (
        f"{scope} has the prefix <class 'int'> ({source}) already and is given <class"
        f" 'str'> ({source}): decide on one of them."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        give(str)


@pytest.mark.parametrize("error", [KeyError("page"), LookupError("x"), ValueError()])
def test_an_exception_of_the_function_comes_through(
    app: Flask, error: Exception
) -> None:
    def fail() -> str:
        raise error

    add(app, fail)
    app.testing = True
    with app.test_request_context(), pytest.raises(type(error)) as caught:
        url_for("page")
    assert caught.value is error
    with pytest.raises(type(error)) as caught:
        app.test_client().get("/page")
    assert caught.value is error


def test_a_function_that_needs_its_own_answer(app: Flask) -> None:
    def own() -> str:
        return url_for("page")

    add(app, own, "/fixed")
    sentence = (
        "test_a_function_that_needs_its_own_answer.<locals>.own builds a URL that needs"
        " its own answer: read request.environ, request.host or g in it instead."
    )
    with app.test_request_context():
        for _ in range(2):
            with pytest.raises(RuntimeError, match=f"^{re.escape(sentence)}$"):
                url_for("page")
        assert url_for("api.page") == "/fixed/api/page/"


def test_functions_that_need_each_others_answer(app: Flask) -> None:
    add(app, lambda: url_for("api.page"), lambda: url_for("page"))
    for endpoint in ("page", "api.page"):
        with (
            app.test_request_context(),
            pytest.raises(RuntimeError, match=r"needs its own answer"),
        ):
            url_for(endpoint)


def test_a_function_that_builds_the_url_of_another_scope(app: Flask) -> None:
    add(app, lambda: f"/in{url_for('api.page')}", returning("/api-prefix"))
    with app.test_request_context():
        assert url_for("page") == "/in/api-prefix/api/page/page/"
        assert url_for("page") == "/in/api-prefix/api/page/page/"


def test_many_answers_are_not_kept(app: Flask) -> None:
    numbers = count()
    add(app, lambda: f"/{next(numbers):0100}")

    def build(times: int) -> int:
        for _ in range(times):
            url_for("page")
        return tracemalloc.get_traced_memory()[0]

    with app.test_request_context():
        tracemalloc.start()
        try:
            before = build(100)
            assert build(2000) - before < 50_000
        finally:
            tracemalloc.stop()


def test_unprefixed(app: Flask) -> None:
    add(app, "/app", returning("/api-prefix"))
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/mount"}):
        with unprefixed():
            assert url_for("page") == "/mount/page/"
            with unprefixed():
                assert url_for("api.page") == "/mount/api/page/"
            external = url_for("api.page", _external=True)
            assert external == "http://localhost/mount/api/page/"
            assert url_for("page", _prefix="/x") == "/x/mount/page/"
        assert url_for("page") == "/app/mount/page/"
        assert url_for("api.page") == "/api-prefix/mount/api/page/"


def test_unprefixed_beside_a_forwarded_prefix(app: Flask) -> None:
    add(app, None, "/api-prefix")
    headers = {"X-Forwarded-Prefix": "/fwd"}

    def urls() -> list[str]:
        return [url_for("page"), url_for("api.page")]

    @app.route("/urls")
    def both() -> list[list[str]] | dict[str, list[str]]:
        with unprefixed():
            inside = urls()
        return {"inside": inside, "outside": urls()}

    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
    assert app.test_client().get("/urls", headers=headers).json == {
        "inside": ["/page/", "/api/page/"],
        "outside": ["/fwd/page/", "/api-prefix/api/page/"],
    }


def test_unprefixed_ends_with_an_exception(app: Flask) -> None:
    add(app, "/app")
    with app.test_request_context():
        with pytest.raises(ZeroDivisionError), unprefixed():
            assert 1 // 0
        assert url_for("page") == "/app/page/"


def test_unprefixed_does_not_leak_to_another_thread(app: Flask) -> None:
    add(app, "/app")
    seen = []

    def build() -> None:
        with app.test_request_context():
            seen.append(url_for("page"))

    with unprefixed():
        thread = Thread(target=build)
        thread.start()
        thread.join()
        build()
    assert seen == ["/app/page/", "/page/"]


def _cached_app(app: Flask) -> tuple[Cache, Any]:
    """Return an app's cache and the view ``news``, which counts its calls."""
    cache = Cache(app, config={"CACHE_TYPE": "SimpleCache"})
    calls = count(1)

    @app.route("/news/<topic>")
    @cache.cached()
    def news(topic: str) -> str:
        return f"{topic} {next(calls)}"

    PrefixURLs(app, "/svc")
    return cache, news


def test_flask_caching_deletes_by_path(app: Flask) -> None:
    cache, news = _cached_app(app)
    client = app.test_client()
    assert client.get("/news/art").text == "art 1"
    with app.test_request_context():
        assert not cache.delete(news.make_cache_key(topic="art"))
        assert client.get("/news/art").text == "art 1"
        with unprefixed():
            assert cache.delete(news.make_cache_key(topic="art"))
    assert client.get("/news/art").text == "art 2"


def test_flask_caching_delete_cached_outside_of_a_request(app: Flask) -> None:
    cache, news = _cached_app(app)
    app.config["SERVER_NAME"] = "localhost"
    client = app.test_client()
    assert client.get("/news/art").text == "art 1"
    with app.app_context():
        assert not cache.delete_cached(news, topic="art")
        assert client.get("/news/art").text == "art 1"
        with unprefixed():
            assert cache.delete_cached(news, topic="art")
    assert client.get("/news/art").text == "art 2"
