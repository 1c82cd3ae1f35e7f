"""What a reader finds in a text, one line each."""

from __future__ import annotations

from collections.abc import Iterable
from html import unescape

from flask_prefix_urls.check.texts.reference import HOLE, Embedded, Reference


def lines_of(text: str, found: Iterable[Reference | Embedded]) -> list[str]:
    """Return ``use position url`` of each URL, and ``type position: text`` of a text.

    The place of each is compared with the text, without regard to HTML's escapes and to
    what a HOLE stands for.
    """
    return [_line_of(text, one) for one in found]


def _line_of(text: str, found: Reference | Embedded) -> str:
    written = text[found.start : found.end]
    if isinstance(found, Embedded):
        if found.is_plain:
            assert written == found.text
        parts = [found.media_type, found.position and f"{found.position}:", found.text]
    else:
        if found.is_plain:
            known = found.url.split(HOLE)
            assert all(part in written or part in unescape(written) for part in known)
        parts = [found.use, found.position, found.url]
        if found.method != "GET":
            parts.append(f"by {found.method}")
    if found.base:
        parts.append(f"from {found.base}")
    if not found.is_plain:
        parts.append(f"in {written}")
    return " ".join(part for part in parts if part)
