"""What was found: faults, notes, and what was not asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .page import Skipped
from .sources.source import Source
from .texts.reference import Reference
from .verdicts.verdict import Verdict


@dataclass(frozen=True)
class Place:
    """Where a URL was written.

    :param column: From 1, as ``line`` is; that of the first character of the URL.
    """

    file: str
    line: int
    column: int


@dataclass(frozen=True, eq=False)
class Fault:
    """A URL that is wrong behind the proxy, at one place that wrote it.

    :param url: As it stands.
    :param page: The path of the first page that has it, or the name of a file.
    :param position: As in :class:`~.reference.Reference`.
    :param verdict: What is wrong with it.
    :param reference: The URL as it was written, if that is known; else as the page has
        it.
    :param source: Where it was written; ``None`` if that is not known.
    :param written_in: The file that has it; likewise.
    :param suggestion: What to write there, or how; ``""`` if nobody can know.
    :param replacement: The change of its source; ``None`` if no change is certain.
    :param count: On how many pages it stands; 0 if no page of the walk has it.
    """

    url: str
    page: str
    position: str
    verdict: Verdict
    reference: Reference
    source: Place | None
    written_in: Source | None
    suggestion: str
    replacement: Replacement | None
    count: int

    def __repr__(self) -> str:
        # What pytest shows of an assertion that fails.
        place = self.source
        where = self.page if place is None else f"{place.file}:{place.line}"
        return f"<Fault {self.url!r} in {where}>"

    @property
    def kind(self) -> str:
        """What is wrong with it."""
        return self.verdict.kind

    @property
    def endpoint(self) -> str:
        """The endpoint that it is meant for."""
        return self.verdict.endpoint


@dataclass(frozen=True)
class Replacement:
    """A change of one source that is certain to be right.

    :param start: Where the old text begins in the source, in characters from 0.
    :param end: Where it ends.
    :param text: What to put there.
    :param imports: A name that the module must import from ``flask``; ``""`` for none.
    """

    start: int
    end: int
    text: str
    imports: str = ""


@dataclass(frozen=True)
class Note:
    """What is only possible, and counts as nothing found.

    :param url: As in the report.
    :param text: The rest of a sentence, such as ``fits the route of 'about'``.
    """

    url: str
    page: str
    source: Place | None
    text: str


@dataclass(frozen=True, eq=False)
class Findings:
    """All that was found.

    :param asked: How many requests were made.
    :param read: How many files of each kind were read.
    :param dead: The templates and static files that nothing names, left out.
    :param limit: Which limit ended the walk, as a sentence; ``""`` if none did.
    """

    faults: tuple[Fault, ...]
    notes: tuple[Note, ...]
    skipped: tuple[Skipped, ...]
    asked: int
    read: Mapping[str, int]
    dead: tuple[str, ...]
    limit: str
