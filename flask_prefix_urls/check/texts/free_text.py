"""What a string may be, where nothing around it says what it is for."""

from __future__ import annotations

import re
from typing import NamedTuple

from .reference import HOLE

# What RFC 3986 has in a path, a query and a fragment, without what is more often a
# part of a glob, a regular expression or code. A path has a letter: "/./" is the root.
# Each class has what is not in it: one up to \U0010ffff would take 5 ms to compile.
_CHARACTER = r"[^\x00-\x20\"#'()*/<>?\[\\\]^`{|}\x7f-\xa0]"
_PATH = re.compile(
    r"(?=[^?\#]*[^\x00-/:-@\[-^`{-\xa0])"
    rf"/{_CHARACTER}(?:{_CHARACTER}|/(?!/))*(?:[?](?:{_CHARACTER}|[/?\[\]])*)?"
    rf"(?:\#(?:{_CHARACTER}|[/?])*)?"
)
_HOST = r"(?:(?:https?|wss?):)?//[^\s/?#\\<>\"'`{}|^*()]+"
_FULL_URL = re.compile(rf"{_HOST}/[^\s/\\<>\"'`|^*][^\s\\<>\"'`|^*]*", re.IGNORECASE)
_ROOT = re.compile(rf"/|{_HOST}/?", re.IGNORECASE)
_VARIABLE = re.compile(r"\{([^{}/\s]{1,60})\}")
# A query, or a fragment, of a template as RFC 6570 has them.
_QUERY = re.compile(r"\{[?&#][^{}/\s]{1,200}\}")
_ROUTE_VARIABLE = re.compile(r"/:([a-zA-Z]\w*)")
_ATTRIBUTE = re.compile(r"<[a-zA-Z][\w:-]*\s[^<>]*=", re.ASCII)
_CSS = re.compile(r"\burl\(|@import\s", re.IGNORECASE)
#: A path in a CSS selector on an attribute: ``[href^="/x"]``.
SELECTOR = re.compile(
    r"""\[\s*[\w:-]*(?:href|src|action)\s*[*^$|~]?=\s*["']?(/[^"'\]\s]+)""",
    re.IGNORECASE,
)


class Template(NamedTuple):
    """A URL with its variables in braces as HOLEs.

    :param names: What stands in the braces, in order.
    """

    url: str
    names: tuple[str, ...]


def is_path(text: str) -> bool:
    """Tell whether a text is the absolute path of a URL, with at least one segment."""
    return _PATH.fullmatch(text) is not None


def is_url(text: str) -> bool:
    """Tell whether a text is an absolute path, or a URL with a host and a path."""
    return is_path(text) or _FULL_URL.fullmatch(text) is not None


def is_word(text: str) -> bool:
    """Tell whether a text has no white space, so that it may be any URL."""
    return bool(text) and not any(character.isspace() for character in text)


def is_root(text: str) -> bool:
    """Tell whether a text is a slash, or a URL with a host and no path.

    In free text it is more often a separator, or the name of a host.
    """
    return _ROOT.fullmatch(text) is not None


def is_rule(text: str) -> bool:
    """Tell whether a text is a path with variables as routers have them: ``/a/:id``."""
    return text.startswith("/") and _ROUTE_VARIABLE.search(text) is not None


def with_braces(text: str) -> str:
    """Return a path with the variables of a router in braces: ``/a/{id}``."""
    return _ROUTE_VARIABLE.sub(r"/{\1}", text)


def has_tags(text: str) -> bool:
    """Tell whether a text is HTML with attributes."""
    return _ATTRIBUTE.search(text) is not None


def has_css(text: str) -> bool:
    """Tell whether a text is CSS with a URL."""
    return _CSS.search(text) is not None


def with_holes(text: str) -> Template:
    """Return a text with a HOLE for each variable in braces: ``/a/{id}{?page}``."""
    text = _QUERY.sub("", text)
    return Template(_VARIABLE.sub(HOLE, text), tuple(_VARIABLE.findall(text)))


def without_surrogates(text: str) -> str:
    """Return a text with the characters that pairs of surrogates stand for."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
