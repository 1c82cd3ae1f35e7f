"""The demo behind six real reverse proxies, each with its file in ``demo/proxies``."""

from __future__ import annotations

import ssl
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from conftest import warnings_in
from crawler import ENTRANCES, LIMIT, Browser, crawl
from live import demo_command, make_certificate, need, running_proxy_with_https
from readme import Row
from recipes import mistake, recipe
from werkzeug.middleware.proxy_fix import ProxyFix

from demo.addresses import HOST, PREFIXES, ROOM, SWITCH, TOUR
from demo.app import create_app
from demo.proxy import PROXIES
from demo.servers import running

pytestmark = pytest.mark.live

HOME = ROOM
LOGIN = "/some-service/v1/login"
LEDGER = "/back-office/ledger/"

# The rows of the recipes.
STRIPS = "A proxy that strips"
DOES_NOT_STRIP = "A proxy that does not strip"

# What someone who is logged in can reach, at the least.
PAGES = {"/some-service/v1": 28, "/public-api": 14, "/back-office": 4}

# The style sheet of a page, by the choice at the switch.
STYLE_SHEETS = {"off": "/static/style.css", "on": f"{TOUR}static/style.css"}

SENT_BY_ALL = {
    "HTTP_X_FORWARDED_PROTO": "http",
    "HTTP_X_FORWARDED_HOST": "reading.example:8080",
    "HTTP_HOST": "reading.example:8080",
}


class Recorder:
    """A WSGI app that keeps what it is sent, and hands it on to whichever app it has.

    So each test has an app of its own behind a proxy that was started once.
    """

    def __init__(self) -> None:
        self.app: Callable[..., Any]
        self.environs: list[dict[str, Any]] = []

    def use(self, *, prefixed: bool = True, proxy_strips: bool = True) -> None:
        app = create_app(prefixed=prefixed, proxy_strips=proxy_strips)
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
        self.app = app
        self.environs.clear()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.environs.append(dict(environ))
        # Read here, since Werkzeug's server does not close the file that an answer is
        # read from if the connection is reset, and HAProxy resets each.
        answer = self.app(environ, start_response)
        try:
            return list(answer)
        finally:
            answer.close()


@dataclass
class Front:
    """A proxy that runs, with a certificate for https, and what is behind it."""

    root: str
    https_root: str
    context: ssl.SSLContext
    behind: Recorder


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@contextmanager
def running_front(name: str, certificate: Path, *, strips: bool) -> Iterator[Front]:
    behind = Recorder()
    context = ssl.create_default_context(cafile=str(certificate))
    with (
        running(behind) as app,
        running_proxy_with_https(name, app, certificate, strips=strips) as roots,
    ):
        yield Front(*roots, context, behind)


@pytest.fixture(scope="module", params=PROXIES)
def stripping_proxy(
    request: pytest.FixtureRequest, certificate: Path
) -> Iterator[Front]:
    with running_front(request.param, certificate, strips=True) as front:
        yield front


@pytest.fixture(scope="module", params=PROXIES)
def unstripped_proxy(
    request: pytest.FixtureRequest, certificate: Path
) -> Iterator[Front]:
    with running_front(request.param, certificate, strips=False) as front:
        yield front


@pytest.fixture
def front(stripping_proxy: Front) -> Front:
    """A proxy that strips, with a new app behind it that knows."""
    stripping_proxy.behind.use()
    return stripping_proxy


@pytest.fixture
def unstripped(unstripped_proxy: Front) -> Front:
    """A proxy that does not strip, with a new app behind it that knows."""
    unstripped_proxy.behind.use(proxy_strips=False)
    return unstripped_proxy


def assert_nothing_is_wrong(root: str, context: ssl.SSLContext | None = None) -> None:
    browser = Browser(root, context=context)
    browser.log_in()
    report = crawl(root, ENTRANCES, cookies=browser.cookies, context=context)
    assert (report.left, report.doubled, report.failed) == ([], [], [])
    assert set(report.counts) == set(PAGES)
    short = {key: n for key, n in report.counts.items() if n < PAGES[key]}
    assert short == {}
    assert ("/some-service/v1/hours", "/some-service/v1/hours/") in report.edges
    assert ("/some-service/v1/books/1", "/public-api/items/1") in report.edges
    assert ("/back-office/ledger/1/done", LEDGER) in report.edges


@recipe(STRIPS)
def test_all_that_can_be_reached_is_below_its_prefix_and_there(
    front: Front, row: Row
) -> None:
    assert row.cells[1] == "yes"
    assert_nothing_is_wrong(front.root)


def test_so_it_is_by_https(front: Front) -> None:
    assert_nothing_is_wrong(front.https_root, front.context)


