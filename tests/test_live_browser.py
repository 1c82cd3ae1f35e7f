"""A person's visit to the demo: headless Chromium, through nginx and its own proxy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from live import chromium, click_through, need, need_node_package, running_proxy
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from demo.addresses import PREFIXES, ROOM, TOUR
from demo.books import BOOKS
from demo.servers import create_backend, running, running_demo

pytestmark = pytest.mark.live

HOME = ROOM
BOOK = "/some-service/v1/books/7"
HOURS = "/some-service/v1/hours/"
LOGIN = "/some-service/v1/login"
LEDGER = "/back-office/ledger/"
ITEMS = "/public-api/items/"
PAGES = {
    "home": HOME,
    "book": BOOK,
    "hours": HOURS,
    "login": LOGIN,
    "ledger": LEDGER,
    "api": f"{ITEMS}7",
}

# The URLs that the tour asks for to show that they are broken.
BROKEN = (
    "/books/7",
    "/static/style.css",
    "/static/room.svg",
    "/hours/",
    "/login",
    "/items/7",
)

WIDTHS = {"desktop": 1280, "phone": 390}
HEIGHTS = {1280: 800, 390: 844}
SCHEMES = ("light", "dark")

# Seconds, for what takes a fraction of one.
LIMIT = 20

# The skip link leads to its own page, and is out of sight until it has the focus.
LINKS = "a[href]:not(.skip)"


@dataclass
class Visitor:
    """A person at a browser, who writes down everything that goes wrong."""

    root: str
    driver: WebDriver
    #: The path and the status of each answer.
    answers: list[tuple[str, int]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        """What the address bar says, without the root."""
        return self.driver.current_url.removeprefix(self.root)

    @property
    def heading(self) -> str:
        return self.find("h1").text

    @property
    def message(self) -> str:
        return self.find(".flash").text

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def open(self, path: str) -> None:
        """Type an address."""
        self.driver.get(self.root + path)
        self._look()

    def follow(self, text: str) -> None:
        """Click the first link that has a text."""
        self.click(self.driver.find_element(By.PARTIAL_LINK_TEXT, text))

    def click(self, element: WebElement) -> None:
        """Click what leads to another page, and wait until that is there."""
        click_through(self.driver, element)
        self._look()

    def log_in(self, name: str) -> None:
        self.find("#name").send_keys(name)
        self.click(self.find("main button"))

    def json(self) -> Any:
        """Return the JSON that a page of the API shows."""
        return json.loads(self.find("pre").text)

    def switch(self, choice: str) -> None:
        """Turn the extension on or off."""
        self.click(self.find(f"button[value={choice}]"))

    def wait(self, condition: Any) -> Any:
        return WebDriverWait(self.driver, LIMIT, 0.02).until(condition)

    def read_logs(self) -> None:
        """Write down what the browser has logged since the last time."""
        for entry in self.driver.get_log("browser"):
            message = entry["message"].replace(self.root, "")
            if entry["level"] == "SEVERE" and not self._is_meant(message.split()[0]):
                self.faults.append(f"console: {message}")
        for entry in self.driver.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            given = event["params"]
            if event["method"] == "Network.responseReceived":
                path = given["response"]["url"].removeprefix(self.root)
                status = given["response"]["status"]
                self.answers.append((path, status))
                if status >= 400 and not self._is_meant(path):
                    self.faults.append(f"{path}: {status}")
            elif event["method"] == "Network.loadingFailed":
                self.faults.append(f"no answer: {given['errorText']}")

    def _is_meant(self, path: str) -> bool:
        return self.place == TOUR and path in BROKEN

    def _look(self) -> None:
        """Wait until a page is complete, its script's request too, and check it."""
        self.wait(lambda driver: driver.execute_script(COMPLETE))
        self.read_logs()
        if not self.place.startswith(tuple(f"{prefix}/" for prefix in PREFIXES)):
            self.faults.append(f"outside of the prefixes: {self.place}")


