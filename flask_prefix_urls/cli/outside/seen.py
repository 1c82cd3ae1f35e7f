"""What was seen of a deployed app: the answers, and what they refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult

from ...asking import Unseen
from ..report import Mistake
from .asking import Answer
from .fixes import fix
from .references import Reference, references
from .site import Site
from .speakers import PROXIES, is_alive, is_dead, proxy_of


@dataclass(frozen=True)
class Link:
    """A reference of the page to its own host."""

    reference: Reference
    parts: SplitResult

    @property
    def target(self) -> str:
        """Path and query."""
        query = f"?{self.parts.query}" if self.parts.query else ""
        return self.parts.path + query


@dataclass(frozen=True)
class Forgery:
    """What a client's own header did.

    :param header: The header, such as ``X-Forwarded-Prefix``.
    :param value: What it said, which no app knows.
    :param answer: The answer to it.
    :param again: The answer to the same URL, asked later without the header, if the
        first one repeated the value.
    """

    header: str
    value: str
    answer: Answer
    again: Answer | Unseen


@dataclass(frozen=True)
class Seen:
    """All that was asked, and what came.

    :param first: The answer to the URL that was given.
    :param page: The page that it leads to.
    :param outside: A path that nobody can know, without the prefix.
    :param missing: Such a path below the prefix.
    :param bare: The prefix without its slash, with a query.
    :param neighbour: A path that begins like the prefix.
    :param slash: A link without its slash at the end, which the router redirects.
    :param long: The same with a long query.
    :param file: A file of the page.
    :param encoded: A path with ``%2F``.
    :param merged: A link with two slashes in it.
    :param forgeries: What came of headers that a client must not set.
    :param answers: Everything that was asked for by its target.
    """

    site: Site
    first: Answer
    page: Answer
    outside: Answer | Unseen
    missing: Answer | Unseen
    bare: Answer | Unseen
    neighbour: Answer | Unseen
    slash: Answer | Unseen
    long: Answer | Unseen
    file: Answer | Unseen
    encoded: Answer | Unseen
    merged: Answer | Unseen
    forgeries: tuple[Forgery | Unseen, ...]
    answers: Mapping[str, Answer | Unseen]

    @property
    def links(self) -> list[Link]:
        """The page's references to its own host."""
        return links_of(self.site, self.page)

    @property
    def proxy(self) -> str | None:
        """The proxy, by an answer of its own, else by what ``Server`` says."""
        asked = (self.outside, self.bare, self.missing, self.neighbour, self.encoded)
        return proxy_behind(*asked, *self.answers.values())

    def mistake(
        self, code: str, text: str, *, cause: str = "", other: str = ""
    ) -> Mistake:
        """Return a mistake with the line to change.

        :param cause: What has a line of its own, where the code has several.
        :param other: What is there instead of the prefix, or of a path with it.
        """
        line = fix(cause or code, self.proxy, self.site.prefix, other)
        return Mistake(code, text, line)

    def answer_to(self, target: str) -> Answer | Unseen:
        """Return what a target answered."""
        return self.answers.get(target, Unseen("it was not asked for"))

    def is_dead(self, target: str) -> bool:
        """Tell whether a target was asked for, and leads nowhere."""
        return is_dead(self.answer_to(target), self.outside)

    def is_alive(self, target: str) -> bool:
        """Tell whether a target was asked for, and leads to a page of the app."""
        return is_alive(self.answer_to(target), self.missing)

    def redirects(self) -> Iterator[Answer]:
        """Yield the redirects below the prefix."""
        asked = (self.first, self.slash, *self.answers.values())
        for answer in dict.fromkeys(asked):
            if (
                isinstance(answer, Answer)
                and answer.location
                and self.site.below(answer.path)
                and answer is not self.bare
            ):
                yield answer


def links_of(site: Site, page: Answer) -> list[Link]:
    """Return a page's references to its own host."""
    links: list[Link] = []
    # Flask's redirects and errors are pages with links, too.
    if page.status >= 300:
        return links
    for reference in references(page):
        parts = site.split(reference.url, page.path)
        if parts is not None and site.same_host(parts):
            links.append(Link(reference, parts))
    return links


def proxy_behind(outside: Answer | Unseen, *others: Answer | Unseen) -> str | None:
    """Return the proxy, by an answer of its own, else by what ``Server`` says.

    :param outside: What a path answers that nobody can know.
    """
    told = proxy_of(outside, *others)
    if told is not None or not isinstance(outside, Answer):
        return told
    server = str(outside.headers.get("Server", "")).lower()
    return next((name for name in PROXIES if name.lower() in server), None)


def repeats(answer: Answer, value: str) -> bool:
    """Tell whether a link of an answer, its redirect or a cookie has a value."""
    urls = [reference.url for reference in references(answer)]
    cookies = answer.headers.get_all("Set-Cookie", [])
    return any(value in text for text in (*urls, answer.location, *map(str, cookies)))
