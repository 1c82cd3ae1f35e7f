"""The URL adapter of a context: its state counts, and an own class keeps its ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, Request, request, url_for
from flask.globals import request_ctx
from werkzeug.datastructures import MultiDict
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, BuildError, MapAdapter, RequestRedirect

from flask_prefix_urls import PrefixURLs


def with_pages(app: Flask, **options: Any) -> Flask:
    out = Blueprint("out", "tests", url_prefix="/out")
    for scope in (app, out):
        scope.add_url_rule("/page/", "page", str)
        scope.add_url_rule("/post", "post", str, methods=["POST"])
        scope.add_url_rule("/get", "post", str, methods=["GET"])
        scope.add_url_rule("/there/", "there", str, **options)
    app.register_blueprint(out)
    return app


URLS: dict[str, Callable[[str], str]] = {
    "relative": lambda name: url_for(name),
    "external": lambda name: url_for(name, _external=True),
    "scheme": lambda name: url_for(name, _scheme="ftp", _external=True),
    "prefix": lambda name: url_for(name, _prefix="/x", _external=True),
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url_scheme", "https"),
        ("url_scheme", "wss"),
        ("url_scheme", ""),
        ("server_name", "other.example:8080"),
        ("subdomain", "sub"),
        ("default_method", "GET"),
    ],
)
@pytest.mark.parametrize("early", [True, False], ids=["before-urls", "between-urls"])
def test_what_the_application_assigns_to_the_adapter_counts(
    name: str, value: str, early: bool
) -> None:
    """The judge is plain Flask mounted at the prefix: rule 13."""
    answers = []
    for ours in (False, True):
        app = with_pages(
            Flask("tests", subdomain_matching=True, static_folder=None), subdomain="sub"
        )
        app.config["SERVER_NAME"] = "example.com"
        if ours:
            PrefixURLs(app, "/svc", blueprints={"out": "/svc"})
        overrides = {} if ours else {"SCRIPT_NAME": "/svc"}
        with app.test_request_context(
            "/post", method="POST", environ_overrides=overrides
        ):
            names = ("page", "post", "there", "out.page", "out.there")
            if not early:
                for build in URLS.values():
                    build("page")
            setattr(request_ctx.url_adapter, name, value)
            answers.append(
                [
                    build(endpoint)
                    for key, build in URLS.items()
                    for endpoint in names
                    if ours or key != "prefix"
                ]
            )
            path = "/there" if name == "subdomain" else "/out/page"
            with pytest.raises(RequestRedirect) as caught:
                request_ctx.url_adapter.match(path, method="GET")
            answers[-1].append(caught.value.new_url)
    plain, ours_answers = answers
    given = [url for url in ours_answers if "/x/" in url]
    assert len(given) == 5
    assert [url for url in ours_answers if "/x/" not in url] == plain
    assert given == [url.replace("/svc/", "/x/") for url in plain[5:10]]


def test_an_assigned_script_name_is_the_mount(app: Flask) -> None:
    with_pages(app)
    PrefixURLs(app, "/svc")
    PrefixURLs(app, blueprints={"out": ""})
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]

    @app.before_request
    def move() -> None:
        url_for("page"), url_for("out.page")
        assert request_ctx.url_adapter.script_name == "/fwd/"
        request_ctx.url_adapter.script_name = "/moved/"
        assert request_ctx.url_adapter.script_name == "/moved/"

    app.add_url_rule("/urls", "urls", lambda: [url_for("page"), url_for("out.page")])
    client = app.test_client()
    headers = {"X-Forwarded-Prefix": "/fwd"}
    assert client.get("/urls", headers=headers).json == [
        "/svc/moved/page/",
        "/moved/out/page/",
    ]
    location = client.get("/page", headers=headers).location
    assert location == "http://localhost/svc/moved/page/"


def test_an_adapter_made_in_mid_request_disturbs_nothing(app: Flask) -> None:
    """As Flask-RESTful and Flask-RESTX make one: rule 13."""
    app.add_url_rule("/page/", "page", lambda: [*urls(), *urls(other=True)])
    PrefixURLs(app, "/svc", proxy_strips=False)

    def urls(other: bool = False) -> list[str]:
        if other:
            another = app.create_url_adapter(request)  # type: ignore[arg-type]
            assert another is not None
            another.url_scheme = "https"
            another.server_name = "elsewhere.example"
            assert another.match() == ("page", {})
            with pytest.raises(RequestRedirect) as caught:
                another.match("/page")
            assert caught.value.new_url == "https://elsewhere.example/svc/page/"
            elsewhere = another.build("page", force_external=True)
            assert elsewhere == "https://elsewhere.example/svc/page/"
        return [url_for("page", _external=True), request.url, request.path]

    page = "http://localhost/svc/page/"
    assert app.test_client().get("/svc/page/").json == [page, page, "/page/"] * 2


class OwnAdapter(MapAdapter):
    """An adapter of somebody's own, with a constructor of its own."""

    def __init__(self, tag: str, **state: Any) -> None:
        super().__init__(**state)
        self.tag = tag
        self.matched: list[object] = []

    def build(self, endpoint: str, *args: Any, **kwargs: Any) -> str:
        return f"{super().build(endpoint, *args, **kwargs)}?{self.tag}"

    def match(self, *args: Any, **kwargs: Any) -> Any:
        try:
            found = super().match(*args, **kwargs)
        except RequestRedirect as redirect:
            raise Moved(redirect.new_url) from None
        self.matched.append(found[0])
        return found

    def shout(self, endpoint: str) -> str:
        return self.build(endpoint).upper()


