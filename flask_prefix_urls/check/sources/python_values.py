"""What an expression in Python may be when it runs, as far as it is a string."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice, product

from .mapped import Part, hole
from .python_literals import Literals, source_of
from .python_scopes import Function, Scopes

#: The parts of a string.
Value = tuple[Part, ...]

# How many values an expression may have, and how deep one follows names and calls.
_MOST = 8
_DEEPEST = 30
# How many parts a string may have.
_MOST_PARTS = 2000
_PERCENT = re.compile(r"%(?:\(\w*\))?[-#0 +]*[\d.]*[diouxXeEfFgGcrsa]")
_BRACES = re.compile(r"\{[^{}]*\}")
# What these return is their argument, or the string whose method they are.
_SAME = ("Markup", "str", "dedent", "gettext", "_", "lazy_gettext", "escape")
_SAME_METHODS = ("strip", "lstrip", "rstrip", "encode", "expandtabs")
_DEFAULTS = {"get": 1, "pop": 1, "setdefault": 1, "getattr": 2}


class Values:
    """The values of the expressions of a module.

    :param text: The module, with plain line feeds.
    :param tree: The module.
    """

    def __init__(self, text: str, tree: ast.Module) -> None:
        self.literals: Literals = Literals(text)
        self.scopes: Scopes = Scopes(tree)
        self._known: dict[ast.expr, list[Value]] = {}

    def of(self, node: ast.expr, depth: int = 0) -> list[Value]:
        """Return the strings that an expression may be; none if nobody knows."""
        if node not in self._known:
            # A name whose value is made of its own value is not known there.
            self._known[node] = []
            if depth < _DEEPEST:
                values = filter(None, self._of(node, depth + 1))
                self._known[node] = [*islice(values, _MOST)]
        return self._known[node]

    def expressions(self, node: ast.expr) -> Iterator[ast.expr]:
        """Yield an expression, or those that it stands for: of a name, or a choice."""
        waiting = [node]
        met = set()
        while waiting:
            known = waiting.pop()
            if known not in met:
                met.add(known)
                chosen = self._chosen(known)
                waiting += chosen[::-1]
                if not chosen:
                    yield known

    def _chosen(self, node: ast.expr) -> Sequence[ast.expr]:
        function = self.scopes.function_of.get(node)
        if isinstance(node, ast.Name):
            return self.scopes.values_of(node.id, function)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            is_own = node.value.id in ("self", "cls")
            return self.scopes.values_of(node.attr, None) if is_own else ()
        if isinstance(node, ast.IfExp):
            return (node.body, node.orelse)
        if isinstance(node, ast.BoolOp):
            return node.values
        if isinstance(node, ast.NamedExpr | ast.Await):
            return (node.value,)
        if isinstance(node, ast.Call):
            return self._returned(node)
        return ()

    def _returned(self, node: ast.Call) -> Sequence[ast.expr]:
        """Return what a call gives back, as far as that is an expression here."""
        name = name_of(node.func)
        place = _DEFAULTS.get(name)
        if place is not None:
            return node.args[place : place + 1]
        if isinstance(node.func, ast.Attribute) and name in _SAME_METHODS:
            return (node.func.value,)
        if name in _SAME:
            return node.args[:1]
        function = self.scopes.functions.get(name)
        if function is not None and isinstance(node.func, ast.Name):
            return self._returns.get(function, ())
        return ()

    @cached_property
    def _returns(self) -> dict[Function | None, list[ast.expr]]:
        """What each function returns."""
        found: dict[Function | None, list[ast.expr]] = {}
        for node in self.scopes.function_of:
            if isinstance(node, ast.Return) and node.value is not None:
                function = self.scopes.function_of[node]
                found.setdefault(function, []).append(node.value)
        return found

    def _of(self, node: ast.expr, depth: int) -> Iterator[Value]:
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                yield self.literals.parts(node)
        elif isinstance(node, ast.JoinedStr):
            yield self._of_format(node, depth)
        elif isinstance(node, ast.BinOp):
            yield from self._of_operator(node, depth)
        elif is_host(node):
            yield (self._hole(node),)
        elif isinstance(node, ast.Call) and _is_method(node, "format"):
            names = {word.arg: word.value for word in node.keywords}
            yield from self._filled(node, _BRACES, node.args, names, depth)
        elif isinstance(node, ast.Call) and _is_method(node, "join"):
            yield from self._joined(node, depth)
        else:
            for inner in self._chosen(node):
                yield from self.of(inner, depth)

    def _of_format(self, node: ast.JoinedStr, depth: int) -> Value:
        """Return an f-string, with the constants in it."""
        expressions = (
            inner.value
            for inner in node.values
            if isinstance(inner, ast.FormattedValue)
        )
        parts: list[Part] = []
        for part in self.literals.parts(node):
            known = [] if part.hole is None else self.of(next(expressions), depth)
            parts += known[0] if len(known) == 1 else [part]
        return tuple(parts)

    def _of_operator(self, node: ast.BinOp, depth: int) -> Iterator[Value]:
        if isinstance(node.op, ast.Mod):
            right = node.right
            arguments = right.elts if isinstance(right, ast.Tuple) else [right]
            yield from self._filled(node, _PERCENT, arguments, {}, depth)
        elif isinstance(node.op, ast.Add):
            operands = [*_operands(node)]
            values = [self.of(operand, depth) for operand in operands]
            if any(values):
                yield from self._put_together(operands, values)

    def _put_together(
        self, operands: Sequence[ast.expr], values: Sequence[list[Value]]
    ) -> Iterator[Value]:
        choices = [
            known or [(self._hole(operand),)]
            for operand, known in zip(operands, values, strict=True)
        ]
        for chosen in islice(product(*choices), _MOST):
            parts = tuple(part for value in chosen for part in value)
            if len(parts) <= _MOST_PARTS:
                yield parts

    def _joined(self, node: ast.Call, depth: int) -> Iterator[Value]:
        """Yield what ``"/".join(["", "x"])`` gives."""
        items = node.args[0] if node.args else None
        if isinstance(items, ast.List | ast.Tuple) and items.elts:
            between = _receiver(node)
            operands = [one for item in items.elts for one in (between, item)][1:]
            values = [self.of(operand, depth) for operand in operands]
            yield from self._put_together(operands, values)

    def _filled(
        self,
        node: ast.BinOp | ast.Call,
        fields: re.Pattern[str],
        arguments: Sequence[ast.expr],
        names: dict[str | None, ast.expr],
        depth: int,
    ) -> Iterator[Value]:
        """Yield a string whose fields are filled by ``%`` or ``format``."""
        text = node.left if isinstance(node, ast.BinOp) else _receiver(node)
        for value in self.of(text, depth):
            following = iter(arguments)
            parts: list[Part] = []
            for part in value:
                for number, piece in enumerate(split(part, fields)):
                    if not number % 2:
                        parts.append(piece)
                        continue
                    argument = names.get(piece.text.strip("{}")) or next(
                        following, None
                    )
                    source = "" if argument is None else source_of(argument)
                    parts.append(hole(source, piece.start, piece.end))
            yield tuple(part for part in parts if part.text)

    def _hole(self, node: ast.expr) -> Part:
        return hole(source_of(node), *self.literals.span(node))


def name_of(node: ast.expr) -> str:
    """Return the last part of a dotted name; ``""`` for other expressions."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def pairs_of(node: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Return what a dict has, also one that is written as a call or as pairs."""
    if isinstance(node, ast.Dict):
        items = zip(node.keys, node.values, strict=True)
        return [(key, value) for key, value in items if key is not None]
    if isinstance(node, ast.Call) and name_of(node.func) == "dict":
        words = ((word.arg, word.value) for word in node.keywords)
        return [(ast.Constant(name), value) for name, value in words if name]
    return []


