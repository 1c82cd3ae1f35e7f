"""Which templates a template, or the app's Python, names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jinja2 import Environment, nodes

from ..texts.reference import HOLE, pattern_of
from .file_names import ends_of
from .jinja_tokens import Code
from .mapped import Part

#: The statements that name a template.
NAME_TEMPLATES = ("include", "extends", "import", "from")
# A name of which too little is known would fit each template.
_PATTERN = re.compile(rf"(?=[^{HOLE}]*{HOLE})(?=.*[a-z]{{2}})[^\s/][^\s<>]*")


@dataclass(frozen=True)
class NamedTemplates:
    """Names of templates.

    :param names: Those that are known.
    :param patterns: Those that are known in part, with HOLEs.
    """

    names: frozenset[str]
    patterns: frozenset[str]

    def of(self, names: Iterable[str]) -> Iterator[str]:
        """Yield those of some templates that are named here."""
        expressions = [pattern_of(pattern) for pattern in self.patterns]
        for name in names:
            if name in self.names or any(one.fullmatch(name) for one in expressions):
                yield name


def named(strings: Iterable[str]) -> NamedTemplates:
    """Return strings as names of templates.

    :param strings: The strings, with HOLEs.
    """
    known = {string for string in strings if HOLE not in string}
    # A path from somewhere else: ``open("app/templates/page.html")``.
    known |= {end for string in known if "/" in string for end in ends_of(string)}
    patterns = {string for string in strings if _PATTERN.fullmatch(string)}
    return NamedTemplates(frozenset(known), frozenset(patterns))


def named_templates(
    environment: Environment, text: str, parts: Iterable[Part | Code]
) -> NamedTemplates:
    """Return the templates that a template includes, extends or imports.

    :param text: The template.
    :param parts: Its parts.
    :raise jinja2.TemplateSyntaxError: A statement is not right.
    """
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    statements = [
        text[part.start : part.end]
        for part in parts
        if isinstance(part, Code) and part.name in NAME_TEMPLATES
    ]
    return named(
        {
            name
            for statement in statements
            for node in environment.parse(statement).find_all(kinds)
            if isinstance(node, kinds)
            for name in _values(node.template)
        }
    )


def _values(node: nodes.Expr) -> Iterator[str]:
    """Yield what the name of a template may be."""
    if isinstance(node, nodes.CondExpr):
        yield from _values(node.expr1)
        if node.expr2 is not None:
            yield from _values(node.expr2)
    elif isinstance(node, (nodes.List, nodes.Tuple)):
        for item in node.items:
            yield from _values(item)
    elif isinstance(node, nodes.Or):
        yield from _values(node.left)
        yield from _values(node.right)
    else:
        yield "".join(_pieces(node))


def _pieces(node: nodes.Expr) -> Iterator[str]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.Concat):
        for inner in node.nodes:
            yield from _pieces(inner)
    elif isinstance(node, nodes.Add):
        yield from _pieces(node.left)
        yield from _pieces(node.right)
    else:
        yield HOLE
