"""Which prefix an endpoint has: that of the nearest scope that was given one.

A scope is an app, or a blueprint with everything nested in it. One :class:`Scopes`
holds what the scopes of one app were given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from difflib import get_close_matches
from typing import TypeVar
from urllib.parse import unquote

from .forwarded import ForwardedPrefix
from .prefix import parse_prefix

T = TypeVar("T")

#: What a scope is given: a prefix, or a function that is asked for it whenever a URL is
#: built, and answers ``None`` to leave it to the next scope.
Given = str | Callable[[], str | None]

_unprefixed: ContextVar[bool] = ContextVar("unprefixed", default=False)
is_unprefixed = _unprefixed.get

# The functions that are being asked for a prefix, the innermost last.
_asked: ContextVar[tuple[Callable[[], str | None], ...]] = ContextVar(
    "asked", default=()
)


@contextmanager
def unprefixed() -> Iterator[None]:
    """Make every ``url_for`` inside give mount and route, without a prefix.

    For code that compares URLs with ``request.path``, such as Flask-Caching's
    ``delete_cached``. A ``_prefix=`` in a call still wins.

    .. code-block:: python

        with unprefixed():
            cache.delete(f"view/{url_for('index')}")

    .. versionadded:: 1.0
    """
    token = _unprefixed.set(True)
    try:
        yield
    finally:
        _unprefixed.reset(token)


class Scopes:
    """The prefixes given to one app and to its blueprints.

    :param blueprints: The registered names of the app's blueprints, as they are when
        they are asked for.
    :param warn: Called with a sentence for each name that was given a prefix and is
        not registered when the first URL is built.
    """

    def __init__(
        self, blueprints: Collection[str], warn: Callable[[str], object]
    ) -> None:
        #: What decides the prefix of each endpoint that a URL was built for.
        self.known: dict[str, Given | None] = {}
        # All prefixes by the path that each stands for, their depth, and all functions.
        self._parted: (
            tuple[dict[str, str], int, list[Callable[[], str | None]]] | None
        ) = None
        self._app: Given | None = None
        self._public: str | None = None
        self._by_name: dict[str, Given] = {}
        self._by_object: dict[str, Given] = {}
        self._blueprints = blueprints
        self._warn = warn
        self._names_are_checked = False

    def give_app(self, prefix: Given) -> None:
        """Give the app a prefix.

        :raise ValueError: If the app has another one.
        """
        agreed("The app", "prefix", self._app, prefix)
        _refuse_conflict(prefix, self._public)
        self._app = prefix
        self._forget()

    def give_public(self, prefix: str) -> None:
        """Give the app the prefix in its public URL, for where it has no other.

        :raise ValueError: If it has another one.
        """
        _refuse_conflict(self._app, prefix)
        self._public = prefix
        self._forget()

    def give_name(self, name: str, prefix: Given) -> None:
        """Give a prefix to the blueprint that is, or will be, registered by a name.

        :raise ValueError: If the name has another one.
        """
        scope = f"The blueprint {name!r}"
        self._by_name[name] = agreed(scope, "prefix", self._by_name.get(name), prefix)
        self._names_are_checked = False
        self._forget()

    def give_blueprint(self, name: str, prefix: Given) -> None:
        """Give a blueprint the prefix that its object brought along.

        :param name: The name that it was just registered by.
        """
        self._by_object[name] = prefix
        self._forget()

    def chain_of(self, endpoint: str) -> tuple[Given, ...]:
        """Return what the scopes around an endpoint were given, the nearest first.

        A name wins over a blueprint object, an inner blueprint over an outer one,
        and any blueprint over the app. The chain ends with the first that is certain.
        """
        if not self._names_are_checked:
            self._names_are_checked = True
            self._warn_of_unregistered_names()
        chain: list[Given] = []
        for given in self._around(endpoint):
            chain.append(given)
            if isinstance(given, str):
                break
        return tuple(chain)

    def prefix_of(self, endpoint: str) -> str | None:
        """Return the prefix of an endpoint, or with ``""`` for one that of the app.

        :return: ``None`` if no scope covers the endpoint.
        """
        return resolve(self.chain_of(endpoint))

    def prefixes_of(self, path: str) -> Iterator[str]:
        """Yield the prefixes of any scope that a path starts with, the longest first.

        :param path: A path, not percent-encoded.
        """
        if self._parted is None:
            everything = [*self._by_name.values(), *self._by_object.values()]
            everything += [g for g in (self._app, self._public) if g is not None]
            certain = [given for given in everything if isinstance(given, str)]
            # By identity, since a callable object need not have a hash.
            functions = {id(g): g for g in everything if not isinstance(g, str)}
            starts = {unquote(prefix): prefix for prefix in certain}
            self._parted = starts, _depth(starts), [*functions.values()]
        starts, deepest, every_function = self._parted
        answers = [resolve((function,)) for function in every_function]
        asked = {unquote(answer): answer for answer in answers if answer is not None}
        deepest = max(deepest, _depth(asked))
        segments = path.split("/", deepest + 1)
        for end in range(min(len(segments), deepest + 1), 1, -1):
            start = "/".join(segments[:end])
            prefix = asked.get(start, starts.get(start))
            if prefix is not None:
                yield prefix

    def _forget(self) -> None:
        """Drop what was worked out from what the scopes were given until now."""
        self.known.clear()
        self._parted = None

    def _around(self, endpoint: str) -> Iterator[Given]:
        name = endpoint
        while "." in name:
            name = name.rpartition(".")[0]
            for given in (self._by_name, self._by_object):
                if name in given:
                    yield given[name]
        yield from (given for given in (self._app, self._public) if given is not None)

    def _warn_of_unregistered_names(self) -> None:
        registered = list(self._blueprints)
        for name in self._by_name.keys() - set(registered):
            nearest = get_close_matches(name, registered, n=1, cutoff=0)
            hint = f"did you mean {nearest[0]!r}?" if nearest else "there is none."
            self._warn(
                f"The prefix {self._by_name[name]!r} was given to the blueprint"
                f" {name!r}, but no blueprint is registered by that name: {hint}"
            )


def _depth(paths: Iterable[str]) -> int:
    return max((path.count("/") for path in paths), default=0)


def resolve(chain: tuple[Given, ...]) -> str | None:
    """Return the first prefix in a chain, asking its functions.

    :raise TypeError: If a function returns neither a string nor ``None``.
    :raise ValueError: If it returns a string that is no prefix.
    :raise RuntimeError: If it asks for a URL that depends on its own answer.
    """
    for given in chain:
        prefix = given if isinstance(given, str) else _ask(given)
        if prefix is not None:
            return prefix
    return None


def _ask(function: Callable[[], str | None]) -> str | None:
    name = getattr(function, "__qualname__", None) or repr(function)
    asked = _asked.get()
    if any(function is other for other in asked):
        raise RuntimeError(
            f"{name} asks for a URL that has the prefix which it is to return: read"
            " request.environ, request.host or g in it, and no URL."
        )
    token = _asked.set((*asked, function))
    try:
        prefix = function()
    finally:
        _asked.reset(token)
    return None if prefix is None else parse_prefix(prefix, f"what {name} returned")


def _refuse_conflict(given: Given | None, public: str | None) -> None:
    certain = given.default if isinstance(given, ForwardedPrefix) else given
    if isinstance(certain, str) and public not in (None, certain):
        raise ValueError(
            f"The app has the prefix {certain!r}, but the path of its public URL is"
            f" {public!r}: decide on one of them, and leave the prefix out."
        )


def agreed(scope: str, kind: str, old: T | None, new: T) -> T:
    """Return what a scope is given that was given it before, or not.

    :param scope: The scope, for the error sentence.
    :param kind: What it is given.
    :raise ValueError: If the scope was given another one.
    """
    if old not in (None, new):
        raise ValueError(
            f"{scope} has the {kind} {old!r} already and is given {new!r}: decide on"
            " one of them."
        )
    return new
