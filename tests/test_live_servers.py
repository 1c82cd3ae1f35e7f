"""The demo behind nginx, served by real WSGI servers, with a mount and without."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from crawler import LIMIT, Browser, Report, crawl, prefix_of, references, send
from live import need, running_proxy
from servers import SERVERS, Server, gunicorn, running_server
from werkzeug.urls import iri_to_uri

from demo.addresses import HOST, PREFIXES

pytestmark = pytest.mark.live


@dataclass(frozen=True)
class Site:
    """A server behind nginx; ``root`` is that of nginx, without a trailing slash.

    ``mount`` is as it stands in a URL.
    """

    root: str
    mount: str
    processes: int


@pytest.fixture(scope="module", params=SERVERS)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    need("nginx")
    server = SERVERS[request.param]
    with (
        running_server(server, tmp_path_factory.mktemp("server")) as port,
        running_proxy("nginx", app_port=port) as root,
    ):
        yield Site(root, quote(server.mount), server.processes)


@pytest.fixture(scope="module")
def report(site: Site) -> Report:
    """What a crawl finds: only one per server, since it empties the ledger."""
    browser = Browser(site.root)
    answer = browser.post(f"/some-service/v1{site.mount}/login", name="Ada")
    assert answer.status == 302
    entrances = (
        f"/some-service/v1{site.mount}/",
        f"/public-api{site.mount}/items/",
        f"/back-office{site.mount}/ledger/",
    )
    return crawl(site.root, entrances, cookies=browser.cookies)


def test_the_crawl_finds_nothing_wrong(report: Report) -> None:
    assert report.faults == []
    assert set(report.counts) == set(PREFIXES)
    assert report.counts["/some-service/v1"] >= 20
    assert report.counts["/public-api"] >= 13
    assert report.counts["/back-office"] >= 4


def test_every_url_has_prefix_and_mount_once(report: Report, site: Site) -> None:
    assert len(report.edges) >= 100
    for _, target in report.edges:
        prefix = prefix_of(target)
        assert target.startswith(f"{prefix}{site.mount}/")
        assert target.count(prefix) == 1
        assert target.count(site.mount or "/shelf") == (1 if site.mount else 0)


# With the mount at each "~".
EDGES = [
    ("/some-service/v1~/", "/some-service/v1~/books/"),
    ("/some-service/v1~/books/", "/some-service/v1~/static/style.css"),
    ("/some-service/v1~/static/style.css", "/some-service/v1~/static/mark.svg"),
    ("/some-service/v1~/hours", "/some-service/v1~/hours/"),
    ("/some-service/v1~/books/1", "/public-api~/items/1"),
    ("/public-api~/items/10", "/some-service/v1~/books/10"),
    ("/public-api~/items/?page=1", "/public-api~/items/?page=2"),
    ("/back-office~/ledger/1/done", "/back-office~/ledger/"),
]


def test_the_crawl_goes_from_prefix_to_prefix(report: Report, site: Site) -> None:
    edges = {tuple(path.replace("~", site.mount) for path in edge) for edge in EDGES}
    assert edges - report.edges == set()


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_app_sees_the_environ_of_the_server(site: Site, prefix: str) -> None:
    item = send(site.root, "GET", f"{prefix}{site.mount}/items/7").json
    # As PEP 3333 has it.
    mount = unquote(site.mount).encode().decode("latin-1")
    assert item["received"] == {"SCRIPT_NAME": mount, "PATH_INFO": "/items/7"}


def test_links_with_the_host_are_those_of_nginx(site: Site) -> None:
    links = {
        "self": f"{site.root}/public-api{site.mount}/items/7",
        "collection": f"{site.root}/public-api{site.mount}/items/",
        "html": f"{site.root}/some-service/v1{site.mount}/books/7",
    }
    item = send(site.root, "GET", f"/public-api{site.mount}/items/7").json
    # Flask leaves the mount in a URL as it is, and a browser encodes it.
    assert {name: iri_to_uri(item["links"][name]) for name in item["links"]} == links
    for url in links.values():
        assert send(site.root, "GET", url).status == 200


def test_a_slash_redirect_keeps_prefix_mount_and_query(site: Site) -> None:
    path = f"/some-service/v1{site.mount}/hours"
    answer = send(site.root, "GET", f"{path}?week=7")
    assert answer.status == 308
    assert answer.location == f"{site.root}{path}/?week=7"


def test_login_and_form_lead_back_into_the_prefix(site: Site) -> None:
    browser = Browser(site.root)
    ledger = f"/back-office{site.mount}/ledger/"
    book = f"/some-service/v1{site.mount}/books/9"
    login = f"/some-service/v1{site.mount}/login"

    refused = browser.get(ledger)
    assert refused.status == 302
    assert refused.location == f"{login}?next=admin.ledger"
    back = browser.post(refused.location, name="Ada")
    assert (back.status, back.location) == (302, ledger)
    assert "You are signed in as Ada." in browser.follow(back).text

    reserved = browser.post(book, name="Ada", day="Thursday")
    assert (reserved.status, reserved.location) == (302, book)
    sentence = "Reserved. It is at the desk for you on Thursday."
    assert sentence in browser.follow(reserved).text


def test_all_worker_processes_answer(site: Site) -> None:
    def process_of(_: int) -> str:
        answer = send(site.root, "GET", f"/public-api{site.mount}/items/")
        assert answer.status == 200
        return answer.headers["X-Process"]

    seen: set[str] = set()
    deadline = time.monotonic() + LIMIT
    with ThreadPoolExecutor(8) as pool:
        # At least once after the first: a server of one process keeps to that one.
        for _ in range(2):
            seen.update(pool.map(process_of, range(16)))
        while len(seen) < site.processes and time.monotonic() < deadline:
            seen.update(pool.map(process_of, range(16)))
    assert len(seen) == site.processes


@pytest.fixture(scope="module")
def unstripped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The root of nginx before a gunicorn that strips the prefix, as nginx does not.

    gunicorn refuses a path that does not begin with its ``SCRIPT_NAME``, so that the
    other two prefixes are not to be had.
    """
    need("nginx")
    server = Server(gunicorn("sync"), mount="/some-service/v1")
    with (
        running_server(server, tmp_path_factory.mktemp("server")) as port,
        running_proxy("nginx", app_port=port, strips=False) as root,
    ):
        yield root


