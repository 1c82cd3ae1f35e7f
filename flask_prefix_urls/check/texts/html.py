"""The URLs in HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, cast

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .element_content import media_type_of_content
from .elements import Element
from .once import once
from .reference import HOLE, Embedded, Reference
from .start_tag import StartTag, start_tag_at

# The parser tells no places. So each tag gets its place as an attribute, and those
# that come out of the parser with one are no text, comment or script.
_PLACE = "flask-prefix-urls-place"
# A start tag: its name, and the rest of it if no value has "<" or ">", as in most. What
# a template writes for a name is a run of HOLEs, and a single one is no name.
_TAG = re.compile(
    rf"(<(?:[A-Za-z][^\t\n\f\r />]*|{HOLE}{{2,}}(?=[\t\n\f\r />])))"
    r"""([^<>"']*(?:"[^"<>]*"[^<>"']*|'[^'<>]*'[^<>"']*)*>)?"""
)
# A browser drops such a tag where it does not expect it: a row outside of a table, a
# form in a form, a second <body>. A text may be a part of a page, and a template may
# have a tag in each branch, so the parser gets a <br> instead, which it never drops.
_DROPPED = re.compile(
    "<(?:table|tbody|thead|tfoot|tr|td|th|caption|colgroup|col|form|select|html|head"
    f"|body|frameset|frame|{HOLE}+)",
    re.IGNORECASE,
)
# How many tags are kept, so that they are read once, and the characters of the longest.
_MOST_TAGS = 4096
_LONGEST_TAG = 1000
_CDATA = re.compile(r"\s*<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)
# Those in which a browser reads no tags, and what they are ended by.
_RAW = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE)
    for name in ("script", "style")
}
# Those that count without a URL, too: they say what is in them, or how others are read.
_TELLING = frozenset({*_RAW, "base", "form"})


class Tag(NamedTuple):
    """A start tag of an element.

    :param start: Where it begins in the text.
    :param written: What stands there.
    :param content_end: Where its content ends; ``None`` if it has no end tag. Known of
        ``<script>`` and ``<style>``.
    :param is_html: Whether its element is none of SVG or MathML. Known of these and of
        ``<base>``.
    :param is_inert: Whether it stands in a ``<template>``.
    """

    start: int
    written: StartTag
    content_end: int | None = None
    is_html: bool = True
    is_inert: bool = False

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.start + self.written.end


class _Marked(NamedTuple):
    """A start tag as the parser gets it.

    :param before: What stands before its place; the whole tag if it gets none.
    :param after: What follows; ``None`` if it gets no place.
    :param written: What it says; ``None`` if it gets no place, or there is more of it.
    """

    before: str
    after: str | None
    written: StartTag | None


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
        start, written = tag.start, tag.written
        if written.name == "form":
            method = written.values.get("method", "")
        owner = forms.get(written.values.get("form", ""), method)
        for found in _urls_of(text[start : tag.end], base, owner):
            yield found.moved(start)
        if written.name in _RAW:
            kind = media_type_of_content(written.name, written.values)
            if kind:
                yield from _content_of(text, tag, kind, base)


def tags_of(text: str) -> list[Tag]:
    """Return the start tags of a page as they stand in its text.

    Those that have no URL, and say nothing about others, are left out.
    """
    known: dict[int, StartTag | None] = {}

    def with_place(tag: re.Match[str]) -> str:
        before, after, written = _marked(tag[0])
        if after is None:
            return before
        start = tag.start()
        known[start] = written
        return f"{before}{start}{after}"

    page = LexborHTMLParser(_TAG.sub(with_place, text).encode(errors="replace"))
    tags: dict[int, Tag] = {}
    # Each text, an empty one too, has a root.
    waiting = [(cast(LexborNode, page.root), False)]
    while waiting:
        part, is_inert = waiting.pop()
        for node in part.css(f"[{_PLACE}]"):
            start = int(node.attrs.sget(_PLACE))
            # A browser copies an <a> that is not closed in order, again and again: each
            # copy has the same place.
            if start in tags:
                continue
            written = known[start] or _start_tag_of(text, start)
            tag = Tag(start, written, is_inert=is_inert)
            if written.name in _RAW or written.name == "base":
                tag = _of_element(tag, node, text)
            tags[start] = tag
        waiting += [(fragment, True) for fragment in part.template_fragments()]
    return [tags[start] for start in sorted(tags)]


def _of_element(tag: Tag, node: LexborNode, text: str) -> Tag:
    """Return a tag with what its element tells.

    :param node: The element.
    :param text: The text of the page.
    """
    name, is_html = tag.written.name, not _is_foreign(node)
    content_end = None
    if name in _RAW and (is_html or not tag.written.is_closed):
        content_end = _end_of_content(node, text, name, tag.end)
    return tag._replace(content_end=content_end, is_html=is_html)


@once(_MOST_TAGS, _LONGEST_TAG)
def _marked(tag: str) -> _Marked:
    """Return a start tag as the parser gets it.

    The pages of an app have most of their tags in common.

    :param tag: What :data:`_TAG` matched.
    """
    written = _start_tag_in(tag)
    opening, rest = tag[: written.name_end], tag[written.name_end :]
    if _DROPPED.fullmatch(opening):
        opening = "<br"
    before, after = f"{opening} {_PLACE}=", f" {rest}"
    if not written.is_ended:
        return _Marked(before, after, None)
    # An attribute of that name would be taken for a place.
    has_place = _PLACE in written.values
    if has_place or written.name in _TELLING or _urls_of(tag, "", ""):
        return _Marked(before, after, written)
    return _Marked(opening + rest, None, None)


def _start_tag_of(text: str, start: int) -> StartTag:
    """Return any start tag, as a text of its own."""
    return _start_tag_in(text[start : start_tag_at(text, start).end])


@once(_MOST_TAGS, _LONGEST_TAG)
def _start_tag_in(tag: str) -> StartTag:
    return start_tag_at(tag, 0)


@once(_MOST_TAGS, _LONGEST_TAG)
def _urls_of(tag: str, base: str, form_method: str) -> tuple[Reference | Embedded, ...]:
    """Return the URLs in a start tag, with their places in it."""
    written = _start_tag_in(tag)
    element = Element(written.name, written.attributes, "html", base, form_method)
    return tuple(element.read())


def _is_foreign(node: LexborNode) -> bool:
    """Tell whether an element is one of SVG or MathML."""
    parent = node.parent
    while parent is not None:
        name = (parent.tag or "").lower()
        if name in ("svg", "math"):
            return True
        if name in ("foreignobject", "desc", "title", "annotation-xml"):
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


def _base_of(tags: Iterable[Tag]) -> str:
    """Return the ``href`` of the first ``<base>`` that has one."""
    for tag in tags:
        if tag.written.name == "base" and tag.is_html and not tag.is_inert:
            href = tag.written.values.get("href")
            if href is not None:
                return href.strip()
    return ""


def _methods_of_forms(tags: Iterable[Tag]) -> dict[str, str]:
    """Return the method of each form that has an ``id``, by that."""
    forms = [tag.written.values for tag in tags if tag.written.name == "form"]
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
