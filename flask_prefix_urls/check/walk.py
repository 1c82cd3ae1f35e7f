"""A walk through the app by GET, from link to link."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from .page import Limits, Walk
from .verdict import Judge


def walk(
    app: Flask,
    judge: Judge,
    limits: Limits,
    progress: Callable[[int, int], None] | None = None,
) -> Walk:
    """Ask the app for what it links to.

    :param app: The app.
    :param judge: Says where a link leads.
    :param limits: What the walk may take.
    :param progress: Called after each request with how many were made, and how many are
        known to come; by default nothing is.
    """
    raise NotImplementedError
