"""How text fits into a terminal, or into the 80 columns of a pipe."""

from __future__ import annotations

import textwrap
from shutil import get_terminal_size

# Longer lines of sentences are hard to read.
_WIDEST = 120


def columns() -> int:
    """Return how many columns there are: ``COLUMNS``, those of the terminal, or 80."""
    return get_terminal_size().columns


def wrap(text: str, first: str = "", others: str = "") -> str:
    """Wrap a sentence. A word that is too long, such as a URL, stays whole.

    :param text: The sentence.
    :param first: What stands before the first line.
    :param others: What stands before each other line.
    """
    return textwrap.fill(
        text,
        min(columns(), _WIDEST),
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