COMPLETE = """
    const answer = document.getElementById("answer");
    return document.readyState === "complete"
        && answer?.textContent !== "Reading…"
        && document.querySelector(".outcome")?.textContent !== "";
"""


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(scope="module")
def root() -> Iterator[str]:
    """The demo behind nginx; the root of nginx's URLs."""
    need("nginx")
    with running(create_backend()) as backend:
        app_port = urlsplit(backend).port
        assert app_port is not None
        with running_proxy("nginx", app_port=app_port) as root:
            yield root


@pytest.fixture(scope="module")
def own_root() -> Iterator[str]:
    """The demo behind its own proxy, which has a page for what is below no prefix."""
    with running_demo(0) as root:
        yield root


def arrive(driver: WebDriver, root: str) -> Visitor:
    """Return a visitor whose browser remembers nothing of the one before."""
    driver.get("about:blank")
    driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    show_at(driver, WIDTHS["desktop"])
    show_in(driver, "light")
    visitor = Visitor(root, driver)
    visitor.read_logs()
    visitor.answers.clear()
    visitor.faults.clear()
    return visitor


def show_at(driver: WebDriver, width: int) -> None:
    """Give the browser a screen; a narrow one is that of a phone."""
    screen = {"width": width, "height": HEIGHTS[width], "deviceScaleFactor": 1}
    screen["mobile"] = width < 500
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)


def show_in(driver: WebDriver, scheme: str) -> None:
    """Prefer light colours or dark ones."""
    wish = {"name": "prefers-color-scheme", "value": scheme}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [wish]})


@pytest.fixture
def visitor(driver: WebDriver, root: str) -> Visitor:
    return arrive(driver, root)


def test_a_visit_from_the_door_to_the_door(visitor: Visitor) -> None:
    visitor.open("/")
    assert visitor.place == TOUR
    visitor.follow("Open the reading room")
    assert visitor.place == HOME
    assert visitor.heading == "Ten books, and a view of the harbour"

    visitor.follow("Typhoon")
    assert (visitor.place, visitor.heading) == (BOOK, "Typhoon")

    visitor.follow("Ledger")
    assert visitor.place == f"{LOGIN}?next=admin.ledger"
    assert visitor.message == "Sign in to open the ledger."

    visitor.log_in("Ada")
    assert visitor.place == LEDGER
    assert visitor.message == "You are signed in as Ada."

    visitor.open(BOOK)
    assert visitor.find("#name").get_attribute("value") == "Ada"
    Select(visitor.find("#day")).select_by_visible_text("Thursday")
    visitor.click(visitor.find("main button"))
    assert visitor.place == BOOK
    assert visitor.message == "Reserved. It is at the desk for you on Thursday."

    visitor.follow("Ledger")
    visitor.click(visitor.find("[aria-label='Hand over Typhoon to Ada']"))
    assert visitor.place == LEDGER
    assert visitor.message == "Handed over: Typhoon, to Ada."

    visitor.click(visitor.find("[aria-label='Sign out, Ada']"))
    assert visitor.place == HOME
    assert visitor.message == "You are signed out."
    visitor.follow("Ledger")
    assert visitor.place == f"{LOGIN}?next=admin.ledger"

    visitor.follow("The tour")
    assert visitor.place == TOUR
    assert visitor.faults == []


def test_the_tour_shows_what_each_url_answers(visitor: Visitor) -> None:
    visitor.open(TOUR)
    rows = visitor.driver.find_elements(By.CSS_SELECTOR, "tbody tr")
    shown = [
        [answer.text for answer in row.find_elements(By.CSS_SELECTOR, ".answer")]
        for row in rows
    ]
    assert shown == [["✓ 200 works", "✗ 404 broken"]] * len(BROKEN)
    plain = {(path, 404) for path in BROKEN}
    assert {answer for answer in visitor.answers if answer[1] == 404} == plain
    good, bad = (
        visitor.find(f".{name}").value_of_css_property("color")
        for name in ("works", "broken")
    )
    assert good != bad
    assert visitor.faults == []


def test_the_tour_says_once_what_came_of_all_its_questions(visitor: Visitor) -> None:
    given = visitor.driver.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument", {"source": LISTEN}
    )
    try:
        visitor.open(TOUR)
    finally:
        visitor.driver.execute_cdp_cmd(
            "Page.removeScriptToEvaluateOnNewDocument", given
        )
    said = visitor.driver.execute_script("return said")
    assert said == ["6 of 6 work with PrefixURLs, 0 without."]


