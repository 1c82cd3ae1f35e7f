"""The same app twice, so that the demo can show what the extension changes."""

from __future__ import annotations

from typing import NamedTuple, cast

from flask import Flask, current_app


class Pair(NamedTuple):
    """The app with the extension, and the app without it."""

    prefixed: Flask
    plain: Flask


def pair() -> Pair:
    """Return the pair that the current app is one of."""
    return cast(Pair, current_app.extensions["pair"])
