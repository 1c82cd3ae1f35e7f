"""``unprefixed()``: URLs without a prefix, for as long as a block runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_unprefixed: ContextVar[bool] = ContextVar("unprefixed", default=False)

#: Tells whether a block of :func:`unprefixed` is running.
is_unprefixed: Callable[[], bool] = _unprefixed.get


@contextmanager
def unprefixed() -> Iterator[None]:
    """Make every ``url_for`` inside give mount and route, without a prefix.

    For code that compares URLs with ``request.path``, such as Flask-Caching's
    ``delete_cached``. A ``_prefix=`` in a call still wins. The attributes of the
    request and :func:`prefix_of` do not change.

    .. code-block:: python

        with unprefixed():
            cache.delete(f"view/{url_for('index')}")

    .. versionadded:: 1.0
    """
    token = _unprefixed.set(True)
    try:
        yield
    finally:
        _unprefixed.reset(token)
