"""The three hooks: what each gets and adds, and who else may stand between them."""

from __future__ import annotations

import gc
import logging
import re
from typing import Any

import pytest
from flask import Blueprint, Flask, Request, render_template_string, url_for
from flask.globals import request_ctx
from werkzeug.routing import BuildError, MapAdapter

from flask_prefix_urls import PrefixURLs, unprefixed


def with_pages(app: Flask) -> Flask:
    """Give an app a page, one in a prefixed blueprint, and one in an opted-out one."""
    for name, prefix in {"api": "/public", "out": ""}.items():
        blueprint = Blueprint(name, "tests", url_prefix=f"/{name}")
        blueprint.add_url_rule("/page", "page", str)
        PrefixURLs(blueprint, prefix)
        app.register_blueprint(blueprint)
    app.add_url_rule("/page", "page", str)
    return app


class TellingAdapter(MapAdapter):
    """An adapter that tells under which root it builds, and with which values."""

    story: list[tuple[str, object]]

    def build(
        self, endpoint: str, values: Any = None, *args: Any, **options: Any
    ) -> str:
        self.story.append(("MapAdapter.build", (self.script_name, dict(values))))
        return super().build(endpoint, values, *args, **options)


class Teller(Flask):
    """An app that tells what arrives where."""

    story: list[tuple[str, object]]

    def url_for(self, endpoint: str, **values: Any) -> str:
        self.story.append(
            ("Flask.url_for", {k: values[k] for k in ("_prefix", "n") if k in values})
        )
        url = super().url_for(endpoint, **values)
        self.story.append(("returned", url))
        return url

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        if request is None:
            return None
        adapter = TellingAdapter(
            self.url_map,
            "localhost",
            request.environ["SCRIPT_NAME"],
            "",
            "http",
            request.path,
            request.method,
        )
        adapter.story = self.story
        return adapter


@pytest.mark.parametrize(
    ("argument", "given", "default", "root"),
    [
        pytest.param(
            {},
            {"n": 7},
            {"n": 7, "_prefix": "/public"},
            "/public/m",
            id="default",
        ),
        pytest.param(
            {"_prefix": "v2/"},
            {"n": 7, "_prefix": "/v2"},
            {"n": 7, "_prefix": "/v2"},
            "/v2/m",
            id="argument",
        ),
    ],
)
def test_the_story_of_one_url(
    argument: dict[str, str],
    given: dict[str, object],
    default: dict[str, object],
    root: str,
) -> None:
    """The wrapper checks the argument, the function adds the default."""
    app = Teller("tests")
    app.story = []
    before: list[dict[str, object]] = []
    app.url_defaults(lambda _, values: before.append(dict(values)))
    with_pages(app)
    PrefixURLs(app, "/svc")
    after: list[dict[str, object]] = []
    app.url_defaults(lambda _, values: after.append(dict(values)))
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/m"}):
        assert url_for("api.page", n=7, **argument) == f"{root}/api/page?n=7"
    # The url_defaults function adds the default; others see it if they come later.
    assert (before, after) == ([given], [default])
    assert app.story == [
        # The wrapper of url_for passes the argument on, checked.
        ("Flask.url_for", given),
        # The adapter uses _prefix up, and writes prefix and mount before the route.
        ("MapAdapter.build", (f"{root}/", {"n": 7})),
        ("returned", f"{root}/api/page?n=7"),
    ]


@pytest.mark.parametrize("bad", ["//x", 5])
def test_the_argument_is_checked_before_anything_else(bad: Any) -> None:
    app = Teller("tests")
    app.story = []
    asked: list[str] = []
    app.url_defaults(lambda endpoint, _: asked.append(endpoint))
    PrefixURLs(with_pages(app), "/svc")
    with (
        app.test_request_context(),
        pytest.raises((TypeError, ValueError), match=r"^_prefix is .*, but "),
    ):
        url_for("page", _prefix=bad)
    assert (app.story, asked) == ([], [])


def test_a_request_makes_one_adapter_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made by its constructor, and Flask's own is not kept beside it."""
    init = MapAdapter.__init__
    made: list[str] = []

    def count(self: MapAdapter, *args: Any, **options: Any) -> None:
        made.append(app.name)
        init(self, *args, **options)

    def page() -> str:
        adapters = (o for o in gc.get_objects() if isinstance(o, MapAdapter))
        return str(sum(adapter.map is app.url_map for adapter in adapters))

    monkeypatch.setattr(MapAdapter, "__init__", count)
    for app in (Flask("plain"), Flask("ours")):
        app.add_url_rule("/page", "page", page)
        if app.name == "ours":
            PrefixURLs(app, "/svc", blueprints={})
        assert app.test_client().get("/page").text == "1"
    assert made == ["plain", "ours", "ours"]


