"""What ``check`` needs before it runs: the parsers of its extra, and a prefix."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from .state import state_of

# The packages of the extra, by the names of their modules.
_PARSERS = {
    *("ada_url", "blinker", "defusedxml", "selectolax", "tinycss2", "webencodings"),
    *("tree_sitter", "tree_sitter_javascript", "tree_sitter_json"),
}


class NotCheckableError(RuntimeError):
    """The app cannot be checked, as one sentence."""


@contextmanager
def parsers() -> Iterator[None]:
    """Say how to install the parsers, if the block imports one that is not there.

    :raise NotCheckableError: If so.
    """
    try:
        yield
    except ImportError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _PARSERS:
            raise
        raise NotCheckableError(
            f"The check needs {package}, which cannot be imported: pip install"
            " 'flask-prefix-urls[check]'."
        ) from error


def need_prefix(app: Flask) -> None:
    """Refuse an app whose links cannot lack a prefix.

    :raise NotCheckableError: If no scope of it was given one.
    """
    state = state_of(app)
    if state is None:
        raise NotCheckableError(
            f"The app {app.name!r} has no PrefixURLs, so no link can lack a prefix:"
            " write PrefixURLs(app, '/svc')."
        )
    if not any(setting.value for setting in state.scopes.given()):
        raise NotCheckableError(
            f"The app {app.name!r} has no prefix, so no link can lack one: write"
            " PrefixURLs(app, '/svc'), or set FLASK_PREFIX_URLS_PREFIX=/svc where the"
            " app calls app.config.from_prefixed_env()."
        )
