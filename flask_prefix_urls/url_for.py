"""The argument ``_prefix`` of ``url_for``, and the default that it has.

Both hooks stand in front of the URL adapter, which writes the prefix: see
:mod:`.adapter`. The wrapper owns the argument, and the ``url_defaults`` function gives
the URL value of the same name its default. An app's own ``url_defaults`` functions can
set that value, too, and it is checked like any other prefix. Flask calls them in
``url_for`` only, so they do not change the router's own redirects.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref

from flask import Flask

from .prefix import parse_prefix
from .state import AppState, log_of
from .unprefixed import is_unprefixed


def wrapped_url_for(app: Flask) -> Callable[..., str]:
    """Return ``app.url_for`` with the argument ``_prefix``.

    :param app: The app, which is to hold the function, and is not held by it.
    """
    this = ref(app)
    # Not app.url_for: a bound method would hold the app.
    replaced: Callable[..., str] | None = vars(app).get("url_for")
    method = type(app).url_for

    # Flask's own parameters are left to **values: to spell them out here costs a tenth
    # of a url_for more.
    def url_for(endpoint: str, *, _prefix: str | None = None, **values: Any) -> str:
        """Generate a URL to the given endpoint, with the prefix of its scope.

        :param endpoint: As for :meth:`flask.Flask.url_for`.
        :param _prefix: The prefix of this one URL, such as ``/svc/v1``, instead of that
            of the endpoint's scope. ``""`` is for none, and ``None`` means not given.
        :param values: As for :meth:`flask.Flask.url_for`, with ``_anchor``,
            ``_method``, ``_scheme`` and ``_external``.
        :raise TypeError: If ``_prefix`` is not a string.
        :raise ValueError: If ``_prefix`` is not a prefix.
        """
        if _prefix is not None:
            values["_prefix"] = parse_prefix(_prefix, "_prefix")
        if replaced is not None:
            return replaced(endpoint, **values)
        return method(this(), endpoint, **values)  # type: ignore[arg-type]

    return url_for


def url_defaults_function(
    app: Flask, state: AppState
) -> Callable[[str, dict[str, Any]], None]:
    """Return the ``url_defaults`` function of an app.

    :param app: The app, which is to hold the function, and is not held by it.
    :param state: The state of the app.
    """
    this = ref(app)
    scopes = state.scopes
    # Looked up without a call, since this runs for every URL.
    fixed = scopes.fixed

    def set_default_prefix(endpoint: str, values: dict[str, Any]) -> None:
        """Give the URL value ``_prefix`` the prefix of the endpoint's scope."""
        if "_prefix" in values:
            return
        if endpoint in fixed and not is_unprefixed():
            prefix = fixed[endpoint]
        elif state.has_made_adapter:
            prefix = scopes.default_of(endpoint)
        else:
            # No adapter of ours would take _prefix out: it would end up in the query.
            _warn_of_replaced_adapter(this(), state)
            return
        if prefix is not None:
            values["_prefix"] = prefix

    return set_default_prefix


def _warn_of_replaced_adapter(app: Flask | None, state: AppState) -> None:
    if app is None or "create_url_adapter" in state.warned:
        return
    state.warned.add("create_url_adapter")
    log_of(app).warning(
        "A URL was built without a prefix, since its URL adapter is not that of"
        " PrefixURLs: app.create_url_adapter was replaced after PrefixURLs, or a"
        " context was pushed before it. Move PrefixURLs below the line that replaces"
        " it, or above the line that pushes the context."
    )
