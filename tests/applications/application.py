"""What is known of an application, by reading it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from flask import Flask

PREFIX = "/svc/v1"


@dataclass(frozen=True)
class Fault:
    """A link that no ``url_for`` built.

    :param file: The file that wrote it, below the folder that its package is in.
    :param column: Where the URL begins, counted from 1.
    :param url: The URL as it stands there, up to the end of what is written by hand.
    :param asks: The path and the query that it leads to, without any prefix.
    :param met: Whether an answer to a GET has it, for a user who is not logged in.
    :param has_place: Whether ``check`` can tell where it stands.
    """

    file: str
    line: int
    column: int
    url: str
    endpoint: str
    asks: str
    method: str = "GET"
    met: bool = True
    kind: str = "no-prefix"
    has_place: bool = True

    @property
    def wrong(self) -> str:
        """The path that a browser asks for."""
        return {"no-prefix": "", "prefix-twice": PREFIX * 2}[self.kind] + self.asks

    @property
    def right(self) -> str:
        """The path that it should ask for."""
        return PREFIX + self.asks


@dataclass(frozen=True)
class Decoy:
    """What looks like a fault, and is none."""

    file: str
    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Replacement:
    """What stands in a copy of an application instead of a right link."""

    old: str
    new: str
    fault: Fault


@dataclass(frozen=True)
class Application:
    """An application, and all its faults.

    :param make_app: Makes it, with an empty folder for what it stores.
    :param example: Its folder in the ``examples`` of Flask, where it is one of them.
    :param faults: All that an answer or the sources show.
    :param shown_by_a_browser: Faults that nothing but a browser shows.
    :param decoys: What a tool may take for a fault.
    :param replacements: Links to break in a copy.
    """

    name: str
    make_app: Callable[[Path], Flask]
    example: str | None = None
    faults: tuple[Fault, ...] = ()
    shown_by_a_browser: tuple[Fault, ...] = ()
    decoys: tuple[Decoy, ...] = ()
    replacements: tuple[Replacement, ...] = ()


def forget(package: str) -> None:
    """Make the next import of a package run it anew, since its app is a global."""
    for name in list(sys.modules):
        if name.partition(".")[0] == package:
            del sys.modules[name]


def imported_anew(name: str) -> ModuleType:
    """Import a module, and its package, as if for the first time."""
    forget(name.partition(".")[0])
    return import_module(name)


def path_of(file: str) -> Path:
    """Return where the file of a fault is."""
    package = import_module(Path(file).parts[0])
    return Path(package.__path__[0]).parent / file
