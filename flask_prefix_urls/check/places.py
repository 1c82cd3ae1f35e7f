"""Where a URL of a page was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .page import Page
from .reference import Reference
from .source import Source


class Written(NamedTuple):
    """A URL in a source: the one that a page got."""

    source: Source
    reference: Reference


class Places:
    """Finds where a URL was written.

    :param sources: The files of the app.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        raise NotImplementedError

    def of(self, page: Page, reference: Reference) -> Written | None:
        """Return where a URL of a page was written; ``None`` if that is not certain.

        :param page: The page.
        :param reference: One of its references.
        """
        raise NotImplementedError
