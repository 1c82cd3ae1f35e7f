"""What to write in place of a wrong URL."""

from __future__ import annotations

from flask import Flask

from .findings import Replacement
from .places import Written
from .reference import Reference
from .verdict import Verdict


def suggest(
    app: Flask, verdict: Verdict, reference: Reference, written: Written | None
) -> tuple[str, Replacement | None]:
    """Return what to write, and the change if it is certain to be right.

    :param app: The app.
    :param verdict: What is wrong.
    :param reference: The URL as a page, or a source, has it.
    :param written: Where it was written; ``None`` if that is not known.
    :return: A few words for ``write ...``, such as ``{{ url_for('about') }}``, and the
        change of the source.
    """
    raise NotImplementedError
