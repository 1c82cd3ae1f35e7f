"""The check of a deployed app: what its host's answers prove, and what they do not."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from threading import Timer
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from flask import Flask, redirect
from http_server import running_handler
from played import Front, Page, page

from demo.addresses import HOST
from demo.proxy import free_port
from demo.servers import running
from flask_prefix_urls.asking import Connection
from flask_prefix_urls.check.deployed import walking
from flask_prefix_urls.check.deployed.client import _AT_ONCE
from flask_prefix_urls.check.deployed.inspection import check_deployed
from flask_prefix_urls.check.findings import Fault, Findings
from flask_prefix_urls.check.limits import Limits
from flask_prefix_urls.check.page import Skipped
from flask_prefix_urls.check.texts.reading_answer import Content
from flask_prefix_urls.check.texts.reference import HOLE, Reference
from flask_prefix_urls.checkable import NotCheckableError
from flask_prefix_urls.cli import prefix_urls

TOKEN = "f00dcafe"
# What the app of most tests has, beside its first page.
PAGES = ("/about", "/items/", "/items/3", "/api/items", "/style.css")


@pytest.fixture(autouse=True)
def known_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "flask_prefix_urls.check.deployed.inspection.secrets.token_hex", lambda _: TOKEN
    )


def app_with(first: str, pages: Mapping[str, Any] | None = None) -> Flask:
    """Return an app.

    :param first: Its first page.
    :param pages: What it has beside PAGES: the text of a page, or its view, by path.
    """
    app = Flask("tests", static_folder=None)
    views = {**dict.fromkeys(PAGES, "page"), "/": first, **(pages or {})}
    for path, view in views.items():
        function = view if callable(view) else _says(view)
        app.add_url_rule(path, endpoint=path.replace(".", "-"), view_func=function)
    app.add_url_rule("/login", "login", str, methods=["POST"])
    return app


def _says(text: str) -> Callable[..., str]:
    return lambda **_: text


def check(front: Front, path: str = "/svc/", **limits: Any) -> Findings:
    with running(front) as root:
        return check_deployed(root + path, Limits(**limits))


def told(faults: tuple[Fault, ...]) -> list[tuple[str, str, str]]:
    return [(fault.position, fault.url, fault.kind) for fault in faults]


def asked_of(front: Front) -> list[str]:
    return [line.removeprefix("GET ") for line in front.asked]


FAULTS: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "a link": ('<a href="/about">', [("href", "/about", "no-prefix")]),
    "the first page": ('<a href="/">', [("href", "/", "no-prefix")]),
    "a link with a query and a fragment": (
        '<a href="/about?a=1#b">',
        [("href", "/about?a=1#b", "no-prefix")],
    ),
    "a form by POST": (
        '<form method="post" action="/login">',
        [("action", "/login", "no-prefix")],
    ),
    "a relative link that leaves the app": (
        '<a href="../about">',
        [("href", "../about", "no-prefix")],
    ),
    "the prefix twice": (
        '<a href="/svc/svc/about">',
        [("href", "/svc/svc/about", "prefix-twice")],
    ),
    "a file": (
        '<link rel="stylesheet" href="/style.css">',
        [("href", "/style.css", "no-prefix")],
    ),
    "a base, but nothing that is joined to it": (
        '<base href="/"><a href="about">',
        [("href", "/", "no-prefix")],
    ),
    "two positions": (
        '<a href="/about"></a><img src="/about">',
        [("href", "/about", "no-prefix"), ("src", "/about", "no-prefix")],
    ),
    "a right link": ('<a href="/svc/about">', []),
    "a relative one": ('<a href="about">', []),
    "a fragment": ('<a href="#about">', []),
    "another host": ('<a href="https://example.com/about">', []),
    "mail": ('<a href="mailto:about">', []),
    "what the app does not have": ('<a href="/other/page">', []),
    "an app at the root": ('<a href="/alive">', []),
    "what is broken with the prefix, too": ('<a href="/svc/svc/none">', []),
    "a path below a route like the prefix": ('<a href="/svc/svc/own">', []),
    "a name that begins like the prefix": ('<a href="/svc2/about">', []),
}


@pytest.mark.parametrize(
    ("first", "expected"),
    FAULTS.values(),
    ids=[name.replace(" ", "-") for name in FAULTS],
)
def test_a_url_is_wrong_if_it_leads_nowhere_and_the_right_one_to_a_page(
    first: str, expected: list[tuple[str, str, str]]
) -> None:
    def outside(path: str) -> Page:
        if path == "/alive":
            # What another app links to is not looked at.
            return page("200 OK", '<a href="/items/3">{0}')
        return page("404 Not Found")

    pages = {"/alive": "page", "/svc/own": "page", "/own": "page"}
    findings = check(Front(app_with(first, pages), outside=outside))
    assert told(findings.faults) == expected


def test_a_fault_has_all_that_can_be_seen_from_outside() -> None:
    link = '<a href="/about?a=1#b">About</a>'
    front = Front(app_with(link, {"/items/": link, "/about": '<a href="items/">'}))
    with running(front) as root:
        findings = check_deployed(f"{root}/svc/", Limits(start=("/items/",)))
        host = root.removeprefix("http://")
    (fault,) = findings.faults
    assert (fault.page, fault.count, fault.endpoint) == ("/svc/", 2, "")
    assert (fault.source, fault.written_in, fault.replacement) == (None, None, None)
    assert fault.suggestion == "what url_for builds: /svc/about?a=1#b"
    verdict = fault.verdict
    assert (verdict.root, verdict.found, verdict.target) == ("/svc", "", "/about?a=1")
    assert verdict.address == (host, "/about", "?a=1", "#b")
    assert (findings.notes, findings.read, findings.dead) == ((), {}, ())
    assert (findings.limit, findings.asked) == ("", len(front.asked))
    assert findings.skipped == ()


def test_nothing_is_asked_twice_and_nothing_without_a_reason() -> None:
    first = """
        <a href="/about"></a> <a href="/about#x"></a> <a href="/svc/about"></a>
        <a href="/none"></a> <a href="https://example.com/"></a>
        <form method="post" action="/svc/login">
    """
    front = Front(app_with(first))
    check(front)
    assert sorted(asked_of(front)) == sorted(
        [
            *("/svc/", f"/{TOKEN}", f"/svc/{TOKEN}"),
            # Only where the right one is a page, the wrong one is asked for.
            *("/svc/about", "/about", "/svc/none"),
        ]
    )


def test_what_a_wrong_link_was_meant_for_is_read() -> None:
    front = Front(app_with('<a href="/about">', {"/about": '<a href="/items/3">'}))
    assert [(fault.page, fault.url) for fault in check(front).faults] == [
        ("/svc/", "/about"),
        ("/svc/about", "/items/3"),
    ]


def test_redirects_are_read_and_not_followed() -> None:
    app = app_with(
        '<a href="away"></a><a href="round">',
        {"/away": lambda: redirect("/about"), "/round": lambda: redirect("/svc/round")},
    )
    front = Front(app)
    assert told(check(front).faults) == [("Location", "/about", "no-prefix")]
    assert asked_of(front).count("/svc/round") == 1


def test_the_error_page_is_read() -> None:
    app = app_with("page")
    app.register_error_handler(404, lambda _: ('<a href="/about">', 404))
    (fault,) = check(Front(app)).faults
    assert (fault.page, fault.url) == (f"/svc/{TOKEN}", "/about")


def test_a_prefix_with_an_escape_is_one_however_it_is_written() -> None:
    links = '<a href="/caf%c3%a9/x/about"></a><a href="/café/x/items/"></a>'
    front = Front(
        app_with(f'{links}<a href="/about">'),
        matches=lambda path: path.startswith("/caf\u00c3\u00a9/x/"),
        strips=lambda path: path[len("/caf\u00c3\u00a9/x") :],
    )
    findings = check(front, "/caf%C3%A9/x/")
    assert told(findings.faults) == [("href", "/about", "no-prefix")]
    assert findings.faults[0].verdict.root == "/café/x"


def read_as(monkeypatch: pytest.MonkeyPatch, *references: Reference) -> None:
    """Find these references on the first page, and none on others."""

    def read(_: object, body: bytes, __: float) -> Content:
        return Content("", references if body == b"first" else ())

    monkeypatch.setattr(walking, "read_answer", read)


def reference(url: str, use: Any = "link", base: str = "") -> Reference:
    return Reference(url, "string", 0, 0, "javascript", use, base=base)


@pytest.mark.parametrize(
    ("url", "use", "count"),
    [
        ("/about", "link", 1),
        ("/about", "text", 1),
        ("/about", "note", 0),
        ("/", "link", 1),
        ("/", "text", 0),
        ("/other/page", "text", 0),
        # The page /items/ proves what it begins.
        (f"/items/{HOLE}", "link", 1),
        (f"/items/{HOLE}", "text", 1),
        (f"/items/{HOLE}?a=1", "link", 1),
        (f"/items/?page={HOLE}", "link", 1),
        # There is no page /api/, but another one that begins with it.
        (f"/api/{HOLE}", "link", 1),
        (f"/api/it{HOLE}", "text", 1),
        ("/api", "base", 1),
        (f"/other/{HOLE}", "link", 0),
        ("/other", "base", 0),
        (f"/{HOLE}", "link", 0),
        (f"{HOLE}/items/", "link", 0),
        (f"/svc/svc/items/{HOLE}", "link", 1),
        (f"/svc/items/{HOLE}", "link", 0),
        ("/svc/api", "base", 0),
        ("http://[", "link", 0),
    ],
    ids=lambda value: value.replace(HOLE, "-") if isinstance(value, str) else "",
)
def test_what_a_free_text_and_a_beginning_prove(
    monkeypatch: pytest.MonkeyPatch, url: str, use: str, count: int
) -> None:
    pages = (reference("/svc/api/items"), reference(url, use))
    read_as(monkeypatch, *pages)
    front = Front(app_with("first"))
    assert len(check(front).faults) == count
    # Nobody knows what stands for a HOLE.
    assert [target for target in asked_of(front) if quote(HOLE) in target] == []


def test_a_free_text_proves_nothing_of_an_app_with_a_page_for_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read_as(monkeypatch, reference("/about", "text"), reference("/items/3"))
    app = app_with("first", {"/<path:rest>": lambda **_: "everything"})
    assert [fault.url for fault in check(Front(app)).faults] == ["/items/3"]


def test_what_is_joined_to_a_right_base_counts_itself() -> None:
    first = '<base href="/svc/items/"><a href="../../about"></a><a href="3">'
    assert told(check(Front(app_with(first))).faults) == [
        ("href", "../../about", "no-prefix")
    ]


CATCH_ALLS: dict[str, Callable[..., object]] = {
    "the same page": lambda **_: "first page",
    "a page that names the path": lambda rest: f"There is no {rest}.",
    "a login": lambda **_: redirect("/svc/login"),
    "a login that comes back": lambda rest: redirect(f"/svc/login?next=/svc/{rest}"),
    "a page that is never the same": lambda **_: f"It is {time.monotonic_ns()}.",
}


@pytest.mark.parametrize(
    "view",
    CATCH_ALLS.values(),
    ids=[name.replace(" ", "-") for name in CATCH_ALLS],
)
def test_an_app_with_a_page_for_everything_proves_nothing(
    view: Callable[..., object],
) -> None:
    front = Front(app_with('<a href="/other/page">', {"/<path:rest>": view}))
    assert told(check(front).faults) == []


@pytest.mark.parametrize("name", ["the same page", "a page that names the path"])
def test_a_page_that_is_another_than_for_everything_is_one(name: str) -> None:
    front = Front(
        app_with(
            '<a href="/about"></a><a href="/other">', {"/<path:rest>": CATCH_ALLS[name]}
        )
    )
    assert told(check(front).faults) == [("href", "/about", "no-prefix")]


OUTSIDE: dict[str, tuple[Callable[[str], Page], int]] = {
    "a 404": (lambda _: page("404 Not Found"), 1),
    "a 410": (lambda _: page("410 Gone"), 1),
    "a gateway that refuses all": (lambda _: page("403 Forbidden"), 1),
    "one page for all": (lambda _: page("200 OK"), 0),
    "a redirect to the app": (
        lambda path: page("301 Moved Permanently", Location=f"/svc{path}"),
        0,
    ),
    "a page for others": (
        lambda path: page(
            "403 Forbidden" if path == "/about" else "404 Not Found", path
        ),
        0,
    ),
    "an error": (lambda _: page("502 Bad Gateway"), 0),
}


@pytest.mark.parametrize(
    ("outside", "count"),
    OUTSIDE.values(),
    ids=[name.replace(" ", "-") for name in OUTSIDE],
)
def test_a_link_that_leads_to_another_app_is_no_fault(
    outside: Callable[[str], Page], count: int
) -> None:
    front = Front(app_with('<a href="/about">'), outside=outside)
    assert len(check(front).faults) == count


def test_what_a_get_may_change_is_not_asked_for_unless_it_is_named() -> None:
    first = '<a href="logout"></a><a href="/items/3/delete"></a>'
    app = app_with(first, {"/logout": "page", "/items/3/delete": "page"})
    front = Front(app)
    reason = "a GET may change something"
    findings = check(front)
    assert findings.skipped == (
        Skipped("/svc/logout", reason),
        Skipped("/svc/items/3/delete", reason),
    )
    assert not {*asked_of(front)} & {"/svc/logout", "/svc/items/3/delete"}
    named = Front(app)
    findings = check(named, start=("/logout", "/svc/items/3/delete"))
    assert {*asked_of(named)} >= {"/svc/logout", "/svc/items/3/delete"}
    assert told(findings.faults) == [("href", "/items/3/delete", "no-prefix")]


def test_what_is_excluded_is_not_asked_for() -> None:
    front = Front(app_with('<a href="about"></a><a href="items/?page=2"></a>'))
    findings = check(front, exclude=("^/about$", "page="))
    assert findings.skipped == (
        Skipped("/svc/about", "--exclude leaves it out"),
        Skipped("/svc/items/?page=2", "--exclude leaves it out"),
    )
    assert len(front.asked) == 3


def calendar() -> Flask:
    """Return an app with ever more days to look at, and a few pages in a row."""

    def day(number: int) -> str:
        return "".join(f'<a href="{number * 9 + step}">' for step in range(1, 10))

    pages = {f"/page-{name}": f'<a href="page-{after}">' for name, after in STEPS}
    first = '<a href="day/0"></a><a href="page-a">'
    return app_with(first, {**pages, "/day/<int:number>": day})


STEPS = ("ab", "bc", "cd", "de", "ef")


def test_a_calendar_without_an_end_starves_nothing() -> None:
    front = Front(calendar())
    findings = check(front, max_pages=150)
    assert len(front.asked) == findings.asked == 150
    assert "/svc/page-f" in asked_of(front)
    left = len(findings.skipped)
    assert findings.limit == (
        f"The walk ended at the limit of --max-pages, 150: {left} paths were not asked."
    )
    assert {skipped.reason for skipped in findings.skipped} == {"the walk ended before"}


def test_one_path_that_was_not_asked_is_told() -> None:
    findings = check(Front(app_with('<a href="about">')), max_pages=3)
    assert findings.limit == (
        "The walk ended at the limit of --max-pages, 3: 1 path was not asked."
    )


Answers = Callable[[BaseHTTPRequestHandler], object]


@contextmanager
def served(pages: Mapping[str, Answers]) -> Iterator[str]:
    """Serve pages over connections that stay open; yield the root of the URLs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            # Who asked may have left.
            with suppress(OSError):
                pages.get(self.path, no_page)(self)

    with running_handler(Handler) as port:
        yield f"http://{HOST}:{port}"


