"""The URLs in HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .content_type import media_type_of_content
from .elements import Element
from .reference import HOLE, Embedded, Reference
from .start_tag import Attribute, start_tag_at

# The parser tells no places. So each tag gets its place as an attribute, and those
# that come out of the parser with one are no text, comment or script.
_PLACE = "flask-prefix-urls-place"
# One without an attribute has no URL, but it may have a script.
_TAG = re.compile(
    r"<(?:[A-Za-z][^\t\n\f\r />]*(?=[\t\n\f\r /])|(?:script|style)(?=>))",
    re.IGNORECASE,
)
# A browser drops such a tag where it does not expect it: a row outside of a table, a
# form in a form, a second <body>. A text may be a part of a page, and a template may
# have a tag in each branch, so the parser gets a <br> of the same length instead, which
# it never drops. A name that is a HOLE is one, too.
_DROPPED = re.compile(
    r"<(?:(?:table|tbody|thead|tfoot|tr|td|th|caption|colgroup|col|form|select|html|head"
    rf"|body|frameset|frame|{HOLE}{{2,}})(?=[\t\n\f\r />]))",
    re.IGNORECASE,
)
_CDATA = re.compile(r"\s*<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)
# Those in which a browser reads no tags, and what they are ended by.
_RAW = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE)
    for name in ("script", "style")
}


@dataclass(frozen=True)
class Tag:
    """A start tag as it stands in the text.

    :param name: Its name in lower case.
    :param start: Where it begins.
    :param end: Where it ends.
    :param content_end: Where its content ends; ``None`` if it has no end tag.
    :param is_html: Whether its element is none of SVG or MathML.
    :param is_inert: Whether it stands in a ``<template>``.
    :param attributes: Its attributes, in order.
    """

    name: str
    start: int
    end: int
    content_end: int | None
    is_html: bool
    is_inert: bool
    attributes: list[Attribute]

    @property
    def values(self) -> dict[str, str]:
        """The values of its attributes."""
        return {attribute.name: attribute.value for attribute in self.attributes}


def read_html(text: str, media_type: str) -> Iterator[Reference | Embedded]:  # noqa: ARG001
    """Yield the URLs in HTML, and the texts that stand in it.

    :param text: The text: a page or a part of one.
    :param media_type: Its media type.
    """
    tags = tags_of(text)
    base = _base_of(tags)
    forms = _methods_of_forms(tags)
    method = ""
    for tag in tags:
        values = tag.values
        if tag.name == "form":
            method = values.get("method", "")
        owner = forms.get(values.get("form", ""), method)
        yield from Element(tag.name, tag.attributes, "html", base, owner).read()
        kind = media_type_of_content(tag.name, values)
        if kind:
            yield from _content_of(text, tag, kind, base)


def tags_of(text: str) -> list[Tag]:
    """Return the start tags of a page as they stand in its text."""
    placed = _TAG.sub(
        lambda tag: f"{tag[0]} {_PLACE}={tag.start()} ", _DROPPED.sub(_as_br, text)
    )
    page = LexborHTMLParser(placed.encode(errors="replace"))
    tags: dict[int, Tag] = {}
    waiting = [(page.root, False)]
    while waiting:
        part, is_inert = waiting.pop()
        if part is None:
            continue
        for node in part.traverse():
            place = node.attributes.get(_PLACE)
            # One without a place does not stand in the text. Of two, one is a copy,
            # which a browser makes of an <a> or a <b> that is not closed in order.
            if place is not None and int(place) not in tags:
                tags[int(place)] = _tag_of(node, text, int(place), is_inert=is_inert)
        waiting += [(fragment, True) for fragment in part.template_fragments()]
    return [tags[start] for start in sorted(tags)]


def _tag_of(node: LexborNode, text: str, start: int, *, is_inert: bool) -> Tag:
    tag = start_tag_at(text, start)
    is_html, content_end = True, None
    if tag.name in _RAW or tag.name == "base":
        is_html = not _is_foreign(node)
    if tag.name in _RAW and (is_html or not tag.is_closed):
        content_end = _end_of_content(node, text, tag.name, tag.end)
    return Tag(tag.name, start, tag.end, content_end, is_html, is_inert, tag.attributes)


def _is_foreign(node: LexborNode) -> bool:
    """Tell whether an element is one of SVG or MathML."""
    parent = node.parent
    while parent is not None:
        if parent.tag in ("svg", "math"):
            return True
        if parent.tag in ("foreignobject", "desc", "title", "annotation-xml"):
            return False
        parent = parent.parent
    return False


def _end_of_content(node: LexborNode, text: str, name: str, start: int) -> int | None:
    """Return where the content of a ``<script>`` or a ``<style>`` ends."""
    ends = _RAW[name].finditer(text, start)
    # An end tag in a comment of a script may be a part of it.
    within = len(_RAW[name].findall(node.text()))
    end = next(islice(ends, within, None), None)
    return None if end is None else end.start()


def _as_br(tag: re.Match[str]) -> str:
    return "<br".ljust(len(tag[0]))


def _base_of(tags: Iterable[Tag]) -> str:
    """Return the ``href`` of the first ``<base>`` that has one."""
    for tag in tags:
        if tag.name == "base" and tag.is_html and not tag.is_inert:
            href = tag.values.get("href")
            if href is not None:
                return href.strip()
    return ""


def _methods_of_forms(tags: Iterable[Tag]) -> dict[str, str]:
    """Return the method of each form that has an ``id``, by that."""
    forms = [tag.values for tag in tags if tag.name == "form"]
    return {
        form["id"]: form.get("method", "") for form in reversed(forms) if "id" in form
    }


def _content_of(text: str, tag: Tag, kind: str, base: str) -> Iterator[Embedded]:
    """Yield the text in a ``<script>`` or a ``<style>``."""
    start, end = tag.end, tag.content_end
    if end is None:
        # In HTML, one without an end tag goes on to the end; in SVG it is empty.
        end = len(text) if tag.is_html else start
    content = text[start:end]
    is_plain = True
    if not tag.is_html:
        cdata = _CDATA.fullmatch(content)
        if cdata is None:
            content = html.unescape(content)
            is_plain = content == text[start:end]
        else:
            content = cdata[1]
            start, end = start + cdata.start(1), start + cdata.end(1)
    if content.strip():
        yield Embedded(content, kind, "", start, end, is_plain, base)
