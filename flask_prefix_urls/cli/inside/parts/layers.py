"""What stands in for the hooks of an app: layer by layer, and in templates.

Only what can be seen without a call: nothing here runs the application's code.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import Environment

from ....contexts import wrapped_create_url_adapter
from ....url_for import url_defaults_function, wrapped_url_for


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


def global_of_templates(app: Flask) -> Callable[..., Any] | None:
    """Return the ``url_for`` of templates if it is neither ours nor the app's."""
    own = url_for_of_templates(app)
    if not callable(own) or is_ours(own) or is_flasks(own, app):
        return None
    return None if own is vars(app).get("url_for") else own


def processors_of_url_for(app: Flask) -> list[Callable[..., Any]]:
    """Return the context processors that seem to give templates a ``url_for``."""
    processors = app.template_context_processors.values()
    return [one for several in processors for one in several if _names_url_for(one)]


def url_for_of_templates(app: Flask) -> object:
    """Return the ``url_for`` that templates have, if it is known yet."""
    # To read app.jinja_env would make it, and freeze its options.
    environment = vars(app).get("jinja_env")
    if not isinstance(environment, Environment):
        return None
    return environment.globals.get("url_for")


def is_flasks(code: object, app: Flask) -> bool:
    """Tell whether a function is the method of the app's class."""
    return getattr(code, "__func__", None) is type(app).url_for


def _names_url_for(function: Callable[..., Any]) -> bool:
    """Tell whether ``url_for`` is a text in a function, as the key of a dict is."""
    own = getattr(function, "__code__", None)
    constants: tuple[object, ...] = () if own is None else own.co_consts
    # The keys of dict(url_for=...) are one constant.
    return "url_for" in constants or any(
        "url_for" in constant for constant in constants if isinstance(constant, tuple)
    )
