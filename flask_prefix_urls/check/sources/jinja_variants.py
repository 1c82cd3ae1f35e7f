"""What a template may become: with each branch of its ``{% if %}`` and ``{% for %}``.

``href="{% if a %}/x{% else %}/y{% endif %}"`` is ``href="/x"`` or ``href="/y"``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from .jinja_tokens import Code
from .mapped import Part

_OPEN = ("if", "for")
_NEXT = ("elif", "else")
_CLOSE = ("endif", "endfor")
# How many characters the variants of a template may have together.
_MOST = 2_000_000


@dataclass(eq=False)
class _Choice:
    """An ``{% if %}`` or ``{% for %}``.

    :param counts: How many variants each of its branches has.
    :param may_be_empty: Whether it may leave out what else is glued to other text.
    """

    may_be_empty: bool
    counts: list[int] = field(default_factory=lambda: [1])


@dataclass(eq=False)
class _Taken:
    """A choice in one variant.

    :param left: How many branches lie before the one that is taken.
    :param outer_number: The variant of what the choice stands in.
    """

    left: int
    outer_number: int
    outer_is_shown: bool


def variants(parts: Sequence[Part | Code]) -> Iterator[list[Part]]:
    """Yield what a template may become, such that each branch is in one of them.

    :param parts: The parts of the template.
    """
    choices, count = _choices(parts)
    size = sum(len(part.text) for part in parts if isinstance(part, Part))
    if count * size > _MOST:
        # Then all branches stand one after the other.
        yield [part for part in parts if isinstance(part, Part)]
        count = _MOST // size
    for number in range(count):
        yield list(_variant(parts, choices, number))


def _choices(parts: Sequence[Part | Code]) -> tuple[dict[int, list[int]], int]:
    """Return the variants of each choice by its place, and those of the whole."""
    choices: dict[int, list[int]] = {}
    whole = [1]
    opened: list[tuple[int, _Choice]] = []
    before = ""
    for place, part in enumerate(parts):
        if isinstance(part, Part):
            before = part.text[-1:] or before
        elif part.name in _OPEN:
            is_glued = part.name == "if" and before not in ("", ">")
            opened.append((place, _Choice(is_glued and not before.isspace())))
        elif part.name in _NEXT and opened:
            choice = opened[-1][1]
            choice.may_be_empty &= part.name == "elif"
            choice.counts.append(1)
        elif part.name in _CLOSE and opened:
            start, choice = opened.pop()
            choices[start] = choice.counts + [1] * choice.may_be_empty
            outer = opened[-1][1].counts if opened else whole
            outer[-1] = max(outer[-1], sum(choices[start]))
    return choices, whole[0]


def _variant(
    parts: Sequence[Part | Code], choices: dict[int, list[int]], number: int
) -> Iterator[Part]:
    """Yield the parts of one variant."""
    opened: list[_Taken] = []
    is_shown = True
    for place, part in enumerate(parts):
        if isinstance(part, Part):
            if is_shown:
                yield part
        elif place in choices:
            counts = choices[place]
            branch, inner = _branch(counts, min(number, sum(counts) - 1))
            opened.append(_Taken(branch, number, is_shown))
            number = inner
            is_shown = is_shown and branch == 0
        elif part.name in _NEXT and opened:
            taken = opened[-1]
            taken.left -= 1
            is_shown = taken.outer_is_shown and taken.left == 0
        elif part.name in _CLOSE and opened:
            taken = opened.pop()
            number, is_shown = taken.outer_number, taken.outer_is_shown


def _branch(counts: Sequence[int], number: int) -> tuple[int, int]:
    """Return the branch that a variant takes, and which variant of that it is."""
    ends = [*accumulate(counts)]
    branch = bisect_right(ends, number)
    return branch, number - (ends[branch] - counts[branch])
