"""Other code that has a say in a URL: what it replaced, and when it runs.

Only what can be seen without a call: nothing here runs the application's code.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from ...state import state_of
from .parts.layers import (
    global_of_templates,
    is_flasks,
    is_ours,
    layers_of,
    placed,
    processors_of_url_for,
    url_for_of_templates,
)

# The hooks that other code may replace, and what that means.
_HOOKS = {
    "url_for": "what it returns is the URL",
    "create_url_adapter": "its adapter builds the path that follows the prefix",
}
_WITHOUT_OURS = {
    "url_for": "PrefixURLs does not check _prefix= before it is used",
    "create_url_adapter": "URLs have no prefix",
}
_AFTER = {
    "url_for": "what it returns is the URL",
    "create_url_adapter": "its adapter builds the URL",
}
_IN_TEMPLATES = "what it returns is the URL there"


def others(app: Flask) -> Iterator[str]:
    """Yield a sentence for each piece of other code that has a say in a URL.

    The step ``url_defaults`` has the functions of that name.
    """
    for hook in _HOOKS:
        yield from _around(app, hook)
    inject = type(app).inject_url_defaults
    if inject is not Flask.inject_url_defaults:
        yield (
            f"{placed(inject)} overrides Flask's: only the url_defaults functions that"
            " it calls are run."
        )
    yield from _in_templates(app)
    for handler in app.url_build_error_handlers:
        yield (
            f"{placed(handler)} handles URLs that cannot be built: what it returns is"
            " the URL, without a prefix."
        )


def _around(app: Flask, hook: str) -> Iterator[str]:
    """Yield who replaced a method of the app, or overrides it."""
    layers = layers_of(app, hook)
    # Those that come before it were set after it.
    ours = next((n for n, layer in enumerate(layers) if is_ours(layer)), None)
    for position, layer in enumerate(layers):
        name = placed(layer)
        if layer is getattr(type(app), hook):
            yield f"{name} overrides Flask's: {_HOOKS[hook]}."
        elif ours is None and state_of(app) is None:
            yield f"app.{hook} was set to {name}: {_HOOKS[hook]}."
        elif ours is None:
            yield (
                f"app.{hook} was set to {name} after PrefixURLs: if it does not call"
                f" what it replaced, {_WITHOUT_OURS[hook]}."
            )
        elif position < ours:
            yield (
                f"app.{hook} was set to {name} after PrefixURLs, and calls that of"
                f" PrefixURLs: {_AFTER[hook]}."
            )
        elif position > ours:
            yield (
                f"app.{hook} was set to {name} before PrefixURLs, which calls it:"
                f" {_HOOKS[hook]}."
            )


def _in_templates(app: Flask) -> Iterator[str]:
    """Yield what templates may have as ``url_for`` instead of that of the app."""
    own = global_of_templates(app)
    if own is not None:
        yield f"Templates have {placed(own)} as url_for: {_IN_TEMPLATES}."
    elif is_flasks(url_for_of_templates(app), app) and state_of(app) is not None:
        yield (
            "Templates have the url_for of before PrefixURLs, since app.jinja_env was"
            " made before: its URLs have the prefix, too."
        )
    for function in processors_of_url_for(app):
        yield (
            f"{placed(function)} is a context processor that seems to give templates a"
            f" url_for of its own: {_IN_TEMPLATES}."
        )
