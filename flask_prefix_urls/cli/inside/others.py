"""Other code that has a part in a URL."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask


def others(app: Flask, endpoint: str) -> Iterator[str]:  # noqa: ARG001
    """Yield a sentence for each piece of other code that has a part in a URL."""
    yield from ()
