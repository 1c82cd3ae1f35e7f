"""The files that a page of the walk was answered with, word for word.

A library may send files of its own folder by a view, and an app may read a page by
``open``.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from flask import Flask

from ..page import Page, Walk
from .app_modules import is_code
from .source import with_plain_line_feeds
from .static_files import MOST_BYTES, StaticFile

# A page that is named by no file, such as the root's.
_INDEX = "index.html"


def answered_files(
    app: Flask, walk: Walk, known: Collection[str]
) -> Iterator[StaticFile]:
    """Yield the files that are the whole answer to a path, by the name of that.

    :param app: The app.
    :param walk: What was asked.
    :param known: The texts of the files that are known already.
    """
    met = {*known}
    folders: dict[Path, dict[str, list[Path]]] = {}
    for page in walk.pages:
        if not page.text or page.templates:
            continue
        folder = _folder_of(app, page)
        text = with_plain_line_feeds(page.text)
        if folder is None or text in met:
            continue
        if folder not in folders:
            folders[folder] = _files_by_name(folder)
        name = PurePosixPath(page.target.partition("?")[0]).name or _INDEX
        for path in folders[folder].get(name, ()):
            file = StaticFile(path.relative_to(folder).as_posix(), path, "")
            if file.text == text:
                met.add(text)
                yield file
                break


def _folder_of(app: Flask, page: Page) -> Path | None:
    """Return the folder of the package, or of the module, of the view of a page."""
    view = inspect.unwrap(app.view_functions.get(page.endpoint, app))
    module = getattr(view, "__module__", None) or ""
    package = sys.modules.get(module.partition(".")[0])
    file = getattr(package, "__file__", None)
    return None if file is None else Path(file).resolve().parent


def _files_by_name(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in folder.rglob("*"):
        is_read = path.is_file() and is_code(path.relative_to(folder))
        if is_read and path.stat().st_size <= MOST_BYTES:
            found.setdefault(path.name, []).append(path)
    return found
