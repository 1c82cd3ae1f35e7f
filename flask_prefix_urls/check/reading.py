"""Which reader a text has, by its media type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from .css import read_css, read_declarations
from .html import read_html
from .javascript import read_javascript
from .json_text import read_json
from .reference import Embedded, Reference
from .xml_text import read_xml

Reader = Callable[[str, str], Iterator[Reference | Embedded]]

# How deep texts may stand in others: a page in the srcdoc of a page in a string ...
_DEEPEST = 6
_READERS: dict[str, Reader] = {
    "text/html": read_html,
    "text/css": read_css,
    "text/x-declarations": read_declarations,
    "text/javascript": read_javascript,
    "application/json": read_json,
    "text/xml": read_xml,
}


def read(text: str, media_type: str) -> tuple[Reference, ...]:
    """Return the URLs in a text, and in the texts that stand in it.

    :param text: The text, with HOLEs where a template puts something in.
    :param media_type: ``text/html``, without parameters, in lower case.
    :return: Nothing for a type that has none.
    """
    return tuple(_read(text, media_type, _DEEPEST))


def _read(text: str, media_type: str, depth: int) -> Iterator[Reference]:
    reader = _reader_of(media_type)
    if reader is None or not depth:
        return
    for found in reader(text, media_type):
        if isinstance(found, Reference):
            yield found
        else:
            for inner in _read(found.text, found.media_type, depth - 1):
                yield _as_of_the_outer(inner, found)


def _as_of_the_outer(inner: Reference, embedded: Embedded) -> Reference:
    """Return a URL of an embedded text with its place in the outer text."""
    start, end = embedded.start, embedded.end
    if embedded.is_plain:
        start, end = start + inner.start, start + inner.end
    return replace(
        inner,
        position=f"{embedded.position} {inner.position}".strip(),
        start=start,
        end=end,
        base=inner.base or embedded.base,
        is_plain=inner.is_plain and embedded.is_plain,
    )


def _reader_of(media_type: str) -> Reader | None:
    return _READERS.get(media_type)
