"""The JSON that dicts and lists in Python become."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from .mapped import Part
from .python_values import Values, name_of

_DEEPEST = 20
_COMPREHENSIONS = (ast.ListComp, ast.GeneratorExp)
_KNOWN = (ast.Dict, ast.List, ast.Tuple, ast.Call, *_COMPREHENSIONS)


def json_parts(values: Values, node: ast.expr) -> tuple[Part, ...]:
    """Return the JSON of a dict, a list, or the arguments of ``jsonify``.

    :param values: The values of the module.
    :param node: The expression.
    :return: Nothing for what is neither.
    """
    known = next(values.expressions(node), node)
    if isinstance(known, _KNOWN):
        return tuple(_json(values, known, _DEEPEST))
    return ()


def _json(values: Values, node: ast.expr, depth: int) -> Iterator[Part]:
    known = next(values.expressions(node), node)
    inner = depth - 1
    if strings := values.of(node):
        yield from _string(strings[0])
    elif not depth:
        yield _mark("null")
    elif isinstance(known, ast.Dict):
        items = zip(known.keys, known.values, strict=True)
        yield from _object(values, items, inner)
    elif isinstance(known, ast.List | ast.Tuple):
        yield from _array(values, known.elts, inner)
    elif isinstance(known, _COMPREHENSIONS):
        # One stands for all of its items.
        yield from _array(values, [known.elt], inner)
    elif isinstance(known, ast.Call) and name_of(known.func) in ("jsonify", "dict"):
        if known.keywords:
            words = ((ast.Constant(word.arg), word.value) for word in known.keywords)
            yield from _object(values, words, inner)
        elif len(known.args) == 1:
            yield from _json(values, known.args[0], inner)
        else:
            yield from _array(values, known.args, inner)
    else:
        yield _mark("null")


def _object(
    values: Values,
    items: Iterable[tuple[ast.expr | None, ast.expr]],
    depth: int,
) -> Iterator[Part]:
    before = "{"
    for key, value in items:
        if isinstance(key, ast.Constant):
            yield _mark(f"{before}{json.dumps(str(key.value))}: ")
            yield from _json(values, value, depth)
            before = ", "
    yield _mark("{}" if before == "{" else "}")


def _array(values: Values, items: Iterable[ast.expr], depth: int) -> Iterator[Part]:
    before = "["
    for item in items:
        yield _mark(before)
        yield from _json(values, item, depth)
        before = ", "
    yield _mark("[]" if before == "[" else "]")


def _string(parts: Iterable[Part]) -> Iterator[Part]:
    yield _mark('"')
    for part in parts:
        escaped = json.dumps(part.text, ensure_ascii=False)[1:-1]
        yield replace(
            part, text=escaped, is_exact=part.is_exact and escaped == part.text
        )
    yield _mark('"')


def _mark(text: str) -> Part:
    """Return what stands around the strings, which has no place."""
    return Part(text, 0, 0, is_exact=False)
