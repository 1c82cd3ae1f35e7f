"""The host of the request in front of a path, in free text.

A reader takes ``request.host_url + "x"`` for a URL only if it looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..texts.reference import HOLE, Reference
from .mapped import EXPRESSION, Part

# What ends with a slash, and what does not.
_ROOT = "request.host_url"
_HOST = re.compile(r"request\.host_url\.rstrip\(['\"]/['\"]\)")


def with_host(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield the parts of a text, with slashes around what the host stands for."""
    for part in parts:
        if part.hole == _ROOT:
            yield replace(part, text=f"//{EXPRESSION}/")
        elif part.hole is not None and _HOST.fullmatch(part.hole):
            yield replace(part, text=f"//{EXPRESSION}")
        else:
            yield part


def as_written(reference: Reference) -> Reference:
    """Return a URL of such a text without these slashes."""
    code = reference.holes[0] if reference.url.startswith(f"//{HOLE}") else ""
    if code == _ROOT:
        return reference._replace(url=HOLE + reference.url[4:])
    if _HOST.fullmatch(code):
        return reference._replace(url=reference.url[2:])
    return reference
