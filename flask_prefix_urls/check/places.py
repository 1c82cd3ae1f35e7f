"""Where a URL of a page was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .likeness import attributes_of, is_alike_around, literal_part
from .page import Page
from .python_code import expression_of
from .reference import Reference, line_and_column
from .source import Source

_PREFIX = re.compile(r"\b_prefix\s*=\s*(?:(['\"])(.*?)\1)?")
# What a URL in the code of a module is written in; any other is in a text there.
_CODE = ("python", "header", "json")


class Written(NamedTuple):
    """A URL in a source: the one that a page got.

    :param is_chosen: Whether its prefix was chosen, as in ``url_for(..., _prefix=)``,
        so that it is no fault.
    :param is_as_served: Whether a static file was asked for at its own URL. A view may
        answer with it, too.
    """

    source: Source
    reference: Reference
    is_chosen: bool = False
    is_as_served: bool = True


class _Candidate(NamedTuple):
    """A place, and how well it fits: the greater, the better."""

    written: Written
    rank: tuple[int, ...]


class Places:
    """Finds where a URL was written.

    A wrong place is worse than none, so nothing is guessed.

    :param sources: The files of the app.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        static = [source for source in sources if source.kind == "static"]
        self._static = {(source.endpoint, source.name): source for source in static}
        self._by_text: dict[str, list[Source]] = {}
        for source in static:
            self._by_text.setdefault(source.text, []).append(source)
        self._templates = {s.name: s for s in sources if s.kind == "template"}
        self._python = [source for source in sources if source.kind == "python"]
        self._rendered: dict[tuple[str, ...], list[Source]] = {}
        self._by_kind = {source: _by_kind(source) for source in sources}
        self._functions: dict[int, str] = {}

    def of(self, page: Page, reference: Reference) -> Written | None:
        """Return where a URL of a page was written; ``None`` if that is not certain.

        :param page: The page.
        :param reference: One of its references.
        """
        found = self.candidates(page, reference)
        if len(found) < 2:
            return found[0] if found else None
        # If the page has as many such URLs, each place wrote one of them.
        same = [other for other in page.references if _key(other) == _key(reference)]
        if len(same) == len(found):
            return found[same.index(reference)]
        return found[0] if _are_on_one_line(found) else None

    def candidates(self, page: Page, reference: Reference) -> list[Written]:
        """Return the places that may have written a URL, all equally good.

        :param page: The page.
        :param reference: One of its references.
        """
        if reference.language == "header":
            return _best(self._in_headers(page, reference))
        file = self._static.get((page.endpoint, str(page.values.get("filename"))))
        if file is not None:
            return _in_file(file, page, reference)
        same = self._by_text.get(_with_plain_line_feeds(page.text), [])
        if len(same) == 1 and not page.templates:
            found = _in_file(same[0], page, reference)
            return [written._replace(is_as_served=False) for written in found]
        sources = [*self._templates_of(page), *self._python]
        alike = [c for s in sources for c in self._alike(s, page, reference)]
        telling = [candidate for candidate in alike if candidate.rank[0]]
        strings = () if telling else self._strings(sources, reference)
        # A list of links in code wrote what "{{ item.url }}" shows.
        return _best(telling) or _best(strings) or _best(alike)

    def _templates_of(self, page: Page) -> list[Source]:
        """Return the templates that a page was rendered from."""
        if not page.templates:
            # Jinja without Flask tells nobody what it renders.
            return [*self._templates.values()]
        if page.templates not in self._rendered:
            found: dict[str, Source] = {}
            waiting = [*page.templates]
            while waiting:
                name = waiting.pop()
                if name in self._templates and name not in found:
                    found[name] = self._templates[name]
                    waiting += found[name].refers_to
            self._rendered[page.templates] = [*found.values()]
        return self._rendered[page.templates]

    def _alike(
        self, source: Source, page: Page, reference: Reference
    ) -> Iterator[_Candidate]:
        """Yield the URLs of a source that stand where one of a page does."""
        for other in self._by_kind[source].get(_kind(reference), ()):
            literal = literal_part(other.url, reference.url)
            if literal is None:
                continue
            attributes = attributes_of(other, reference)
            around = is_alike_around(source.text, other, page.text, reference)
            is_chosen = _is_chosen(other, reference.url)
            if not literal and not is_chosen:
                is_built = any("url_for" in hole for hole in other.holes)
                # Without another attribute, any link may have come from it.
                is_known = attributes.alike or around or not reference.element
                if is_built or not attributes.is_whole or not is_known:
                    continue
            rank = literal, attributes.is_whole, attributes.alike, around
            yield _Candidate(Written(source, other, is_chosen), rank)

    def _strings(
        self, sources: Iterable[Source], reference: Reference
    ) -> Iterator[_Candidate]:
        """Yield the strings in code that a URL may be, such as in a list of links."""
        for source in sources:
            for position in {"string", reference.position}:
                for other in self._by_kind[source].get(("python", position, ""), ()):
                    literal = literal_part(other.url, reference.url)
                    if literal and other.use != "note":
                        yield _Candidate(Written(source, other), (literal,))

    def _in_headers(self, page: Page, reference: Reference) -> Iterator[_Candidate]:
        """Yield the URLs in the app's modules that may be that of a header."""
        view = page.endpoint.rpartition(".")[2]
        for source in self._python:
            for other in source.references:
                if other.language not in _CODE or other.use == "note":
                    continue
                literal = literal_part(other.url, reference.url)
                is_chosen = _is_chosen(other, reference.url)
                if literal is None or not (literal or is_chosen):
                    continue
                is_given = other.position != "string"
                is_in_view = self._function_of(source, other) == view
                rank = literal, is_given, is_in_view
                yield _Candidate(Written(source, other, is_chosen), rank)

    def _function_of(self, source: Source, reference: Reference) -> str:
        name = self._functions.get(id(reference))
        if name is None:
            expression = expression_of(source.text, reference)
            name = "" if expression is None else expression.function
            self._functions[id(reference)] = name
        return name


