"""Reads a text once that many pages have in common."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import TypeVar

_Read = TypeVar("_Read")


def once(
    most: int, longest: int
) -> Callable[[Callable[..., _Read]], Callable[..., _Read]]:
    """Keep what a function returns for a text, as :func:`functools.lru_cache` does.

    A long text is read each time: it is more often one of a kind, such as a tag that
    has a picture in it, and would take memory for as long as the process lives.

    :param most: For how many texts.
    :param longest: The most characters of one.
    """

    def kept(read: Callable[..., _Read]) -> Callable[..., _Read]:
        keep = lru_cache(maxsize=most)(read)

        @wraps(read)
        def read_once(text: str, *arguments: Hashable) -> _Read:
            if len(text) > longest:
                return read(text, *arguments)
            return keep(text, *arguments)

        return read_once

    return kept
