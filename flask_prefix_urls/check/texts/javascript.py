"""The URLs in JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import tree_sitter_javascript
from tree_sitter import Language, Node

from .javascript_calls import FREE, PART, Given
from .javascript_constants import bound_once, declared_name, places_of
from .javascript_context import Context
from .javascript_strings import read_string
from .javascript_values import Piece, is_value, name_of, pieces_of
from .reference import Embedded, Reference
from .syntax_tree import SyntaxTree

#: The grammar.
LANGUAGE = Language(tree_sitter_javascript.language())
# A quotation mark with a slash before the next one, and the page's own host.
_STRING = re.compile(
    rb"""["'`](?=[^"'`]*(?:/|\\(?:x2f|u002f|u\{0*2f\})))"""
    rb"""|(?<=location\.)(?:origin|host)""",
    re.IGNORECASE,
)
_SOURCE_MAP = re.compile(r"//[#@]\s*sourceMappingURL=(/\S+)\s*\Z")
_STRENGTH = {"base": 0, "link": 0, "text": 1, "note": 2}


class _String(NamedTuple):
    """A string as the script puts it together.

    :param name: What the script calls it; ``""`` for no name.
    """

    pieces: tuple[Piece, ...]
    given: Given
    name: str


def read_javascript(text: str, media_type: str) -> Iterator[Reference | Embedded]:  # noqa: ARG001
    """Yield the URLs in JavaScript, and the texts that stand in it.

    :param text: The text.
    :param media_type: Its media type.
    """
    yield from _source_map(text)
    # Most scripts that stand in a page have none, and need no tree.
    if _STRING.search(text.encode("utf-8", "replace")) is None:
        return
    try:
        tree = SyntaxTree(text, LANGUAGE)
    except ValueError:
        return
    offsets = [found.start() for found in _STRING.finditer(tree.source)]
    strings = [*_strings(tree, offsets, {})]
    names = {string.name for string in strings if string.name}
    places = places_of(names, tree)
    constants = _constants(strings, bound_once(names, places, tree))
    if constants:
        strings = [*_strings(tree, sorted({*offsets, *places}), constants)]
    yield from _strongest(
        [one for string in strings for one in read_string(*string[:2], tree)]
    )


def _source_map(text: str) -> Iterator[Reference]:
    # It stands at the end.
    found = _SOURCE_MAP.search(text, max(0, len(text) - 2000))
    if found is not None:
        start, end = found.span(1)
        url = found[1]
        yield Reference(url, "sourceMappingURL", start, end, "javascript", "note")


def _strings(
    tree: SyntaxTree,
    offsets: list[int],
    constants: Mapping[str, list[tuple[Piece, ...]]],
) -> Iterator[_String]:
    """Yield the strings of a script, as far as they are put together in one place.

    :param constants: What names stand for. That of an array has several strings.
    """
    context = Context(tree)
    known = {name: found[-1] for name, found in constants.items()}
    nodes: list[Node] = []
    all_given: list[Given] = []
    for visit in tree.down_to(offsets):
        node = visit.node
        del nodes[visit.depth :], all_given[visit.depth :]
        given = context.given(nodes[-1], all_given[-1], visit) if nodes else FREE
        if given.use == "part":
            pass
        elif node.type == "object":
            given = context.in_object(node, given)
        elif is_value(node, tree):
            for element in constants.get(f"{name_of(node, tree)}[]", ()):
                yield _String(element, given, "")
            pieces = pieces_of(node, tree, known)
            if any(piece.kind != "code" for piece in pieces):
                name = declared_name(nodes, tree)
                yield _String(pieces, given, name)
                given = PART
                if name in known:
                    # It may be built from a constant above.
                    known[name] = pieces
        nodes.append(node)
        all_given.append(given)


def _constants(
    strings: list[_String], names: frozenset[str]
) -> dict[str, list[tuple[Piece, ...]]]:
    constants: dict[str, list[tuple[Piece, ...]]] = {}
    for string in strings:
        if string.name in names:
            constants.setdefault(string.name, []).append(string.pieces)
    return constants


def _strongest(
    found: list[Reference | Embedded],
) -> Iterator[Reference | Embedded]:
    """Yield what is there, and of one place only what says most.

    What a name stands for is a free text where it is written, and a link where the name
    is given to ``fetch``.
    """
    best: dict[int, int] = {}
    for one in found:
        if isinstance(one, Reference):
            strength = _STRENGTH[one.use]
            best[one.start] = min(best.get(one.start, strength), strength)
    seen = set()
    for one in found:
        if isinstance(one, Reference) and _STRENGTH[one.use] > best[one.start]:
            continue
        key = one.start, one.url if isinstance(one, Reference) else None
        if key not in seen:
            yield one
        seen.add(key)
