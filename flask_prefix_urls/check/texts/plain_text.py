"""The URLs in plain text that is made of lines: playlists, ``robots.txt``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .reference import Embedded, Reference, Use

_PLAYLIST_LINE = re.compile(r"^[ \t]*([^\s#]\S*)[ \t\r]*$", re.MULTILINE)
_PLAYLIST_TAG = re.compile(r'^#EXT[^\n"]*(?:"[^"\n]*"[^\n"]*)*', re.MULTILINE)
_PLAYLIST_URI = re.compile(r'(?<=[:,])URI="([^"\n]+)"')
# What robots.txt (RFC 9309) and security.txt (RFC 9116) call a URL. A rule for robots
# is a path of the host, which a robot compares and does not ask for.
_FIELD = re.compile(
    r"^[ \t]*(?:(sitemap|contact|policy|acknowledgments|canonical|encryption|hiring)"
    r"|(allow|disallow))[ \t]*:[ \t]*(\S+)",
    re.MULTILINE | re.IGNORECASE,
)


def read_playlist(text: str, media_type: str) -> Iterator[Reference | Embedded]:  # noqa: ARG001
    """Yield the URLs in a playlist of HLS (RFC 8216), or a list of URLs (RFC 2483).

    :param text: The text.
    :param media_type: Its media type.
    """
    for line in _PLAYLIST_LINE.finditer(text):
        yield _reference(line, 1, "line", "link")
    for tag in _PLAYLIST_TAG.finditer(text):
        for found in _PLAYLIST_URI.finditer(text, *tag.span()):
            yield _reference(found, 1, "URI", "link")


def read_fields(text: str, media_type: str) -> Iterator[Reference | Embedded]:  # noqa: ARG001
    """Yield the URLs in ``robots.txt`` and ``security.txt``.

    :param text: The text.
    :param media_type: Its media type.
    """
    for found in _FIELD.finditer(text):
        name = found[1] or found[2]
        yield _reference(found, 3, name, "link" if found[1] else "note")


def _reference(found: re.Match[str], group: int, position: str, use: Use) -> Reference:
    start, end = found.span(group)
    return Reference(found[group], position, start, end, "text", use)
