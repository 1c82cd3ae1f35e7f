"""The URLs in the headers of a response."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .reference import Embedded, Reference


def read_headers(headers: Iterable[tuple[str, str]]) -> Iterator[Reference | Embedded]:
    """Yield the URLs in the headers of a response.

    The position of each is the name of its header. Its place is that in the value.

    :param headers: The headers, each with one value.
    """
    raise NotImplementedError