# Write down what a screen reader would read out.
LISTEN = """
    const said = [];
    const listen = () => {
        for (const region of document.querySelectorAll("[role=status], [aria-live]")) {
            const text = region.textContent;
            if (text !== "" && text !== said.at(-1)) said.push(text);
        }
    };
    const seen = { childList: true, characterData: true, subtree: true };
    new MutationObserver(listen).observe(document, seen);
"""


@pytest.mark.parametrize("choice", ["on", "off"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_the_tour_is_above_the_fold(visitor: Visitor, width: int, choice: str) -> None:
    visitor.open(TOUR)
    if choice == "off":
        visitor.switch("off")
    show_at(visitor.driver, width)
    visitor.open(TOUR)
    for selector in ("h1", ".stations", "table", ".outcome", ".line"):
        box = visitor.find(selector).rect
        assert box["height"] > 0
        assert box["y"] + box["height"] <= HEIGHTS[width], selector


def test_without_javascript_the_tour_shows_the_urls_and_says_so(
    visitor: Visitor,
) -> None:
    disable = "Emulation.setScriptExecutionDisabled"
    visitor.driver.execute_cdp_cmd(disable, {"value": True})
    try:
        visitor.driver.get(visitor.root + TOUR)
        rows = visitor.driver.find_elements(By.CSS_SELECTOR, "tbody tr")
        shown = [row.text.split() for row in rows]
        assert shown[0] == ["Link", "/some-service/v1/books/7", "/books/7"]
        assert len(shown) == len(BROKEN)
        assert visitor.find("noscript").text == (
            "This page needs JavaScript to ask for these URLs. Without it, open them"
            " yourself."
        )
    finally:
        visitor.driver.execute_cdp_cmd(disable, {"value": False})
    visitor.open(TOUR)
    assert visitor.driver.find_elements(By.CSS_SELECTOR, "noscript p") == []


@pytest.mark.parametrize("path", [TOUR, BOOK])
def test_the_switch_works_where_one_is(visitor: Visitor, path: str) -> None:
    visitor.open(path)
    for choice, other in (("off", "on"), ("on", "off")):
        visitor.switch(choice)
        assert visitor.place == path
        text = visitor.find(".switch p").text
        assert text.startswith(f"PrefixURLs is {choice}.")
        assert visitor.find(".switch button").text == f"Turn it {other}"


@pytest.mark.parametrize("choice", ["on", "off"])
@pytest.mark.parametrize("path", [TOUR, HOME, BOOK])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    visitor: Visitor, path: str, choice: str
) -> None:
    visitor.open(path)
    if choice == "off":
        visitor.switch("off")
    focusable = visitor.driver.execute_script(FOCUSABLE)
    assert focusable >= 2
    reached = []
    for _ in range(focusable):
        visitor.driver.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(visitor.driver.execute_script(FOCUSED))
    assert [outline for _, outline in reached if outline == "none"] == []
    assert len({place for place, _ in reached}) == focusable


FOCUSABLE = """
    const all = document.querySelectorAll("a[href], button, input, select");
    window.focusable = [...all].filter((one) => one.checkVisibility());
    return focusable.length;
"""
FOCUSED = """
    const now = document.activeElement;
    return [focusable.indexOf(now), getComputedStyle(now).outlineStyle];
"""


def test_a_link_without_its_slash_is_redirected(visitor: Visitor) -> None:
    visitor.open(HOME)
    link = visitor.driver.find_element(By.LINK_TEXT, "Look up the hours")
    assert link.get_attribute("href") == f"{visitor.root}{HOURS.rstrip('/')}"
    visitor.click(link)
    assert (visitor.place, visitor.heading) == (HOURS, "Hours")
    assert visitor.faults == []


def test_the_api_opens_and_its_links_lead_on(visitor: Visitor) -> None:
    visitor.open(HOME)
    visitor.follow("API")
    assert (visitor.place, visitor.heading) == (ITEMS, "Books, page 1 of 3")
    titles = [item["title"] for item in visitor.json()["items"]]
    while "next" in visitor.json()["links"]:
        visitor.follow(visitor.json()["links"]["next"])
        titles += [item["title"] for item in visitor.json()["items"]]
    assert titles == [book.title for book in BOOKS.values()]

    visitor.follow(visitor.json()["items"][0]["links"]["html"])
    assert visitor.heading == "South"
    assert visitor.faults == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_every_link_of_a_page_can_be_clicked(visitor: Visitor, path: str) -> None:
    visitor.open(LOGIN)
    visitor.log_in("Ada")
    visitor.open(path)
    count = len(visitor.driver.find_elements(By.CSS_SELECTOR, LINKS))
    assert count >= 5
    for position in range(count):
        visitor.open(path)
        visitor.click(visitor.driver.find_elements(By.CSS_SELECTOR, LINKS)[position])
    assert visitor.faults == []


def test_a_page_brings_its_styles_and_pictures(visitor: Visitor) -> None:
    visitor.open(HOME)
    icon = visitor.find("link[rel=icon]").get_attribute("href")
    assert icon == f"{visitor.root}{TOUR}static/mark.svg"
    assert {
        (f"{TOUR}static/style.css", 200),
        (f"{TOUR}static/mark.svg", 200),
        (f"{TOUR}static/room.svg", 200),
    } <= set(visitor.answers)
    assert visitor.faults == []


def test_a_script_reaches_the_api_below_another_prefix(visitor: Visitor) -> None:
    visitor.open(BOOK)
    assert json.loads(visitor.find("#answer").text)["title"] == "Typhoon"
    assert (f"{ITEMS}7", 200) in visitor.answers
    assert visitor.faults == []


def test_a_script_builds_a_url_from_script_root(visitor: Visitor) -> None:
    visitor.open(HOME)
    visitor.find("#choose").click()
    visitor.wait(lambda _: visitor.find("#choice").text)
    link = visitor.find("#choice a")
    title, url = link.text, link.get_attribute("href")
    visitor.read_logs()
    path = url.removeprefix(visitor.root)
    assert path in {f"{TOUR}books/{number}" for number in BOOKS}
    assert (path, 200) in visitor.answers
    visitor.click(link)
    assert (visitor.place, visitor.heading) == (path, title)
    assert visitor.faults == []


def test_the_session_cookie_is_for_all_three_prefixes_of_this_host(
    visitor: Visitor,
) -> None:
    visitor.open(HOME)
    assert visitor.driver.get_cookies() == []

    visitor.open(LOGIN)
    visitor.log_in("Ada")
    for place in (HOME, ITEMS, LEDGER):
        visitor.open(place)
        (cookie,) = visitor.driver.get_cookies()
        del cookie["value"]
        assert cookie == {
            "name": "reading_room",
            "domain": urlsplit(visitor.root).hostname,
            "path": "/",
            "httpOnly": True,
            "secure": False,
            "sameSite": "Lax",
        }

    visitor.click(visitor.find("[aria-label='Sign out, Ada']"))
    assert visitor.driver.get_cookies() == []


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_no_page_is_wider_than_the_screen(visitor: Visitor, width: int) -> None:
    show_at(visitor.driver, width)
    visitor.open(LOGIN)
    visitor.log_in("Ada")
    for path in (TOUR, *PAGES.values(), ITEMS, f"{TOUR}nope"):
        visitor.open(path)
        assert measure(visitor) == (width, True), path
    visitor.open(TOUR)
    visitor.switch("off")
    for path in (TOUR, HOME):
        visitor.open(path)
        assert measure(visitor) == (width, True), path


def measure(visitor: Visitor) -> tuple[int, bool]:
    """Return how wide the screen is to the page, and whether the page fits.

    A phone zooms out of a page that is too wide, which makes the screen wider to it.
    """
    script = "return [innerWidth, document.documentElement.scrollWidth]"
    screen, page = visitor.driver.execute_script(script)
    return screen, page <= screen


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_a_page_that_is_too_wide_is_noticed(visitor: Visitor, width: int) -> None:
    show_at(visitor.driver, width)
    visitor.open(HOURS)
    widen = "document.querySelector('table').style.minWidth = `${innerWidth + 1}px`"
    visitor.driver.execute_script(widen)
    assert measure(visitor) != (width, True)


def test_without_the_extension_a_visit_is_full_of_faults(visitor: Visitor) -> None:
    visitor.open(TOUR)
    visitor.switch("off")
    assert visitor.faults == []
    visitor.follow("the reading room")
    assert visitor.place == HOME
    assert "/static/style.css: 404" in visitor.faults
    assert "/static/room.svg: 404" in visitor.faults
    assert any(fault.startswith("console: ") for fault in visitor.faults)

    visitor.find("#choose").click()
    visitor.wait(lambda _: visitor.find("#choice").text)
    assert visitor.find("#choice").text == "The answer was 404."

    visitor.follow("Typhoon")
    assert "outside of the prefixes: /books/7" in visitor.faults


def test_the_page_of_the_proxy_leads_back_and_switches(
    driver: WebDriver, own_root: str
) -> None:
    visitor = arrive(driver, own_root)
    visitor.open(HOME)
    visitor.switch("off")
    visitor.follow("Typhoon")
    assert visitor.place == "/books/7"
    assert visitor.heading == "404: the proxy does not know this path"
    visitor.switch("on")
    assert visitor.place == "/books/7"
    visitor.follow("Back to the tour")
    assert visitor.place == TOUR
    visitor.follow("Open the reading room")
    assert (visitor.place, visitor.heading[:9]) == (HOME, "Ten books")


# The path of each, and whether the extension is on.
EXAMINED = {
    "tour": (TOUR, True),
    "tour without the extension": (TOUR, False),
    "home": (HOME, True),
    "book": (BOOK, True),
    "login": (LOGIN, True),
    "ledger": (LEDGER, True),
    "api": (f"{ITEMS}7", True),
    "404 of the app": (f"{TOUR}nope", True),
    "404 of the proxy": ("/books/7", True),
    "404 of the proxy without the extension": ("/books/7", False),
}


@pytest.mark.parametrize(
    ("ci", "outcome"),
    [("", pytest.skip.Exception), ("true", pytest.fail.Exception)],
    ids=["elsewhere", "in ci"],
)
def test_without_a_package_of_npm_a_test_is_skipped_and_in_ci_it_fails(
    ci: str,
    outcome: type[BaseException],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NODE_PATH", str(tmp_path))
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome) as caught:
        need_node_package("axe-core")
    assert str(caught.value) == (
        f"axe-core is not in {tmp_path}: npm install axe-core, or set NODE_PATH."
    )
    package = tmp_path / "axe-core"
    package.mkdir()
    assert need_node_package("axe-core") == package


def axe() -> str:
    """Return the source of axe-core."""
    return (need_node_package("axe-core") / "axe.min.js").read_text("utf-8")


def examine(visitor: Visitor) -> list[str]:
    """Return what axe-core finds wrong with a page, and where."""
    visitor.driver.execute_script(axe())
    faults: list[str] = visitor.driver.execute_async_script(EXAMINE)
    return faults


EXAMINE = """
    const done = arguments[arguments.length - 1];
    const place = (node) => node.target.join(" ");
    const sentence = (rule) => `${rule.id}: ${rule.nodes.map(place).join(", ")}`;
    axe.run().then(
        (found) => done(found.violations.map(sentence)),
        (error) => done([String(error)]),
    );
"""


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
@pytest.mark.parametrize(("path", "is_on"), EXAMINED.values(), ids=EXAMINED.keys())
def test_axe_finds_nothing(
    driver: WebDriver, own_root: str, path: str, is_on: bool, width: int, scheme: str
) -> None:
    need_node_package("axe-core")
    visitor = arrive(driver, own_root)
    show_at(driver, width)
    show_in(driver, scheme)
    visitor.open(LOGIN)
    if path != LOGIN:
        visitor.log_in("Ada")
    if not is_on:
        visitor.switch("off")
    visitor.open(path)
    assert examine(visitor) == []


def test_axe_finds_what_is_wrong(driver: WebDriver, own_root: str) -> None:
    need_node_package("axe-core")
    visitor = arrive(driver, own_root)
    visitor.open(TOUR)
    spoil = "document.querySelector('.works').style.color = 'yellow'"
    visitor.driver.execute_script(spoil)
    (fault,) = examine(visitor)
    assert fault.startswith("color-contrast: ")
