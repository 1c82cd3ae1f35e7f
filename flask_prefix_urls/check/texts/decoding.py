"""The text of a body, as a browser decodes it."""

from __future__ import annotations

import re
import zlib

import webencodings
from werkzeug.http import parse_options_header

# What may hold URLs. A picture, a font or an archive is not even read.
_TEXTS = re.compile(
    r"text/.+|(?:application|audio|image|model)/(?:.+[+.-])?"
    r"(?:json|jsonl|ndjson|xml|javascript|ecmascript|mpegurl)"
)
# How many bytes a browser looks at for the encoding: HTML, section 13.2.3.2.
_START = 1024
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_DECLARED = re.compile(
    rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([^\s"'/>;]+)"""
    rb"""|\A\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([^"']+)"""
    rb"""|\A@charset "([^"]+)";""",
    re.IGNORECASE,
)


def media_type_of(content_type: str) -> str:
    """Return the media type in a header ``Content-Type``, in lower case."""
    return parse_options_header(content_type)[0].lower()


def is_text(media_type: str) -> bool:
    """Tell whether a body of a media type may have URLs."""
    return _TEXTS.fullmatch(media_type) is not None


def is_attachment(content_disposition: str) -> bool:
    """Tell whether a browser saves a body and does not show it."""
    return parse_options_header(content_disposition)[0].lower() == "attachment"


def decompress(body: bytes, content_encoding: str, most: int) -> bytes | None:
    """Return a body without its compression, or the part of it that came.

    :param body: The bytes.
    :param content_encoding: The header ``Content-Encoding``.
    :param most: How many bytes to return at most: a small body may hide a large one.
    :return: ``None`` for a compression that the standard library does not know.
    """
    names = [name.strip().lower() for name in content_encoding.split(",")]
    # The last one was applied last.
    for name in reversed(names):
        if name in ("gzip", "x-gzip"):
            body = _inflate(body, zlib.MAX_WBITS + 16, most)
        elif name == "deflate":
            # RFC 9110 has it with zlib's header. Some send it without.
            plain = _inflate(body, zlib.MAX_WBITS, most)
            body = plain or _inflate(body, -zlib.MAX_WBITS, most)
        elif name not in ("", "identity"):
            return None
    return body


def decode(body: bytes, content_type: str) -> str:
    """Return the text of a body, with U+FFFD for what is wrong in it.

    :param body: The bytes. A byte order mark wins over all else.
    :param content_type: The header ``Content-Type``, whose charset is next.
    """
    # Werkzeug 2.2 has None for one without a value.
    charset = parse_options_header(content_type)[1].get("charset") or ""
    encoding = webencodings.lookup(charset) or _declared_in(body)
    text: str = webencodings.decode(body, encoding, errors="replace")[0]
    return text


def _declared_in(body: bytes) -> webencodings.Encoding:
    """Return the encoding that a text has for itself, by default UTF-8."""
    found = _DECLARED.search(_COMMENT.sub(b"", body[:_START]))
    label = "" if found is None else found[found.lastindex or 0].decode("latin-1")
    encoding = webencodings.lookup(label)
    # Who could read the label does not read UTF-16.
    if encoding is None or encoding.name.startswith("utf-16"):
        return webencodings.UTF8
    return encoding


def _inflate(body: bytes, window: int, most: int) -> bytes:
    """Return what can be decompressed of a body, of which the end may be missing."""
    try:
        return zlib.decompressobj(window).decompress(body, most)
    except zlib.error:
        return b""
