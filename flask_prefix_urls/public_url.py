"""The public URL of a whole app: scheme, host and prefix in one setting."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import NamedTuple

from .prefix import parse_prefix

# A label has at most 63 characters (RFC 1035, section 2.3.4).
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_PUBLIC_URL = re.compile(
    rf"""
    (?P<scheme>https?)://
    (?P<host> {_LABEL}(?:\.{_LABEL})* | \[(?P<ipv6>[0-9a-f:.]+)\])
    (?: :(?P<port>[1-9][0-9]{{,4}}) )?
    (?P<path> (?:/.*)? )
    """,
    re.ASCII | re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


class PublicURL(NamedTuple):
    """Where an app is for those outside: ``https``, ``example.com``, ``/svc``."""

    scheme: str
    host: str
    prefix: str

    def __repr__(self) -> str:
        """Return the URL, for messages."""
        return repr(f"{self.scheme}://{self.host}{self.prefix}")


def parse_public_url(value: object, source: str) -> PublicURL:
    """Return the parts of a public URL.

    :param value: What was given: ``http`` or ``https``, a host, perhaps a port, and the
        path that is the app's prefix.
    :param source: Where it was given, for the error sentence.
    :return: Its parts, the host with a port that is not the scheme's own.
    :raise TypeError: If the value is not a string.
    :raise ValueError: If it is anything else than that, or its path is not a prefix.
    """
    fix = "write it like 'https://example.com/svc/v1'."
    if not isinstance(value, str):
        raise TypeError(f"{source} is {value!r}, but must be a string: {fix}")
    match = _PUBLIC_URL.fullmatch(value)
    port = int(match["port"] or 0) if match else 0
    if match is None or port > 65535 or not _is_ipv6(match["ipv6"] or "::"):
        raise ValueError(
            f"{source} is {value!r}, but must be http or https, a host, perhaps a port,"
            f" and a path: {fix}"
        )
    scheme = match["scheme"].lower()
    host = match["host"].lower() + (f":{port}" if port else "")
    prefix = parse_prefix(match["path"], f"the path of {source}")
    return PublicURL(scheme, without_default_port(host, scheme), prefix)


def without_default_port(host: str, scheme: str) -> str:
    """Return a host as Werkzeug has it in URLs: without the port of the scheme."""
    return host.removesuffix(f":{_DEFAULT_PORTS[scheme]}")


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True
