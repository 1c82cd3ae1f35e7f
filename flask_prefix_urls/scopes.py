"""Which prefix an endpoint has: that of the nearest scope that was given one.

A scope is an app, or a blueprint with everything nested in it. One :class:`Scopes`
holds what the scopes of one app were given. Nothing here knows Flask.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote

from .prefix import parse_prefix
from .unprefixed import is_unprefixed

T = TypeVar("T", covariant=True)

#: A function that is asked for a prefix whenever a URL is built. It returns ``None`` to
#: leave the URL to the next scope.
PrefixFunction = Callable[[], str | None]

#: Asks a function for a prefix, or decides what counts instead.
Ask = Callable[[PrefixFunction], str | None]


class ScopePrefix(str):
    """The prefix of a scope.

    It was checked when it was given, so the adapter does not check it again. Any other
    value of ``_prefix`` is checked.
    """

    __slots__ = ()


NO_PREFIX = ScopePrefix("")


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A value that was given, and where: ``from PREFIX_URLS_PREFIX``."""

    value: T
    source: str

    def __str__(self) -> str:
        """Return both, for a message."""
        return f"{self.value!r} ({self.source})"


#: What a scope is given: a prefix, or a function that returns one.
PrefixSetting = Setting[ScopePrefix] | Setting[PrefixFunction]

# The functions that are being asked for a prefix, the innermost last.
_asked: ContextVar[tuple[PrefixFunction, ...]] = ContextVar("asked", default=())