def answer(body: bytes, status: int = 200, **headers: str) -> Answers:
    fields = {"Content_Type": "text/html", "Content_Length": str(len(body)), **headers}

    def answers(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in fields.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answers


no_page = answer(b"gone", 404)


def test_connections_are_kept_and_few() -> None:
    links = b"".join(b'<a href="%d">' % number for number in range(40))
    clients: list[tuple[str, Any]] = []

    def remembered(answers: Answers) -> Answers:
        def remember(handler: BaseHTTPRequestHandler) -> None:
            clients.append((handler.path, handler.client_address))
            answers(handler)

        return remember

    pages = {f"/svc/{number}": remembered(answer(b"")) for number in range(40)}
    with served({**pages, "/svc/": remembered(answer(links))}) as root:
        findings = check_deployed(f"{root}/svc/", Limits())
    assert findings.asked == 43
    assert len(clients) == 41
    assert len({client for _, client in clients}) <= _AT_ONCE


def test_a_connection_that_the_server_has_closed_is_opened_again() -> None:
    def closes(handler: BaseHTTPRequestHandler) -> None:
        answer(b"page")(handler)
        # Without saying so.
        handler.close_connection = True

    links = b"".join(b'<a href="%d">' % number for number in range(8))
    pages = {f"/svc/{number}": closes for number in range(8)}
    with served({**pages, "/svc/": answer(links + b'<a href="/7">')}) as root:
        findings = check_deployed(f"{root}/svc/", Limits())
    assert (findings.skipped, findings.limit) == ((), "")
    assert told(findings.faults) == [("href", "/7", "no-prefix")]


LINK = '<a href="/café">'


@pytest.mark.parametrize(
    "first",
    [
        answer(gzip.compress(LINK.encode()), Content_Encoding="gzip"),
        answer(LINK.encode("latin-1"), Content_Type="text/html; charset=iso-8859-1"),
        answer(LINK.encode("utf-16"), Content_Type="text/html"),
        answer(f'<meta charset="windows-1252">{LINK}'.encode("cp1252")),
        answer(f"{LINK}{'x' * 10_500_000}".encode()),
        answer(LINK.encode(), Content_Length="999", Connection="close"),
    ],
    ids=["gzip", "latin-1", "utf-16", "meta", "ten-megabytes", "cut"],
)
def test_a_page_is_read_however_it_comes(first: Answers) -> None:
    with served({"/svc/": first, "/svc/caf%C3%A9": answer(b"page")}) as root:
        (fault,) = check_deployed(f"{root}/svc/", Limits()).faults
    assert fault.url == "/café"


def test_a_page_that_is_no_text_is_not_read() -> None:
    picture = answer(b'<a href="/about">' * 20_000, Content_Type="image/png")
    pages = {
        "/svc/": answer(b'<img src="a"><img src="b">'),
        "/svc/a": picture,
        "/svc/b": picture,
        "/svc/about": answer(b"page"),
    }
    with served(pages) as root:
        findings = check_deployed(f"{root}/svc/", Limits())
    assert (findings.faults, findings.skipped) == ((), ())


def test_what_was_not_read_to_its_end_is_told() -> None:
    pages = {
        "/svc/": answer(b'<a href="zstd"></a><a href="cut"></a>'),
        "/svc/zstd": answer(b"?", Content_Encoding="zstd"),
        "/svc/cut": answer(b"?", Content_Length="9", Connection="close"),
    }
    with served(pages) as root:
        findings = check_deployed(f"{root}/svc/", Limits())
    assert findings.skipped == (
        Skipped("/svc/zstd", "its Content-Encoding is 'zstd'"),
        Skipped("/svc/cut", "it did not end"),
    )


def test_it_says_who_it_is_and_sends_what_it_is_told() -> None:
    seen: list[dict[str, str]] = []

    def first(handler: BaseHTTPRequestHandler) -> None:
        seen.append(dict(handler.headers.items()))
        answer(b"page")(handler)

    with served({"/svc/": first}) as root:
        check_deployed(
            f"{root}/svc/", Limits(headers=(("Cookie", "a=b"), ("user-agent", "Other")))
        )
        check_deployed(f"{root}/svc/", Limits())
    host = root.removeprefix("http://")
    own = {
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
        "Accept-Encoding": "identity",
        "Host": host,
        "User-Agent": "flask-prefix-urls",
    }
    assert seen[1] == own
    del own["User-Agent"]
    assert seen[0] == {**own, "Cookie": "a=b", "user-agent": "Other"}


@pytest.fixture
def forever() -> Iterator[threading.Event]:
    """What an answer waits for that never ends; it does when the test is over."""
    event = threading.Event()
    yield event
    event.set()


def dripping(forever: threading.Event) -> Answers:
    """Return an answer whose headers never end."""

    def drips(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.flush_headers()
        while not forever.wait(0.02):
            handler.wfile.write(b"x")

    return drips


def check_for_a_second(pages: Mapping[str, Answers]) -> tuple[Findings, float]:
    """Return what is found, and how many seconds that takes."""
    with served(pages) as root:
        before = time.monotonic()
        findings = check_deployed(f"{root}/svc/", Limits(max_seconds=1))
        return findings, time.monotonic() - before


def test_it_ends_within_its_seconds(forever: threading.Event) -> None:
    def never(_: BaseHTTPRequestHandler) -> None:
        forever.wait(30)

    def stream(handler: BaseHTTPRequestHandler) -> None:
        answer(b"<p>", Content_Length="1000000000")(handler)
        while not forever.wait(0.02):
            handler.wfile.write(b"<p>")

    pages = {
        "/svc/": answer(b'<a href="never"></a><a href="stream"></a><a href="/about">'),
        "/svc/never": never,
        "/svc/stream": stream,
        "/svc/about": answer(b"page"),
    }
    findings, seconds = check_for_a_second(pages)
    assert seconds < 2
    assert Skipped("/svc/never", "the walk ended before") in findings.skipped


def test_an_answer_that_comes_byte_by_byte_ends_with_the_seconds(
    forever: threading.Event,
) -> None:
    pages = {"/svc/": answer(b'<a href="drips">'), "/svc/drips": dripping(forever)}
    findings, seconds = check_for_a_second(pages)
    assert seconds < 3
    assert findings.skipped == (Skipped("/svc/drips", "the walk ended before"),)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(["Content-Length: 9"], id="length"),
        pytest.param(["Transfer-Encoding: chunked"], id="chunks"),
        pytest.param(["Connection: close"], id="no-length"),
    ],
)
def test_a_body_that_stops_ends_with_the_seconds(
    forever: threading.Event, headers: list[str]
) -> None:
    def stops(handler: BaseHTTPRequestHandler) -> None:
        lines = ["HTTP/1.1 200 OK", "Content-Type: text/html", *headers, "", "1\r\n<"]
        handler.wfile.write("\r\n".join(lines).encode())
        forever.wait(30)

    pages = {"/svc/": answer(b'<a href="stops">'), "/svc/stops": stops}
    findings, seconds = check_for_a_second(pages)
    assert 1 <= seconds < 2
    assert findings.skipped == (Skipped("/svc/stops", "it did not end"),)


