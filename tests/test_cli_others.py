"""Other code that has a say in a URL: each piece is named, with what it means."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, Request, render_template_string
from werkzeug.routing import MapAdapter

from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.cli.inside.hooks import defaults_of
from flask_prefix_urls.cli.inside.others import others

SAID = "what it returns is the URL"
BUILDS = "its adapter builds the path that follows the prefix"


def at(code: Any) -> str:
    """Return where a function stands, as the sentences have it."""
    return f"(test_cli_others.py, line {code.__code__.co_firstlineno})"


with_and_without = pytest.mark.parametrize(
    "with_ours", [True, False], ids=["with-ours", "without-ours"]
)


def replace(app: Flask, hook: str) -> Callable[..., Any]:
    """Replace a method of an app as most do, and return the function."""
    before = getattr(app, hook)

    def replacement(*args: Any, **values: Any) -> Any:
        return before(*args, **values)

    setattr(app, hook, replacement)
    return replacement


class OwnFlask(Flask):
    def url_for(self, *args: Any, **values: Any) -> str:
        return super().url_for(*args, **values)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        return super().create_url_adapter(request)

    def inject_url_defaults(self, endpoint: str, values: dict[str, Any]) -> None:
        super().inject_url_defaults(endpoint, values)


def own_url(*args: Any, **values: Any) -> str:
    raise NotImplementedError


@with_and_without
def test_an_app_with_no_other_code_has_nothing_to_say(
    app: Flask, with_ours: bool
) -> None:
    if with_ours:
        PrefixURLs(app, "/svc")
    app.context_processor(lambda: {"own": "https://example.com"})
    app.context_processor(functools.partial(dict, own=1))
    assert [*others(app)] == []
    assert "jinja_env" not in vars(app)
    app.jinja_env.globals["own"] = str
    assert [*others(app)] == []


@pytest.mark.parametrize(
    ("hook", "means"), [("url_for", SAID), ("create_url_adapter", BUILDS)]
)
def test_a_function_from_before_is_named(app: Flask, hook: str, means: str) -> None:
    name = f"{__name__}.replace.<locals>.replacement"
    replacement = replace(app, hook)
    assert [*others(app)] == [
        f"app.{hook} was set to {name} {at(replacement)}: {means}."
    ]
    PrefixURLs(app, "/svc")
    assert [*others(app)] == [
        f"app.{hook} was set to {name} {at(replacement)} before PrefixURLs, which calls"
        f" it: {means}."
    ]


@pytest.mark.parametrize(
    ("hook", "means"),
    [("url_for", SAID), ("create_url_adapter", "its adapter builds the URL")],
)
def test_a_function_from_after_that_calls_ours_is_named(
    app: Flask, hook: str, means: str
) -> None:
    PrefixURLs(app, "/svc")
    replacement = replace(app, hook)
    assert [*others(app)] == [
        f"app.{hook} was set to {__name__}.replace.<locals>.replacement"
        f" {at(replacement)} after PrefixURLs, and calls that of PrefixURLs: {means}."
    ]


@pytest.mark.parametrize(
    ("hook", "means"),
    [
        ("url_for", "PrefixURLs does not check _prefix= before it is used"),
        ("create_url_adapter", "URLs have no prefix"),
    ],
)
def test_a_function_from_after_that_may_not_call_ours_is_named(
    app: Flask, hook: str, means: str
) -> None:
    PrefixURLs(app, "/svc")
    setattr(app, hook, own_url)
    assert [*others(app)] == [
        f"app.{hook} was set to {__name__}.own_url {at(own_url)} after"
        f" PrefixURLs: if it does not call what it replaced, {means}."
    ]


def test_a_chain_of_wrappers_is_named_link_by_link(app: Flask) -> None:
    app.url_for = functools.partial(own_url)  # type: ignore[method-assign]
    PrefixURLs(app, "/svc")

    @functools.wraps(app.url_for)
    def wraps(*args: Any, **values: Any) -> str:
        return own_url(*args, **values)

    app.url_for = wraps  # type: ignore[method-assign]
    outermost = replace(app, "url_for")
    assert [*others(app)] == [
        f"app.url_for was set to {__name__}.replace.<locals>.replacement"
        f" {at(outermost)} after PrefixURLs, and calls that of PrefixURLs: {SAID}.",
        f"app.url_for was set to {__name__}.wraps {at(wraps)} after PrefixURLs, and"
        f" calls that of PrefixURLs: {SAID}.",
        f"app.url_for was set to functools.partial of {__name__}.own_url {at(own_url)}"
        f" before PrefixURLs, which calls it: {SAID}.",
    ]


def test_a_partial_call_of_ours_calls_ours(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    app.url_for = functools.partial(app.url_for, _scheme="https")  # type: ignore[method-assign]
    (said,) = others(app)
    assert said.startswith("app.url_for was set to functools.partial of ")
    assert said.endswith(f" and calls that of PrefixURLs: {SAID}.")


def test_a_callable_object_is_named_by_its_class(app: Flask) -> None:
    class Links:
        def __call__(self, endpoint: str, **values: Any) -> str:
            raise NotImplementedError

    app.url_for = Links()  # type: ignore[method-assign]
    name = f"{__name__}.{Links.__qualname__}"
    assert [*others(app)] == [f"app.url_for was set to {name}: {SAID}."]


def test_a_function_that_wraps_itself_comes_to_an_end(app: Flask) -> None:
    def url_for(endpoint: str, **values: Any) -> str:
        return url_for(endpoint, **values)

    app.url_for = url_for  # type: ignore[method-assign]
    assert [*others(app)] == [
        f"app.url_for was set to {__name__}.{url_for.__qualname__} {at(url_for)}:"
        f" {SAID}."
    ]


@with_and_without
def test_a_class_that_overrides_flasks_methods_is_named(
    with_ours: bool,
) -> None:
    app = OwnFlask("tests")
    if with_ours:
        PrefixURLs(app, "/svc")
    own = f"{__name__}.OwnFlask"
    expected = [
        f"{own}.url_for {at(OwnFlask.url_for)} overrides Flask's: {SAID}.",
        f"{own}.create_url_adapter {at(OwnFlask.create_url_adapter)} overrides Flask's:"
        f" {BUILDS}.",
        f"{own}.inject_url_defaults {at(OwnFlask.inject_url_defaults)} overrides"
        " Flask's: only the url_defaults functions that it calls are run.",
    ]
    assert [*others(app)] == expected


def test_a_method_that_somebody_kept_is_not_named_twice() -> None:
    app = OwnFlask("tests")
    replacement = replace(app, "url_for")
    PrefixURLs(app, "/svc")
    told = [said for said in others(app) if "url_for " in said]
    assert told == [
        f"app.url_for was set to {__name__}.replace.<locals>.replacement"
        f" {at(replacement)} before PrefixURLs, which calls it: {SAID}.",
        f"{__name__}.OwnFlask.url_for {at(OwnFlask.url_for)} overrides Flask's:"
        f" {SAID}.",
    ]


def test_url_defaults_functions_are_named_in_their_order(app: Flask) -> None:
    def add_language(_: str, values: dict[str, Any]) -> None:
        values["language"] = "en"

    outer, inner = Blueprint("outer", "tests"), Blueprint("inner", "tests")
    other = Blueprint("other", "tests")
    for part in (outer, inner, other):
        part.url_defaults(add_language)
    outer.register_blueprint(inner)
    app.url_defaults(add_language)
    name = f"{__name__}.{add_language.__qualname__} {at(add_language)}"
    app.register_blueprint(outer)
    app.register_blueprint(other)

    def told(endpoint: str) -> list[str]:
        with app.test_request_context():
            return [default.sentence() for default in defaults_of(app, endpoint, {})]

    sets = f"{name} sets language to 'en'."
    assert told("static") == [sets]
    PrefixURLs(app, "/svc")
    app.url_defaults(add_language)
    of_app = [sets, "PrefixURLs sets _prefix to '/svc'.", f"{name} changes nothing."]
    assert told("static") == of_app
    assert told("outer.inner.page") == [
        *of_app,
        f"{name} of the blueprint 'outer' changes nothing.",
        f"{name} of the blueprint 'outer.inner' changes nothing.",
    ]


def test_templates_that_have_the_url_for_of_before_are_told(app: Flask) -> None:
    app.add_url_rule("/foo", "foo", str)
    assert app.jinja_env.globals["url_for"] == app.url_for
    PrefixURLs(app, "/svc")
    assert [*others(app)] == [
        "Templates have the url_for of before PrefixURLs, since app.jinja_env was made"
        " before: its URLs have the prefix, too."
    ]
    with app.test_request_context():
        assert render_template_string("{{ url_for('foo') }}") == "/svc/foo"


@with_and_without
def test_another_url_for_in_templates_is_named(app: Flask, with_ours: bool) -> None:
    if with_ours:
        PrefixURLs(app, "/svc")
    app.jinja_env.globals["url_for"] = own_url
    assert [*others(app)] == [
        f"Templates have {__name__}.own_url {at(own_url)} as url_for: {SAID} there."
    ]


def test_templates_that_have_ours_where_the_app_has_another_are_not_named(
    app: Flask,
) -> None:
    PrefixURLs(app, "/svc")
    assert callable(app.jinja_env.globals["url_for"])
    replace(app, "url_for")
    (of_app,) = others(app)
    assert of_app.startswith("app.url_for was set to ")


@pytest.mark.parametrize("of_blueprint", [False, True], ids=["app", "blueprint"])
def test_a_context_processor_with_a_url_for_is_named(
    app: Flask, of_blueprint: bool
) -> None:
    def with_display() -> dict[str, Any]:
        return {"url_for": own_url}

    def with_call() -> dict[str, Any]:
        return dict(own=1, url_for=own_url)  # noqa: C408

    part = Blueprint("part", "tests")
    scope = part if of_blueprint else app
    for function in (with_display, with_call):
        scope.context_processor(function)
    app.register_blueprint(part)
    assert [*others(app)] == [
        f"{__name__}.{function.__qualname__} {at(function)} is a context processor that"
        f" seems to give templates a url_for of its own: {SAID} there."
        for function in (with_display, with_call)
    ]


def test_a_handler_for_urls_that_cannot_be_built_is_named(app: Flask) -> None:
    app.url_build_error_handlers.append(own_url)
    assert [*others(app)] == [
        f"{__name__}.own_url {at(own_url)} handles URLs that cannot be built:"
        f" {SAID}, without a prefix."
    ]
