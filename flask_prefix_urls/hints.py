"""What is probably a mistake in the set-up, and the line to move or to change.

Each function looks at one thing and is pure. They run once for an app, when its first
request arrives.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from .cookies import has_public_cookie_path
from .request import PublicRequest
from .state import AppState, did_you_mean


def hints(app: Flask, state: AppState) -> Iterator[str]:
    """Yield a sentence for each probable mistake."""
    for find in (_names, _request_class, _session_interface):
        yield from find(app, state)


def _names(app: Flask, state: AppState) -> Iterator[str]:
    by_name = state.scopes.by_name
    for name in sorted(by_name.keys() - set(app.blueprints)):
        yield (
            f"The prefix {by_name[name]} was given to the blueprint {name!r}, but no"
            f" blueprint is registered by that name: {did_you_mean(name, app)}"
        )


def _request_class(app: Flask, _: AppState) -> Iterator[str]:
    own = app.request_class
    if not isinstance(own, type):
        yield (
            f"app.request_class is {own!r}, which is not a class, so request.url has no"
            " prefix: set it to a class that derives from flask.Request."
        )
    elif not issubclass(own, PublicRequest):
        yield (
            f"app.request_class was set to {own.__qualname__} after PrefixURLs, so"
            " request.url has no prefix: move that line above the first PrefixURLs, or"
            " above register_blueprint if a blueprint has a prefix."
        )


def _session_interface(app: Flask, state: AppState) -> Iterator[str]:
    interface = app.session_interface
    if not state.cookie_path:
        return
    if not hasattr(interface, "get_cookie_path"):
        yield (
            f"cookie_path is {state.settings.cookie_path}, but the session interface"
            f" {type(interface).__qualname__} has no get_cookie_path, so nothing"
            " changes: let it derive from flask.sessions.SessionInterface, or leave"
            " cookie_path out."
        )
    elif not has_public_cookie_path(interface):
        yield (
            f"app.session_interface was set to {type(interface).__qualname__} after"
            " PrefixURLs, or cannot be copied, so its cookie has no path of its own:"
            " move that line above PrefixURLs."
        )
