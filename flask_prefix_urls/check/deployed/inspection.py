"""A whole check of a deployed app: walk, proofs, faults."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace

import ada_url

from ...asking import Unseen
from ...checkable import NotCheckableError
from ..findings import Fault, Findings
from ..limits import Limits
from ..memory import keep_freed_memory
from ..page import Page
from ..texts.reference import Reference
from ..verdicts.address import base_of
from ..verdicts.verdict import Verdict
from .client import Answer, DeployedClient
from .proof import Answers, Suspicion, suspicion_of, verdict_of
from .site import Site, site_of
from .walking import DeployedWalk


def check_deployed(
    url: str, limits: Limits, progress: Callable[[int, int], None] | None = None
) -> Findings:
    """Read a deployed app with the same readers, and without its sources.

    :param url: The public URL of the app, whose path is its prefix.
    :param limits: What the walk may take.
    :param progress: As for :func:`~.walking.walk`.
    :raise NotCheckableError: If it does not answer.
    """
    keep_freed_memory()
    site = site_of(url)
    answers = Answers(site, secrets.token_hex(8))
    with DeployedClient(site, limits.headers, limits.max_seconds) as client:
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
    proofs = _Proofs(site, answers)
    faults: dict[tuple[str, str, str], Fault] = {}
    for page in pages:
        seen = set()
        for reference in page.references:
            suspicion = proofs.of(reference, page.url)
            if suspicion is None:
                continue
            key = (reference.position, reference.url, suspicion.right)
            if key not in faults:
                verdict = verdict_of(site, suspicion, reference, page.url)
                faults[key] = _fault_of(site, page, reference, verdict)
            seen.add(key)
        for key in seen:
            faults[key] = replace(faults[key], count=faults[key].count + 1)
    yield from faults.values()


class _Proofs:
    """Tells what is wrong, and looks at each URL once."""

    def __init__(self, site: Site, answers: Answers) -> None:
        self._site = site
        self._answers = answers
        self._proven: dict[tuple[str, str], Suspicion | None] = {}

    def of(self, reference: Reference, page_url: str) -> Suspicion | None:
        """Return what is proven to be wrong with a URL; ``None`` for nothing."""
        base = base_of(reference)
        if base is not None and self._of_one(base, page_url) is not None:
            return None
        return self._of_one(reference, page_url)

    def _of_one(self, reference: Reference, page_url: str) -> Suspicion | None:
        target = self._site.target_of(reference, page_url)
        if target is None:
            return None
        key = (reference.use, target)
        if key not in self._proven:
            self._proven[key] = self._prove(reference, target)
        return self._proven[key]

    def _prove(self, reference: Reference, target: str) -> Suspicion | None:
        suspicion = suspicion_of(self._site, reference, target)
        if suspicion is None:
            return None
        whole = self._answers.with_whole_targets(suspicion)
        return suspicion if self._answers.is_proven(whole, reference) else None


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
