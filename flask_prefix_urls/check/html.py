"""The URLs in HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from justhtml import JustHTML
from justhtml.dom import Element as Node
from justhtml.dom import Node as Tree

from .content_type import media_type_of_content
from .elements import Element
from .reference import HOLE, Embedded, Reference
from .start_tag import attributes_of

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
_TAG = re.compile(r"<([^\t\n\f\r />]+)")
_CDATA = re.compile(r"\s*<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)


class _Node(NamedTuple):
    """An element of the page.

    :param tag: Its name in lower case.
    :param start: Where its start tag begins.
    :param end: Where its start tag ends.
    :param content_end: Where its content ends; ``None`` if it has no end tag.
    :param is_html: Whether it is none of SVG or MathML.
    :param is_inert: Whether it stands in a ``<template>``.
    """

    tag: str
    start: int
    end: int
    content_end: int | None
    is_html: bool
    is_inert: bool


def read_html(text: str, media_type: str) -> Iterator[Reference | Embedded]:  # noqa: ARG001
    """Yield the URLs in HTML, and the texts that stand in it.

    :param text: The text: a page or a part of one.
    :param media_type: Its media type.
    """
    # A node is read twice, so that the <base> counts for what stands before it, too.
    nodes = _nodes_of(text)
    base = _base_of(text, nodes)
    forms = _methods_of_forms(text, nodes)
    method = "GET"
    for node in nodes:
        attributes = [*attributes_of(text, node.start, node.end - 1)]
        values = {attribute.name: attribute.value for attribute in attributes}
        if node.tag == "form":
            method = _method_of(values)
        owner = forms.get(values.get("form", ""), method)
        yield from Element(node.tag, attributes, "html", base, owner).read()
        kind = media_type_of_content(node.tag, values)
        if kind:
            yield from _content_of(text, node, kind, base)


def _nodes_of(text: str) -> list[_Node]:
    """Return the elements of a page as they stand in its text."""
    # The parser counts from behind a byte order mark.
    plain = text.replace("\ufeff", " ", 1) if text.startswith("\ufeff") else text
    plain = _DROPPED.sub(_as_br, plain)
    page = JustHTML(
        plain, sanitize=False, scripting_enabled=False, track_node_locations=True
    )
    found: dict[int, _Node] = {}
    waiting: list[tuple[Tree, bool]] = [(page.root, False)]
    while waiting:
        parent, is_inert = waiting.pop()
        for child in parent.children or ():
            if isinstance(child, Node):
                _add(found, child, text, is_inert=is_inert)
                waiting.append((child, is_inert))
                if child.template_content is not None:
                    waiting.append((child.template_content, True))
    return [found[start] for start in sorted(found)]


def _add(found: dict[int, _Node], node: Node, text: str, *, is_inert: bool) -> None:
    # The parser has no public name for the places of tags. An element that has none
    # does not stand in the text, or it is a copy of one that a browser opens again.
    start, end = node._start_tag_start, node._start_tag_end
    if start is None or end is None or start in found:
        return
    name = _TAG.match(text, start)
    found[start] = _Node(
        tag=node.name if name is None else name[1].lower(),
        start=start,
        end=end,
        content_end=node._end_tag_start,
        is_html=node.namespace == "html",
        is_inert=is_inert,
    )


def _as_br(tag: re.Match[str]) -> str:
    return " " if tag[0] == "<" else "<br".ljust(len(tag[0]))


def _base_of(text: str, nodes: list[_Node]) -> str:
    """Return the ``href`` of the first ``<base>`` that has one."""
    for node in nodes:
        if node.tag == "base" and node.is_html and not node.is_inert:
            for attribute in attributes_of(text, node.start, node.end - 1):
                if attribute.name == "href":
                    return attribute.value.strip()
    return ""


def _methods_of_forms(text: str, nodes: list[_Node]) -> dict[str, str]:
    """Return the method of each form that has an ``id``, by that."""
    methods: dict[str, str] = {}
    for node in nodes:
        if node.tag == "form":
            values = {
                attribute.name: attribute.value
                for attribute in attributes_of(text, node.start, node.end - 1)
            }
            if "id" in values:
                methods.setdefault(values["id"], _method_of(values))
    return methods


def _method_of(form: Mapping[str, str]) -> str:
    return form.get("method", "GET")


def _content_of(text: str, node: _Node, kind: str, base: str) -> Iterator[Embedded]:
    """Yield the text in a ``<script>`` or a ``<style>``."""
    start, end = node.end, node.content_end
    if end is None:
        # In HTML, one without an end tag goes on to the end; in SVG it is empty.
        end = len(text) if node.is_html else start
    content = text[start:end]
    is_plain = True
    if not node.is_html:
        cdata = _CDATA.fullmatch(content)
        if cdata is None:
            content = html.unescape(content)
            is_plain = content == text[start:end]
        else:
            content = cdata[1]
            start, end = start + cdata.start(1), start + cdata.end(1)
    if content.strip():
        yield Embedded(content, kind, "", start, end, is_plain, base)
