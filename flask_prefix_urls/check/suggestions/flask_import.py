"""How a module of the app calls ``url_for``, and what it must import for that."""

from __future__ import annotations

import ast
from typing import NamedTuple, TypeGuard

from ..findings import Replacement
from ..places.python_code import tree_of
from ..sources.python_literals import Literals


class Import(NamedTuple):
    """How a module calls ``url_for``.

    :param name: ``url_for`` or ``flask.url_for``.
    :param imports: As in :class:`~.findings.Replacement`.
    """

    name: str
    imports: str


def url_for_of(text: str) -> Import | None:
    """Return how a module calls ``url_for``, or can do so with one more import."""
    tree = tree_of(text)
    if tree is None or _binds_url_for(tree):
        return None
    from_flask = [a for n in tree.body if _is_from_flask(n) for a in n.names]
    for alias in from_flask:
        if alias.name in ("url_for", "*"):
            return Import(alias.asname or "url_for", "")
    modules = [a for n in tree.body if isinstance(n, ast.Import) for a in n.names]
    for alias in modules:
        if alias.name == "flask":
            return Import(f"{alias.asname or 'flask'}.url_for", "")
    return Import("url_for", "url_for") if from_flask else None


def import_from_flask(text: str, name: str) -> Replacement | None:
    """Return the change that adds a name to a module's ``from flask import ...``.

    :param text: The module.
    :return: ``None`` if it has no such line, or the name is there already.
    """
    tree = tree_of(text)
    lines = [] if tree is None else [n for n in tree.body if _is_from_flask(n)]
    if not lines or any(alias.name == name for n in lines for alias in n.names):
        return None
    node = lines[0]
    last = node.names[-1]
    place = Literals(text).place
    end = place(last.end_lineno or 0, last.end_col_offset or 0)
    start = place(last.lineno, last.col_offset)
    indent = text[text.rfind("\n", 0, start) + 1 : start]
    has_line_of_its_own = last.lineno > node.lineno and not indent.strip()
    before = place(node.lineno, node.col_offset)
    if has_line_of_its_own and "(" in text[before:start]:
        return Replacement(end, end, f",\n{indent}{name}")
    return Replacement(end, end, f", {name}")


def _is_from_flask(node: ast.AST) -> TypeGuard[ast.ImportFrom]:
    return (
        isinstance(node, ast.ImportFrom) and node.module == "flask" and not node.level
    )


def _binds_url_for(tree: ast.Module) -> bool:
    """Tell whether a module has a ``url_for`` that is not Flask's."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names = [node.id]
        elif isinstance(node, ast.arg):
            names = [node.arg]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [node.name]
        elif isinstance(node, ast.ImportFrom) and not _is_from_flask(node):
            names = [alias.asname or alias.name for alias in node.names]
        if "url_for" in names:
            return True
    return False
