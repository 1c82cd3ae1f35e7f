"""The functions that an app has: its views, handlers and context processors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from types import FunctionType
from typing import Any

from flask import Flask


def lines_of_functions(app: Flask) -> dict[Path, frozenset[int]]:
    """Return the first lines of the functions of an app, by file."""
    found: dict[Path, set[int]] = {}
    for function in _functions(app):
        code = inspect.unwrap(function).__code__
        path = Path(code.co_filename).resolve()
        found.setdefault(path, set()).add(code.co_firstlineno)
    return {path: frozenset(lines) for path, lines in found.items()}


def _functions(app: Flask) -> Iterator[FunctionType]:
    """Yield the functions of an app that are written in Python."""
    handlers = (
        handler
        for by_code in app.error_handler_spec.values()
        for by_class in by_code.values()
        for handler in by_class.values()
    )
    every: Iterator[Callable[..., Any]] = chain(
        app.view_functions.values(),
        handlers,
        *app.before_request_funcs.values(),
        *app.after_request_funcs.values(),
        *app.template_context_processors.values(),
    )
    for function in every:
        view_class = getattr(function, "view_class", None)
        methods = () if view_class is None else vars(view_class).values()
        for one in (function, *methods):
            if isinstance(inspect.unwrap(one), FunctionType):
                yield one
