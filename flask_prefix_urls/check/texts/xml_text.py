"""The URLs in XML: feeds, sitemaps, SVG, XHTML and others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import cast

# The parser is that of defusedxml: these are what it calls, and what it raises.
from xml.sax import SAXParseException  # nosec B406
from xml.sax.handler import ContentHandler  # nosec B406
from xml.sax.xmlreader import AttributesImpl, Locator  # nosec B406

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from .elements import Element
from .reference import HOLE, Embedded, Reference, Use
from .start_tag import Attribute, start_tag_at
from .xml_names import PAGES, XLINK, XSI, kind_of_text

_LINE_END = re.compile(r"\r\n|\r|\n")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ELEMENT = re.compile(r"<[^!?/]")
_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_HOLE_IN_TAG = re.compile(rf"(?<=\s){HOLE}+(?=[\s/>])")
_WRAPPER = "<x>"


def read_xml(text: str, media_type: str) -> Iterator[Reference | Embedded]:  # noqa: ARG001
    """Yield the URLs in XML, and the texts that stand in it.

    One that is not well-formed is read as far as it is.

    :param text: The text: a document or a part of one.
    :param media_type: Its media type.
    """
    start = text.find("<")
    if start < 0:
        return
    # In a template, something may stand before the XML declaration.
    document = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text[start:])
    document = _TAG.sub(_without_holes, document)
    if _ELEMENT.match(document):
        # A part of a document may have several elements.
        document = f"{_WRAPPER}{document}"
        start -= len(_WRAPPER)
    # Entities that the text defines are not resolved: they may be without end.
    parser = create_parser(forbid_external=False)
    handler = _Handler(text, parser, _starts_of_lines(document, start))
    parser.setContentHandler(handler)
    with suppress(SAXParseException, DefusedXmlException):
        parser.feed(document)
    for found in handler.found:
        is_base = isinstance(found, Reference) and found.use == "base"
        if handler.page_base and not found.base and not is_base:
            yield found._replace(base=handler.page_base)
        else:
            yield found


def _without_holes(tag: re.Match[str]) -> str:
    """Return a tag without the HOLEs that stand for whole attributes."""
    return _HOLE_IN_TAG.sub(lambda hole: " " * len(hole[0]), tag[0])


def _starts_of_lines(document: str, start: int) -> list[int]:
    return [start, *(start + end.end() for end in _LINE_END.finditer(document))]


@dataclass
class _Open:
    """An element that has not ended yet.

    :param prefixes: The prefixes that it declares.
    :param base: Its ``xml:base``.
    :param text: What stands in it, in pieces.
    :param text_start: Where that begins.
    """

    tag: str = ""
    namespace: str = ""
    attributes: list[Attribute] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    base: str = ""
    text: list[str] = field(default_factory=list)
    text_start: int = -1
    has_elements: bool = False


class _Handler(ContentHandler):
    """Collects the URLs.

    :param text: The whole text.
    :param locator: Says where the parser is, by line and column.
    :param lines: Where each line begins in the text.
    """

    def __init__(self, text: str, locator: Locator, lines: list[int]) -> None:
        super().__init__()
        self.found: list[Reference | Embedded] = []
        #: The ``href`` of the ``<base>`` of XHTML.
        self.page_base = ""
        self._text = text
        self._locator = locator
        self._lines = lines
        self._open = [_Open()]
        self._form_method = ""
        # What each prefix stands for, the innermost last.
        self._namespaces: defaultdict[str, list[str]] = defaultdict(list)

    def processingInstruction(self, target: str, data: str) -> None:  # noqa: ARG002, N802
        if target == "xml-stylesheet":
            attributes = start_tag_at(self._text, self._offset()).attributes
            self.found += Element(target, attributes, "xml").read()

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: ARG002, N802
        parent = self._open[-1]
        parent.has_elements = True
        start = self._offset()
        if start < 0:
            # The element that was put around a part of a document.
            self._open.append(_Open())
            return
        given = start_tag_at(self._text, start).attributes
        opened = _Open(base=parent.base, prefixes=[*self._declared(given)])
        prefix, _, opened.tag = name.lower().rpartition(":")
        opened.namespace = self._namespace_of(prefix)
        opened.attributes = [*self._as_html_names_them(given)]
        self._open.append(opened)
        self._read_attributes(opened)

    def characters(self, content: str) -> None:
        opened = self._open[-1]
        if not opened.text:
            opened.text_start = self._offset()
        opened.text.append(content)

    def skippedEntity(self, name: str) -> None:  # noqa: N802
        self.characters(f"&{name};")

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802
        opened = self._open.pop()
        for prefix in opened.prefixes:
            self._namespaces[prefix].pop()
        text = "".join(opened.text)
        if not opened.has_elements and text.strip():
            self._read_text(opened, text)

    def _declared(self, attributes: list[Attribute]) -> Iterator[str]:
        """Take the namespaces that an element declares, and yield their prefixes."""
        for attribute in attributes:
            name, _, prefix = attribute.name.partition(":")
            if name == "xmlns":
                self._namespaces[prefix].append(attribute.value)
                yield prefix

    def _namespace_of(self, prefix: str) -> str:
        namespaces = self._namespaces[prefix]
        return namespaces[-1] if namespaces else ""

    def _as_html_names_them(self, attributes: list[Attribute]) -> Iterator[Attribute]:
        """Yield the attributes that may hold a URL, with the prefixes of HTML."""
        for attribute in attributes:
            prefix, colon, name = attribute.name.partition(":")
            namespace = self._namespace_of(prefix) if colon else ""
            if namespace == XLINK:
                yield replace(attribute, name=f"xlink:{name}")
            elif namespace != XSI:
                yield attribute

    def _read_attributes(self, opened: _Open) -> None:
        if opened.namespace not in PAGES:
            self._read_base(opened)
        if opened.tag == "form":
            methods = [a.value for a in opened.attributes if a.name == "method"]
            self._form_method = "".join(methods)
        for found in self._element(opened).read():
            if isinstance(found, Reference) and found.use == "base":
                self.page_base = self.page_base or found.url
            self.found.append(found)

    def _read_base(self, opened: _Open) -> None:
        for attribute in opened.attributes:
            if attribute.name == "xml:base":
                element = self._element(opened)
                length = len(attribute.value)
                self.found += element.reference(attribute, 0, length, "base")
                opened.base = attribute.value.strip()

    def _read_text(self, opened: _Open, text: str) -> None:
        element = self._element(opened)
        kind = kind_of_text(opened.namespace, opened.tag, element.values, text)
        if not kind:
            return
        start, end = opened.text_start, opened.text_start + len(text)
        is_plain = self._text[start:end] == text
        if not is_plain:
            end = self._offset()
        if "/" in kind:
            name = "" if opened.namespace in PAGES else opened.tag
            self.found.append(
                Embedded(text, kind, name, start, end, is_plain, opened.base)
            )
            return
        content = Attribute(opened.tag, text, start, end, is_plain)
        self.found += element.reference(content, 0, len(text), cast("Use", kind))

    def _element(self, opened: _Open) -> Element:
        return Element(
            opened.tag, opened.attributes, "xml", opened.base, self._form_method
        )

    def _offset(self) -> int:
        """Return where the parser is, in the whole text."""
        line, column = self._locator.getLineNumber(), self._locator.getColumnNumber()
        return self._lines[(line or 1) - 1] + (column or 0)
