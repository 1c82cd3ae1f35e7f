"""What stands around a string in a module of the app."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from ..sources.python_literals import Literals
from ..texts.reference import HOLE, Reference, line_and_column

# What a sum can stand in without parentheses.
_LOOSE: tuple[type[ast.AST], ...] = (
    *(ast.Call, ast.keyword, ast.Return, ast.Assign, ast.AnnAssign),
    *(ast.Tuple, ast.List, ast.Dict, ast.BoolOp, ast.IfExp),
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Expression(NamedTuple):
    """The expression that writes a URL.

    :param start: Where it begins in the module, in characters from 0.
    :param end: Where it ends.
    :param url: What it writes, with a HOLE for each part that is no literal.
    :param holes: The code of these parts.
    :param function: The name of the function that it runs in; ``""`` for none.
    :param may_be_sum: Whether ``a + b`` can stand in its place.
    :param is_template: Whether ``render_template_string()`` gets it.
    """

    start: int
    end: int
    url: str
    holes: tuple[str, ...]
    function: str
    may_be_sum: bool
    is_template: bool


def expression_of(text: str, reference: Reference) -> Expression | None:
    """Return the expression that writes a URL.

    :param text: The module.
    :param reference: One of its references.
    :return: ``None`` if it is no literal, f-string or sum of these.
    """
    tree = tree_of(text)
    path = [] if tree is None else _path_to(tree, text, reference.start)
    if not path or not isinstance(path[-1], ast.Constant | ast.JoinedStr):
        return None
    last = len(path) - 1
    parts = parts_of(path[last])
    while _written(parts) != reference.url and isinstance(path[last - 1], ast.BinOp):
        last -= 1
        parts = parts_of(path[last])
    node = path[last]
    start, end = Literals(text).span(node)
    return Expression(
        start=start,
        end=end,
        url=_written(parts),
        holes=tuple(code for literal, code in parts if literal is None),
        function=_function_around(path),
        may_be_sum=isinstance(path[last - 1], _LOOSE),
        is_template=_is_rendered(path, text),
    )


@lru_cache(maxsize=64)
def tree_of(text: str) -> ast.Module | None:
    """Return the syntax tree of a module; ``None`` if it is no Python."""
    with warnings.catch_warnings():
        # Of an invalid escape, say: that is for the app's own tools.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            return None


def _path_to(tree: ast.Module, text: str, offset: int) -> list[Any]:
    """Return the nodes around a character, the outermost first."""
    line, column = line_and_column(text, offset)
    start = text[offset - column + 1 : offset]
    place = line, len(start.encode(errors="surrogatepass"))
    path: list[Any] = [tree]
    # The nodes in an f-string have no places of their own before Python 3.12.
    while not isinstance(path[-1], ast.JoinedStr):
        inner = (n for n in _children(path[-1]) if _spans(n, place))
        node = next(inner, None)
        if node is None:
            break
        path.append(node)
    return path


def _children(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if hasattr(child, "lineno"):
            yield child
        else:
            # The arguments of a function have no place.
            yield from _children(child)


def _spans(node: ast.AST, place: tuple[int, int]) -> bool:
    start = node.lineno, node.col_offset  # type: ignore[attr-defined]
    end = node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
    return bool(start <= place < end)


def parts_of(node: ast.expr) -> list[tuple[str | None, str]]:
    """Return the literals, each with no code, and the code between them."""
    parts: list[tuple[str | None, str]] = []
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            parts.append((node.value, ""))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            waiting += [node.right, node.left]
        elif isinstance(node, ast.JoinedStr):
            waiting += reversed(node.values)
        elif not isinstance(node, ast.FormattedValue):
            parts.append((None, ast.unparse(node)))
        elif node.conversion == -1 and node.format_spec is None:
            parts.append((None, ast.unparse(node.value)))
        else:
            # With a conversion or a format it is another value.
            parts.append((None, ""))
    return parts


def _written(parts: list[tuple[str | None, str]]) -> str:
    return "".join(HOLE if literal is None else literal for literal, _ in parts)


def _function_around(path: list[Any]) -> str:
    """Return the innermost function whose body has the last node of a path."""
    name = ""
    for outer, inner in pairwise(path):
        if isinstance(outer, _FUNCTIONS) and inner in outer.body:
            name = outer.name
        elif isinstance(outer, ast.Lambda) and inner is outer.body:
            name = name or "lambda"
    return name


def _is_rendered(path: list[Any], text: str) -> bool:
    """Tell whether a string, or the name that it is given, is rendered."""
    for node in path:
        if isinstance(node, ast.Call):
            function = ast.unparse(node.func).rpartition(".")[2]
            if function in ("render_template_string", "from_string"):
                return True
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = re.escape(node.targets[0].id)
            use = rf"\b(?:render_template_string|from_string)\(\s*{name}\b"
            return re.search(use, text) is not None
    return False
