"""Sources of an app in which each URL is marked, so that no reader is needed."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

from flask_prefix_urls.check.sources.source import Source
from flask_prefix_urls.check.texts.reference import HOLE, Reference

_MARKED = re.compile("«(.*?)»", re.DOTALL)
_CODE = re.compile(r"\{\{ *(.*?) *\}\}")
_TAG = re.compile(r"<([a-z]+)([^<>]*)>")
_ATTRIBUTE = re.compile(r"([^\s=]+)=(?:\"([^\"]*)\"|([^\s\"]+))")


def references(
    marked: str, position: str = "href", language: Any = "html", **values: Any
) -> tuple[str, tuple[Reference, ...]]:
    """Return a text without its marks, and the URLs that they were around.

    :param values: What else each reference is given.
    """
    found = []
    text = ""
    end = 0
    for match in _MARKED.finditer(marked):
        text += marked[end : match.start()]
        raw = match[1]
        given = {
            "url": unescape(_CODE.sub(HOLE, raw)),
            "holes": tuple(_CODE.findall(raw)),
            "element": _element(marked, match.start()),
            **values,
        }
        start = len(text)
        text += raw
        found.append(
            Reference(
                position=position,
                language=language,
                start=start,
                end=len(text),
                **given,
            )
        )
        end = match.end()
    return text + marked[end:], tuple(found)


def source(
    marked: str,
    kind: Any = "template",
    name: str = "page.html",
    path: Path | None = None,
    is_installed: bool = False,
    refers_to: tuple[str, ...] = (),
    **values: Any,
) -> Source:
    """Return a source."""
    text, found = references(marked, **values)
    return Source(
        kind=kind,
        file=name,
        path=path,
        text=text,
        references=found,
        name=name,
        endpoint="static" if kind == "static" else "",
        is_installed=is_installed,
        refers_to=refers_to,
    )


def _element(marked: str, place: int) -> tuple[tuple[str, str], ...]:
    """Return the tag that a mark stands in, with its attributes."""
    for tag in _TAG.finditer(marked):
        if tag.start() < place < tag.end():
            masked = _CODE.sub(HOLE, re.sub("[«»]|{%.*?%}", "", tag[2]))
            values = ((name, a or b) for name, a, b in _ATTRIBUTE.findall(masked))
            return (("", tag[1]), *values)
    return ()
