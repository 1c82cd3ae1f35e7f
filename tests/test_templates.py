"""``url_for`` in templates is the same ``url_for``, whoever built ``jinja_env``."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Blueprint, Flask, render_template, render_template_string, url_for
from jinja2 import DictLoader

from flask_prefix_urls import PrefixURLs

TEMPLATES = {
    "macros": "{% macro link(name) %}{{ url_for(name, **kwargs) }}{% endmacro %}",
    "set": "{% set link = url_for('home') %}",
    "part": "{{ url_for('home') }}",
    "base": "<{% block body %}{{ url_for('home') }}{% endblock %}>",
}

Order = Callable[[Flask, Callable[[], object]], None]


def _before(app: Flask, install: Callable[[], object]) -> None:
    """Install, as most apps do, before anyone asks for ``jinja_env``."""
    install()
    assert "jinja_env" not in vars(app)
    app.jinja_env.globals["late"] = True


def _after(app: Flask, install: Callable[[], object]) -> None:
    """Install when another extension has built ``jinja_env``."""
    app.jinja_env.globals["early"] = True
    install()


@pytest.fixture(params=[_before, _after], ids=["env after", "env before"])
def order(request: pytest.FixtureRequest) -> Order:
    """Whether ``jinja_env`` is built before the extension is installed, or after."""
    chosen: Order = request.param
    return chosen


def _app() -> Flask:
    app = Flask("tests", static_folder="static")
    app.jinja_loader = DictLoader(TEMPLATES)
    app.add_url_rule("/", "home", lambda: "")
    for name, prefix in (("shop", "/sales"), ("plain", None), ("out", "")):
        blueprint = Blueprint(name, "tests", static_folder="static")
        blueprint.add_url_rule("/x", "x", lambda: "")
        blueprint.add_url_rule(
            "/<path:source>", "show", lambda source: render_template_string(source)
        )
        PrefixURLs(blueprint, prefix)
        app.register_blueprint(blueprint, url_prefix=f"/{name}")
    return app


def _cdn(endpoint: str, **values: object) -> str:
    return f"https://cdn.example/{endpoint}?{len(values)}"


@pytest.mark.parametrize(
    ("source", "with_app_prefix", "without"),
    [
        pytest.param("{{ url_for('home') }}", "/svc/", "/", id="page"),
        pytest.param(
            "{% from 'macros' import link %}{{ link('home', a='b') }}",
            "/svc/?a=b",
            "/?a=b",
            id="macro, imported without context",
        ),
        pytest.param(
            "{% import 'macros' as m with context %}{{ m.link('shop.x') }}",
            "/sales/shop/x",
            "/sales/shop/x",
            id="macro, imported with context",
        ),
        pytest.param(
            "{% import 'set' as m %}{{ m.link }}", "/svc/", "/", id="imported module"
        ),
        pytest.param("{% include 'part' %}", "/svc/", "/", id="included"),
        pytest.param("{% extends 'base' %}", "</svc/>", "</>", id="inherited"),
        pytest.param(
            "{% extends 'base' %}{% block body %}{{ super() + url_for('plain.x') }}"
            "{% endblock %}",
            "</svc//svc/plain/x>",
            "<//plain/x>",
            id="overridden block",
        ),
        pytest.param("{{ url_for('out.x') }}", "/out/x", "/out/x", id="opted out"),
        pytest.param(
            "{{ url_for('home', _external=true, _anchor='a') }}",
            "http://localhost/svc/#a",
            "http://localhost/#a",
            id="external",
        ),
        pytest.param(
            "{{ url_for('static', filename='a b.css') }}",
            "/svc/static/a%20b.css",
            "/static/a%20b.css",
            id="static",
        ),
        pytest.param(
            "{{ url_for('shop.static', filename='x.css') }}",
            "/sales/shop/static/x.css",
            "/sales/shop/static/x.css",
            id="blueprint.static",
        ),
        pytest.param(
            "{{ url_for('plain.static', filename='x.css') }}",
            "/svc/plain/static/x.css",
            "/plain/static/x.css",
            id="blueprint.static of a blueprint without a prefix",
        ),
        pytest.param(
            "{{ url_for('home', _prefix='/x', a=1) }}", "/x/?a=1", "/x/?a=1", id="given"
        ),
        pytest.param(
            "{% set p %}/x{% endset %}{{ url_for('shop.x', _prefix=p) }}",
            "/x/shop/x",
            "/x/shop/x",
            id="given as Markup",
        ),
        pytest.param(
            "{% from 'macros' import link %}{{ link('home', _prefix='') }}",
            "/",
            "/",
            id="given empty, in a macro",
        ),
        pytest.param(
            "{{ url_for('home', _prefix=none) }}", "/svc/", "/", id="given None"
        ),
    ],
)
def test_every_place_in_a_template(
    source: str, with_app_prefix: str, without: str, order: Order
) -> None:
    for prefix, expected in (("/svc", with_app_prefix), (None, without)):
        app = _app()
        order(app, lambda app=app, prefix=prefix: PrefixURLs(app, prefix))
        with app.test_request_context():
            assert render_template_string(source) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/shop/{{ url_for('.x') }}", "/sales/shop/x"),
        ("/plain/{{ url_for('.x') }}", "/svc/plain/x"),
        ("/out/{{ url_for('.x') + url_for('shop.x') }}", "/out/x/sales/shop/x"),
    ],
)
def test_endpoint_of_the_current_blueprint(
    path: str, expected: str, order: Order
) -> None:
    app = _app()
    order(app, lambda: PrefixURLs(app, "/svc"))
    assert app.test_client().get(path).text == expected


def test_outside_of_a_request(order: Order) -> None:
    app = _app()
    app.config["SERVER_NAME"] = "example.com"
    order(app, lambda: PrefixURLs(app, "/svc"))
    with app.app_context():
        assert render_template("part") == "http://example.com/svc/"


@pytest.mark.parametrize("prefix", ["/x y", "//evil.example", 5])
def test_a_bad_prefix_in_a_template_is_refused(prefix: object) -> None:
    app = _app()
    PrefixURLs(app, "/svc")
    source = "{{ url_for('home', _prefix=prefix) }}"
    with app.test_request_context(), pytest.raises((TypeError, ValueError), match="is"):
        render_template_string(source, prefix=prefix)


def test_an_undefined_prefix_is_refused() -> None:
    app = _app()
    PrefixURLs(app, "/svc")
    with app.test_request_context(), pytest.raises(TypeError, match="_prefix is"):
        render_template_string("{{ url_for('home', _prefix=nowhere) }}")


@pytest.mark.parametrize("theirs_first", [True, False])
def test_a_global_of_someone_else_stays_theirs(theirs_first: bool) -> None:
    app = _app()
    if theirs_first:
        app.jinja_env.globals["url_for"] = _cdn
    PrefixURLs(app, "/svc")
    if not theirs_first:
        app.jinja_env.globals["url_for"] = _cdn
    assert app.jinja_env.globals["url_for"] is _cdn
    with app.test_request_context():
        assert render_template("part") == "https://cdn.example/home?0"
        source = "{% from 'macros' import link %}{{ link('home', a=1) }}"
        assert render_template_string(source) == "https://cdn.example/home?1"
        assert url_for("home") == "/svc/"


def test_a_global_that_adds_to_url_for_adds_to_the_public_url() -> None:
    app = _app()
    app.jinja_env.globals["url_for"] = lambda name: f"{url_for(name)}?v=1"
    PrefixURLs(app, "/svc")
    with app.test_request_context():
        assert render_template("part") == "/svc/?v=1"
        assert render_template_string("{{ url_for('out.x') }}") == "/out/x?v=1"


def test_a_context_processor_wins_where_there_is_a_context() -> None:
    app = _app()
    app.context_processor(lambda: {"url_for": _cdn})
    PrefixURLs(app, "/svc")
    bare = "{% from 'macros' import link %}{{ link('home') }}"
    with app.test_request_context():
        assert render_template("part") == "https://cdn.example/home?0"
        assert render_template_string(bare) == "/svc/"


def test_jinja_options_set_afterwards_still_count() -> None:
    app = _app()
    PrefixURLs(app, "/svc", blueprints={"plain": "/by-name"})
    app.jinja_options = {"variable_start_string": "[[", "variable_end_string": "]]"}
    source = "{{ [[ url_for('home') ]] [[ url_for('plain.x') ]] }}"
    with app.test_request_context():
        assert render_template_string(source) == "{{ /svc/ /by-name/plain/x }}"
