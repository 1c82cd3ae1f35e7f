"""The demo, as a browser sees it: real HTTP through its front proxy."""

from __future__ import annotations

import re
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from crawler import Answer, Browser, References, crawl, send
from live import demo_command

from demo.__main__ import main
from demo.app import create_app
from demo.books import BOOKS
from demo.front import ADDRESSES, PREFIXES, SWITCH_URL
from demo.proxy import PROXIES
from demo.reservations import Reservations
from demo.servers import HOST, running_demo

HOME = "/some-service/v1/"
LOGIN = "/some-service/v1/login"
LEDGER = "/back-office/ledger/"
RESERVED = {"name": "Ada", "day": "Thursday"}

# Seconds, for what takes a fraction of one.
LIMIT = 20


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser at a front of its own, with the extension on."""
    with running_demo(0) as root:
        yield Browser(root)


EDGES = {
    "link": (HOME, "/some-service/v1/books/10"),
    "stylesheet": (HOME, "/some-service/v1/static/style.css"),
    "css url()": (
        "/some-service/v1/static/style.css",
        "/some-service/v1/static/mark.svg",
    ),
    "srcset": (HOME, "/some-service/v1/static/room.svg"),
    "img src": (HOME, "/some-service/v1/static/room-small.svg"),
    "fetch": ("/some-service/v1/books/1", "/public-api/items/1"),
    "form of a page": (LEDGER, "/back-office/ledger/1/done"),
    "link between scopes": (LEDGER, "/some-service/v1/books/3"),
    "redirect after post": ("/back-office/ledger/1/done", LEDGER),
    "link without its slash": (HOME, "/some-service/v1/hours"),
    "slash redirect": ("/some-service/v1/hours", "/some-service/v1/hours/"),
    "logout": (LEDGER, "/some-service/v1/logout"),
    "json next": ("/public-api/items/?page=1", "/public-api/items/?page=2"),
    "json html": ("/public-api/items/10", "/some-service/v1/books/10"),
}


def test_nothing_refers_to_what_is_outside_of_the_prefixes(browser: Browser) -> None:
    browser.log_in()
    result = crawl(browser.root, ADDRESSES, cookies=browser.cookies)
    assert result.faults == []
    assert {name for name, edge in EDGES.items() if edge not in result.edges} == set()


def test_a_visitor_who_is_not_logged_in_meets_no_broken_link(browser: Browser) -> None:
    result = crawl(browser.root, ADDRESSES, cookies=browser.cookies)
    assert result.faults == []
    assert (LEDGER, f"{LOGIN}?next=admin.ledger") in result.edges


def test_without_the_extension_everything_leaves_the_prefixes(
    browser: Browser,
) -> None:
    browser.post(SWITCH_URL)
    faults = crawl(browser.root, ADDRESSES).faults
    assert f"{HOME} refers to /static/style.css" in faults
    assert f"{HOME} refers to /books/1" in faults
    assert "/public-api/items/ refers to /items/1" in faults
    assert f"{LEDGER} refers to /login?next=admin.ledger" in faults


@pytest.mark.parametrize(
    ("entrance", "text"),
    [
        (HOME, "<h1>Ten books"),
        ("/public-api/items/", '"The Voyage of the Beagle"'),
        (LEDGER, "<h1>Ledger</h1>"),
    ],
    ids=PREFIXES,
)
def test_each_prefix_is_an_entrance(browser: Browser, entrance: str, text: str) -> None:
    browser.log_in()
    answer = browser.get(entrance)
    assert answer.status == 200
    assert text in answer.text


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_bare_prefix_gets_its_slash(browser: Browser, prefix: str) -> None:
    answer = browser.get(prefix)
    assert (answer.status, answer.location) == (302, f"{prefix}/")
    assert browser.follow(answer).status == 200


def received(answer: Answer) -> dict[str, str]:
    """Return what the panel says that the app received."""
    shown = re.findall(r"<small>(\w+)</small> <code>(.*?)</code>", answer.text)
    return {name: unescape(value) for name, value in shown}


@pytest.mark.parametrize("toggles", [0, 1], ids=["on", "off"])
@pytest.mark.parametrize(
    ("path", "path_info"),
    [
        (HOME, "/"),
        ("/some-service/v1/books/2?from=here", "/books/2"),
        ("/some-service/v1/hours/", "/hours/"),
        (LOGIN, "/login"),
        (LEDGER, "/ledger/"),
        ("/public-api/", "/"),
        ("/some-service/v1/<b>", "/<b>"),
    ],
)
def test_pages_show_an_environ_that_is_untouched(
    browser: Browser, path: str, path_info: str, toggles: int
) -> None:
    browser.log_in()
    for _ in range(toggles):
        browser.post(SWITCH_URL)
    answer = browser.get(path)
    assert received(answer) == {"SCRIPT_NAME": "(empty)", "PATH_INFO": path_info}
    assert "Your browser asked for" in answer.text


def test_the_collection_of_the_api_is_paged(browser: Browser) -> None:
    collection = f"{browser.root}/public-api/items/"
    links = {
        "self": f"{collection}?page=2",
        "next": f"{collection}?page=3",
        "prev": f"{collection}?page=1",
    }
    answer = browser.get("/public-api/items/?page=2")
    assert answer.json["links"] == links
    assert answer.headers["Link"] == ", ".join(
        f'<{url}>; rel="{relation}"' for relation, url in links.items()
    )
    assert answer.json["received"] == {"SCRIPT_NAME": "", "PATH_INFO": "/items/"}


@pytest.mark.parametrize(
    ("page", "relations"),
    [(1, ["self", "next"]), (2, ["self", "next", "prev"]), (3, ["self", "prev"])],
    ids=["first", "middle", "last"],
)
def test_a_page_of_the_api_links_only_to_pages_that_exist(
    browser: Browser, page: int, relations: list[str]
) -> None:
    answer = browser.get(f"/public-api/items/?page={page}")
    assert list(answer.json["links"]) == relations


def test_the_pages_of_the_api_have_each_book_once(browser: Browser) -> None:
    titles = []
    url = "/public-api/items/"
    while url:
        page = browser.get(url).json
        titles += [item["title"] for item in page["items"]]
        url = page["links"].get("next")
    assert titles == [book.title for book in BOOKS.values()]


def test_an_item_of_the_api_links_to_itself_and_to_its_page(browser: Browser) -> None:
    item = browser.get("/public-api/items/7").json
    assert item["title"] == "Typhoon"
    assert item["links"] == {
        "self": f"{browser.root}/public-api/items/7",
        "collection": f"{browser.root}/public-api/items/",
        "html": f"{browser.root}/some-service/v1/books/7",
    }
    assert item["received"] == {"SCRIPT_NAME": "", "PATH_INFO": "/items/7"}


def test_a_page_tells_its_script_where_the_api_is(browser: Browser) -> None:
    page = browser.get("/some-service/v1/books/7").text
    assert 'data-url="/public-api/items/7"' in page
    assert "fetch(answer.dataset.url)" in page


def test_a_slash_redirect_keeps_prefix_and_query(browser: Browser) -> None:
    answer = browser.get("/some-service/v1/hours?week=7")
    assert answer.status == 308
    assert answer.location == f"{browser.root}/some-service/v1/hours/?week=7"
    assert "<h1>Hours</h1>" in browser.follow(answer).text


def test_a_reservation_is_confirmed_once_and_is_in_the_ledger(browser: Browser) -> None:
    browser.log_in()
    browser.get(HOME)
    book = "/some-service/v1/books/10"
    answer = browser.post(book, **RESERVED)
    assert (answer.status, answer.location) == (302, book)
    confirmation = "Reserved. It is at the desk for you on Thursday."
    assert confirmation in browser.follow(answer).text
    assert confirmation not in browser.get(book).text
    assert "Hand over To the Lighthouse to Ada" in browser.get(LEDGER).text


@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        ({}, ["Enter a name.", "Choose a day on which the room is open."]),
        (RESERVED | {"name": "  "}, ["Enter a name."]),
        (RESERVED | {"name": "A" * 41}, ["Enter a name of at most 40 characters."]),
        (RESERVED | {"day": "Monday"}, ["Choose a day on which the room is open."]),
    ],
    ids=["empty", "blank name", "long name", "closed day"],
)
def test_a_reservation_with_a_fault_is_refused(
    browser: Browser, fields: dict[str, str], sentences: list[str]
) -> None:
    answer = browser.post("/some-service/v1/books/9", **fields)
    assert answer.status == 200
    assert re.findall(r'<p class="fault".*?>(.*?)</p>', answer.text) == sentences


def test_a_book_that_was_handed_over_leaves_the_ledger(browser: Browser) -> None:
    browser.log_in()
    browser.get(HOME)
    answer = browser.post("/back-office/ledger/2/done")
    assert (answer.status, answer.location) == (302, LEDGER)
    ledger = browser.follow(answer).text
    assert "Handed over: The Riddle of the Sands, to Tomasz." in ledger
    assert '<td class="given">Tomasz</td>' not in ledger
    assert '<td class="given">Ines</td>' in ledger
    assert browser.post("/back-office/ledger/2/done").status == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_ledger_sends_a_stranger_to_log_in_and_back(
    browser: Browser, method: str
) -> None:
    path = {"get": LEDGER, "post": f"{LEDGER}1/done"}[method]
    answer = getattr(browser, method)(path)
    assert (answer.status, answer.location) == (302, f"{LOGIN}?next=admin.ledger")
    page = browser.follow(answer).text
    assert "Sign in to open the ledger." in page
    assert ("POST", answer.location) in References(page).found
    back = browser.post(answer.location, name="Ada")
    assert (back.status, back.location) == (302, LEDGER)
    ledger = browser.follow(back).text
    assert "You are signed in as Ada." in ledger
    assert '<td class="given">Ines</td>' in ledger


def test_after_logging_out_the_ledger_is_closed(browser: Browser) -> None:
    browser.log_in()
    assert browser.get(LEDGER).status == 200
    answer = browser.post("/some-service/v1/logout")
    assert (answer.status, answer.location) == (302, HOME)
    assert "You are signed out." in browser.follow(answer).text
    assert browser.get(LEDGER).status == 302


def test_logging_in_takes_a_name(browser: Browser) -> None:
    answer = browser.post(LOGIN, name=" ")
    assert answer.status == 200
    assert "Enter a name." in answer.text
    assert browser.get(LEDGER).status == 302


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.com/", "//example.com", "/back-office/ledger/", "api.item", ""],
)
def test_logging_in_leads_to_no_place_that_a_link_made_up(
    browser: Browser, elsewhere: str
) -> None:
    url = f"{LOGIN}?{urlencode({'next': elsewhere})}"
    assert "example.com" not in browser.get(url).text
    assert browser.post(url, name="Ada").location == HOME


def test_the_switch_turns_the_extension_off_and_on_again(browser: Browser) -> None:
    stylesheets = {True: f"{HOME}static/style.css", False: "/static/style.css"}
    for is_on in (True, False, True):
        page = browser.get(HOME).text
        assert f'href="{stylesheets[is_on]}"' in page
        assert f"<strong>{'on' if is_on else 'off'}</strong>" in page
        assert ("POST", SWITCH_URL) in References(page).found
        answer = browser.post(SWITCH_URL)
        assert (answer.status, answer.location) == (303, HOME)


def test_a_link_does_not_switch(browser: Browser) -> None:
    assert browser.get(SWITCH_URL).status == 405
    assert "<strong>on</strong>" in browser.get(HOME).text


def test_who_is_logged_in_stays_so_across_the_switch(browser: Browser) -> None:
    browser.log_in()
    browser.post(SWITCH_URL)
    assert "<h1>Ledger</h1>" in browser.get(LEDGER).text


ON = "No link of the app leads here while the extension is on."
OFF = (
    "The extension is off, so the app knows nothing of its prefix and leaves it out of"
    " every URL."
)


@pytest.mark.parametrize(
    ("toggles", "sentence", "other"), [(0, ON, OFF), (1, OFF, ON)], ids=["on", "off"]
)
@pytest.mark.parametrize(
    "path", ["/books/1", "/some-service/v10/", "/static/style.css"]
)
def test_below_no_prefix_the_front_explains_and_offers_a_way_back(
    browser: Browser, path: str, toggles: int, sentence: str, other: str
) -> None:
    for _ in range(toggles):
        browser.post(SWITCH_URL)
    answer = browser.get(path)
    text = " ".join(answer.text.split())
    assert answer.status == 404
    assert f"<code>{path}</code> is below none of the three prefixes" in text
    assert sentence in text
    assert other not in text
    found = References(answer.text).found
    assert ("POST", SWITCH_URL) in found
    assert {("GET", address) for address in ADDRESSES} <= set(found)


@pytest.mark.parametrize("toggles", [0, 1], ids=["on", "off"])
def test_the_root_of_the_front_leads_to_the_app(browser: Browser, toggles: int) -> None:
    for _ in range(toggles):
        browser.post(SWITCH_URL)
    answer = browser.get("/")
    assert answer.status == 200
    found = References(answer.text).found
    assert {("GET", address) for address in ADDRESSES} <= set(found)
    for method, url in set(found) - {("POST", SWITCH_URL)}:
        assert send(browser.root, method, url, {}, {}).status < 400


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/some-service/v1/nope", "<h1>Not on the shelf</h1>"),
        ("/some-service/v1/books/99", "<h1>Not on the shelf</h1>"),
        ("/some-service/v1/some-service/v1/", "<h1>Not on the shelf</h1>"),
        ("/back-office/nope", "<h1>Not on the shelf</h1>"),
        ("/public-api/items/99", '"There is no book 99."'),
        ("/public-api/items/?page=4", '"There are only the pages 1 to 3."'),
        ("/public-api/items/?page=0", '"There are only the pages 1 to 3."'),
    ],
)
def test_the_app_answers_for_what_it_does_not_have(
    browser: Browser, path: str, text: str
) -> None:
    answer = browser.get(path)
    assert answer.status == 404
    assert text in answer.text


def test_the_page_of_a_404_leads_back_into_the_app(browser: Browser) -> None:
    answer = browser.get("/back-office/nope")
    assert f'<a href="{HOME}">See all the books</a>' in answer.text


def test_an_error_of_the_api_shows_what_the_app_received(browser: Browser) -> None:
    answer = browser.get("/public-api/items/99")
    assert answer.json["received"] == {"SCRIPT_NAME": "", "PATH_INFO": "/items/99"}


def test_behind_another_proxy_there_is_no_switch() -> None:
    page = create_app(prefixed=True).test_client().get("/").text
    assert "Your browser asked for" in page
    assert "Extension:" not in page
    assert SWITCH_URL not in page


def test_an_app_keeps_its_reservations_to_itself() -> None:
    one, other = (create_app(prefixed=True).test_client() for _ in range(2))
    for client in (one, other):
        client.post("/login", data={"name": "Ada"})
    one.post("/books/1", data={"name": "Grace", "day": "Tuesday"})
    assert "Grace" in one.get("/ledger/").text
    assert "Grace" not in other.get("/ledger/").text


def test_only_the_latest_reservations_are_kept() -> None:
    reservations = Reservations()
    for number in range(60):
        reservations.add(BOOKS[1], f"visitor {number}", "Tuesday")
    names = [reservation.name for reservation in reservations.all()]
    assert names == [f"visitor {number}" for number in range(10, 60)]


def test_all_servers_end_with_the_demo() -> None:
    def servers() -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if not thread.daemon]

    before = servers()
    with running_demo(0) as root:
        assert Browser(root).get(HOME).status == 200
        assert len(servers()) == len(before) + 3
    assert servers() == before
    with pytest.raises(ConnectionRefusedError):
        Browser(root).get(HOME)


@pytest.fixture
def no_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a command that goes on to serve fail, where it would not return."""
    monkeypatch.setattr("demo.__main__.running_demo", None)


