"""What the answers tell of the URLs that the app writes."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import SplitResult

from ...asking import Unseen
from ..report import Mistake, Step
from .asking import Answer
from .references import references
from .routing import Layer, unseen
from .seen import Link, Seen
from .site import Site
from .speakers import PROXIES, is_apps, is_gateways, speaker
from .specification import base_of, page_of

# What is wrong in front of the path, as a part of a sentence.
_FAULTS = {
    "internal-host": "which no browser reaches",
    "http-scheme": "which is http",
    "lost-port": "without the port of the URL",
}


def links(seen: Seen) -> Layer:
    """Tell whether the links of the page have the prefix once."""
    site, page = seen.site, seen.page
    if page.status >= 300:
        return unseen("links", Unseen(f"{page.target!r} answers {page.status}"))
    found = seen.links
    if not found:
        reason = f"{page.target!r} refers to nothing of this host"
        return unseen("links", Unseen(reason))
    twice = [link for link in found if site.twice(link.parts.path)]
    once = [link for link in found if site.below(link.parts.path) and link not in twice]
    none = [link for link in found if not site.below(link.parts.path)]
    facts = {
        "with_prefix": len(once),
        "prefix_twice": [link.target for link in twice],
        "outside": [link.target for link in none],
    }
    text = [f"References of {page.target!r} to this host: {len(found)}."]
    if site.prefix:
        text.append(
            f"With {site.prefix!r} once: {len(once)}, twice: {len(twice)}, without:"
            f" {len(none)}."
        )
    alive = [link for link in none if seen.is_alive(link.target)]
    unasked = {link.target for link in none} - seen.answers.keys()
    if unasked:
        text.append(f"Not asked for, of those without it: {len(unasked)}.")
    text += [
        f"{link.target!r} leads out of the app, and is there."
        for link in alive
        if not seen.is_dead(link.target)
    ]
    mistakes = [*_links_twice(seen, once, twice), *_links_outside(seen, once, none)]
    mistakes += _absolute_links(seen)
    return Step("links", tuple(text), facts), tuple(mistakes)


def _links_twice(seen: Seen, once: list[Link], twice: list[Link]) -> Iterator[Mistake]:
    if not twice:
        return
    target, root = twice[0].target, f"{seen.site.prefix}/"
    text = f"{target!r} has {seen.site.prefix!r} twice"
    if seen.is_alive(target) or target not in seen.answers:
        # One route of the app may begin like the prefix, but not every one.
        pages = [link for link in once if not link.reference.is_file]
        if any(link.parts.path != root for link in pages):
            return
        text += ", if that is no path of the app"
    yield seen.mistake("prefix-twice-in-links", f"{text}.")


def _links_outside(seen: Seen, once: list[Link], none: list[Link]) -> Iterator[Mistake]:
    """Find links that lead nowhere, and would lead to a page with the prefix."""
    prefix = seen.site.prefix
    dead = [link.target for link in none if seen.is_dead(link.target)]
    for target in dead:
        if seen.is_alive(prefix + target):
            text = f"{target!r} leads nowhere, and '{prefix}{target}' to a page: the"
            answer = seen.answer_to(target)
            if once or _knows_prefix(seen):
                text += " link was written by hand."
                yield seen.mistake("link-by-hand", text, other=target)
            elif isinstance(answer, Answer) and is_gateways(answer):
                text = f"API Gateway refuses {target!r}, and knows '{prefix}{target}':"
                text += " the app does not know its prefix."
                yield seen.mistake("gateway-refuses", text)
            else:
                yield seen.mistake("no-prefix", f"{text} app does not know its prefix.")
            return
    for target in dead:
        other = _other_prefix(seen, target)
        if other is not None:
            text = f"{target!r} has the prefix {other!r} instead of {prefix!r}."
            yield seen.mistake("other-prefix", text, other=other)
            return


def _other_prefix(seen: Seen, target: str) -> str | None:
    """Return what stands in a link in place of the prefix."""
    at = target.find("/", 1)
    # The first page, which is behind every prefix, tells nothing.
    while 0 < at < len(target) - 1:
        if seen.is_alive(seen.site.prefix + target[at:]):
            return target[:at]
        at = target.find("/", at + 1)
    return None


def _knows_prefix(seen: Seen) -> bool:
    """Tell whether a redirect of the app has the prefix."""
    for answer in seen.redirects():
        target = seen.site.split(answer.location, answer.path)
        if target is not None and is_apps(answer) and seen.site.below(target.path):
            return True
    return False


def _absolute_links(seen: Seen) -> Iterator[Mistake]:
    """Find links with the scheme or the host that the app sees."""
    site, page = seen.site, seen.page
    for reference in references(page):
        parts = site.split(reference.url, page.path)
        # Others may lead to another app on purpose.
        if parts is None or not site.prefix or not site.below(parts.path):
            continue
        code = _fault_before_path(site, parts)
        if code is not None:
            begin = f"{page.path!r} refers to {reference.url!r}"
            yield seen.mistake(code, f"{begin}, {_FAULTS[code]}.")


def redirect(seen: Seen) -> Layer:
    """Tell whether redirects have the scheme, the host and the prefix of the URL."""
    found = list(seen.redirects())
    text: list[str] = []
    mistakes: list[Mistake] = []
    shown = {answer.path: answer for answer in reversed(found)}
    text += [
        f"{answer.path!r} is redirected to {answer.location!r}."
        for answer in reversed(shown.values())
    ]
    for answer in found:
        mistakes += _faults_of(seen, answer)
    if isinstance(seen.bare, Answer) and seen.bare.location:
        mistakes += _faults_of(seen, seen.bare)
    if isinstance(seen.slash, Unseen):
        text.append(f"A redirect of the router is not seen: {seen.slash.reason}.")
    long = seen.long
    if isinstance(seen.slash, Answer) and isinstance(long, Unseen):
        text.append(f"A long redirect is not seen: {long.reason}.")
    if (
        isinstance(seen.slash, Answer)
        and isinstance(long, Answer)
        and long.status == 502
        and seen.slash.status != 502
    ):
        who = speaker(long) or "The proxy"
        text.append("With a query of 5,000 characters it is a 502.")
        sentence = (
            f"{who} answers 502 to a long redirect: the headers of the answer do not"
            " fit into its buffer."
        )
        mistakes.append(seen.mistake("long-redirect", sentence))
    facts = {
        "redirects": {path: answer.location for path, answer in shown.items()},
        "long": long.status if isinstance(long, Answer) else None,
    }
    return Step("redirect", tuple(text), facts), tuple(mistakes)


def _faults_of(seen: Seen, answer: Answer) -> Iterator[Mistake]:
    """Find what is wrong with one redirect."""
    site, location = seen.site, answer.location
    target = site.split(location, answer.path)
    if target is None:
        return
    begin = f"The redirect of {answer.path!r} leads to {location!r}"
    # Others may lead to another app on purpose. The router alone answers 308.
    own = answer.status == 308 or (site.prefix and site.below(target.path))
    code = _fault_before_path(site, target) if own else None
    if code is not None and speaker(answer) == "nginx":
        text = f"{begin}, {_FAULTS[code]}: nginx itself says so."
        yield seen.mistake(code, text, cause="own-redirect")
    elif code is not None:
        yield seen.mistake(code, f"{begin}, {_FAULTS[code]}.")
    elif (
        site.scheme == "https"
        and target.geturl() == site.url(answer.target)
        # One that sets a cookie may ask whether it was kept.
        and "Set-Cookie" not in answer.headers
    ):
        text = f"{answer.path!r} is redirected to itself: the app takes https for http."
        yield seen.mistake("http-scheme", text)
    if code != "internal-host" and not site.same_host(target):
        return
    path = target.path
    query = f"?{target.query}" if target.query else ""
    # A route of the app may begin like the prefix.
    is_route = site.twice(answer.path) or seen.is_alive(path + query)
    if site.twice(path) and not is_route:
        text = f"{begin}, with the prefix twice."
        yield seen.mistake("prefix-twice-in-location", text)
    elif not site.below(path):
        yield from _faults_of_outside(seen, answer, path, begin)


def _faults_of_outside(
    seen: Seen, answer: Answer, path: str, begin: str
) -> Iterator[Mistake]:
    """Find what is wrong with a redirect that leads out of the prefix."""
    prefix = seen.site.prefix
    # What the router adds a slash to.
    slashed = f"{answer.path[len(prefix) :]}/"
    if answer.status == 308 and slashed != "/" and path.endswith(slashed):
        other = path.removesuffix(slashed)
        if other:
            text = f"{begin}, with the prefix {other!r} instead of {prefix!r}."
            yield seen.mistake("other-prefix", text, other=other)
        else:
            yield seen.mistake(
                "no-prefix", f"{begin}: the app does not know its prefix."
            )
    elif (
        # That of a proxy was written in its configuration.
        speaker(answer) not in PROXIES
        and seen.is_dead(path)
        and seen.is_alive(prefix + path)
    ):
        text = f"{begin}, which leads nowhere, and '{prefix}{path}' to a page."
        yield seen.mistake("redirect-by-hand", text, other=path)


def _fault_before_path(site: Site, parts: SplitResult) -> str | None:
    """Return the code of what is wrong with the scheme or the host of a URL."""
    if site.is_internal(parts):
        return "internal-host"
    if not site.same_host(parts):
        return None
    if site.scheme == "https" and parts.scheme == "http":
        return "http-scheme"
    if site.scheme == parts.scheme and not site.same_port(parts):
        return "lost-port"
    return None


def static(seen: Seen) -> Layer:
    """Tell whether a file of the page is there."""
    found = seen.file
    if isinstance(found, Unseen):
        return unseen("static", found)
    kind = found.headers.get_content_type()
    who = speaker(found)
    facts = {"path": found.path, "status": found.status, "type": kind}
    text = f"{found.path!r} answers {found.status}, {kind}."
    if found.status >= 400 and who:
        text = f"{found.path!r} answers {found.status}, by {who}."
    return Step("static", (text,), facts), ()


def specification(seen: Seen) -> Layer | None:
    """Tell whether the specification of an API has the prefix, if the URL is one."""
    site = seen.site
    base = base_of(site, seen.page)
    if base is None:
        return None
    facts = {"base": base.path}
    text = f"The specification says that the API is at {base.path!r}."
    path = page_of(seen.page)
    asked = None if path is None else seen.answer_to(base.path.rstrip("/") + path)
    # An API may be elsewhere on purpose.
    if site.below(base.path) or (
        isinstance(asked, Answer) and not seen.is_dead(asked.target)
    ):
        return Step("specification", (text,), facts), ()
    sentence = f"The specification says that the API is at {base.path!r}, without"
    sentence += f" {site.prefix!r}."
    mistake = seen.mistake("specification-without-prefix", sentence)
    return Step("specification", (text,), facts), (mistake,)
