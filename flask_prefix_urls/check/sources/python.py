"""The URLs in the Python of an app."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import Literal

from jinja2 import Environment

from ..texts.reference import Reference
from .python_calls import (
    ADDS_VIEWS,
    ASKS,
    CONTEXT_DECORATORS,
    HEADER_CALLS,
    HEADER_NAMES,
    HEADERS,
    MARKUPS,
    NO_URL_CALLS,
    NO_URL_WORDS,
    PROSE_WORDS,
    REDIRECTS,
    RENDERS,
    REQUESTS,
    RESPONSES,
    TEMPLATES,
    VIEW_DECORATORS,
    VIEW_METHODS,
    VIEWS,
)
from .python_scopes import Function
from .python_sinks import Sinks
from .python_values import Values, name_of, operands_of, pairs_of, writes_string

# What the strings below a node are. ``any``: paths and HTML; ``asked``: something is
# compared with them, so a path is only a note; ``prose``: HTML or no URLs; ``none``: no
# URLs.
_Role = Literal["any", "asked", "prose", "none"]
_Step = tuple[ast.AST, _Role]


def read_python(
    values: Values,
    tree: ast.Module,
    environment: Environment,
    only: Collection[int] | None = None,
) -> tuple[Reference, ...]:
    """Return the URLs in a module.

    :param values: The values of its expressions.
    :param tree: The module.
    :param environment: That of the app, for templates in strings.
    :param only: The first lines of the functions that count; ``None`` for all code.
    """
    module = _Module(values, Sinks(values, environment))
    module.read([tree] if only is None else [*_functions(tree, only)])
    return module.sinks.found()


class _Module:
    """Walks through the code of a module."""

    def __init__(self, values: Values, sinks: Sinks) -> None:
        self.sinks = sinks
        self._values = values
        # The functions that answer a request, and those that give templates variables.
        self._views: set[Function | None] = set()
        self._contexts: set[Function | None] = set()

    def read(self, nodes: list[ast.AST]) -> None:
        for node in nodes:
            # The call that adds it is not among them.
            if isinstance(node, ast.Lambda):
                self._answer(node.body)
        waiting: list[_Step] = [(node, "any") for node in nodes]
        while waiting:
            node, role = waiting.pop()
            self._give(node)
            waiting += self._inner(node, role)

    def _give(self, node: ast.AST) -> None:
        """Add what a node gives to a browser."""
        if isinstance(node, ast.Call):
            self._give_call(node)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._assign(node.target, node.value)
        elif isinstance(node, ast.Dict):
            for key, value in pairs_of(node):
                self._pair(key, value)
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
            self._pair(node.elts[0], node.elts[1])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self._define(node)
        elif isinstance(node, ast.ClassDef):
            self._views.update(
                inner
                for inner in node.body
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
                and inner.name in VIEW_METHODS
            )
        elif isinstance(node, ast.Return) and node.value is not None:
            function = self._values.scopes.function_of[node]
            if function in self._views:
                self._answer(node.value)
            elif function in self._contexts:
                self.sinks.variable(node.value)

    def _give_call(self, node: ast.Call) -> None:
        name = self._name(node.func)
        words = {word.arg: word.value for word in node.keywords}
        if name in REDIRECTS:
            for url in (*node.args[:1], *_picked(words, "location", "new_url")):
                self.sinks.url(url, f"{name}()")
        elif name in RESPONSES:
            for body in (*node.args[:1], *_picked(words, "response")):
                self._body(body, words)
        elif name == "jsonify":
            self.sinks.json(node)
        elif name == "emit":
            # Flask-SocketIO sends a name and what a script gets with it.
            for message in node.args[1:2]:
                self.sinks.json(message)
        elif name in TEMPLATES:
            for source in (*node.args[:1], *_picked(words, "source")):
                self.sinks.template(source)
        elif name in MARKUPS:
            for markup in node.args[:1]:
                self.sinks.body(markup, "text/html")
        if name in RENDERS or _is_of(node.func, "globals"):
            for value in words.values():
                self.sinks.variable(value)
            for value in node.args[1:] if name in RENDERS else node.args:
                self.sinks.variable(value)
        is_header = name in HEADER_CALLS and _is_of(node.func, "headers")
        if is_header and len(node.args) > 1:
            self._header(node.args[0], node.args[1])
        for headers in _picked(words, "headers"):
            self._headers(headers)
        for attributes in _picked(words, "render_kw"):
            # WTForms writes them into the tag of a field.
            self.sinks.variable(attributes)
        if "redirect_to" in words:
            self.sinks.rule(words["redirect_to"], "redirect_to")
        for view in (*node.args, *_picked(words, "view_func")):
            if isinstance(view, ast.Lambda) and name in ADDS_VIEWS:
                self._answer(view.body)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Attribute):
            if target.attr in HEADERS:
                self.sinks.header(HEADERS[target.attr], value)
            elif target.attr in VIEWS:
                self.sinks.url(value, target.attr)
        elif isinstance(target, ast.Subscript):
            if name_of(target.value) == "headers":
                self._header(target.slice, value)
            elif name_of(target.value) == "globals":
                self.sinks.variable(value)

    def _pair(self, key: ast.expr | None, value: ast.expr) -> None:
        """Add a header, where a name that only headers have stands before a string."""
        if isinstance(key, ast.Constant) and key.value in HEADER_NAMES:
            self.sinks.header(key.value, value)
        elif isinstance(key, ast.Constant) and key.value == "headers":
            self._headers(value)

    def _headers(self, node: ast.expr) -> None:
        """Add the headers in a dict."""
        for known in self._values.expressions(node):
            for key, value in pairs_of(known):
                self._header(key, value)

    def _header(self, name: ast.expr, value: ast.expr) -> None:
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            self.sinks.header(name.value, value)

    def _body(self, node: ast.expr, words: dict[str | None, ast.expr]) -> None:
        for known in self._values.expressions(node):
            if isinstance(known, ast.Call) and self._name(known.func) == "dumps":
                for content in known.args[:1]:
                    self.sinks.json(content)
            elif isinstance(known, ast.Dict | ast.List | ast.ListComp):
                self.sinks.json(known)
            else:
                self.sinks.body(known, self._media_type(words))

    def _media_type(self, words: dict[str | None, ast.expr]) -> str:
        for word in _picked(words, "mimetype", "content_type"):
            for value in self._values.of(word):
                text = "".join(part.text for part in value)
                return text.partition(";")[0].strip().lower()
        return "text/html"

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            call = decorator.func if isinstance(decorator, ast.Call) else decorator
            if name_of(call) in VIEW_DECORATORS:
                self._views.add(node)
            elif name_of(call) in CONTEXT_DECORATORS:
                self._contexts.add(node)

    def _answer(self, node: ast.expr) -> None:
        """Add the JSON that a view returns; HTML counts in each string."""
        for known in self._values.expressions(node):
            body = (
                known.elts[0] if isinstance(known, ast.Tuple) and known.elts else known
            )
            for content in self._values.expressions(body):
                if isinstance(content, ast.Dict | ast.List | ast.ListComp):
                    self.sinks.json(content)

    def _name(self, node: ast.expr) -> str:
        name = name_of(node)
        return (
            self._values.scopes.imported_as(name)
            if isinstance(node, ast.Name)
            else name
        )

    def _inner(self, node: ast.AST, role: _Role) -> Iterator[_Step]:
        """Yield what stands in a node, with what its strings are."""
        if (
            role != "none"
            and isinstance(node, ast.expr)
            and self._is_string(node, role)
        ):
            for inner in operands_of(node):
                # What is known is a part of the string.
                yield (inner, "none" if self._values.of(inner) else role)
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        if isinstance(node, ast.Call):
            yield from self._inner_of_call(node, role)
        elif isinstance(node, ast.Compare):
            asked: _Role = "none" if role == "none" else "asked"
            yield from ((inner, asked) for inner in (node.left, *node.comparators))
        elif isinstance(node, ast.Subscript):
            yield from ((node.value, role), (node.slice, "none"))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from ((inner, "none") for inner in node.decorator_list)
            yield from ((inner, role) for inner in node.body)
            if not isinstance(node, ast.ClassDef):
                yield (node.args, role)
        elif isinstance(node, ast.Assert | ast.Raise):
            yield from ((inner, "none") for inner in ast.iter_child_nodes(node))
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                yield (node.value, role)
        elif not isinstance(node, ast.arg):
            yield from ((inner, role) for inner in ast.iter_child_nodes(node))

    def _is_string(self, node: ast.expr, role: _Role) -> bool:
        """Add the strings that an expression makes; tell whether there are any."""
        values = self._values.of(node) if writes_string(node) else []
        for value in values:
            if role == "prose":
                self.sinks.markup(value)
            else:
                self.sinks.string(value, "note", may_be_html=role == "any")
        return bool(values)

    def _inner_of_call(self, node: ast.Call, role: _Role) -> Iterator[_Step]:
        name = self._name(node.func)
        of_arguments = role
        if name in NO_URL_CALLS or name in TEMPLATES:
            of_arguments = "none"
        elif name in ASKS and role == "any":
            of_arguments = "asked"
        yield (node.func, role)
        is_request = isinstance(node.func, ast.Attribute) and name in REQUESTS
        for number, argument in enumerate(node.args):
            yield argument, "none" if is_request and not number else of_arguments
        for word in node.keywords:
            of_word = of_arguments
            if word.arg in NO_URL_WORDS:
                of_word = "none"
            elif word.arg in PROSE_WORDS and role == "any" and name not in ASKS:
                # A page of an API shows it.
                of_word = "prose"
            yield word.value, of_word


def _picked(words: dict[str | None, ast.expr], *names: str) -> list[ast.expr]:
    return [words[name] for name in names if name in words]


def _is_of(node: ast.expr, name: str) -> bool:
    """Tell whether a method belongs to an object of that name: ``x.headers.add``."""
    return isinstance(node, ast.Attribute) and name_of(node.value) == name


def _functions(tree: ast.Module, lines: Collection[int]) -> Iterator[ast.AST]:
    """Yield the functions that begin in some lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda) and node.lineno in lines:
            yield node
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if first in lines:
                yield node
