"""The strings that modules give on, such as ``MenuLink(url="/")``.

Nobody knows whether such a string is a URL, until a page has it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..sources.source import Source
from ..texts.reference import HOLE, Reference
from .python_code import offset_of, tree_of

# Functions and arguments whose paths are compared, or parts of routes.
_NO_URLS = (
    *("startswith", "endswith", "removeprefix", "removesuffix", "split", "replace"),
    *("strip", "lstrip", "rstrip", "join", "find", "index", "count", "partition"),
    *("add_url_rule", "route", "url_prefix", "static_url_path", "rule", "open", "Path"),
    *("PrefixURLs", "prefix", "PREFIX_URLS_PREFIX", "APPLICATION_ROOT"),
)
# In these a string is compared, or a part of another, or there for want of another.
_PARTS = (ast.Compare, ast.BinOp, ast.JoinedStr, ast.Subscript, ast.BoolOp, ast.IfExp)


class GivenStrings:
    """The absolute paths that no reader takes for URLs.

    :param sources: The modules.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._found: dict[str, list[tuple[Source, Reference]]] = {}
        for source in sources:
            known = {r.start for r in source.references if r.use != "note"}
            for text, start in _given(source.text):
                if start not in known:
                    end = start + len(text)
                    reference = Reference(text, "string", start, end, "python", "text")
                    self._found.setdefault(text, []).append((source, reference))

    def of(self, url: str) -> list[tuple[Source, Reference]]:
        """Return the one string that is a URL."""
        return _only(self._found.get(url, []))

    def beginning_of(self, url: str) -> list[tuple[Source, Reference]]:
        """Return the one string that a URL begins with, such as ``/files/``."""
        found: list[tuple[Source, Reference]] = []
        end = len(url) - 1
        # A lone slash begins each of them.
        while not found and (end := url.rfind("/", 0, end)) > 0:
            start = url[: end + 1]
            found = [
                (source, replace(reference, url=start + HOLE, holes=("",)))
                for source, reference in self._found.get(start, ())
            ]
        return _only(found)


def _only(found: list[tuple[Source, Reference]]) -> list[tuple[Source, Reference]]:
    return found if len(found) == 1 else []


def _given(text: str) -> Iterator[tuple[str, int]]:
    """Yield the absolute paths in a module that are given on, with their places."""
    waiting: list[ast.AST | None] = [tree_of(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant):
            if not isinstance(node.value, str) or not node.value.startswith("/"):
                continue
            start = offset_of(text, node.lineno, node.col_offset)
            end = offset_of(text, node.end_lineno or 0, node.end_col_offset or 0)
            # One with escapes has no place of its own.
            place = text.find(node.value, start, end)
            if place >= 0:
                yield node.value, place
        elif node is not None:
            waiting += _values(node)


def _values(node: ast.AST) -> list[ast.AST | None]:
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
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return [] if name in _NO_URLS else [node.func, *node.args, *node.keywords]
    if isinstance(node, ast.keyword) and node.arg in _NO_URLS:
        return []
    return [*ast.iter_child_nodes(node)]