def test_the_adapter_alone_where_nothing_passes_the_first_two(app: Flask) -> None:
    PrefixURLs(with_pages(app), "/svc")
    seen: list[str] = []
    app.url_defaults(lambda endpoint, _: seen.append(endpoint))
    app.add_url_rule("/slash/", "slash", str)
    assert app.test_client().get("/slash").location == "http://localhost/svc/slash/"
    with app.test_request_context():
        adapter = request_ctx.url_adapter
        assert adapter.build("api.page") == "/public/api/page"
        assert adapter.build("page", {"_prefix": "v2"}) == "/v2/page"
        with unprefixed():
            assert adapter.build("page") == "/page"
    assert seen == []


def test_one_function_for_each_app(app: Flask) -> None:
    with_pages(app)
    PrefixURLs(app, "/svc")
    PrefixURLs(app, blueprints={"out": "/out"})
    assert len(app.url_default_functions[None]) == 1
    assert app.url_default_functions.keys() == {None}


def tenant(endpoint: str, values: dict[str, Any]) -> None:
    """Set a prefix where the call has none, as an application would."""
    if endpoint == "page":
        values["_prefix"] = values.get("tenant", "/tenant/")


@pytest.mark.parametrize("order", ["theirs-first", "ours-first"])
def test_an_own_function_in_either_order(app: Flask, order: str) -> None:
    if order == "theirs-first":
        app.url_defaults(tenant)
    PrefixURLs(with_pages(app), "/svc")
    if order == "ours-first":
        app.url_defaults(tenant)
    with app.test_request_context():
        assert url_for("page") == "/tenant/page"
        assert url_for("page", _external=True) == "http://localhost/tenant/page"
        assert url_for("api.page") == "/public/api/page"
        with unprefixed():
            assert url_for("page") == "/tenant/page"
        with pytest.raises(
            TypeError, match=r"^_prefix is \['/x'\], but must be a string"
        ):
            url_for("page", tenant=["/x"])
        with pytest.raises(ValueError, match=r"^_prefix is '//evil.com', but a prefix"):
            url_for("page", tenant="//evil.com")


@pytest.mark.parametrize(
    ("order", "seen"),
    [("theirs-first", [None, "/x"]), ("ours-first", ["/svc", "/x"])],
)
def test_what_an_own_function_sees(
    app: Flask, order: str, seen: list[str | None]
) -> None:
    prefixes: list[str | None] = []

    def look(_: str, values: dict[str, Any]) -> None:
        prefixes.append(values.get("_prefix"))

    if order == "theirs-first":
        app.url_defaults(look)
    PrefixURLs(with_pages(app), "/svc")
    if order == "ours-first":
        app.url_defaults(look)
    with app.test_request_context():
        assert [url_for("page"), url_for("page", _prefix="/x")] == [
            "/svc/page",
            "/x/page",
        ]
    assert prefixes == seen


@pytest.mark.parametrize("by", ["None", "pop"])
@pytest.mark.parametrize("order", ["theirs-first", "ours-first"])
def test_an_own_function_that_takes_the_prefix_back(
    app: Flask, order: str, by: str
) -> None:
    def take_back(_: str, values: dict[str, Any]) -> None:
        values["_prefix"] = None
        if by == "pop":
            del values["_prefix"]

    if order == "theirs-first":
        app.url_defaults(take_back)
    PrefixURLs(with_pages(app), "/svc")
    if order == "ours-first":
        app.url_defaults(take_back)
    with app.test_request_context():
        assert url_for("page") == "/svc/page"


class Captured:
    """An extension that keeps the bound ``url_for``, as Jinja does."""

    def __init__(self, app: Flask) -> None:
        self.url_for = app.url_for


def test_a_captured_url_for(app: Flask) -> None:
    captured = Captured(app)
    template = app.jinja_env.from_string("{{ url_for('page', _prefix=prefix) }}")
    PrefixURLs(with_pages(app), "/svc")
    with app.test_request_context():
        for build in (
            captured.url_for,
            lambda _, _prefix: template.render(prefix=_prefix),
        ):
            assert build("page", _prefix=None) == "/svc/page"
            assert build("page", _prefix="v2/") == "/v2/page"
            assert build("page", _prefix="") == "/page"
            for bad, error in (
                ("//evil.com", ValueError),
                (5, TypeError),
                ([], TypeError),
            ):
                sentence = f"^_prefix is {re.escape(repr(bad))}, but "
                with pytest.raises(error, match=sentence):
                    build("page", _prefix=bad)


