"""What the answers tell of the way from the proxy to the app."""

from __future__ import annotations

from ...asking import Unseen
from ..report import Mistake, Step
from .asking import Answer
from .seen import Seen
from .speakers import (
    PROXIES,
    is_apps,
    is_gateways,
    reaches_app,
    same_page,
    speaker,
)

Layer = tuple[Step, tuple[Mistake, ...]]


def answer(seen: Seen) -> Layer:
    """Tell what the URL answers, and who made the answer."""
    first, page = seen.first, seen.page
    made = speaker(first)
    by = f", which {made} made" if made else ""
    text = [f"{first.target!r} answers {first.status}{by}."]
    server = str(first.headers.get("Server", ""))
    if server:
        text.append(f"Server says {server!r}, which is whoever passed it on.")
    if first.status == 404 and page is not first:
        text.append(f"The app has no such page, but {page.target!r}.")
    elif page is not first:
        text.append(f"The page asked from here on is {page.target!r}.")
    if seen.proxy:
        text.append(f"The proxy seems to be {seen.proxy}.")
    facts = {
        "status": first.status,
        "made_by": made,
        "server": server or None,
        "page": page.target,
        "page_status": page.status,
        "proxy": seen.proxy,
    }
    mistake = _mistake_in(seen)
    return Step("answer", tuple(text), facts), () if mistake is None else (mistake,)


def _mistake_in(seen: Seen) -> Mistake | None:
    """Find what the status of the page tells."""
    page = seen.page
    made = speaker(page)
    answers = f"answers {page.status} to {page.target!r}"
    if is_gateways(page):
        text = f"API Gateway does not know {page.target!r}: the URL has no stage, or no"
        return seen.mistake("gateway-refuses", f"{text} mapping.")
    # An app that is not ready, or closed for a while, may answer 503 itself.
    is_proxys = page.status in (502, 504) or (page.status == 503 and made in PROXIES)
    if is_proxys and made != "Flask":
        text = f"{made or 'The proxy'} {answers}: it gets no answer of the app."
        return seen.mistake("bad-gateway", text)
    if page.status == 500 and made == "gunicorn":
        text = f"gunicorn itself {answers}: probably it has a SCRIPT_NAME, which the"
        text += " proxy has stripped already."
        return seen.mistake("server-error", text, cause="script-name")
    if page.status >= 500:
        text = f"{made or 'The app or its server'} {answers}."
        return seen.mistake("server-error", text)
    if page.status != 404:
        return None
    if made in PROXIES or (made is None and same_page(page, seen.outside)):
        text = f"{made or 'The proxy'} itself {answers}: it forwards no such path."
        return seen.mistake("unreachable", text)
    if not seen.site.prefix:
        text = f"The app has no page at {page.target!r}."
        return seen.mistake("unreachable", text, cause="no-page")
    text = f"The app {answers}: the proxy does not strip {seen.site.prefix!r}, if the"
    return seen.mistake("not-stripped", f"{text} app has such a page.")


def bare_prefix(seen: Seen) -> Layer:
    """Tell what the prefix without its slash answers."""
    name, prefix, bare = "bare prefix", seen.site.prefix, seen.bare
    if isinstance(bare, Unseen):
        return unseen(name, bare)
    facts = {"status": bare.status, "location": bare.location or None}
    if bare.location:
        text = [f"{prefix!r} is redirected to {bare.location!r}."]
        target = seen.site.split(bare.location, bare.path)
        query = bare.target.partition("?")[2]
        lost = (
            target is not None
            and target.path == f"{prefix}/"
            and query not in target.query
        )
        if lost:
            mistake = seen.mistake(
                "query-lost",
                f"The redirect from {prefix!r} to '{prefix}/' loses the query.",
            )
            return Step(name, tuple(text), facts), (mistake,)
        if target is not None and query in target.query:
            text.append("It keeps the query.")
        return Step(name, tuple(text), facts), ()
    step = Step(name, (f"{prefix!r} answers {bare.status}.",), facts)
    if bare.status == 404 and seen.is_alive(f"{prefix}/"):
        who = speaker(bare) or "The proxy"
        mistake = seen.mistake(
            "bare-prefix-missing",
            f"{who} answers 404 to {prefix!r}, though '{prefix}/' is there.",
        )
        return step, (mistake,)
    return step, ()


def stripped(seen: Seen) -> Layer:
    """Tell whether paths reach their routes, and whether the proxy strips."""
    name, prefix, missing = "stripped", seen.site.prefix, seen.missing
    if not prefix:
        return unseen(name, Unseen("the URL has no path, so there is no prefix"))
    if isinstance(missing, Unseen):
        return unseen(name, missing)
    who = speaker(missing)
    facts: dict[str, object] = {
        "status": missing.status,
        "made_by": who,
        "strips": None,
    }
    by = f", by {who}" if who else ""
    text = [f"An unknown path below {prefix!r} answers {missing.status}{by}."]
    if seen.page.status == 404:
        if who == "Flask" or not same_page(missing, seen.outside):
            facts["strips"] = False
            text.append(f"So does {seen.page.target!r}: the app gets paths with it.")
        return Step(name, tuple(text), facts), ()
    if seen.page.status > 404:
        return Step(name, tuple(text), facts), ()
    if missing.status < 300 and same_page(missing, seen.page):
        text.append("It shows the first page.")
        return Step(name, tuple(text), facts), _one_page(seen)
    if seen.page.status >= 300 and seen.page.status == missing.status:
        text.append(
            f"So does {seen.page.target!r}: it is not seen what is behind that."
        )
        return Step(name, tuple(text), facts), ()
    text.append(
        f"{seen.page.target!r} reaches its route: the proxy strips {prefix!r}, or it"
        " does not and the app knows (proxy_strips=False, or a mount)."
    )
    if isinstance(seen.outside, Answer) and is_apps(seen.outside):
        text.append("All other paths reach Flask too, so there may be no prefix.")
    return Step(name, tuple(text), facts), _one_slash(seen, missing)


