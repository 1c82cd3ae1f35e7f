"""Which routes a walk begins with, and which ones it leaves out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import quote

from flask import Flask
from werkzeug.routing import Rule

from ...safe_get import is_safe
from ..page import Skipped
from .reasons import CHANGES
from .waiting import Ask

_VARIABLE = re.compile(r"<[^>]*>")

#: Stands for a route: its endpoint, and the names of the variables in its rule.
RouteKey = tuple[str, frozenset[str]]


def route_key(endpoint: str, names: Iterable[str]) -> RouteKey:
    """Return what stands for a route.

    :param endpoint: The endpoint.
    :param names: The names of the values that its view gets.
    """
    return endpoint, frozenset(names)


class Rules:
    """The rules of an app, as a walk sees them.

    :param app: The app.
    :param own_host: The host of the app, which is ``""`` in an :class:`~.waiting.Ask`.
    """

    def __init__(self, app: Flask, own_host: str) -> None:
        self._own_host = own_host
        self._by_host = app.url_map.host_matching
        self._server_name = app.config["SERVER_NAME"]
        self._rules = [rule for rule in app.url_map.iter_rules() if not rule.build_only]
        self._getters = {_endpoint(r) for r in self._rules if _answers_get(r)}
        self._unsafe = {_key(rule) for rule in self._rules if not _is_safe(rule)}

    def first_asks(self) -> Iterator[Ask]:
        """Yield a request for each route without variables."""
        for rule in self._rules:
            host = self._host(rule)
            if _answers_get(rule) and host is not None and "<" not in host + rule.rule:
                yield Ask(quote(rule.rule), self.ask_host(host), _endpoint(rule))

    def ask_host(self, host: str) -> str:
        """Return a host as an :class:`~.waiting.Ask` has it."""
        return "" if host == self._own_host else host

    def answers_get(self, endpoint: str) -> bool:
        """Tell whether an endpoint answers GET."""
        return endpoint in self._getters

    def is_unsafe(self, route: RouteKey) -> bool:
        """Tell whether a route looks by its name as if a GET changes something."""
        return route in self._unsafe

    def skipped(
        self,
        asked: Collection[RouteKey],
        linked: Collection[RouteKey],
        left_out: Collection[RouteKey],
    ) -> Iterator[Skipped]:
        """Yield what was not asked because of its route.

        :param asked: The routes that were asked.
        :param linked: Those that a page links to.
        :param left_out: Those of which a link was not followed since it is not safe.
        """
        by_get = {self._name(rule) for rule in self._rules if _answers_get(rule)}
        for rule in self._rules:
            route, name = _key(rule), self._name(rule)
            if rule.websocket:
                yield Skipped(name, "it answers only a WebSocket")
            elif not _answers_get(rule):
                if name not in by_get:
                    yield Skipped(name, "it does not answer GET")
            elif self.is_unsafe(route):
                if route in left_out or route not in asked:
                    yield Skipped(name, CHANGES)
            elif self._host(rule) is None:
                yield Skipped(name, "its subdomain needs SERVER_NAME")
            elif (
                "<" in name
                and not is_static(route[0])
                and route not in asked
                and route not in linked
            ):
                yield Skipped(name, "no page links to it")

    def _host(self, rule: Rule) -> str | None:
        """Return the host of a rule; ``None`` if no request can reach it."""
        if self._by_host:
            return rule.host or self._own_host
        if not rule.subdomain:
            return self._own_host
        if not self._server_name:
            return None
        return f"{rule.subdomain}.{self._server_name}".lower()

    def _name(self, rule: Rule) -> str:
        host = self._host(rule)
        if host is None:
            return f"//{rule.subdomain}{rule.rule}"
        return name_of(Ask(rule.rule, self.ask_host(host), ""))


def name_of(ask: Ask) -> str:
    """Return what to call a request in the report."""
    return f"//{ask.host}{ask.target}" if ask.host else ask.target


def is_static(endpoint: str) -> bool:
    """Tell whether an endpoint serves static files, of which a GET changes nothing."""
    return endpoint.rpartition(".")[2] == "static"


def _endpoint(rule: Rule) -> str:
    # A rule with redirect_to may have none.
    return rule.endpoint or ""


def _key(rule: Rule) -> RouteKey:
    return route_key(_endpoint(rule), rule.arguments)


def _answers_get(rule: Rule) -> bool:
    return not rule.websocket and (rule.methods is None or "GET" in rule.methods)


def _is_safe(rule: Rule) -> bool:
    endpoint = _endpoint(rule)
    words = _VARIABLE.sub("", rule.rule)
    return is_static(endpoint) or (is_safe(words) and is_safe(endpoint))