class Moved(RequestRedirect):
    """Another status code than Werkzeug's."""

    code = 301


class OwnApp(Flask):
    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        own = super().create_url_adapter(request)
        if own is None:
            return None
        state = {key: value for key, value in vars(own).items() if key != "websocket"}
        return OwnAdapter("own", **state)


@pytest.mark.parametrize("prefix", ["/svc", None])
def test_an_adapter_class_of_the_application(prefix: str | None) -> None:
    app = OwnApp("tests")
    PrefixURLs(with_pages(app), prefix)
    root = prefix or ""
    app.add_url_rule("/to", "to", redirect_to="page/")
    with app.test_request_context("/page/"):
        adapter: Any = request_ctx.url_adapter
        assert isinstance(adapter, OwnAdapter)
        assert type(adapter).__name__ == "OwnAdapter"
        assert url_for("page") == f"{root}/page/?own"
        assert url_for("page", _prefix="/x", _external=True) == (
            "http://localhost/x/page/?own"
        )
        assert adapter.shout("page") == f"{root}/page/?own".upper()
        # Whatever it assigns later counts, too, and its state is its own.
        adapter.tag = "new"
        assert url_for("page") == f"{root}/page/?new"
        assert [getattr(rule, "endpoint", rule) for rule in adapter.matched] == ["page"]
    client = app.test_client()
    for path in ("/page", "/to"):
        response = client.get(path)
        assert response.status_code == 301
        assert response.location == f"http://localhost{root}/page/"


def test_values_that_are_a_multidict(app: Flask) -> None:
    PrefixURLs(with_pages(app), "/svc")
    with app.test_request_context():
        values = MultiDict([("a", 1), ("a", 2), ("_prefix", "/x")])
        assert request_ctx.url_adapter.build("page", values) == "/x/page/?a=1&a=2"
        assert values.getlist("_prefix") == ["/x"]


def test_more_prefixes_than_an_adapter_keeps(app: Flask) -> None:
    PrefixURLs(with_pages(app), "/svc")
    with app.test_request_context():
        for _ in range(2):
            for number in range(100):
                assert url_for("page", _prefix=f"/{number}") == f"/{number}/page/"
                assert url_for("page") == "/svc/page/"


def test_the_error_of_a_url_inside_of_a_url(app: Flask) -> None:
    class Linking(BaseConverter):
        def to_url(self, value: str) -> str:
            return url_for(value)

    app.url_map.converters["linking"] = Linking
    app.add_url_rule("/<linking:page>", "page", str)
    PrefixURLs(app, "/svc")
    with app.test_request_context():
        with pytest.raises(BuildError) as caught:
            url_for("page", page="nothing")
        assert caught.value.endpoint == "nothing"
        assert caught.value.adapter is request_ctx.url_adapter


def test_a_redirect_url_that_is_made_outside_of_a_match(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/m"}):
        url = request_ctx.url_adapter.make_redirect_url("/page")
        assert url == "http://localhost/m/page"


def test_an_app_without_an_adapter_for_a_request(app: Flask) -> None:
    app.create_url_adapter = lambda _: None  # type: ignore[method-assign]
    PrefixURLs(app, "/svc")
    with app.test_request_context() as context:
        assert context.url_adapter is None
        assert request.script_root == "/svc"


def test_a_class_is_derived_once_for_each_class_of_the_application() -> None:
    app = OwnApp("tests")
    PrefixURLs(with_pages(app), "/svc")
    classes = set()
    for _ in range(3):
        with app.test_request_context():
            classes.add(type(request_ctx.url_adapter))
    assert len(classes) == 1


class Tagging(Flask):
    """Sets an attribute on Flask's own adapter."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        adapter: Any = super().create_url_adapter(request)
        if adapter is not None:
            adapter.tag = "theirs"
        return adapter


def test_attributes_that_the_application_adds(app: Flask) -> None:
    app = Tagging("tests")
    PrefixURLs(with_pages(app), "/svc")
    with app.test_request_context():
        assert request_ctx.url_adapter.tag == "theirs"
        assert url_for("page") == "/svc/page/"
        request_ctx.url_adapter.url_scheme = "https"
        assert url_for("page", _external=True) == "https://localhost/svc/page/"


def test_an_app_that_uses_the_adapters_of_another(app: Flask) -> None:
    parent = with_pages(Flask("parent"))
    PrefixURLs(parent, "/parent")
    app.create_url_adapter = parent.create_url_adapter  # type: ignore[method-assign]
    PrefixURLs(app, "/child")
    with app.test_request_context("/page", environ_overrides={"SCRIPT_NAME": "/m"}):
        assert url_for("page") == "/child/m/page/"
        assert request_ctx.url_adapter.build("page") == "/child/m/page/"
