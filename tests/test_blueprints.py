"""Prefixes of blueprints: which one an endpoint gets, and when they are refused."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from flask import Blueprint, Flask, url_for

from flask_prefix_urls import PrefixURLs


def page(name: str, **options: Any) -> Blueprint:
    """Make a blueprint with the one endpoint ``page``."""
    blueprint = Blueprint(name, "tests", **options)
    blueprint.add_url_rule("/page", endpoint="page", view_func=str)
    return blueprint


def nest(app: Flask, **prefixes: str | None) -> None:
    """Register ``outer``, with ``inner`` in it, and ``deep`` in that one."""
    deep, inner, outer = page("deep"), page("inner"), page("outer")
    for blueprint in (deep, inner, outer):
        PrefixURLs(blueprint, prefixes.get(blueprint.name))
    inner.register_blueprint(deep, url_prefix="/d")
    outer.register_blueprint(inner, url_prefix="/i")
    app.register_blueprint(outer, url_prefix="/o")
    app.add_url_rule("/page", endpoint="page", view_func=str)


ENDPOINTS = ["outer.inner.deep.page", "outer.inner.page", "outer.page", "page"]


@pytest.mark.parametrize(
    ("of_app", "by_name", "of_objects", "urls"),
    [
        pytest.param(
            None,
            {},
            {},
            ["/o/i/d/page", "/o/i/page", "/o/page", "/page"],
            id="nothing-given",
        ),
        pytest.param(
            "/app",
            {},
            {},
            ["/app/o/i/d/page", "/app/o/i/page", "/app/o/page", "/app/page"],
            id="app-covers-all",
        ),
        pytest.param(
            None,
            {},
            {"inner": "/in"},
            ["/in/o/i/d/page", "/in/o/i/page", "/o/page", "/page"],
            id="blueprint-covers-what-is-nested-in-it",
        ),
        pytest.param(
            "/app",
            {},
            {"outer": "/out", "deep": "/deep"},
            ["/deep/o/i/d/page", "/out/o/i/page", "/out/o/page", "/app/page"],
            id="nearest-replaces",
        ),
        pytest.param(
            "/app",
            {},
            {"outer": "/out", "inner": ""},
            ["/o/i/d/page", "/o/i/page", "/out/o/page", "/app/page"],
            id="empty-opts-out",
        ),
        pytest.param(
            "",
            {},
            {"outer": "/out"},
            ["/out/o/i/d/page", "/out/o/i/page", "/out/o/page", "/page"],
            id="app-opted-out",
        ),
        pytest.param(
            "/app",
            {"outer": "/name"},
            {"outer": "/object"},
            ["/name/o/i/d/page", "/name/o/i/page", "/name/o/page", "/app/page"],
            id="name-wins-over-object",
        ),
        pytest.param(
            "/app",
            {"outer": "/name"},
            {"inner": "/object"},
            ["/object/o/i/d/page", "/object/o/i/page", "/name/o/page", "/app/page"],
            id="inner-object-wins-over-outer-name",
        ),
        pytest.param(
            "/app",
            {"outer.inner.deep": "/deep", "outer.inner": None},
            {},
            ["/deep/o/i/d/page", "/app/o/i/page", "/app/o/page", "/app/page"],
            id="dotted-name-and-none",
        ),
    ],
)
@pytest.mark.parametrize("order", ["names-first", "blueprints-first"])
def test_nearest_scope(
    app: Flask,
    order: str,
    of_app: str | None,
    by_name: dict[str, str | None],
    of_objects: dict[str, str],
    urls: list[str],
) -> None:
    if order == "names-first":
        PrefixURLs(app, of_app, blueprints=by_name)
    nest(app, **of_objects)
    if order == "blueprints-first":
        PrefixURLs(app, of_app, blueprints=by_name)
    with app.test_request_context():
        assert [url_for(endpoint) for endpoint in ENDPOINTS] == urls
        external = [url_for(endpoint, _external=True) for endpoint in ENDPOINTS]
        assert external == [f"http://localhost{url}" for url in urls]


@pytest.mark.parametrize(
    ("served", "url"),
    [
        pytest.param("/api/page", "/public/api/page", id="relative-endpoint"),
        pytest.param("/web/page", "/site/web/page", id="of-the-other-blueprint"),
    ],
)
def test_a_relative_endpoint_is_the_one_that_is_built(
    app: Flask, served: str, url: str
) -> None:
    for name, prefix in {"api": "/public", "web": "/site"}.items():
        blueprint = Blueprint(name, "tests", url_prefix=f"/{name}")
        blueprint.add_url_rule(
            "/page", endpoint="page", view_func=lambda: url_for(".page")
        )
        PrefixURLs(blueprint, prefix)
        app.register_blueprint(blueprint)
    assert app.test_client().get(served).text == url


def test_the_request_being_served_does_not_decide(app: Flask) -> None:
    api = page("api", url_prefix="/api")
    PrefixURLs(api, "/public")
    app.register_blueprint(api)
    app.add_url_rule("/", endpoint="index", view_func=str)
    with app.test_request_context("/api/page"):
        assert url_for("index") == "/"
    with app.test_request_context("/"):
        assert url_for("api.page") == "/public/api/page"


def test_static_files_of_a_blueprint(app: Flask) -> None:
    blueprint = Blueprint("b", "tests", static_folder="static", url_prefix="/b")
    PrefixURLs(blueprint, "/public")
    app.register_blueprint(blueprint)
    with app.test_request_context():
        assert url_for("b.static", filename="a.css") == "/public/b/static/a.css"
        assert url_for("static", filename="a.css") == "/static/a.css"


def test_names_from_the_config_lose_to_names_from_the_argument(app: Flask) -> None:
    for name in ("a", "b", "c"):
        app.register_blueprint(page(name, url_prefix=f"/{name}"))
    app.config["PREFIX_URLS_BLUEPRINTS"] = {"a": "/config", "b": "/config"}
    PrefixURLs(app, blueprints={"b": "/argument", "c": "/argument", "a": None})
    with app.test_request_context():
        assert url_for("a.page") == "/config/a/page"
        assert url_for("b.page") == "/argument/b/page"
        assert url_for("c.page") == "/argument/c/page"


def test_names_from_the_environment(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.register_blueprint(page("api", url_prefix="/api"))
    monkeypatch.setenv("FLASK_PREFIX_URLS_PREFIX", "/svc")
    monkeypatch.setenv("FLASK_PREFIX_URLS_BLUEPRINTS__api", "/public")
    app.config.from_prefixed_env()
    PrefixURLs(app)
    with app.test_request_context():
        assert url_for("api.page") == "/public/api/page"
        assert url_for("static", filename="x") == "/svc/static/x"


def test_one_blueprint_under_two_names_and_on_two_apps() -> None:
    shared = page("shared")
    PrefixURLs(shared, "/both")
    one, two = Flask("one"), Flask("two")
    one.register_blueprint(shared, url_prefix="/a")
    one.register_blueprint(shared, url_prefix="/b", name="again")
    two.register_blueprint(shared, url_prefix="/c", name="other")
    PrefixURLs(one, blueprints={"again": "/again"})
    PrefixURLs(two, blueprints={"other": "/two"})
    with one.test_request_context():
        assert url_for("shared.page") == "/both/a/page"
        assert url_for("again.page") == "/again/b/page"
    with two.test_request_context():
        assert url_for("other.page") == "/two/c/page"


def test_one_object_on_two_apps() -> None:
    prefix_urls = PrefixURLs(blueprints={"api": "/public"})
    one, two = Flask("one"), Flask("two")
    one.config["PREFIX_URLS_PREFIX"] = "/one"
    for app in (one, two):
        app.register_blueprint(page("api"))
        prefix_urls.init_app(app)
    with one.test_request_context():
        assert url_for("static", filename="x") == "/one/static/x"
        assert url_for("api.page") == "/public/page"
    with two.test_request_context():
        assert url_for("static", filename="x") == "/static/x"
        assert url_for("api.page") == "/public/page"


@pytest.mark.warns
def test_a_factory_object_on_a_blueprint(app: Flask) -> None:
    app.config["PREFIX_URLS_PREFIX"] = "/never-read"
    blueprint = page("api")
    PrefixURLs(prefix="/public").init_app(blueprint)
    app.register_blueprint(blueprint)
    with app.test_request_context():
        assert url_for("api.page") == "/public/page"
        assert url_for("static", filename="x") == "/static/x"


def test_a_blueprint_that_comes_after_the_first_url_was_built(app: Flask) -> None:
    PrefixURLs(app, "/svc", blueprints={"late": "/late"})
    app.config["SERVER_NAME"] = "example.com"
    app.add_url_rule("/late/page", endpoint="early", view_func=str)
    assert app.url_for("early", _external=False) == "/svc/late/page"
    late, named = page("object"), page("late")
    PrefixURLs(late, "/object")
    app.register_blueprint(late)
    app.register_blueprint(named, url_prefix="/named")
    assert app.url_for("object.page", _external=False) == "/object/page"
    assert app.url_for("late.page", _external=False) == "/late/named/page"
    PrefixURLs(app, blueprints={"object": "/name"})
    assert app.url_for("object.page", _external=False) == "/name/page"


@pytest.mark.warns
@pytest.mark.parametrize(
    ("names", "registered", "sentences"),
    [
        pytest.param(
            {"amdin": "/x"},
            ["admin", "api"],
            [
                "The prefix '/x' (from the argument blueprints) was given to the"
                " blueprint 'amdin', but no blueprint is registered by that name: did"
                " you mean 'admin'?"
            ],
            id="typo",
        ),
        pytest.param(
            {"admin": "/x"},
            [],
            [
                "The prefix '/x' (from the argument blueprints) was given to the"
                " blueprint 'admin', but no blueprint is registered by that name: there"
                " is none."
            ],
            id="no-blueprint-at-all",
        ),
        pytest.param({"admin": "/x"}, ["admin"], [], id="right"),
    ],
)
def test_a_name_that_is_not_registered_is_warned_of_once(
    app: Flask,
    caplog: pytest.LogCaptureFixture,
    names: dict[str, str],
    registered: list[str],
    sentences: list[str],
) -> None:
    PrefixURLs(app, blueprints=names)
    for name in registered:
        app.register_blueprint(page(name, url_prefix=f"/{name}"))
    assert caplog.messages == []
    for _ in range(2):
        app.test_client().get("/static/x")
    assert caplog.messages == sentences
    assert {(record.name, record.levelno) for record in caplog.records} <= {
        (f"{app.logger.name}.prefix_urls", logging.WARNING)
    }


def test_the_same_prefix_twice_is_no_error(app: Flask) -> None:
    blueprint = page("api")
    for prefix in ("/public", "public/"):
        PrefixURLs(blueprint, prefix)
        PrefixURLs(app, "/svc", blueprints={"api": prefix})
    app.register_blueprint(blueprint)
    with app.test_request_context():
        assert url_for("api.page") == "/public/page"


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (
            "app",
            "The app has the prefix '/a' (from the argument prefix) already and is"
            " given '/b' (from the argument prefix): decide on one of them.",
        ),
        (
            "name",
            "The blueprint 'api' has the prefix '/a' (from the argument blueprints)"
            " already and is given '/b' (from the argument blueprints): decide on one"
            " of them.",
        ),
        (
            "object",
            "The blueprint 'api' has the prefix '/a' (from the argument prefix) already"
            " and is given '/b' (from the argument prefix): decide on one of them.",
        ),
    ],
)
def test_another_prefix_for_the_same_scope(
    app: Flask, kind: str, sentence: str
) -> None:
    blueprint = page("api")

    def give(prefix: str) -> None:
        if kind == "app":
            PrefixURLs(app, prefix)
        elif kind == "name":
            PrefixURLs(app, blueprints={"api": prefix})
        else:
            PrefixURLs(blueprint, prefix)

    give("/a")
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        give("/b")


@pytest.mark.parametrize(
    ("prefix", "shown"),
    [("public", "'/public'"), (lambda: "/public", "...")],
    ids=["text", "function"],
)
def test_a_blueprint_that_is_registered_already(
    app: Flask, prefix: Any, shown: str
) -> None:
    blueprint = page("api")
    app.register_blueprint(blueprint)
    sentence = (
        "The blueprint 'api' is registered already: give it its prefix before that,"
        f" or give the app blueprints={{'api': {shown}}}, with the dotted name if it is"
        " nested."
    )
    with pytest.raises(RuntimeError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(blueprint, prefix)


def test_nothing_for_a_blueprint_that_is_registered_already(app: Flask) -> None:
    blueprint = page("api")
    app.register_blueprint(blueprint)
    PrefixURLs(blueprint)
    assert "prefix_urls" not in app.extensions


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"blueprints": {"x": "/y"}}, "blueprints"),
        ({"proxy_strips": True}, "proxy_strips"),
        (
            {"public_url": "https://example.com", "cookie_path": True},
            "public_url and cookie_path",
        ),
    ],
    ids=["one", "another", "two"],
)
def test_app_wide_options_with_a_blueprint(options: dict[str, Any], names: str) -> None:
    sentence = (
        f"The blueprint 'api' is given {names}, but only an app takes that: give it to"
        " the app, and each blueprint its own prefix."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(page("api"), "/public", **options)
