"""Where the URLs stand in an attribute ``srcset``."""

from __future__ import annotations

import re
from collections.abc import Iterator

# WHATWG HTML, 4.8.4.3.10, "Parsing a srcset attribute". A URL may have a comma inside,
# and the comma of a descriptor may stand in parentheses.
_URL = re.compile(r"[\t\n\f\r ,]*([^\t\n\f\r ]+)")
_DESCRIPTORS = re.compile(r"(?:\([^)]*(?:\)|$)|[^,(])*")


def spans_of_srcset(value: str) -> Iterator[tuple[int, int]]:
    """Yield where each URL begins and ends.

    :param value: The value of the attribute.
    """
    place = 0
    while found := _URL.match(value, place):
        url = found[1].rstrip(",")
        start = found.start(1)
        place = found.end()
        if url:
            yield start, start + len(url)
        if url == found[1]:
            descriptors = _DESCRIPTORS.match(value, place)
            place = len(value) if descriptors is None else descriptors.end()
