"""``NAME=VALUE`` in the command line, as values for ``url_for``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import click
from flask import Flask
from werkzeug.routing import BaseConverter, FloatConverter, IntegerConverter

_FLAGS = {"true": True, "false": False}


def parse_values(app: Flask, endpoint: str, values: Iterable[str]) -> dict[str, Any]:
    """Return what ``url_for`` is to be called with.

    :param endpoint: The endpoint, whose converters read the values of its variables.
    :param values: Each a name, ``=`` and a value. A name may come more than once.
    :raise click.UsageError: If one of them is malformed.
    """
    converters = _converters_of(app, endpoint)
    parsed: dict[str, Any] = {}
    for given in values:
        name, equals, text = given.partition("=")
        if not equals or not name:
            raise click.UsageError(
                f"{given!r} is not a value: write a name, '=' and the value, like id=1."
            )
        value: Any = text
        if name == "_external":
            if text.lower() not in _FLAGS:
                raise click.UsageError(
                    f"_external is {text!r}, but must be true or false."
                )
            value = _FLAGS[text.lower()]
        elif name in converters:
            # The app may refuse it, or fail: then url_for tells with the text.
            with suppress(Exception):
                value = converters[name].to_python(text)
        if name in parsed:
            old = parsed[name]
            value = [*old, value] if isinstance(old, list) else [old, value]
        parsed[name] = value
    return parsed


def missing_values(
    app: Flask, endpoint: str, values: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the names of the values that the endpoint needs, and does not have.

    :param values: What it has, with what ``url_defaults`` functions added.
    :return: Those of the rule that needs the fewest.
    """
    missing = [
        sorted(rule.arguments - set(rule.defaults or ()) - set(values))
        for rule in app.url_map.iter_rules(endpoint)
    ]
    fewest = min(missing, key=len, default=[])
    return tuple(fewest)


def how_to_give(app: Flask, endpoint: str, names: Iterable[str]) -> str:
    """Return what to write in the command line for values, such as ``id=1``."""
    converters = _converters_of(app, endpoint)
    return " ".join(
        f"{name}=1"
        if isinstance(converters.get(name), (IntegerConverter, FloatConverter))
        else f"{name}=..."
        for name in names
    )


def _converters_of(app: Flask, endpoint: str) -> Mapping[str, BaseConverter]:
    """Return the converters of the variables in an endpoint's rules."""
    converters: dict[str, BaseConverter] = {}
    for rule in app.url_map.iter_rules(endpoint):
        # Internal to Werkzeug, which has no other way to them.
        converters = {**rule._converters, **converters}
    return converters
