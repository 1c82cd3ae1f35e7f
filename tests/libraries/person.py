"""A person who uses an app behind nginx, and notices every URL without its prefix."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup
from crawler import LIMIT
from mechanicalsoup import StatefulBrowser
from requests import Response, Session
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait

from demo.addresses import HOST

from .library import AREA, PREFIX

# What a browser loads together with a page.
_RESOURCES = (
    "script[src], img[src], iframe[src], link[rel~=stylesheet], link[rel~=icon]"
)
# Attributes whose value is a URL, and headers.
_ATTRIBUTES = (
    *("href", "src", "action", "formaction", "data", "poster", "data-url"),
    *("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-push-url"),
)
_HEADERS = ("Location", "Content-Location", "HX-Redirect", "HX-Location", "HX-Push-Url")
_CSS_URL = re.compile(r"(?:url\(|@import)\s*[\"']?([^\"')\s]+)")
# As many links as are opened at the end of a walk.
_MOST_LINKS = 50


class Person:
    """Keeps cookies, follows redirects, and fills forms, all without JavaScript.

    Each answer is looked at: a URL of this host that has no prefix, or two, or not that
    of its route, is an AssertionError, whether in a page, in a style sheet, in JSON or
    in a header; so is a part of a page that is not there.

    :param root: The root of nginx's URLs.
    :param prefix: The prefix that the walk begins below.
    :param app_root: The root of the app's own URLs, which nobody may see.
    :param prefix_for: Returns the prefix that a route should have; ``None`` if the app
        does not have it.
    :param start_browser: Returns a Chromium that runs, for what needs JavaScript.
    """

    def __init__(
        self,
        root: str,
        prefix: str,
        app_root: str,
        prefix_for: Callable[[str], str | None],
        start_browser: Callable[[], WebDriver],
    ) -> None:
        self.root = root
        self.prefix = prefix
        self._prefix_for = prefix_for
        self._start_browser = start_browser
        port = urlsplit(root).port
        # Without the port, with the name of another host, or the app itself.
        self._lost = {HOST, "localhost", f"localhost:{port}", urlsplit(app_root).netloc}
        session = Session()
        # No proxy of the environment.
        session.trust_env = False
        session.hooks["response"].append(self._look)
        self.browser = StatefulBrowser(session)
        self._seen: set[str] = set()
        self._links: dict[str, None] = {}

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
        assert answer.status_code == status, (
            f"{self._name(answer)}\n{answer.text[:500]}"
        )
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

    def open_links(self) -> None:
        """Open each link that was seen so far; a 404 is a fault."""
        for url in list(self._links)[:_MOST_LINKS]:
            self.browser.session.get(url, timeout=LIMIT)

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
        events = [json.loads(entry["message"])["message"] for entry in log]
        faults = [
            self._fault_of_answer(event["params"]["response"])
            for event in events
            if event["method"] == "Network.responseReceived"
        ]
        assert not any(faults), "; ".join(filter(None, dict.fromkeys(faults)))

    def wait(self, driver: WebDriver, condition: Callable[[WebDriver], Any]) -> Any:
        """Wait until a condition of the browser is true, and return what it is."""
        return WebDriverWait(driver, LIMIT, 0.02).until(condition)

    def _fault_of_answer(self, answer: dict[str, Any]) -> str | None:
        url, status = answer["url"], answer["status"]
        # Chromium asks for it by itself.
        if urlsplit(url).path == "/favicon.ico":
            return None
        fault = self._fault_of(url, "The browser")
        if fault is None and self._is_ours(url) and status >= 400:
            fault = f"{self._short(url)} answers the browser {status}"
        return fault

    def _went_to(self, answer: Response, status: int) -> Response:
        self._answer = answer
        assert answer.status_code == status, self._name(answer)
        return answer

    def _look(self, answer: Response, *_: Any, **__: Any) -> None:
        name = self._short(answer.url).partition("?")[0]
        assert answer.status_code != 404, f"{name} answers 404"
        page = _parse(answer)
        for reference in _references(answer, page):
            fault = self._fault_of(urljoin(answer.url, reference), name)
            assert fault is None, fault
        for link in page.select("a[href]"):
            url = urljoin(answer.url, str(link["href"])).partition("#")[0]
            # nginx has no https here.
            if url.startswith(self.root):
                self._links[url] = None
        for resource in _resources(page):
            url = urljoin(answer.url, resource)
            if self._is_ours(url) and url not in self._seen:
                self._seen.add(url)
                self.send("GET", url)

    def _fault_of(self, url: str, where: str) -> str | None:
        """Say what is wrong with a URL; ``None`` if nothing is."""
        if urlsplit(url).netloc in self._lost:
            return f"{where} refers to another address: {url}"
        if not self._is_ours(url):
            return None
        path = unquote(urlsplit(url).path)
        refers = f"{where} refers to {self._short(url).partition('?')[0]}"
        prefixes = [p for p in (PREFIX, AREA) if f"{path}/".startswith(f"{p}/")]
        if not prefixes:
            return f"{refers}, which has no prefix"
        (prefix,) = prefixes
        route = path.removeprefix(prefix) or "/"
        expected = self._prefix_for(route)
        if expected not in (None, prefix):
            return f"{refers}, which has another prefix"
        if expected is None and route.startswith((f"{PREFIX}/", f"{AREA}/")):
            return f"{refers}, which has two prefixes"
        return None

    def _is_ours(self, url: str) -> bool:
        return urlsplit(url).netloc == urlsplit(self.root).netloc

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
    """Return what an answer refers to: in its headers, and in what it is."""
    headers = answer.headers
    found = [headers[name] for name in _HEADERS if name in headers]
    found += re.findall(r"<([^>]+)>", headers.get("Link", ""))
    kind = headers.get("Content-Type", "").partition(";")[0]
    if kind == "text/css":
        found += _CSS_URL.findall(answer.text)
    if kind == "application/json" and answer.content:
        found += _urls_in(answer.json())
    for attribute in _ATTRIBUTES:
        found += [str(tag[attribute]) for tag in page.select(f"[{attribute}]")]
    for tag in page.select("[srcset]"):
        found += [part.split()[0] for part in str(tag["srcset"]).split(",")]
    for tag in page.select("meta[http-equiv=refresh]"):
        found += re.findall(r"url=(\S+)", str(tag["content"]), re.IGNORECASE)
    styles = [str(tag["style"]) for tag in page.select("[style]")]
    styles += [tag.get_text() for tag in page.select("style")]
    return found + _CSS_URL.findall(" ".join(styles))


def _urls_in(value: Any) -> list[str]:
    """Return the strings in JSON that are URLs by their looks, at any depth."""
    if isinstance(value, dict):
        return [url for part in value.values() for url in _urls_in(part)]
    if isinstance(value, list):
        return [url for part in value for url in _urls_in(part)]
    is_url = isinstance(value, str) and re.match(r"https?://|/[^/\s]", value)
    return [value] if is_url else []
