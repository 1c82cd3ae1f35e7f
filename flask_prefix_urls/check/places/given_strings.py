"""The strings that modules give on, such as ``MenuLink(url="/")``.

Nobody knows whether such a string is a URL, until a page has it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..sources.python_literals import Literals
from ..sources.python_values import name_of
from ..sources.source import Source
from ..texts.reference import HOLE, Reference
from .likeness import literal_part
from .python_code import parts_of, tree_of

# Functions and arguments whose paths are compared, or parts of routes.
_NO_URLS = (
    *("startswith", "endswith", "removeprefix", "removesuffix", "split", "replace"),
    *("strip", "lstrip", "rstrip", "join", "find", "index", "count", "partition"),
    *("add_url_rule", "route", "url_prefix", "static_url_path", "rule", "open", "Path"),
    *("PrefixURLs", "prefix", "PREFIX_URLS_PREFIX", "APPLICATION_ROOT"),
)
# Classes and functions whose ``url`` is a part of routes: ``AdminIndexView(url="/")``.
_ROUTED = re.compile(r"View$|^(?:Admin|Api|Blueprint|Namespace|Resource)$")
# In these a string is compared, or a part of another, or there for want of another.
_PARTS = (ast.Compare, ast.Subscript, ast.BoolOp, ast.IfExp)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)


class _Given(NamedTuple):
    """A string that is given on.

    :param url: It, with a HOLE for each part that is no literal.
    :param holes: The code of these parts.
    :param values: What it may be; none if that is not known.
    :param start: Where its first literal begins.
    :param end: Where that ends.
    :param name: What it is given to; ``""`` for what has no name.
    """

    url: str
    holes: tuple[str, ...]
    values: tuple[str, ...]
    start: int
    end: int
    name: str


class _Found(NamedTuple):
    """A string that is given on, as a place.

    :param name: What it is given to.
    """

    source: Source
    reference: Reference
    name: str


class GivenStrings:
    """The absolute paths that no reader takes for URLs.

    :param sources: The modules.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._found: dict[str, list[_Found]] = {}
        self._beginnings: dict[str, list[_Found]] = {}
        for source in sources:
            known = {r.start for r in source.references if r.use != "note"}
            for given in _given(source.text):
                if given.start not in known:
                    self._add(source, given)

    def of(self, url: str) -> list[tuple[Source, Reference]]:
        """Return the string that is a URL, or several that are given to one name."""
        return _equal(self._found.get(url, []))

    def beginning_of(self, url: str) -> list[tuple[Source, Reference]]:
        """Return the one string that a URL begins with, such as ``/files/``."""
        end = len(url) - 1
        # A lone slash begins each of them.
        while (end := url.rfind("/", 0, end)) > 0:
            found = [
                one
                for one in self._beginnings.get(url[: end + 1], ())
                if literal_part(one.reference.url, url) is not None
            ]
            if found:
                return _equal(found)
        return []

    def _add(self, source: Source, given: _Given) -> None:
        """Add a string by what it may be, or by what it begins with."""
        reference = Reference(
            given.url,
            "string",
            given.start,
            given.end,
            "python",
            "text",
            holes=given.holes,
            is_plain=not given.holes,
        )
        for value in given.values:
            found = _Found(source, reference, given.name)
            self._found.setdefault(value, []).append(found)
        start = given.url.partition(HOLE)[0]
        if start.endswith("/") and len(given.values) < 2:
            if not given.holes:
                reference = reference._replace(url=start + HOLE, holes=("",))
            found = _Found(source, reference, given.name)
            self._beginnings.setdefault(start, []).append(found)


def _equal(found: list[_Found]) -> list[tuple[Source, Reference]]:
    """Return the places if there is one, or if each of them is given to one name."""
    names = {one.name for one in found}
    if len(found) > 1 and (len(names) > 1 or "" in names):
        return []
    return [(one.source, one.reference) for one in found]


def _given(text: str) -> Iterator[_Given]:
    """Yield the absolute paths in a module that are given on."""
    waiting: list[tuple[ast.AST | None, str]] = [(tree_of(text), "")]
    while waiting:
        node, name = waiting.pop()
        if isinstance(node, ast.Constant | ast.BinOp | ast.JoinedStr):
            yield from _string(node, [{}], text, name)
        elif isinstance(node, _COMPREHENSIONS) and (known := _items(node)):
            yield from _string(node.elt, known, text, name)
        elif node is not None:
            name = _name(node, name)
            waiting += [(value, name) for value in _values(node)]


def _string(
    node: ast.expr, items: list[dict[str, str]], text: str, name: str
) -> Iterator[_Given]:
    """Yield an expression that is an absolute path.

    :param items: What names stand for, once for each item of a loop.
    """
    parts = parts_of(node)
    first = parts[0][0] or ""
    if not first.startswith("/"):
        return
    # One with escapes has no place of its own.
    place = text.find(first, *Literals(text).span(node))
    if place < 0:
        return
    values = [
        [item.get(code) if literal is None else literal for literal, code in parts]
        for item in items
    ]
    yield _Given(
        url="".join(HOLE if literal is None else literal for literal, _ in parts),
        holes=tuple(code for literal, code in parts if literal is None),
        values=tuple("".join(map(str, one)) for one in values if None not in one),
        start=place,
        end=place + len(first),
        name=name,
    )


def _items(node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> list[dict[str, str]]:
    """Return what the name of a loop stands for: ``for x in ("a", "b")``."""
    loop = node.generators[0]
    if not isinstance(loop.iter, ast.Tuple | ast.List) or len(node.generators) > 1:
        return []
    return [
        {ast.unparse(loop.target): item.value}
        for item in loop.iter.elts
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    ]


def _name(node: ast.AST, outer: str) -> str:
    """Return what the strings in a node are given to."""
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]).rpartition(".")[2]
    return (node.arg or "") if isinstance(node, ast.keyword) else outer


def _values(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a node whose strings are given on."""
    if isinstance(node, _PARTS):
        return []
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        # A docstring.
        return []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        # A decorator has a route.
        return [*node.body]
    if isinstance(node, ast.Dict):
        return [*node.values]
    if isinstance(node, ast.Call):
        name = name_of(node.func)
        is_routed = _ROUTED.search(name) is not None
        words = [
            word for word in node.keywords if not (is_routed and word.arg == "url")
        ]
        return [] if name in _NO_URLS else [node.func, *node.args, *words]
    if isinstance(node, ast.keyword) and node.arg in _NO_URLS:
        return []
    return [*ast.iter_child_nodes(node)]
