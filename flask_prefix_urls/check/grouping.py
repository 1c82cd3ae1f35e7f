"""Groups what was met by the place that wrote it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from .page import Page
from .places.written import Written
from .texts.json_text import without_indexes
from .texts.reference import HOLE, Reference
from .verdicts.own_host import without_own_host
from .verdicts.verdict import Verdict, is_wrong
from .walk.rules import is_static


@dataclass(frozen=True, eq=False)
class Met:
    """A URL with its verdict, where it was met.

    :param page: The page; ``None`` if a source has it.
    :param verdict: ``None`` if it is none of the app's, or fits no route.
    :param written: Where it was written; several if each of them writes the same.
    """

    page: Page | None
    reference: Reference
    verdict: Verdict | None
    written: tuple[Written, ...]


@dataclass(eq=False)
class Group:
    """A wrong URL that one place wrote.

    :param met: As it was met first.
    :param verdict: What is wrong with it.
    :param written: Where it was written; ``None`` if that is not known.
    :param pages: The targets of the pages that have it, in order.
    """

    met: Met
    verdict: Verdict
    written: Written | None
    pages: dict[str, None] = field(default_factory=dict)

    @property
    def reference(self) -> Reference:
        """The URL as it was written, if that says more than the page."""
        if self.written is None or self.written.reference.url.startswith(HOLE):
            return self.met.reference
        return self.written.reference

    @property
    def page(self) -> str:
        """The first page that has it, or the file."""
        if self.pages or self.written is None:
            return next(iter(self.pages), "")
        return self.written.source.file

    @property
    def unproven(self) -> str:
        """The target that proves it, if the app answers; ``""`` if nothing is needed.

        A route that fits everything proves nothing.
        """
        address = self.verdict.address
        is_link = self.met.reference.use == "link"
        if address is None or self._is_sure or not is_link:
            return ""
        path = address.path.removeprefix(self.verdict.found) or "/"
        # Most tables have a row of that number.
        return (
            (quote(path) + address.query).replace(quote(HOLE), "1").replace(HOLE, "1")
        )

    @property
    def is_prefix(self) -> bool:
        """Whether it is only a prefix, as where the app sets it."""
        address = self.verdict.address
        return address is not None and address.path.rstrip("/") == self.verdict.found

    def is_fault(self, statuses: Mapping[str, int], routes: Container[str]) -> bool:
        """Tell whether it is more than only possible.

        :param statuses: What the app answered to each target.
        :param routes: The paths of a router in the browser.
        """
        met = self.met.reference
        if met.use == "note" or self._is_free_text_of_a_library():
            return False
        if (met.use, met.language) == ("text", "javascript") and met.url in routes:
            return False
        if self._is_sure:
            return True
        status = statuses.get(self.unproven, 404)
        return status < 500 and status not in (404, 405, 410)

    @property
    def _is_sure(self) -> bool:
        """Whether it is meant for the app: who writes its host means no other."""
        reference = self.met.reference
        _, in_host = without_own_host(reference.url, reference.holes)
        return self.verdict.is_literal or in_host > 0

    def _is_free_text_of_a_library(self) -> bool:
        """Tell whether it is in a script for any app, whose options may replace it."""
        written = self.written
        return (
            written is not None
            and written.source.kind == "static"
            and written.source.is_installed
            and (written.reference.use, written.reference.position)
            == ("text", "string")
        )


class Groups:
    """What was met, by the place that wrote it."""

    def __init__(self) -> None:
        self._groups: dict[tuple[object, ...], Group] = {}
        # The places whose URL a page has.
        self._on_pages: set[tuple[object, ...]] = set()

    def add(self, met: Met) -> None:
        """Add a URL of a page."""
        self._on_pages.update(one.place for one in met.written)
        self._add(met)

    def add_source(self, met: Met) -> None:
        """Add a URL of a source. If a page has it, only what it is there counts."""
        if self._on_pages.isdisjoint(one.place for one in met.written):
            self._add(met)

    def unproven(self) -> Iterator[str]:
        """Yield the targets that the app must answer, so that a URL is a fault."""
        yield from filter(None, (group.unproven for group in self._groups.values()))

    def wrong(self) -> Iterator[Group]:
        """Yield each place with a wrong URL, in the order in which they were met.

        What a page has, and a place that is known may have written, is left out.
        """
        known = {
            _meant(group)
            for group in self._groups.values()
            if group.written is not None
        }
        for group in self._groups.values():
            if group.written is not None or _meant(group) not in known:
                yield group

    def _add(self, met: Met) -> None:
        verdict = met.verdict
        if not is_wrong(verdict):
            return
        for written in met.written or (None,):
            if written is not None and written.is_chosen:
                continue
            unknown = _unknown(met.reference, verdict)
            key = unknown if written is None else written.place
            new = Group(met, verdict, written)
            group = self._groups.setdefault((*key, verdict.kind), new)
            if met.page is not None:
                group.pages[met.page.target] = None


def _unknown(reference: Reference, verdict: Verdict) -> tuple[object, ...]:
    """Return what stands for a place that is not known."""
    endpoint = verdict.endpoint
    if reference.language == "json" and verdict.values and not is_static(endpoint):
        # Code made a list of them: "/items/1", "/items/2".
        return without_indexes(reference.position), endpoint
    return reference.position, reference.url, reference.element[:1]


def _meant(group: Group) -> tuple[object, ...]:
    return *_unknown(group.met.reference, group.verdict), group.verdict.kind
