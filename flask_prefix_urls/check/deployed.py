"""A deployed app, read from outside."""

from __future__ import annotations

from collections.abc import Callable

from .findings import Findings
from .page import Limits


def check_deployed(
    url: str, limits: Limits, progress: Callable[[int, int], None] | None = None
) -> Findings:
    """Read a deployed app with the same readers, and without its sources.

    :param url: The public URL of the app, whose path is its prefix.
    :param limits: What the walk may take.
    :param progress: As for :func:`~.walk.walk`.
    """
    raise NotImplementedError