def test_nothing_is_sent_again_after_the_seconds(forever: threading.Event) -> None:
    # The client ends an answer in the time of one that comes after silent ones.
    def silent(_: BaseHTTPRequestHandler) -> None:
        forever.wait(30)

    drips = dripping(forever)
    kept = {f"/svc/{name}": answer(b"page") for name in "qrstuvwx"}
    late = {f"/svc/{name}": silent if name in "abcde" else drips for name in "abcdefg"}
    first = "".join(f'<a href="{path}">' for path in kept)
    then = "".join(f'<a href="{path}">' for path in late)
    pages = {**kept, **late, "/svc/x": answer(then.encode())}
    _, seconds = check_for_a_second({**pages, "/svc/": answer(first.encode())})
    assert seconds < 4


def test_a_body_has_its_time_from_where_it_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Seconds.
    patience = 2.0
    monkeypatch.setattr("flask_prefix_urls.asking._PATIENCE", patience)
    came = threading.Event()
    read = walking.read_answer

    def slow(headers: Any, body: bytes, seconds: float) -> Content:
        if body == b"first":
            threading.Event().wait(patience)
            came.set()
        return read(headers, body, seconds)

    def halves(handler: BaseHTTPRequestHandler) -> None:
        answer(b'<a href="/about">', Content_Length="18")(handler)
        came.wait(30)
        threading.Event().wait(patience / 2)
        handler.wfile.write(b" ")

    monkeypatch.setattr(walking, "read_answer", slow)
    pages = {
        "/svc/": answer(b'<a href="first"></a><a href="halves"></a>'),
        "/svc/first": answer(b"first"),
        "/svc/halves": halves,
        "/svc/about": answer(b"page"),
    }
    with served(pages) as root:
        findings = check_deployed(f"{root}/svc/", Limits())
    assert findings.skipped == ()
    assert told(findings.faults) == [("href", "/about", "no-prefix")]


