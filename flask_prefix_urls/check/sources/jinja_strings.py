"""The URLs in the code of a template: ``{% set nav = [("/about", "About")] %}``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from ..texts.free_text import has_tags
from ..texts.reference import HOLE, Reference, Use
from .jinja_tokens import Code, Token
from .mapped import Mapped, Part
from .path_string import use_of_string
from .template_names import NAME_TEMPLATES

_COMPARES = ("==", "!=", "in")
_JOINS = ("~", "+")
_OPENS, _CLOSES = "([{", ")]}"
# Methods that ask whether a string has another, and those that take it apart.
_ASKS = ("startswith", "endswith", "index", "find", "count")
_TAKES_APART = ("split", "rsplit", "strip", "lstrip", "rstrip", "join", "replace")
# After these no bracket is a call.
_WORDS = ("set", "if", "elif", "else", "and", "or", "not", "in", "is", "do", "print")
_ESCAPES = re.compile(r"\\(.)", re.DOTALL)
_FIELDS = re.compile(r"%[sd]|\{[\w.]*\}")

_Role = Use | Literal["none"]


def read_code(code: Code, text: str) -> Iterator[Reference]:
    """Yield the URLs in the code between two braces.

    :param code: The code.
    :param text: The template.
    """
    if code.name in NAME_TEMPLATES:
        return
    tokens = code.tokens
    roles: list[_Role] = ["text"]
    for number, token in enumerate(tokens):
        if token.text in _OPENS and token.kind == "operator":
            roles.append(_role_in_bracket(tokens, number, roles[-1]))
        elif token.text in _CLOSES and token.kind == "operator" and len(roles) > 1:
            roles.pop()
        elif token.kind == "string":
            role = _role(tokens, number, roles[-1])
            if role == "text" and has_tags(token.text):
                yield from _read_html(token)
            reference = _reference(tokens, number, text)
            if role != "none" and reference is not None:
                is_note = role == "note" or reference.use == "note"
                yield reference._replace(use="note" if is_note else role)


def _read_html(token: Token) -> Iterator[Reference]:
    """Yield the URLs in a string that is HTML."""
    written = token.text[1:-1]
    start = token.start + 1
    part = Part(written, start, start + len(written), is_exact="\\" not in written)
    return Mapped([part]).read("text/html")


def _role_in_bracket(tokens: Sequence[Token], number: int, outer: _Role) -> _Role:
    """Return what the strings in a bracket are, by what stands before it."""
    if outer != "text":
        return outer
    before = tokens[number - 1] if number else None
    if before is None or before.kind == "operator":
        is_index = before is not None and before.text in _CLOSES
        return "none" if is_index and tokens[number].text == "[" else "text"
    if before.text in _COMPARES:
        return "note"
    if before.text in _WORDS:
        return "text"
    return _role_of_call(tokens, number)


def _role_of_call(tokens: Sequence[Token], number: int) -> _Role:
    """Return what the arguments of a call, or an index, are."""
    name = tokens[number - 1].text
    owner = tokens[number - 2].text if number > 1 else ""
    if tokens[number].text == "[" or name == "url_for":
        return "none"
    if owner == "|":
        return "text" if name in ("default", "d") else "none"
    if owner in ("is", "not") or (owner == "." and name in _ASKS):
        return "note"
    return "none" if owner == "." and name in _TAKES_APART else "text"


def _role(tokens: Sequence[Token], number: int, outer: _Role) -> _Role:
    before = [token.text for token in tokens[max(0, number - 3) : number]]
    after = [token.text for token in tokens[number + 1 : number + 3]]
    is_compared = (
        before[-1:] in [[word] for word in _COMPARES]
        or after[:1] in [[word] for word in _COMPARES]
        or after == ["not", "in"]
        or "is" in before[:-1]
    )
    if before[-1:] in [[word] for word in _JOINS]:
        return "none"
    return "note" if outer == "text" and is_compared else outer


def _reference(tokens: Sequence[Token], number: int, text: str) -> Reference | None:
    """Return the URL that a string is, or begins."""
    token = tokens[number]
    written = token.text[1:-1]
    value = _ESCAPES.sub(r"\1", written)
    holes: tuple[str, ...] = ()
    following = tokens[number + 1].text if number + 1 < len(tokens) else ""
    if following in _JOINS:
        holes = (_operand(tokens, number + 2, text),)
        value += HOLE
    elif following in ("%", "|", "."):
        holes = ("",) * len(_FIELDS.findall(value))
        value = _FIELDS.sub(HOLE, value)
    use = use_of_string(value)
    if use is None:
        return None
    return Reference(
        value,
        "string",
        token.start + 1,
        token.start + 1 + len(written),
        # In a template a call is written as in Python.
        "python",
        use=use,
        holes=holes,
        is_plain=value == written,
    )


def _operand(tokens: Sequence[Token], number: int, text: str) -> str:
    """Return the code that is joined to a string."""
    depth = 0
    end = number
    for end in range(number, len(tokens)):
        token = tokens[end]
        depth += (token.text in _OPENS) - (token.text in _CLOSES)
        if depth < 0 or (not depth and token.text in (",", "~", "+", "if", "else")):
            break
    else:
        end = len(tokens)
    if end == number:
        return ""
    last = tokens[end - 1]
    return text[tokens[number].start : last.start + len(last.text)]
