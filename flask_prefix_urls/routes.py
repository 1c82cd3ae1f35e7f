"""Which endpoints a path is a route of.

``MapAdapter.match`` tells one endpoint at most, and calls ``redirect_to`` functions.
The matcher that it asks does neither, but is internal to Werkzeug, as are its
exceptions: this file alone leans on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule
from werkzeug.routing.exceptions import NoMatch, RequestAliasRedirect, RequestPath
from werkzeug.routing.matcher import StateMachineMatcher


class Route(NamedTuple):
    """An endpoint that a path leads to.

    :param values: The values of the variables in its rule.
    :param rule: The rule, or ``None`` for an alias of another.
    :param answers: Whether it answers what is asked, and not just another method, or a
        WebSocket instead of HTTP.
    """

    endpoint: str
    values: Mapping[str, Any]
    rule: Rule | None = None
    answers: bool = True


def routes_at(
    path: str,
    adapter: MapAdapter,
    domain: str | None = None,
    method: str | None = None,
    websocket: bool | None = None,
) -> Iterator[Route]:
    """Yield the routes that a path is, also after the router has corrected its slashes.

    :param path: A path, not percent-encoded.
    :param adapter: The adapter that the path is asked of.
    :param domain: The subdomain or, with host matching, the host of the path; by
        default those of the adapter.
    :param method: The method that is asked for; by default that of the adapter.
    :param websocket: Whether a WebSocket is; by default as for the adapter.
    :return: First the one that answers what is asked, then those that answer other
        methods, or a WebSocket instead of HTTP, sorted by method.
    """
    method = (method or adapter.default_method).upper()
    websocket = adapter.websocket if websocket is None else websocket
    if domain is None:
        domain = adapter.subdomain
        if adapter.map.host_matching or domain is None:
            domain = adapter.server_name
    path = f"/{path.lstrip('/')}" if path else ""
    adapter.map.update()
    matcher = adapter.map._matcher
    first = _route_at(matcher, domain, path, method, websocket)
    if isinstance(first, Route):
        yield first
    methods: set[str] = set()
    # Werkzeug does not list the methods of a rule whose slash the path is missing.
    for each in dict.fromkeys([path, f"{path.removesuffix('/')}/"]):
        # No rule has a method of this name, so NoMatch lists those that they have.
        none = _route_at(matcher, domain, each, "--", websocket)
        if not isinstance(none, NoMatch):
            return
        methods |= none.have_match_for
    others = sorted(methods - {method})
    asked = [(other, websocket) for other in others]
    asked += [(other, not websocket) for other in (method, *others)]
    for other in asked:
        route = _route_at(matcher, domain, path, *other)
        if isinstance(route, Route):
            yield route._replace(answers=False)


def _route_at(
    matcher: StateMachineMatcher, domain: str, path: str, method: str, websocket: bool
) -> Route | NoMatch | None:
    """Return the route of a path for one method, or why there is none.

    :return: ``None`` if a converter answers with an error of its own.
    """
    try:
        rule, values = matcher.match(domain, path, method, websocket)
    except RequestPath as slashes:
        return _route_at(matcher, domain, slashes.path_info, method, websocket)
    except RequestAliasRedirect as alias:
        return Route(alias.endpoint, alias.matched_values)
    except NoMatch as no_match:
        return no_match
    except HTTPException:
        return None
    return Route(rule.endpoint, values, rule)
