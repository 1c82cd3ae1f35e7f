"""The files of an app in which URLs may be written."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from .page import Walk
from .source import Source


@dataclass(frozen=True, eq=False)
class Sources:
    """The files that were read.

    :param live: Those that the app uses.
    :param dead: The names of templates and static files that nothing names.
    """

    live: tuple[Source, ...]
    dead: tuple[str, ...]


def read_sources(app: Flask, walk: Walk) -> Sources:
    """Read the templates, the static files and the Python of an app.

    :param app: The app.
    :param walk: What was asked: a template that it rendered is not dead.
    """
    raise NotImplementedError
