"""What is probably a mistake."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from ..report import Mistake


def mistakes(
    app: Flask,  # noqa: ARG001
    endpoint: str | None,  # noqa: ARG001
    path: str | None,  # noqa: ARG001
) -> Iterator[Mistake]:
    """Yield each probable mistake."""
    yield from ()