@pytest.mark.usefixtures("no_servers")
@pytest.mark.parametrize("port", ["-1", "65536"])
def test_a_port_out_of_range_is_refused(
    port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([f"--port={port}"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == (
        f"Port {port} is not between 0 and 65535: choose another with --port.\n"
    )


@pytest.mark.usefixtures("no_servers")
def test_a_port_in_use_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        assert main([f"--port={port}"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == f"Port {port} is in use: choose another with --port.\n"


@pytest.mark.usefixtures("no_servers")
def test_a_port_that_may_not_be_had_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> socket.socket:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)
    assert main(["--port=80"]) == 2
    assert capsys.readouterr().err == (
        "Port 80 cannot be used (Permission denied): choose another with --port.\n"
    )


def test_the_command_prints_addresses_that_work_and_ends_on_ctrl_c() -> None:
    with demo_command("--port", "0") as demo:
        assert list(demo.addresses) == list(ADDRESSES)
        for path, root in demo.addresses.items():
            assert Browser(root).get(path).status == (302 if path == LEDGER else 200)
        assert demo.interrupt() == (0, "", "")


@pytest.mark.usefixtures("no_servers")
@pytest.mark.parametrize("name", PROXIES)
def test_a_proxy_that_is_not_installed_is_named_with_how_to_install_it(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.proxy.shutil.which", lambda *_, **__: None)
    assert main(["--port=0", f"--proxy={name}"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == (
        f"{PROXIES[name].program} is not installed: install it with"
        f" {PROXIES[name].install}, or leave --proxy out.\n"
    )


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("exit('No such\\n  route')", "ended with exit code 1: No such route"),
        ("exit(3)", "ended with exit code 3: it said nothing"),
    ],
    ids=["complains", "silent"],
)
def test_a_proxy_that_does_not_start_says_why(
    code: str,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = Path(sys.executable).name
    broken = replace(PROXIES["nginx"], program=program, arguments=("-c", code))
    monkeypatch.setattr("demo.proxy.PROXIES", {"nginx": broken})
    assert main(["--port=0", "--proxy=nginx"]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == f"{program} {sentence}\n"
