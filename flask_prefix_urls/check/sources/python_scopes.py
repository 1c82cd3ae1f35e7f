"""What a name in Python may stand for: the expressions that are assigned to it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Names = defaultdict[str, list[ast.expr]]


class Scopes:
    """The names of a module.

    :param tree: The module.
    """

    def __init__(self, tree: ast.Module) -> None:
        #: The functions of the module, by name; those in classes, too.
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        #: The function that each node stands in; ``None`` for the module.
        self.function_of: dict[ast.AST, Function | None] = {}
        self._names: dict[Function | None, _Names] = defaultdict(
            lambda: defaultdict(list)
        )
        self._imports: dict[str, str] = {}
        waiting: list[tuple[ast.AST, Function | None]] = [(tree, None)]
        while waiting:
            node, function = waiting.pop()
            self.function_of[node] = function
            self._add(node, function)
            inner = node if isinstance(node, Function) else function
            # In order, so that an assignment comes before what changes it.
            waiting += [(child, inner) for child in [*ast.iter_child_nodes(node)][::-1]]

    def values_of(self, name: str, function: Function | None) -> list[ast.expr]:
        """Return the expressions that a name may stand for.

        :param name: The name.
        :param function: Where it stands.
        """
        while True:
            if name in self._names[function]:
                return self._names[function][name]
            if function is None:
                return []
            function = self.function_of[function]

    def imported_as(self, name: str) -> str:
        """Return what a name is called where it was imported from."""
        return self._imports.get(name, name)

    def _add(self, node: ast.AST, function: Function | None) -> None:
        names = self._names[function]
        for target, value in _assigned(node):
            if isinstance(target, ast.Name):
                names[target.id].append(value)
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                for inner, item in zip(target.elts, value.elts, strict=False):
                    if isinstance(inner, ast.Name):
                        names[inner.id].append(item)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self.functions.setdefault(node.name, node)
        if isinstance(node, Function):
            for argument, default in _defaults(node.args):
                self._names[node][argument.arg] += default
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                self._imports[alias.asname or alias.name] = alias.name


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield target, node.value
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        yield node.target, node.value


def _defaults(arguments: ast.arguments) -> Iterator[tuple[ast.arg, list[ast.expr]]]:
    """Yield each argument with its default, if it has one."""
    by_place = [*arguments.posonlyargs, *arguments.args]
    missing = len(by_place) - len(arguments.defaults)
    for number, argument in enumerate(by_place):
        yield (
            argument,
            arguments.defaults[max(number - missing, 0) :][: number >= missing],
        )
    for argument, default in zip(
        arguments.kwonlyargs, arguments.kw_defaults, strict=True
    ):
        yield argument, [] if default is None else [default]
