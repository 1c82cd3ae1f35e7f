"""What ``check`` needs before it runs: the parsers of its extra, and a prefix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from flask import Flask

from .forwarded import default_of
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


def need_answered_prefix(app: Flask, answers: Iterable[str | None]) -> None:
    """Refuse an app whose prefix functions returned none for every page.

    :param answers: What they returned.
    :raise NotCheckableError: If nothing else gives the app a prefix.
    """
    state = state_of(app)
    given = [] if state is None else [one.value for one in state.scopes.given()]
    fixed = (one if isinstance(one, str) else default_of(one) for one in given)
    if not any(fixed) and not any(answers):
        raise NotCheckableError(
            f"The prefix function of the app {app.name!r} returned none for each page,"
            " so no link can lack one: send the header that it reads, such as"
            " 'X-Forwarded-Prefix: /svc'."
        )
