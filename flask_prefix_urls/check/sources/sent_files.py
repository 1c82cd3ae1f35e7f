"""The files that views send: ``send_from_directory("frontend", name)``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from flask import Flask

from ..texts.reading import media_type_of_file
from .app_modules import Module, is_code
from .python_values import name_of
from .static_files import MOST_BYTES, StaticFile

_SENDS = ("send_file", "send_from_directory")
_PATH = re.compile(r"[\w-][\w. /-]{0,200}")
# A folder with more files holds data.
_MOST_FILES = 2000


def sent_files(app: Flask, modules: Iterable[Module]) -> Iterator[StaticFile]:
    """Yield the files in the folders that a module names, if it sends files.

    :param app: The app.
    :param modules: Its modules.
    """
    met = set()
    for module in modules:
        if not _sends(module):
            continue
        for path in _named(app, module):
            folder = path if path.is_dir() else path.parent
            for file in _files_in(path):
                if file not in met:
                    met.add(file)
                    yield StaticFile(file.relative_to(folder).as_posix(), file, "")


def _sends(module: Module) -> bool:
    return any(
        isinstance(node, ast.Call) and name_of(node.func) in _SENDS
        for node in ast.walk(module.tree)
    )


def _named(app: Flask, module: Module) -> Iterator[Path]:
    """Yield the files and folders that the strings of a module name."""
    folder = module.path.parent
    bases = (Path(app.root_path).resolve(), folder, folder.parent, Path.cwd())
    for name in sorted(module.names.names):
        if _PATH.fullmatch(name):
            for base in dict.fromkeys(bases):
                path = base / name
                # The folder of the module has its package.
                if path.exists() and not folder.is_relative_to(path):
                    yield path


def _files_in(path: Path) -> Iterator[Path]:
    files = [path] if path.is_file() else path.rglob("*")
    for file in islice(files, _MOST_FILES):
        within = file.relative_to(path.parent)
        is_read = media_type_of_file(file.name) and is_code(within)
        if is_read and file.is_file() and file.stat().st_size <= MOST_BYTES:
            yield file
