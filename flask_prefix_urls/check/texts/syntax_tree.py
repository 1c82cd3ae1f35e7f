"""The syntax tree of a text in JavaScript or JSON, and the way down to places in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from time import thread_time
from typing import NamedTuple

from tree_sitter import Language, Node, Parser, Tree

# For a text that is no JavaScript at all, the parser looks for the least errors. That
# takes time that grows with the square of the length: a second for these bytes.
_SHORT = 50_000
# The worst of the bundles that were tried took 0.6 seconds for a megabyte.
_SECONDS = 2
_SECONDS_FOR_A_BYTE = 3e-6
# The parser asks for a long text piece by piece.
_PIECE = 1 << 16

# Each byte of UTF-8 that begins a character counts as one, each other as none.
_BEGINS = bytes((byte & 0xC0) != 0x80 for byte in range(256))


class Visit(NamedTuple):
    """A node on the way down to a place.

    :param depth: How many nodes it stands in.
    :param field: What it is to its parent, such as ``left``; ``""`` for no name.
    :param before: How many named nodes stand before it in its parent.
    """

    depth: int
    node: Node
    field: str
    before: int


class SyntaxTree:
    """The syntax tree of one text.

    :param text: The text. It need not be right: a part that is not becomes an error.
    :param language: Its grammar.
    :raise ValueError: The parser cannot make sense of the text in time.
    """

    def __init__(self, text: str, language: Language) -> None:
        # A lone surrogate has no bytes in UTF-8.
        self.source: bytes = text.encode("utf-8", "replace")
        self._tree = _parsed(self.source, Parser(language))
        self._characters: list[int] | None = None
        if len(self.source) != len(text):
            counts = accumulate(self.source.translate(_BEGINS), initial=0)
            self._characters = list(counts)

    @property
    def root(self) -> Node:
        """The node of the whole text."""
        return self._tree.root_node

    def text_of(self, node: Node) -> str:
        """Return what is written for a node."""
        return self.written(node.start_byte, node.end_byte)

    def written(self, start: int, end: int) -> str:
        """Return what stands between two bytes."""
        return self.source[start:end].decode("utf-8", "replace")

    def place_of(self, byte: int) -> int:
        """Return the place of a byte in the text, in characters."""
        return byte if self._characters is None else self._characters[byte]

    def down_to(self, offsets: list[int]) -> Iterator[Visit]:
        """Yield each node that has one of these bytes in it, outer ones first.

        A visit of all nodes would take longer than the parser itself.

        :param offsets: In ascending order.
        """
        cursor = self._tree.walk()
        end = self.root.end_byte
        befores = [0]
        at = 0
        while at < len(offsets) and offsets[at] < end and (node := cursor.node):
            if offsets[at] < node.start_byte:
                at += 1
            elif offsets[at] < node.end_byte:
                yield Visit(
                    len(befores) - 1, node, cursor.field_name or "", befores[-1]
                )
                if cursor.goto_first_child():
                    befores.append(0)
                else:
                    at = _first_from(node.end_byte, offsets, at)
            elif cursor.goto_next_sibling():
                befores[-1] += node.is_named and node.type != "comment"
            else:
                cursor.goto_parent()
                befores.pop()
                parent = cursor.node
                at = _first_from(parent.end_byte if parent else end, offsets, at)


def _parsed(source: bytes, parser: Parser) -> Tree:
    if len(source) <= _SHORT:
        return parser.parse(source)
    # It can be stopped only if it asks for the text, but then never frees the pieces.
    latest = thread_time() + _SECONDS + _SECONDS_FOR_A_BYTE * len(source)
    return parser.parse(
        lambda byte, _: source[byte : byte + _PIECE],
        progress_callback=lambda _, __: thread_time() > latest,
    )


def _first_from(end: int, offsets: list[int], at: int) -> int:
    while at < len(offsets) and offsets[at] < end:
        at += 1
    return at
