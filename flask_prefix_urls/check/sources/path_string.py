"""Whether a string in code may be a path."""

from __future__ import annotations

from ..texts.free_text import is_url
from ..texts.reference import HOLE, Use


def as_path(text: str) -> Use | None:
    """Return how much a string in code says, or ``None`` if it is no URL.

    :param text: The string, with HOLEs.
    """
    # A slash alone is more often a separator than the home page.
    if text in ("/", "/" + HOLE):
        return "note"
    return "text" if is_url(text) else None
