"""Which static files a text names."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

# The last letters of a page name a demo of a library as well as one of the app.
_PAGES = (".html", ".htm", ".xhtml")
_PATH = re.compile(r"[\w@+~%-][\w@+~%./-]*\.\w+")
_FOLDER = re.compile(r"[\w@+~%-][\w@+~%./-]*(?=/[\"'`])")


class FileNames:
    """The names of files in texts, and of folders to which a name is joined."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._folders: set[str] = set()

    def add(self, text: str) -> None:
        """Add the names in a text."""
        for path in set(_PATH.findall(text)):
            self._names.update(_ends(path))
        for path in set(_FOLDER.findall(text)):
            self._folders.update(_ends(path))

    def has(self, name: str) -> bool:
        """Tell whether a file is named.

        :param name: Its name in its static folder.
        """
        path = PurePosixPath(name)
        if path.suffix in _PAGES:
            return name in self._names
        folder = path.parent.as_posix()
        return path.name in self._names or folder in self._folders


def _ends(path: str) -> list[str]:
    """Return a path without its first segments, without two of them, and so on."""
    segments = path.split("/")
    return ["/".join(segments[number:]) for number in range(len(segments))]
