"""A whole check of one app: walk, sources, verdicts, places, suggestions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from flask import Flask

from .address import is_absolute
from .findings import Fault, Findings, Note, Place
from .page import Limits, Page, Walk
from .places import Places, Written
from .reference import Reference, line_and_column
from .sources import Sources, read_sources
from .suggestion import suggest
from .verdict import Judge, Verdict
from .walk import walk


def check_app(
    app: Flask,
    limits: Limits | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Findings:
    """Find the links of an app that no ``url_for`` built.

    :param app: The app.
    :param limits: What the walk may take.
    :param progress: As for :func:`~.walk.walk`.
    """
    judge = Judge(app)
    walked = walk(app, judge, limits or Limits(), progress)
    sources = read_sources(app, walked)
    groups = _Groups(walked)
    for met in _on_pages(walked, sources, judge):
        groups.add(met)
    for met in _in_sources(walked, sources, judge):
        groups.add_source(met)
    faults, notes = [], []
    for group in groups.wrong():
        if group.is_fault:
            faults.append(_fault(app, group))
        else:
            notes.append(_note(group))
    return Findings(
        faults=tuple(sorted(faults, key=_order)),
        notes=tuple(notes),
        skipped=(*walked.skipped, *sources.unread),
        asked=len(walked.pages),
        read=Counter(source.kind for source in sources.live),
        dead=sources.dead,
        limit=walked.limit,
    )


@dataclass(frozen=True, eq=False)
class _Met:
    """A URL with its verdict, where it was met.

    :param page: The page; ``None`` if a source has it.
    :param verdict: ``None`` if it is none of the app's, or fits no route.
    """

    page: Page | None
    reference: Reference
    verdict: Verdict | None
    written: Written | None


@dataclass(eq=False)
class _Group:
    """What one place wrote.

    :param first: The first that was met, and is wrong.
    :param pages: The pages that have it.
    :param is_fault: Whether one of them is more than only possible.
    """

    first: _Met
    pages: set[str] = field(default_factory=set)
    is_fault: bool = False


class _Groups:
    """Groups what was met by the place that wrote it."""

    def __init__(self, walked: Walk) -> None:
        self._statuses = {page.target: page.status for page in walked.pages}
        self._groups: dict[object, _Group] = {}
        # The places whose URL a page has.
        self._on_pages: set[object] = set()

    def add(self, met: _Met) -> None:
        """Add a URL of a page."""
        if met.written is not None:
            self._on_pages.add(_place_of(met.written))
        self._add(met)

    def add_source(self, met: _Met) -> None:
        """Add a URL of a source. If a page has it, only what it is there counts."""
        if met.written is None or _place_of(met.written) not in self._on_pages:
            self._add(met)

    def wrong(self) -> Iterator[_Group]:
        """Yield each place with a wrong URL, in the order in which they were met."""
        yield from self._groups.values()

    def _add(self, met: _Met) -> None:
        verdict = met.verdict
        if verdict is None or verdict.kind == "right":
            return
        if met.written is not None and met.written.is_chosen:
            return
        reference = met.reference
        place = (
            (reference.position, reference.url, reference.element[:1])
            if met.written is None
            else _place_of(met.written)
        )
        group = self._groups.setdefault((place, verdict.kind), _Group(met))
        if met.page is not None:
            group.pages.add(met.page.target)
        group.is_fault |= self._is_fault(reference, verdict)

    def _is_fault(self, reference: Reference, verdict: Verdict) -> bool:
        if reference.use == "note":
            return False
        if verdict.is_literal:
            return True
        # A route that fits everything proves nothing: the app must answer.
        status = self._statuses.get(verdict.target)
        return reference.use == "link" and status is not None and status < 400


def _on_pages(walked: Walk, sources: Sources, judge: Judge) -> Iterator[_Met]:
    """Yield each URL of each page."""
    places = Places(sources.live)
    for page in walked.pages:
        for reference in page.references:
            verdict = judge.verdict_of(reference, page.url, page.prefixes)
            if _has_wrong_base(reference, page, judge):
                # It is right as soon as its base is.
                verdict = None
            yield _Met(page, reference, verdict, places.of(page, reference))


def _has_wrong_base(reference: Reference, page: Page, judge: Judge) -> bool:
    if not reference.base or is_absolute(reference.url):
        return False
    base = replace(reference, url=reference.base, base="", use="base")
    verdict = judge.verdict_of(base, page.url, page.prefixes)
    return verdict is not None and verdict.kind != "right"


def _in_sources(walked: Walk, sources: Sources, judge: Judge) -> Iterator[_Met]:
    """Yield each URL of each source."""
    prefixes = _prefixes(walked)
    for source in sources.live:
        for reference in source.references:
            verdict = judge.verdict_of(reference, None, prefixes)
            yield _Met(None, reference, verdict, Written(source, reference))


def _prefixes(walked: Walk) -> Mapping[int, str | None]:
    """Return what prefix functions answered, for a source that no request has."""
    for page in walked.pages:
        if any(page.prefixes.values()):
            return page.prefixes
    return {}


def _place_of(written: Written) -> tuple[int, int]:
    return id(written.source), written.reference.start


def _fault(app: Flask, group: _Group) -> Fault:
    met = group.first
    assert met.verdict is not None
    suggestion, replacement = suggest(app, met.verdict, met.reference, met.written)
    return Fault(
        url=_url_of(met),
        page=_page_of(met),
        position=met.reference.position,
        verdict=met.verdict,
        reference=met.reference,
        source=_source_of(met.written),
        written_in=None if met.written is None else met.written.source,
        suggestion=suggestion,
        replacement=replacement,
        count=len(group.pages),
    )


def _note(group: _Group) -> Note:
    met = group.first
    return Note(
        url=_url_of(met),
        page=_page_of(met),
        source=_source_of(met.written),
        text="",
    )


def _url_of(met: _Met) -> str:
    """Return a URL as it stands where it was written."""
    if met.written is None or not met.written.reference.is_plain:
        return met.reference.url
    reference = met.written.reference
    return met.written.source.text[reference.start : reference.end]


def _page_of(met: _Met) -> str:
    if met.page is not None:
        return met.page.target
    return "" if met.written is None else met.written.source.file


def _source_of(written: Written | None) -> Place | None:
    if written is None:
        return None
    line, column = line_and_column(written.source.text, written.reference.start)
    return Place(written.source.file, line, column)


def _order(fault: Fault) -> tuple[bool, str, int, int, str]:
    """Sort by file and line; what has none comes last."""
    place = fault.source or Place("", 0, 0)
    return fault.source is None, place.file, place.line, place.column, fault.page
