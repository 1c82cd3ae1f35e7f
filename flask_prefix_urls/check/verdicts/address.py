"""Where a URL leads, as a browser reads it, and whether that is the app's own host."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import unquote

import ada_url

from ..texts.reference import HOLE, Reference

# A browser ignores the port of the scheme, and a link may have another scheme.
_PORTS = {"http:": "80", "https:": "443", "ws:": "80", "wss:": "443"}


class Address(NamedTuple):
    """Where a URL leads on the app's own host.

    :param host: The host in lower case, with a port that is not the scheme's own.
    :param path: The path, not percent-encoded.
    :param query: With its ``?``; ``""`` if there is none.
    :param fragment: With its ``#``; ``""`` if there is none.
    """

    host: str
    path: str
    query: str
    fragment: str


def address_of(
    url: str, page_url: str, hosts: Collection[str], base: str = ""
) -> Address | None:
    """Return where a URL leads.

    :param url: The URL as it stands.
    :param page_url: The public URL of the page that it stands on.
    :param hosts: The app's own hosts, as in :class:`Address`.
    :param base: The ``href`` of the page's ``<base>``.
    :return: ``None`` for another host, another scheme than HTTP's, and what no browser
        can follow. The URL may have HOLEs, but not in scheme and host.
    """
    try:
        if base:
            page_url = ada_url.join_url(page_url, base)
        parsed = ada_url.URL(url, page_url)
    except ValueError:
        return None
    if parsed.protocol not in _PORTS:
        return None
    host = _without_port(parsed)
    if host not in hosts:
        return None
    path = unquote(parsed.pathname)
    return Address(
        host, path, _unquote_holes(parsed.search), _unquote_holes(parsed.hash)
    )


def host_of(url: str) -> str:
    """Return the host of a full URL, as in :class:`Address`."""
    return _without_port(ada_url.URL(url))


def is_absolute(url: str) -> bool:
    """Tell whether a URL leads to the same path from each page of a host.

    :param url: The URL as it stands. One that begins with a HOLE is none.
    """
    try:
        one = ada_url.join_url("http://a.invalid/b/c", url)
        other = ada_url.join_url("http://a.invalid/d/e/f", url)
    except ValueError:
        return False
    # An empty one and a fragment lead to the page itself.
    return bool(one == other)


def base_of(reference: Reference) -> Reference | None:
    """Return the base that a URL is joined to, as a URL of its own.

    The URL is right as soon as its base is.

    :return: ``None`` if it has no base, or does not depend on it.
    """
    if not reference.base or is_absolute(reference.url):
        return None
    return reference._replace(url=reference.base, base="", use="base")


def _without_port(url: ada_url.URL) -> str:
    host: str = url.host
    return host.removesuffix(f":{_PORTS[url.protocol]}")


def _unquote_holes(text: str) -> str:
    """Return a part of a URL with its HOLEs as they were; all else stays encoded."""
    return text.replace("%EA%99%AE", HOLE)
