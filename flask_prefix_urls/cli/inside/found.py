"""The mistakes in a set-up, whatever the app raises while they are looked for."""

from __future__ import annotations

from flask import Flask

from ..raised import raised, sentence
from ..report import Mistake
from .mistakes import mistakes


def found_mistakes(
    app: Flask, endpoint: str | None, path: str | None
) -> tuple[Mistake, ...]:
    """Return what is probably a mistake, in the context of the played request.

    :param endpoint: As for :func:`.mistakes.mistakes`.
    :param path: Likewise.
    """
    found = []
    try:
        # One after another, so that those before an error are kept.
        for mistake in mistakes(app, endpoint, path):
            found.append(mistake)  # noqa: PERF402
    except Exception as error:
        text = f"The app raises {raised(error)}"
        found.append(Mistake("app-raises", sentence(text)))
    return tuple(found)
