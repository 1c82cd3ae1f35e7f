"""The URLs in CSS."""

from __future__ import annotations

from collections.abc import Iterator

from .reference import Embedded, Reference


def read_css(text: str, media_type: str) -> Iterator[Reference | Embedded]:
    """Yield the URLs in CSS, and the texts that stand in it.

    :param text: The text.
    :param media_type: Its media type.
    """
    raise NotImplementedError


def read_declarations(text: str, media_type: str) -> Iterator[Reference | Embedded]:
    """Yield the URLs in CSS declarations, as an attribute ``style`` has them.

    :param text: The text.
    :param media_type: Its media type.
    """
    raise NotImplementedError