@recipe(DOES_NOT_STRIP)
def test_so_it_is_where_the_proxy_does_not_strip(unstripped: Front, row: Row) -> None:
    assert row.cells[1] == "no"
    assert_nothing_is_wrong(unstripped.root)
    paths = {environ["PATH_INFO"] for environ in unstripped.behind.environs}
    assert all(path.startswith(PREFIXES) for path in paths)


def test_so_it_is_by_https_where_the_proxy_does_not_strip(unstripped: Front) -> None:
    assert_nothing_is_wrong(unstripped.https_root, unstripped.context)


@mistake(STRIPS)
def test_without_the_extension_the_same_crawl_finds_faults(
    front: Front, row: Row
) -> None:
    assert row.cells[4] == "no prefix in the app"
    front.behind.use(prefixed=False)
    report = crawl(front.root, [*ENTRANCES, HOME])
    assert f"{TOUR} refers to /books/" in report.left
    assert f"{HOME} refers to /static/style.css" in report.left
    assert f"{HOME} refers to /books/1" in report.left
    assert "/public-api/items/ refers to /items/1" in report.left
    assert f"{LEDGER} refers to /login?next=admin.ledger" in report.left
    browser = Browser(front.root)
    assert browser.get(HOME).status == 200
    assert browser.get("/static/style.css").status == 404


@pytest.mark.warns
@mistake(DOES_NOT_STRIP)
def test_where_the_proxy_does_not_strip_and_the_app_does_not_know_all_is_404(
    unstripped: Front, row: Row, caplog: pytest.LogCaptureFixture
) -> None:
    assert row.cells[4] == "no `proxy_strips=False`"
    unstripped.behind.use()
    report = crawl(unstripped.root, ENTRANCES)
    failed = {f"GET {path} answers 404" for path in ENTRANCES}
    assert failed <= set(report.failed)
    [sentence] = warnings_in(caplog)
    assert (
        "is a route of the app: the proxy seems not to strip the prefix '/" in sentence
    )


def test_logging_in_leads_from_one_prefix_to_another_and_back(front: Front) -> None:
    browser = Browser(front.root)
    answer = browser.get(LEDGER)
    assert (answer.status, answer.location) == (302, f"{LOGIN}?next=admin.ledger")
    assert "Sign in to open the ledger." in browser.follow(answer).text
    back = browser.post(answer.location, name="Ada")
    assert (back.status, back.location) == (302, LEDGER)
    assert "You are signed in as Ada." in browser.follow(back).text


def test_a_form_is_posted_and_its_redirect_arrives(front: Front) -> None:
    browser = Browser(front.root)
    book = "/some-service/v1/books/10"
    answer = browser.post(book, name="Ada", day="Thursday")
    assert (answer.status, answer.location) == (302, book)
    assert "Reserved. It is at the desk" in browser.follow(answer).text
    browser.log_in()
    assert "Hand over To the Lighthouse to Ada" in browser.get(LEDGER).text
    answer = browser.post("/back-office/ledger/4/done")
    assert (answer.status, answer.location) == (302, LEDGER)
    assert "Handed over: To the Lighthouse, to Ada." in browser.follow(answer).text


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["reading.example", "reading.example:8080"])
def test_scheme_and_host_of_external_urls_are_those_of_the_browser(
    front: Front, host: str, scheme: str
) -> None:
    root = {"http": front.root, "https": front.https_root}[scheme]
    browser = Browser(root, host=host, context=front.context)
    item = browser.get("/public-api/items/7").json
    assert item["links"] == {
        "self": f"{scheme}://{host}/public-api/items/7",
        "collection": f"{scheme}://{host}/public-api/items/",
        "html": f"{scheme}://{host}/some-service/v1/books/7",
    }
    answer = browser.get("/some-service/v1/hours?week=7")
    assert answer.status == 308
    assert answer.location == f"{scheme}://{host}/some-service/v1/hours/?week=7"


@pytest.mark.parametrize(
    ("path", "path_info", "query"),
    [
        (TOUR, "/", ""),
        ("/some-service/v1/books/2?from=%2Fhere", "/books/2", "from=%2Fhere"),
        pytest.param(
            *("/some-service/v1/some-service/v1/", "/some-service/v1/", ""),
            marks=pytest.mark.warns,
        ),
        ("/some-service/v1/caf%C3%A9%20%3F", "/café ?", ""),
        (LEDGER, "/ledger/", ""),
        ("/public-api/", "/", ""),
        ("/public-api/items/?page=2", "/items/", "page=2"),
    ],
)
def test_the_app_sees_what_the_proxy_sent(
    front: Front, path: str, path_info: str, query: str
) -> None:
    answer = Browser(front.root, host=SENT_BY_ALL["HTTP_HOST"]).get(path)
    (environ,) = front.behind.environs
    assert environ["SCRIPT_NAME"] == ""
    assert environ["PATH_INFO"].encode("latin-1").decode() == path_info
    assert environ["QUERY_STRING"] == query
    assert {key: environ[key] for key in SENT_BY_ALL} == SENT_BY_ALL
    # One address alone. Envoy sends another of this machine's for a loopback one.
    client = ip_address(environ["HTTP_X_FORWARDED_FOR"])
    assert str(client) == HOST or "HTTP_X_ENVOY_EXPECTED_RQ_TIMEOUT_MS" in environ
    if answer.headers.get_content_type() == "application/json":
        assert answer.json["received"] == {"SCRIPT_NAME": "", "PATH_INFO": path_info}


