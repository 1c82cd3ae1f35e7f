"""A deployed app, read from outside."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace

import ada_url

from ..asking import Unseen
from ..checkable import NotCheckableError
from .address import is_absolute
from .deployed_client import Answer, DeployedClient
from .deployed_site import Site, site_of
from .deployed_verdict import Answers, Suspicion, suspicion_of, verdict_of
from .deployed_walk import DeployedWalk
from .findings import Fault, Findings
from .page import Limits, Page
from .reference import Reference
from .verdict import Verdict


def check_deployed(
    url: str, limits: Limits, progress: Callable[[int, int], None] | None = None
) -> Findings:
    """Read a deployed app with the same readers, and without its sources.

    :param url: The public URL of the app, whose path is its prefix.
    :param limits: What the walk may take.
    :param progress: As for :func:`~.walk.walk`.
    :raise NotCheckableError: If it does not answer.
    """
    site = site_of(url)
    answers = Answers(site, secrets.token_hex(8))
    with DeployedClient(site, limits.headers) as client:
        walk = DeployedWalk(site, client, limits, answers, progress or _say_nothing)
        first = walk.begin()
        if isinstance(first, Unseen):
            raise NotCheckableError(f"There is no answer at {url}: {first.reason}.")
        secure = _https_of(site, first)
        if secure is not None:
            return check_deployed(secure, limits, progress)
        walk.go_on()
    if not any(page.status < 400 for page in walk.pages):
        raise NotCheckableError(
            f"There is no page to read at {url}, which answers {first.status}: give the"
            " URL of the app's root, or a page below it by --start."
        )
    return Findings(
        faults=tuple(_grouped(site, answers, walk.pages)),
        notes=(),
        skipped=walk.skipped,
        asked=walk.asked,
        read={},
        dead=(),
        limit=walk.limit,
    )


def _say_nothing(_made: int, _coming: int) -> None:
    pass


def _https_of(site: Site, first: Answer) -> str | None:
    """Return the same URL by https, if that is where everybody is redirected to."""
    here = ada_url.URL(site.url(first.target))
    try:
        there = ada_url.URL(first.location, here.href)
    except ValueError:
        return None
    if (here.protocol, there.protocol) != ("http:", "https:"):
        return None
    is_same = (here.hostname, here.pathname) == (there.hostname, there.pathname)
    return str(there.href) if is_same else None


def _grouped(site: Site, answers: Answers, pages: list[Page]) -> Iterator[Fault]:
    """Yield the faults of all pages, each once.

    From outside, what has the same position and the same URL is written once.
    """
    faults: dict[tuple[str, str, str], Fault] = {}
    for page in pages:
        seen = set()
        for reference in page.references:
            verdict = _verdict_of(site, answers, page, reference)
            if verdict is None:
                continue
            key = (reference.position, reference.url, verdict.target)
            if key not in faults:
                faults[key] = _fault_of(site, page, reference, verdict)
            seen.add(key)
        for key in seen:
            faults[key] = replace(faults[key], count=faults[key].count + 1)
    yield from faults.values()


def _verdict_of(
    site: Site, answers: Answers, page: Page, reference: Reference
) -> Verdict | None:
    if reference.base and not is_absolute(reference.url):
        # It is right as soon as its base is.
        base = replace(reference, url=reference.base, base="", use="base")
        if _proven(site, answers, page, base) is not None:
            return None
    suspicion = _proven(site, answers, page, reference)
    if suspicion is None:
        return None
    return verdict_of(site, suspicion, reference, page.url)


def _proven(
    site: Site, answers: Answers, page: Page, reference: Reference
) -> Suspicion | None:
    target = site.target_of(reference, page.url)
    if target is None or reference.use == "note":
        return None
    suspicion = suspicion_of(site, reference, target)
    if suspicion is None:
        return None
    whole = answers.with_whole_targets(suspicion)
    return suspicion if answers.is_proven(whole, reference) else None


def _fault_of(site: Site, page: Page, reference: Reference, verdict: Verdict) -> Fault:
    address = verdict.address
    fragment = "" if address is None else address.fragment
    return Fault(
        url=reference.url,
        page=page.target,
        position=reference.position,
        verdict=verdict,
        reference=reference,
        source=None,
        written_in=None,
        suggestion=f"what url_for builds: {site.below(verdict.target)}{fragment}",
        replacement=None,
        count=0,
    )
