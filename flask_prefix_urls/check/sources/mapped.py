"""A text made of parts of another: what a template or Python gives when it runs.

A reader reads the text, and each URL gets the place where it was written.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from ..texts.reading import read
from ..texts.reference import HOLE, Reference

#: Stands for an expression in a text that a reader gets. It is two HOLEs, since a
#: reader puts one for an expression of its own language.
EXPRESSION = HOLE * 2
_HOLES = re.compile(f"{HOLE}{{1,2}}")


@dataclass(frozen=True)
class Part:
    """A part of a text, and where it was written.

    :param text: What it is when the code has run.
    :param start: Where it begins in the source, in characters, from 0.
    :param end: Where it ends.
    :param is_exact: Whether ``text`` stands in the source as it is.
    :param hole: The expression that it stands for; ``None`` if it is known.
    """

    text: str
    start: int
    end: int
    is_exact: bool = True
    hole: str | None = None


def hole(expression: str, start: int, end: int) -> Part:
    """Return the part that an expression makes, which nobody knows."""
    return Part(EXPRESSION, start, end, is_exact=False, hole=expression)


class Mapped:
    """A text made of parts.

    :param parts: The parts, at least one, in the order in which they make the text.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        # An empty part has no place of its own.
        self._begins = [0, *accumulate(len(part.text) for part in parts)][:-1]
        #: The whole text.
        self.text: str = "".join(part.text for part in parts)

    def read(self, media_type: str) -> Iterator[Reference]:
        """Yield the URLs in the text, with their places in the source.

        :param media_type: As for :func:`~.reading.read`.
        """
        return self.of_source(read(self.text, media_type))

    def of_source(self, references: Iterable[Reference]) -> Iterator[Reference]:
        """Yield URLs of the text with their places in the source."""
        for reference in references:
            yield self._of_source(reference)

    def _of_source(self, reference: Reference) -> Reference:
        first = self._number(reference.start)
        last = self._number(max(reference.start, reference.end - 1))
        # A URL that something else interrupts has the place of its beginning.
        whole = next(
            (
                number
                for number, (one, other) in enumerate(
                    pairwise(self._parts[first : last + 1]), first
                )
                if one.end != other.start
            ),
            last,
        )
        parts = self._parts[first : last + 1]
        url, holes = self._with_holes(reference, first, last)
        return reference._replace(
            url=url,
            holes=holes,
            start=self._start(reference.start, first),
            end=self._end(reference.end, whole),
            is_plain=(
                reference.is_plain
                and whole == last
                and all(part.is_exact or part.hole is not None for part in parts)
            ),
            base=reference.base.replace(EXPRESSION, HOLE),
            element=tuple(
                (name.replace(EXPRESSION, HOLE), value.replace(EXPRESSION, HOLE))
                for name, value in reference.element
            ),
        )

    def _number(self, place: int) -> int:
        return max(bisect_right(self._begins, place) - 1, 0)

    def _start(self, place: int, number: int) -> int:
        part = self._parts[number]
        return part.start + (place - self._begins[number] if part.is_exact else 0)

    def _end(self, place: int, number: int) -> int:
        part = self._parts[number]
        if not part.is_exact:
            return part.end
        return min(part.start + place - self._begins[number], part.end)

    def _with_holes(
        self, reference: Reference, first: int, last: int
    ) -> tuple[str, tuple[str, ...]]:
        """Return a URL with one HOLE for each expression, and these."""
        # A reader may place a URL at its first literal, so later parts count too.
        stop = last + 1 + 2 * len(_HOLES.findall(reference.url))
        written = (part.hole for part in self._parts[first:stop] if part.hole)
        of_reader = iter(reference.holes)
        holes = []

        def take(match: re.Match[str]) -> str:
            if match[0] == EXPRESSION:
                holes.append(next(written, ""))
            else:
                own = next(of_reader, EXPRESSION)
                holes.append(_HOLES.sub(lambda _: next(written, ""), own))
            return HOLE

        return _HOLES.sub(take, reference.url), tuple(holes)
