"""Which reader a text has, by its media type."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import takewhile

from .css import read_css
from .element_content import JAVASCRIPT
from .html import read_html
from .javascript import read_javascript
from .json_text import read_json
from .once import once
from .plain_text import read_fields, read_playlist
from .reference import HOLE, Embedded, Reference
from .xml_text import read_xml

Reader = Callable[[str, str], Iterator[Reference | Embedded]]

# How deep texts may stand in others: a page in the srcdoc of a page in a string ...
_DEEPEST = 6
# How many embedded texts are kept, so that they are read once, and the characters of
# the longest.
_MOST_TEXTS = 128
_LONGEST_TEXT = 50_000
_READERS: dict[str, Reader] = {
    "text/html": read_html,
    "text/vnd.turbo-stream.html": read_html,
    "text/css": read_css,
    "text/x-declarations": read_css,
    "application/json": read_json,
    "text/json": read_json,
    "application/x-ndjson": read_json,
    "application/ndjson": read_json,
    "application/jsonl": read_json,
    "text/xml": read_xml,
    "application/xml": read_xml,
    "application/vnd.apple.mpegurl": read_playlist,
    "application/x-mpegurl": read_playlist,
    "audio/mpegurl": read_playlist,
    "audio/x-mpegurl": read_playlist,
    "text/uri-list": read_playlist,
    # robots.txt is served as text/plain, which may be anything.
    "text/x-robots": read_fields,
}
_BY_ENDING = {
    **dict.fromkeys(("html", "htm"), "text/html"),
    **dict.fromkeys(("js", "mjs", "cjs", "jsx"), "text/javascript"),
    **dict.fromkeys(("json", "geojson"), "application/json"),
    **dict.fromkeys(("xml", "xsl", "xslt", "opml"), "text/xml"),
    **dict.fromkeys(("xhtml", "xht"), "application/xhtml+xml"),
    **dict.fromkeys(("ndjson", "jsonl"), "application/x-ndjson"),
    **dict.fromkeys(("m3u8", "m3u"), "application/vnd.apple.mpegurl"),
    "css": "text/css",
    "svg": "image/svg+xml",
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "mpd": "application/dash+xml",
    "webmanifest": "application/manifest+json",
    "jsonld": "application/ld+json",
    "importmap": "application/importmap+json",
}
_BY_NAME = {"robots.txt": "text/x-robots", "security.txt": "text/x-robots"}
_HOLES = re.compile(f"{HOLE}+")


def read(text: str, media_type: str) -> tuple[Reference, ...]:
    """Return the URLs in a text, and in the texts that stand in it.

    :param text: The text, with HOLEs where a template puts something in.
    :param media_type: ``text/html``, without parameters, in lower case.
    :return: Nothing for a type that has none.
    """
    return tuple(_read(text, media_type, _DEEPEST))


def media_type_of_file(name: str) -> str:
    """Return the media type of a file.

    The database of the machine is not asked: it differs from one to the next.

    :param name: Its name, or its path.
    :return: ``""`` for one that has no URLs.
    """
    name = re.split(r"[/\\\\]", name.lower())[-1]
    return _BY_NAME.get(name) or _BY_ENDING.get(name.rpartition(".")[2], "")


def _read(text: str, media_type: str, depth: int) -> Iterator[Reference]:
    reader = _reader_of(media_type)
    if reader is None or not depth:
        return
    for found in reader(text, media_type):
        if isinstance(found, Reference):
            yield found
        else:
            for inner in _read_inner(found.text, found.media_type, depth - 1):
                yield _as_of_the_outer(inner, found)


@once(_MOST_TEXTS, _LONGEST_TEXT)
def _read_inner(text: str, media_type: str, depth: int) -> tuple[Reference, ...]:
    """Return the URLs in an embedded text, such as a script that each page has."""
    return tuple(_read(text, media_type, depth))


def _as_of_the_outer(inner: Reference, embedded: Embedded) -> Reference:
    """Return a URL of an embedded text with its place in the outer text."""
    inner = _without_runs(inner, embedded)
    start, end = embedded.start, embedded.end
    if embedded.is_plain:
        start, end = start + inner.start, start + inner.end
    return inner._replace(
        position=f"{embedded.position} {inner.position}".strip(),
        start=start,
        end=end,
        base=inner.base or embedded.base,
        is_plain=inner.is_plain and embedded.is_plain,
    )


def _without_runs(inner: Reference, embedded: Embedded) -> Reference:
    """Return a URL with one HOLE for each expression of the outer text in it."""
    expressions = embedded.expressions
    first = bisect_left(expressions, (inner.start,))
    within = [
        *takewhile(lambda one: one[0] < inner.end, expressions[first:]),
    ]
    if not within:
        return inner
    holes = []

    def one_hole(run: re.Match[str]) -> str:
        # The run of an expression of a template stays as it is.
        if not within or len(run[0]) != within[0][1] - within[0][0]:
            return run[0]
        holes.append(within.pop(0)[2])
        return HOLE

    url = _HOLES.sub(one_hole, inner.url)
    return inner._replace(url=url, holes=tuple(holes), is_plain=False)


def _reader_of(media_type: str) -> Reader | None:
    reader = _READERS.get(media_type)
    if reader is not None:
        return reader
    if media_type in JAVASCRIPT:
        return read_javascript
    if media_type.endswith("+json"):
        return read_json
    return read_xml if media_type.endswith("+xml") else None
