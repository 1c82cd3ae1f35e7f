"""How well a URL of a page fits one that is written in a source.

A page has the URL as it came out, and a template has it with HOLEs. The attributes of
its tag, and what stands around that, tell one place from another.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..texts.reference import HOLE, Reference, pattern_of

# Code of a template, with the usual delimiters: it is only looked at for likeness. The
# text between two statements may be left out.
_CODE = re.compile(r"\{%.*?%\}(?:[^<>]*\{%.*?%\})*|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BEFORE = re.compile(r"<(/?[a-zA-Z][\w:-]*)[^<>]*>([^<>]*)<[^<>]*$")
_AFTER = re.compile(r"[^<>]*>([^<>]*)<(/?[a-zA-Z][\w:-]*)")
# Characters on each side.
_AROUND = 400


class Attributes(NamedTuple):
    """How well the other attributes of two tags fit.

    :param alike: How many have the same value.
    :param is_same: Whether all have, and neither tag has another.
    :param may_differ: Whether code in the tag may write other attributes.
    """

    alike: int
    is_same: bool
    may_differ: bool


class Around(NamedTuple):
    """How well what stands around two tags fits.

    :param is_alike: Whether the same text and tags stand before and after.
    :param has_text: Whether the same text follows; ``None`` if nobody knows what does.
    """

    is_alike: bool
    has_text: bool | None


def literal_part(written: str, url: str) -> int | None:
    """Return how much of a URL is written.

    :param written: It, with a HOLE for each part that may be anything.
    :param url: The URL that came out.
    :return: 0 if it may be any URL, 1 if it is only known to be a path; ``None`` if it
        cannot be this one.
    """
    if written == url:
        # More than with a HOLE that came out as nothing.
        return len(url) + 1
    if not pattern_of(written).fullmatch(url):
        return None
    literal = written.replace(HOLE, "")
    return len(literal) if re.search(r"\w", literal) else min(len(literal), 1)


def attributes_of(text: str, written: Reference, reference: Reference) -> Attributes:
    """Return how well the other attributes of two tags fit.

    :param text: The source.
    :param written: A URL in it.
    :param reference: A URL of a page.
    """
    own = dict(written.element)
    shown = dict(reference.element)
    for tag in (own, shown):
        tag.pop("", None)
        tag.pop(reference.position, None)
    alike = sum(
        name in own and pattern_of(own[name]).fullmatch(value) is not None
        for name, value in shown.items()
    )
    is_same = alike == len(shown) == len(own)
    before = text[max(written.start - _AROUND, 0) : written.start].rpartition("<")[2]
    after = text[written.end : written.end + _AROUND].partition(">")[0]
    has_statement = "{%" in before + after and shown.keys() <= own.keys()
    has_hole = any(HOLE in name for name in own)
    return Attributes(alike, is_same, has_statement or has_hole)


def around_of(text: str, written: Reference, page: str, reference: Reference) -> Around:
    """Return how well what stands around two tags fits.

    :param text: The source.
    :param written: A URL in it.
    :param page: The text of the page.
    :param reference: A URL in it.
    """
    before, shown_before = _before(text, written), _before(page, reference)
    after, shown_after = _after(text, written), _after(page, reference)
    if not after or not shown_after:
        return Around(is_alike=False, has_text=None)
    fits = [*map(_fits, after, shown_after)]
    is_alike = bool(before and shown_before) and all(
        (*fits, *map(_fits, before, shown_before))
    )
    content = after[0]
    is_known = content and HOLE not in content
    return Around(is_alike, fits[0] if is_known else None)


def _before(text: str, reference: Reference) -> tuple[str, ...]:
    """Return the tag before that of a URL, and the text between; nothing for none."""
    start = reference.start
    found = _BEFORE.search(_without_code(text[max(start - _AROUND, 0) : start]))
    if found is None:
        return ()
    tag, between = found.groups()
    # A loop begins there, say.
    return HOLE if HOLE in between else tag, between.strip()


def _after(text: str, reference: Reference) -> tuple[str, ...]:
    """Return the text behind the tag of a URL, and the next tag; nothing for none."""
    end = reference.end
    found = _AFTER.match(_without_code(text[end : end + _AROUND]))
    if found is None:
        return ()
    between, tag = found.groups()
    return between.strip(), HOLE if HOLE in between.strip()[-1:] else tag


def _without_code(text: str) -> str:
    return _CODE.sub(HOLE, _COMMENT.sub("", text))


def _fits(template: str, shown: str) -> bool:
    pattern = pattern_of(" ".join(template.split()))
    return pattern.fullmatch(" ".join(shown.split())) is not None
