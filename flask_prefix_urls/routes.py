"""Which routes match a path.

``MapAdapter.match`` tells one endpoint at most, and calls ``redirect_to`` functions.
The matcher that it asks does neither, but is internal to Werkzeug, as are its
exceptions: this file alone leans on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import MapAdapter, Rule
from werkzeug.routing.converters import ValidationError
from werkzeug.routing.exceptions import NoMatch, RequestAliasRedirect, RequestPath

# No rule has it, so Werkzeug lists the methods of the rules that match.
_NO_METHOD = "--"


class Route(NamedTuple):
    """An endpoint that a path leads to.

    :param endpoint: ``""``, which stands for the app, if a ``redirect_to`` has none.
    :param values: The values of the variables in its rule.
    :param rule: The rule, or ``None`` for an alias of another.
    """

    endpoint: str
    values: Mapping[str, Any]
    rule: Rule | None = None


def route_at(path: str, adapter: MapAdapter) -> Route | None:
    """Return the route that matches a path, also if the router corrects its slashes.

    :param path: A path, not percent-encoded.
    :param adapter: The adapter that the path is asked of, with its method.
    :return: ``None`` if no rule matches, or a converter refuses the path.
    """
    method = adapter.default_method.upper()
    found = _match(path, adapter, None, method, adapter.websocket)
    return found if isinstance(found, Route) else None


def routes_at(
    path: str,
    adapter: MapAdapter,
    domain: str | None = None,
    method: str | None = None,
    websocket: bool | None = None,
) -> Iterator[Route]:
    """Yield the routes that match a path, for whatever method.

    :param path: As for :func:`route_at`.
    :param adapter: Likewise.
    :param domain: The subdomain or, with host matching, the host of the path; by
        default those of the adapter.
    :param method: The method that is asked for; by default that of the adapter.
    :param websocket: Whether a WebSocket is; by default as for the adapter.
    :return: First the one that answers what is asked, if there is one. Then those that
        answer other methods, or a WebSocket instead of HTTP, sorted by method. A route
        is yielded once for each of its methods.
    """
    method = (method or adapter.default_method).upper()
    websocket = adapter.websocket if websocket is None else websocket
    first = _match(path, adapter, domain, method, websocket)
    if isinstance(first, Route):
        yield first
    # Where no method is listed, the path may match with a trailing slash.
    listed = _match(path, adapter, domain, _NO_METHOD, websocket)
    if listed == set() and not path.endswith("/"):
        listed = _match(f"{path}/", adapter, domain, _NO_METHOD, websocket)
    if isinstance(listed, Route):
        # A rule for any method.
        yield listed
    if not isinstance(listed, set):
        return
    others = sorted(listed - {method})
    tries = [(other, websocket) for other in others]
    tries += [(other, not websocket) for other in (method, *others)]
    for other, is_websocket in tries:
        route = _match(path, adapter, domain, other, is_websocket)
        if isinstance(route, Route):
            yield route


def is_no_route(error: BaseException) -> bool:
    """Tell whether an error of ``MapAdapter.match`` says that no rule matches.

    Werkzeug also raises ``NotFound`` for the ``ValidationError`` of a converter, and
    converters and ``redirect_to`` functions raise it as they like.
    """
    # Werkzeug raises it "from None", which hides the reason but keeps it.
    reason = error.__context__
    return (
        isinstance(error, NotFound)
        and isinstance(reason, NoMatch)
        and not isinstance(reason.__context__, ValidationError)
    )


def _match(
    path: str, adapter: MapAdapter, domain: str | None, method: str, websocket: bool
) -> Route | set[str] | None:
    """Return the route of a path for one method.

    :return: If there is none, the methods of the rules that match. ``None`` if a
        converter answers with an error of its own.
    """
    if domain is None:
        domain = adapter.subdomain
        if adapter.map.host_matching or domain is None:
            domain = adapter.server_name
    path = f"/{path.lstrip('/')}" if path else ""
    adapter.map.update()
    try:
        rule, values = adapter.map._matcher.match(domain, path, method, websocket)
    except RequestPath as corrected:
        return _match(corrected.path_info, adapter, domain, method, websocket)
    except RequestAliasRedirect as alias:
        return Route(alias.endpoint, alias.matched_values)
    except NoMatch as no_match:
        return no_match.have_match_for
    except HTTPException:
        return None
    return Route(rule.endpoint or "", values, rule)
