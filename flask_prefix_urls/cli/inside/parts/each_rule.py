"""Which rules match a path, also those that another rule hides.

Below another prefix, a hidden rule has public paths of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property

from werkzeug.routing import Map, MapAdapter, Rule

from ....routes import Route, routes_at


class EachRule:
    """The rules of an app, each as if it were the only one.

    :param adapter: The adapter whose rules they are, with the host that was asked.
    """

    def __init__(self, adapter: MapAdapter) -> None:
        self._adapter = adapter

    @cached_property
    def _alone(self) -> list[tuple[Rule, MapAdapter]]:
        adapter, rules = self._adapter, self._adapter.map
        found = []
        for rule in rules.iter_rules():
            copy = rule.empty()
            copy.merge_slashes = rule.merge_slashes
            alone = Map(
                [copy],
                converters=rules.converters,
                host_matching=rules.host_matching,
            )
            bound = alone.bind(adapter.server_name, subdomain=adapter.subdomain)
            found.append((rule, bound))
        return found

    def routes(self, path: str) -> Iterator[Route]:
        """Yield the routes that match a path, for whatever method.

        :param path: Without prefix and mount, and not percent-encoded.
        """
        for rule, adapter in self._alone:
            route = None
            with suppress(Exception):  # A converter may fail.
                route = next(routes_at(path, adapter), None)
            if route is not None:
                yield route._replace(rule=rule)