def is_host(node: ast.expr) -> bool:
    """Tell whether an expression is the host of the request, with its scheme."""
    if isinstance(node, ast.Call) and _is_method(node, "rstrip"):
        node = _receiver(node)
    return isinstance(node, ast.Attribute) and node.attr == "host_url"


def writes_string(node: ast.expr) -> bool:
    """Tell whether an expression writes a string, or puts one together."""
    return isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp) or (
        isinstance(node, ast.Call)
        and (_is_method(node, "format") or _is_method(node, "join"))
    )


def operands_of(node: ast.expr) -> list[ast.expr]:
    """Return what a string is put together of."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _operands(node)
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Call):
        words = [word.value for word in node.keywords]
        return [_receiver(node), *_items_of(node.args), *words]
    if isinstance(node, ast.JoinedStr):
        return [
            part.value for part in node.values if isinstance(part, ast.FormattedValue)
        ]
    return []


def _items_of(arguments: Sequence[ast.expr]) -> Iterator[ast.expr]:
    """Yield arguments, or the items of those that are lists."""
    for argument in arguments:
        if isinstance(argument, ast.List | ast.Tuple):
            yield from argument.elts
        else:
            yield argument


def split(part: Part, pattern: re.Pattern[str]) -> Iterator[Part]:
    """Yield what stands before, in and after each match in a part, by turns."""
    place = 0
    for match in pattern.finditer(part.text):
        yield _cut(part, place, match.start())
        yield _cut(part, *match.span())
        place = match.end()
    yield _cut(part, place, len(part.text))


def _cut(part: Part, start: int, end: int) -> Part:
    text = part.text[start:end]
    if not part.is_exact:
        return Part(text, part.start, part.end, is_exact=False, hole=part.hole)
    return Part(text, part.start + start, part.start + end)


def _receiver(node: ast.Call) -> ast.expr:
    """Return the object whose method is called."""
    return node.func.value if isinstance(node.func, ast.Attribute) else node.func


def _is_method(node: ast.Call, name: str) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == name


def _operands(node: ast.BinOp) -> list[ast.expr]:
    """Return what is added up, from left to right, without recursion."""
    operands: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        operands.append(left.right)
        left = left.left
    return [left, *operands[::-1]]
