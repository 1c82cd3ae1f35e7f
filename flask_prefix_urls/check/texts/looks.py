"""Whether a text looks like a URL, where nothing else says so."""

from __future__ import annotations

import re

from .reference import HOLE

# A lone "/" is more often a separator than a path.
_URL = re.compile(rf"(?:(?:https?:|wss?:)?//|/(?=[^/])|{HOLE})[^\s\"'<>`|\\^]*")


def looks_like_url(text: str) -> bool:
    """Tell whether a text looks like a URL that begins at the root, or is a HOLE."""
    return _URL.fullmatch(text) is not None