@pytest.mark.parametrize("first", ["they-come-first", "we-come-first"])
@pytest.mark.parametrize("chained", [True, False])
def test_an_extension_that_replaces_url_for(
    app: Flask, first: str, chained: bool
) -> None:
    def replace() -> None:
        inner = app.url_for if chained else None

        def versioned(endpoint: str, **values: Any) -> str:
            values["v"] = 7
            if inner is None:
                return Flask.url_for(app, endpoint, **values)
            return inner(endpoint, **values)

        app.url_for = versioned  # type: ignore[method-assign]

    if first == "they-come-first":
        replace()
    PrefixURLs(with_pages(app), "/svc")
    if first == "we-come-first":
        replace()
    with app.test_request_context():
        assert url_for("page") == "/svc/page?v=7"
        assert url_for("page", _prefix="v2/") == "/v2/page?v=7"
        with pytest.raises(ValueError, match=r"^_prefix is '//x', but a prefix"):
            url_for("page", _prefix="//x")


def https(adapter: MapAdapter | None) -> MapAdapter | None:
    if adapter is not None:
        adapter.url_scheme = "https"
    return adapter


@pytest.mark.parametrize("first", ["they-come-first", "we-come-first"])
def test_an_extension_that_replaces_create_url_adapter(app: Flask, first: str) -> None:
    def replace() -> None:
        inner = app.create_url_adapter
        app.create_url_adapter = (  # type: ignore[method-assign]
            lambda request: https(inner(request))
        )

    if first == "they-come-first":
        replace()
    PrefixURLs(with_pages(app), "/svc")
    if first == "we-come-first":
        replace()
    with app.test_request_context():
        for endpoint, path in {"page": "/svc/page", "out.page": "/out/page"}.items():
            assert url_for(endpoint) == path
            assert url_for(endpoint, _external=True) == f"https://localhost{path}"


WARNING = (
    "A URL was built without a prefix, since its URL adapter is not that of PrefixURLs:"
    " app.create_url_adapter was replaced after PrefixURLs, or a context was pushed"
    " before it. Move PrefixURLs below the line that replaces it, or above the line"
    " that pushes the context."
)


@pytest.mark.warns
def test_an_adapter_that_is_not_ours_gives_flasks_own_urls_and_a_warning(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    PrefixURLs(app, "/svc")
    app.add_url_rule("/page", "page", lambda: url_for("page"))
    app.create_url_adapter = (  # type: ignore[method-assign]
        lambda request: Flask.create_url_adapter(app, request)
    )
    for _ in range(2):
        assert app.test_client().get("/page").text == "/page"
    log = f"{app.logger.name}.prefix_urls"
    assert caplog.record_tuples == [(log, logging.WARNING, WARNING)]


@pytest.mark.warns
def test_a_context_that_was_pushed_before(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.add_url_rule("/page", "page", str)
    with app.test_request_context():
        PrefixURLs(app, "/svc")
        assert url_for("page") == "/page"
    assert caplog.messages == [WARNING]
    with app.test_request_context():
        assert url_for("page") == "/svc/page"


class Site(Flask):
    """An app class that overrides both methods."""

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        return super().url_for(endpoint, **{"a": 1} | values)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        return https(super().create_url_adapter(request))


def test_an_app_class_that_overrides_both() -> None:
    app = with_pages(Site("tests"))
    PrefixURLs(app, "/svc")
    app.config["SERVER_NAME"] = "localhost"
    with app.test_request_context():
        assert url_for("page") == "/svc/page?a=1"
        assert (
            url_for("page", _external=True, _prefix="/x")
            == "https://localhost/x/page?a=1"
        )
        assert render_template_string("{{ url_for('page', a=2) }}") == "/svc/page?a=2"
    with app.app_context():
        assert url_for("api.page") == "https://localhost/public/api/page?a=1"


@pytest.mark.parametrize("argument", [{}, {"_prefix": "/x"}], ids=["default", "given"])
@pytest.mark.parametrize("prefix", [None, "/svc"])
def test_what_a_build_error_says_and_gives(
    prefix: str | None, argument: dict[str, str]
) -> None:
    """As plain Flask does for a call without the argument, but for the argument."""
    said = []
    handed = []
    for app in (Flask("plain"), Flask("ours")):
        app.add_url_rule("/item/<int:id>", "item", str)
        values: dict[str, Any] = {"id": 1}
        if app.name == "ours":
            PrefixURLs(app, prefix)
            values |= argument

        def handle(error: BuildError, endpoint: str, values: dict[str, Any]) -> None:
            said.append((endpoint, error.endpoint, error.values, error.method))
            said.append(error.adapter is request_ctx.url_adapter)
            handed.append(dict(values))

        app.url_build_error_handlers.append(handle)
        with app.test_request_context():
            with pytest.raises(BuildError) as caught:
                url_for("itme", _anchor="a", **values)
            said.append(str(caught.value))
    assert said[:3] == said[3:]
    assert handed[1] == handed[0] | argument


def test_the_values_of_a_caller_stay_as_they_are(app: Flask) -> None:
    PrefixURLs(with_pages(app), "/svc")
    with app.test_request_context():
        values = {"_prefix": "/x", "a": 1}
        for _ in range(2):
            assert request_ctx.url_adapter.build("page", values) == "/x/page?a=1"
        assert values == {"_prefix": "/x", "a": 1}
