"""A path that still has its prefix, behind a proxy that does not strip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeGuard

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import MapAdapter, RequestRedirect, Rule, WebsocketMismatch

from .request import PublicRequest
from .routes import is_no_route, route_at, routes_at
from .scopes import ScopePrefix
from .siblings import PublicAdapter

Match = tuple[Rule, Mapping[str, Any]]


class _Refusal(NamedTuple):
    """An error for a path without its prefix, and the two parts of the path."""

    error: HTTPException
    prefix: ScopePrefix
    rest: str


def match_unstripped(
    path: str,
    prefixes: Sequence[tuple[ScopePrefix, str]],
    adapter: PublicAdapter,
    request: PublicRequest,
    match: Callable[[str], Match],
) -> Match:
    """Match a path as if the proxy had stripped its prefix.

    The stripped path matches only endpoints that have this prefix. If there is none,
    the path is matched as it came. A match goes before an error, and a longer prefix
    before a shorter one. But where an endpoint with this prefix refuses the stripped
    path, the path as it came does not match another endpoint with it: the public URL of
    that one has the prefix once more.

    :param path: The path of the request.
    :param prefixes: The prefixes that it starts with, the longest first, each with what
        follows it.
    :param adapter: The adapter of the request. Its ``path_info`` is set to the path
        that was matched.
    :param request: The request. Its ``path`` and ``stripped_prefix`` are set as well.
    :param match: Matches a path, as the adapter does.
    :raise HTTPException: As the adapter does.
    """

    def strip(prefix: ScopePrefix, rest: str) -> None:
        adapter.path_info = rest
        request.strip(prefix, path, rest)

    refusals: list[_Refusal] = []
    try:
        for prefix, rest in prefixes:
            try:
                found = _match_in_scope(rest, prefix, adapter, match)
            except Exception as error:
                if not _refuses(error):
                    strip(prefix, rest)
                    raise
                refusals.append(_Refusal(error, prefix, rest))
                continue
            if found is not None:
                strip(prefix, rest)
                return found
        try:
            rule, values = match(path)
        except Exception as error:
            if not _refuses(error):
                raise
            refusals.append(_Refusal(error, *prefixes[0]))
        else:
            if not refusals:
                return rule, values
            prefix_of_rule = adapter.public_scopes.prefix_of(rule.endpoint)
            # If a scope with it refuses, the public URL of the rule has it twice.
            if all(refusal.prefix != prefix_of_rule for refusal in refusals):
                return rule, values
        # Strip it all the same, so that request.url has the prefix once.
        strip(refusals[0].prefix, refusals[0].rest)
        raise refusals[0].error
    finally:
        # Each error has this frame in its traceback: a reference cycle.
        refusals.clear()


def _refuses(error: Exception) -> TypeGuard[HTTPException]:
    """Tell whether an error refuses the request, and another path may answer it."""
    return isinstance(error, HTTPException) and not isinstance(error, RequestRedirect)


def _match_in_scope(
    path: str,
    prefix: ScopePrefix,
    adapter: PublicAdapter,
    match: Callable[[str], Match],
) -> Match | None:
    """Match a stripped path, but only to an endpoint that has a prefix.

    :return: ``None`` if there is no such endpoint.
    """
    try:
        rule, values = match(path)
    except Exception as error:
        if is_no_route(error):
            return None
        if not _may_be_in_scope(error, path, prefix, adapter):
            return None
        raise
    if adapter.public_scopes.prefix_of(rule.endpoint) == prefix:
        return rule, values
    # Several rules may answer a method, such as OPTIONS, and that of another scope came
    # first.
    return _rule_in_scope(path, prefix, adapter)


def _may_be_in_scope(
    error: Exception, path: str, prefix: ScopePrefix, adapter: PublicAdapter
) -> bool:
    """Tell whether an endpoint that has a prefix may have raised an error."""
    scopes = adapter.public_scopes
    if scopes.only_app:
        return scopes.prefix_of("") == prefix
    try:
        if isinstance(error, (MethodNotAllowed, WebsocketMismatch)):
            # It is about all rules of the path.
            routes = [*routes_at(path, adapter)]
        elif isinstance(error, RequestRedirect) or _has_redirect_functions(adapter):
            # It is about the one rule that answers what is asked. A redirect_to
            # function may raise any error.
            route = route_at(path, adapter)
            routes = [route] if route else []
        else:
            # A converter refused, or failed: do not call it again.
            return True
    except Exception:
        # A converter failed once more, and it is not known in which scope.
        return True
    # Without a route, a converter refused the path. Its scope is not known either.
    return not routes or any(
        scopes.prefix_of(route.endpoint) == prefix for route in routes
    )


def _has_redirect_functions(adapter: MapAdapter) -> bool:
    return any(callable(rule.redirect_to) for rule in adapter.map.iter_rules())


def _rule_in_scope(
    path: str, prefix: ScopePrefix, adapter: PublicAdapter
) -> Match | None:
    """Return the rule of a path that answers the method and has a prefix.

    :return: ``None`` if no rule has the prefix.
    :raise MethodNotAllowed: If those that have it answer other methods.
    """
    method = adapter.default_method.upper()
    methods: set[str] = set()
    for endpoint, values, rule in routes_at(path, adapter):
        if rule is None or adapter.public_scopes.prefix_of(endpoint) != prefix:
            continue
        if rule.websocket != adapter.websocket:
            continue
        if method not in (rule.methods or {method}):
            methods |= rule.methods or set()
        # One that redirects has no view to answer with.
        elif rule.redirect_to is None:
            return rule, values
    if methods:
        raise MethodNotAllowed(sorted(methods))
    return None
