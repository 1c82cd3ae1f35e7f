"""Where the proxy listens, where the app is, and which host is served."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

# RFC 1123, section 2.1. Browsers send names beyond ASCII in their form with "xn--".
_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")
# Docker Compose allows "_" in the names of services.
_UPSTREAM_NAME = re.compile(r"[A-Za-z0-9_.-]+")
# What needs no quotes in any of the configurations.
_SOCKET = re.compile(r"(/[A-Za-z0-9_.-]+)+")
_LAST_PORT = 65535


@dataclass(frozen=True)
class Address:
    """A host and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return both as they stand in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def has_name(self) -> bool:
        """Whether the host is a name, and not an IP address."""
        return not _is_ip(self.host)


@dataclass(frozen=True)
class Socket:
    """A Unix socket."""

    path: str


def parse_listen(value: str) -> Address:
    """Return where a proxy listens.

    :param value: ``HOST:PORT``, or ``PORT`` alone for this machine.
    :raise ValueError: If it is something else.
    """
    host, colon, port = value.rpartition(":")
    in_brackets = re.fullmatch(r"\[(.*)\]", host)
    address = in_brackets[1] if in_brackets else host
    if not colon:
        address = "127.0.0.1"
    is_ipv6 = ":" in address
    if not _is_ip(address) or is_ipv6 != bool(in_brackets) or not _is_port(port):
        raise ValueError(
            f"--listen is {value!r}, but must be an IP address and a port: write it"
            " like '127.0.0.1:8000', '[::1]:8000' or '8000'."
        )
    return Address(address, int(port))


def parse_upstream(value: str) -> Address | Socket:
    """Return where an app is.

    :param value: ``http://HOST:PORT``, or ``unix:PATH``.
    :raise ValueError: If it is something else.
    """
    if value.startswith("unix:"):
        path = value.removeprefix("unix:")
        if not _SOCKET.fullmatch(path):
            raise ValueError(
                f"--upstream is {value!r}, but the path of a socket is absolute, of"
                " A-Z a-z 0-9 _ . -: write it like 'unix:/run/app.sock'."
            )
        return Socket(path)
    url = _split(value)
    if url is None or url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError(
            f"--upstream is {value!r}, but must be the URL of the app: write it like"
            " 'http://127.0.0.1:5000'."
        )
    if url.scheme == "https":
        raise ValueError(
            f"--upstream is {value!r}, but these configurations speak plain HTTP to the"
            " app: write it with 'http://'."
        )
    if url.path.strip("/") or "?" in value or "#" in value or "@" in url.netloc:
        raise ValueError(
            f"--upstream is {value!r}, but is a host and a port alone: leave out the"
            " rest, and give the app its path as a prefix."
        )
    host = url.hostname
    if not _is_ip(host) and not _UPSTREAM_NAME.fullmatch(host):
        raise ValueError(
            f"--upstream is {value!r}, but {host!r} is no host: write it like"
            " 'http://127.0.0.1:5000'."
        )
    return Address(host, url.port or 80)


def parse_server_name(value: str) -> str:
    """Return the name of the host that is served.

    :raise ValueError: If it is not the name of a host.
    """
    if not _NAME.fullmatch(value):
        raise ValueError(
            f"--server-name is {value!r}, but must be the name of a host, without a"
            " scheme or a port: write it like 'example.com'."
        )
    return value.lower()


def _split(value: str) -> SplitResult | None:
    """Take a URL apart; return ``None`` if its host or its port is malformed."""
    if not value.isprintable() or " " in value:
        return None
    try:
        url = urlsplit(value)
        port = url.port
    except ValueError:
        return None
    return None if port == 0 else url


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def _is_port(port: str) -> bool:
    return re.fullmatch(r"[0-9]{1,5}", port) is not None and 0 < int(port) <= _LAST_PORT
