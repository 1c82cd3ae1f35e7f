"""The static files of an app and of its blueprints, as far as they are served."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Flask

from ..texts.reading import media_type_of_file, read
from ..texts.reference import Reference
from .browser_templates import browser_parts
from .installed import is_installed, name_of
from .mapped import Mapped
from .source import Source

#: A larger file is data.
MOST_BYTES = 10_000_000
# Bundles of libraries are of these types, and most name no route of the app.
_LARGE = ("text/javascript", "text/css")


@dataclass(eq=False)
class StaticFile:
    """A file of a static folder, not yet read.

    :param name: Its name in the folder.
    :param endpoint: The endpoint that serves it.
    """

    name: str
    path: Path
    endpoint: str

    @cached_property
    def text(self) -> str:
        """What stands in it, with plain line feeds."""
        return self.path.read_text("utf-8-sig", errors="replace")


def files_of(app: Flask) -> Iterator[StaticFile]:
    """Yield the static files with text, of each folder that is served."""
    met = set()
    for endpoint, folder in _folders(app):
        for path in sorted(folder.rglob("*")):
            within = path.relative_to(folder)
            is_hidden = any(part.startswith(".") for part in within.parts)
            if is_hidden or path in met or not media_type_of_file(path.name):
                continue
            if path.is_file() and path.stat().st_size <= MOST_BYTES:
                met.add(path)
                yield StaticFile(within.as_posix(), path, endpoint)


def read_static_file(
    app: Flask, file: StaticFile, known: Mapping[str, tuple[Reference, ...]]
) -> Source:
    """Return a static file with the URLs in it.

    :param known: The URLs in texts that were read already.
    """
    media_type = media_type_of_file(file.name)
    references: tuple[Reference, ...] = ()
    if media_type not in _LARGE:
        references = _read(file.text, media_type)
    elif file.text in known:
        references = known[file.text]
    elif _may_name_a_route(app, file.text):
        references = read(file.text, media_type)
    return Source(
        kind="static",
        file=name_of(file.path),
        path=file.path,
        text=file.text,
        references=references,
        name=file.name,
        endpoint=file.endpoint,
        is_installed=is_installed(file.path, app.import_name),
    )


def _read(text: str, media_type: str) -> tuple[Reference, ...]:
    if media_type == "text/html":
        return tuple(Mapped([*browser_parts(text)]).read(media_type))
    return read(text, media_type)


def _folders(app: Flask) -> Iterator[tuple[str, Path]]:
    """Yield the static folders that an endpoint serves."""
    folders = {"static": app.static_folder}
    for name, blueprint in app.blueprints.items():
        folders[f"{name}.static"] = blueprint.static_folder
    for endpoint, folder in folders.items():
        if folder is not None and endpoint in app.view_functions:
            yield endpoint, Path(folder).resolve()


def _may_name_a_route(app: Flask, text: str) -> bool:
    """Tell whether a text has the first segment of a route of the app."""
    segments = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    if any("<" in segment for segment in segments):
        return True
    names = "|".join(re.escape(segment) for segment in segments if segment)
    # The root is a slash with nothing behind it.
    return re.search(rf"""/(?:(?:{names})(?![\w-])|["'`)?#])""", text) is not None
