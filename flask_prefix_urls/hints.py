"""What is probably a mistake in the set-up, and the line to move or to change.

Each function looks at one thing and changes nothing. They run once for an app, when its
first request arrives. Only :func:`hint_at_404` is asked later, about the first 404s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from flask import Flask

from .cookies import has_public_cookie_path, with_public_cookie_path
from .forwarded import default_of
from .mount import mount_of
from .request import PublicRequest
from .routes import routes_at
from .scopes import Setting
from .settings import CONFIG_KEYS, fault_in_server_name, parse_config, values_in
from .siblings import PublicAdapter
from .state import AppState, asked_too_early, did_you_mean, endpoint_for

# A key as similar as this is a misspelt one of ours. PREFIX_PUBLIC_URL, which may be
# the app's own, has 0.87.
_SIMILAR = 0.9
# What a key sets if its value is the default.
_DEFAULTS = ({"proxy_strips": True}, {"forwarded": 0}, {"cookie_path": False})
# As many characters as a message has of a path that a client sent.
_MOST_SHOWN = 200


def hints(app: Flask, state: AppState, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each probable mistake.

    :param app: The app.
    :param state: Its state.
    :param environ: The environment of the process.
    """
    yield from _unknown_keys(app)
    yield from _unread_keys(app, state)
    yield from _late_keys(app, state)
    yield from _unread_environment(state, environ)
    yield from _blueprint_names(app, state)
    yield from _asked_too_early(app, state)
    yield from _server_name(app, state)
    yield from _request_class(app)
    yield from _session_interface(app, state)
    yield from _two_cookie_paths(app, state)


def hint_at_404(path: str, adapter: PublicAdapter) -> str | None:
    """Return a sentence if a path that no rule matches has a prefix that is stripped.

    :param path: The path of a request.
    :param adapter: The adapter of the request.
    """
    if adapter.public_environ is None or mount_of(adapter.public_environ):
        return None
    # What a function returns is up to the request, and so to the client.
    for prefix, rest in adapter.public_scopes.prefixes_on(path, lambda _: None):
        if _has_route(rest, prefix, adapter):
            asked, route = path[:_MOST_SHOWN], rest[:_MOST_SHOWN] or "/"
            return (
                f"The path {asked!a} is a 404, but {route!a} is a route of the app: the"
                f" proxy seems not to strip the prefix {prefix!r}. Strip it (in nginx,"
                " by a slash at the end of proxy_pass), or set proxy_strips=False; in"
                " tests, use flask_prefix_urls.testing.ProxyClient. If the client asked"
                " for the prefix twice, only its link is wrong. This is said once."
            )
    return None


def _has_route(path: str, prefix: str, adapter: PublicAdapter) -> bool:
    """Tell whether a path leads to an endpoint that has a prefix."""
    scopes = adapter.public_scopes
    try:
        return any(
            scopes.prefix_of(route.endpoint, lambda _: None) == prefix
            for route in routes_at(path, adapter)
        )
    except Exception:
        return False  # A converter failed, which this request did not ask for.


def _unknown_keys(app: Flask) -> Iterator[str]:
    known = [*CONFIG_KEYS.values()]
    for key in map(str, app.config):
        if key in known:
            continue
        name = key.upper().removeprefix("FLASK_")
        is_ours = name == "PREFIX_URLS" or name.startswith("PREFIX_URLS_")
        nearest = get_close_matches(name, known, n=1, cutoff=0 if is_ours else _SIMILAR)
        if nearest:
            yield f"The config key {key!r} is unknown: did you mean {nearest[0]!r}?"


def _unread_keys(app: Flask, state: AppState) -> Iterator[str]:
    if state.config is not None:
        return
    for key, value in values_in(app.config).items():
        if _meaning(key, value):
            yield (
                f"{key} is {value!r}, but nothing has read it, since only blueprints"
                " were given to PrefixURLs: write PrefixURLs(app), too."
            )


