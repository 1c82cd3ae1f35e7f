"""A path that still has its prefix, behind a proxy that does not strip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import MapAdapter, RequestRedirect, Rule, WebsocketMismatch

from .request import PublicRequest
from .routes import is_no_route, route_at, routes_at
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

    The stripped path matches only endpoints that have this prefix. If there is none,
    the path is matched as it came. A match goes before an error, and a longer prefix
    before a shorter one.

    :param path: The path of the request.
    :param prefixes: The prefixes that it starts with, the longest first, each with what
        follows it.
    :param adapter: The adapter of the request. Its ``path_info`` is set to the path
        that was matched.
    :param scopes: The scopes of the app.
    :param request: The request. Its ``path`` and ``stripped_prefix`` are set as well.
    :param match: Matches a path, as the adapter does.
    :raise HTTPException: As the adapter does.
    """

    def strip(prefix: ScopePrefix, stripped: str) -> None:
        adapter.path_info = stripped
        request.strip(prefix, path, stripped)

    refused: tuple[HTTPException, ScopePrefix, str] | None = None
    try:
        for prefix, stripped in prefixes:
            try:
                found = _match_in_scope(
                    stripped, prefix, request.method, adapter, scopes, match
                )
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
            if found is not None:
                strip(prefix, stripped)
                return found
        try:
            rule, values = match(path)
        except RequestRedirect:
            raise
        except HTTPException as error:
            refusal, prefix, stripped = refused or (error, *prefixes[0])
        else:
            if refused is None or not scopes.prefix_of(rule.endpoint):
                return rule, values
            # The public URL of this endpoint is another one, with the prefix twice.
            refusal, prefix, stripped = refused
        # Nothing matched. Strip it anyway, so that request.url has the prefix once.
        strip(prefix, stripped)
        raise refusal
    finally:
        # The error has this frame in its traceback: a reference cycle.
        refused = None


def _match_in_scope(
    path: str,
    prefix: ScopePrefix,
    method: str,
    adapter: MapAdapter,
    scopes: Scopes,
    match: Callable[[str], Match],
) -> Match | None:
    """Match a stripped path, but only to an endpoint that has a prefix.

    :return: ``None`` if there is no such endpoint.
    """
    try:
        rule, values = match(path)
    except Exception as error:
        if is_no_route(error) or not _may_be_in_scope(
            error, path, prefix, adapter, scopes
        ):
            return None
        raise
    if scopes.prefix_of(rule.endpoint) == prefix:
        return rule, values
    # Several rules may answer a method, such as OPTIONS, and that of another scope came
    # first.
    return _rule_in_scope(path, prefix, method, adapter, scopes)


def _may_be_in_scope(
    error: Exception,
    path: str,
    prefix: ScopePrefix,
    adapter: MapAdapter,
    scopes: Scopes,
) -> bool:
    """Tell whether an endpoint that has a prefix may have raised an error."""
    if scopes.only_app:
        return scopes.prefix_of("") == prefix
    try:
        if isinstance(error, (MethodNotAllowed, WebsocketMismatch)):
            routes = [*routes_at(path, adapter)]
        elif isinstance(error, RequestRedirect) or _has_redirect_functions(adapter):
            route = route_at(path, adapter)
            routes = [route] if route else []
        else:
            # A converter refused, or failed: do not call it again.
            return True
    except Exception:
        # It was a converter, and not a redirect_to function.
        return True
    # Without a route, a converter refuses the path, and its scope is not known.
    return not routes or any(
        scopes.prefix_of(route.endpoint) == prefix for route in routes
    )


def _has_redirect_functions(adapter: MapAdapter) -> bool:
    return any(callable(rule.redirect_to) for rule in adapter.map.iter_rules())


def _rule_in_scope(
    path: str, prefix: ScopePrefix, method: str, adapter: MapAdapter, scopes: Scopes
) -> Match | None:
    """Return the rule of a path that answers a method and has a prefix.

    A rule that redirects does not count.

    :return: ``None`` if no rule has the prefix.
    :raise MethodNotAllowed: If those that have it answer other methods.
    """
    methods: set[str] = set()
    for endpoint, values, rule in routes_at(path, adapter):
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
    return None
