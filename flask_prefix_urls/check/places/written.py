"""Where a URL of a page was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..page import Page
from ..sources.installed import library_of
from ..sources.source import Source, with_plain_line_feeds
from ..texts.json_text import without_indexes
from ..texts.reference import HOLE, Reference, line_and_column
from ..verdicts.own_host import without_own_host
from .given_strings import GivenStrings
from .likeness import around_of, attributes_of, literal_part
from .python_code import expression_of

# Names a template by a variable, so that it may be any.
_DYNAMIC = re.compile(r"\{%[-+]?\s*(?:extends|include|import|from)\s+[A-Za-z_]")
_HOST = re.compile(r"\w*:?//[^/]*")
_BUILT = re.compile(r"[\w.]*url_for\(")
_PREFIX = re.compile(r"\b_prefix\s*=\s*(?:(['\"])(.*?)\1)?")


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

    @property
    def place(self) -> tuple[object, int]:
        """The same for each name that a template has, such as ``./index.html``."""
        return self.source.path or id(self.source), self.reference.start


class _Alike(NamedTuple):
    """The URLs of a text that look alike.

    :param numbers: The number of each by where it begins.
    """

    references: list[Reference]
    numbers: dict[int, int]


class _Candidate(NamedTuple):
    """A place, and how well it fits: the greater, the better.

    :param has_text: As in :class:`~.likeness.Around`.
    """

    written: Written
    rank: tuple[int, ...]
    has_text: bool | None = None


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
        self._rendered: dict[tuple[str, ...], _Urls] = {}
        python = [source for source in sources if source.kind == "python"]
        self._in_python = _Urls(python, _kind)
        self._for_headers = _Urls(python, _kind_for_headers)
        self._given = GivenStrings(python)
        self._functions: dict[int, str] = {}
        # Each is made once, since a text may be long and have many URLs.
        self._same_text: dict[Page, list[Source]] = {}
        self._alike: dict[Page | Source, dict[object, _Alike]] = {}

    def of(self, page: Page, reference: Reference) -> Written | None:
        """Return where a URL of a page was written; ``None`` if that is not certain.

        :param page: The page.
        :param reference: One of its references.
        """
        found = self.candidates(page, reference)
        if len(found) < 2:
            return found[0] if found else None
        # If the page has as many such URLs, each place wrote one of them.
        same = self._alike_in(page, reference)
        if len(same.references) == len(found):
            return found[same.numbers[reference.start]]
        return found[0] if _are_on_one_line(found) else None

    def candidates(self, page: Page, reference: Reference) -> list[Written]:
        """Return the places that may have written a URL, all equally good.

        :param page: The page.
        :param reference: One of its references.
        """
        found = self._in_texts(page, reference)
        if not found:
            given = self._given.beginning_of(reference.url)
            found = [Written(*place) for place in given]
        return found

    def _in_texts(self, page: Page, reference: Reference) -> list[Written]:
        if reference.language == "header":
            return _best(self._in_headers(page, reference)) or self._as_given(reference)
        file = self._static.get((page.endpoint, str(page.values.get("filename"))))
        if file is not None:
            return self._in_file(file, page, reference)
        same = self._files_with_text_of(page)
        if len(same) == 1 and not page.templates:
            found = self._in_file(same[0], page, reference)
            return [written._replace(is_as_served=False) for written in found]
        templates = self._in_templates_of(page)
        if page.templates:
            return self._on_page(page, reference, templates, self._in_python)
        # Either a string of a module was the page, or Jinja rendered it without Flask,
        # which tells nobody of which template.
        found = self._on_page(page, reference, self._in_python)
        return found or self._on_page(page, reference, templates)

    def _on_page(self, page: Page, reference: Reference, *urls: _Urls) -> list[Written]:
        """Return the best places for a URL in the body of a page."""
        alike = [c for one in urls for c in _alike(one, page, reference)]
        if any(candidate.has_text for candidate in alike):
            # Then it is no link with another text.
            alike = [one for one in alike if one.has_text is not False]
        telling = [candidate for candidate in alike if candidate.rank[0]]
        if telling:
            return _best(telling)
        # A list of links in code wrote what "{{ item.url }}" shows.
        strings = [c for one in urls for c in _strings(one, reference)]
        return _best(strings) or self._as_given(reference) or _best(alike)

    def _as_given(self, reference: Reference) -> list[Written]:
        found = [Written(*place) for place in self._given.of(reference.url)]
        if reference.language != "json":
            return found
        # There it comes out as nothing but a URL.
        position = reference.position
        return [
            one._replace(reference=one.reference._replace(position=position))
            for one in found
        ]

    def _in_file(
        self, source: Source, page: Page, reference: Reference
    ) -> list[Written]:
        """Return the place in a static file that a page is."""
        same = self._alike_in(page, reference)
        found = self._alike_in(source, reference)
        if len(same.references) != len(found.references):
            return []
        return [Written(source, found.references[same.numbers[reference.start]])]

    def _alike_in(self, text: Page | Source, reference: Reference) -> _Alike:
        """Return the URLs of a text that look like one."""
        if text not in self._alike:
            by_key: dict[object, _Alike] = {}
            for other in text.references:
                alike = by_key.setdefault(_key(other), _Alike([], {}))
                alike.numbers.setdefault(other.start, len(alike.references))
                alike.references.append(other)
            self._alike[text] = by_key
        return self._alike[text].get(_key(reference), _Alike([], {}))

    def _files_with_text_of(self, page: Page) -> list[Source]:
        """Return the static files that a page is, whatever its URL."""
        if page not in self._same_text:
            text = with_plain_line_feeds(page.text)
            self._same_text[page] = self._by_text.get(text, [])
        return self._same_text[page]

    def _in_templates_of(self, page: Page) -> _Urls:
        """Return the URLs of the templates that a page may be rendered from."""
        if page.templates not in self._rendered:
            waiting = [*(page.templates or self._templates)]
            found: dict[str, Source] = {}
            while waiting:
                name = waiting.pop()
                if name in self._templates and name not in found:
                    found[name] = self._templates[name]
                    waiting += found[name].refers_to
            dynamic = [one for one in found.values() if _DYNAMIC.search(one.text)]
            if dynamic:
                found |= self._templates_beside(dynamic)
            self._rendered[page.templates] = _Urls(found.values(), _kind)
        return self._rendered[page.templates]

    def _templates_beside(self, sources: Iterable[Source]) -> dict[str, Source]:
        """Return the templates that some may name by a variable.

        Those of a library know only those of the same library, and of the app.
        """
        libraries = {_library(source) for source in sources}
        return {
            name: source
            for name, source in self._templates.items()
            if None in libraries or _library(source) in {*libraries, None}
        }

    def _in_headers(self, page: Page, reference: Reference) -> Iterator[_Candidate]:
        """Yield the URLs in the app's modules that may be that of a header."""
        view = page.endpoint.rpartition(".")[2]
        for written, literal in self._for_headers.fitting("header", reference.url):
            written = _with_choice(written, reference.url)
            if literal or written.is_chosen:
                is_given = written.reference.position != "string"
                is_in_view = self._function_of(written) == view
                yield _Candidate(written, (literal, is_given, is_in_view))

    def _function_of(self, written: Written) -> str:
        name = self._functions.get(id(written.reference))
        if name is None:
            expression = expression_of(written.source.text, written.reference)
            name = "" if expression is None else expression.function
            self._functions[id(written.reference)] = name
        return name


