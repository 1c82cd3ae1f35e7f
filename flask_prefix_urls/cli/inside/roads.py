"""Where a path leads: behind a proxy that strips, and behind one that does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask
from werkzeug.routing import MapAdapter

from ...forwarded import ForwardedPrefix, default_of
from ...mount import public_root
from ...prefix import starts_with
from ...routes import Route, routes_at
from ...scopes import PrefixFunction, ScopePrefix, Scopes, ask_function
from ..as_code import as_call
from ..raised import raised, sentence
from ..report import Mistake
from .given import short_name_of
from .hooks import build
from .parts.each_rule import EachRule
from .rules import did_you_mean, methods_of


@dataclass(frozen=True)
class Road:
    """Where one kind of proxy leads a path.

    :param text: Sentences.
    :param path: The path that the app gets; ``None`` if the proxy forwards none.
    :param endpoint: The endpoint that it leads to, or that is meant.
    :param values: The values of the variables in its rule.
    :param fault: What is wrong with the path; ``None`` if ``url_for`` builds it.
    """

    text: tuple[str, ...]
    path: str | None = None
    endpoint: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    fault: Mistake | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "path": self.path,
            "endpoint": self.endpoint,
            "reached": self.endpoint is not None and self.fault is None,
        }


class Roads:
    """Where the paths of an app lead, in the context of a request.

    :param scopes: The scopes of the app.
    :param adapter: The adapter of that context, with the host that was asked.
    :param mount: The mount, decoded.
    """

    def __init__(
        self, app: Flask, scopes: Scopes, adapter: MapAdapter, mount: str
    ) -> None:
        self._app = app
        self._scopes = scopes
        self._adapter = adapter
        self._mount = mount
        self._each_rule = EachRule(adapter)
        #: What each function that fails raised, by its name.
        self.failed: dict[str, str] = {}

    def stripped(self, path: str) -> Road:
        """Return where a path leads behind a proxy that strips."""
        return _safely(lambda: self._stripped(path))

    def unstripped(self, path: str, *, proxy_strips: bool) -> Road:
        """Return where a path leads behind a proxy that does not strip.

        :param proxy_strips: The app's setting.
        """
        return _safely(lambda: self._unstripped(path, proxy_strips=proxy_strips))

    def _stripped(self, path: str) -> Road:
        prefixes = self._scopes.prefixes_on(path, self._ask)
        if not prefixes:
            return self._without_prefix(path)
        prefix, _ = prefixes[0]
        root = self._root(prefix)
        if not starts_with(path, root):
            return self._outside_mount(root)
        rest = path[len(root) :] or "/"
        gets = f"It strips {str(prefix)!r}, and the app gets {rest!r}."
        if starts_with(self._mount, unquote(prefix)):
            gets = (
                f"The mount {self._mount!r} has the prefix, and the app gets {rest!r}."
            )
        route = self._route_at(rest)
        if route is not None and self._root_of(route) == root:
            return self._reached(gets, rest, route)
        if route is not None:
            return self._other_scope(gets, rest, route, path)
        as_it_came = self._route_at(path)
        if as_it_came is not None and self._has_prefix_in_rule(as_it_came):
            return self._prefix_in_rule(f"{gets} No rule matches.", rest, as_it_came)
        for again, after in self._scopes.prefixes_on(rest, self._ask):
            route = self._route_at(after)
            if route is not None:
                fault = f"{path!r} has the prefix {str(again)!r} twice"
                if again != prefix:
                    fault = (
                        f"{path!r} has two prefixes, {str(prefix)!r} and"
                        f" {str(again)!r}, which are never joined"
                    )
                return self._by_hand(gets, after or "/", route, fault)
        return self._no_route(gets, rest, path)

    def _unstripped(self, path: str, *, proxy_strips: bool) -> Road:
        prefixes = self._scopes.prefixes_on(path, self._ask)
        if not prefixes:
            return self._without_prefix(path)
        if not starts_with(path, self._mount):
            return self._outside_mount(self._mount)
        rest = path[len(self._mount) :] or "/"
        gets = f"The app gets {rest!r}."
        as_it_came = self._route_at(rest)
        in_scope = None if self._mount else self._in_scope(prefixes)
        if in_scope is not None and (not proxy_strips or as_it_came is None):
            prefix, after, route = in_scope
            if not proxy_strips:
                itself = f"{gets} It strips {prefix!r} itself (proxy_strips=False)."
                return self._reached(itself, rest, route)
            return Road(
                (
                    gets,
                    "That is a 404, since proxy_strips is True: only behind a proxy"
                    f" that strips, {after!r} is left of it and leads to"
                    f" {route.endpoint!r}. Otherwise, write PrefixURLs(app,"
                    " proxy_strips=False).",
                ),
                rest,
            )
        if as_it_came is None:
            hiding = self._route_at(prefixes[0][1])
            if hiding is not None and (built := self._built_at(path)) is not None:
                gets += f" Without the prefix, that is {prefixes[0][1] or '/'!r}."
                return self._hidden(gets, rest, hiding, built, path)
            return self._no_route(gets, rest, path)
        if self._root_of(as_it_came) == self._mount:
            return self._reached(gets, rest, as_it_came)
        if self._has_prefix_in_rule(as_it_came):
            leads = f"{gets} That leads to {as_it_came.endpoint!r}."
            return self._prefix_in_rule(leads, rest, as_it_came)
        if starts_with(path, self._root_of(as_it_came)):
            # A catch-all, for example, or a rule that begins with a variable.
            whose = f"{as_it_came.endpoint!r}, whose rule matches the prefix as well."
            text = (gets, f"That leads to {whose}")
            return Road(text, rest, as_it_came.endpoint, as_it_came.values)
        return self._other_scope(gets, rest, as_it_came, path)

    def _without_prefix(self, path: str) -> Road:
        """Return where a path leads that starts with none of the prefixes."""
        if not starts_with(path, self._mount):
            return self._outside_mount(self._mount)
        rest = path[len(self._mount) :] or "/"
        gets = f"The app gets {rest!r}."
        stops = self._stops(path)
        route = self._route_at(rest)
        if route is not None and self._root_of(route) == self._mount:
            return self._reached(gets, rest, route)
        if route is not None and (built := self._built_at(path)) is not None:
            return self._hidden(gets, rest, route, built, path)
        if route is not None:
            return self._by_hand(stops, rest, route, f"{path!r} lacks its prefix")
        if not self._scopes.given():
            return self._no_route(gets, rest, path)
        if (otherwise := self._otherwise(path)) is not None:
            return otherwise
        return self._no_route(stops, None, path)

    def _stops(self, path: str) -> str:
        """Say that a path starts with none of the prefixes, as they are now."""
        given = [setting.value for setting in self._scopes.given()]
        answers = [self._ask(v) if callable(v) else v for v in given]
        prefixes = sorted({repr(str(prefix)) for prefix in answers if prefix})
        if not prefixes:
            stops = f"It does not forward {path!r}, which starts with no prefix."
        else:
            stops = (
                f"It does not forward {path!r}, which starts with none of the app's"
                f" prefixes ({', '.join(prefixes)})."
            )
        headers = {v.header for v in given if isinstance(v, ForwardedPrefix)}
        if headers:
            stops += f" {' and '.join(sorted(headers))} may say another: play it by"
            stops += " --header."
        return stops

    def _reached(self, gets: str, rest: str, route: Route) -> Road:
        leads = f"That leads to {route.endpoint!r}."
        text = (gets, leads, *self._not_answered(route))
        return Road(text, rest, route.endpoint, route.values)

    def _not_answered(self, route: Route) -> Iterator[str]:
        """Say so if the route answers another method, or a WebSocket."""
        rule, adapter = route.rule, self._adapter
        if rule is None:
            yield "The rule is an alias, so the app redirects."
        elif rule.websocket != adapter.websocket:
            yield (
                "It is for WebSockets: ask for it by ws:// or wss://."
                if rule.websocket
                else "It is not for WebSockets: ask for it by http:// or https://."
            )
        elif rule.methods and adapter.default_method not in rule.methods:
            yield (
                f"But it answers {', '.join(methods_of(rule))}, and a link asks by"
                f" {adapter.default_method}, which is a 405."
            )

    def _other_scope(self, gets: str, rest: str, route: Route, path: str) -> Road:
        if (built := self._built_at(path)) is not None:
            return self._hidden(gets, rest, route, built, path)
        own = self._prefix_of(route)
        has = f"has the prefix {str(own)!r}" if own else "has no prefix"
        return self._by_hand(
            f"{gets} That leads to {route.endpoint!r}.",
            rest,
            route,
            f"{route.endpoint!r} {has}, and {path!r} has that of another scope",
        )

    def _hidden(
        self, gets: str, rest: str, route: Route, built: Route, path: str
    ) -> Road:
        """Return the road of a path that ``url_for`` built.

        :param route: The route that the router finds.
        :param built: The one whose URL it is.
        """
        if built.endpoint == route.endpoint:
            return self._reached(gets, rest, route)
        call = as_call(built.endpoint, built.values)
        leads = f"{gets} That leads to {route.endpoint!r}."
        if [*self._not_answered(built)]:
            gives = f"{call} gives the same path, for another method or WebSockets."
            return Road((leads, gives), rest, built.endpoint, built.values)
        fault = (
            f"{call} gives {path!r}, but that leads to {route.endpoint!r}, whose"
            " rule comes first: give one of the two another route."
        )
        mistake = Mistake("path-hidden", fault)
        return Road((leads, fault), rest, built.endpoint, built.values, mistake)

    def _by_hand(self, gets: str, rest: str, route: Route, fault: str) -> Road:
        """Return the road of a path that no ``url_for`` built."""
        if (function := self._failed_for(route)) is not None:
            says = f"Whether it has its prefix is up to the function {function}."
            leads = f"That leads to {route.endpoint!r}."
            return Road((gets, leads, says), rest, route.endpoint, route.values)
        call = as_call(route.endpoint, route.values)
        url = build(self._app, route.endpoint, route.values).url
        gives = "" if url is None else f", which gives {url!r}"
        fault = (
            f"{fault}, so no url_for without _prefix= built it: write {call}{gives}."
        )
        mistake = Mistake("path-not-built", fault, call)
        return Road((gets, fault), rest, route.endpoint, route.values, mistake)

    def _prefix_in_rule(self, gets: str, rest: str, route: Route) -> Road:
        """Return the road of a path that is a rule, and to which a prefix is added."""
        url = build(self._app, route.endpoint, route.values).url
        gives = "" if url is None else f": url_for gives {url!r}"
        fault = (
            f"The rule of {route.endpoint!r} begins with its prefix"
            f" {str(self._prefix_of(route))!r}, which is added to it{gives}."
        )
        mistake = Mistake("prefix-twice", fault)
        return Road((gets, fault), rest, route.endpoint, route.values, mistake)

    def _has_prefix_in_rule(self, route: Route) -> bool:
        prefix = unquote(self._prefix_of(route))
        return (
            prefix != ""
            and route.rule is not None
            and starts_with(route.rule.rule, prefix)
        )

    def _otherwise(self, path: str) -> Road | None:
        """Return the road of a path whose prefix is not that of a scope."""
        segments = path.split("/")
        for end in range(2, len(segments)):
            prefix, rest = "/".join(segments[:end]), f"/{'/'.join(segments[end:])}"
            route = self._route_at(rest)
            if route is None:
                continue
            if (function := self._failed_for(route)) is not None:
                text = (
                    f"If the function {function} returns {prefix!r} and the proxy"
                    f" strips that, the app gets {rest!r}."
                )
                return self._reached(text, rest, route)
            if self._builds(route, path):
                text = (
                    f"No scope has the prefix {prefix!r}, but url_for builds this URL"
                    f" with it. If the proxy strips it, the app gets {rest!r}."
                )
                return self._reached(text, rest, route)
        return None

    def _route_at(self, path: str) -> Route | None:
        """Return the route of a path, first of all one that answers the method."""
        return next(self._routes_at(path), None)

    def _routes_at(self, path: str) -> Iterator[Route]:
        """Yield the routes of a path for which there is a ``url_for``."""
        routes = routes_at(path or "/", self._adapter)
        return (route for route in routes if route.endpoint)

    def _built_at(self, path: str) -> Route | None:
        """Return the route whose ``url_for`` builds this path."""
        starts = [start for start, c in enumerate(path) if c == "/"]
        for start in [*starts, len(path)]:
            for route in self._each_rule.routes(path[start:] or "/"):
                if self._builds(route, path):
                    return route
        return None

    def _builds(self, route: Route, path: str) -> bool:
        """Tell whether ``url_for`` builds this path."""
        url = build(self._app, route.endpoint, route.values).url
        return url is not None and unquote(urlsplit(url).path) == path

    def _outside_mount(self, root: str) -> Road:
        text = (
            f"The app is mounted at {self._mount!r}, so it gets only what starts with"
            f" {root!r}.",
        )
        return Road(text)

    def _no_route(self, gets: str, rest: str | None, path: str) -> Road:
        """Return the road of a path that is a 404 of the app, or of the proxy."""
        nearest = self._nearest(path)
        if any(routes_at(rest or path, self._adapter)):
            says = "A redirect_to without an endpoint is there."
        elif rest is None:
            says = f"No rule matches it either{did_you_mean(nearest)}"
        else:
            elsewhere = "".join(self._other_domains(rest))
            says = f"No rule matches{elsewhere}{did_you_mean(nearest)}"
        return Road((gets, says), rest)

    def _other_domains(self, rest: str) -> Iterator[str]:
        """Yield where a path that is no route here is one: a host or a subdomain."""
        matches_hosts = self._adapter.map.host_matching
        kind = "host" if matches_hosts else "subdomain"
        rules = [*self._adapter.map.iter_rules()]
        domains = {(r.host if matches_hosts else r.subdomain) or "" for r in rules}
        for domain in sorted(domains):
            if any(routes_at(rest, self._adapter, domain)):
                yield f" here, but one does on the {kind} {domain!r}"

    def _in_scope(
        self, prefixes: list[tuple[ScopePrefix, str]]
    ) -> tuple[str, str, Route] | None:
        """Return what leads to an endpoint that has the prefix of the path."""
        for prefix, after in prefixes:
            for route in self._routes_at(after):
                if self._prefix_of(route) == prefix:
                    return str(prefix), after or "/", route
        return None

    def _root(self, prefix: str) -> str:
        return public_root(unquote(prefix), self._mount)

    def _root_of(self, route: Route) -> str:
        return self._root(self._prefix_of(route))

    def _prefix_of(self, route: Route) -> str:
        return self._scopes.prefix_of(route.endpoint, self._ask) or ""

    def _failed_for(self, route: Route) -> str | None:
        """Return the name of a failing function that the prefix of a route is up to."""
        self._prefix_of(route)
        settings = self._scopes.chain_of(route.endpoint)
        names = [short_name_of(s.value) for s in settings if callable(s.value)]
        return next(filter(self.failed.__contains__, names), None)

    def _ask(self, function: PrefixFunction) -> str | None:
        """Ask a function for a prefix; one that fails leaves it to the next scope."""
        try:
            return ask_function(function)
        except Exception as error:
            self.failed[short_name_of(function)] = raised(error)
            return None

    def _nearest(self, path: str) -> list[str]:
        """Return the public rules that a misspelt path may stand for."""
        public = {}
        rules = self._adapter.map.iter_rules()
        for rule in (rule for rule in rules if rule.endpoint):
            # A function that depends on the request may say anything for another path.
            prefix = self._scopes.prefix_of(rule.endpoint, default_of) or ""
            route = f"{self._root(prefix)}{rule.rule}"
            public[re.sub("<[^>]*>", "x", route)] = route
        # All paths begin with the same prefix, so they are a bit alike.
        return [public[near] for near in get_close_matches(path, public, 3, 0.75)]


def _safely(find: Callable[[], Road]) -> Road:
    """Return a road, or what the app raises while it is asked."""
    try:
        return find()
    except Exception as error:
        text = f"The app cannot tell, since it raises {raised(error)}"
        return Road((sentence(text),))
