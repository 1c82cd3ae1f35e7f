"""A prefix that arrives in a header, and which values of it are trusted.

Everybody who can reach the app can send a header. So a value counts only if the
developer has allowed it, or else if it is plainer than what a developer may write. A
bad one is ignored, never repaired.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from flask import current_app, has_request_context, request

from .prefix import parse_fixed_prefix

_SEGMENTS = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
_MAX_LENGTH = 256
_TRUSTED = "segments of A-Z a-z 0-9 . _ ~ - that do not begin with a dot"
# A token: RFC 9110, section 5.6.2.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_FIX = "write it like 'X-Forwarded-Prefix'."


def forwarded_prefix(
    trusted: int = 1,
    *,
    header: str = "X-Forwarded-Prefix",
    allowed: Collection[str] | None = None,
    default: str | None = None,
) -> ForwardedPrefix:
    """Return a function that reads the prefix from a header of each request.

    The proxies in front of the app must set the header.

    .. code-block:: python

        PrefixURLs(app, forwarded_prefix(allowed=["/blue", "/green"]))

    The header is split at its commas, and the values that the trusted proxies added
    are joined, the outermost first. One trailing slash of a value is ignored, so ``/``
    says that a proxy stripped nothing. Without ``allowed``, each value must consist of
    segments of ``A-Z a-z 0-9 . _ ~ -`` that do not begin with a dot, and the joined
    prefix may have at most 256 characters.

    Use it only where a proxy sets the header itself on every request. Responses get a
    ``Vary`` for it, since caches must not mix them up.

    :param trusted: How many proxies in front of the app each strip a part and append it
        to the header.
    :param header: The name of the header.
    :param allowed: The only prefixes that are trusted. Any prefix may be among them,
        such as ``/user/ada@example.com``; the header must have it as it stands in URLs.
    :param default: The prefix if the header has fewer than ``trusted`` values, if it is
        not trusted, and outside of a request. By default, the next scope decides.
    :raise TypeError: If ``trusted`` is not an integer, ``header`` or a prefix is not a
        string, or ``allowed`` is not a collection of them.
    :raise ValueError: If ``trusted`` is less than 1, ``header`` is not the name of one,
        or a prefix is not a plain path.

    .. versionadded:: 1.0
    """
    if not isinstance(trusted, int) or isinstance(trusted, bool):
        raise TypeError(
            f"trusted is {trusted!r}, but must be a number of proxies: write it like 1."
        )
    if trusted < 1:
        raise ValueError(
            f"trusted is {trusted!r}, but must be 1 or more: write it like 1,"
            " or do not use the header at all."
        )
    if not isinstance(header, str):
        raise TypeError(f"header is {header!r}, but must be a string: {_HEADER_FIX}")
    if not _HEADER_NAME.fullmatch(header):
        raise ValueError(
            f"header is {header!r}, but must be the name of a header: {_HEADER_FIX}"
        )
    if isinstance(allowed, str) or not isinstance(allowed, Collection | None):
        raise TypeError(
            f"allowed is {allowed!r}, but must be several prefixes: write it like"
            " ['/svc/v1']."
        )
    prefixes = None
    if allowed is not None:
        prefixes = frozenset(
            parse_fixed_prefix(prefix, "a prefix in allowed") for prefix in allowed
        )
    if default is not None:
        default = parse_fixed_prefix(default, "default")
    return ForwardedPrefix(trusted, header, prefixes, default)


def default_of(function: object) -> str | None:
    """Return what a prefix function returns without a header; ``None`` for others."""
    return function.default if isinstance(function, ForwardedPrefix) else None


@dataclass(frozen=True)
class ForwardedPrefix:
    """The function that :func:`forwarded_prefix` returns.

    Equal to another one that trusts the same, so that a scope may be given it twice.
    """

    trusted: int
    header: str
    allowed: frozenset[str] | None
    default: str | None

    def __call__(self) -> str | None:
        """Return the prefix of the request being served, or the default."""
        if not has_request_context():
            return self.default
        header = request.headers.get(self.header, "")
        values = [value.strip(" \t") for value in header.split(",")]
        values = [value for value in values if value][-self.trusted :]
        if len(values) < self.trusted:
            return self.default
        prefix = "".join(value.removesuffix("/") for value in values)
        if self._is_trusted(values, prefix):
            return prefix
        self._warn(header)
        return self.default

    def _is_trusted(self, values: list[str], prefix: str) -> bool:
        if self.allowed is not None:
            return prefix in self.allowed
        return len(prefix) <= _MAX_LENGTH and all(
            _SEGMENTS.fullmatch(value.removesuffix("/")) for value in values
        )

    def _warn(self, value: str) -> None:
        # Not state_of and log_of: that file imports this one by way of settings.
        state = current_app.extensions.get("prefix_urls")
        if state is None or self.header in state.warned:
            return
        state.warned.add(self.header)
        trusted = _TRUSTED
        if self.allowed is not None:
            trusted = f"one of {sorted(self.allowed)}"
        current_app.logger.getChild("prefix_urls").warning(
            "The header %s is %.300a, which is not trusted to be a prefix and is"
            " ignored: the proxy must set it itself, to %s. This is said once.",
            self.header,
            value,
            trusted,
        )
