"""What a prefix is: how it may be written, what is refused, and how it compares.

A prefix is ``""`` or ``/a/b``: the path that the proxy strips, as it stands in a URL.
Everything that takes a prefix from a developer sends it through :func:`parse_prefix`
first, so the rest of the package never meets a bad one.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

# RFC 3986 section 2.3 (unreserved) and the few others that mean nothing to a browser
# or a shell, in HTML or in a header.
_SAFE = "-._~@:+="
# A class up to \U0010ffff would take 5 ms to compile.
_NOT_ALLOWED = re.compile(rf"(?![A-Za-z0-9/%{re.escape(_SAFE)}])[\x00-\x7f]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# What an escape must not hide: "/", "\", "." and "%" change the path when some hop
# decodes it once more than another; the others end the path, an attribute, a string or
# a cookie where it is shown decoded, as request.url and script_root are.
_HIDDEN = re.compile(r"%(?=2[EF5]|5C|2[237]|3[BCEF]|60)", re.IGNORECASE)


def parse_prefix(value: object, source: str) -> str:
    r"""Return a prefix that a developer gave, in its one canonical form.

    Surrounding slashes are forgiven, text beyond ASCII is percent-encoded as UTF-8,
    and escapes are written as :rfc:`3986#section-6.2.2` would have them.

    :param value: What was given.
    :param source: Where it was given, for the error sentence: ``prefix``,
        ``PREFIX_URLS_PREFIX``, ``_prefix``...
    :return: ``""``, or one or more segments, each with a slash in front.
    :raise TypeError: If the value is not a string.
    :raise ValueError: If it is not a plain path: it has a scheme, host, query or
        fragment, an empty or a dot segment, white space, a control character, a
        character outside of RFC 3986's unreserved ones and ``@ : + =``, or an escape
        that is malformed or hides one of ``/ \ . % ? # ; < >``, a quote or a control
        character.
    """
    if not isinstance(value, str):
        raise TypeError(
            f"{source} is {value!r}, but must be a string: write it like '/svc/v1'."
        )
    fault = _fault_in(value)
    if fault is not None:
        raise ValueError(
            f"{source} is {value!r}, but {fault}: write it like '/svc/v1'."
        )
    path = quote(unquote(value), safe="/" + _SAFE).strip("/")
    return f"/{path}" if path else ""


def parse_fixed_prefix(value: object, source: str) -> str:
    """Return a prefix that is given at set-up, as :func:`parse_prefix` does.

    One that may begin with a host needs its leading slash here. A prefix from a
    function, or for one URL, may be made of data that has a dot.

    :param value: As for :func:`parse_prefix`.
    :param source: Likewise.
    :raise TypeError: As :func:`parse_prefix` does.
    :raise ValueError: In the same way, or if the first segment has a dot, and no slash
        in front.
    """
    if isinstance(value, str) and _SCHEME.match(value):
        raise ValueError(
            f"{source} is {value!r}, but a prefix has no scheme or host: write it like"
            " '/svc/v1', or for a full URL use public_url=."
        )
    prefix = parse_prefix(value, source)
    if isinstance(value, str) and "." in value.partition("/")[0]:
        raise ValueError(
            f"{source} is {value!r}, which may begin with a host: write '/{value}' if"
            " it is a path, or for a full URL use public_url=."
        )
    return prefix


def starts_with(path: str, prefix: str) -> bool:
    """Tell whether a path equals a prefix, or lies below it.

    :param path: A path without a trailing slash.
    :param prefix: A prefix. Compared on segment boundaries: ``/apple`` does not start
        with ``/app``.
    """
    return path == prefix or path.startswith(f"{prefix}/")


def _fault_in(value: str) -> str | None:
    """Say what makes a string unfit for a prefix; ``None`` if nothing does."""
    if "//" in value:
        return "a prefix has no scheme, host or empty segment"
    if _SCHEME.match(value):
        return "a prefix has no scheme"
    if "?" in value or "#" in value:
        return "a prefix has no query or fragment"
    if "\\" in value:
        return "a prefix has no backslash"
    if " " in value or not value.isprintable():
        return "a prefix has no white space or control character"
    if found := _NOT_ALLOWED.search(value):
        return f"a prefix has no {found[0]!r} that is not percent-encoded"
    if _BAD_ESCAPE.search(value):
        return "'%' must be followed by two hexadecimal digits"
    if _HIDDEN.search(value):
        return "an escape must not hide one of / \\ . % ? # ; < > or a quote"
    try:
        decoded = unquote(value, errors="strict")
    except UnicodeDecodeError:
        return "its escapes are not UTF-8"
    if not decoded.isprintable():
        return "an escape must not hide a control character"
    if {".", ".."} & set(value.split("/")):
        return "a prefix has no '.' or '..' as a segment"
    return None
