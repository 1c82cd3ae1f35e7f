"""A crawler: follows all that a site refers to, and says what is wrong with it."""

from __future__ import annotations

import json
import re
import ssl
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from werkzeug.urls import iri_to_uri

from demo.addresses import PREFIXES

# Seconds, for what takes a fraction of one.
LIMIT = 20

#: The first page below each prefix.
ENTRANCES = ("/some-service/v1/", "/public-api/items/", "/back-office/ledger/")

_JSON_LINKS = ("self", "next", "prev", "html", "collection")


@dataclass
class Answer:
    """What a server answered."""

    status: int
    headers: Message
    text: str

    @property
    def location(self) -> str:
        return self.headers["Location"] or ""

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def send(
    root: str,
    method: str,
    url: str,
    fields: Mapping[str, str] | None = None,
    cookies: Mapping[str, str] | None = None,
    *,
    host: str | None = None,
    accept: str | None = None,
    context: ssl.SSLContext | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request, and follow nothing.

    :param url: A path, or a URL of which only path and query count.
    :param host: Another ``Host`` than that of the root.
    :param accept: What is wanted, if not anything.
    :param context: What to check the certificate of an https root by.
    :param headers: What else to send.
    """
    scheme, netloc = urlsplit(root)[:2]
    connection: HTTPConnection
    if scheme == "https":
        connection = HTTPSConnection(netloc, timeout=LIMIT, context=context)
    else:
        connection = HTTPConnection(netloc, timeout=LIMIT)
    headers = dict(headers or {})
    body = None
    if method == "POST":
        body = urlencode(fields or {})
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if cookies:
        headers["Cookie"] = "; ".join(f"{key}={cookies[key]}" for key in cookies)
    if host is not None:
        headers["Host"] = host
    if accept is not None:
        headers["Accept"] = accept
    target = urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl()
    try:
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode())
    finally:
        connection.close()


@dataclass
class Browser:
    """Keeps cookies, and follows a redirect when it is told to."""

    root: str
    cookies: dict[str, str] = field(default_factory=dict)
    host: str | None = None
    accept: str | None = None
    context: ssl.SSLContext | None = None

    def get(self, url: str) -> Answer:
        return self._send("GET", url, {})

    def post(self, url: str, **fields: str) -> Answer:
        return self._send("POST", url, fields)

    def follow(self, answer: Answer) -> Answer:
        return self.get(answer.location)

    def log_in(self) -> None:
        assert self.post("/some-service/v1/login", name="Ada").status == 302

    def _send(self, method: str, url: str, fields: dict[str, str]) -> Answer:
        answer = send(
            self.root,
            method,
            url,
            fields,
            self.cookies,
            host=self.host,
            accept=self.accept,
            context=self.context,
        )
        for cookie in answer.headers.get_all("Set-Cookie", []):
            key, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[key] = value
        return answer


class References(HTMLParser):
    """What an HTML page refers to, as pairs of method and URL."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("method", "get").upper(), given["action"]))
        images = given.get("srcset", "").split(",")
        urls = [given.get(name) for name in ("href", "src", "data-url")]
        urls += [image.split()[0] for image in images if image.strip()]
        self.found += [("GET", url) for url in urls if url]


def references(answer: Answer) -> list[tuple[str, str]]:
    """Return what an answer refers to, as pairs of method and URL.

    Whatever its status: a ``Location`` counts where a client would not follow it.
    """
    kind = answer.headers.get_content_type()
    links = ",".join(answer.headers.get_all("Link", []))
    urls = re.findall(r"<([^>]+)>", links)
    urls += answer.headers.get_all("Location", [])
    found = []
    if kind == "text/html":
        found = References(answer.text).found
    elif kind == "text/css":
        urls += re.findall(r'url\(["\']?([^"\')]+)["\']?\)', answer.text)
    elif kind == "application/json":
        urls += _json_links(answer.json)
    return found + [("GET", url) for url in urls]


def _json_links(value: Any) -> Iterator[str]:
    """Yield what is a link by its name, or a URL by its looks, at any depth."""
    if isinstance(value, dict):
        for key, part in value.items():
            if isinstance(part, str):
                if key in _JSON_LINKS or re.match("https?://", part):
                    yield part
            else:
                yield from _json_links(part)
    elif isinstance(value, list):
        for part in value:
            yield from _json_links(part)


@dataclass
class Report:
    """What a crawl found.

    ``left`` is what leads out of the prefixes, ``doubled`` what carries a prefix twice,
    each as a sentence ``/page refers to /target``; ``failed`` is what answers with a
    status of 400 or more, as ``GET /page answers 404``. ``edges`` are all references as
    pairs of paths, ``visited`` all requests as pairs of method and path.
    """

    left: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    edges: set[tuple[str, str]] = field(default_factory=set)
    visited: set[tuple[str, str]] = field(default_factory=set)

    @property
    def faults(self) -> list[str]:
        return self.left + self.doubled + self.failed

    @property
    def counts(self) -> dict[str, int]:
        """How many URLs were visited below each prefix."""
        return dict(Counter(prefix_of(path) for _, path in self.visited))


def prefix_of(path: str) -> str:
    """Return the prefix that a path is below of, or ``""``."""
    below = [prefix for prefix in PREFIXES if path.startswith(f"{prefix}/")]
    return below[0] if below else ""


def crawl(
    root: str,
    entrances: Iterable[str],
    *,
    cookies: Mapping[str, str] | None = None,
    accept: str | None = None,
    context: ssl.SSLContext | None = None,
) -> Report:
    """Follow every reference and submit every form, empty, below the prefixes.

    Cookies are sent and never taken, so that logging out on the way changes nothing.

    :param root: The root URL of the site, without a trailing slash.
    :param entrances: The paths to begin with.
    :param cookies: Those of someone who is logged in.
    :param accept: What is wanted, if not anything.
    :param context: What to check the certificate of an https root by.
    """
    report = Report()
    waiting = [("GET", path) for path in entrances]
    while waiting:
        step = waiting.pop()
        if step in report.visited:
            continue
        report.visited.add(step)
        method, path = step
        answer = send(root, method, path, {}, cookies, accept=accept, context=context)
        if answer.status >= 400:
            report.failed.append(f"{method} {path} answers {answer.status}")
        for next_method, reference in references(answer):
            # As a browser does, which encodes what is not ASCII.
            url = iri_to_uri(urljoin(f"{root}{path}", reference).partition("#")[0])
            if url.startswith("data:"):
                continue
            target = url.removeprefix(root)
            report.edges.add((path, target))
            if not prefix_of(target):
                report.left.append(f"{path} refers to {target}")
            elif sum(target.count(f"{prefix}/") for prefix in PREFIXES) > 1:
                report.doubled.append(f"{path} refers to {target}")
            else:
                waiting.append((next_method, target))
    return report
