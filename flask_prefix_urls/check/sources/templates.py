"""The templates of an app, from each loader of Jinja."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flask import Flask
from flask.templating import DispatchingJinjaLoader
from jinja2 import BaseLoader, ChoiceLoader, Environment, PrefixLoader, TemplateNotFound

from ..texts.reading import media_type_of_file
from ..texts.reference import Reference
from .installed import is_installed, name_of
from .jinja_strings import read_code
from .jinja_tokens import Code, parts_of
from .jinja_variants import variants
from .mapped import Mapped, Part
from .source import Source, with_plain_line_feeds
from .template_names import NamedTemplates, named_templates

# What people put behind the ending of the kind of text.
_SUFFIXES = (".jinja", ".jinja2", ".j2", ".tmpl", ".tpl")
_TAG = re.compile(r"<[a-zA-Z!]")


@dataclass(frozen=True, eq=False)
class Template:
    """A template, not yet read.

    :param text: It, with plain line feeds.
    :param path: Its file; ``None`` if it has none.
    :param parts: Its text and its code.
    :param names: The templates that it includes, extends or imports.
    """

    name: str
    text: str
    path: Path | None
    parts: Sequence[Part | Code]
    names: NamedTemplates


def names_of(app: Flask) -> set[str]:
    """Return the names of the templates of an app, as far as its loaders know them."""
    names = {name for loader in _loaders(app) for name in _names_of(loader)}
    return {name for name in names if not PurePosixPath(name).name.startswith(".")}


def load(app: Flask, name: str) -> Template | None:
    """Return a template, as the app's loaders find it.

    :return: ``None`` if there is none of that name.
    :raise Exception: The loader fails, or the template is not right.
    """
    environment = app.jinja_env
    if environment.loader is None:
        return None
    try:
        text, filename, _ = environment.loader.get_source(environment, name)
    except TemplateNotFound:
        return None
    path = None if filename is None else Path(filename).absolute()
    text = with_plain_line_feeds(text)
    parts = tuple(parts_of(environment, text))
    return Template(name, text, path, parts, named_templates(environment, text, parts))


def read_template(app: Flask, template: Template, names: Iterable[str]) -> Source:
    """Return a template with the URLs in it.

    :param names: The names of all templates.
    """
    text, path = template.text, template.path
    return Source(
        kind="template",
        file=template.name if path is None else name_of(path),
        path=path,
        text=text,
        references=_read(
            text, template.parts, media_type_of_template(template.name, text)
        ),
        name=template.name,
        is_installed=path is not None and is_installed(path, app.import_name),
        refers_to=tuple(template.names.of(names)),
    )


def read_template_text(
    environment: Environment, text: str, media_type: str
) -> tuple[Reference, ...]:
    """Return the URLs in a template.

    Where two begin at the same place, that which is written as it is comes first.

    :param media_type: What it is when it is rendered.
    :raise jinja2.TemplateSyntaxError: The lexer refuses it.
    """
    return _read(text, tuple(parts_of(environment, text)), media_type)


def _read(
    text: str, parts: Sequence[Part | Code], media_type: str
) -> tuple[Reference, ...]:
    found = {
        reference: None
        for variant in variants(parts)
        for reference in Mapped(variant).read(media_type)
    }
    for part in parts:
        if isinstance(part, Code):
            found.update(dict.fromkeys(read_code(part, text)))
    return tuple(sorted(found, key=lambda one: (one.start, not one.is_plain)))


def media_type_of_template(name: str, text: str) -> str:
    """Return what a template is when it is rendered; ``""`` if nothing reads that."""
    file = PurePosixPath(name)
    while file.suffix in _SUFFIXES:
        file = file.with_suffix("")
    if file.suffix:
        return media_type_of_file(file.name)
    return "text/html" if _TAG.search(text) else ""


def _loaders(app: Flask) -> Iterable[BaseLoader]:
    """Return the loaders, without those that only ask others."""
    loader = app.jinja_env.loader
    found = []
    waiting = [loader]
    while waiting:
        loader = waiting.pop()
        if isinstance(loader, DispatchingJinjaLoader):
            waiting += [app.jinja_loader]
            waiting += [blueprint.jinja_loader for blueprint in app.iter_blueprints()]
        elif isinstance(loader, ChoiceLoader):
            waiting += loader.loaders
        elif loader is not None:
            found.append(loader)
    return found


def _names_of(loader: BaseLoader) -> Iterator[str]:
    if isinstance(loader, PrefixLoader):
        for prefix, inner in loader.mapping.items():
            for name in _names_of(inner):
                yield prefix + loader.delimiter + name
        return
    # A function knows no names, and a loader of the app's own may fail in any way.
    with suppress(Exception):
        yield from loader.list_templates()