class _Urls:
    """The URLs in some sources, by what they may come out as.

    :param kind_of: What a URL and one of a page must have in common.
    """

    def __init__(
        self, sources: Iterable[Source], kind_of: Callable[[Reference], object]
    ) -> None:
        self._known: dict[object, list[Written]] = {}
        self._with_holes: dict[object, list[Written]] = {}
        for source in sources:
            for reference in source.references:
                kind = kind_of(reference)
                written = Written(source, reference)
                if HOLE in reference.url:
                    self._with_holes.setdefault(kind, []).append(written)
                else:
                    self._known.setdefault((kind, reference.url), []).append(written)

    def fitting(self, kind: object, url: str) -> Iterator[tuple[Written, int]]:
        """Yield the URLs that may be one of a page, with how much of it each has."""
        known = self._known.get((kind, url), ())
        for written in (*known, *self._with_holes.get(kind, ())):
            literal = _literal_part(written.reference, url)
            if literal is not None:
                yield written, literal


def _literal_part(written: Reference, url: str) -> int | None:
    """Return how much of a URL is written, the host of the request included."""
    path, in_host = without_own_host(written.url, written.holes)
    return literal_part(path, _HOST.sub("", url) if in_host else url)


def _alike(urls: _Urls, page: Page, reference: Reference) -> Iterator[_Candidate]:
    """Yield the URLs that stand where one of a page does."""
    for written, literal in urls.fitting(_kind(reference), reference.url):
        other = written.reference
        written = _with_choice(written, reference.url)
        text = written.source.text
        attributes = attributes_of(text, other, reference)
        if not attributes.is_same and not attributes.may_differ:
            continue
        around = around_of(text, other, page.text, reference)
        if literal < 2 and not written.is_chosen:
            # What begins with a url_for has the right prefix.
            is_built = not literal and _BUILT.match(other.holes[0]) is not None
            # Without another attribute, any link may have come from it.
            is_known = attributes.alike or around.is_alike or not reference.element
            if is_built or not attributes.is_same or not is_known:
                continue
            if written.source.kind == "python":
                # Nobody knows that the page is made of it.
                continue
        how = attributes.is_same, attributes.alike, around.is_alike
        rank = literal, *how, around.has_text is True
        yield _Candidate(written, rank, around.has_text)


