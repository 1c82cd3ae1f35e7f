"""What a string of JavaScript holds: a URL, HTML, CSS, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from .free_text import (
    SELECTOR,
    has_css,
    has_tags,
    is_path,
    is_root,
    is_rule,
    is_url,
    is_word,
    with_braces,
    with_holes,
)
from .javascript_calls import Given
from .javascript_values import Piece
from .reference import HOLE, Embedded, Reference, Use
from .srcset import spans_of_srcset
from .syntax_tree import SyntaxTree

_MODULES = ("import", "import()", "resolve()")
_BEGINNING = re.compile(r"\.{0,2}/|https?:", re.IGNORECASE)
# What stands between two literals parts no word here.
_ENDS = re.compile(r"(?:[>\s]|\A)\Z")
_STARTS = re.compile(r"[<\s]|\Z")


def read_string(
    pieces: tuple[Piece, ...], given: Given, tree: SyntaxTree
) -> Iterator[Reference | Embedded]:
    """Yield what stands in a string.

    :param pieces: Its parts.
    :param given: What it is given to.
    :param tree: The tree that it belongs to.
    """
    if given.use == "never" or not any(piece.kind == "text" for piece in pieces):
        return
    whole = "".join(piece.value for piece in pieces)
    if has_tags(whole):
        yield _embedded(pieces, "text/html", given, tree)
    elif has_css(whole):
        kind = "text/css" if "{" in whole else "text/x-declarations"
        yield _embedded(pieces, kind, given, tree)
    else:
        yield from _selectors(pieces, whole, tree)
        yield from _urls(pieces, given, tree)


def _urls(
    pieces: tuple[Piece, ...], given: Given, tree: SyntaxTree
) -> Iterator[Reference]:
    pieces = _without_own_host(pieces)
    if not pieces or pieces[0].kind != "text":
        return
    url, holes = _put_together(pieces, has_variables=given.use == "link")
    first = pieces[0]
    found = Reference(
        url=url,
        position=given.position,
        start=tree.place_of(first.start),
        end=tree.place_of(first.end),
        language="javascript",
        method=given.method,
        base=given.base,
        holes=holes,
        is_plain=len(pieces) == 1 and first.is_plain and not holes,
    )
    if given.position.lower() in ("srcset", "imagesrcset"):
        for begin, end in spans_of_srcset(url):
            yield _part(found, begin, end)
        return
    if given.position == "load()":
        # What follows is a selector of jQuery.
        url = url.partition(" ")[0]
        found = _part(found, 0, len(url))
    use = _use(url, given)
    # A slash before what is not known says nothing.
    if use is not None and (use == "link" or first.text != "/"):
        yield found._replace(use=use)


def _use(url: str, given: Given) -> Use | None:
    """Return how much a string says; ``None`` if it is no URL."""
    if given.use == "base":
        return "base" if is_word(url) else None
    if given.use == "note":
        return "note" if is_path(url) else None
    if is_rule(url):
        return "note"
    if given.use == "text":
        return "text" if is_url(url) else None
    if given.use == "named":
        # The beginning of what only a name calls a URL may be that of anything.
        if is_url(url):
            return "text" if HOLE in url else "link"
        return "link" if is_root(url) and given.may_be_root else None
    if given.position in _MODULES and not _BEGINNING.match(url):
        # The name of a package.
        return None
    return "link" if is_word(url) else None


def _part(found: Reference, begin: int, end: int) -> Reference:
    """Return a part of what stands in a string as the URL."""
    start = found.start
    if not found.is_plain:
        return found._replace(url=found.url[begin:end])
    return found._replace(
        url=found.url[begin:end], start=start + begin, end=start + end
    )


def _selectors(
    pieces: tuple[Piece, ...], whole: str, tree: SyntaxTree
) -> Iterator[Reference]:
    first = pieces[0]
    for found in SELECTOR.finditer(whole):
        start, end = tree.place_of(first.start), tree.place_of(first.end)
        if len(pieces) == 1 and first.is_plain:
            start, end = start + found.start(1), start + found.end(1)
        yield Reference(
            found[1], "selector", start, end, "javascript", "note", is_plain=False
        )


def _put_together(
    pieces: tuple[Piece, ...], *, has_variables: bool
) -> tuple[str, tuple[str, ...]]:
    """Return a URL and what is written for its HOLEs.

    :param has_variables: Whether ``:id`` is one, which a client puts a value in for.
    """
    url = ""
    holes: list[str] = []
    follows_code = False
    for piece in pieces:
        if piece.kind == "text":
            text = with_braces(piece.text) if has_variables else piece.text
            template = with_holes(text)
            url += template.url
            holes += template.names
        elif follows_code:
            holes[-1] += f" + {piece.text}"
        else:
            url += HOLE
            holes.append(piece.text)
        follows_code = piece.kind != "text"
    return url, tuple(holes)


def _without_own_host(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Return a URL without ``location.origin``, which is right on each page.

    :return: Nothing for another port of the host.
    """
    for index, piece in enumerate(pieces[:4]):
        before = "".join(one.value for one in pieces[:index])
        if piece.kind == "origin" and not before:
            return pieces[index + 1 :]
        # The scheme may stand in a variable, with the slashes.
        if piece.kind == "host" and re.fullmatch(rf"[^/]*//|{HOLE}", before):
            rest = pieces[index + 1 :]
            if len(rest) > 1 and rest[0].value == ":" and rest[1].kind == "code":
                rest = rest[2:]
            elif len(rest) > 1 and rest[0].kind == "code":
                rest = rest[1:]
            return rest if rest and rest[0].text.startswith("/") else ()
    return pieces


