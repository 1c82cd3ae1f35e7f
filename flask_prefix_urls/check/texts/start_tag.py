"""A start tag, with its attributes and the places of their values."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cached_property
from html.entities import html5

# The grammar of WHATWG HTML, 13.2.5.32 to 13.2.5.37. The name may begin with "=", and
# a value without its second quotation mark goes on to the end. The grammar of XML is a
# part of it.
_ATTRIBUTE = re.compile(
    r"[\t\n\f\r /]*([^\t\n\f\r />][^\t\n\f\r />=]*)"
    r"(?:[\t\n\f\r ]*=[\t\n\f\r ]*"
    r"""(?:"([^"]*)"|'([^']*)'|(["'].*)|([^\t\n\f\r >]*)))?""",
    re.DOTALL,
)
_TAG_NAME = re.compile(r"<[^\t\n\f\r />]*")
_CHARACTER_REFERENCE = re.compile(
    r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?"
    r"|([A-Za-z][A-Za-z0-9]*(?:;|(?![A-Za-z0-9=;]))))"
)


@dataclass(frozen=True)
class Attribute:
    """An attribute of a start tag.

    :param name: In lower case.
    :param value: With its character references resolved.
    :param start: Where the value begins in the text, in characters, from 0.
    :param end: Where it ends.
    :param is_plain: Whether it has no character references, so that each place in
        ``value`` is one of the text.
    """

    name: str
    value: str
    start: int
    end: int
    is_plain: bool


@dataclass(frozen=True)
class StartTag:
    """A start tag as it stands in a text.

    :param name: Its name in lower case.
    :param name_end: Where that ends in the text.
    :param attributes: In order. Of two with one name, the first counts.
    :param end: Where it ends, behind its ``>``; the end of the text if it has none.
    :param is_ended: Whether it has its ``>``.
    :param is_closed: Whether it ends with ``/>``.
    """

    name: str
    name_end: int
    attributes: list[Attribute]
    end: int
    is_ended: bool
    is_closed: bool

    @cached_property
    def values(self) -> dict[str, str]:
        """The values of its attributes."""
        return {attribute.name: attribute.value for attribute in self.attributes}


def start_tag_at(text: str, start: int) -> StartTag:
    """Return a start tag.

    :param text: The text that has the tag.
    :param start: Where its ``<`` is.
    """
    tag_name = _TAG_NAME.match(text, start)
    name_end = place = start + 1 if tag_name is None else tag_name.end()
    attributes: dict[str, Attribute] = {}
    while found := _ATTRIBUTE.match(text, place):
        place = found.end()
        name = found[1].lower()
        if name in attributes:
            continue
        # One without a value has an empty one, at the end of its name.
        value_start, value_end = found.span(found.lastindex or 1)
        if found.lastindex == 1:
            value_start = value_end
        raw = text[value_start:value_end]
        value = _CHARACTER_REFERENCE.sub(_character, raw) if "&" in raw else raw
        attributes[name] = Attribute(name, value, value_start, value_end, value == raw)
    end = text.find(">", place)
    return StartTag(
        name="" if tag_name is None else tag_name[0][1:].lower(),
        name_end=name_end,
        attributes=[*attributes.values()],
        end=len(text) if end < 0 else end + 1,
        is_ended=end >= 0,
        is_closed=text[end - 1] == "/",
    )


def _character(reference: re.Match[str]) -> str:
    """Return what a character reference in an attribute stands for."""
    name = reference[1]
    if name is not None and name not in html5:
        return reference[0]
    return html.unescape(reference[0])
