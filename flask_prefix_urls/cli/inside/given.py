"""What a scope was given, and which prefix that is without a request."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from ...forwarded import ForwardedPrefix
from ...scopes import PrefixFunction, PrefixSetting, ask_function


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
        """Return who gave what, and what it is without a request."""
        if self.header is not None:
            given = f"the header {self.header} ({self.source})"
            if self.prefix is None:
                return f"{given}; without it, the next scope decides"
            return f"{given}; without it, {self.prefix!r}"
        if self.function is None:
            return f"{self.prefix!r} ({self.source})"
        given = f"the function {self.function} ({self.source})"
        if self.error is not None:
            return f"{given}; without a request, it raises {self.error}"
        answer = f"it returns {self.prefix!r}"
        if self.prefix is None:
            answer = "it leaves the prefix to the next scope"
        return f"{given}; without a request, {answer}"


def given_by(setting: PrefixSetting, blueprint: str, app: Flask) -> Given:
    """Return what a scope was given. A function is asked outside of a request.

    :param setting: The setting of the scope.
    :param blueprint: The registered name of the scope; ``""`` for the app.
    :param app: The app, in whose context a function is asked.
    """
    value, source, scope = setting.value, setting.source, blueprint or None
    if isinstance(value, str):
        return Given(scope, value, source)
    if isinstance(value, ForwardedPrefix):
        return Given(scope, value.default, source, header=value.header)
    prefix, error = _asked(value, app)
    return Given(scope, prefix, source, _short_name_of(value), error=error)


def _short_name_of(function: PrefixFunction) -> str:
    """Return the name of a function, or of the class of another callable."""
    try:
        return str(function.__qualname__)
    except Exception:  # Some have none; a proxy of the context cannot tell.
        return type(function).__qualname__


def _asked(function: PrefixFunction, app: Flask) -> tuple[str | None, str | None]:
    """Return what a function returns outside of a request, and what it raises."""
    try:
        with app.app_context():
            return ask_function(function), None
    except Exception as error:
        # The first line says what; Flask's own errors go on with advice.
        reason = str(error).partition("\n")[0]
        return None, f"{type(error).__name__}: {reason}".removesuffix(": ")
