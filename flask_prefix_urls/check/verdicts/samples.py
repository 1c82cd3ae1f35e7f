"""What a HOLE in a path may be, so that the router can be asked for the path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from ..texts.reference import HOLE

# An integer, a word, a float, a UUID, nothing. Each has a place for the number of the
# HOLE, so that one knows which value of a route came from which.
_KINDS = ("70{}7", "qzx{}", "70{}7.5", "0000000{}-0000-4000-8000-000000000000", "")
# More HOLEs than that get values of one kind.
_MOST_MIXED = 3


def with_samples(path: str, seen: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield a path with values for its HOLEs, each with these values.

    :param path: The path; one without a HOLE is yielded as it is.
    :param seen: Other values to try, such as those of a converter of the app.
    """
    parts = path.split(HOLE)
    count = len(parts) - 1
    # A brace in a value that was seen is none of a format.
    kinds = [*_KINDS, *(text.replace("{", "{{").replace("}", "}}") for text in seen)]
    if count <= _MOST_MIXED:
        choices = [*product(kinds, repeat=count)]
    else:
        choices = [(kind,) * count for kind in kinds]
    for choice in choices:
        values = [kind.format(number) for number, kind in enumerate(choice)]
        filled = "".join(a + b for a, b in zip(parts, [*values, ""], strict=True))
        if not count or "//" not in filled:
            yield filled, values
