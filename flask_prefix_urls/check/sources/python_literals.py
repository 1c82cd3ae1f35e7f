"""Where the strings of Python are written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .mapped import EXPRESSION, Part, hole

_STRING = re.compile(
    r"""([a-zA-Z]*)(\"{3}|'{3}|"|')((?:\\.|(?!\2).)*?)\2""",
    re.DOTALL,
)
_EXPRESSION_STRING = re.compile(r"""(["'])(?:\\.|(?!\1).)*?\1""", re.DOTALL)


class Literals:
    """The string literals of a module.

    :param text: The module, with plain line feeds.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def place(self, line: int, column: int) -> int:
        """Return a place in characters from 0.

        :param line: The line, from 1.
        :param column: The column in UTF-8 bytes, from 0, as :mod:`ast` counts.
        """
        written = self._lines[line - 1]
        if not written.isascii():
            before = written.encode("utf-8", "surrogatepass")[:column]
            column = len(before.decode("utf-8", "ignore"))
        return self._starts[line - 1] + column

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Return where an expression begins, and where it ends."""
        start = self.place(node.lineno, node.col_offset)
        line, column = node.end_lineno, node.end_col_offset
        return start, self.place(line or node.lineno, column or node.col_offset)

    def parts(self, node: ast.Constant | ast.JoinedStr) -> tuple[Part, ...]:
        """Return the parts of a string literal, or of several in a row.

        What has escapes is one part, whose place is that of the whole.
        """
        start, end = self.span(node)
        literals = [*self._literals(start, end)]
        parts: tuple[Part, ...]
        if isinstance(node, ast.JoinedStr):
            parts = tuple(self._of_format(node, literals))
        else:
            parts = tuple(self._part(*literal) for literal in literals)
        text = "".join(part.text for part in parts)
        if text == _value(node):
            return parts
        first = literals[0] if literals else (start, end)
        if isinstance(node, ast.Constant):
            return (Part(str(node.value), *first, is_exact=False),)
        return tuple(
            Part(str(inner.value), *first, is_exact=False)
            if isinstance(inner, ast.Constant)
            else hole(source_of(inner), *first)
            for inner in node.values
        )

    def is_whole(self, start: int, end: int) -> bool:
        """Tell whether a place is all that stands between quotation marks."""
        before, after = self._text[start - 1 : start], self._text[end : end + 1]
        return before == after and before in ("'", '"')

    def _literals(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield where the text between each pair of quotes lies."""
        for match in _STRING.finditer(self._text, start, end):
            yield match.span(3)

    def _part(self, start: int, end: int) -> Part:
        return Part(self._text[start:end], start, end)

    def _of_format(
        self, node: ast.JoinedStr, literals: list[tuple[int, int]]
    ) -> Iterator[Part]:
        """Yield the parts of an f-string, as far as they stand there as they are."""
        # Before Python 3.12 the parts have no places of their own.
        following = iter(literals)
        place, end = next(following, (0, 0))
        for inner in node.values:
            left = len(str(inner.value)) if isinstance(inner, ast.Constant) else 1
            while left:
                while place == end:
                    place, end = next(following, (0, -1))
                if place > end:
                    return
                if not isinstance(inner, ast.Constant):
                    closed = self._closing(place, end)
                    yield hole(source_of(inner), place, closed)
                    place, left = closed, 0
                else:
                    length = min(left, end - place)
                    yield self._part(place, place + length)
                    place, left = place + length, left - length

    def _closing(self, place: int, end: int) -> int:
        """Return where the expression ends that begins with a brace."""
        depth = 0
        while place < end:
            character = self._text[place]
            quoted = _EXPRESSION_STRING.match(self._text, place, end)
            depth += (character in "{[(") - (character in "}])")
            place = quoted.end() if quoted else place + 1
            if depth <= 0:
                break
        return place


def _value(node: ast.Constant | ast.JoinedStr) -> str:
    """Return the text of a literal, with what stands for its expressions."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(
        str(inner.value) if isinstance(inner, ast.Constant) else EXPRESSION
        for inner in node.values
    )


def source_of(node: ast.expr) -> str:
    """Return the code of an expression; ``""`` if it is too deep to be written."""
    try:
        return ast.unparse(node.value if isinstance(node, ast.FormattedValue) else node)
    except RecursionError:
        return ""
