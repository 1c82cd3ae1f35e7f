"""The host of the request, as code writes it in front of a path."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..texts.reference import HOLE

_HOST = re.compile(
    r"<request\.host_url(?:\s*\|\s*safe)?>/?"
    r"|<request\.host_url\.rstrip\(['\"]/['\"]\)>/"
    r"|(?:<request\.scheme>:|https?:)?//<request\.host>/"
)


def without_own_host(url: str, holes: Sequence[str]) -> tuple[str, int]:
    """Return a URL without the host of the request in front.

    :param url: The URL, with HOLEs.
    :param holes: Their code.
    :return: The path, query and fragment, and how many HOLEs the host has; the URL as
        it is and 0 if that does not begin so.
    """
    # Neither angle bracket can stand in a URL.
    written = url
    for code in holes:
        written = written.replace(HOLE, f"<{code}>", 1)
    match = _HOST.match(written)
    if match is None:
        return url, 0
    count = match[0].count("<")
    rest = url.split(HOLE, count)[count]
    return f"/{rest.lstrip('/')}", count
