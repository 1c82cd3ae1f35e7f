"""A path that still has its prefix, behind a proxy that does not strip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from .request import PublicRequest
from .routes import routes_at
from .scopes import ScopePrefix, Scopes

Match = tuple[Rule, Mapping[str, Any]]


def match_unstripped(
    path: str,
    prefixes: Sequence[tuple[ScopePrefix, str]],
    adapter: MapAdapter,
    scopes: Scopes,
    request: PublicRequest,
    match: Callable[[str], Match],
) -> Match:
    """Match a path as if the proxy had stripped its prefix.

    The path leads only to an endpoint whose own prefix is the one that it has. Else it
    is matched as it came. What answers the request goes before what refuses it, and the
    longer prefix goes before the shorter.

    :param path: The path of the request.
    :param prefixes: The prefixes that it starts with, the longest first, each with what
        follows it.
    :param adapter: The adapter of the request. It gets the path that was routed.
    :param scopes: The scopes of the app.
    :param request: The request. It gets the path and the prefix likewise.
    :param match: Matches a path, as the adapter does.
    :raise HTTPException: As the adapter does.
    """

    def strip(prefix: ScopePrefix, stripped: str) -> None:
        adapter.path_info = stripped
        request.strip(prefix, path, stripped)

    refused: tuple[HTTPException, ScopePrefix, str] | None = None
    for prefix, stripped in prefixes:
        try:
            found = _match_in_scope(
                stripped, prefix, request.method, adapter, scopes, match
            )
        except NotFound:
            continue
        except RequestRedirect:
            strip(prefix, stripped)
            raise
        except HTTPException as error:
            refused = refused or (error, prefix, stripped)
            continue
        except Exception:
            # A converter, or a redirect_to function, has failed.
            strip(prefix, stripped)
            raise
        strip(prefix, stripped)
        return found
    try:
        return match(path)
    except RequestRedirect:
        raise
    except HTTPException as error:
        refusal, prefix, stripped = refused or (error, *prefixes[0])
    # It is an error in any case; stripped, so that request.url has the prefix once.
    strip(prefix, stripped)
    raise refusal


def _match_in_scope(
    path: str,
    prefix: ScopePrefix,
    method: str,
    adapter: MapAdapter,
    scopes: Scopes,
    match: Callable[[str], Match],
) -> Match:
    """Match a stripped path, but only to an endpoint that has a prefix.

    :raise NotFound: If there is no such endpoint.
    """
    try:
        rule, values = match(path)
    except NotFound:
        raise
    except Exception as error:
        if _may_be_in_scope(error, path, prefix, adapter, scopes):
            raise
        raise NotFound from None
    if scopes.prefix_of(rule.endpoint) == prefix:
        return rule, values
    # Two rules of a path may answer a method, OPTIONS for one, and another came first.
    return _rule_in_scope(path, prefix, method, adapter, scopes)


def _may_be_in_scope(
    error: Exception,
    path: str,
    prefix: ScopePrefix,
    adapter: MapAdapter,
    scopes: Scopes,
) -> bool:
    """Tell whether an error may be that of an endpoint that has a prefix."""
    if scopes.only_app:
        return True
    is_failure = not isinstance(error, HTTPException)
    if is_failure and not _has_redirect_functions(adapter):
        # A converter has failed: do not call it again.
        return True
    routes = routes_at(path, adapter)
    if is_failure or isinstance(error, RequestRedirect):
        # Only a rule that answers what is asked redirects, and it is the first.
        routes = (route for route in islice(routes, 1) if route.answers)
    try:
        endpoints = [route.endpoint for route in routes]
    except Exception:
        # It was a converter all the same.
        return True
    # Where there is none, a converter refuses the path, perhaps by its own error.
    return not endpoints or any(scopes.prefix_of(e) == prefix for e in endpoints)


def _has_redirect_functions(adapter: MapAdapter) -> bool:
    return any(callable(rule.redirect_to) for rule in adapter.map.iter_rules())


def _rule_in_scope(
    path: str, prefix: ScopePrefix, method: str, adapter: MapAdapter, scopes: Scopes
) -> Match:
    """Return the rule of a path that answers a method and has a prefix.

    :raise NotFound: If no rule has the prefix.
    :raise MethodNotAllowed: If those that have it answer other methods.
    """
    methods: set[str] = set()
    for endpoint, values, rule, _ in routes_at(path, adapter):
        if rule is None or scopes.prefix_of(endpoint) != prefix:
            continue
        if rule.websocket != adapter.websocket:
            continue
        if method not in (rule.methods or {method}):
            methods |= rule.methods or set()
        elif rule.redirect_to is None:
            return rule, values
    if methods:
        raise MethodNotAllowed(sorted(methods))
    raise NotFound
