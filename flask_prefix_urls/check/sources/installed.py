"""Which files belong to installed libraries, and how people name a file."""

from __future__ import annotations

import sysconfig
from functools import cache
from pathlib import Path


def is_installed(path: Path, import_name: str) -> bool:
    """Tell whether a file belongs to an installed library, or to Python.

    :param path: The file.
    :param import_name: That of the app, whose own package may be installed as well.
    """
    library = library_of(path)
    return library is not None and library.stem != import_name.partition(".")[0]


def library_of(path: Path) -> Path | None:
    """Return the folder of the library that a file belongs to; ``None`` for no one."""
    for folder in _folders():
        if path.is_relative_to(folder):
            return folder / path.relative_to(folder).parts[0]
    return None


def name_of(path: Path) -> str:
    """Return the name of a file, as in :class:`~.source.Source`."""
    for folder in (*_folders(), Path.cwd()):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.as_posix()


@cache
def _folders() -> tuple[Path, ...]:
    """Return the folders of installed packages and of Python, the inner ones first."""
    paths = sysconfig.get_paths()
    names = ("purelib", "platlib", "stdlib", "platstdlib")
    folders = {Path(paths[name]).resolve() for name in names}
    # The folder of installed packages may lie in that of Python's own.
    return tuple(sorted(folders, key=lambda folder: -len(folder.parts)))
