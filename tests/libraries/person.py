"""A person who uses an app behind nginx, and notices every URL without its prefix."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from crawler import LIMIT
from mechanicalsoup import StatefulBrowser
from requests import Response, Session
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait

from .library import AREA, PREFIX

# What a browser loads together with a page.
_RESOURCES = (
    "script[src], img[src], iframe[src], link[rel~=stylesheet], link[rel~=icon]"
)


class Person:
    """Keeps cookies, follows redirects, and fills forms, all without JavaScript.

    Each answer is looked at: a URL of this host that is below none of the prefixes, or
    has one twice, is an AssertionError, whether in a page, in a style sheet or in a
    header; so is a part of a page that is not there.

    :param root: The root of nginx's URLs.
    :param prefix: The prefix that the walk begins below.
    :param start_browser: Returns a Chromium that runs, for what needs JavaScript.
    """

    def __init__(
        self, root: str, prefix: str, start_browser: Callable[[], WebDriver]
    ) -> None:
        self.root = root
        self.prefix = prefix
        self._start_browser = start_browser
        session = Session()
        # No proxy of the environment.
        session.trust_env = False
        session.hooks["response"].append(self._look)
        self.browser = StatefulBrowser(session)
        self._seen: set[str] = set()

    @property
    def cookies(self) -> Any:
        """The cookies that are kept: a ``RequestsCookieJar``."""
        return self.browser.session.cookies

    @property
    def answer(self) -> Any:
        """The last answer: a ``requests.Response``."""
        return self._answer

    @property
    def path(self) -> str:
        """What the address bar says, without the root."""
        return str(self.browser.url).removeprefix(self.root)

    @property
    def text(self) -> str:
        """The words of the page, with single spaces between them."""
        return " ".join(self.browser.page.get_text(" ").split())

    def url(self, path: str) -> str:
        """Return the URL of a path below the prefix."""
        return f"{self.root}{self.prefix}{path}"

    def open(self, path: str, status: int = 200) -> Any:
        """Type an address below the prefix, and follow its redirects."""
        return self._went_to(self.browser.open(self.url(path)), status)

    def follow(self, link: str, status: int = 200) -> Any:
        """Click the first link with a text or a title, else one that has it as a part.

        :param link: What is read in the link, or above it when the mouse is there.
        """
        names = [
            (tag, tag.get_text(" ", strip=True), str(tag.get("title", "")))
            for tag in self.browser.page.select("a[href]")
        ]
        found = [tag for tag, *name in names if link in name]
        found += [tag for tag, *name in names if link in " ".join(name)]
        assert found, f"{self.path} has no link {link!r}"
        return self._went_to(self.browser.open_relative(found[0]["href"]), status)

    def submit(self, form: str = "form", status: int = 200, **fields: Any) -> Any:
        """Fill a form in, send it, and follow the redirects of the answer.

        :param form: A CSS selector.
        :param fields: What to fill in; the others stay as they are. A file is an open
            file that has a name, such as :func:`file_of`.
        """
        self.browser.select_form(form)
        for name, value in fields.items():
            self.browser[name] = value
        return self._went_to(self.browser.submit_selected(), status)

    def send(self, method: str, url: str, status: int = 200, **options: Any) -> Any:
        """Send a request of a program, with the same cookies; the page stays.

        :param url: A whole URL, or a path below the prefix.
        :param options: Those of ``requests``, such as ``json`` and ``headers``.
        """
        url = url if url.startswith("http") else self.url(url)
        answer = self.browser.session.request(method, url, timeout=LIMIT, **options)
        assert answer.status_code == status, f"{self._name(answer)} {answer.text[:500]}"
        return answer

    def crawl(self, *paths: str) -> set[str]:
        """Follow each link of pages, and of the pages that these lead to.

        :param paths: Where to begin, below the prefix.
        :return: The paths that were found, without a query.
        """
        waiting = [self.url(path) for path in paths]
        known = set(waiting)
        while waiting:
            answer = self.send("GET", waiting.pop())
            for link in _parse(answer).select("a[href]"):
                url = urljoin(answer.url, str(link["href"])).partition("#")[0]
                if self._is_ours(url) and url not in known:
                    known.add(url)
                    waiting.append(url)
        return {urlsplit(url).path for url in known}

    @contextmanager
    def chromium(self, path: str) -> Iterator[WebDriver]:
        """Open a path below the prefix in Chromium; look at all that it asks for.

        It has the cookies that are kept.
        """
        driver = self._start_browser()
        # nginx is all there is: no other host is asked, whatever a page wants of it.
        driver.execute_cdp_cmd("Network.enable", {})
        driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["https://*"]})
        # Those of all hosts and paths; WebDriver's own command is for one page.
        driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        for cookie in self.cookies:
            url = f"{self.root}{cookie.path}"
            kept = {"name": cookie.name, "value": cookie.value, "url": url}
            driver.execute_cdp_cmd("Network.setCookie", {**kept, "path": cookie.path})
        driver.get_log("performance")
        driver.get(self.url(path))
        try:
            yield driver
        finally:
            log = driver.get_log("performance")
            driver.get("about:blank")
        for entry in log:
            event = json.loads(entry["message"])["message"]
            if event["method"] == "Network.responseReceived":
                self._look_at_answer(event["params"]["response"])

    def wait(self, driver: WebDriver, condition: Callable[[WebDriver], Any]) -> Any:
        """Wait until a condition of the browser is true, and return what it is."""
        return WebDriverWait(driver, LIMIT, 0.02).until(condition)

    def _look_at_answer(self, answer: dict[str, Any]) -> None:
        url, status = answer["url"], answer["status"]
        # Chromium asks for it by itself.
        if self._is_ours(url) and urlsplit(url).path != "/favicon.ico":
            self._check(url, "The browser")
            assert status < 400, f"{self._short(url)} answers the browser {status}"

    def _went_to(self, answer: Response, status: int) -> Response:
        self._answer = answer
        assert answer.status_code == status, self._name(answer)
        return answer

    def _look(self, answer: Response, *_: Any, **__: Any) -> None:
        name = self._short(answer.url).partition("?")[0]
        assert answer.status_code != 404, f"{name} answers 404"
        assert answer.status_code < 500, f"{name} answers {answer.status_code}"
        page = _parse(answer)
        for reference in _references(answer, page):
            self._check(urljoin(answer.url, reference), name)
        for resource in _resources(page):
            url = urljoin(answer.url, resource)
            if self._is_ours(url) and url not in self._seen:
                self._seen.add(url)
                self.send("GET", url)

    def _check(self, url: str, where: str) -> None:
        if not self._is_ours(url):
            return
        path = urlsplit(url).path
        short = self._short(url)
        prefixes = [p for p in (PREFIX, AREA) if f"{path}/".startswith(f"{p}/")]
        assert prefixes, f"{where} refers to {short}, which has no prefix"
        (prefix,) = prefixes
        rest = path.removeprefix(prefix)
        assert not rest.startswith((f"{PREFIX}/", f"{AREA}/")), (
            f"{where} refers to {short}, which has two prefixes"
        )

    def _is_ours(self, url: str) -> bool:
        return url.startswith(f"{self.root}/")

    def _short(self, url: str) -> str:
        return url.removeprefix(self.root)

    def _name(self, answer: Response) -> str:
        return f"{self._short(answer.url)} answers {answer.status_code}"


def file_of(content: bytes, name: str) -> BytesIO:
    """Return a file to send."""
    file = BytesIO(content)
    file.name = name
    return file


def _parse(answer: Response) -> BeautifulSoup:
    """Return the page of an answer, which is empty if it is none."""
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    return BeautifulSoup(answer.text if is_page else "", "lxml")


def _resources(page: BeautifulSoup) -> list[str]:
    return [str(tag.get("src") or tag["href"]) for tag in page.select(_RESOURCES)]


def _references(answer: Response, page: BeautifulSoup) -> list[str]:
    """Return what an answer refers to: its redirect, and what stands in it."""
    found = [answer.headers["Location"]] if "Location" in answer.headers else []
    if answer.headers.get("Content-Type", "").startswith("text/css"):
        found += re.findall(r"url\([\"']?([^\"')]+)", answer.text)
    for attribute in ("href", "src", "action", "hx-get", "hx-post"):
        found += [str(tag[attribute]) for tag in page.select(f"[{attribute}]")]
    return found
