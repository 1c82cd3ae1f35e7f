"""The URLs in what Python gives to a browser: redirects, headers, bodies, variables."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from jinja2 import Environment, TemplateSyntaxError

from ..texts.free_text import has_tags
from ..texts.headers import read_headers
from ..texts.reading import read
from ..texts.reference import Language, Reference, Use
from .mapped import EXPRESSION, Mapped, Part
from .path_string import use_of_string
from .python_host import as_written, with_host
from .python_json import json_parts
from .python_values import Value, Values, name_of, split
from .templates import read_template_text

_XML = re.compile(r"\s*<(?:\?xml\s|(?!html\s)[^<>]*\sxmlns=)")
_TEMPLATE_BEGINS = ("{{", "{%")
_VARIABLE = re.compile(r"<[^<>]*>")
# One URL in a place counts once, by what says most.
_RANKS: dict[Use, int] = {"link": 0, "base": 0, "text": 1, "note": 2}


class Sinks:
    """Collects the URLs of a module.

    :param values: The values of the module.
    :param environment: That of the app, for templates in strings.
    """

    def __init__(self, values: Values, environment: Environment) -> None:
        self._values = values
        self._environment = environment
        self._found: dict[tuple[int, str], Reference] = {}

    def found(self) -> tuple[Reference, ...]:
        """Return the URLs in their order."""
        known = {start for (start, _), one in self._found.items() if one.use != "note"}
        return tuple(
            self._found[start, url]
            for start, url in sorted(self._found)
            if self._found[start, url].use != "note" or start not in known
        )

    def url(self, node: ast.expr, position: str) -> None:
        """Add the URL that a browser is sent to."""
        for value in self._values.of(node):
            self._string(value, position, "link")

    def rule(self, node: ast.expr, position: str) -> None:
        """Add a URL whose variables are written as in a rule: ``/items/<id>``."""
        for value in self._values.of(node):
            parts: list[Part] = []
            for part in value:
                for number, piece in enumerate(split(part, _VARIABLE)):
                    if number % 2:
                        name = piece.text.strip("<>").rpartition(":")[2]
                        piece = replace(
                            piece, text=EXPRESSION, is_exact=False, hole=name
                        )
                    parts.append(piece)
            self._string(tuple(part for part in parts if part.text), position, "link")

    def header(self, name: str, node: ast.expr) -> None:
        """Add the URLs in a header."""
        for value in self._values.of(node):
            mapped = Mapped(value)
            found = read_headers([(name, mapped.text)])
            # A text in a header of another name is for programs.
            self._add(mapped, (one for one in found if one.use != "text"))

    def body(self, node: ast.expr, media_type: str) -> None:
        """Add the URLs in the body of a response."""
        for value in self._values.of(node):
            self._text(value, media_type)

    def template(self, node: ast.expr) -> None:
        """Add the URLs in a template."""
        for value in self._values.of(node):
            self._text(value, "text/html")

    def json(self, node: ast.expr) -> None:
        """Add the URLs in JSON."""
        parts = json_parts(self._values, node)
        if parts:
            mapped = Mapped([*with_host(parts)])
            self._add(mapped, read(mapped.text, "application/json"))

    def variable(self, node: ast.expr, depth: int = 6) -> None:
        """Add the URLs in what a template gets: a string, or a list or dict of them."""
        for known in self._values.expressions(node):
            items = _items(known)
            if items is not None and depth:
                for item in items:
                    self.variable(item, depth - 1)
            elif items is None:
                for value in self._values.of(known):
                    self.string(value, "text")

    def string(self, value: Value, use: Use, *, may_be_html: bool = True) -> None:
        """Add a string that may be a path, or HTML."""
        mapped = Mapped([*with_host(value)])
        if has_tags(mapped.text):
            if may_be_html:
                self.markup(value)
        elif (known := use_of_string(mapped.text)) is not None:
            self._mapped(mapped, "string", "note" if known == "note" else use)

    def markup(self, value: Value) -> None:
        """Add the URLs in a string, if it is HTML."""
        if has_tags(Mapped(value).text):
            self._text(value, "text/html")

    def _text(self, value: Value, media_type: str) -> None:
        """Add the URLs in a text, which may be a template."""
        mapped = Mapped(value)
        if media_type == "text/html" and _XML.match(mapped.text):
            media_type = "text/xml"
        found: Iterable[Reference] = ()
        if any(begin in mapped.text for begin in _TEMPLATE_BEGINS):
            with suppress(TemplateSyntaxError):
                found = read_template_text(self._environment, mapped.text, media_type)
        else:
            found = read(mapped.text, media_type)
        self._add(mapped, found)

    def _string(self, value: Value, position: str, use: Use) -> None:
        """Add a string that is one URL."""
        self._mapped(Mapped(value), position, use)

    def _mapped(self, mapped: Mapped, position: str, use: Use) -> None:
        length = len(mapped.text)
        found = Reference(mapped.text, position, 0, length, "python", use=use)
        self._add(mapped, [found])

    def _add(self, mapped: Mapped, found: Iterable[Reference]) -> None:
        for reference in map(as_written, mapped.of_source(found)):
            one = reference._replace(
                language=self._language(reference),
                is_plain=reference.is_plain and not reference.holes,
            )
            key = one.start, one.url
            known = self._found.get(key)
            if known is None or _RANKS[one.use] < _RANKS[known.use]:
                self._found[key] = one

    def _language(self, reference: Reference) -> Language:
        """Return the language of a URL, which is Python for a whole string."""
        if reference.language == "json":
            return "python"
        if reference.language == "header" and self._values.literals.is_whole(
            reference.start, reference.end
        ):
            return "python"
        return reference.language


def _items(node: ast.expr) -> list[ast.expr] | None:
    """Return what is in a list or a dict; ``None`` for other expressions."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return node.elts
    if isinstance(node, ast.Dict):
        return node.values
    if isinstance(node, ast.Call) and name_of(node.func) == "dict":
        return [word.value for word in node.keywords]
    return None