@pytest.mark.parametrize("sent", [None, "/evil"], ids=["alone", "beside another"])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_proxy_says_what_it_has_stripped(
    front: Front, prefix: str, sent: str | None
) -> None:
    headers = {} if sent is None else {"X-Forwarded-Prefix": sent}
    request = urllib.request.Request(f"{front.root}{prefix}/items/7", headers=headers)
    urllib.request.urlopen(request, timeout=LIMIT).close()
    (environ,) = front.behind.environs
    assert environ["HTTP_X_FORWARDED_PREFIX"] == prefix


def test_the_root_leads_to_the_tour(front: Front) -> None:
    browser = Browser(front.root)
    answer = browser.get("/")
    assert (answer.status, answer.location.removeprefix(front.root)) == (302, TOUR)
    assert front.behind.environs == []
    assert "<h1>The proxy strips a prefix" in browser.follow(answer).text


def test_an_item_shows_the_path_as_it_was_stripped(front: Front) -> None:
    item = Browser(front.root).get("/public-api/items/7").json
    assert item["received"] == {"SCRIPT_NAME": "", "PATH_INFO": "/items/7"}


def test_an_item_shows_the_path_as_it_was_not_stripped(unstripped: Front) -> None:
    path = "/public-api/items/7"
    item = Browser(unstripped.root).get(path).json
    assert item["received"] == {"SCRIPT_NAME": "", "PATH_INFO": path}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_bare_prefix_gets_its_slash_from_the_proxy(front: Front, prefix: str) -> None:
    assert_slash_is_added(front, prefix)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_so_it_does_where_the_proxy_does_not_strip(
    unstripped: Front, prefix: str
) -> None:
    assert_slash_is_added(unstripped, prefix)


def assert_slash_is_added(front: Front, prefix: str) -> None:
    answer = Browser(front.root).get(prefix)
    assert answer.status in (301, 302)
    assert answer.location.removeprefix(front.root) == f"{prefix}/"
    assert front.behind.environs == []


@pytest.mark.parametrize(
    "path", ["/static/style.css", "/some-service/v10/", "/public-api-2/items/"]
)
def test_below_no_prefix_nothing_reaches_the_app(front: Front, path: str) -> None:
    assert Browser(front.root).get(path).status == 404
    assert front.behind.environs == []


@pytest.mark.parametrize("name", PROXIES)
def test_the_demo_runs_behind_a_proxy_that_is_installed(name: str) -> None:
    need(name)
    with demo_command("--proxy", name, "--port", "0") as demo:
        assert demo.lines[0] == f"Starting a Flask app behind {name} ...\n"
        assert f"Open {demo.root}/ in a browser.\n" in demo.lines
        assert (
            f"(What {name} answers by itself has no line, and no way back.)\n"
            in demo.lines
        )
        browser = Browser(demo.root)
        assert "<h1>The proxy strips" in browser.follow(browser.get("/")).text
        for other, stylesheet in STYLE_SHEETS.items():
            answer = browser.post(SWITCH, extension=other, back=HOME)
            assert (answer.status, answer.location) == (303, HOME)
            assert f'href="{stylesheet}"' in browser.follow(answer).text
        assert browser.get("/books/2").status == 404
        browser.get("/public-api/items/99")
        browser.get("/some-service/v1/%1B%5B31m?%1b")
        lines = [
            "GET /some-service/v1/  ->  GET /  200",
            *[
                "POST /some-service/v1/switch  ->  POST /switch  303",
                "GET /some-service/v1/books/  ->  GET /books/  200",
            ]
            * 2,
            "GET /public-api/items/99  ->  GET /items/99  404",
            "GET /some-service/v1/%1B%5B31m?%1b  ->  GET /%1B%5B31m?%1b  404",
        ]
        assert demo.interrupt() == (0, "".join(f"{line}\n" for line in lines), "")
    with pytest.raises(ConnectionRefusedError):
        Browser(demo.root).get(HOME)
