"""The URLs in HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from justhtml import JustHTML
from justhtml.dom import Element as Node
from justhtml.dom import Node as Tree

from .content_type import media_type_of_content
from .elements import Element
from .reference import HOLE, Embedded, Reference
from .start_tag import Attribute, attributes_of

# A browser drops such a tag where it does not expect it: a row outside of a table, a
# form in a form, a second <body>. A text may be a part of a page, and a template may
# have a tag in each branch, so the parser gets a <br> of the same length instead, which
# it never drops. A name that is a HOLE is one, too. A "<" that begins no tag costs the
# parser more than linear time.
_DROPPED = re.compile(
    r"<(?:(?:table|tbody|thead|tfoot|tr|td|th|caption|colgroup|col|form|select|html|head"
    rf"|body|frameset|frame|{HOLE}{{2,}})(?=[\t\n\f\r />])|(?![A-Za-z/!?]))",
    re.IGNORECASE,
)
_NAME = re.compile(r"<([^\t\n\f\r />]+)")
_CDATA = re.compile(r"\s*<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)


@dataclass(frozen=True)
class _Tag:
    """A start tag as it stands in the text.

    :param name: Its name in lower case.
    :param end: Where it ends.
    :param content_end: Where its content ends; ``None`` if it has no end tag.
    :param is_html: Whether its element is none of SVG or MathML.
    :param is_inert: Whether it stands in a ``<template>``.
    :param attributes: Its attributes, in order.
    """

    name: str
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
    tags = _tags_of(text)
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


def _tags_of(text: str) -> list[_Tag]:
    """Return the start tags of a page as they stand in its text."""
    # The parser counts from behind a byte order mark.
    plain = text.replace("\ufeff", " ", 1) if text.startswith("\ufeff") else text
    page = JustHTML(
        _DROPPED.sub(_as_br, plain),
        sanitize=False,
        scripting_enabled=False,
        track_node_locations=True,
    )
    tags: dict[int, _Tag] = {}
    waiting: list[tuple[Tree, bool]] = [(page.root, False)]
    while waiting:
        parent, is_inert = waiting.pop()
        for child in parent.children or ():
            if isinstance(child, Node):
                _add(tags, child, text, is_inert=is_inert)
                waiting.append((child, is_inert))
                if child.template_content is not None:
                    waiting.append((child.template_content, True))
    return [tags[start] for start in sorted(tags)]


def _add(tags: dict[int, _Tag], node: Node, text: str, *, is_inert: bool) -> None:
    # The parser has no public name for the places of tags. An element that has none
    # does not stand in the text; one at the same place is a copy, which a browser makes
    # of an <a> or a <b> that is not closed in order.
    start, end = node._start_tag_start, node._start_tag_end
    if start is None or end is None or start in tags:
        return
    name = _NAME.match(text, start)
    tags[start] = _Tag(
        name=node.name if name is None else name[1].lower(),
        end=end,
        content_end=node._end_tag_start,
        is_html=node.namespace == "html",
        is_inert=is_inert,
        attributes=[*attributes_of(text, start, end - 1)],
    )


def _as_br(tag: re.Match[str]) -> str:
    return " " if tag[0] == "<" else "<br".ljust(len(tag[0]))


def _base_of(tags: Iterable[_Tag]) -> str:
    """Return the ``href`` of the first ``<base>`` that has one."""
    for tag in tags:
        if tag.name == "base" and tag.is_html and not tag.is_inert:
            href = tag.values.get("href")
            if href is not None:
                return href.strip()
    return ""


def _methods_of_forms(tags: Iterable[_Tag]) -> dict[str, str]:
    """Return the method of each form that has an ``id``, by that."""
    forms = [tag.values for tag in tags if tag.name == "form"]
    return {
        form["id"]: form.get("method", "") for form in reversed(forms) if "id" in form
    }


def _content_of(text: str, tag: _Tag, kind: str, base: str) -> Iterator[Embedded]:
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
