"""The parts of a Jinja template, as Jinja's own lexer sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from jinja2 import Environment

from .browser_templates import browser_parts
from .mapped import Part, hole

_BEGINS = ("variable_begin", "block_begin", "linestatement_begin")
_ENDS = ("variable_end", "block_end", "linestatement_end")


class Token(NamedTuple):
    """A token of Jinja's lexer, and where it begins in the template."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True)
class Code:
    """The code between two braces, without white space.

    :param is_statement: Whether it is a statement: ``{% set x = 1 %}``.
    :param start: Where it begins in the template, with its brace.
    :param end: Where it ends.
    """

    tokens: tuple[Token, ...]
    is_statement: bool
    start: int
    end: int

    @property
    def name(self) -> str:
        """The first word of a statement, such as ``if``; ``""`` for an expression."""
        return self.tokens[0].text if self.is_statement and self.tokens else ""


def parts_of(environment: Environment, text: str) -> Iterator[Part | Code]:
    """Yield the parts of a template: its text, its statements and expressions.

    An expression is a part of the text and code. White space that a template strips,
    comments and the tags of ``{% raw %}`` are no parts.

    :param text: The template, with plain line feeds.
    :raise jinja2.TemplateSyntaxError: The lexer refuses it.
    """
    code: list[Token] = []
    begin = Token("", "", 0)
    for token in _tokens(environment, text):
        if token.kind == "data":
            yield from browser_parts(token.text, token.start)
        elif token.kind in _BEGINS:
            begin, code = token, []
        elif token.kind in _ENDS:
            is_statement = token.kind != "variable_end"
            # The token has the white space that ``-}}`` strips.
            end = token.start + len(token.text.rstrip())
            if not is_statement:
                expression = text[begin.start + len(begin.text) : token.start].strip()
                yield hole(expression, begin.start, end)
            yield Code(tuple(code), is_statement, begin.start, end)
        elif token.kind != "whitespace":
            code.append(token)


def _tokens(environment: Environment, text: str) -> Iterator[Token]:
    """Yield the tokens of a template with their places, which the lexer knows not."""
    end = 0
    for _, kind, value in environment.lex(text):
        # What lies between two tokens is white space that the template strips.
        start = text.index(value, end)
        yield Token(kind, value, start)
        end = start + len(value)