HTML = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n"


def test_a_server_that_takes_few_connections_is_asked_over_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Seconds.
    monkeypatch.setattr("flask_prefix_urls.check.deployed.client._OPENING", 0.2)
    taken: list[bool] = []
    send = Connection.send

    def remembered(*arguments: Any, **options: Any) -> bool:
        taken.append(send(*arguments, **options))
        return taken[-1]

    monkeypatch.setattr(Connection, "send", remembered)
    names = [f"page-{letter}" for letter in "abcdefghij"]
    links = "".join(f'<a href="{name}">' for name in names).encode()
    targets = []
    # One connection is served, one waits, and the system takes no more.
    with socket.create_server((HOST, 0), backlog=0) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    client, _ = server.accept()
                    with client:
                        target = client.recv(65536).split()[1].decode()
                        targets.append(target)
                        # Nothing else is served until the client has read it.
                        body = links if target == "/svc/" else b" " * 8_000_000
                        client.sendall(HTML + body)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        root = f"http://{HOST}:{server.getsockname()[1]}"
        findings = check_deployed(f"{root}/svc/", Limits())
        server.shutdown(socket.SHUT_RDWR)
    thread.join(30)
    assert findings.skipped == ()
    assert {f"/svc/{name}" for name in names} <= {*targets}
    # Each time that one is not taken, there are fewer from then on.
    assert 1 <= taken.count(False) <= 2