def test_a_mount_that_is_the_prefix_is_there_once(unstripped: str) -> None:
    item = send(unstripped, "GET", "/some-service/v1/items/7").json
    assert item["received"] == {
        "SCRIPT_NAME": "/some-service/v1",
        "PATH_INFO": "/items/7",
    }
    assert item["links"]["html"] == f"{unstripped}/some-service/v1/books/7"


def test_a_page_below_a_mount_that_is_the_prefix(unstripped: str) -> None:
    page = send(unstripped, "GET", "/some-service/v1/books/7")
    assert page.status == 200
    links = [url for method, url in references(page) if method == "GET"]
    found = {url for url in links if url.startswith("/some-service/")}
    assert found >= {
        "/some-service/v1/",
        "/some-service/v1/hours/",
        "/some-service/v1/static/style.css",
    }
    for url in found:
        assert url.count("/some-service/v1") == 1
        assert send(unstripped, "GET", url).status == 200


def test_redirects_below_a_mount_that_is_the_prefix(unstripped: str) -> None:
    slash = send(unstripped, "GET", "/some-service/v1/hours?week=7")
    assert slash.status == 308
    assert slash.location == f"{unstripped}/some-service/v1/hours/?week=7"
    login = send(unstripped, "POST", "/some-service/v1/login", {"name": "Ada"})
    assert (login.status, login.location) == (302, "/some-service/v1/books/")


@pytest.mark.parametrize("name", ["gunicorn-sync", "uwsgi", "waitress", "mod_wsgi"])
def test_a_warning_in_a_server_fails_the_test(name: str, tmp_path: Path) -> None:
    def ask_unstripped() -> None:
        with running_server(SERVERS[name], tmp_path) as port:
            root = f"http://{HOST}:{port}"
            assert send(root, "GET", "/some-service/v1/hours/").status == 404

    with pytest.raises(AssertionError, match=r"WARNING.*The path .* is a 404"):
        ask_unstripped()