class Scopes:
    """The prefixes given to one app and to its blueprints.

    :param endpoints: The app's endpoints, as they are when they are asked for.
    """

    def __init__(self, endpoints: Collection[str]) -> None:
        #: The prefixes of blueprints by registered name.
        self.by_name: dict[str, PrefixSetting] = {}
        self._endpoints = endpoints
        # The prefixes of the app, the first in precedence first.
        self._of_app: tuple[PrefixSetting, ...] = ()
        self._by_object: dict[str, PrefixSetting] = {}
        #: The prefix of each endpoint that was looked up and depends on no function.
        self.fixed: dict[str, ScopePrefix | None] = {}
        # Made by prefixes_on: the prefixes by the path that each stands for, the most
        # segments that one has, and the functions.
        self._paths: dict[str, ScopePrefix] | None = None
        self._deepest = 0
        self._functions: list[PrefixFunction] = []

    def set_app(
        self, of_app: Iterable[PrefixSetting], by_name: dict[str, PrefixSetting]
    ) -> None:
        """Replace what the app was given, for itself and for blueprints by name.

        :param of_app: The prefixes of the app, the first in precedence first.
        :param by_name: The prefixes of blueprints by registered name.
        """
        self._of_app = tuple(of_app)
        self.by_name = by_name
        self._forget()

    def set_blueprint(self, name: str, prefix: PrefixSetting) -> None:
        """Set what a Blueprint object was given.

        :param name: The name that the blueprint was registered by.
        """
        self._by_object[name] = prefix
        self._forget()

    def given(self) -> list[PrefixSetting]:
        """Return what was given, to the app and to its blueprints."""
        return [*self._of_app, *self.by_name.values(), *self._by_object.values()]

    @property
    def only_app(self) -> bool:
        """Whether no blueprint was given a prefix, and every endpoint has the app's."""
        return not (self.by_name or self._by_object)

    def default_of(self, endpoint: str) -> ScopePrefix | None:
        """Return the prefix of a URL that has no ``_prefix`` of its own.

        :param endpoint: The endpoint that the URL is built for.
        :return: ``None`` if no scope covers it.
        """
        return NO_PREFIX if is_unprefixed() else self.prefix_of(endpoint)

    def prefix_of(self, endpoint: str, ask: Ask | None = None) -> ScopePrefix | None:
        """Return the prefix of an endpoint, or with ``""`` that of the app.

        :param endpoint: The endpoint, with the names of its blueprints.
        :param ask: Called with each prefix function instead of asking it.
        :return: ``None`` if no scope covers the endpoint.
        """
        try:
            return self.fixed[endpoint]
        except KeyError:
            chain = self.chain_of(endpoint)
        prefix = _resolve(chain, ask or ask_function)
        # Only endpoints that exist are kept: there is no limit to those that do not.
        if endpoint in self._endpoints and not any(callable(s.value) for s in chain):
            self.fixed[endpoint] = prefix
        return prefix

    def chain_of(self, endpoint: str) -> list[PrefixSetting]:
        """Return what the scopes of an endpoint were given, the nearest first.

        A name wins over a Blueprint object, an inner blueprint over an outer one, and
        any blueprint over the app. The chain ends with the first that is no function.
        """
        chain = []
        for _, setting in self.around(endpoint):
            chain.append(setting)
            if not callable(setting.value):
                break
        return chain

    def around(self, endpoint: str) -> Iterator[tuple[str, PrefixSetting]]:
        """Yield what every scope of an endpoint was given, the nearest first.

        :return: Each with the registered name of its blueprint, and ``""`` for the app.
        """
        name = endpoint
        while "." in name:
            name = name.rpartition(".")[0]
            for settings in (self.by_name, self._by_object):
                if name in settings:
                    yield name, settings[name]
        for setting in self._of_app:
            yield "", setting

    def prefixes_on(
        self, path: str, ask: Ask | None = None
    ) -> list[tuple[ScopePrefix, str]]:
        """Return the prefixes of all scopes that a path starts with, the longest first.

        :param path: A path, not percent-encoded.
        :param ask: Called with each prefix function instead of asking it.
        :return: Each prefix, with what follows it in the path.
        """
        if self._paths is None:
            settings = self.given()
            # By identity, since a callable object need not have a hash.
            functions = {id(s.value): s.value for s in settings if callable(s.value)}
            self._functions = [*functions.values()]
            self._paths = {
                unquote(s.value): s.value for s in settings if not callable(s.value)
            }
            self._deepest = max((p.count("/") for p in self._paths), default=0)
        from_functions: dict[str, ScopePrefix] = {}
        deepest = self._deepest
        for function in self._functions:
            answer = (ask or ask_function)(function)
            if answer is not None:
                from_functions[unquote(answer)] = ScopePrefix(answer)
                deepest = max(deepest, answer.count("/"))
        # One lookup for each segment, however many prefixes there are.
        segments = path.split("/", deepest + 1)[: deepest + 1]
        found = []
        for end in range(len(segments), 1, -1):
            start = "/".join(segments[:end])
            prefix = from_functions.get(start, self._paths.get(start))
            if prefix is not None:
                found.append((prefix, path[len(start) :]))
        return found

    def _forget(self) -> None:
        """Drop what was worked out from what the scopes had been given."""
        self.fixed.clear()
        self._paths = None


def ask_function(function: PrefixFunction) -> str | None:
    """Ask a function for a prefix.

    :raise TypeError: If it returns neither a string nor ``None``.
    :raise ValueError: If it returns a string that is not a prefix.
    :raise RuntimeError: If it builds a URL that depends on its own answer.
    """
    name = name_of(function)
    asked = _asked.get()
    if any(function is other for other in asked):
        raise RuntimeError(
            f"{name} builds a URL that needs its own answer: read request.environ,"
            " request.host or g in it instead."
        )
    token = _asked.set((*asked, function))
    try:
        prefix = function()
        # Also while it is asked: a message has the repr of what it returned, and that
        # of a request has its URL.
        return None if prefix is None else parse_prefix(prefix, f"what {name} returned")
    finally:
        _asked.reset(token)


def name_of(function: Callable[..., object]) -> str:
    """Return what to call a function in a message."""
    return getattr(function, "__qualname__", None) or repr(function)


def _resolve(chain: Iterable[PrefixSetting], ask: Ask) -> ScopePrefix | None:
    """Return the first prefix in a chain."""
    for setting in chain:
        value = setting.value
        if isinstance(value, ScopePrefix):
            return value
        prefix = ask(value)
        if prefix is not None:
            return ScopePrefix(prefix)
    return None
