"""The demo, as a browser sees it: real HTTP through its front proxy."""

from __future__ import annotations

import os
import re
import socket
import struct
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from crawler import ENTRANCES, Browser, References, crawl
from live import demo_command

from demo.__main__ import main
from demo.addresses import HOST, PREFIXES, ROOM, SWITCH, TOUR
from demo.app import create_app
from demo.books import BOOKS
from demo.proxy import PROXIES
from demo.reservations import Reservations
from demo.servers import running_demo
from demo.stations import Stations, stations_of

ROOT = Path(__file__).parents[1]

Choice = Callable[[Browser], None]

HOME = ROOM
LOGIN = "/some-service/v1/login"
LEDGER = "/back-office/ledger/"
RESERVED = {"name": "Ada", "day": "Thursday"}

# Seconds, for what takes a fraction of one.
LIMIT = 20


# What Chromium asks pages by.
HTML = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"
    "image/apng,*/*;q=0.8"
)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser at a proxy of its own, with the extension on."""
    with running_demo(0) as root:
        yield Browser(root)


def turn_off(browser: Browser) -> None:
    assert browser.post(SWITCH, extension="off").status == 303


def leave_on(browser: Browser) -> None:
    """Do nothing, where the other way is to turn it off."""


EITHER_WAY = pytest.mark.parametrize("choose", [leave_on, turn_off], ids=["on", "off"])


EDGES = {
    "tour": (TOUR, HOME),
    "way back to the tour": (LEDGER, TOUR),
    "switch": (HOME, SWITCH),
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


@pytest.mark.parametrize("accept", [None, HTML], ids=["anything", "html"])
def test_nothing_refers_to_what_is_outside_of_the_prefixes(
    browser: Browser, accept: str | None
) -> None:
    browser.log_in()
    result = crawl(browser.root, ENTRANCES, cookies=browser.cookies, accept=accept)
    assert result.faults == []
    assert {name for name, edge in EDGES.items() if edge not in result.edges} == set()


def test_a_visitor_who_is_not_logged_in_meets_no_broken_link(browser: Browser) -> None:
    result = crawl(browser.root, ENTRANCES, cookies=browser.cookies)
    assert result.faults == []
    assert (LEDGER, f"{LOGIN}?next=admin.ledger") in result.edges


def test_without_the_extension_everything_leaves_the_prefixes(
    browser: Browser,
) -> None:
    turn_off(browser)
    faults = crawl(browser.root, ENTRANCES, cookies=browser.cookies).faults
    assert f"{HOME} refers to /static/style.css" in faults
    assert f"{HOME} refers to /books/1" in faults
    assert "/public-api/items/ refers to /items/1" in faults
    assert f"{LEDGER} refers to /login?next=admin.ledger" in faults


@pytest.mark.parametrize(
    ("entrance", "text"),
    [
        (TOUR, "<h1>The proxy strips a prefix"),
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


@EITHER_WAY
def test_the_root_of_the_proxy_is_the_tour(browser: Browser, choose: Choice) -> None:
    choose(browser)
    answer = browser.get("/")
    assert (answer.status, answer.location) == (302, TOUR)
    assert browser.follow(answer).status == 200


def stations(page: str) -> list[str]:
    """Return what a page says about its request."""
    (shown,) = re.findall(r'<ol class="stations">(.*?)</ol>', page, re.DOTALL)
    lines = re.findall(r"<li>(.*?)</li>", shown, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<.*?>", "", line)).split()) for line in lines]


@EITHER_WAY
@pytest.mark.parametrize(
    ("path", "stripped", "received"),
    [
        (TOUR, "/some-service/v1", "/"),
        (HOME, "/some-service/v1", "/books/"),
        (
            "/some-service/v1/books/2?from=%2Fhere",
            "/some-service/v1",
            "/books/2?from=%2Fhere",
        ),
        ("/some-service/v1/hours/", "/some-service/v1", "/hours/"),
        (LOGIN, "/some-service/v1", "/login"),
        (LEDGER, "/back-office", "/ledger/"),
        ("/public-api/items/7", "/public-api", "/items/7"),
        ("/public-api/items/99", "/public-api", "/items/99"),
        ("/some-service/v1/%3Cb%3E", "/some-service/v1", "/%3Cb%3E"),
        ("/some-service/v1/caf%C3%A9%25", "/some-service/v1", "/caf%C3%A9%25"),
    ],
)
def test_every_page_shows_the_stations_of_its_request(
    browser: Browser, path: str, stripped: str, received: str, choose: Choice
) -> None:
    browser.log_in()
    choose(browser)
    browser.accept = HTML
    assert stations(browser.get(path).text) == [
        f"Browser asks GET {path}",
        f"Proxy strips {stripped}",
        f"App receives GET {received}",
    ]


def test_a_page_that_answers_a_form_shows_its_method(browser: Browser) -> None:
    assert stations(browser.post(LOGIN).text) == [
        f"Browser asks POST {LOGIN}",
        "Proxy strips /some-service/v1",
        "App receives POST /login",
    ]


def test_a_header_of_the_browser_is_not_taken_for_the_proxys(browser: Browser) -> None:
    request = urllib.request.Request(
        f"{browser.root}{HOME}", headers={"X-Forwarded-Prefix": "/evil"}
    )
    with urllib.request.urlopen(request, timeout=LIMIT) as response:
        page = response.read().decode()
    assert f"Browser asks GET {HOME}" in stations(page)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"HTTP_X_FORWARDED_PREFIX": "/svc", "PATH_INFO": "/a"},
            Stations("GET", "/svc", "/a"),
        ),
        ({"PATH_INFO": "/svc/a"}, Stations("GET", "", "/svc/a")),
        (
            {"SCRIPT_NAME": "/m\xc3\xb6", "PATH_INFO": "/a"},
            Stations("GET", "", "/m%C3%B6/a"),
        ),
        ({"PATH_INFO": "/a?b#c%d"}, Stations("GET", "", "/a%3Fb%23c%25d")),
        ({"QUERY_STRING": "a=%2F&b=\x1b[1m"}, Stations("GET", "", "/?a=%2F&b=%1B[1m")),
        (
            {"PATH_INFO": "/\x1b[31m\r\n\x9b"},
            Stations("GET", "", "/%1B%5B31m%0D%0A%9B"),
        ),
        ({"REQUEST_METHOD": "G\x1bT"}, Stations("G%1BT", "", "/")),
        (
            {"HTTP_X_FORWARDED_PREFIX": "/s\x1b\x07 "},
            Stations("GET", "/s%1B%07%20", "/"),
        ),
    ],
    ids=[
        "stripped",
        "not stripped",
        "mount",
        "delimiters",
        "control characters in the query",
        "control characters in the path",
        "control characters in the method",
        "control characters in the header",
    ],
)
def test_stations_are_those_of_the_environ_and_can_be_printed(
    changed: dict[str, str], expected: Stations
) -> None:
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
    }
    assert stations_of(environ | changed) == expected


# The table of the tour: the URL with the extension, and the URL without it.
ROWS = {
    "Link": ("/some-service/v1/books/7", "/books/7"),
    "Style sheet": ("/some-service/v1/static/style.css", "/static/style.css"),
    "Picture": ("/some-service/v1/static/room.svg", "/static/room.svg"),
    "Redirect": ("/some-service/v1/hours/", "/hours/"),
    "Form action": (LOGIN, "/login"),
    "JSON self link": ("{root}/public-api/items/7", "{root}/items/7"),
}


def table(page: str) -> dict[str, tuple[str, str]]:
    """Return the rows of the tour."""
    (body,) = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    rows = {}
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        what, prefixed, plain = re.sub(r"<.*?>", "", row).split("\n")[1:4]
        rows[what.strip()] = (prefixed.strip(), plain.strip())
    return rows


@EITHER_WAY
def test_the_tour_compares_what_both_apps_build(
    browser: Browser, choose: Choice
) -> None:
    choose(browser)
    assert table(browser.get(TOUR).text) == {
        what: tuple(url.format(root=browser.root) for url in urls)
        for what, urls in ROWS.items()
    }


@EITHER_WAY
def test_what_the_tour_shows_is_so(browser: Browser, choose: Choice) -> None:
    choose(browser)
    rows = table(browser.get(TOUR).text)
    answers = {
        what: tuple(browser.get(url).status for url in urls)
        for what, urls in rows.items()
    }
    assert answers == dict.fromkeys(ROWS, (200, 404))


def test_the_urls_of_the_tour_are_built_and_not_typed() -> None:
    client = create_app(prefixed=True).test_client()
    page = client.get("/", base_url="https://reading.example/shelf").text
    shown = table(page)
    assert shown["Link"] == ("/some-service/v1/shelf/books/7", "/shelf/books/7")
    assert shown["JSON self link"] == (
        "https://reading.example/public-api/shelf/items/7",
        "https://reading.example/shelf/items/7",
    )


def test_the_tour_marks_the_prefix_in_each_url(browser: Browser) -> None:
    page = browser.get(TOUR).text
    (body,) = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    marked = re.findall(r"<mark>(.*?)</mark>", body)
    assert marked == ["/some-service/v1"] * 5 + ["/public-api"]


def test_the_tour_says_what_is_wrong_and_which_line_fixes_it(browser: Browser) -> None:
    text = " ".join(browser.get(TOUR).text.split())
    assert (
        "<h1>The proxy strips a prefix from every path. PrefixURLs puts it back on"
        " every URL.</h1>"
    ) in text
    assert (
        "The app never sees <code>/some-service/v1</code>, so Flask builds URLs without"
        " it. They lead nowhere."
    ) in text
    line = re.findall(r'<code class="line">(.*?)</code>', text)
    assert line == ['PrefixURLs(app, "/some-service/v1")']


@EITHER_WAY
def test_the_tour_needs_no_other_file(browser: Browser, choose: Choice) -> None:
    choose(browser)
    page = browser.get(TOUR).text
    assert set(References(page).found) == {
        ("GET", "data:,"),
        ("GET", HOME),
        ("POST", SWITCH),
    }
    assert "<style>" in page


def test_the_tour_says_in_a_sentence_what_needs_javascript(browser: Browser) -> None:
    page = browser.get(TOUR).text
    assert re.findall(r"<noscript>(.*?)</noscript>", page) == [
        "<p>This page needs JavaScript to ask for these URLs. Without it, open them"
        " yourself.</p>"
    ]


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


BOTH = "application/json, text/html"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        (BOTH, "application/json"),
        ("text/html;q=0.5, application/json", "application/json"),
        ("image/png", "application/json"),
        (HTML, "text/html"),
        ("text/html", "text/html"),
        ("text/html, application/json;q=0.9", "text/html"),
    ],
)
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/public-api/items/", 200),
        ("/public-api/items/7", 200),
        ("/public-api/items/99", 404),
        ("/public-api/items/?page=4", 404),
    ],
)
def test_the_api_answers_a_browser_with_a_page_and_all_others_with_json(
    browser: Browser, path: str, status: int, accept: str | None, kind: str
) -> None:
    browser.accept = accept
    answer = browser.get(path)
    assert (answer.status, answer.headers.get_content_type()) == (status, kind)
    assert "Accept" in answer.headers["Vary"].split(", ")


def test_the_page_of_the_api_shows_its_json_with_links(browser: Browser) -> None:
    data = browser.get("/public-api/items/7").text
    browser.accept = HTML
    page = browser.get("/public-api/items/7").text
    (shown,) = re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL)
    assert unescape(re.sub(r"<.*?>", "", shown)).strip() == data.strip()
    root = browser.root
    for url in (f"{root}/public-api/items/7", f"{root}/some-service/v1/books/7"):
        assert f'<a href="{url}">{url}</a>' in shown
    assert f"<code>curl {root}/public-api/items/7</code>" in page


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
    found = {target for _, target in References(browser.get(url).text).found}
    assert {target for target in found if "example.com" in target} == set()
    assert browser.post(url, name="Ada").location == HOME


def test_the_switch_turns_the_extension_off_and_on_again(browser: Browser) -> None:
    stylesheets = {"on": f"{TOUR}static/style.css", "off": "/static/style.css"}
    for now, other in [("on", "off"), ("off", "on"), ("on", "off")]:
        page = browser.get(HOME).text
        assert f'href="{stylesheets[now]}"' in page
        assert f"PrefixURLs is <strong>{now}</strong>." in page
        assert ("POST", SWITCH) in References(page).found
        assert f'<button name="extension" value="{other}">' in page
        answer = browser.post(SWITCH, extension=other, back=HOME)
        assert (answer.status, answer.location) == (303, HOME)


@pytest.mark.parametrize(
    "path",
    [
        TOUR,
        HOME,
        "/some-service/v1/books/7?from=here",
        "/some-service/v1/caf%C3%A9",
        "/public-api/items/?page=2",
        LEDGER,
        "/some-service/v1/nope",
        "/books/7?from=here",
    ],
)
def test_the_switch_keeps_the_page_that_one_is_on(browser: Browser, path: str) -> None:
    browser.log_in()
    browser.accept = HTML
    for other in ("off", "on"):
        page = browser.get(path).text
        (back,) = re.findall(r'name="back" value="(.*?)"', page)
        answer = browser.post(SWITCH, extension=other, back=unescape(back))
        assert (answer.status, answer.location) == (303, path)


@pytest.mark.parametrize(
    "back",
    [
        "https://example.com/",
        "//example.com/",
        "/\\example.com/",
        "\\\\example.com",
        "/some-service/v1/\\example.com",
        "example.com",
        "javascript:alert(1)",
        "/\t/example.com/",
        "/books/\r\nSet-Cookie: a=b",
        " /books/",
        "/caf\xe9",
        "",
    ],
)
def test_the_switch_leads_to_no_other_site(browser: Browser, back: str) -> None:
    answer = browser.post(SWITCH, extension="off", back=back)
    assert (answer.status, answer.location) == (303, TOUR)
    assert list(browser.cookies) == ["reading_room_extension"]


def test_a_get_does_not_switch(browser: Browser) -> None:
    assert browser.get(f"{SWITCH}?extension=off").status == 404
    assert browser.cookies == {}
    assert "PrefixURLs is <strong>on</strong>." in browser.get(HOME).text


def test_two_browsers_do_not_disturb_each_other(browser: Browser) -> None:
    other = Browser(browser.root)
    turn_off(browser)
    for _ in range(2):
        assert 'href="/static/style.css"' in browser.get(HOME).text
        assert f'href="{TOUR}static/style.css"' in other.get(HOME).text


def test_the_choice_ends_with_the_session_of_the_browser(browser: Browser) -> None:
    answer = browser.post(SWITCH, extension="off")
    assert answer.headers.get_all("Set-Cookie") == [
        "reading_room_extension=off; HttpOnly; Path=/; SameSite=Lax"
    ]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (HOME, "this page"),
        ("/some-service/v1/nope", "this page"),
        (TOUR, f'<a href="{ROOM}">the reading room</a>'),
        ("/books/7", f'<a href="{ROOM}">the reading room</a>'),
    ],
)
def test_the_switch_says_what_to_look_at(
    browser: Browser, path: str, place: str
) -> None:
    turn_off(browser)
    text = " ".join(browser.get(path).text.split())
    assert (
        "PrefixURLs is <strong>off</strong>. Links, styles and pictures break:"
        f" look at {place}."
    ) in text
    assert browser.get(ROOM).status == 200


def test_who_is_logged_in_stays_so_across_the_switch(browser: Browser) -> None:
    browser.log_in()
    turn_off(browser)
    assert "<h1>Ledger</h1>" in browser.get(LEDGER).text


def test_who_has_reserved_a_book_finds_it_across_the_switch(browser: Browser) -> None:
    browser.log_in()
    browser.post("/some-service/v1/books/10", **RESERVED)
    turn_off(browser)
    assert "Hand over To the Lighthouse to Ada" in browser.get(LEDGER).text


ON = "No link of the app leads here while PrefixURLs is on."
OFF = (
    "PrefixURLs is off, so the app leaves the prefix out of every URL. Below the app's"
    ' prefix, this one is <a href="/some-service/v1{path}">/some-service/v1{path}</a>.'
)


@pytest.mark.parametrize(
    ("choose", "sentence", "other"),
    [(leave_on, ON, "PrefixURLs is off"), (turn_off, OFF, ON)],
    ids=["on", "off"],
)
@pytest.mark.parametrize(
    "path", ["/books/1", "/some-service/v10/", "/static/style.css"]
)
def test_below_no_prefix_the_proxy_explains_and_leads_back(
    browser: Browser, path: str, choose: Choice, sentence: str, other: str
) -> None:
    choose(browser)
    answer = browser.get(path)
    text = " ".join(answer.text.split())
    assert answer.status == 404
    assert stations(answer.text) == [
        f"Browser asks GET {path}",
        "Proxy strips nothing",
        "App receives nothing",
    ]
    assert f"<code>{path}</code> has none of the prefixes" in text
    assert sentence.format(path=path) in text
    assert other not in text
    found = References(answer.text).found
    assert ("POST", SWITCH) in found
    assert ("GET", TOUR) in found


@EITHER_WAY
@pytest.mark.parametrize("path", ["/some-service/v1/nope", "/public-api/items/99"])
def test_the_404_of_the_app_leads_back_to_the_tour(
    browser: Browser, path: str, choose: Choice
) -> None:
    choose(browser)
    browser.accept = HTML
    answer = browser.get(path)
    assert answer.status == 404
    assert ("POST", SWITCH) in References(answer.text).found
    (way,) = re.findall(r'<a href="(.*?)">The tour</a>', answer.text)
    # Without the prefix it is the root of the proxy, which redirects.
    tour = browser.get(way)
    if tour.location:
        tour = browser.follow(tour)
    assert "<h1>The proxy strips a prefix" in tour.text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/some-service/v1/nope", "<h1>Not on the shelf</h1>"),
        ("/some-service/v1/books/99", "<h1>Not on the shelf</h1>"),
        pytest.param(
            *("/some-service/v1/some-service/v1/", "<h1>Not on the shelf</h1>"),
            marks=pytest.mark.warns,
        ),
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
    page = browser.get("/back-office/nope").text
    assert f'<a href="{HOME}">See all the books</a>' in page
    assert f'<a href="{TOUR}">the tour</a>' in page


def test_an_error_of_the_api_shows_what_the_app_received(browser: Browser) -> None:
    answer = browser.get("/public-api/items/99")
    assert answer.json["received"] == {"SCRIPT_NAME": "", "PATH_INFO": "/items/99"}


@pytest.mark.parametrize("path", ["/", "/books/", "/nope"])
def test_an_app_without_a_switch_behind_it_shows_none(path: str) -> None:
    page = create_app(prefixed=True).test_client().get(path).text
    assert 'class="stations"' in page
    assert "PrefixURLs is" not in page
    assert SWITCH not in page


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
        assert len(servers()) == len(before) + 2
    assert servers() == before
    with pytest.raises(ConnectionRefusedError):
        Browser(root).get(HOME)


@pytest.fixture
def no_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a command that goes on to serve fail, where it would not return."""
    monkeypatch.setattr("demo.servers.running_demo", None)


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


