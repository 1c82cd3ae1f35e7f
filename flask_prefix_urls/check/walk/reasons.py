"""Why a walk leaves something out, and why it ends."""

from __future__ import annotations

import time

from ..limits import Limits

#: Why something was not asked, as the rest of a sentence.
CHANGES = "a GET may change something"
EXCLUDED = "--exclude leaves it out"
ENDED = "the walk ended before"


def limit_reached(limits: Limits, asked: int, deadline: float) -> str:
    """Return the limit that a walk has reached, with its value; ``""`` for none.

    :param limits: What it may take.
    :param asked: How many requests were made.
    :param deadline: When it must end, by the monotonic clock.
    """
    if asked >= limits.max_pages:
        return f"--max-pages, {limits.max_pages}"
    if time.monotonic() >= deadline:
        return f"--max-seconds, {limits.max_seconds:g}"
    return ""


def ended_at(limit: str, missed: str) -> str:
    """Return which limit ended a walk, as a sentence.

    :param limit: The limit, as :func:`limit_reached` returns it.
    :param missed: What was not done.
    """
    return f"The walk ended at the limit of {limit}: {missed}."


def paths_not_asked(count: int) -> str:
    """Return how many paths were not asked, as a part of a sentence."""
    were = "path was" if count == 1 else "paths were"
    return f"{count} {were} not asked"
