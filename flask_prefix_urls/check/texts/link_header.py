"""Where the URLs stand in a ``Link`` header (RFC 8288)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .reference import Use

_TARGET = re.compile(r"[ \t,]*<([^>]*)>")
_PARAMETER = re.compile(
    r"[ \t]*;[ \t]*([^ \t=;,<\"]*)"
    r"(?:[ \t]*=[ \t]*(?:\"((?:[^\"\\]|\\.)*)\"|([^ \t;,\"]*)))?"
)

#: Relations that name a host: the path of their URL does not matter.
HOST_RELATIONS = frozenset({"dns-prefetch", "preconnect"})


def spans_of_link_header(value: str) -> Iterator[tuple[int, int, Use]]:
    """Yield where each URL begins and ends, and how much it says.

    :param value: The value of the header.
    """
    place = 0
    while target := _TARGET.match(value, place):
        place = target.end()
        anchors: list[tuple[int, int]] = []
        relations: set[str] = set()
        while parameter := _PARAMETER.match(value, place):
            place = parameter.end()
            name = parameter[1].lower()
            content = parameter[2] or parameter[3] or ""
            if name == "rel":
                relations = set(content.lower().split())
            elif name == "anchor" and content:
                anchors.append(parameter.span(parameter.lastindex or 0))
        yield *target.span(1), use_of_relations(relations)
        for start, end in anchors:
            yield start, end, "text"


def use_of_relations(relations: set[str]) -> Use:
    """Return how much the URL of a link says, by the relations that it has."""
    return "note" if relations and relations <= HOST_RELATIONS else "link"
