"""The URLs in an answer: in its headers, and in the text of its body."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Thread
from typing import NamedTuple

from .decoding import decode, decompress, is_attachment, is_text, media_type_of
from .headers import read_headers
from .reading import media_type_of_file, read
from .reference import Reference

#: Bytes of a body that are read.
MOST_BYTES = 10_000_000
# Characters that take so long to read that it is worth a thread.
_LARGE = 100_000

Headers = Sequence[tuple[str, str]]


class Content(NamedTuple):
    """What was read of an answer.

    :param text: As in :class:`~.page.Page`, as are ``references``.
    :param problem: What could not be read, as the rest of a sentence; ``""`` if
        nothing.
    """

    text: str
    references: tuple[Reference, ...]
    problem: str = ""


def value_of(name: str, headers: Headers) -> str:
    """Return the first value of a header; ``""`` if there is none."""
    values = (value for other, value in headers if other.lower() == name.lower())
    return next(values, "")


def has_text(status: int, headers: Headers) -> bool:
    """Tell whether a browser shows the body of an answer, and it may have URLs."""
    if 300 <= status < 400 and value_of("Location", headers):
        # The browser leaves at once.
        return False
    return is_text(media_type_of(value_of("Content-Type", headers))) and (
        not is_attachment(value_of("Content-Disposition", headers))
    )


def read_answer(
    headers: Headers, body: bytes, seconds: float, target: str = ""
) -> Content:
    """Return the URLs of an answer.

    :param headers: The headers.
    :param body: The bytes of the body; ``b""`` for one that :func:`has_text` refuses.
    :param seconds: How many the body may take.
    :param target: Path and query that were asked for, which tell ``robots.txt``.
    """
    of_headers = tuple(read_headers(headers))
    encoding = value_of("Content-Encoding", headers)
    plain = decompress(body, encoding, MOST_BYTES)
    if plain is None:
        return Content("", of_headers, f"its Content-Encoding is {encoding!r}")
    content_type = value_of("Content-Type", headers)
    media_type = media_type_of(content_type)
    if media_type == "text/plain":
        by_name = media_type_of_file(target.partition("?")[0])
        media_type = by_name if by_name == "text/x-robots" else media_type
    reading = _Reading(decode(plain, content_type), media_type)
    if len(reading.text) < _LARGE:
        reading.run()
    else:
        reading.start()
        reading.join(seconds)
    return Content(reading.text, of_headers + reading.references, reading.problem)


class _Reading(Thread):
    """Reads one text, in a thread that is left alone if it takes too long."""

    def __init__(self, text: str, media_type: str) -> None:
        super().__init__(daemon=True)
        self.text = text
        self.references: tuple[Reference, ...] = ()
        self.problem = ""
        self._media_type = media_type

    def run(self) -> None:
        self.problem = "its text took too long to read"
        try:
            self.references = read(self.text, self._media_type)
            self.problem = ""
        except Exception as error:
            # A text that no parser was made for must not end the walk.
            self.problem = f"its text cannot be read: {type(error).__name__}"
