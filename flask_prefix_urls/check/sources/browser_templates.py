"""HTML with expressions that a script in the browser fills in: ``{{ post.id }}``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .mapped import Part, hole

_EXPRESSION = re.compile(r"\{\{([^{}]*)\}\}")


def browser_parts(text: str, start: int = 0) -> Iterator[Part]:
    """Yield the parts of a text, with its expressions as what nobody knows.

    :param text: The text.
    :param start: Where it begins in its source.
    """
    place = 0
    for match in _EXPRESSION.finditer(text):
        yield _part(text, place, match.start(), start)
        yield hole(match[1].strip(), start + match.start(), start + match.end())
        place = match.end()
    yield _part(text, place, len(text), start)


def _part(text: str, begin: int, end: int, start: int) -> Part:
    return Part(text[begin:end], start + begin, start + end)
