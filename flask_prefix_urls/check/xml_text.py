"""The URLs in XML."""

from __future__ import annotations

from collections.abc import Iterator

from .reference import Embedded, Reference


def read_xml(text: str, media_type: str) -> Iterator[Reference | Embedded]:
    """Yield the URLs in XML, and the texts that stand in it.

    :param text: The text.
    :param media_type: Its media type.
    """
    raise NotImplementedError