def _one_page(seen: Seen) -> tuple[Mistake, ...]:
    """Find out that what follows the prefix is lost."""
    own = (f"{seen.site.prefix}/", seen.page.path)
    links = [
        link
        for link in seen.links
        if link.parts.path not in own
        and seen.site.below(link.parts.path)
        and isinstance(seen.answer_to(link.target), Answer)
    ]
    # An app may show one page for all of its links, and lead on in the browser.
    is_html = seen.page.headers.get_content_type() == "text/html"
    is_certain = not is_html or any(link.reference.is_file for link in links)
    same = [link for link in links if same_page(seen.answer_to(link.target), seen.page)]
    if not links or not is_certain or len(same) < len(links):
        return ()
    text = f"Every path below {seen.site.prefix!r} shows the first page,"
    text += f" {links[0].target!r} too: the proxy forwards none of them."
    return (seen.mistake("first-page-everywhere", text),)


def _one_slash(seen: Seen, missing: Answer) -> tuple[Mistake, ...]:
    """Find out that what follows the prefix became a part of a host's name, or port."""
    if speaker(missing) != "Apache" or missing.status not in (500, 502):
        return ()
    text = f"Apache itself answers {missing.status} to {missing.path!r}:"
    text += " ProxyPass has a slash at the end on one side only."
    return (seen.mistake("double-slash", text),)


def neighbour(seen: Seen) -> Layer:
    """Tell whether a path that only begins like the prefix reaches the app."""
    name, prefix, found = "neighbour", seen.site.prefix, seen.neighbour
    if isinstance(found, Unseen):
        return unseen(name, found)
    if isinstance(seen.outside, Unseen):
        return unseen(name, seen.outside)
    who = speaker(found)
    reaches = reaches_app(found, seen.missing, seen.outside)
    facts: dict[str, object] = {
        "status": found.status,
        "made_by": who,
        "reaches_app": reaches,
    }
    if reaches:
        text = f"{found.path!r} reaches the app."
        mistake = seen.mistake(
            "matches-too-much",
            f"The proxy forwards {found.path!r}, which only begins like {prefix!r}.",
        )
        return Step(name, (text,), facts), (mistake,)
    text = f"{found.path!r} answers {found.status}, and does not reach the app."
    if is_apps(found) and is_apps(seen.outside):
        text = f"{found.path!r} reaches Flask, as every other path does."
    elif who not in PROXIES and not same_page(found, seen.outside):
        facts["reaches_app"] = None
        text = f"{found.path!r} answers {found.status}: it is not seen by whom."
    return Step(name, (text,), facts), ()


def encoded_slash(seen: Seen) -> Layer:
    """Tell whether the proxy lets ``%2F`` through."""
    name, found = "encoded slash", seen.encoded
    if isinstance(found, Unseen):
        return unseen(name, found)
    who = speaker(found)
    facts = {"status": found.status, "made_by": who}
    missing = seen.missing
    if (
        not is_apps(found)
        and isinstance(missing, Answer)
        and (missing.status, speaker(missing)) == (found.status, who)
    ):
        text = f"A path with '%2F' answers {found.status}, as other unknown ones do."
        return Step(name, (text,), facts), ()
    if found.status < 400 or who not in PROXIES:
        return Step(name, ("A path with '%2F' reaches the app.",), facts), ()
    text = f"{who} itself answers {found.status} to a path with '%2F'."
    if who != "Apache":
        return Step(name, (text,), facts), ()
    return Step(name, (text,), facts), (seen.mistake("encoded-slash", text),)


def slashes(seen: Seen) -> Layer:
    """Tell whether two slashes arrive as two."""
    name, found = "slashes", seen.merged
    if isinstance(found, Unseen):
        return unseen(name, found)
    facts = {"status": found.status, "location": found.location or None}
    if found.status == 200:
        text = [
            f"{found.path!r} shows the page: the proxy or the server merges slashes."
        ]
    elif found.location:
        text = [f"{found.path!r} is redirected to {found.location!r}."]
        text.append("Both slashes arrive.")
    else:
        text = [f"{found.path!r} answers {found.status}."]
    return Step(name, tuple(text), facts), ()


def unseen(name: str, reason: Unseen) -> Layer:
    """Return the step of what was not seen."""
    step = Step(name, (f"Not seen: {reason.reason}.",), {"not_seen": reason.reason})
    return step, ()
