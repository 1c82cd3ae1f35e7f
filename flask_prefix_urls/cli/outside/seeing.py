"""What is asked of a deployed app, and in which order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import SplitResult

from .asking import Answer, Asking, Unseen, handshake
from .references import Reference, references
from .site import Address, Site
from .speakers import PROXIES, is_alive, is_dead, proxy_of, reaches_app
from .specification import base_of, page_of

# How many redirects of the first page are followed.
_MOST_HOPS = 3
# How many links without the prefix, and with it, are tried.
_MOST_TRIED = 3
# A GET of these may change something, though it should not.
_CHANGES = re.compile(
    r"log-?out|sign-?out|delete|remove|reset|create|purge", re.IGNORECASE
)
# Longer than nginx's buffer for the headers of an answer, 4 kB.
_LONG = 5_000


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


def arrive(
    address: Address, asking: Asking, token: str
) -> tuple[Site, Answer | Unseen]:
    """Find the app's root: what was given, or what is above it if that was a page.

    :return: The app's place, and the answer to what was given.
    """
    site = address.site
    first = asking.ask(address.path + address.query)
    if isinstance(first, Answer) and first.status >= 400 and not address.has_slash:
        root = asking.ask(f"{site.prefix}/{address.query}")
        if isinstance(root, Answer) and root.status < 400:
            first = root
    above = site.prefix.rpartition("/")[0]
    while above and not isinstance(first, Unseen):
        outside = asking.ask(f"/{token}")
        missing = asking.ask(f"{site.prefix}/{token}")
        if not reaches_app(asking.ask(f"{above}/{token}"), missing, outside):
            break
        site = replace(site, prefix=above)
        above = above.rpartition("/")[0]
    return site, first


def look(site: Site, first: Answer, asking: Asking, token: str) -> Seen:
    """Ask what can be asked, most telling first.

    :param site: Where the app is.
    :param first: The answer to the URL that was given.
    :param token: What makes a path unknown to everybody.
    """
    prefix = site.prefix
    page = _follow(site, first, asking)
    none = Unseen("the URL has no path, so there is no prefix")
    outside = asking.ask(f"/{token}")
    missing = asking.ask(f"{prefix}/{token}") if prefix else outside
    bare = asking.ask(f"{prefix}?{token}=1") if prefix else none
    neighbour = asking.ask(f"{prefix}-{token}") if prefix else none
    unknown = Unseen(f"{page.target!r} answers {page.status}")
    slash: Answer | Unseen = unknown
    long: Answer | Unseen = unknown
    file: Answer | Unseen = unknown
    merged: Answer | Unseen = unknown
    encoded: Answer | Unseen = unknown
    forgeries: tuple[Forgery | Unseen, ...] = (unknown,)
    if page.status < 400:
        links = links_of(site, page)
        _try_outside(site, links, asking, outside)
        slash = _ask_without_slash(site, links, asking, token)
        file = _ask_file(site, links, asking)
        _try_below(site, links, asking)
        _try_locations(site, first, asking, outside)
        _try_specification(site, page, asking)
        encoded = asking.ask(f"{prefix}/{token}%2F{token}")
        long = _ask_long(slash, asking, token)
        merged = _ask_merged(site, links, asking)
        forgeries = tuple(_forge(page, slash, asking, token))
    return Seen(
        site=site,
        first=first,
        page=page,
        outside=outside,
        missing=missing,
        bare=bare,
        neighbour=neighbour,
        slash=slash,
        long=long,
        file=file,
        encoded=encoded,
        merged=merged,
        forgeries=forgeries,
        answers=dict(asking.answers),
    )


def ask_for_websocket(address: Address, asking: Asking) -> Answer | Unseen:
    """Ask for a WebSocket where the URL says that there is one."""
    return asking.ask(address.path + address.query, handshake())


def proxy_behind(outside: Answer | Unseen, *others: Answer | Unseen) -> str | None:
    """Return the proxy, by an answer of its own, else by what ``Server`` says.

    :param outside: What a path answers that nobody can know.
    """
    told = proxy_of(outside, *others)
    if told is not None or not isinstance(outside, Answer):
        return told
    server = str(outside.headers.get("Server", "")).lower()
    return next((name for name in PROXIES if name.lower() in server), None)


def _follow(site: Site, first: Answer, asking: Asking) -> Answer:
    """Follow the redirects of the first page, below the prefix.

    Where they lead out of it, or nowhere, the app's own first page tells more.
    """
    page = first
    for _ in range(_MOST_HOPS):
        target = site.split(page.location, page.path) if page.location else None
        if target is None or not site.same_host(target) or not site.below(target.path):
            break
        query = f"?{target.query}" if target.query else ""
        answer = asking.ask(target.path + query)
        if isinstance(answer, Unseen):
            break
        if answer.status == 404 and target.path != f"{site.prefix}/":
            break
        page = answer
    if page.location or page.status == 404:
        root = asking.ask(f"{site.prefix}/")
        if isinstance(root, Answer) and root.status < 300:
            page = root
    return page


def _try_outside(
    site: Site, links: list[Link], asking: Asking, outside: Answer | Unseen
) -> None:
    """Ask for links without the prefix, and for what they probably mean."""
    targets = [
        link.target
        for link in links
        if not site.below(link.parts.path) and not _CHANGES.search(link.target)
    ]
    for target in list(dict.fromkeys(targets))[:_MOST_TRIED]:
        if not is_dead(asking.ask(target), outside):
            continue
        rest = target
        # What another prefix may be in front of.
        for _ in range(_MOST_TRIED):
            answer = asking.ask(site.prefix + rest)
            if isinstance(answer, Unseen) or answer.status != 404:
                break
            rest = rest[rest.find("/", 1) :] if "/" in rest[1:] else "/"
            if rest == "/":
                break


def _ask_without_slash(
    site: Site, links: list[Link], asking: Asking, token: str
) -> Answer | Unseen:
    """Ask for a link with a slash at the end without it."""
    paths = [
        link.parts.path
        for link in links
        if link.parts.path.endswith("/") and not _CHANGES.search(link.parts.path)
    ]
    # Where the app has no prefix, its links have none, but they are known by now.
    below = [
        path if site.below(path) else site.prefix + path
        for path in paths
        if not site.twice(path)
    ]
    for path in [path for path in dict.fromkeys(below) if path != f"{site.prefix}/"][
        :2
    ]:
        answer = asking.ask(f"{path[:-1]}?{token}=1")
        if isinstance(answer, Unseen) or answer.location:
            return answer
    return Unseen("no link of the page ends with a slash, and is redirected without it")


def _ask_file(site: Site, links: list[Link], asking: Asking) -> Answer | Unseen:
    for link in links:
        if link.reference.is_file and site.below(link.parts.path):
            return asking.ask(link.target)
    return Unseen("the page refers to no file below the prefix")


def _try_below(site: Site, links: list[Link], asking: Asking) -> None:
    """Ask for some pages that the page links to."""
    targets = [
        link.target
        for link in links
        if site.below(link.parts.path)
        and link.reference.is_get
        and not link.reference.is_file
        and not _CHANGES.search(link.target)
    ]
    # One that has the prefix twice tells more than its neighbours.
    unique = sorted(dict.fromkeys(targets), key=lambda target: not site.twice(target))
    for target in unique[:_MOST_TRIED]:
        asking.ask(target)


def _try_locations(
    site: Site, first: Answer, asking: Asking, outside: Answer | Unseen
) -> None:
    """Ask for what redirects below the prefix lead to outside of it."""
    for answer in [first, *asking.answers.values()]:
        if not isinstance(answer, Answer) or not answer.location:
            continue
        target = site.split(answer.location, answer.path)
        if (
            target is not None
            and site.same_host(target)
            and site.below(answer.path)
            and not site.below(target.path)
            and is_dead(asking.ask(target.path), outside)
        ):
            asking.ask(site.prefix + target.path)


def _try_specification(site: Site, page: Answer, asking: Asking) -> None:
    """Ask for a page of an API whose specification has no prefix."""
    base, path = base_of(site, page), page_of(page)
    if base is not None and path is not None and not site.below(base.path):
        asking.ask(base.path.rstrip("/") + path)


def _ask_long(slash: Answer | Unseen, asking: Asking, token: str) -> Answer | Unseen:
    if isinstance(slash, Unseen):
        return slash
    return asking.ask(f"{slash.path}?{token}={'x' * _LONG}")


def _ask_merged(site: Site, links: list[Link], asking: Asking) -> Answer | Unseen:
    """Ask for a link with two slashes behind its first segment.

    Flask ignores slashes in front of that.
    """
    for link in links:
        path = link.parts.path
        rest = path[len(site.prefix) + 1 :].rstrip("/")
        answer = asking.answers.get(link.target)
        if (
            site.below(path)
            and "/" in rest
            and isinstance(answer, Answer)
            and answer.status == 200
        ):
            return asking.ask(f"{site.prefix}/{rest.replace('/', '//', 1)}")
    return Unseen("no link that was asked for has two segments below the prefix")


def _forge(
    page: Answer, slash: Answer | Unseen, asking: Asking, token: str
) -> Iterator[Forgery | Unseen]:
    """Send headers that the proxy must replace.

    Each URL has a query that nobody else asks for: an answer that a cache keeps harms
    nobody.
    """
    prefix, host = f"/{token}-prefix", f"{token}.invalid"
    paths = [page.path] + ([slash.path] if isinstance(slash, Answer) else [])
    forwarded = {"X-Forwarded-Prefix": prefix, "X-Forwarded-Host": host}
    tries = [(f"{path}?{token}=2", forwarded) for path in paths]
    tries.append((f"{paths[-1]}?{token}=3", {"Host": host}))
    for target, headers in tries:
        answer = asking.ask(target, headers)
        if isinstance(answer, Unseen):
            yield answer
            continue
        for header, value in headers.items():
            yield _forgery(header, value, answer, asking)


def _forgery(header: str, value: str, answer: Answer, asking: Asking) -> Forgery:
    again: Answer | Unseen = Unseen("the answer does not repeat it")
    if repeats(answer, value):
        again = asking.ask(answer.target)
    return Forgery(header, value, answer, again)


def repeats(answer: Answer, value: str) -> bool:
    """Tell whether a link of an answer, its redirect or a cookie has a value."""
    urls = [reference.url for reference in references(answer)]
    cookies = answer.headers.get_all("Set-Cookie", [])
    return any(value in text for text in (*urls, answer.location, *map(str, cookies)))
