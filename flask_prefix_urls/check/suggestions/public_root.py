"""The root of the request in place of its host, where no ``url_for`` is known."""

from __future__ import annotations

from flask import Flask

from ...state import state_of
from ..findings import Replacement
from ..texts.reference import HOLE, Reference
from ..verdicts.verdict import Verdict

_HOST = "request.host_url"
_ROOT = "request.root_url"


def with_public_root(
    app: Flask, verdict: Verdict, reference: Reference, text: str
) -> tuple[str, Replacement | None]:
    """Return what to write for a URL that begins with the host of the request.

    :param app: The app.
    :param verdict: What is wrong.
    :param reference: The URL.
    :param text: Where it was written.
    :return: ``""`` for another URL, and if not all endpoints have the same root.
    """
    state = state_of(app)
    first = reference.holes[0] if reference.holes else ""
    if (
        not reference.url.startswith(HOLE)
        or not first.startswith(_HOST)
        or verdict.kind != "no-prefix"
        or (state is not None and not state.scopes.only_app)
    ):
        return "", None
    words = f"{_ROOT} in place of {_HOST}"
    start = text.find(_HOST, reference.start, reference.end)
    if start < 0:
        return words, None
    return words, Replacement(start, start + len(_HOST), _ROOT)
