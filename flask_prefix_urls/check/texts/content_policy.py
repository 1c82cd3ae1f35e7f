"""Where the URLs stand in a ``Content-Security-Policy``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .reference import Use

_DIRECTIVE = re.compile(r"[^;,]+")
_TOKEN = re.compile(r"[^\t\n\f\r ]+")


def spans_of_content_policy(value: str) -> Iterator[tuple[int, int, Use]]:
    """Yield where each URL begins and ends, and how much it says.

    A source such as ``https://example.com/static/`` allows one path of a host.

    :param value: The value of the header.
    """
    for directive in _DIRECTIVE.finditer(value):
        tokens = [*_TOKEN.finditer(value, *directive.span())]
        for token in tokens[1:]:
            if tokens[0][0].lower() == "report-uri":
                yield *token.span(), "link"
            elif "://" in token[0]:
                yield *token.span(), "text"
