"""A text of the app in which URLs may be written: a template, a static file, Python."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..texts.reference import Reference


@dataclass(frozen=True, eq=False)
class Source:
    """A file, and the URLs in it.

    :param kind: What it is.
    :param file: Its name for people: relative to the folder of installed packages if it
        lies below it, else to the working directory, else its whole path.
    :param path: Where it lies; ``None`` for a template that has no file.
    :param text: What stands in it, with plain line feeds.
    :param references: The URLs in it. Their places are those in ``text``.
    :param name: The name of a template for its loader; the dotted name of a module; the
        name of a static file in its folder.
    :param endpoint: The endpoint that serves a static file; ``""`` for others.
    :param is_installed: Whether it belongs to an installed library, which nobody edits.
    :param refers_to: The templates that a template may extend, include or import.
    """

    kind: Literal["template", "static", "python"]
    file: str
    path: Path | None
    text: str
    references: tuple[Reference, ...]
    name: str
    endpoint: str = ""
    is_installed: bool = False
    refers_to: tuple[str, ...] = ()


def with_plain_line_feeds(text: str) -> str:
    """Return a text as :class:`Source` has it, with each line break as a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
