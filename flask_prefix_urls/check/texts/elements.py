"""The URLs in the attributes of one element, in HTML and in XML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal
from urllib.parse import unquote

from .attributes import kind_of
from .link_header import use_of_relations
from .looks import looks_like_url
from .meta import spans_of_meta
from .reference import HOLE, Embedded, Reference, Use
from .srcset import spans_of_srcset
from .start_tag import Attribute

_WORD = re.compile(r"[^\t\n\f\r ,]+")
_FUNCTION = re.compile(
    r"""\burl\([\t\n\f\r ]*(?:"([^"\\]*)"|'([^'\\]*)'|([^"'()\\\s]+))[\t\n\f\r ]*\)""",
    re.IGNORECASE,
)
# What a script puts in later: Mustache, Vue, Angular, template literals, Underscore,
# and URI templates (RFC 6570).
_EXPRESSION = re.compile(
    r"\{\{[^{}]*\}\}|\$\{[^{}]*\}|\[\[[^\[\]]*\]\]|<%[^<%>]*%>|\{[^{}]*\}"
)
_CONNECT = re.compile(r"\bconnect:([^\t\n\f\r ]+)")
_ANIMATED_URL = re.compile(r"[^;\t\n\f\r ]+")
_SCRIPT_URL = re.compile(r"[\t\n\f\r ]*javascript:", re.IGNORECASE)
# Turbo, rails-ujs and Unpoly send a link by another method.
_METHODS = ("data-turbo-method", "data-method", "up-method")
_KNOWN_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_JSON = ("{", "[")
_TAGS = re.compile(r"\s*<[A-Za-z!]")