def test_the_command_prints_one_address_and_a_line_for_each_request() -> None:
    with demo_command("--port", "0") as demo:
        printed = "".join(demo.lines)
        assert re.findall(r"\S*://\S*", printed) == [f"{demo.root}/"]
        assert f"\nOpen {demo.root}/ in a browser.\n" in printed
        browser = Browser(demo.root)
        root = browser.get("/")
        # It is there at once, and not when the demo ends.
        assert demo.process.stdout is not None
        assert demo.process.stdout.readline() == "GET /  ->  302 by the proxy\n"
        assert demo.process.poll() is None
        assert "<h1>The proxy strips" in browser.follow(root).text
        browser.get("/some-service/v1/books/2")
        browser.get("/some-service/v1/hours?week=7")
        browser.post(SWITCH, extension="off")
        browser.get("/public-api/items/99")
        browser.get("/books/2?from=here")
        browser.get("/some-service/v1/%1B%5B31m%0D%0A%C2%9B?%1b")
        lines = [
            "GET /some-service/v1/  ->  GET /  200",
            "GET /some-service/v1/books/2  ->  GET /books/2  200",
            "GET /some-service/v1/hours?week=7  ->  GET /hours?week=7  308",
            "POST /some-service/v1/switch  ->  POST /switch  303",
            "GET /public-api/items/99  ->  GET /items/99  404",
            "GET /books/2?from=here  ->  404 by the proxy",
            "GET /some-service/v1/%1B%5B31m%0D%0A%C2%9B?%1b"
            "  ->  GET /%1B%5B31m%0D%0A%C2%9B?%1b  404",
        ]
        assert demo.interrupt() == (0, "".join(f"{line}\n" for line in lines), "")


STARTING = "Starting a Flask app behind a proxy ...\n"


@pytest.mark.parametrize("package", ["flask", "werkzeug", "jinja2"])
def test_the_command_speaks_before_it_imports_what_is_slow(
    package: str, tmp_path: Path
) -> None:
    # It ends the process at once, and what is not flushed by then is lost.
    (tmp_path / f"{package}.py").write_text("import os; os._exit(3)", "utf-8")
    environ = os.environ | {"PYTHONPATH": str(tmp_path)}
    environ.pop("PYTHONUNBUFFERED", None)
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--port", "0"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
        timeout=LIMIT,
    )
    assert (done.returncode, done.stdout) == (3, STARTING)


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
    assert output.out == "Starting a Flask app behind nginx ...\n"
    assert output.err == f"{program} {sentence}\n"


def test_there_is_a_picture_of_the_tour() -> None:
    picture = (ROOT / ".github" / "demo.png").read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    # 1280 by 800, at one pixel and a half. PNG has both right behind the name IHDR.
    assert picture[12:24] == b"IHDR" + struct.pack(">II", 1920, 1200)
    assert len(picture) < 300_000
