"""Where the URL stands in a ``Refresh`` header, or in a ``<meta>`` that is one."""

from __future__ import annotations

import re

from .reference import HOLE

# WHATWG HTML, 4.2.5.3, "shared declarative refresh steps". In a template the seconds
# may be a HOLE.
_REFRESH = re.compile(
    rf"[\t\n\f\r ]*[0-9.{HOLE}]+(?=[;,\t\n\f\r ])[\t\n\f\r ]*[;,]?[\t\n\f\r ]*"
    r"(?:url[\t\n\f\r ]*=[\t\n\f\r ]*)?"
    r"""(?:"([^"]*)|'([^']*)|(.*))""",
    re.IGNORECASE | re.DOTALL,
)


def span_of_refresh(value: str) -> tuple[int, int] | None:
    """Return where the URL begins and ends; ``None`` if there is none.

    :param value: The value of the header, or the ``content`` of the ``<meta>``.
    """
    found = _REFRESH.match(value)
    return None if found is None else found.span(found.lastindex or 0)
