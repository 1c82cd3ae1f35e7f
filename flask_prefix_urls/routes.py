"""Which endpoints a path, or the URL of a redirect, is a route of."""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from typing import cast
from urllib.parse import unquote, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.routing.exceptions import NoMatch, RequestAliasRedirect, RequestPath


def endpoints_at(path: str, adapter: MapAdapter) -> list[str]:
    """Return the endpoints whose route a path is, or becomes with a slash appended.

    :param path: A path, not percent-encoded.
    :param adapter: The adapter for the host of the path.
    :return: The one that answers the method of the request, or else those that answer
        other methods, in the order of these.
    """
    asked = (adapter.default_method.upper(), adapter.websocket)
    try:
        return [_endpoint_at(path, *asked, adapter)]
    except NoMatch as no_match:
        others = [(method, adapter.websocket) for method in no_match.have_match_for]
        if no_match.websocket_mismatch:
            others.append((adapter.default_method.upper(), not adapter.websocket))
    except HTTPException:
        return []  # A converter may raise one.
    found = []
    for other in sorted(others):
        with suppress(NoMatch, HTTPException):
            found.append(_endpoint_at(path, *other, adapter))
    return list(dict.fromkeys(found))


def _endpoint_at(path: str, method: str, websocket: bool, adapter: MapAdapter) -> str:
    """Return the endpoint of a path, whether or not its rule redirects.

    ``MapAdapter.match`` does not tell by which rule it redirects. The matcher that it
    asks does, but is internal to Werkzeug, as are the exceptions.
    """
    url_map = adapter.map
    url_map.update()
    domain = adapter.subdomain
    if url_map.host_matching or domain is None:
        domain = adapter.server_name
    path = f"/{path.lstrip('/')}" if path else ""
    try:
        rule, _ = url_map._matcher.match(domain, path, method, websocket)
    except RequestPath as slashes:
        return _endpoint_at(slashes.path_info, method, websocket, adapter)
    except RequestAliasRedirect as alias:
        return cast(str, alias.endpoint)
    return cast(str, rule.endpoint)


def endpoints_at_url(url: str, adapter: MapAdapter) -> list[str]:
    """Return the endpoints that a redirect of the router leads to.

    :param url: Where it leads, with nothing in front of the route.
    :param adapter: The adapter that redirects.
    :return: As :func:`endpoints_at` does; none if it leaves the app.
    """
    target = urlsplit(url)
    there = _at_host(target.netloc.lower(), adapter)
    if there is None or target.scheme != (adapter.url_scheme or "http").lower():
        return []
    return endpoints_at(unquote(target.path), there)


def _at_host(netloc: str, adapter: MapAdapter) -> MapAdapter | None:
    """Return the adapter for a host of the same app; ``None`` if it is none."""
    there = copy(adapter)
    if netloc == adapter.get_host(None):
        return there
    if adapter.map.host_matching:
        # A rule for any host does not make every host the app's own.
        if all(rule.host != netloc for rule in adapter.map.iter_rules()):
            return None
        there.server_name = netloc
    elif f".{netloc}".endswith(f".{adapter.server_name}"):
        there.subdomain = netloc[: -len(adapter.server_name)].rstrip(".")
    else:
        return None
    return there
