"""Other code that has a say in a URL: what it replaced, and when it runs.

Only what can be seen without a call: nothing here runs the application's code.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import Environment

from ...contexts import wrapped_create_url_adapter
from ...state import state_of
from ...url_for import url_defaults_function, wrapped_url_for

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


def others(app: Flask, endpoint: str) -> Iterator[str]:
    """Yield a sentence for each piece of other code that has a say in a URL.

    :param app: The app.
    :param endpoint: The endpoint that the URL is built for.
    """
    for hook in _HOOKS:
        yield from _around(app, hook)
    inject = type(app).inject_url_defaults
    if inject is not Flask.inject_url_defaults:
        yield (
            f"{placed(inject)} overrides Flask's: only the url_defaults functions that"
            " it calls are run."
        )
    yield from _url_defaults(app, endpoint)
    yield from _in_templates(app)
    for handler in app.url_build_error_handlers:
        yield (
            f"{placed(handler)} handles URLs that cannot be built: what it returns is"
            " the URL, without a prefix."
        )


def placed(code: Callable[..., Any]) -> str:
    """Return what to call a piece of code: its names, and where it stands if known."""
    if isinstance(code, partial):
        return f"functools.partial of {placed(code.func)}"
    own = getattr(code, "__code__", None)
    if own is None:
        named = code if hasattr(code, "__qualname__") else type(code)
        return f"{named.__module__}.{named.__qualname__}"
    name = code.__qualname__
    module = code.__module__
    if hasattr(code, "__wrapped__"):
        # functools.wraps gave it the names of what it wraps.
        name = own.co_name
        module = code.__globals__["__name__"]
    return f"{module}.{name} ({Path(own.co_filename).name}, line {own.co_firstlineno})"


def is_ours(code: object) -> bool:
    """Tell whether a function is one that ``PrefixURLs`` put in place."""
    makers = (wrapped_url_for, wrapped_create_url_adapter, url_defaults_function)
    # Not by its name, which functools.wraps gives to others.
    own = getattr(code, "__code__", None)
    return own is not None and any(own in m.__code__.co_consts for m in makers)


def layers_of(app: Flask, hook: str) -> list[Callable[..., Any]]:
    """Return what stands in for a method of an app, the outermost first.

    :param app: The app.
    :param hook: The name of the method.
    :return: What was assigned to it, ours too, and what that shows of what it calls.
        Last the method of a class that overrides Flask's.
    """
    method = getattr(type(app), hook)
    layers: list[Callable[..., Any]] = []
    layer = vars(app).get(hook)
    # Some code leads back to itself.
    while layer is not None and layer not in layers:
        # A method of the class that somebody kept is no layer of its own.
        if getattr(layer, "__func__", layer) is method:
            break
        layers.append(layer)
        layer = _wrapped_by(layer, hook)
    return layers if method is getattr(Flask, hook) else [*layers, method]


def _wrapped_by(layer: Callable[..., Any], hook: str) -> Callable[..., Any] | None:
    """Return what a function calls in its turn, if it shows that.

    It is what ``functools.wraps`` noted, or a variable of the function, as
    ``inspect.getclosurevars`` finds them, whose value has the name of the hook.
    """
    seen: list[Any] = []
    if isinstance(layer, partial):
        seen = [layer.func, *layer.args]
    elif inspect.isfunction(layer):
        variables = inspect.getclosurevars(layer)
        if is_ours(layer):
            # Whatever its name is.
            replaced: Callable[..., Any] | None = variables.nonlocals["replaced"]
            return replaced
        seen = [getattr(layer, "__wrapped__", None)]
        seen += [*variables.nonlocals.values(), *variables.globals.values()]
    for value in seen:
        if is_ours(value) or getattr(value, "__name__", None) == hook:
            wrapped: Callable[..., Any] = value
            return wrapped
    return None


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


def _url_defaults(app: Flask, endpoint: str) -> Iterator[str]:
    """Yield the ``url_defaults`` functions that run for an endpoint, in their order."""
    names = endpoint.split(".")[:-1]
    blueprints = [".".join(names[: end + 1]) for end in range(len(names))]
    when = "before"
    for scope in (None, *blueprints):
        of = "the app" if scope is None else f"the blueprint {scope!r}"
        for function in app.url_default_functions.get(scope, ()):
            if is_ours(function):
                when = "after"
                continue
            text = f"{placed(function)} is a url_defaults function of {of}: it may"
            if state_of(app) is None:
                yield f"{text} change the values of the URL."
            else:
                yield (
                    f"{text} change the values of the URL, and _prefix too. It runs"
                    f" {when} that of PrefixURLs."
                )


def _in_templates(app: Flask) -> Iterator[str]:
    """Yield what templates may have as ``url_for`` instead of that of the app."""
    own = global_of_templates(app)
    if own is not None:
        yield f"Templates have {placed(own)} as url_for: {_IN_TEMPLATES}."
    elif _is_flasks(_global(app), app) and state_of(app) is not None:
        yield (
            "Templates have the url_for of before PrefixURLs, since app.jinja_env was"
            " made before: its URLs have the prefix, too."
        )
    for function in processors_of_url_for(app):
        yield (
            f"{placed(function)} is a context processor that seems to give templates a"
            f" url_for of its own: {_IN_TEMPLATES}."
        )


def global_of_templates(app: Flask) -> Callable[..., Any] | None:
    """Return the ``url_for`` of templates if it is neither ours nor the app's."""
    own = _global(app)
    if not callable(own) or is_ours(own) or _is_flasks(own, app):
        return None
    return None if own is vars(app).get("url_for") else own


def processors_of_url_for(app: Flask) -> list[Callable[..., Any]]:
    """Return the context processors that seem to give templates a ``url_for``."""
    processors = app.template_context_processors.values()
    return [one for several in processors for one in several if _names_url_for(one)]


def _global(app: Flask) -> object:
    # To read app.jinja_env would make it, and freeze its options.
    environment = vars(app).get("jinja_env")
    if not isinstance(environment, Environment):
        return None
    return environment.globals.get("url_for")


def _is_flasks(code: object, app: Flask) -> bool:
    return getattr(code, "__func__", None) is type(app).url_for


def _names_url_for(function: Callable[..., Any]) -> bool:
    """Tell whether ``url_for`` is a text in a function, as the key of a dict is."""
    own = getattr(function, "__code__", None)
    constants: tuple[object, ...] = () if own is None else own.co_consts
    # The keys of dict(url_for=...) are one constant.
    return "url_for" in constants or any(
        "url_for" in constant for constant in constants if isinstance(constant, tuple)
    )
