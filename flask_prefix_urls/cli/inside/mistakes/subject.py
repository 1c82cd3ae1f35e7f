"""What is looked at: an app, an endpoint or a path, and the request being played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import ParamSpec, TypeVar
from urllib.parse import unquote

from flask import Flask, request
from werkzeug.routing import MapAdapter

from ....forwarded import ForwardedPrefix
from ....mount import mount_of, public_root
from ....prefix import parse_fixed_prefix
from ....routes import Route, routes_at
from ....scopes import PrefixSetting, Setting, ask_function
from ....state import AppState, state_of
from ..parts.each_rule import EachRule
from ..parts.middleware import middlewares

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Subject:
    """What is looked at, in the context of a request that is being played.

    :param endpoint: The endpoint that is explained; ``None`` if a path leads to none.
    :param path: The path that was given, not percent-encoded; ``None`` for an endpoint.
    """

    app: Flask
    endpoint: str | None
    path: str | None

    @cached_property
    def state(self) -> AppState | None:
        """The state of the app; ``None`` without ``PrefixURLs``."""
        return state_of(self.app)

    @cached_property
    def mount(self) -> str:
        """The mount of the request."""
        return mount_of(request.environ)

    @cached_property
    def adapter(self) -> MapAdapter | None:
        """The URL adapter that the app makes for the request."""
        # Not the proxy, which an adapter must not keep.
        own_request = request._get_current_object()  # type: ignore[attr-defined]
        return self.app.create_url_adapter(own_request)

    @cached_property
    def middlewares(self) -> list[object]:
        """The middleware around the app."""
        return middlewares(self.app)

    @cached_property
    def prefix(self) -> Setting[str] | None:
        """The prefix of the endpoint, and who gave it."""
        return self.prefix_for(self.endpoint or "")

    @cached_property
    def prefix_of_app(self) -> Setting[str] | None:
        """The prefix of the app, and who gave it."""
        return self.prefix_for("")

    @property
    def given(self) -> list[PrefixSetting]:
        """What all scopes were given."""
        return [] if self.state is None else self.state.scopes.given()

    @property
    def has_functions(self) -> bool:
        """Whether prefixes depend on the request, and so on what is played."""
        return any(callable(setting.value) for setting in self.given)

    @property
    def is_up_to_own_function(self) -> bool:
        """Whether a function of the application has a say in the endpoint's prefix."""
        return any(
            callable(setting.value) and not isinstance(setting.value, ForwardedPrefix)
            for setting in self._chain
        )

    @property
    def known_prefixes(self) -> set[str]:
        """The prefixes of all scopes, those from functions as they are now."""
        values = [setting.value for setting in self.given]
        answers = [try_to(ask_function, v) if callable(v) else v for v in values]
        return {str(prefix) for prefix in answers if prefix is not None}

    @property
    def forwarded(self) -> dict[str, ForwardedPrefix]:
        """What reads the prefix of the endpoint from a header, by its source."""
        return {
            setting.source: setting.value
            for setting in self._chain
            if isinstance(setting.value, ForwardedPrefix)
        }

    @property
    def _chain(self) -> list[PrefixSetting]:
        state = self.state
        return [] if state is None else state.scopes.chain_of(self.endpoint or "")

    def prefix_for(self, endpoint: str) -> Setting[str] | None:
        """Return the prefix of an endpoint, and who gave it.

        :return: ``None`` if there is none, or if a function fails that is asked for it.
        """
        if self.state is None:
            return None
        for _, setting in self.state.scopes.around(endpoint):
            if not callable(setting.value):
                return setting
            try:
                prefix = ask_function(setting.value)
            except Exception:
                return None
            if prefix is not None:
                return Setting(prefix, setting.source)
        return None

    def root_for(self, endpoint: str) -> str:
        """Return what stands in front of a route in its public path, not encoded."""
        prefix = self.prefix_for(endpoint)
        return public_root(unquote(prefix.value) if prefix else "", self.mount)

    def routes(self, path: str) -> Iterator[Route]:
        """Yield the routes that match a path, without prefix and mount.

        A rule that another one hides is among them: below another prefix, both have
        public paths of their own.
        """
        adapter, each_rule = self.adapter, self._each_rule
        if adapter is None or each_rule is None:
            return
        found = try_to(lambda: [*routes_at(path, adapter)]) or []
        for route in chain(found, each_rule.routes(path)):
            # A redirect_to may have none.
            if route.endpoint:
                yield route

    @cached_property
    def _each_rule(self) -> EachRule | None:
        return None if self.adapter is None else EachRule(self.adapter)

    def splits(self) -> Iterator[tuple[str, Route]]:
        """Yield each part of the path that may be a route, with what precedes it."""
        path = self.path or ""
        for end, character in enumerate(path):
            if character == "/":
                for route in self.routes(path[end:]):
                    yield path[:end], route
        # A prefix alone.
        if path:
            for route in self.routes("/"):
                yield path, route


def try_to(call: Callable[P, T], *args: P.args, **options: P.kwargs) -> T | None:
    """Return what a call of the application's code returns; ``None`` if it fails.

    The steps of the story say why it fails.
    """
    try:
        return call(*args, **options)
    except Exception:
        return None


def as_prefix(value: object) -> str | None:
    """Return a value as a prefix; ``None`` if it cannot be one."""
    return try_to(parse_fixed_prefix, value, "prefix")


def shown(setting: Setting[str]) -> str:
    """Return a prefix and who gave it, for a sentence."""
    return f"{str(setting.value)!r} ({setting.source})"
