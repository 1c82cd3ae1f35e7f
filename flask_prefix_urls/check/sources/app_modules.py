"""The modules of an app: those that people edit, and that are no tests."""

from __future__ import annotations

import ast
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Flask

from ..texts.reference import HOLE
from .app_functions import lines_of_functions
from .installed import is_installed, name_of
from .mapped import EXPRESSION
from .python_values import Values, writes_string
from .template_names import NamedTemplates, named

_OWN_PACKAGE = __name__.partition(".")[0]
_TESTS = frozenset(("tests", "test"))
_NO_CODE = ("node_modules", "__pycache__", "venv", "env", "site-packages")


@dataclass(eq=False)
class Module:
    """A module of the app.

    :param name: Its dotted name.
    :param only: The first lines of the functions that the app has; ``None`` for all
        code. A module of tests has other code as well.
    """

    name: str
    path: Path
    text: str
    tree: ast.Module
    only: frozenset[int] | None

    @property
    def file(self) -> str:
        """Its name for people."""
        return name_of(self.path)

    @cached_property
    def values(self) -> Values:
        """The values of its expressions."""
        return Values(self.text, self.tree)

    @cached_property
    def names(self) -> NamedTemplates:
        """The names of templates, among other strings."""
        strings: set[str] = set()
        for node in self.values.scopes.function_of:
            if isinstance(node, ast.expr) and writes_string(node):
                strings.update(self._strings(node))
            elif isinstance(node, ast.AugAssign):
                # ``name += ".html"``
                strings.update(HOLE + end for end in self._strings(node.value))
        return named(strings)

    def _strings(self, node: ast.expr) -> Iterator[str]:
        for value in self.values.of(node):
            yield "".join(part.text for part in value).replace(EXPRESSION, HOLE)


def modules_of(app: Flask) -> dict[Path, str]:
    """Return the files of the app's Python, with the names of the modules."""
    found: dict[Path, str] = {}
    for top in _tops(app):
        folders = [
            Path(one).resolve() for one in getattr(sys.modules[top], "__path__", ())
        ]
        file = _file_of(top)
        if folders:
            for folder in folders:
                found.update(_of_package(top, folder))
        elif file is not None:
            found.update(_beside(file))
    return {
        path: name
        for path, name in sorted(found.items())
        if not is_installed(path, app.import_name)
    }


def read_module(app: Flask, path: Path, name: str) -> Module | None:
    """Return a module of an app; ``None`` for one of tests that has no function of it.

    :raise SyntaxError: It is no Python.
    """
    only = None
    if _is_test(path):
        only = lines_of_functions(app).get(path)
        if only is None:
            return None
    with tokenize.open(path) as file:
        text = file.read()
    return Module(name, path, text, ast.parse(text), only)


def _tops(app: Flask) -> Iterator[str]:
    """Yield the names of the packages and modules that make the app."""
    names = [app.import_name]
    names += [blueprint.import_name for blueprint in app.iter_blueprints()]
    names += [view.__module__ or "" for view in app.view_functions.values()]
    for name in dict.fromkeys(name.partition(".")[0] for name in names):
        if name in sys.modules and name != _OWN_PACKAGE:
            yield name


def _of_package(top: str, folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files of a package, also those that nothing has imported yet."""
    for path in sorted(folder.rglob("*.py")):
        within = path.relative_to(folder)
        if is_code(within):
            names = [top, *within.with_suffix("").parts]
            yield path, ".".join(name for name in names if name != "__init__")


def _beside(file: Path) -> Iterator[tuple[Path, str]]:
    """Yield the modules that were imported from the folder of one, or from below it."""
    for name in [*sys.modules]:
        path = _file_of(name)
        if path is not None and path.is_relative_to(file.parent):
            is_own = name.partition(".")[0] == _OWN_PACKAGE
            if not is_own and is_code(path.relative_to(file.parent)):
                yield path, name


def _file_of(name: str) -> Path | None:
    """Return the file of an imported module; ``None`` if it has none."""
    file = getattr(sys.modules[name], "__file__", None)
    if not isinstance(file, str) or not file.endswith(".py"):
        return None
    return Path(file).resolve()


def is_code(within: Path) -> bool:
    """Tell whether a file of a project is its code, and not that of a library."""
    folders = within.parts[:-1]
    return not any(one in _NO_CODE or one.startswith(".") for one in folders)


def _is_test(path: Path) -> bool:
    """Tell whether a module has tests, by its name and its folders' names."""
    name, folder = path.stem, path.parent
    if folder.is_relative_to(Path.cwd()):
        folder = folder.relative_to(Path.cwd())
    return (
        name == "conftest"
        or name.startswith("test_")
        or name.endswith("_test")
        or not _TESTS.isdisjoint(folder.parts)
    )
