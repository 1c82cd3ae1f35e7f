"""What the three hooks do for one URL: what comes in, and what goes out.

``url_defaults`` functions run one after another on a copy of the values, as Flask runs
them. The URL itself is that of a real ``app.url_for``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import BuildError

from ..raised import raised, sentence
from .parts.blueprints import blueprints_of
from .parts.layers import is_ours, placed
from .values import how_to_give, missing_values

_OURS = "PrefixURLs"


@dataclass(frozen=True)
class Default:
    """What one ``url_defaults`` function did.

    :param name: Its module, its name and its place; ``PrefixURLs`` for ours.
    :param before: The values that it got.
    :param after: The values that it left.
    :param error: What it raised.
    :param blueprint: The blueprint that it is of; ``None`` for the app.
    """

    name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    error: str | None = None
    blueprint: str | None = None

    @property
    def is_ours(self) -> bool:
        """Whether it is the function of ``PrefixURLs``."""
        return self.name == _OURS

    @property
    def changes(self) -> dict[str, Any]:
        """What it set, by name; ``None`` for what it took out."""
        names = {**self.before, **self.after}
        return {
            name: self.after.get(name)
            for name in names
            if (name in self.before, self.before.get(name))
            != (name in self.after, self.after.get(name))
        }

    def sentence(self) -> str:
        """Say what it did."""
        of = f" of the blueprint {self.blueprint!r}" if self.blueprint else ""
        who = f"{self.name}{of}"
        if self.error is not None:
            return sentence(f"{who} raises {self.error}")
        if self.changes:
            done = " and ".join(
                f"sets {name} to {value!r}" if name in self.after else f"removes {name}"
                for name, value in self.changes.items()
            )
            return f"{who} {done}."
        if self.is_ours and "_prefix" in self.before:
            return f"{who} leaves _prefix as it is."
        return f"{who} changes nothing."


@dataclass(frozen=True)
class Built:
    """What a call of ``url_for`` came to.

    :param url: The URL; ``None`` if there is none.
    :param error: A sentence that says why.
    """

    url: str | None
    error: str | None = None


def defaults_of(
    app: Flask, endpoint: str, values: Mapping[str, Any]
) -> tuple[Default, ...]:
    """Run all ``url_defaults`` functions that apply to an endpoint.

    :param values: The values of the call. They stay as they are.
    """
    return tuple(_run(app, endpoint, dict(values)))


def build(app: Flask, endpoint: str, values: Mapping[str, Any]) -> Built:
    """Build a URL in the current context, as the app does."""
    try:
        return Built(app.url_for(endpoint, **values))
    except BuildError as error:
        missing = missing_values(app, endpoint, error.values)
        if not missing:
            return Built(None, sentence(f"url_for raises {raised(error)}"))
        names = " and ".join(map(repr, missing))
        return Built(
            None,
            f"url_for raises BuildError, since the rule needs {names}: write"
            f" {how_to_give(app, endpoint, missing)} after the endpoint.",
        )
    except Exception as error:
        return Built(None, sentence(f"url_for raises {raised(error)}"))


def _run(app: Flask, endpoint: str, values: dict[str, Any]) -> Iterator[Default]:
    # Those of the app first, then those of the blueprints, the outermost first.
    for scope in (None, *reversed(blueprints_of(endpoint))):
        for function in app.url_default_functions.get(scope, ()):
            name = _OURS if is_ours(function) else placed(function)
            before = dict(values)
            try:
                function(endpoint, values)
            except Exception as error:
                # Flask would not run the others.
                yield Default(name, before, dict(values), raised(error), scope)
                return
            yield Default(name, before, dict(values), None, scope)
