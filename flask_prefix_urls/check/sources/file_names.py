"""Which files a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

_PATH = re.compile(r"[\w@+~%./-]+")
# A longer one is data.
_LONGEST = 300
# A page of the same name as another's may be a demo of a library.
_PAGES = (".html", ".htm", ".xhtml")
# What a bundler puts into the name of a file: ``app.1f3c9a07.js``.
_HASH = re.compile(r"[.-][0-9a-f]{8,}(?=\.)")


class FileNames:
    """The names of files in texts, and of folders to which a name is joined."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def add(self, text: str) -> None:
        """Add the names in a text."""
        for path in set(_PATH.findall(text)):
            if len(path) <= _LONGEST and ("." in path or "/" in path):
                self._names.update(ends_of(path))

    def has(self, name: str) -> bool:
        """Tell whether a file has its whole name in a text."""
        return name in self._names

    def may_have(self, name: str) -> bool:
        """Tell whether a static file is named, or its folder, to which a name is put.

        :param name: Its name in its static folder.
        """
        path = PurePosixPath(name)
        names = {name, f"{path.parent.as_posix()}/"}
        if path.suffix not in _PAGES:
            names |= {path.name, _HASH.sub("", path.name)}
        return not names.isdisjoint(self._names)


def ends_of(path: str) -> Iterator[str]:
    """Yield a path without its first segments, without two of them, and so on."""
    yield path
    place = path.find("/") + 1
    while 0 < place < len(path):
        yield path[place:]
        place = path.find("/", place) + 1
