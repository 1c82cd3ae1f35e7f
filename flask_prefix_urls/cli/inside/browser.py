"""A URL or a path, as a browser takes it apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import click
from flask import Flask
from werkzeug.urls import iri_to_uri

from ...public_url import without_default_port
from ...state import state_of
from ..report import Step
from .played import Asked

_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
# A segment that is a dot or two, however it is written.
_DOT, _DOTS = (
    re.compile(r"\.|%2e", re.IGNORECASE),
    re.compile(r"(\.|%2e){2}", re.IGNORECASE),
)


@dataclass(frozen=True)
class Address:
    """What a browser asks for.

    :param scheme: ``http`` or ``https``; ``""`` for a path alone.
    :param host: The host, with a port that is not that of the scheme; or ``""``.
    :param path: The path, not percent-encoded.
    :param fragment: What the browser keeps for itself.
    """

    scheme: str
    host: str
    path: str
    query: str
    fragment: str
    websocket: bool


def parse_address(target: str) -> Address:
    """Take a URL or a path apart.

    :raise click.UsageError: If it is neither.
    """
    try:
        parts = urlsplit(iri_to_uri(target))
        port = parts.port
    except ValueError as error:
        raise click.UsageError(
            f"{target!r} is not a URL ({error}): write it like"
            " 'https://example.com/svc/foo' or '/svc/foo'."
        ) from error
    if parts.scheme and parts.scheme not in _SCHEMES:
        raise click.UsageError(
            f"{target!r} has the scheme {parts.scheme!r}, but a URL of an app begins"
            " with http, https, ws or wss."
        )
    if parts.scheme and not parts.hostname:
        raise click.UsageError(
            f"{target!r} has no host: write it like 'https://example.com/svc/foo'."
        )
    scheme = _SCHEMES.get(parts.scheme, "")
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    if port is not None:
        host = without_default_port(f"{host}:{port}", scheme or "http")
    return Address(
        scheme,
        host,
        unquote(_without_dots(parts.path or "/")),
        parts.query,
        parts.fragment,
        parts.scheme in ("ws", "wss"),
    )


def fault_in_host(app: Flask, address: Address, asked: Asked) -> str | None:
    """Return a sentence if the host of a URL is not one of the app's.

    :param asked: The request that is played, which may have a host by an option.
    :return: ``None`` if it is, or if it is not known which hosts are the app's.
    """
    host, known = address.host, _hosts(app)
    if not host or host == asked.host:
        return None
    if app.url_map.host_matching:
        hosts = sorted({rule.host or "" for rule in app.url_map.iter_rules()} - {""})
        if host in hosts or any("<" in known for known in hosts):
            return None
        others = " and ".join(map(repr, hosts))
        return f"No rule is for the host {host!r}: there are {others}."
    server_name = (app.config["SERVER_NAME"] or "").lower()
    if app.subdomain_matching and server_name and host.endswith(f".{server_name}"):
        return None
    if not known or host in known:
        return None
    (name, source), *_ = known.items()
    return (
        f"The host is {host!r}, but that of the app is {name!r} (from {source}), so"
        " this URL leads to another server, or Host is not what the app expects."
    )


def told_address(address: Address, fault: str | None) -> Step:
    """Return the step about what a browser asks for.

    :param fault: The sentence about its host.
    """
    at = f" of {address.host}" if address.host else ""
    query = f", with the query {address.query!r}" if address.query else ""
    what = "opens a WebSocket at" if address.websocket else "asks for"
    text = [f"A browser {what} the path {address.path!r}{at}{query}."]
    if address.fragment:
        text.append(f"It keeps the fragment {address.fragment!r} for itself.")
    if fault is not None:
        text.append(fault)
    facts = {"host": address.host, "path": address.path, "query": address.query}
    return Step("address", tuple(text), facts)


def _hosts(app: Flask) -> dict[str, str]:
    """Return the hosts that are known to be the app's, with where they come from."""
    hosts = {}
    if app.config["SERVER_NAME"]:
        hosts[app.config["SERVER_NAME"].lower()] = "SERVER_NAME"
    state = state_of(app)
    if state is not None and state.settings.public_url is not None:
        hosts.setdefault(state.settings.public_url.value.host, "the public URL")
    return hosts


def _without_dots(path: str) -> str:
    """Return a path without segments that are dots: RFC 3986, section 5.2.4."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if _DOTS.fullmatch(segment):
            kept = kept[:-1]
        elif not _DOT.fullmatch(segment):
            kept.append(segment)
    if _DOT.fullmatch(segments[-1]) or _DOTS.fullmatch(segments[-1]):
        kept.append("")
    return f"/{'/'.join(kept)}"
