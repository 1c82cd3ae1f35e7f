"""Keeps the memory of one page for the next."""

from __future__ import annotations

# Half of what the tree of a page of 300 kB takes: the library keeps twice as much.
_BYTES = 2**22


def keep_freed_memory() -> None:
    """Let the C library keep what was freed, in place of giving it to the system.

    The GNU C library gives memory back once 128 kB of it are free. A parser takes more
    for each page, and frees it, so a fifth of the time goes to getting it again. When
    one larger block is freed, the library keeps twice as much from then on: mallopt(3),
    ``M_MMAP_THRESHOLD``. With another C library this does nothing.
    """
    bytes(_BYTES)
