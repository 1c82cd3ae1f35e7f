"""The walk through an app, from link to link."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
from flask import (
    Blueprint,
    Flask,
    Response,
    g,
    redirect,
    render_template,
    request,
    session,
)
from jinja2 import DictLoader
from werkzeug.routing import BaseConverter

from flask_prefix_urls import PrefixURLs, forwarded_prefix
from flask_prefix_urls.check.limits import Limits
from flask_prefix_urls.check.page import Page, Walk
from flask_prefix_urls.check.texts import reading_answer
from flask_prefix_urls.check.texts.reference import HOLE, Reference
from flask_prefix_urls.check.verdicts.judge import Judge
from flask_prefix_urls.check.walk import asking_app, serving
from flask_prefix_urls.check.walk import walking as walk_module
from flask_prefix_urls.check.walk.walking import walk

# What each walk asks for as well: an error page, and the icon that a browser wants.
EXTRA = {"/flask-prefix-urls/no-route", "/favicon.ico"}


def app_of(pages: dict[str, str], prefix: str = "/svc", **options: Any) -> Flask:
    """Return an app with a page for each rule, each with a text of its own."""
    app = Flask("tests", static_folder=None)
    app.secret_key = "key"
    for rule, text in pages.items():
        endpoint = re.sub(r"[/<>:.]+", "_", rule).strip("_") or "index"
        app.add_url_rule(rule, endpoint, lambda text=text, **_: text)
    PrefixURLs(app, prefix, **options)
    return app


def links(*urls: str) -> str:
    return "".join(f'<a href="{url}">' for url in urls)


def walked(app: Flask, **limits: Any) -> Walk:
    return walk(app, Judge(app), Limits(**limits))


def targets(result: Walk) -> list[str]:
    return [page.target for page in result.pages if page.target not in EXTRA]


def reasons(result: Walk) -> dict[str, str]:
    return {skipped.what: skipped.reason for skipped in result.skipped}


def page_at(result: Walk, target: str) -> Page:
    return next(page for page in result.pages if page.target == target)


def test_the_walk_follows_links_from_every_route_without_arguments() -> None:
    app = app_of(
        {
            "/": links("/svc/items/1?q=a&amp;b=%20#top", "items/2", "/svc/"),
            "/alone": "",
            "/items/<number>": links("/svc/deep/er", "?page=2", "", "#top"),
            "/deep/<path:rest>": "",
        }
    )
    result = walked(app)
    assert targets(result) == [
        *("/", "/alone", "/items/1?q=a&b=%20", "/deep/er"),
        *("/items/2", "/items/1?page=2", "/items/2?page=2"),
    ]
    assert result.skipped == ()
    assert result.limit == ""


def test_a_page_has_what_was_answered() -> None:
    app = app_of({"/": "", "/items/<int:number>": '<a href="/x">'})
    app.after_request(lambda response: (response.headers.add("X-A", "b"), response)[1])
    result = walked(app, start=["/items/3?a=b"])
    page = page_at(result, "/items/3?a=b")
    assert page.url == "http://localhost/svc/items/3?a=b"
    assert (page.status, page.endpoint, page.values) == (
        200,
        "items_int_number",
        {"number": 3},
    )
    assert page.text == '<a href="/x">'
    assert [reference.url for reference in page.references] == ["/x"]
    assert ("X-A", "b") in page.headers


def test_wrong_links_are_followed_too() -> None:
    pages = {f"/{name}": "" for name in ("a", "b", "c", "d/<x>")}
    app = app_of(
        {"/": links("/svc/svc/d/1", "http://LOCALHOST:80/d/2", "/d/3")} | pages
    )
    assert set(targets(walked(app))) >= {"/d/1", "/d/2", "/d/3"}


def test_a_url_is_asked_once_however_it_is_spelled() -> None:
    text = links("/svc/%C3%BC", "/svc/ü", "/svc/d/a%20b", "d/a b#top", "//localhost//ü")
    result = walked(app_of({"/": text, "/d/<x>": "", "/ü": ""}))
    assert targets(result) == ["/", "/%C3%BC", "/d/a%20b"]


def test_other_hosts_and_schemes_are_not_followed() -> None:
    pages = {"/": links("http://b.example/d/1", "mailto:d/2", "//b.example/d/3")}
    assert targets(walked(app_of(pages | {"/d/<x>": ""}))) == ["/"]


def test_only_what_a_browser_asks_for_by_get_is_followed() -> None:
    text = '<form method=POST action="/svc/d/1"><form method=GET action="/svc/d/2">'
    assert targets(walked(app_of({"/": text, "/d/<x>": ""}))) == ["/", "/d/2"]


def test_free_text_is_followed_only_to_a_route_with_a_name() -> None:
    script = """a = ["/svc/d/1", "/svc/prose"]; b = a === "/svc/d/2"; fetch("/svc/c")"""
    app = app_of({"/": f"<script>{script}</script>", "/d/<x>": "", "/<path:rest>": ""})
    assert targets(walked(app)) == ["/", "/d/1", "/c", "/d/2"]


def test_what_is_only_the_beginning_of_a_url_is_not_followed() -> None:
    text = '<base href="/svc/d/"><script>fetch("/svc/d/" + id)</script>'
    assert targets(walked(app_of({"/": text, "/d/<x>": ""}))) == ["/"]


def test_a_redirect_is_not_followed_but_read() -> None:
    app = app_of({"/d/<x>": ""})
    app.add_url_rule("/", "index", lambda: redirect("/d/1"))
    app.add_url_rule("/loop", "loop", lambda: redirect("/svc/loop"))
    result = walked(app)
    assert targets(result) == ["/", "/loop", "/d/1"]
    (reference,) = page_at(result, "/").references
    assert (reference.url, reference.position) == ("/d/1", "Location")


def test_links_of_error_pages_are_followed() -> None:
    app = app_of({"/": "", "/d/<x>": ""})
    app.register_error_handler(404, lambda _: (links("/d/404"), 404))
    result = walked(app)
    assert "/d/404" in targets(result)
    assert page_at(result, "/flask-prefix-urls/no-route").status == 404


def test_a_view_that_raises_does_not_end_the_walk() -> None:
    app = app_of({"/<name>": links("/svc/b")})
    app.add_url_rule("/", "index", lambda: 1 / 0)
    app.testing = True
    result = walked(app, start=["/a"])
    assert targets(result) == ["/a", "/", "/b"]
    assert page_at(result, "/").status == 500
    assert reasons(result)["/"] == "it raised an error"


def test_a_session_is_kept() -> None:
    app = app_of({}, cookie_path=True)

    @app.get("/")
    def index() -> str:
        session["page"] = session.get("page", 0) + 1
        return links(f"/svc/?page={session['page']}") * (session["page"] < 3)

    assert targets(walked(app)) == ["/", "/?page=1", "/?page=2"]


def test_hosts_of_the_app_are_asked() -> None:
    app = Flask("tests", host_matching=True, static_host="localhost")
    text = links("http://b.example/d/1", "/d/2")
    app.add_url_rule("/", "a", lambda: text, host="localhost")
    app.add_url_rule("/", "b", lambda: request.host + text, host="b.example")
    app.add_url_rule("/d/<x>", "d", lambda x: x, host="b.example")
    app.add_url_rule("/", "c", lambda **_: "", host="<user>.c.example")
    PrefixURLs(app, "/svc")
    result = walked(app)
    assert [page.url for page in result.pages if page.target not in EXTRA] == [
        *("http://localhost/svc/", "http://b.example/svc/"),
        *("http://b.example/svc/d/1", "http://b.example/svc/d/2"),
    ]
    assert reasons(result) == {"//<user>.c.example/": "no page links to it"}


def test_subdomains_are_asked() -> None:
    app = Flask("tests", subdomain_matching=True, static_folder=None)
    app.config["SERVER_NAME"] = "A.example"
    app.add_url_rule("/", "index", lambda: "")
    app.add_url_rule("/", "b", lambda: links("/d/1"), subdomain="b")
    app.add_url_rule("/d/<x>", "d", lambda x: x, subdomain="b")
    PrefixURLs(app, "/svc")
    urls = [page.url for page in walked(app).pages if page.target not in EXTRA]
    assert urls == [
        *("http://A.example/svc/", "http://b.a.example/svc/"),
        "http://b.a.example/svc/d/1",
    ]


def test_a_subdomain_needs_a_server_name() -> None:
    app = app_of({"/": ""})
    app.add_url_rule("/x", "x", lambda: "", subdomain="b")
    result = walked(app)
    assert targets(result) == ["/"]
    assert reasons(result) == {"//b/x": "its subdomain needs SERVER_NAME"}


def test_the_mount_of_the_app_is_asked_below() -> None:
    app = app_of({"/": links("/svc/m/d/1", "/m/d/2", "/d/3"), "/d/<x>": ""})
    app.config["APPLICATION_ROOT"] = "/m"
    result = walked(app)
    assert targets(result) == ["/", "/d/1", "/d/2", "/d/3"]
    assert page_at(result, "/d/1").url == "http://localhost/svc/m/d/1"


def test_the_prefix_of_a_function_is_that_of_the_page() -> None:
    def of_tenant() -> str:
        return f"/{g.tenant}"

    app = app_of({"/": links("/ada/d/1", "/eve/d/2"), "/d/<x>": ""}, prefix="")
    other = Flask("tests", static_folder=None)
    other.before_request(lambda: setattr(g, "tenant", "ada"))
    other.view_functions = app.view_functions
    for rule in app.url_map.iter_rules():
        other.add_url_rule(rule.rule, rule.endpoint)
    PrefixURLs(other, of_tenant)
    result = walked(other)
    assert targets(result) == ["/", "/d/1"]
    assert page_at(result, "/").url == "http://localhost/ada/"
    assert page_at(result, "/d/1").prefixes == {id(of_tenant): "/ada"}


def test_headers_go_with_each_request() -> None:
    app = app_of({"/": links("/blue/d/1"), "/d/<x>": ""}, prefix=forwarded_prefix())
    assert targets(walked(app)) == ["/"]
    result = walked(app, headers=[("X-Forwarded-Prefix", "/blue")])
    assert targets(result) == ["/", "/d/1"]


@pytest.mark.parametrize(
    "path",
    [
        *("/d/1", "/svc/d/1", "d/1", "http://localhost/svc/d/1", "//localhost/d/1"),
        *("/d/1#top",),
    ],
)
def test_a_start_may_have_the_prefix_or_not(path: str) -> None:
    result = walked(app_of({"/d/<x>": ""}), start=[path])
    assert targets(result) == ["/d/1"]
    assert result.skipped == ()


def test_a_start_without_a_route_is_asked() -> None:
    app = app_of({})
    app.register_error_handler(404, lambda _: request.full_path)
    result = walked(app, start=["none?a=b"])
    assert page_at(result, "/none?a=b").text == "/none?a=b"


def test_unsafe_routes_are_left_out_unless_they_are_named() -> None:
    called = []
    pages = {
        "/": links("/svc/1/delete", "/svc/2/delete", "/svc/?do=delete", "/svc/bye"),
        "/logout": "",
        "/<int:number>/delete": "",
        "/reset/<token>": "",
        "/preset": "",
    }
    app = app_of(pages)
    app.add_url_rule("/purge/<name>", "clean", lambda name: name)
    app.add_url_rule("/bye", "sign_out", lambda: called.append("bye") or "")
    app.add_url_rule("/static/<path:filename>", "static", lambda filename: filename)
    result = walked(app)
    assert targets(result) == ["/", "/preset"]
    assert reasons(result) == dict.fromkeys(
        [
            *("/?do=delete", "/logout", "/<int:number>/delete", "/reset/<token>"),
            *("/purge/<name>", "/bye"),
        ],
        "a GET may change something",
    )
    named = walked(app, start=["/logout", "/svc/2/delete", "/?do=delete"])
    assert targets(named) == ["/logout", "/2/delete", "/?do=delete", "/preset", "/"]
    # One of them was asked, another was not.
    assert [*reasons(named)] == [
        *("/<int:number>/delete", "/reset/<token>", "/purge/<name>", "/bye")
    ]
    assert called == []


def test_a_static_file_is_safe_whatever_its_name() -> None:
    app = app_of({"/": links("/svc/reset/a.png"), "/create": ""})
    app.add_url_rule("/reset/<path:filename>", "static", lambda filename: filename)
    app.add_url_rule("/drop/<path:filename>", "bp.static", lambda filename: filename)
    result = walked(app)
    assert targets(result) == ["/", "/reset/a.png"]
    assert reasons(result) == {"/create": "a GET may change something"}


def test_what_is_excluded_is_not_asked() -> None:
    pages = {"/": links("/svc/d/1?page=2", "/svc/d/2"), "/d/<x>": "", "/admin/a": ""}
    result = walked(app_of(pages), exclude=["^/admin/", "page="], start=["/admin/a"])
    assert targets(result) == ["/", "/d/2"]
    assert reasons(result) == dict.fromkeys(
        ["/admin/a", "/d/1?page=2"], "--exclude leaves it out"
    )


def test_a_route_of_which_each_link_is_excluded_has_links() -> None:
    app = app_of({"/": links("/svc/d/1"), "/d/<x>": ""})
    result = walked(app, exclude=["^/d/"])
    assert reasons(result) == {"/d/1": "--exclude leaves it out"}


def test_what_cannot_be_asked_is_reported() -> None:
    app = app_of({"/": links("/svc/post", "/svc/ws")})
    app.add_url_rule("/d/<reset_token>", "d", lambda **_: "")
    app.add_url_rule("/post", "post", lambda: "", methods=["POST"])
    app.add_url_rule("/", "both", lambda: "", methods=["POST"])
    app.url_map.add(app.url_rule_class("/ws", endpoint="ws", websocket=True))
    app.url_map.add(app.url_rule_class("/built", endpoint="built", build_only=True))
    app.add_url_rule("/static/<path:filename>", "static", lambda filename: filename)
    bp = Blueprint("bp", "tests", static_folder=".", static_url_path="/bp")
    app.register_blueprint(bp)
    result = walked(app)
    assert targets(result) == ["/"]
    assert reasons(result) == {
        "/d/<reset_token>": "no page links to it",
        "/post": "it does not answer GET",
        "/ws": "it answers only a WebSocket",
    }


def test_rules_of_one_endpoint_are_told_apart() -> None:
    def items(**_: object) -> str:
        return ""

    app = app_of({"/": links("/svc/items/3/")})
    for rule in ("/items/", "/items/<int:page>/", "/items/<int:page>/<order>/"):
        defaults = {"page": 1} if rule == "/items/" else None
        app.add_url_rule(rule, "items", items, defaults=defaults)
    result = walked(app)
    assert targets(result) == ["/", "/items/", "/items/3/"]
    assert reasons(result) == {"/items/<int:page>/<order>/": "no page links to it"}


def test_a_rule_that_redirects_is_asked() -> None:
    app = app_of({"/new": ""})
    app.url_map.add(app.url_rule_class("/old", redirect_to="new"))
    result = walked(app)
    assert targets(result) == ["/new", "/old"]
    assert page_at(result, "/old").status == 308


def test_an_endless_calendar_starves_no_other_page() -> None:
    pages = {"/": links("/svc/day/1"), "/z/<x>": ""}
    app = app_of(pages | {f"/p{n}": links(f"/svc/z/{n}") for n in range(5)})
    app.add_url_rule("/day/<int:n>", "day", lambda n: links(f"/svc/day/{n + 1}"))
    result = walked(app, max_pages=30)
    assert len(result.pages) == 30
    assert {f"/z/{n}" for n in range(5)} <= {*targets(result)}
    assert result.limit == (
        "The walk ended at the limit of --max-pages, 30: 1 path was not asked."
    )
    (waiting,) = reasons(result)
    assert reasons(result) == {waiting: "the walk ended before"}


def test_the_limit_of_seconds_ends_the_walk() -> None:
    app = app_of({"/": links("/svc/day/1")})
    app.add_url_rule(
        "/day/<int:n>", "day", lambda n: links(f"/svc/day/{n + 1}", f"/svc/day/-{n}")
    )
    start = monotonic()
    result = walked(app, max_seconds=0.25, max_pages=10**6)
    assert 0.25 <= monotonic() - start < 1.25
    assert re.fullmatch(
        r"The walk ended at the limit of --max-seconds, 0\.25: "
        r"(\d+ paths? w\w+ not asked|the last page was not read to its end)\.",
        result.limit,
    )


def test_a_view_that_never_returns_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    end = Event()
    for module in (asking_app, walk_module):
        monkeypatch.setattr(module, "PATIENCE", 0.05)
    app = app_of({"/": ""})
    app.add_url_rule("/hangs", "hangs", lambda: str(end.wait()))
    try:
        result = walked(app)
    finally:
        end.set()
    assert targets(result) == ["/"]
    assert reasons(result) == {"/hangs": "it did not answer within 0.05 seconds"}


def test_a_view_that_never_returns_is_left_at_the_limit() -> None:
    end = Event()
    app = app_of({})
    app.add_url_rule("/hangs", "hangs", lambda: str(end.wait()))
    try:
        result = walked(app, max_seconds=0.1)
    finally:
        end.set()
    assert result.pages == ()
    assert result.limit == (
        "The walk ended at the limit of --max-seconds, 0.1: 3 paths were not asked."
    )


def test_a_stream_is_left_at_the_limit() -> None:
    end = Event()

    def stream() -> Iterator[str]:
        yield links("/svc/d/1")
        end.wait()

    app = app_of({"/d/<x>": ""})
    app.add_url_rule("/", "index", lambda: Response(stream()))
    start = monotonic()
    try:
        result = walked(app, max_seconds=0.2)
    finally:
        end.set()
    assert monotonic() - start < 1.2
    assert page_at(result, "/").references
    assert reasons(result)["/"].startswith("its body did not end within 0.")
    assert reasons(result)["/d/1"] == "the walk ended before"


def test_a_page_that_is_cut_by_the_limit_is_no_end_without_one() -> None:
    end = Event()

    def stream() -> Iterator[str]:
        yield ""
        end.wait()

    app = app_of({})
    # The icon is the last that is asked for.
    views = {"favicon.ico": lambda: Response(stream())}
    app.add_url_rule("/<path:path>", "all", lambda path: views.get(path, str)())
    try:
        result = walked(app, max_seconds=0.3)
    finally:
        end.set()
    assert len(result.pages) == 2
    assert result.limit == (
        "The walk ended at the limit of --max-seconds, 0.3: the last page was not read"
        " to its end."
    )


def test_what_was_not_read_to_its_end_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "STREAM", 0.05)
    app = app_of({})

    def stream() -> Iterator[str]:
        yield links("/svc/d/1")
        while True:
            yield " "

    app.add_url_rule("/", "index", lambda: Response(stream()))
    app.add_url_rule("/d/<x>", "d", lambda x: x)
    encoded = {"Content-Encoding": "br"}
    app.add_url_rule("/br", "br", lambda: Response(b"\x8b", headers=encoded))
    result = walked(app)
    assert targets(result) == ["/", "/br", "/d/1"]
    assert reasons(result) == {
        "/": "its body did not end within 0.05 seconds",
        "/br": "its Content-Encoding is 'br'",
    }


def test_a_text_that_takes_too_long_to_read_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    end = Event()
    monkeypatch.setattr(reading_answer, "read", lambda *_: (end.wait(), ())[1])
    text = "a" * 100_000
    try:
        result = walked(app_of({"/": text}), max_seconds=0.1)
    finally:
        end.set()
    assert page_at(result, "/").text == text
    assert reasons(result)["/"] == "its text took too long to read"


def test_links_without_an_end_do_not_outlast_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    urls = (f"/svc/none?{number}" for number in range(50_000))
    many = tuple(Reference(url, "href", 0, 0, "html") for url in urls)
    monkeypatch.setattr(reading_answer, "read", lambda *_: many)
    start = monotonic()
    result = walked(app_of({"/": "text"}), max_seconds=0.2)
    assert monotonic() - start < 1.2
    assert result.limit == (
        "The walk ended at the limit of --max-seconds, 0.2: 2 paths were not asked."
    )
    assert reasons(result)["/"] == "it has more links than there was time for"
    assert 0 < len(page_at(result, "/").references) < len(many)


def test_a_text_that_cannot_be_read_does_not_end_the_walk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(*_: object) -> tuple[Reference, ...]:
        raise RecursionError

    monkeypatch.setattr(reading_answer, "read", read)
    result = walked(app_of({"/": "text", "/b": ""}))
    assert targets(result) == ["/", "/b"]
    assert reasons(result)["/"] == "its text cannot be read: RecursionError"


def test_a_compressed_page_is_read() -> None:
    body = gzip.compress(b'<meta charset=koi8-r><a href="/svc/d/1">\xd1')
    app = app_of({"/d/<x>": ""})
    headers = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    app.add_url_rule("/", "index", lambda: Response(body, headers=headers))
    result = walked(app)
    assert targets(result) == ["/", "/d/1"]
    assert page_at(result, "/").text.endswith("я")


@pytest.mark.parametrize(
    ("name", "mimetype", "text", "is_read"),
    [
        ("robots.txt", "text/plain", "Sitemap: http://localhost/d/1", True),
        ("robots.txt?a=b.txt", "text/plain", "Sitemap: http://localhost/d/1", True),
        ("robots.txt", "text/html", links("/d/1"), True),
        ("other.txt", "text/plain", "Sitemap: http://localhost/d/1", False),
        ("page.html", "text/plain", links("/d/1"), False),
    ],
)
def test_plain_text_is_read_only_where_its_name_says_what_it_is(
    name: str, mimetype: str, text: str, is_read: bool
) -> None:
    app = app_of({"/d/<x>": ""})
    response = Response(text, mimetype=mimetype)
    app.add_url_rule("/files/<name>", "file", lambda **_: response)
    result = walked(app, start=[f"/files/{name}"])
    assert ("/d/1" in targets(result)) is is_read


def test_progress_is_told_after_each_request() -> None:
    app = app_of({"/": links("/svc/d/1", "/svc/d/2"), "/d/<x>": ""})
    told: list[tuple[int, int]] = []
    walk(app, Judge(app), Limits(), lambda *numbers: told.append(numbers))
    assert told == [(1, 4), (2, 3), (3, 2), (4, 1), (5, 0)]


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ({"/": "a", "/b": "b"}, ["/"]),
        ({"/": '<link rel="shortcut icon" href="/svc/icon.png">', "/b": "b"}, ["/b"]),
        ({"/": '<link rel="shortcut icon" href="/svc/icon.png">'}, []),
    ],
    ids=["first", "second", "none"],
)
def test_the_first_page_without_an_icon_refers_to_the_implied_one(
    pages: dict[str, str], expected: list[str]
) -> None:
    app = app_of(pages)
    icon = Response("", mimetype="image/x-icon")
    app.add_url_rule("/favicon.ico", "icon", lambda: icon)
    app.register_error_handler(404, lambda _: ("", 404))
    result = walked(app)
    note = Reference("/favicon.ico", "favicon", 0, 0, "html", use="note")
    assert [p.target for p in result.pages if note in p.references] == expected


def test_no_page_refers_to_an_icon_that_the_app_does_not_have() -> None:
    result = walked(app_of({"/": "a"}))
    assert not any(page.references for page in result.pages)


class Dashed(BaseConverter):
    regex = "[a-z]-[a-z]"


@pytest.mark.parametrize(("status", "is_known"), [(200, True), (404, False)])
def test_the_values_that_were_met_are_samples_for_what_is_not_known(
    status: int, is_known: bool
) -> None:
    app = app_of({"/": links("/svc/d/x-y")})
    app.url_map.converters["dashed"] = Dashed
    app.add_url_rule("/d/<dashed:x>", "d", lambda x: (x, status))
    judge = Judge(app)
    beginning = Reference(f"/d/{HOLE}", "href", 0, 0, "html")
    before = judge.verdict_of(beginning, judge.base_url, {})
    walk(app, judge, Limits())
    after = judge.verdict_of(beginning, judge.base_url, {})
    assert before is not None
    assert after is not None
    assert (before.is_whole, after.is_whole) == (False, is_known)


def test_names_of_templates_are_told_once() -> None:
    app = app_of({})
    app.jinja_loader = DictLoader({"a.html": "", "b.html": "{% include 'a.html' %}"})

    @app.get("/")
    def index() -> str:
        return "".join(map(render_template, ("b.html", "a.html", "b.html")))

    assert page_at(walked(app), "/").templates == ("b.html", "a.html")


def test_the_working_directory_stays(tmp_path: Path) -> None:
    """The report names files by it."""
    app = Flask("shop")

    @app.get("/files")
    def files() -> str:
        os.chdir(tmp_path)
        return ""

    here = Path.cwd()
    assert "/files" in [page.target for page in walked(app).pages]
    assert Path.cwd() == here


def test_no_verdict_is_asked_for_what_is_not_followed() -> None:
    # One takes long for a URL with many HOLEs, and changes with each value that is met.
    script = "<script>fetch(`/x/${a}`)</script><form action=/send method=post></form>"
    judge = Judge(app_of({"/": links("/svc/x/1") + script, "/x/<number>": ""}))
    judged: list[str] = []
    decide = judge.verdicts_of

    def remembered(references: Iterable[Reference], *given: Any) -> Any:
        for reference, verdict in decide(references, *given):
            judged.append(reference.url)
            yield reference, verdict

    judge.verdicts_of = remembered  # type: ignore[method-assign]
    walk(judge._app, judge, Limits())
    assert judged == ["/svc/x/1"]
