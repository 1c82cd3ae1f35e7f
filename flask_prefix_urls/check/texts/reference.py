"""A URL as it stands in a text, and a text that stands in another.

Each reader of a kind of text (:mod:`.html`, :mod:`.css`, :mod:`.javascript`, ...) is a
function that takes a text and yields these two. :mod:`.reading` reads the texts that
stand in others. What is wrong with a URL is decided in :mod:`.verdicts`, so a reader
knows nothing of the app.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

#: Stands in a URL for a part that is known only when the code runs: ``{{ id }}`` of a
#: template, or ``id`` in ``"/items/" + id``. It is a letter, so each parser takes it
#: for a part of a name, and one that nobody uses.
HOLE = "\N{CYRILLIC LETTER MULTIOCULAR O}"

#: How much a position says: ``link``: a browser takes what stands there for a URL;
#: ``text``: a free text, which is a URL if it fits a route; ``note``: it may be a path,
#: but nobody asks for it there, such as ``location.pathname === "/x"``; ``base``: other
#: URLs are joined to it, such as a ``<base href>`` or the ``basePath`` of Swagger.
Use = Literal["link", "text", "note", "base"]

#: The language in which the URL is written, which decides on how to write another.
Language = Literal[
    "html", "xml", "css", "javascript", "json", "text", "header", "python"
]


class Reference(NamedTuple):
    """A URL as it stands in a text.

    :param url: Without quotation marks, and with its escapes resolved, such as
        ``&amp;``. Each part that is not known is one :data:`HOLE`.
    :param position: The name of the attribute, the header, or the JSON path
        (``$.icons[0].src``); for CSS ``url()``, ``@import`` or ``image-set()``; for
        JavaScript and Python what the string is given to, such as ``fetch()``, or
        ``string``.
    :param start: Where the URL begins in the text, in characters, from 0.
    :param end: Where it ends. ``text[start:end]`` is the URL as it is written.
    :param method: The method by which a browser asks for it.
    :param base: The ``href`` of the ``<base>``, or the ``xml:base``, that counts for
        it, as it stands; ``""`` if there is none.
    :param element: For an attribute: the tag with its attributes as the parser read
        them, so that a link of a page can be found in its template:
        ``(("", "a"), ("class", "brand"), ("href", "/"))``.
    :param holes: What is written for each :data:`HOLE`, in order, such as ``post.id``.
    :param is_plain: Whether ``text[start:end]`` is this URL and nothing else, so that
        it can be replaced. A URL in a text with escapes has the place of that text.
    """

    url: str
    position: str
    start: int
    end: int
    language: Language
    use: Use = "link"
    method: str = "GET"
    base: str = ""
    element: tuple[tuple[str, str], ...] = ()
    holes: tuple[str, ...] = ()
    is_plain: bool = True

    def moved(self, by: int) -> Reference:
        """Return it as a part of a text, in which what it stood in begins later."""
        # A page has hundreds: _replace() takes twice as long.
        return Reference(
            self.url,
            self.position,
            self.start + by,
            self.end + by,
            self.language,
            self.use,
            self.method,
            self.base,
            self.element,
            self.holes,
            self.is_plain,
        )


class Embedded(NamedTuple):
    """A text of another kind that stands in a text, such as the script of a page.

    :param text: With its escapes resolved.
    :param media_type: ``text/html``, ``text/javascript``, ``application/ld+json``, ...;
        ``text/x-declarations`` for CSS in an attribute ``style``.
    :param position: What the position of a URL in it begins with: ``onclick`` or
        ``style``; ``""`` for nothing.
    :param start: Where it begins in the outer text, in characters, from 0.
    :param end: Where it ends.
    :param is_plain: Whether it has no escapes, so that each place in it is one of the
        outer text.
    :param base: As in :class:`Reference`, for what has no base of its own.
    :param expressions: The runs of HOLEs that stand for code of the outer text: where
        each begins and ends in ``text``, and what is written for it.
    """

    text: str
    media_type: str
    position: str
    start: int
    end: int
    is_plain: bool = True
    base: str = ""
    expressions: tuple[tuple[int, int, str], ...] = ()

    def moved(self, by: int) -> Embedded:
        """Return it as a part of a text, as a URL is."""
        return self._replace(start=self.start + by, end=self.end + by)


@lru_cache(maxsize=4096)
def pattern_of(text: str) -> re.Pattern[str]:
    """Return what a text may come out as, with anything for each HOLE."""
    parts = re.split(f"{HOLE}+", text)
    return re.compile(".*".join(map(re.escape, parts)), re.DOTALL)


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return where a character stands, both from 1.

    :param offset: Its place in the text, in characters, from 0.
    """
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