def test_what_never_answers_is_waited_for_once(
    forever: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Seconds.
    patience = 1.0
    monkeypatch.setattr("flask_prefix_urls.asking._PATIENCE", patience)
    names = ("a", "b")
    links = "".join(f'<a href="{name}">' for name in names)
    never = {f"/svc/{name}": lambda _: forever.wait(30) for name in names}
    with served({"/svc/": answer(links.encode()), **never}) as root:
        before = time.monotonic()
        findings = check_deployed(f"{root}/svc/", Limits())
        seconds = time.monotonic() - before
    host = root.removeprefix("http://")
    reason = f"{host!r} does not answer within 1 seconds"
    assert findings.skipped == tuple(Skipped(f"/svc/{name}", reason) for name in names)
    assert patience <= seconds < patience * len(names)


def test_what_came_is_read_however_late(monkeypatch: pytest.MonkeyPatch) -> None:
    patience = 0.5
    monkeypatch.setattr("flask_prefix_urls.asking._PATIENCE", patience)
    read = walking.read_answer

    def slow(headers: Any, body: bytes, seconds: float) -> Content:
        if b"b" in body:
            # Reading one page takes longer than the others may.
            threading.Event().wait(patience * 2)
        return read(headers, body, seconds)

    monkeypatch.setattr(walking, "read_answer", slow)
    pages = {f"/svc/{name}": answer(name.encode()) for name in "abc"}
    links = "".join(f'<a href="{name}"></a>' for name in "abc")
    with served({"/svc/": answer(links.encode()), **pages}) as root:
        assert check_deployed(f"{root}/svc/", Limits()).skipped == ()


def test_a_server_that_fails_again_and_again_is_left_alone() -> None:
    def breaks(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    links = b"".join(b'<a href="%d">' % number for number in range(60))
    pages = {f"/svc/{number}": breaks for number in range(60)}
    with served({**pages, "/svc/": answer(links)}) as root:
        findings = check_deployed(f"{root}/svc/", Limits())
    # Three for the first page and the made-up ones, two that fail, and those that were
    # on their way when the third did.
    assert findings.asked <= 3 + 2 + _AT_ONCE
    assert findings.limit == "The walk ended after 3 requests that failed."


def test_a_page_between_two_that_fail_is_no_end() -> None:
    def breaks(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    names = [f"{kind}-{number}" for number in range(9) for kind in ("bad", "good")]
    links = "".join(f'<a href="{name}">' for name in names)
    pages = {
        f"/svc/{name}": breaks if name.startswith("bad") else answer(b"page")
        for name in names
    }
    with served({**pages, "/svc/": answer(links.encode())}) as root:
        findings = check_deployed(f"{root}/svc/", Limits())
    assert (findings.asked, findings.limit) == (3 + len(names), "")
    assert len(findings.skipped) == len(names) / 2


def test_no_thread_stays() -> None:
    timers: set[threading.Thread] = set()

    def progress(*_: int) -> None:
        timers.update(t for t in threading.enumerate() if isinstance(t, Timer))

    with running(Front(app_with("first"))) as root:
        check_deployed(f"{root}/svc/", Limits(), progress)
    [timer] = timers
    # Who interrupts the walk does not wait for it either.
    assert timer.daemon
    timer.join(30)
    assert not timer.is_alive()


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_a_few_requests_prove_nothing(most: int) -> None:
    front = Front(app_with('<a href="/about">'))
    assert check(front, max_pages=most).faults == ()
    assert len(front.asked) == most


def test_an_app_that_is_not_there_is_told() -> None:
    root = f"http://{HOST}:{free_port()}"
    host = root.removeprefix("http://")
    sentence = f"There is no answer at {root}/svc/: nothing listens at '{host}'."
    with pytest.raises(NotCheckableError) as raised:
        check_deployed(f"{root}/svc/", Limits())
    assert str(raised.value) == sentence
    result = CliRunner().invoke(prefix_urls, ["check", "--url", f"{root}/svc"])
    assert (result.exit_code, result.output) == (2, f"Error: {sentence}\n")


def test_an_app_without_a_first_page_needs_another() -> None:
    app = app_with("page")
    app.view_functions["/"] = lambda: ("gone", 404)
    app.view_functions["/about"] = _says('<a href="/items/3">')
    front = Front(app)
    with running(front) as root, pytest.raises(NotCheckableError) as raised:
        check_deployed(f"{root}/svc/", Limits())
    assert str(raised.value) == (
        f"There is no page to read at {root}/svc/, which answers 404: give the URL of"
        " the app's root, or a page below it by --start."
    )
    findings = check(front, start=("/about",))
    assert told(findings.faults) == [("href", "/items/3", "no-prefix")]


def test_https_is_asked_where_http_leads_to_it() -> None:
    def first(handler: BaseHTTPRequestHandler) -> None:
        location = f"https://{handler.headers['Host']}{handler.path}"
        answer(b"", 301, Location=location)(handler)

    with (
        served({"/svc/": first}) as root,
        pytest.raises(NotCheckableError) as raised,
    ):
        check_deployed(f"{root}/svc/", Limits())
    host = root.removeprefix("http://")
    assert str(raised.value) == (
        f"There is no answer at https://{host}/svc/: {host!r} does not answer by TLS."
    )


@pytest.mark.parametrize("location", ["https://other.example/svc/", "/svc/home", "//["])
def test_another_redirect_of_the_first_page_is_none_to_https(location: str) -> None:
    first = answer(b"", 302, Location=location)
    pages = {"/svc/": first, "/svc/home": answer(b'<a href="/svc/home">')}
    with served(pages) as root:
        assert check_deployed(f"{root}/svc/", Limits()).faults == ()


def test_progress_is_told_after_each_request() -> None:
    front = Front(app_with('<a href="about"></a><a href="items/">'))
    told: list[tuple[int, int]] = []
    with running(front) as root:
        check_deployed(f"{root}/svc/", Limits(), lambda *made: told.append(made))
    assert [made for made, _ in told] == [1, 2, 3, 4, 5]
    assert told[-1] == (5, 0)
