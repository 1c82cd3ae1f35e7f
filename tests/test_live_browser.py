"""A person's visit to the demo: headless Chromium, through nginx."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from live import chromium, click_through, need, running_proxy
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from demo.app import create_app
from demo.books import BOOKS
from demo.front import PREFIXES
from demo.servers import running

pytestmark = pytest.mark.live

HOME = "/some-service/v1/"
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
}

WIDTHS = {"desktop": 1280, "phone": 390}

# Seconds, for what takes a fraction of one.
LIMIT = 20

# The skip link leads to its own page, and is out of sight until it has the focus.
LINKS = "a[href]:not(.skip)"

# The browser's own idea, where an answer is no page and so names no icon: the API.
FAVICON = "/favicon.ico"


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
        """Return the answer that the browser shows as it is."""
        return json.loads(self.find("pre").text)

    def wait(self, condition: Any) -> Any:
        return WebDriverWait(self.driver, LIMIT, 0.02).until(condition)

    def read_logs(self) -> None:
        """Write down what the browser has logged since the last time."""
        for entry in self.driver.get_log("browser"):
            message = entry["message"].replace(self.root, "")
            if entry["level"] == "SEVERE" and not message.startswith(FAVICON):
                self.faults.append(f"console: {message}")
        for entry in self.driver.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            given = event["params"]
            if event["method"] == "Network.responseReceived":
                path = given["response"]["url"].removeprefix(self.root)
                status = given["response"]["status"]
                self.answers.append((path, status))
                if status >= 400 and path != FAVICON:
                    self.faults.append(f"{path}: {status}")
            elif event["method"] == "Network.loadingFailed":
                self.faults.append(f"no answer: {given['errorText']}")

    def _look(self) -> None:
        """Wait until a page is complete, its script's request too, and check it."""
        self.wait(lambda driver: driver.execute_script(COMPLETE))
        self.read_logs()
        if not self.place.startswith(tuple(f"{prefix}/" for prefix in PREFIXES)):
            self.faults.append(f"outside of the prefixes: {self.place}")


COMPLETE = """
    const answer = document.getElementById("answer");
    return document.readyState === "complete"
        && answer?.textContent !== "Reading…";
"""


@contextmanager
def behind_nginx(*, prefixed: bool) -> Iterator[str]:
    """Serve the app behind nginx; return the root of nginx's URLs."""
    need("nginx")
    with ExitStack() as servers:
        app = servers.enter_context(running(create_app(prefixed=prefixed)))
        app_port = urlsplit(app).port
        assert app_port is not None
        yield servers.enter_context(running_proxy("nginx", app_port=app_port))


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(scope="module")
def root() -> Iterator[str]:
    with behind_nginx(prefixed=True) as root:
        yield root


def arrive(driver: WebDriver, root: str) -> Visitor:
    """Return a visitor whose browser remembers nothing of the one before."""
    driver.get("about:blank")
    driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    show_at(driver, WIDTHS["desktop"])
    visitor = Visitor(root, driver)
    visitor.read_logs()
    visitor.answers.clear()
    visitor.faults.clear()
    return visitor


def show_at(driver: WebDriver, width: int) -> None:
    """Give the browser a screen; a narrow one is that of a phone."""
    screen = {"width": width, "height": 844, "deviceScaleFactor": 1}
    screen["mobile"] = width < 500
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)


@pytest.fixture
def visitor(driver: WebDriver, root: str) -> Visitor:
    return arrive(driver, root)


def test_a_visit_from_the_door_to_the_door(visitor: Visitor) -> None:
    visitor.open(HOME)
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

    assert visitor.faults == []


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
    assert visitor.place == ITEMS
    titles = [item["title"] for item in visitor.json()["items"]]
    while "next" in visitor.json()["links"]:
        visitor.open(visitor.json()["links"]["next"].removeprefix(visitor.root))
        titles += [item["title"] for item in visitor.json()["items"]]
    assert titles == [book.title for book in BOOKS.values()]

    visitor.open(visitor.json()["items"][0]["links"]["html"].removeprefix(visitor.root))
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
    assert icon == f"{visitor.root}{HOME}static/mark.svg"
    assert {
        (f"{HOME}static/style.css", 200),
        (f"{HOME}static/mark.svg", 200),
        (f"{HOME}static/room.svg", 200),
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
    assert path in {f"{HOME}books/{number}" for number in BOOKS}
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
    for path in (*PAGES.values(), f"{HOME}nope"):
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


def test_without_the_extension_a_visit_is_full_of_faults(driver: WebDriver) -> None:
    with behind_nginx(prefixed=False) as root:
        visitor = arrive(driver, root)
        visitor.open(HOME)
        assert "/static/style.css: 404" in visitor.faults
        assert any(fault.startswith("console: ") for fault in visitor.faults)

        visitor.find("#choose").click()
        visitor.wait(lambda _: visitor.find("#choice").text)
        assert visitor.find("#choice").text == "The answer was 404."

        visitor.follow("Typhoon")
        assert "outside of the prefixes: /books/7" in visitor.faults
