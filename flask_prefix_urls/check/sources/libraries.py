"""The Python of the libraries that an app uses, as text: it names templates as well."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from flask import Flask

from .file_names import FileNames
from .installed import library_of

# A library with more Python than that is none for Flask.
_MOST_FILES = 1000


class Libraries:
    """The libraries whose blueprints, views and extensions an app has.

    :param app: The app.
    """

    def __init__(self, app: Flask) -> None:
        modules = [blueprint.import_name for blueprint in app.iter_blueprints()]
        modules += [view.__module__ or "" for view in app.view_functions.values()]
        modules += [type(one).__module__ for one in app.extensions.values()]
        self._folders = {*_folders(modules)}

    def name(self, name: str, path: Path | None) -> bool:
        """Tell whether a library names a file.

        :param name: Its name for a loader, or in a static folder.
        :param path: Where it lies: its own library may name it, too.
        """
        own = None if path is None else library_of(path)
        folders = self._folders if own is None else {*self._folders, own}
        return any(_names_in(folder).has(name) for folder in folders)


def _folders(modules: list[str]) -> Iterator[Path]:
    for name in dict.fromkeys(modules):
        file = getattr(sys.modules.get(name), "__file__", None)
        folder = None if file is None else library_of(Path(file).resolve())
        # Flask names no template.
        if folder is not None and folder.name != "flask":
            yield folder


@cache
def _names_in(folder: Path) -> FileNames:
    names = FileNames()
    files = folder.rglob("*.py") if folder.is_dir() else [folder]
    for file in islice(files, _MOST_FILES):
        names.add(file.read_text("utf-8", errors="replace"))
    return names
