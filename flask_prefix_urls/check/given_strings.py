"""The strings that modules give to functions, such as ``MenuLink(url="/")``.

Nobody knows whether such a string is a URL, until a page has it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .python_code import offset_of, tree_of
from .reference import HOLE, Reference
from .source import Source

# Functions and arguments whose paths are compared, or parts of routes.
_NO_URLS = (
    *("startswith", "endswith", "removeprefix", "removesuffix", "split", "replace"),
    *("strip", "lstrip", "rstrip", "join", "find", "index", "count", "partition"),
    *("add_url_rule", "route", "url_prefix", "static_url_path", "rule", "open", "Path"),
    *("PrefixURLs", "prefix", "PREFIX_URLS_PREFIX", "APPLICATION_ROOT"),
)


class GivenStrings:
    """The absolute paths that no reader takes for URLs.

    :param sources: The modules.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._found: dict[str, list[tuple[Source, Reference]]] = {}
        for source in sources:
            known = {reference.start for reference in source.references}
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
    """Yield the absolute paths that a module gives to functions, with their places."""
    tree = tree_of(text)
    if tree is None:
        return
    decorators = set(_decorators(tree))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or node in decorators:
            continue
        function = node.func
        if getattr(function, "attr", getattr(function, "id", "")) in _NO_URLS:
            continue
        keywords = [word.value for word in node.keywords if word.arg not in _NO_URLS]
        for given in (*node.args, *keywords):
            value = given.value if isinstance(given, ast.Constant) else None
            if isinstance(value, str) and value.startswith("/"):
                start = offset_of(text, given.lineno, given.col_offset)
                end = offset_of(text, given.end_lineno or 0, given.end_col_offset or 0)
                # One with escapes has no place of its own.
                if (place := text.find(value, start, end)) >= 0:
                    yield value, place


def _decorators(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from node.decorator_list
