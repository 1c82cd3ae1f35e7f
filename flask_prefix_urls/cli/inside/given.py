"""What a scope was given and by whom, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Flask

from ...forwarded import ForwardedPrefix
from ...scopes import PrefixSetting, ask_function
from ..raised import raised


@dataclass(frozen=True)
class Given:
    """What a scope was given.

    :param blueprint: The registered name of the scope; ``None`` for the app.
    :param prefix: The prefix without a request; ``None`` if only a request tells it.
    :param source: Where it was given, such as ``from the argument prefix``.
    :param function: The name of the function that is asked for it.
    :param header: The name of the header that brings it.
    :param error: What the function raises without a request.
    """

    blueprint: str | None
    prefix: str | None
    source: str
    function: str | None = None
    header: str | None = None
    error: str | None = None

    @property
    def scope(self) -> str:
        """The scope, for people."""
        return "the app" if self.blueprint is None else self.blueprint

    @property
    def shown(self) -> str:
        """The prefix, or what stands for it in a URL, like a converter in a rule."""
        if self.prefix is not None:
            return self.prefix
        if self.header is not None:
            return f"<{self.header}>"
        # Without the functions that it is defined in; <lambda> has its brackets.
        name = str(self.function).rpartition(".")[2].strip("<>")
        return f"<{name}()>"

    def __str__(self) -> str:
        """Return what was given, and who gave it."""
        if self.header is not None:
            return f"the header {self.header} ({self.source})"
        if self.function is not None:
            return f"the function {self.function} ({self.source})"
        return f"{self.prefix!r} ({self.source})"

    def without_request(self) -> str:
        """Return the same, and what it is without a request."""
        if self.header is not None:
            if self.prefix is None:
                return f"{self}; without it, the next scope decides"
            return f"{self}; without it, {self.prefix!r}"
        if self.function is None:
            return str(self)
        if self.error is not None:
            return f"{self}; without a request, it raises {self.error}"
        answer = f"it returns {self.prefix!r}"
        if self.prefix is None:
            answer = "it leaves the prefix to the next scope"
        return f"{self}; without a request, {answer}"


def given_by(setting: PrefixSetting, blueprint: str) -> Given:
    """Return what a scope was given. No function is asked.

    :param setting: The setting of the scope.
    :param blueprint: The registered name of the scope; ``""`` for the app.
    """
    value, source, scope = setting.value, setting.source, blueprint or None
    if isinstance(value, str):
        return Given(scope, value, source)
    if isinstance(value, ForwardedPrefix):
        return Given(scope, value.default, source, header=value.header)
    return Given(scope, None, source, short_name_of(value))


def given_without_request(setting: PrefixSetting, blueprint: str, app: Flask) -> Given:
    """Return what a scope was given, and what its function says without a request.

    :param app: The app, in whose context the function is asked.
    """
    given = given_by(setting, blueprint)
    if isinstance(setting.value, (str, ForwardedPrefix)):
        return given
    try:
        with app.app_context():
            return replace(given, prefix=ask_function(setting.value))
    except Exception as error:
        return replace(given, error=raised(error))


def short_name_of(function: Callable[..., object]) -> str:
    """Return the name of a function, or of the class of another callable."""
    try:
        return str(function.__qualname__)
    except Exception:  # Some have none; a proxy of the context cannot tell.
        return type(function).__qualname__