def _in_file(source: Source, page: Page, reference: Reference) -> list[Written]:
    """Return the place in a static file that a page is."""
    same = [other for other in page.references if _key(other) == _key(reference)]
    found = [other for other in source.references if _key(other) == _key(reference)]
    if len(same) != len(found):
        return []
    return [Written(source, found[same.index(reference)])]


def _best(candidates: Iterable[_Candidate]) -> list[Written]:
    found = [*candidates]
    best = max((candidate.rank for candidate in found), default=())
    places: dict[tuple[int, int], Written] = {}
    for written, rank in found:
        if rank == best:
            # With a statement in its tag, a URL of a template was read more than once.
            place = id(written.source), written.reference.start
            places.setdefault(place, written)
    return [*places.values()]


def _by_kind(source: Source) -> dict[tuple[str, ...], list[Reference]]:
    found: dict[tuple[str, ...], list[Reference]] = {}
    for reference in source.references:
        found.setdefault(_kind(reference), []).append(reference)
    return found


def _kind(reference: Reference) -> tuple[str, ...]:
    tag = dict(reference.element).get("", "")
    return reference.language, reference.position, tag


def _key(reference: Reference) -> tuple[object, ...]:
    return *_kind(reference), reference.url, reference.element


def _is_chosen(written: Reference, url: str) -> bool:
    """Tell whether a URL was built with a prefix of its own."""
    for hole in written.holes:
        match = _PREFIX.search(hole) if "url_for" in hole else None
        if match is not None:
            # One that is no literal may be any.
            return (match[2] or "").strip("/") in url
    return False


def _are_on_one_line(found: Iterable[Written]) -> bool:
    lines = {
        (place.source, line_and_column(place.source.text, place.reference.start)[0])
        for place in found
    }
    return len(lines) == 1


def _with_plain_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
