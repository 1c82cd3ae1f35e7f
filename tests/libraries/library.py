"""What is known of a library, and the ways in which its app is set up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

from flask_prefix_urls import PrefixURLs

if TYPE_CHECKING:
    from .person import Person

#: The prefix of the app.
PREFIX = "/svc"
#: The prefix of the blueprints that get one of their own.
AREA = "/area"


class Way(Enum):
    """How the app of a library gets its prefix."""

    BEFORE = "the library first"
    AFTER = "PrefixURLs first"
    BLUEPRINT = "a blueprint with its own prefix"
    WITHOUT_LINE = "without the line"
    #: The judge: what Werkzeug makes of it.
    PROXY_FIX = "ProxyFix"


@dataclass(frozen=True)
class SetUp:
    """What the factory of an app is given.

    It calls ``first`` when there is an app, and ``last`` when the library is set up;
    one of them gives the app its prefix. ``line`` says whether to write the line that
    the library needs. What is entered into ``stack`` ends with the walk: a directory, a
    server.
    """

    first: Callable[[Flask], object]
    last: Callable[[Flask], object]
    line: bool
    stack: ExitStack


@dataclass(frozen=True)
class Library:
    """A library, its app, and what came out.

    :param name: What pip installs.
    :param make_app: Makes the app.
    :param use: Uses the app as a person would; raises AssertionError at the first
        fault.
    :param blueprints: The blueprints with pages, which get a prefix of their own in
        turn. The walk begins there then.
    :param line: The line that the library needs, as it stands in ``make_app``.
    :param faults: For each way that has a fault, what a person meets first: the first
        line of the AssertionError. That of ``Way.WITHOUT_LINE`` must be there if there
        is a line.
    :param note: A sentence on what came out, for the table.
    """

    name: str
    make_app: Callable[[SetUp], Flask]
    use: Callable[[Person], None]
    blueprints: tuple[str, ...] = ()
    line: str = ""
    faults: Mapping[Way, str] = field(default_factory=lambda: MappingProxyType({}))
    note: str = ""

    @property
    def ways(self) -> list[Way]:
        """The ways that it is tried in."""
        ways = [Way.BEFORE, Way.AFTER, Way.PROXY_FIX]
        if self.blueprints:
            ways.append(Way.BLUEPRINT)
        if self.line:
            ways.append(Way.WITHOUT_LINE)
        return ways

    def set_up(self, way: Way, stack: ExitStack) -> Flask:
        """Make the app, with a prefix that is given in one of the ways."""

        def nothing(app: Flask) -> None:
            """Leave the other one to it."""

        def prefix_urls(app: Flask) -> None:
            named = self.blueprints if way is Way.BLUEPRINT else ()
            PrefixURLs(app, PREFIX, blueprints=dict.fromkeys(named, AREA))

        def proxy_fix(app: Flask) -> None:
            app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]

        # ProxyFix is judged by what it does alone.
        line = bool(self.line) and way not in (Way.WITHOUT_LINE, Way.PROXY_FIX)
        if way is Way.PROXY_FIX:
            return self.make_app(SetUp(nothing, proxy_fix, line, stack))
        if way is Way.BEFORE:
            return self.make_app(SetUp(nothing, prefix_urls, line, stack))
        return self.make_app(SetUp(prefix_urls, nothing, line, stack))

    def prefix_for(self, app: Flask, path: str, way: Way) -> str | None:
        """Return the prefix that the route at a path should have.

        :return: ``None`` if the app has no such route.
        """
        adapter = app.url_map.bind("localhost")
        for method in adapter.allowed_methods(path):
            try:
                endpoint, _ = adapter.match(path, method)
            except RequestRedirect as redirect:
                return self.prefix_for(app, urlsplit(redirect.new_url).path, way)
            blueprint = endpoint.rpartition(".")[0]
            scopes = {blueprint, blueprint.partition(".")[0]}
            is_named = way is Way.BLUEPRINT and scopes & {*self.blueprints}
            return AREA if is_named else PREFIX
        return None
