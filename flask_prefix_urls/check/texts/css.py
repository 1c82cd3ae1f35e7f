"""The URLs in CSS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

import tinycss2
from tinycss2.ast import Node

from .free_text import SELECTOR
from .reference import Embedded, Reference

# Text without any of these has no URL, and need not be parsed.
_MAY_HAVE_ONE = re.compile(
    r"url|@import|src\(|image|fade|\[|\\|sourceMapping", re.IGNORECASE
)
_LINE = re.compile(r"[^\n\r\f]*(?:\r\n|[\n\r\f])?")
# How a URL may be written: in quotation marks, or as the whole of url(...).
_KINDS = {
    '"': re.compile(r'"((?:[^"\\]|\\[\s\S])*)'),
    "'": re.compile(r"'((?:[^'\\]|\\[\s\S])*)"),
}
_UNQUOTED = re.compile(r"[^(]*\(\s*((?:[^)\\]|\\[\s\S])*)")
# A string in these is a URL; format("woff2") and attr(href) have none.
_OF_URLS = frozenset(
    ("url", "src", "image", "image-set", "-webkit-image-set", "cross-fade",
     "-webkit-cross-fade")
)  # fmt: skip
# The names of these are URLs that nobody asks for.
_OF_NAMES = frozenset(("namespace", "document", "-moz-document"))
_SOURCE_MAP = re.compile(r"/\*[#@]\s*sourceMappingURL=(/[^\s*]+)\s*\*/\s*\Z")


def read_css(text: str, media_type: str) -> Iterator[Reference | Embedded]:  # noqa: ARG001
    """Yield the URLs in CSS, or in the declarations of an attribute ``style``.

    :param text: The text.
    :param media_type: Its media type.
    """
    if _MAY_HAVE_ONE.search(text):
        yield from _urls(text)
    # It stands at the end.
    source_map = _SOURCE_MAP.search(text, max(0, len(text) - 2000))
    if source_map is not None:
        start, end = source_map.span(1)
        yield Reference(source_map[1], "sourceMappingURL", start, end, "css", "note")


def _urls(text: str) -> Iterator[Reference]:
    lines = [0, *accumulate(len(line) for line in _LINE.findall(text))]
    nodes = tinycss2.parse_component_value_list(text, skip_comments=True)
    # Each list of nodes, with the function that they are given to. The nodes may be
    # nested as deep as the text is long.
    stack: list[tuple[Iterator[Node], str]] = [(iter(nodes), "")]
    rule = ""
    while stack:
        siblings, function = stack[-1]
        node = next(siblings, None)
        if node is None:
            stack.pop()
            continue
        place = lines[node.source_line - 1] + node.source_column - 1
        position = "@import" if rule == "import" else f"{function or 'url'}()"
        match node.type:
            case "at-keyword":
                rule = node.lower_value
            case "literal" if node.value == ";":
                rule = ""
            case "string" if function or (rule == "import" and len(stack) == 1):
                yield from _reference(node.value, text, place, position)
            case "url" if rule not in _OF_NAMES:
                yield from _reference(node.value, text, place, position)
            case "function" if rule not in _OF_NAMES:
                name = node.lower_name
                stack.append((iter(node.arguments), name if name in _OF_URLS else ""))
            case "[] block":
                yield from _selector(text, place)
            case "() block":
                stack.append((iter(node.content), ""))
            case "{} block":
                rule = ""
                stack.append((iter(node.content), ""))


def _reference(url: str, text: str, place: int, position: str) -> Iterator[Reference]:
    """Yield the URL of one token.

    :param place: Where the token begins.
    """
    # A picture that is written out, and a part of the page itself, ask for nothing.
    if not url or url[:1] == "#" or url[:5].lower() == "data:":
        return
    kind = _KINDS.get(text[place], _UNQUOTED)
    written = kind.match(text, place)
    start, end = written.span(1) if written else (place, place)
    end = start + len(text[start:end].rstrip())
    yield Reference(url, position, start, end, "css", is_plain=text[start:end] == url)


def _selector(text: str, place: int) -> Iterator[Reference]:
    found = SELECTOR.match(text, place)
    if found is not None:
        start, end = found.span(1)
        yield Reference(found[1], "selector", start, end, "css", "note", is_plain=False)
