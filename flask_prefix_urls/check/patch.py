"""The changes that are certain, as a patch for ``git apply``."""

from __future__ import annotations

from collections.abc import Iterable

from .findings import Fault


def patch(faults: Iterable[Fault]) -> str:
    """Return a patch in unified form.

    :param faults: What was found. Those without a ``replacement`` are left out.
    :return: ``""`` if none has one.
    """
    raise NotImplementedError
