"""What is wrong with a URL: decided for the endpoint that it is meant for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Blueprint, Flask, current_app, request, session, url_for
from hypothesis import HealthCheck, event, given, settings
from oracle import Application, Side, applications, quiet
from werkzeug.routing import BaseConverter

from flask_prefix_urls import PrefixURLs, forwarded_prefix
from flask_prefix_urls.check.texts.reference import HOLE, Reference, Use
from flask_prefix_urls.check.verdicts.judge import Judge
from flask_prefix_urls.check.verdicts.verdict import Verdict
from flask_prefix_urls.state import state_of


def reference(
    url: str, use: Use = "link", method: str = "GET", base: str = ""
) -> Reference:
    return Reference(url, "href", 0, len(url), "html", use, method, base)


def judged(
    app: Flask, url: str, page: str | None = None, **kwargs: Any
) -> Verdict | None:
    return Judge(app).verdict_of(reference(url, **kwargs), page, {})


def blueprint(name: str, *rules: str) -> Blueprint:
    made = Blueprint(name, "tests", url_prefix=f"/{name}")
    for number, rule in enumerate(rules):
        made.add_url_rule(rule, f"page{number}", str)
    return made


@pytest.fixture
def scoped(app: Flask) -> Flask:
    """An app with a prefix, a blueprint with another, and one that opted out."""
    app.add_url_rule("/", "index", str)
    app.add_url_rule("/about", "about", str)
    app.add_url_rule("/team/", "team", str)
    app.add_url_rule("/post/<int:id>/edit", "edit", str)
    app.add_url_rule("/send", "send", str, methods=["POST"])
    app.add_url_rule("/svc/inner", "inner", str)
    app.register_blueprint(blueprint("api", "/items/<int:id>", "/status"))
    app.register_blueprint(blueprint("open", "/"))
    PrefixURLs(app, "/svc", blueprints={"api": "/public", "open": ""})
    return app


@pytest.mark.parametrize(
    ("url", "kind", "endpoint", "root", "found"),
    [
        ("/about", "no-prefix", "about", "/svc", ""),
        ("/", "no-prefix", "index", "/svc", ""),
        ("/team", "no-prefix", "team", "/svc", ""),
        ("/about?a=1#b", "no-prefix", "about", "/svc", ""),
        ("/%61bout", "no-prefix", "about", "/svc", ""),
        ("/static/a.css", "no-prefix", "static", "/svc", ""),
        ("/send", "no-prefix", "send", "/svc", ""),
        ("/api/status", "no-prefix", "api.page1", "/public", ""),
        ("/svc/about", "right", "about", "/svc", "/svc"),
        ("/svc", "right", "index", "/svc", "/svc"),
        ("/svc/", "right", "index", "/svc", "/svc"),
        ("/public/api/status", "right", "api.page1", "/public", "/public"),
        ("/open/", "right", "open.page0", "", ""),
        ("/svc/svc/inner", "right", "inner", "/svc", "/svc"),
        # The app has a route /svc/inner of its own.
        ("/svc/inner", "no-prefix", "inner", "/svc", ""),
        ("/public/about", "other-prefix", "about", "/svc", "/public"),
        ("/svc/api/status", "other-prefix", "api.page1", "/public", "/svc"),
        ("/svc/svc/about", "prefix-twice", "about", "/svc", "/svc/svc"),
        ("/svc/svc/", "prefix-twice", "index", "/svc", "/svc/svc"),
        ("/svc/open/", "needless-prefix", "open.page0", "", "/svc"),
    ],
)  # fmt: skip
def test_the_endpoint_decides(
    scoped: Flask, url: str, kind: str, endpoint: str, root: str, found: str
) -> None:
    verdict = judged(scoped, url)
    assert verdict is not None
    assert (verdict.kind, verdict.endpoint) == (kind, endpoint)
    assert (verdict.root, verdict.found) == (root, found)
    assert (verdict.is_literal, verdict.is_whole) == (True, True)


@pytest.mark.parametrize(
    "url",
    ["/nope", "/svc/nope", "/svcabout", "/svc2/about", "/About", "/post/x/edit"],
)
def test_what_fits_no_route_is_left_alone(scoped: Flask, url: str) -> None:
    assert judged(scoped, url) is None


@pytest.mark.parametrize(
    "url",
    [
        "//localhost/about",
        "http://localhost/about",
        "https://localhost/about",
        "HTTP://LocalHost:80/about",
        "https://localhost:443/about",
        "ws://localhost/about",
        r"\about",
        r"/\localhost/about",
        "http:/about",
        " /about\n",
        "/ab\tout",
        "/x/../about",
        "/x/%2e%2e/about",
        "/./about",
    ],
)
def test_each_spelling_of_the_own_host_counts(scoped: Flask, url: str) -> None:
    verdict = judged(scoped, url, "http://localhost/svc/")
    assert verdict is not None
    assert (verdict.kind, verdict.endpoint) == ("no-prefix", "about")


@pytest.mark.parametrize(
    "url",
    [
        "//cdn.example/about",
        "http://localhost:5000/about",
        "http://localhost.example/about",
        "https://user@example.com/about",
        "mailto:about",
        "tel:/about",
        "javascript:/about",
        "data:,/about",
        "blob:http://localhost/about",
        "ftp://localhost/about",
        "http://[/about",
        "http://local host/about",
        "",
        "#about",
        "?about",
    ],
)
def test_other_hosts_and_schemes_are_left_alone(scoped: Flask, url: str) -> None:
    verdict = judged(scoped, url, "http://localhost/svc/about")
    assert verdict is None or verdict.kind == "right"


@pytest.mark.parametrize(
    ("url", "page", "base", "kind"),
    [
        ("about", "/svc/", "", "right"),
        ("../about", "/svc/team/", "", "right"),
        ("../about", "/svc/", "", "no-prefix"),
        ("../../about", "/svc/team/", "", "no-prefix"),
        ("about", "/svc/", "/", "no-prefix"),
        ("about", "/svc/team/", "/svc/", "right"),
        ("/about", "/svc/", "https://cdn.example/", None),
        ("about", "/svc/", "http://[", None),
        ("../public/api/status", "/svc/", "", "right"),
    ],
)
def test_a_relative_url_is_resolved(
    scoped: Flask, url: str, page: str, base: str, kind: str | None
) -> None:
    verdict = judged(scoped, url, f"http://localhost{page}", base=base)
    assert (None if verdict is None else verdict.kind) == kind


@pytest.mark.parametrize(
    "url", ["about", "../about", "?a", "", f"{HOLE}/about", "http://["]
)
def test_a_url_that_depends_on_the_page_is_left_alone(scoped: Flask, url: str) -> None:
    assert judged(scoped, url) is None


def test_the_method_decides_between_endpoints(app: Flask) -> None:
    app.add_url_rule("/items", "all", str)
    app.add_url_rule("/items", "add", str, methods=["POST"])
    PrefixURLs(app, "/svc")
    judge = Judge(app)
    # No rule is for PUT.
    for method, endpoint in (("GET", "all"), ("POST", "add"), ("PUT", "all")):
        verdict = judge.verdict_of(reference("/items", method=method), None, {})
        assert verdict is not None
        assert verdict.endpoint == endpoint


class Words(BaseConverter):
    regex = r"[a-z]+-[a-z]+"


class Known(BaseConverter):
    def to_python(self, value: str) -> str:
        # Flask matches once the session is there.
        return f"{current_app.name}-{request.host}-{session.get('a', value)}"


class Failing(BaseConverter):
    def to_python(self, value: str) -> str:  # noqa: ARG002
        raise RuntimeError("No request.")


@pytest.mark.parametrize(
    ("url", "rule", "values", "from_holes"),
    [
        (f"/post/{HOLE}", "/post/<int:id>", {"id"}, {"id": 0}),
        (f"/post/{HOLE}/edit", "/post/<int:id>/edit", {"id"}, {"id": 0}),
        (f"/post/{HOLE}", "/post/<slug>", {"slug"}, {"slug": 0}),
        (f"/post/{HOLE}", "/post/<float:x>", {"x"}, {"x": 0}),
        (f"/post/{HOLE}", "/post/<uuid:x>", {"x"}, {"x": 0}),
        (f"/post/{HOLE}", "/post/<path:x>", {"x"}, {"x": 0}),
        (f"/{HOLE}/to/{HOLE}", "/<a>/to/<int:b>", {"a", "b"}, {"a": 0, "b": 1}),
        (f"/{HOLE}/to/{HOLE}", "/<b>/to/<a>", {"a", "b"}, {"b": 0, "a": 1}),
        (
            f"/x/{HOLE}/{HOLE}/{HOLE}/{HOLE}",
            "/x/<a>/<b>/<c>/<d>",
            set("abcd"),
            {"a": 0, "b": 1, "c": 2, "d": 3},
        ),
        (f"/post/1?page={HOLE}", "/post/<int:id>", {"id"}, {}),
    ],
)
def test_a_hole_is_the_value_of_a_variable(
    app: Flask, url: str, rule: str, values: set[str], from_holes: dict[str, int]
) -> None:
    app.add_url_rule(rule, "page", str)
    PrefixURLs(app, "/svc")
    verdict = judged(app, url)
    assert verdict is not None
    assert (verdict.kind, verdict.endpoint) == ("no-prefix", "page")
    assert verdict.values.keys() == values
    assert verdict.from_holes == from_holes
    assert verdict.is_whole


def test_a_value_that_was_seen_is_a_sample(app: Flask) -> None:
    app.url_map.converters["words"] = Words
    app.add_url_rule("/tag/<words:tag>", "tag", str)
    PrefixURLs(app, "/svc")
    judge = Judge(app)
    url = reference(f"/tag/{HOLE}")
    before = judge.verdict_of(url, None, {})
    assert before is not None
    assert not before.is_whole
    judge.learn({"tag": "green-tea", "path": "a/b"})
    after = judge.verdict_of(url, None, {})
    assert after is not None
    assert after.is_whole
    assert after.from_holes == {"tag": 0}


def test_a_value_that_was_seen_fits_better_than_none(app: Flask) -> None:
    app.url_map.converters["words"] = Words
    app.add_url_rule("/tag/", "tags", str)
    app.add_url_rule("/tag/<words:tag>", "tag", str)
    PrefixURLs(app, "/svc")
    judge = Judge(app)
    judge.learn({"tag": "green-tea"})
    verdict = judge.verdict_of(reference(f"/svc/tag/{HOLE}"), None, {})
    assert verdict is not None
    assert (verdict.kind, verdict.endpoint) == ("right", "tag")


@pytest.mark.parametrize(
    ("url", "use", "kind", "endpoint"),
    [
        (f"/api/{HOLE}", "text", "no-prefix", "api.page0"),
        (f"/svc/api/{HOLE}", "text", "other-prefix", "api.page0"),
        (f"/public/api/{HOLE}", "text", "right", "api.page0"),
        ("/api/", "base", "no-prefix", "api.page0"),
        ("/api", "base", "no-prefix", "api.page0"),
        ("/api/", "text", None, None),
        (f"/{HOLE}", "text", None, None),
        (f"/ap{HOLE}", "text", None, None),
        (f"/nope/{HOLE}", "text", None, None),
    ],
)
def test_a_url_may_only_begin_as_routes_do(
    app: Flask, url: str, use: Use, kind: str | None, endpoint: str | None
) -> None:
    app.register_blueprint(blueprint("api", "/items/<int:id>/x", "/status"))
    PrefixURLs(app, "/svc", blueprints={"api": "/public"})
    verdict = judged(app, url, use=use)
    if kind is None:
        assert verdict is None
    else:
        assert verdict is not None
        assert (verdict.kind, verdict.endpoint) == (kind, endpoint)
        assert (verdict.is_whole, verdict.is_literal) == (False, True)


def test_a_base_begins_what_a_link_does_not(app: Flask) -> None:
    app.register_blueprint(blueprint("api", "/status"))
    PrefixURLs(app, "/svc")
    judge = Judge(app)
    verdicts = [
        judge.verdict_of(reference("/api/", use=use), None, {})
        for use in ("link", "base", "link")
    ]
    assert [verdict and verdict.kind for verdict in verdicts] == [
        None,
        "no-prefix",
        None,
    ]


@pytest.mark.parametrize(
    ("url", "kind", "is_literal"),
    [
        ("/x/y", "no-prefix", False),
        ("/svc/x", "right", False),
        ("/svc/svc/about", "prefix-twice", True),
        ("/svc/about", "right", True),
        ("/svcx", "no-prefix", False),
    ],
)
def test_a_route_that_fits_everything_proves_nothing(
    app: Flask, url: str, kind: str, is_literal: bool
) -> None:
    app.add_url_rule("/<path:path>", "any", str)
    app.add_url_rule("/about", "about", str)
    PrefixURLs(app, "/svc")
    verdict = judged(app, url)
    assert verdict is not None
    assert (verdict.kind, verdict.is_literal) == (kind, is_literal)


@pytest.mark.parametrize(
    ("url", "kind", "found"),
    [
        ("/svc/public/status", "other-prefix", "/svc/public"),
        ("/public/public/status", "prefix-twice", "/public/public"),
        ("/public/svc/about", "other-prefix", "/public/svc"),
        ("/svc/public/about", None, None),
    ],
)
def test_two_prefixes_may_be_joined(
    app: Flask, url: str, kind: str | None, found: str | None
) -> None:
    app.add_url_rule("/about", "about", str)
    app.register_blueprint(Blueprint("api", __name__))
    app.add_url_rule("/status", "api.status", str)
    PrefixURLs(app, "/svc", blueprints={"api": "/public"})
    verdict = judged(app, url)
    assert (verdict and verdict.kind, verdict and verdict.found) == (kind, found)


def test_a_right_url_is_no_other_one_with_a_prefix(app: Flask) -> None:
    # Both are below no prefix, and the first is what the second would be below one.
    opened = Blueprint("open", "tests")
    opened.add_url_rule("/about", "about", str)
    opened.add_url_rule("/svc/about", "inner", str)
    app.register_blueprint(opened)
    PrefixURLs(app, "/svc", blueprints={"open": ""})
    verdict = judged(app, "/svc/about")
    assert verdict is not None
    assert (verdict.kind, verdict.endpoint) == ("right", "open.inner")


def test_a_static_file_at_the_root_counts_if_it_exists(tmp_path: Any) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "logo.png").write_bytes(b"")
    app = Flask("tests", root_path=str(tmp_path), static_url_path="")
    PrefixURLs(app, "/svc")
    for url, is_literal in (("/logo.png", True), ("/nope.png", False)):
        verdict = judged(app, url)
        assert verdict is not None
        assert (verdict.endpoint, verdict.is_literal) == ("static", is_literal)


@pytest.mark.parametrize(
    ("root", "url", "kind"),
    [
        ("/app", "/svc/app/about", "right"),
        ("/app", "/about", "no-prefix"),
        ("/app", "/app/about", "no-prefix"),
        ("/app", "/svc/about", None),
        ("/svc", "/svc/about", "right"),
        ("/svc", "/about", "no-prefix"),
        ("/svc", "/svc/svc/about", "prefix-twice"),
    ],
)
def test_the_mount_counts(app: Flask, root: str, url: str, kind: str | None) -> None:
    app.config["APPLICATION_ROOT"] = root
    app.add_url_rule("/about", "about", str)
    PrefixURLs(app, "/svc")
    verdict = judged(app, url)
    assert (None if verdict is None else verdict.kind) == kind


def test_a_prefix_function_counts_with_what_it_answered(app: Flask) -> None:
    def tenant() -> str:
        raise AssertionError("It is asked in a request alone.")

    app.add_url_rule("/about", "about", str)
    PrefixURLs(app, tenant)
    judge = Judge(app)
    for url, answer, kind in (
        ("/about", "/ada", "no-prefix"),
        ("/ada/about", "/ada", "right"),
        ("/ada/about", "/bob", None),
        ("/about", None, "right"),
    ):
        verdict = judge.verdict_of(reference(url), None, {id(tenant): answer})
        assert (None if verdict is None else verdict.kind) == kind


def test_a_header_that_was_not_asked_has_its_default(app: Flask) -> None:
    app.add_url_rule("/about", "about", str)
    PrefixURLs(app, forwarded_prefix(default="/svc"))
    verdict = judged(app, "/about")
    assert verdict is not None
    assert (verdict.kind, verdict.root) == ("no-prefix", "/svc")


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("//example.com/about", "about"),
        ("https://example.com:443/about", "about"),
        ("//blog.example.com/post", "post"),
        ("//localhost/about", None),
        ("//shop.example.com/post", None),
    ],
)
def test_a_subdomain_is_an_own_host(app: Flask, url: str, endpoint: str | None) -> None:
    app.config["SERVER_NAME"] = "example.com"
    app.subdomain_matching = True
    app.url_map.default_subdomain = ""
    app.add_url_rule("/about", "about", str)
    app.add_url_rule("/post", "post", str, subdomain="blog")
    PrefixURLs(app, "/svc")
    verdict = judged(app, url)
    assert (None if verdict is None else verdict.endpoint) == endpoint


def test_a_matched_host_is_an_own_host() -> None:
    app = Flask("tests", host_matching=True, static_host="a.example")
    app.add_url_rule("/about", "about", str, host="b.example")
    app.add_url_rule("/about", "any", str, host="<name>.c.example")
    PrefixURLs(app, "/svc")
    verdict = judged(app, "//b.example/about")
    assert verdict is not None
    assert verdict.endpoint == "about"
    assert judged(app, "//x.c.example/about") is None


def test_the_public_url_has_the_own_host(app: Flask) -> None:
    app.add_url_rule("/about", "about", str)
    PrefixURLs(app, public_url="https://example.com/svc")
    judge = Judge(app)
    assert judge.base_url == "https://example.com/"
    assert judge.public_url("/about?a=1", "", {}) == "https://example.com/svc/about?a=1"
    assert judge.public_url("/nope", "", {}) == "https://example.com/svc/nope"
    assert judged(app, "http://example.com/about") is not None


def test_an_app_without_the_package_has_no_prefix(app: Flask) -> None:
    app.add_url_rule("/about", "about", str)
    verdict = judged(app, "/about")
    assert verdict is not None
    assert (verdict.kind, verdict.root) == ("right", "")


def test_a_converter_may_need_the_app_and_a_request(app: Flask) -> None:
    app.secret_key = "key"
    app.url_map.converters["known"] = Known
    app.add_url_rule("/x/<known:x>", "x", str)
    PrefixURLs(app, "/svc")
    judge = Judge(app)
    verdict = judge.verdict_of(reference("/x/y"), None, {})
    assert verdict is not None
    assert verdict.values == {"x": "tests-localhost-y"}
    assert judge.public_url("/x/y", "", {}) == "http://localhost/svc/x/y"


def test_a_converter_that_fails_is_no_route(app: Flask) -> None:
    app.url_map.converters["failing"] = Failing
    app.add_url_rule("/x/<failing:x>", "x", str)
    PrefixURLs(app, "/svc")
    assert judged(app, "/x/y") is None


def test_a_host_that_the_app_refuses_has_no_route(app: Flask) -> None:
    app.add_url_rule("/about", "about", str)
    PrefixURLs(app, "/svc")
    app.create_url_adapter = lambda _: None  # type: ignore[method-assign]
    assert judged(app, "/about") is None


@pytest.mark.warns
@given(application=applications())
@settings(
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=list(HealthCheck),
)
def test_what_url_for_builds_is_no_fault(application: Application) -> None:
    side = Side(replace(application, assigns=()), "prefixed")
    judge = Judge(side.app)
    right = 0
    with quiet(), side.app.test_request_context(base_url=judge.base_url):
        given_to = [setting.value for setting in state_of(side.app).scopes.given()]  # type: ignore[union-attr]
        prefixes = {id(value): value() for value in given_to if callable(value)}
        for endpoint in side.endpoints:
            try:
                url = url_for(endpoint.name, **endpoint.values, _external=True)
            except Exception:
                continue
            verdict = judge.verdict_of(reference(url), None, prefixes)
            # What another route fits as well, word for word, may be meant for that.
            if verdict is not None and verdict.endpoint == endpoint.name:
                assert verdict.kind == "right", (url, verdict)
                right += 1
    event(f"right: {right > 0}")