class Element:
    """An element, as a part of a page.

    :param tag: Its name in lower case.
    :param attributes: Its attributes, in order.
    :param language: The language of the text.
    :param base: As in :class:`~.reference.Reference`.
    :param form_method: The method of the form that it belongs to, as it stands.
    """

    def __init__(
        self,
        tag: str,
        attributes: Sequence[Attribute],
        language: Literal["html", "xml"],
        base: str = "",
        form_method: str = "",
    ) -> None:
        self.tag = tag
        #: The values of the attributes.
        self.values: dict[str, str] = {one.name: one.value for one in attributes}
        self._attributes = attributes
        self._language = language
        self._base = base
        self._form_method = form_method
        self._written = (("", tag), *self.values.items())

    def read(self) -> Iterator[Reference | Embedded]:
        """Yield the URLs in its attributes, and the texts that stand in them."""
        for attribute in self._attributes:
            yield from self._read_attribute(attribute)

    def reference(
        self,
        attribute: Attribute,
        start: int,
        end: int,
        use: Use = "link",
        position: str = "",
    ) -> Iterator[Reference]:
        """Yield the URL in a part of a value; nothing if it is empty.

        :param attribute: The attribute.
        :param start: Where the part begins in its value.
        :param end: Where it ends.
        :param use: How much the position says.
        :param position: As in :class:`~.reference.Reference`; by default the name.
        """
        part = attribute.value[start:end]
        written = part.strip("\t\n\f\r ")
        if not written:
            return
        start += part.index(written)
        is_plain = attribute.is_plain
        places = (attribute.start, attribute.end)
        if is_plain:
            places = (attribute.start + start, attribute.start + start + len(written))
        elif written == attribute.value:
            # Its escapes are its own, so it can be replaced as a whole.
            is_plain = True
        url, holes = written, 0
        if use == "link":
            url, holes = _EXPRESSION.subn(HOLE, written)
        yield Reference(
            url=url,
            position=position or attribute.name,
            start=places[0],
            end=places[1],
            language=self._language,
            use=use,
            method=self._method(attribute.name),
            base="" if use == "base" else self._base,
            element=self._written,
            # What a script puts in is no expression that Jinja could use.
            holes=("",) * holes,
            is_plain=is_plain,
        )

    def _read_attribute(self, attribute: Attribute) -> Iterator[Reference | Embedded]:
        value = attribute.value
        match kind_of(self.tag, attribute.name):
            case "url":
                yield from self._read_url(attribute)
            case "urls":
                yield from self._read_parts(attribute, _WORD)
            case "srcset":
                for start, end in spans_of_srcset(value):
                    yield from self.reference(attribute, start, end)
            case "style":
                yield self._embedded(attribute, "text/x-declarations")
            case "script":
                yield self._embedded(attribute, "text/javascript")
            case "page":
                yield self._embedded(attribute, "text/html")
            case "meta":
                yield from self._read_meta(attribute)
            case "animated":
                name = self.values.get("attributename", "")
                if name in ("href", "xlink:href"):
                    yield from self._read_parts(attribute, _ANIMATED_URL)
            case "connect":
                yield from self._read_parts(attribute, _CONNECT)
            case "hint" if _is_hint(value):
                yield from self.reference(attribute, 0, len(value))
            case "value":
                yield from self._read_value(attribute)
            case "route":
                if looks_like_url(value.strip()):
                    yield from self.reference(attribute, 0, len(value), "note")
            case "free" | "hint":
                yield from self._read_free(attribute)

    def _read_url(self, attribute: Attribute) -> Iterator[Reference | Embedded]:
        value = attribute.value
        script = _SCRIPT_URL.match(value)
        if script is not None:
            yield self._embedded(attribute, "text/javascript", script.end())
            return
        use: Use = "link"
        if (self.tag, attribute.name) == ("base", "href"):
            use = "base"
        elif self.tag == "link":
            use = use_of_relations({*self.values.get("rel", "").lower().split()})
        yield from self.reference(attribute, 0, len(value), use)

    def _read_parts(
        self, attribute: Attribute, pattern: re.Pattern[str]
    ) -> Iterator[Reference]:
        for part in pattern.finditer(attribute.value):
            yield from self.reference(attribute, *part.span(part.lastindex or 0))

    def _read_meta(self, attribute: Attribute) -> Iterator[Reference | Embedded]:
        if attribute.value.lstrip().startswith(_JSON):
            yield self._embedded(attribute, "application/json")
        for start, end, use in spans_of_meta(self.values):
            yield from self.reference(attribute, start, end, use)

    def _read_value(self, attribute: Attribute) -> Iterator[Reference]:
        value = attribute.value
        if not looks_like_url(value.strip()):
            return
        use: Use = "note"
        if self.tag == "option":
            use = "text"
        elif self.tag == "param":
            use = "link"
        yield from self.reference(attribute, 0, len(value), use)

    def _read_free(self, attribute: Attribute) -> Iterator[Reference | Embedded]:
        name, value = attribute.name, attribute.value
        if value.lstrip().startswith(_JSON):
            yield self._embedded(attribute, "application/json")
        elif _TAGS.match(value) and name.startswith(("data-", "up-")):
            yield self._embedded(attribute, "text/html")
        elif functions := [*_FUNCTION.finditer(value)]:
            # As in fill="url(/x#y)": most of what styles SVG may be an attribute.
            for function in functions:
                span = function.span(function.lastindex or 0)
                yield from self.reference(attribute, *span, position=f"{name} url()")
        elif all(looks_like_url(word) for word in _WORD.findall(value)):
            for word in _WORD.finditer(value):
                yield from self.reference(attribute, *word.span(), "text")
        elif looks_like_url(value.strip()):
            yield from self.reference(attribute, 0, len(value), "text")

    def _embedded(
        self, attribute: Attribute, media_type: str, start: int = 0
    ) -> Embedded:
        text = attribute.value[start:]
        is_plain = attribute.is_plain
        if start and "%" in text:
            # What follows "javascript:" is percent-encoded.
            text = unquote(text)
            is_plain = False
        return Embedded(
            text=text,
            media_type=media_type,
            position=attribute.name,
            start=attribute.start + start if is_plain else attribute.start,
            end=attribute.end,
            is_plain=is_plain,
            base=self._base,
        )

    def _method(self, name: str) -> str:
        """Return the method by which a browser asks for the URL in an attribute."""
        name = name.removeprefix("data-")
        if name in ("hx-post", "hx-put", "hx-patch", "hx-delete"):
            return name.removeprefix("hx-").upper()
        if name == "ping":
            return "POST"
        method = ""
        if name in ("action", "formaction"):
            method = self.values.get("formmethod", self._form_method)
        elif name in ("href", "up-href"):
            method = next(
                (self.values[key] for key in _METHODS if key in self.values), ""
            )
        method = method.strip().upper()
        return method if method in _KNOWN_METHODS else "GET"


def _is_hint(value: str) -> bool:
    """Tell whether a value is a URL, if its attribute is named as if it had one."""
    value = value.strip()
    is_json = value.startswith(_JSON)
    is_word = not re.search(r"\s", value) and "/" in value
    return not is_json and (is_word or value.startswith(("/", HOLE)))
