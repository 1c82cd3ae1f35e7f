"""What the name of a value says about it: ``href`` holds a URL, ``title`` does not."""

from __future__ import annotations

import re

from .reference import Use

_URL = re.compile(
    r"(?:^|[-_.:]|(?<=[a-z]))(?:url|uri|urls|uris|href|src|link|links|endpoint)$"
    r"|(?:URL|URI)s?$"
    r"|^(?:ajax|urlRoot|action|formaction|poster|location|redirect(?:_?to)?|next|prev|previous"
    r"|first|last|self|permalink|logo|avatar|thumbnail|icon|image)$",
    re.IGNORECASE,
)
_BASE = re.compile(r"^(?:base_?url|prefix_?url|base_?path)$", re.IGNORECASE)
_PROSE = re.compile(
    r"^(?:paths?|pathname|route|routes|rule|pattern|key|name|title|label|description"
    r"|summary|message|text|to|regex|match|value)$",
    re.IGNORECASE,
)


def use_of(name: str) -> Use:
    """Return how much a name says about the string that it stands for."""
    if _BASE.search(name):
        return "base"
    if _PROSE.search(name):
        return "note"
    return "link" if _URL.search(name) else "text"
