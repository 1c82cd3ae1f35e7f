"""How far a walk may go."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a walk may take.

    :param start: Paths to begin with. They are asked even if they look as if a GET
        changes something.
    :param max_pages: The most requests.
    :param max_seconds: The most seconds.
    :param headers: What to send with each request: names and values.
    :param exclude: Regular expressions, searched in path and query. What has one is not
        asked.
    """

    start: tuple[str, ...] = ()
    max_pages: int = 1000
    max_seconds: float = 120
    headers: tuple[tuple[str, str], ...] = ()
    exclude: tuple[str, ...] = ()

    def excludes(self, target: str) -> bool:
        """Tell whether a path, and its query, must not be asked for."""
        return any(re.search(pattern, target) for pattern in self.exclude)
