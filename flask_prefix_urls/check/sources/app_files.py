"""The files of an app in which URLs may be written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from operator import attrgetter

from flask import Flask

from ..page import Skipped, Walk
from .answered_files import answered_files
from .app_modules import Module, modules_of, read_module
from .file_names import FileNames
from .libraries import Libraries
from .python import read_python
from .sent_files import sent_files
from .source import Source
from .static_files import StaticFile, files_of, read_static_file
from .templates import (
    Template,
    load,
    media_type_of_template,
    names_of,
    read_template,
)


@dataclass(frozen=True, eq=False)
class Sources:
    """The files that were read.

    :param live: Those that the app uses.
    :param dead: The names of templates and static files that nothing names.
    :param unread: The files that are broken, and why.
    """

    live: tuple[Source, ...]
    dead: tuple[str, ...]
    unread: tuple[Skipped, ...] = ()


def read_sources(app: Flask, walk: Walk) -> Sources:
    """Read the templates, the static files and the Python of an app.

    :param app: The app.
    :param walk: What was asked: a template that it rendered is not dead.
    """
    return _Reading(app, walk).sources()


class _Reading:
    """What is known while the files of an app are read."""

    def __init__(self, app: Flask, walk: Walk) -> None:
        self._app = app
        self._walk = walk
        self._libraries = Libraries(app)
        self._unread: list[Skipped] = []

    def sources(self) -> Sources:
        modules = [*self._modules()]
        templates = self._templates(modules)
        live = {name: templates[name] for name in self._live(templates, modules)}
        names = FileNames()
        for module in modules:
            names.add(module.text)
        for template in live.values():
            names.add(template.text)
        files = [*self._files(modules, templates)]
        live_files = [*self._live_files(files, names)]
        texts = {file.text for file in live_files}
        live_files += answered_files(self._app, self._walk, texts)
        # A large file takes long, and the walk has read most of them.
        known = {
            page.text: tuple(r for r in page.references if r.language != "header")
            for page in self._walk.pages
        }
        dead = [*templates.keys() - live.keys()]
        dead += [file.name for file in files if file not in set(live_files)]
        return Sources(
            live=(
                *(
                    read_template(self._app, live[name], templates)
                    for name in sorted(live)
                ),
                *(read_static_file(self._app, file, known) for file in live_files),
                *(self._read_module(module) for module in modules),
            ),
            dead=tuple(sorted(dead)),
            unread=tuple(sorted(self._unread, key=attrgetter("what"))),
        )

    def _modules(self) -> Iterator[Module]:
        for path, name in modules_of(self._app).items():
            try:
                module = read_module(self._app, path, name)
            except (OSError, SyntaxError, ValueError, RecursionError) as error:
                self._unread.append(Skipped(name, _reason(error)))
                continue
            if module is not None:
                yield module

    def _read_module(self, module: Module) -> Source:
        return Source(
            kind="python",
            file=module.file,
            path=module.path,
            text=module.text,
            references=read_python(
                module.values, module.tree, self._app.jinja_env, module.only
            ),
            name=module.name,
        )

    def _templates(self, modules: Collection[Module]) -> dict[str, Template]:
        """Return all templates, by name; those that a nearer loader hides are none."""
        found: dict[str, Template] = {}
        waiting = {name for page in self._walk.pages for name in page.templates}
        # A loader that is a function does not know its names.
        waiting |= {name for module in modules for name in module.names.names}
        waiting = {name for name in waiting if "." in name and not name[0].isspace()}
        waiting |= names_of(self._app)
        met: set[str] = set()
        while waiting:
            name = waiting.pop()
            met.add(name)
            template = self._load(name)
            if template is not None:
                found[name] = template
                waiting |= template.names.names - met
        return found

    def _load(self, name: str) -> Template | None:
        try:
            return load(self._app, name)
        except UnicodeDecodeError as error:
            # A picture, say, that lies beside the templates.
            if media_type_of_template(name, ""):
                self._unread.append(Skipped(name, _reason(error)))
            return None
        except Exception as error:
            # A loader of the app's own may fail in any way.
            self._unread.append(Skipped(name, _reason(error)))
            return None

    def _live(
        self, templates: dict[str, Template], modules: Collection[Module]
    ) -> set[str]:
        """Return the names of the templates that the app may render."""
        rendered = {name for page in self._walk.pages for name in page.templates}
        live = {
            name
            for name, template in templates.items()
            if name in rendered or self._libraries.name(name, template.path)
        }
        for module in modules:
            live.update(module.names.of(templates))
        waiting = [*live]
        while waiting:
            further = {*templates[waiting.pop()].names.of(templates)} - live
            live |= further
            waiting += further
        return live

    def _files(
        self, modules: Collection[Module], templates: dict[str, Template]
    ) -> Iterator[StaticFile]:
        """Yield the static files, and what else views send."""
        met = {template.path for template in templates.values()}
        for file in (*files_of(self._app), *sent_files(self._app, modules)):
            if file.path not in met:
                met.add(file.path)
                yield file

    def _live_files(
        self, files: Collection[StaticFile], names: FileNames
    ) -> Iterator[StaticFile]:
        """Yield the static files that a page of the walk, or another file, names."""
        got = {
            (page.endpoint, page.values.get("filename")) for page in self._walk.pages
        }
        left = [*files]
        while left:
            live = [
                file
                for file in left
                if (file.endpoint, file.name) in got
                or names.may_have(file.name)
                or self._libraries.name(file.name, file.path)
            ]
            if not live:
                return
            yield from live
            for file in live:
                names.add(file.text)
            left = [file for file in left if file not in live]


def _reason(error: Exception) -> str:
    return f"it cannot be read: {error}"
