"""How much a string in code says, of which nobody knows whether it is a URL."""

from __future__ import annotations

from ..texts.free_text import is_url
from ..texts.reference import HOLE, Use


def use_of_string(text: str) -> Use | None:
    """Return how much a string in code says; ``None`` if it is no URL.

    :param text: The string, with HOLEs.
    """
    # A slash alone is more often a separator than the home page.
    if text in ("/", "/" + HOLE):
        return "note"
    return "text" if is_url(text) else None
