"""The scopes of an endpoint: what each was given, what functions say, which one wins.

Each function is asked here as for a URL, so one that fails is a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from flask import request

from ...forwarded import ForwardedPrefix
from ...scopes import PrefixSetting, Scopes, ask_function
from ..raised import raised, sentence
from .given import Given, given_by
from .parts.blueprints import blueprints_of

_NO_HOOKS = (
    "before_request functions do not run here, so it misses what they set, in flask.g"
    " for example: after an endpoint, _prefix=/svc stands for what it would return."
)


@dataclass(frozen=True)
class Told:
    """What one scope says of the prefix of an endpoint.

    :param name: The registered name of the blueprint; ``""`` for the app.
    :param prefix: What it gives; ``None`` if it leaves that to the next scope.
    :param error: What its function raised.
    :param given: What it was given, in a word or two.
    :param source: Who gave it.
    """

    name: str
    text: tuple[str, ...]
    prefix: str | None = None
    error: str | None = None
    given: str | None = None
    source: str | None = None

    @property
    def facts(self) -> dict[str, str | None]:
        """The same for programs."""
        return {
            "scope": self.name,
            "given": self.given,
            "source": self.source,
            "gives": self.prefix,
            "raised": self.error,
        }


def scopes_around(scopes: Scopes, endpoint: str) -> tuple[Told, ...]:
    """Return what all scopes of an endpoint say, from the inside out."""
    return tuple(_tell(scopes, endpoint))


def winner(scopes: tuple[Told, ...]) -> Told | None:
    """Return the scope whose prefix counts, or whose function fails.

    :return: ``None`` if no scope gives a prefix.
    """
    return next((s for s in scopes if (s.prefix, s.error) != (None, None)), None)


def called(name: str) -> str:
    """Return what to call a scope at the beginning of a sentence."""
    return f"The blueprint {name!r}" if name else "The app"


def _tell(scopes: Scopes, endpoint: str) -> Iterator[Told]:
    given: dict[str, list[PrefixSetting]] = {}
    for name, setting in scopes.around(endpoint):
        given.setdefault(name, []).append(setting)
    decided: str | None = None
    for name in (*blueprints_of(endpoint), ""):
        if name not in given:
            text = f"{called(name)} was given nothing."
            yield Told(name, (text,))
        for setting in given.get(name, ()):
            told = _tell_one(name, setting, decided)
            yield told
            if (told.prefix, told.error) != (None, None):
                decided = called(name)


def _tell_one(name: str, setting: PrefixSetting, decided: str | None) -> Told:
    """Return what a scope says.

    :param decided: What to call the scope that has decided already.
    """
    value = setting.value
    given = given_by(setting, name)
    told = partial(Told, name, given=_plain(given), source=given.source)
    what = f"{called(name)} was given {given}."
    if decided is not None:
        if decided == called(name):
            replaced = "What it was given above wins."
        else:
            replaced = f"{decided} replaces it."
        return told((f"{what} {replaced}",))
    if not callable(value):
        return told((what,), prefix=str(value))
    try:
        prefix = ask_function(value)
    except Exception as error:
        says = sentence(f"It raises {raised(error)}")
        return told((what, says, _NO_HOOKS), error=raised(error))
    if isinstance(value, ForwardedPrefix):
        return told((what, _read(value)), prefix=prefix)
    if prefix is None:
        says = "It returns None, which leaves the URL to the next scope."
    else:
        says = f"It returns {prefix!r}."
    return told((what, says, _NO_HOOKS), prefix=prefix)


def _plain(given: Given) -> str:
    if given.header is not None:
        return f"header {given.header}"
    if given.function is not None:
        return f"function {given.function}"
    return str(given.prefix)


def _read(function: ForwardedPrefix) -> str:
    """Say what a header gives, or why it is ignored."""
    name, header = function.header, request.headers.get(function.header)
    prefix = function()
    if prefix is None:
        otherwise = "the next scope decides"
    else:
        otherwise = f"the default {prefix!r} counts"
    if header is None:
        return f"The request has no {name}, so {otherwise}: play one by --header."
    values = [value for value in header.split(",") if value.strip(" \t")]
    if len(values) < function.trusted:
        return (
            f"{name} is {header!r}, which has {len(values)} of the {function.trusted}"
            f" values that trusted proxies send, so {otherwise}."
        )
    # Without its default, the answer shows whether the header was trusted.
    if replace(function, default=None)() is not None:
        return f"{name} is {header!r}, which is trusted and gives {prefix!r}."
    if function.allowed is not None:
        rule = f"is none of {sorted(function.allowed)} (allowed=)"
    else:
        rule = (
            "is not made of segments of A-Z a-z 0-9 . _ ~ - that do not begin with a"
            " dot, or too long"
        )
    return f"{name} is {header!r}, which {rule}, so it is ignored: {otherwise}."
