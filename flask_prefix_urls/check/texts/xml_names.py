"""What stands in an element of XML, by its namespace and its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from .element_content import media_type_of_content
from .looks import looks_like_url
from .reference import Use

ATOM = "http://www.w3.org/2005/Atom"
XHTML = "http://www.w3.org/1999/xhtml"
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
#: What a browser shows as a page: there, a text is what one reads.
PAGES = frozenset(
    {XHTML, "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}
)

# RSS, sitemaps, OpenSearch, WebDAV, oEmbed, RSD, XSPF, and the extensions of feeds.
_IS_URL = re.compile(
    r".*(?:link|url|uri|loc)|href|location|guid|comments|docs|commentrss|icon|logo|image"
    r"|searchform"
)
_ATOM_URLS = frozenset({"icon", "logo", "uri"})
_PROSE = frozenset({"author", "category", "description", "name", "summary", "title"})
_MARKUP = re.compile(r"<[A-Za-z!]")


def kind_of_text(
    namespace: str, tag: str, attributes: Mapping[str, str], text: str
) -> Use | Literal[""] | str:
    """Return what the text of an element is.

    :param namespace: The URI of its namespace; ``""`` if it has none.
    :param tag: Its name without a prefix, in lower case.
    :param attributes: The values of its attributes.
    :param text: The text.
    :return: A media type, or how much the URL says; ``""`` for no URL.
    """
    if namespace in PAGES:
        return media_type_of_content(tag, attributes)
    if namespace == ATOM:
        if attributes.get("type", "").strip().lower() in ("html", "text/html"):
            return "text/html"
        if tag == "id":
            return "note"
        return "link" if tag in _ATOM_URLS else ""
    if _MARKUP.search(text):
        return "text/html"
    url = text.strip()
    if tag == "guid" and attributes.get("ispermalink", "").strip() == "false":
        return "note" if looks_like_url(url) else ""
    if _IS_URL.fullmatch(tag) and not re.search(r"\s", url):
        return "link"
    return "text" if looks_like_url(url) and tag not in _PROSE else ""
