"""What an expression of JavaScript evaluates to, as far as that is plain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from tree_sitter import Node

from .free_text import without_surrogates
from .reference import HOLE
from .syntax_tree import SyntaxTree

# More of an expression says nothing about it.
_LONGEST = 200
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{0*([0-9a-fA-F]{1,6})\}"
    r"|(\r\n|[\s\S]))"
)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "v": "\v", "f": "\f"}
_ESCAPED |= dict.fromkeys(("\n", "\r", "\r\n", "\u2028", "\u2029"), "")
_OWN = re.compile(
    r"(?:(?:window|self|globalThis|document|top|parent)\.)*"
    r"(?:(?:location|self|window)\.(?P<origin>origin)"
    r"|(?P<host>location\.host(?:name)?|(?<=document\.)domain))"
)


class Piece(NamedTuple):
    """A part of a string.

    :param kind: ``text`` is a literal. ``code`` is known only when the code runs.
        ``origin`` and ``host`` are those of the page itself.
    :param text: What a literal evaluates to; what is written for anything else.
    :param start: The byte where it begins, without a quotation mark.
    :param end: The byte where it ends.
    :param is_plain: Whether it is a literal without escapes.
    """

    kind: Literal["text", "code", "origin", "host"]
    text: str
    start: int
    end: int
    is_plain: bool = False

    @property
    def value(self) -> str:
        """The text, or a HOLE for one that is not known."""
        return self.text if self.kind == "text" else HOLE


Constants = Mapping[str, tuple[Piece, ...]]


def unescaped(text: str) -> str:
    """Return what a literal of JavaScript evaluates to."""
    if "\\" not in text:
        return text
    return without_surrogates(_ESCAPE.sub(_character, text))


def is_value(node: Node, tree: SyntaxTree) -> bool:
    """Tell whether :func:`pieces_of` can put an expression together."""
    if node.type == "binary_expression":
        return operator_of(node) == "+"
    if node.type == "call_expression":
        return _joined(node, tree) is not None
    return node.type in ("string", "template_string", "identifier", "member_expression")


def name_of(node: Node, tree: SyntaxTree) -> str:
    """Return a name as written, ``API`` or ``urls.items``; ``""`` for what is none."""
    if node.type not in ("identifier", "member_expression"):
        return ""
    start, end = node.start_byte, node.end_byte
    # What is longer is a chain of calls.
    return "" if end - start > _LONGEST else tree.written(start, end)


def operator_of(node: Node) -> str:
    """Return the operator of an expression with two sides."""
    operator = node.child_by_field_name("operator")
    return "" if operator is None else operator.type


def pieces_of(node: Node, tree: SyntaxTree, constants: Constants) -> tuple[Piece, ...]:
    """Return the parts of a string in order.

    :param node: An expression.
    :param tree: The tree that it belongs to.
    :param constants: What names stand for.
    """
    pieces: list[Piece] = []
    # A sum of thousands of strings is as deep.
    left: list[Node | tuple[Piece, ...]] = [node]
    while left:
        part = left.pop()
        if isinstance(part, tuple):
            pieces += part
            continue
        kind = part.type
        inner = _joined(part, tree) if kind == "call_expression" else None
        if kind == "string":
            pieces.append(_literal(tree, part.start_byte + 1, part.end_byte - 1))
        elif kind == "template_string":
            left += reversed(_template(part, tree))
        elif kind == "binary_expression" and operator_of(part) == "+":
            left += reversed(part.named_children)
        elif kind == "parenthesized_expression" and part.named_child_count == 1:
            left += part.named_children
        elif inner is not None:
            left += reversed(_with_separators(*inner))
        else:
            pieces += _named(part, tree, constants)
    return tuple(pieces)


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code is None:
        return "\0" if escape[4] == "0" else _ESCAPED.get(escape[4], escape[4])
    number = int(code, 16)
    return chr(number) if number < 0x110000 else "\N{REPLACEMENT CHARACTER}"


def _literal(tree: SyntaxTree, start: int, end: int) -> Piece:
    written = tree.written(start, end)
    text = unescaped(written)
    return Piece("text", text, start, end, text == written)


def _template(node: Node, tree: SyntaxTree) -> list[Node | tuple[Piece, ...]]:
    """Return the literals and the expressions of a template literal."""
    parts: list[Node | tuple[Piece, ...]] = []
    start = node.start_byte + 1
    for child in node.named_children:
        if child.type == "template_substitution":
            if child.start_byte > start:
                parts.append((_literal(tree, start, child.start_byte),))
            parts += child.named_children[:1]
            start = child.end_byte
    end = node.end_byte - 1
    if start < end or not parts:
        parts.append((_literal(tree, start, end),))
    return parts


def _joined(node: Node, tree: SyntaxTree) -> tuple[list[Node], Node | None] | None:
    """Return what ``"/x".concat(id)`` and ``["/x", id].join("/")`` put together.

    :return: The parts, and what stands between them.
    """
    function = node.child_by_field_name("function")
    arguments = node.child_by_field_name("arguments")
    if function is None or arguments is None or function.type != "member_expression":
        return None
    whole = function.child_by_field_name("object")
    name = function.child_by_field_name("property")
    if whole is None or name is None or arguments.type != "arguments":
        return None
    if whole.type in ("string", "template_string") and tree.text_of(name) == "concat":
        return [whole, *arguments.named_children], None
    separator = arguments.named_children[:1]
    if whole.type == "array" and tree.text_of(name) == "join" and separator:
        return whole.named_children, separator[0]
    return None


def _with_separators(
    parts: list[Node], separator: Node | None
) -> list[Node | tuple[Piece, ...]]:
    found: list[Node | tuple[Piece, ...]] = []
    for part in parts:
        if found and separator is not None:
            found.append(separator)
        found.append(part)
    return found


def _named(node: Node, tree: SyntaxTree, constants: Constants) -> tuple[Piece, ...]:
    start, end = node.start_byte, node.end_byte
    name = name_of(node, tree)
    if name in constants:
        return constants[name]
    if name and not name.strip(HOLE):
        # An expression of a template, which is as long as it is written there.
        return (Piece("text", name, start, end),)
    own = _OWN.fullmatch(name.replace("?.", "."))
    if own is not None:
        kind: Literal["origin", "host"] = "origin" if own["origin"] else "host"
        return (Piece(kind, name, start, end),)
    text = tree.written(start, min(end, start + _LONGEST))
    return (Piece("code", text, start, end),)
