"""The request that is played: as the server hands it over, and as the app gets it.

``ProxyFix`` is played by one with the same numbers. Any other middleware is only named,
since it may do anything. Nothing in the app changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import click
from flask import Flask
from flask.cli import NoAppException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import MapAdapter
from werkzeug.test import EnvironBuilder

from ...public_url import parse_public_url, without_default_port
from ...state import log_of
from ..header import parse_header
from ..raised import raised, sentence
from .parts.middleware import COUNTS, middlewares

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# What ProxyFix writes, by what to call it.
_WRITTEN = {
    "client": "REMOTE_ADDR",
    "scheme": "wsgi.url_scheme",
    "host": "HTTP_HOST",
    "SCRIPT_NAME": "SCRIPT_NAME",
}
# What hardly any app has a rule for.
_NO_ROUTE = "/-"


@dataclass(frozen=True)
class Asked:
    """A request as the server hands it over.

    :param host: What the header ``Host`` has.
    :param path: ``PATH_INFO``, not percent-encoded.
    """

    headers: tuple[tuple[str, str], ...]
    script_name: str
    scheme: str
    host: str
    path: str = "/"
    query: str = ""
    websocket: bool = False


@dataclass(frozen=True)
class PlayedProxyFix:
    """What one ``ProxyFix`` did.

    :param counts: How many values it trusts, by its parameters that are not zero.
    :param changes: What it changed, each with what was there before and after.
    """

    counts: Mapping[str, int]
    changes: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Played:
    """A request as the app gets it.

    :param adapter: The URL adapter of its context; ``None`` if the app refuses the
        host.
    :param refusal: What routing raised; ``None`` if the path is a route.
    :param not_played: The names of other middleware.
    """

    environ: WSGIEnvironment
    adapter: MapAdapter | None
    refusal: BaseException | None
    proxy_fixes: tuple[PlayedProxyFix, ...]
    not_played: tuple[str, ...]


def parse_options(
    app: Flask, headers: Iterable[str], script_name: str, base_url: str | None
) -> Asked:
    """Return the request that the options of the command ask for.

    :param headers: Each a name, a colon and a value.
    :param script_name: The mount, not percent-encoded.
    :param base_url: Scheme and host; ``None`` for those of the app.
    :raise click.UsageError: If one of them is malformed.
    """
    if script_name and not script_name.startswith("/"):
        raise click.UsageError(
            f"--script-name is {script_name!r}, but must be a path: write it like"
            f" '/{script_name}'."
        )
    if not script_name.isprintable() or any(c in script_name for c in "?#"):
        raise click.UsageError(
            f"--script-name is {script_name!r}, but must be a path without a query, a"
            " fragment or a control character: write it like '/mount'."
        )
    scheme, host = "http", app.config["SERVER_NAME"] or "localhost"
    if base_url is not None:
        try:
            scheme, host, path = parse_public_url(base_url, "--base-url")
        except ValueError:
            path = "malformed"
        if path:
            raise click.UsageError(
                f"--base-url is {base_url!r}, but must be http or https, a host, and"
                " perhaps a port: write it like 'https://example.com'."
            )
    # A SERVER_NAME with a slash is a mistake, which the report has.
    host = host.partition("/")[0]
    parsed = map(parse_header, headers)
    sent = tuple((name, _in_environ(value)) for name, value in parsed)
    return Asked(sent, script_name, scheme, host)


@contextmanager
def played(app: Flask, asked: Asked) -> Iterator[Played]:
    """Play a request: its context is there as long as the block runs.

    Functions of ``before_request`` do not run. If routing fails, a request of a
    path that is no route is played instead, which has that error as its refusal.

    :raise NoAppException: If no context can be made, since the app raises an error.
    """
    environ = _environ_of(asked)
    proxy_fixes, not_played = _play_middleware(app, environ)
    failed = None
    with _quiet(app):
        try:
            context = _push(lambda: app.request_context(environ))
        except NoAppException as error:
            if asked.path == _NO_ROUTE:
                raise
            failed = error.__cause__
        else:
            try:
                yield Played(
                    environ,
                    context.url_adapter,
                    context.request.routing_exception,
                    proxy_fixes,
                    not_played,
                )
            finally:
                _pop(context)
    if failed is not None:
        with played(app, replace(asked, path=_NO_ROUTE)) as request:
            yield replace(request, refusal=failed)


@contextmanager
def outside(app: Flask) -> Iterator[None]:
    """Be in the app as long as the block runs, but in no request, as a script is.

    :raise NoAppException: As :func:`played` does.
    """
    with _quiet(app):
        context = _push(app.app_context)
        try:
            yield
        finally:
            _pop(context)


def at_address(asked: Asked, scheme: str, host: str, websocket: bool) -> Asked:
    """Return a request for a URL, with its scheme and host."""
    host = without_default_port(host, scheme)
    return replace(asked, scheme=scheme, host=host, websocket=websocket)


@contextmanager
def _quiet(app: Flask) -> Iterator[None]:
    """Keep the package's own warnings out of the log: the report has all of them."""
    log = log_of(app)
    level = log.level
    log.setLevel("ERROR")
    try:
        yield
    finally:
        log.setLevel(level)


def _push(make: Callable[[], Any]) -> Any:
    """Make a context of the app, and push it."""
    context = None
    try:
        context = make()
        context.push()
    except Exception as error:
        _pop(context)
        raise NoAppException(
            sentence(f"No request can be played, since the app raises {raised(error)}")
        ) from error
    return context


def _pop(context: Any) -> None:
    # A teardown function may miss what a before_request function would have made.
    with suppress(Exception):
        context.pop()


def _environ_of(asked: Asked) -> WSGIEnvironment:
    overrides = {
        "SCRIPT_NAME": _in_environ(asked.script_name),
        "PATH_INFO": _in_environ(asked.path),
    }
    if asked.websocket:
        overrides.update(HTTP_CONNECTION="Upgrade", HTTP_UPGRADE="websocket")
    builder = EnvironBuilder(
        base_url=f"{asked.scheme}://{asked.host}/",
        query_string=asked.query,
        headers=asked.headers,
        environ_overrides=overrides,
    )
    try:
        return builder.get_environ()
    finally:
        builder.close()


def _in_environ(text: str) -> str:
    """Return a text as :pep:`3333` has it."""
    return text.encode(errors="replace").decode("latin-1")


def _play_middleware(
    app: Flask, environ: WSGIEnvironment
) -> tuple[tuple[PlayedProxyFix, ...], tuple[str, ...]]:
    """Play what is wrapped around an app.

    :param environ: The environ, which ``ProxyFix`` changes.
    :return: What each ``ProxyFix`` did, and the names of what was not played.
    """
    proxy_fixes, not_played = [], []
    for layer in middlewares(app):
        if not isinstance(layer, ProxyFix):
            of = layer if hasattr(layer, "__qualname__") else type(layer)
            not_played.append(f"{of.__module__}.{of.__qualname__}")
            continue
        counts = {name: getattr(layer, name) for name in COUNTS if getattr(layer, name)}
        before = {name: environ.get(key, "") for name, key in _WRITTEN.items()}
        play = ProxyFix(lambda *_: [], **{**dict.fromkeys(COUNTS, 0), **counts})
        play(environ, cast("StartResponse", None))  # Nobody calls it.
        after = {name: environ.get(key, "") for name, key in _WRITTEN.items()}
        changes = {
            name: (before[name], after[name])
            for name in _WRITTEN
            if before[name] != after[name]
        }
        proxy_fixes.append(PlayedProxyFix(counts, changes))
    return tuple(proxy_fixes), tuple(not_played)