def _strings(urls: _Urls, reference: Reference) -> Iterator[_Candidate]:
    """Yield the strings in code that a URL may be, such as in a list of links."""
    for position in {"string", without_indexes(reference.position)}:
        for written, literal in urls.fitting(("python", position, ""), reference.url):
            if literal > 1 and written.reference.use != "note":
                yield _Candidate(written, (literal,))


def _best(candidates: Iterable[_Candidate]) -> list[Written]:
    found = [*candidates]
    best = max((candidate.rank for candidate in found), default=())
    places: dict[tuple[object, int], Written] = {}
    for written, rank, _ in found:
        if rank == best:
            # With a statement in its tag, a URL of a template was read more than once.
            places.setdefault(written.place, written)
    return [*places.values()]


def _kind(reference: Reference) -> object:
    tag = dict(reference.element).get("", "")
    # A page that stands in JSON has a position that begins with that in JSON.
    position = reference.position.rpartition(" ")[2]
    if position.startswith("$"):
        # One place may write all items of a list.
        position = without_indexes(position)
    return reference.language, position, tag


def _kind_for_headers(reference: Reference) -> object:
    """Return ``header`` for what code may put into one."""
    is_code = reference.language in ("python", "header", "json")
    return "header" if is_code and reference.use != "note" else None


def _library(source: Source) -> Path | None:
    """Return the library that a template is of; ``None`` for the app itself."""
    if source.path is None or not source.is_installed:
        return None
    return library_of(source.path)


def _key(reference: Reference) -> tuple[object, ...]:
    return _kind(reference), reference.url, reference.element


def _with_choice(written: Written, url: str) -> Written:
    """Return a place with whether the prefix of a URL was chosen there."""
    for hole in written.reference.holes:
        match = _PREFIX.search(hole) if "url_for" in hole else None
        if match is not None:
            # One that is no literal may be any.
            is_chosen = (match[2] or "").strip("/") in url
            return written._replace(is_chosen=is_chosen)
    return written


def _are_on_one_line(found: Iterable[Written]) -> bool:
    lines = {
        (
            place.source.file,
            line_and_column(place.source.text, place.reference.start)[0],
        )
        for place in found
    }
    return len(lines) == 1
