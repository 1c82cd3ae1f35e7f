"""What an answer refers to: links, forms, files, and the URLs in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from .asking import Answer

# The attributes that have a URL, each with what it leads to.
_PAGES = ("href", "action", "formaction")
_FILES = ("src", "poster", "data")
# The rel of a <link> that a browser fetches as part of the page.
_FETCHED = {"stylesheet", "icon", "manifest", "modulepreload", "preload"}
# The names in JSON whose values are links. Others may be a path and no URL.
_JSON_NAMES = {
    *("self", "next", "prev", "previous", "first", "last", "collection", "html"),
    *("href", "url", "uri", "link"),
}


@dataclass(frozen=True)
class Reference:
    """A URL as it stands in a page.

    :param is_file: Whether it is a part of the page, such as a style sheet or a
        picture.
    :param is_get: Whether a browser asks for it by GET.
    """

    url: str
    is_file: bool = False
    is_get: bool = True


def references(answer: Answer) -> tuple[Reference, ...]:
    """Return what a page refers to, each once, in order.

    :param answer: A page of HTML or JSON; another has none.
    """
    kind = answer.headers.get_content_type()
    if kind in ("text/html", "application/xhtml+xml"):
        page = _Page()
        page.feed(answer.text)
        page.close()
        found = page.found
    elif kind.endswith("json"):
        found = [Reference(url) for url in _links_in(parse_json(answer))]
    else:
        found = []
    return tuple(dict.fromkeys(found))


def parse_json(answer: Answer) -> Any:
    """Return what a page of JSON says; ``None`` if it is none."""
    if not answer.headers.get_content_type().endswith("json"):
        return None
    try:
        return json.loads(answer.text)
    except (ValueError, RecursionError):
        return None


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Reference] = []
        self._base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip() for name, value in attrs}
        if tag == "base":
            # The first counts, and is a link as well: it may lack the prefix itself.
            self._base = self._base or given.get("href", "")
        rel = set(given.get("rel", "").lower().split())
        is_file = tag == "link" and bool(rel & _FETCHED)
        is_get = given.get("method", "get").lower() == "get"
        for name in _PAGES:
            self._add(given.get(name), is_file=is_file, is_get=is_get)
        # A frame is a page.
        for name in _FILES:
            self._add(given.get(name), is_file=tag not in ("iframe", "frame"))
        for candidate in given.get("srcset", "").split(","):
            self._add(candidate.strip().partition(" ")[0], is_file=True)

    def _add(self, url: str | None, *, is_file: bool, is_get: bool = True) -> None:
        if not url or url.startswith(("#", "data:")):
            return
        try:
            self.found.append(Reference(urljoin(self._base, url), is_file, is_get))
        except ValueError:
            # No browser can follow it.
            return


def _links_in(value: Any) -> Iterator[str]:
    """Yield what is a link by its name, and a path or URL by its looks."""
    waiting = [value]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            for name, inner in part.items():
                if isinstance(inner, str):
                    if name in _JSON_NAMES and inner.startswith(
                        ("/", "http://", "https://")
                    ):
                        yield inner
                else:
                    waiting.append(inner)