def _embedded(
    pieces: tuple[Piece, ...], media_type: str, given: Given, tree: SyntaxTree
) -> Embedded:
    """Return a text of another language that is put together."""
    literals = [piece for piece in pieces if piece.kind == "text"]
    start = tree.place_of(literals[0].start)
    is_plain = _can_be_masked(pieces)
    text, expressions = _masked(pieces, tree) if is_plain else _compact(pieces)
    return Embedded(
        text=text,
        media_type=media_type,
        position="" if given.position == "string" else given.position,
        start=start,
        end=max(start, tree.place_of(literals[-1].end)),
        is_plain=is_plain,
        expressions=expressions,
    )


def _can_be_masked(pieces: tuple[Piece, ...]) -> bool:
    """Tell whether each place in the whole can be one of the outer text."""
    for one, other in pairwise(pieces):
        if one.kind == other.kind == "text" and not (
            _ENDS.search(one.text) or _STARTS.match(other.text)
        ):
            return False
    literals = [piece for piece in pieces if piece.kind == "text"]
    return all(piece.is_plain for piece in literals) and all(
        one.end <= other.start for one, other in pairwise(literals)
    )


def _masked(
    pieces: tuple[Piece, ...], tree: SyntaxTree
) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """Return the literals, with what stands between them masked in its full length."""
    texts: list[str] = []
    expressions: list[tuple[int, int, str]] = []
    code: list[str] = []
    length = 0
    start = None
    for piece in pieces:
        if piece.kind != "text":
            code.append(piece.text)
            continue
        begin = tree.place_of(piece.start)
        start = begin if start is None else start
        gap = begin - start - length
        if code and gap:
            expressions.append((length, length + gap, " + ".join(code)))
        texts += [(HOLE if code else " ") * gap, piece.text]
        length += gap + len(piece.text)
        code = []
    return "".join(texts), tuple(expressions)


def _compact(
    pieces: tuple[Piece, ...],
) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """Return what the whole evaluates to."""
    texts: list[str] = []
    expressions: list[tuple[int, int, str]] = []
    length = 0
    for piece in pieces:
        if piece.kind != "text":
            expressions.append((length, length + 1, piece.text))
        texts.append(piece.value)
        length += len(piece.value)
    return "".join(texts), tuple(expressions)
