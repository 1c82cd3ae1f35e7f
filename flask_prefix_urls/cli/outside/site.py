"""The deployed app's place: what ``--url`` says, and where another URL lies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import click

from ...prefix import parse_prefix, starts_with

_SCHEMES = {"http": 80, "https": 443, "ws": 80, "wss": 443}
#: What a browser leaves as it is in a path and a query.
SAFE = "%/:?@!$&'()*+,;=~-._[]"
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
# What a name that only one's own network knows ends with.
_INTERNAL_NAMES = (".internal", ".local", ".localhost", ".svc")
_PRIVATE = re.compile(
    r"localhost$|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0$|::1$"
)


@dataclass(frozen=True)
class Site:
    """Where the app is for a browser.

    :param scheme: ``http`` or ``https``.
    :param host: The host, and the port if it has one of its own.
    :param prefix: The path of the app's root, without its last slash.
    """

    scheme: str
    host: str
    prefix: str

    @property
    def root(self) -> str:
        """The public URL of the app's first page."""
        return self.url(f"{self.prefix}/")

    def url(self, target: str) -> str:
        """Return the URL of a path with its query."""
        return f"{self.scheme}://{self.host}{target}"

    def below(self, path: str) -> bool:
        """Tell whether a path is the app's: below the prefix, or equal to it."""
        return starts_with(path, self.prefix)

    def twice(self, path: str) -> bool:
        """Tell whether a path begins with the prefix, and with it again."""
        return bool(self.prefix) and starts_with(path, self.prefix * 2)

    def split(self, url: str, page: str) -> SplitResult | None:
        """Return a URL as a browser reads it on a page; ``None`` if it is no http URL.

        :param url: An absolute or relative one.
        :param page: The path of the page that has it.
        """
        try:
            parts = urlsplit(urljoin(self.url(page), url.strip()))
            _ = parts.port
        except ValueError:
            return None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        path, query = quote(parts.path or "/", SAFE), quote(parts.query, SAFE)
        # As in the prefix: Apache writes escapes in lower case.
        path = _ESCAPE.sub(lambda escape: escape[0].upper(), path)
        return parts._replace(path=path, query=query, fragment="")

    def same_host(self, parts: SplitResult) -> bool:
        """Tell whether a URL has the host of this one, whatever its port."""
        return parts.hostname == urlsplit(f"//{self.host}").hostname

    def same_port(self, parts: SplitResult) -> bool:
        """Tell whether a URL has the port of this one, for its own scheme."""
        return _port(parts) == _port(urlsplit(f"{parts.scheme}://{self.host}"))

    def is_internal(self, parts: SplitResult) -> bool:
        """Tell whether a URL has a host that only the proxy can reach, or its port."""
        if self.same_host(parts):
            # A port of its own is the app's: the proxy's is that of this URL.
            known = (None, urlsplit(f"//{self.host}").port)
            return parts.port not in known and not self.same_port(parts)
        host = parts.hostname or ""
        # A name without a dot, and no IPv6 address, is that of a container.
        plain = "." not in host and ":" not in host
        return bool(plain or host.endswith(_INTERNAL_NAMES) or _PRIVATE.match(host))


@dataclass(frozen=True)
class Address:
    """What ``--url`` says.

    :param site: Its parts, with all of its path as the prefix.
    :param has_slash: Whether the path ends with a slash, as that of a root does.
    :param query: With its question mark, if there is one.
    :param is_websocket: Whether the scheme is ``ws`` or ``wss``.
    """

    site: Site
    has_slash: bool
    query: str
    is_websocket: bool

    @property
    def path(self) -> str:
        """The path as it was given."""
        return self.site.prefix + ("/" if self.has_slash else "")


def parse_url(url: str) -> Address:
    """Return what ``--url`` says.

    :param url: What was given.
    :raise click.UsageError: If it is not the URL of an app.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _unfit(url, "its host or its port is malformed") from None
    if parts.scheme not in _SCHEMES:
        raise _unfit(url, "it has no scheme that is http, https, ws or wss")
    if not parts.hostname or not re.fullmatch(r"[^\s@\\]+", parts.netloc):
        raise _unfit(url, "it needs a host, without a user name")
    try:
        prefix = parse_prefix(parts.path, "--url")
    except ValueError:
        raise _unfit(url, "its path is not a plain one") from None
    secure = parts.scheme in ("https", "wss")
    query = quote(parts.query, SAFE)
    return Address(
        Site("https" if secure else "http", parts.netloc, prefix),
        has_slash=parts.path.endswith("/") or not prefix,
        query=f"?{query}" if query else "",
        is_websocket=parts.scheme in ("ws", "wss"),
    )


def _unfit(url: str, fault: str) -> click.UsageError:
    return click.UsageError(
        f"--url is {url!r}, but {fault}: write it like 'https://example.com/svc/'."
    )


def _port(parts: SplitResult) -> int:
    return parts.port or _SCHEMES[parts.scheme]
