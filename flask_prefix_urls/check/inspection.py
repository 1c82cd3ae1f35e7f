"""A whole check of one app: walk, sources, verdicts, places, suggestions."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from .findings import Findings
from .page import Limits


def check_app(
    app: Flask,
    limits: Limits | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Findings:
    """Find the links of an app that no ``url_for`` built.

    :param app: The app.
    :param limits: What the walk may take.
    :param progress: As for :func:`~.walk.walk`.
    """
    raise NotImplementedError
