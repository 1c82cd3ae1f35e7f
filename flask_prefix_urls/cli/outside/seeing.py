"""What is asked of a deployed app, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...asking import Unseen
from ...safe_get import is_safe
from .asking import Answer, Asking, handshake
from .seen import Forgery, Link, Seen, links_of, repeats
from .site import Address, Site
from .speakers import is_dead, reaches_app
from .specification import base_of, page_of

# How many redirects of the first page are followed.
_MOST_HOPS = 3
# How many links without the prefix, and with it, are tried.
_MOST_TRIED = 3
# How many links are tried until one is redirected.
_MOST_SLASHES = 2
# Longer than nginx's buffer for the headers of an answer, 4 kB.
_LONG = 5_000


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


def https_of(address: Address, first: Answer | Unseen) -> Address | None:
    """Return the same address by https, if that is where everybody is redirected to."""
    site = address.site
    if isinstance(first, Unseen) or not first.location:
        return None
    target = site.split(first.location, first.path)
    if target is None or (site.scheme, target.scheme) != ("http", "https"):
        return None
    if not site.same_host(target) or target.path != first.path:
        return None
    return replace(
        address, site=replace(address.site, scheme="https", host=target.netloc)
    )


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
        links = [
            link
            for link in links_of(site, page)
            if is_safe(link.target.removeprefix(prefix))
        ]
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
    targets = [link.target for link in links if not site.below(link.parts.path)]
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
    paths = [link.parts.path for link in links if link.parts.path.endswith("/")]
    # Where the app has no prefix, its links have none.
    below = [
        path if site.below(path) else site.prefix + path
        for path in dict.fromkeys(paths)
        if not site.twice(path)
    ]
    for path in [path for path in below if path != f"{site.prefix}/"][:_MOST_SLASHES]:
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
            and is_safe(target.path)
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
