"""A whole check of one app: walk, sources, verdicts, places, suggestions."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from flask import Flask

from ..checkable import need_answered_prefix
from .findings import Fault, Findings, Note, Place
from .grouping import Group, Groups, Met
from .limits import Limits
from .memory import keep_freed_memory
from .page import Page, Walk
from .places.likeness import literal_part
from .places.written import Places, Written
from .sentences import with_code
from .sources.app_files import Sources, read_sources
from .suggestions.suggestion import suggest
from .texts.reference import HOLE, Reference, line_and_column
from .verdicts.address import base_of
from .verdicts.judge import Judge
from .verdicts.own_host import without_own_host
from .verdicts.verdict import is_wrong
from .walk.confirming import statuses_of
from .walk.walking import walk


def check_app(
    app: Flask,
    limits: Limits | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Findings:
    """Find the links of an app that no ``url_for`` built.

    :param app: The app.
    :param limits: What the walk may take.
    :param progress: As for :func:`~.walking.walk`.
    :raise NotCheckableError: If no page has a prefix.
    """
    keep_freed_memory()
    limits = limits or Limits()
    deadline = time.monotonic() + limits.max_seconds
    judge = Judge(app)
    walked = walk(app, judge, limits, progress)
    need_answered_prefix(
        app, (prefix for page in walked.pages for prefix in page.prefixes.values())
    )
    sources = read_sources(app, walked)
    prefixes = _prefixes(walked)
    in_sources = [*_wrong_in_sources(sources, judge, prefixes)]
    groups = Groups()
    for met in _on_pages(walked, sources, judge, in_sources):
        groups.add(met)
    for met in in_sources:
        groups.add_source(met)
    unproven = groups.unproven()
    statuses = statuses_of(app, judge, limits, deadline, walked, unproven)
    routes = {
        reference.url
        for source in sources.live
        for reference in source.references
        if (reference.use, reference.position) == ("note", "route")
    }
    faults, notes = [], []
    for group in groups.wrong():
        if group.is_fault(statuses, routes):
            faults.append(_fault(app, judge, group, prefixes))
        elif not group.is_prefix:
            notes.append(_note(group))
    return Findings(
        faults=tuple(sorted(faults, key=_order)),
        notes=tuple(notes),
        skipped=(*walked.skipped, *sources.unread),
        asked=len(statuses),
        read=Counter(source.kind for source in sources.live),
        dead=sources.dead,
        limit=walked.limit,
    )


def _on_pages(
    walked: Walk, sources: Sources, judge: Judge, in_sources: Sequence[Met]
) -> Iterator[Met]:
    """Yield each URL of each page that is wrong, or that may show that a source is not.

    :param in_sources: What is wrong in the sources.
    """
    places = Places(sources.live)
    suspects: dict[str, set[str]] = {}
    for met in in_sources:
        suspects.setdefault(met.reference.position, set()).add(met.reference.url)
    for page in walked.pages:
        for reference, verdict in judge.verdicts_of(
            page.references, page.url, page.prefixes
        ):
            if is_wrong(verdict) and _has_wrong_base(reference, page, judge):
                verdict = None
            urls = suspects.get(reference.position)
            if is_wrong(verdict) or (urls and _may_be_one_of(urls, reference.url)):
                yield Met(page, reference, verdict, _written(places, page, reference))


def _may_be_one_of(written: Iterable[str], url: str) -> bool:
    """Tell whether a URL of a page may come from one that is written in a source."""
    return any(literal_part(one, url) is not None for one in written)


def _written(places: Places, page: Page, reference: Reference) -> tuple[Written, ...]:
    """Return where a URL was written, or all places that wrote the same."""
    written = places.of(page, reference)
    if written is not None:
        return (written,)
    found = places.candidates(page, reference)
    if any(_is_written_elsewhere(one.reference) for one in found):
        return ()
    return tuple(found)


def _is_written_elsewhere(reference: Reference) -> bool:
    """Tell whether a URL begins with an expression, which may be any other URL."""
    _, in_host = without_own_host(reference.url, reference.holes)
    return reference.url.startswith(HOLE) and not in_host


def _has_wrong_base(reference: Reference, page: Page, judge: Judge) -> bool:
    base = base_of(reference)
    if base is None:
        return False
    return is_wrong(judge.verdict_of(base, page.url, page.prefixes))


def _wrong_in_sources(
    sources: Sources, judge: Judge, prefixes: Mapping[int, str | None]
) -> Iterator[Met]:
    """Yield each URL of each source that is wrong, wherever it comes out."""
    for source in sources.live:
        for reference in source.references:
            verdict = judge.verdict_of(reference, None, prefixes)
            if is_wrong(verdict):
                yield Met(None, reference, verdict, (Written(source, reference),))


def _prefixes(walked: Walk) -> Mapping[int, str | None]:
    """Return what prefix functions answered, for a source that no request has."""
    for page in walked.pages:
        if any(page.prefixes.values()):
            return page.prefixes
    return {}


def _fault(
    app: Flask, judge: Judge, group: Group, prefixes: Mapping[int, str | None]
) -> Fault:
    reference, verdict, written = group.reference, group.verdict, group.written
    if reference.holes:
        # The page has values in their place, and the suggestion has code.
        of_code = judge.verdict_of(reference, None, prefixes)
        if of_code is not None and of_code.kind == verdict.kind:
            verdict = of_code
    suggestion, replacement = suggest(app, verdict, reference, written)
    return Fault(
        url=reference.url,
        page=group.page,
        position=group.met.reference.position,
        verdict=verdict,
        reference=reference,
        source=_place_of(written),
        written_in=None if written is None else written.source,
        suggestion=suggestion,
        replacement=replacement,
        count=len(group.pages),
    )


def _note(group: Group) -> Note:
    verdict = group.verdict
    if verdict.is_literal:
        text = f"fits the route of {verdict.endpoint!r}"
    else:
        text = f"fits only the route of {verdict.endpoint!r}, which fits most paths"
    return Note(
        url=with_code(group.reference.url, group.reference.holes),
        page=group.page,
        source=_place_of(group.written),
        text=text,
    )


def _place_of(written: Written | None) -> Place | None:
    if written is None:
        return None
    line, column = line_and_column(written.source.text, written.reference.start)
    return Place(written.source.file, line, column)


def _order(fault: Fault) -> tuple[bool, str, int, int, str]:
    """Sort by file and line; what has none comes last."""
    place = fault.source or Place("", 0, 0)
    return fault.source is None, place.file, place.line, place.column, fault.page
