"""Where the URLs stand in the ``content`` of a ``<meta>``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .content_policy import spans_of_content_policy
from .link_header import spans_of_link_header
from .looks import looks_like_url
from .reference import Use
from .refresh import span_of_refresh

# Open Graph, Twitter cards, Windows tiles and App Links end in one of these.
_NAMES_A_URL = re.compile(
    r"(?:.*[:._-])?(?:url|uri|href|image|src|video|audio|player|stream|logo|thumbnail|"
    r"thumbnailurl|contenturl|embedurl|tileimage|square\d+x\d+logo|wide\d+x\d+logo|"
    r"msapplication-config|starturl)"
)
_PROSE = re.compile(
    r"(?:(?:og|twitter|dc)[:.])?"
    r"(?:title|description|keywords|author|creator|site_name|generator|.*:alt|.*name)"
)
# msapplication-task, -notification and -badge; apple-itunes-app has commas.
_PART = re.compile(
    r"(?:uri\d?|src\d?|app-argument)[ ]*=[ ]*([^;,\t\n\f\r ]+)", re.IGNORECASE
)
_HAS_PARTS = re.compile(
    r"msapplication-(?:task|notification|badge|jumplist.*)|apple-itunes-app"
)


def spans_of_meta(attributes: Mapping[str, str]) -> Iterator[tuple[int, int, Use]]:
    """Yield where each URL begins and ends in ``content``, and how much it says.

    :param attributes: The values of all attributes of the ``<meta>``.
    """
    content = attributes["content"]
    header = attributes.get("http-equiv", "").strip().lower()
    if header == "refresh":
        span = span_of_refresh(content)
        if span is not None:
            yield *span, "link"
    elif header == "link":
        yield from spans_of_link_header(content)
    elif header.startswith("content-security-policy"):
        for start, end, _ in spans_of_content_policy(content):
            # A browser reports nothing for a policy in a page.
            yield start, end, "text" if "://" in content[start:end] else "note"
    elif not header:
        yield from _spans_of_named(attributes, content)


def _spans_of_named(
    attributes: Mapping[str, str], content: str
) -> Iterator[tuple[int, int, Use]]:
    names = [
        attributes[key].strip().lower()
        for key in ("property", "name", "itemprop")
        if key in attributes
    ]
    if any(map(_HAS_PARTS.fullmatch, names)):
        for part in _PART.finditer(content):
            yield *part.span(1), "link"
    elif any(map(_NAMES_A_URL.fullmatch, names)):
        yield 0, len(content), "link"
    elif looks_like_url(content.strip()) and not any(map(_PROSE.fullmatch, names)):
        yield 0, len(content), "text"