def _late_keys(app: Flask, state: AppState) -> Iterator[str]:
    if state.config is None:
        return
    values = values_in(app.config)
    for name, key in CONFIG_KEYS.items():
        used = vars(state.settings)[name]
        if isinstance(used, Setting) and used.source != f"from {key}":
            continue  # An argument wins. Blueprints are merged by name.
        now, then = values.get(key), state.config.get(key)
        if _meaning(key, now) != _meaning(key, then):
            yield (
                f"{key} is {now!r}, but was {then!r} when PrefixURLs read it: set it"
                " before PrefixURLs(app) or init_app(app), and call"
                " from_prefixed_env() before that, too."
            )


def _meaning(key: str, value: object) -> object:
    """Return what a config key sets by a value: the same for ``/svc`` and ``svc/``."""
    try:
        given = parse_config({key: value}).given()
    except (TypeError, ValueError):
        return value
    return {} if given in _DEFAULTS else given


def _unread_environment(state: AppState, environ: Mapping[str, str]) -> Iterator[str]:
    if state.scopes.given():
        return
    for key in CONFIG_KEYS.values():
        if key in environ:
            yield (
                f"The environment has {key}, which Flask does not read: write"
                f" FLASK_{key}, and call app.config.from_prefixed_env() before"
                " PrefixURLs(app) or init_app(app)."
            )


def _blueprint_names(app: Flask, state: AppState) -> Iterator[str]:
    by_name = state.scopes.by_name
    for name in sorted(by_name.keys() - set(app.blueprints)):
        yield (
            f"The prefix {by_name[name]} was given to the blueprint {name!r}, but no"
            f" blueprint is registered by that name: {did_you_mean(name, app)}"
        )


def _asked_too_early(app: Flask, state: AppState) -> Iterator[str]:
    for blueprint in sorted(asked_too_early(app), key=str):
        # What another function returned then is not known.
        prefix = state.scopes.prefix_of(endpoint_for(blueprint), default_of)
        if prefix:
            of = "app" if blueprint is None else f"blueprint {blueprint!r}"
            yield (
                f"prefix_of was asked about the {of} before PrefixURLs, and returned"
                f" '', but the prefix is {prefix!r}: move that line below"
                " PrefixURLs(app) or init_app(app)."
            )


def _server_name(app: Flask, state: AppState) -> Iterator[str]:
    fault = fault_in_server_name(app)
    if fault is not None and state.scopes.given():
        yield fault


def _request_class(app: Flask) -> Iterator[str]:
    own = app.request_class
    if not isinstance(own, type):
        yield (
            f"app.request_class is {own!r}, which is not a class, so request.url has no"
            " prefix: set it to a class that derives from flask.Request."
        )
    elif not issubclass(own, PublicRequest):
        yield (
            f"app.request_class was set to {own.__qualname__} after PrefixURLs, so"
            " request.url has no prefix: move that line above the first PrefixURLs, or"
            " above register_blueprint if a blueprint has a prefix."
        )


def _session_interface(app: Flask, state: AppState) -> Iterator[str]:
    interface = app.session_interface
    if not state.cookie_path or has_public_cookie_path(interface):
        return
    name = type(interface).__qualname__
    if not hasattr(interface, "get_cookie_path"):
        yield (
            f"cookie_path is {state.settings.cookie_path}, but the session interface"
            f" {name} has no get_cookie_path, so nothing changes: let it derive from"
            " flask.sessions.SessionInterface, or leave cookie_path out."
        )
    elif with_public_cookie_path(interface) is interface:
        yield (
            f"cookie_path is {state.settings.cookie_path}, but the session interface"
            f" {name} cannot be copied and given another get_cookie_path, so nothing"
            " changes: make that possible, or leave cookie_path out."
        )
    else:
        yield (
            f"app.session_interface was set to {name} after PrefixURLs, so its cookie"
            " has no path of its own: move that line above PrefixURLs."
        )


def _two_cookie_paths(app: Flask, state: AppState) -> Iterator[str]:
    path = app.config["SESSION_COOKIE_PATH"]
    if state.cookie_path and path:
        yield (
            f"SESSION_COOKIE_PATH is {path!r} and wins over cookie_path, which is"
            f" {state.settings.cookie_path}: remove SESSION_COOKIE_PATH to have the"
            " prefix as the path of the cookie, or else remove cookie_path."
        )
