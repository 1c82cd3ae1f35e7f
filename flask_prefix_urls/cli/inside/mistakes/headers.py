"""Headers of the played request that nobody reads, or that are not trusted.

A middleware other than ``ProxyFix`` may read any header, so nothing is said then.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import request
from werkzeug.http import parse_list_header

from ....public_url import without_default_port
from ...as_code import as_code
from ...report import Mistake
from .proxy_fix import line_to_wrap, proxy_fixes
from .subject import Subject, as_prefix, shown, try_to

# What proxies send a prefix in.
_PREFIX_HEADERS = (
    "X-Forwarded-Prefix",
    "X-Forwarded-Script-Name",
    "X-Script-Name",
)
_READ_BY_PROXY_FIX = {
    "x_proto": "X-Forwarded-Proto",
    "x_host": "X-Forwarded-Host",
    "x_port": "X-Forwarded-Port",
    "x_prefix": "X-Forwarded-Prefix",
}
_PORTS = {"http": "80", "https": "443"}
_PLAIN = "plain segments of A-Z a-z 0-9 . _ ~ - that do not begin with a dot"


def unread_prefix_header(subject: Subject) -> Iterator[Mistake]:
    """Tell of a header with another prefix, which nobody reads."""
    own = subject.prefix
    if (
        own is None
        or subject.state is None
        or _may_be_read_elsewhere(subject)
        or subject.is_up_to_own_function
    ):
        return
    scopes = subject.state.scopes.around(subject.endpoint or "")
    scope = next(name for name, setting in scopes if setting.source == own.source)
    read = {function.header.lower() for function in subject.forwarded.values()}
    if any(fix.x_prefix for fix in proxy_fixes(subject)):
        read.add("x-forwarded-prefix")
    for header in _PREFIX_HEADERS:
        values = _values(header)
        joined = "".join(value.removesuffix("/") for value in values)
        prefix = as_prefix(joined)
        is_known = prefix in subject.known_prefixes
        if not prefix or is_known or header.lower() in read:
            continue
        options = "" if len(values) == 1 else f"{len(values)}, "
        if header != _PREFIX_HEADERS[0]:
            options += f"header={as_code(header)}, "
        allowed = as_code([prefix, str(own.value)])
        reads = (
            f"forwarded_prefix({options}allowed={allowed}, default={as_code(prefix)})"
        )
        if scope:
            reads = f"blueprints={{{as_code(scope)}: {reads}}}"
        yield Mistake(
            "header-unread",
            f"The request has {header}: {joined}, which PrefixURLs does not read, but"
            f" the prefix is {shown(own)}: wrong if the proxy sets that header.",
            f"PrefixURLs(app, {reads})",
        )


def mistrusted_header(subject: Subject) -> Iterator[Mistake]:
    """Tell of a header that is read, and whose value is ignored."""
    for source, function in subject.forwarded.items():
        header, trusted = function.header, function.trusted
        values = _values(header)
        if not values:
            continue
        text = f"The header {header} has {', '.join(values)!r}, which is ignored, since"
        joined = "".join(value.removesuffix("/") for value in values[-trusted:])
        if len(values) < trusted:
            yield Mistake(
                "header-untrusted",
                f"{text} {trusted} values are trusted ({source}), and it has"
                f" {len(values)}.",
                f"forwarded_prefix({len(values)}, ...), if as many proxies strip",
            )
        elif try_to(function) != joined:
            rule, allowed = _PLAIN, [joined]
            if function.allowed is not None:
                rule = f"one of {sorted(function.allowed)}"
                allowed = sorted({*function.allowed, joined})
            fix = f"the proxy must set {header} itself, to {rule}"
            if as_prefix(joined) == joined:
                arguments = f"allowed={as_code(allowed)}"
                fix = f"forwarded_prefix({arguments}), if the proxy sets it"
            yield Mistake("header-untrusted", f"{text} it is not {rule}.", fix)


def unread_header(subject: Subject) -> Iterator[Mistake]:
    """Tell of headers with another scheme or host, which nobody reads."""
    if _may_be_read_elsewhere(subject):
        return
    unread = {}
    for name, is_as_seen in (
        ("x_proto", _is_scheme),
        ("x_host", _is_host),
        ("x_port", _is_port),
    ):
        header = _READ_BY_PROXY_FIX[name]
        value = _last(header)
        is_read = any(getattr(fix, name) for fix in proxy_fixes(subject))
        if value and not is_read and not is_as_seen(value):
            unread[name] = f"{header}: {value}"
    if unread:
        fixes = proxy_fixes(subject)
        changes = dict.fromkeys(unread, 1)
        if subject.prefix is not None:
            changes["x_prefix"] = 0
        yield Mistake(
            "header-unread",
            f"No ProxyFix reads {' and '.join(unread.values())}, so external URLs begin"
            f" with {request.scheme}://{request.host}, if the server does not read it"
            " either.",
            line_to_wrap(fixes[0] if fixes else None, **changes),
        )


def _is_scheme(value: str) -> bool:
    # For some proxies, the scheme of a WebSocket is ws or wss.
    return value not in _PORTS or value == request.scheme


def _is_host(value: str) -> bool:
    scheme = _forwarded_scheme()
    return without_default_port(value, scheme) == without_default_port(
        request.host, scheme
    )


def _is_port(value: str) -> bool:
    host = _last("X-Forwarded-Host") or request.host
    port = host.rpartition(":")[2] if host[-1:].isdigit() and ":" in host else ""
    return value == (port or _PORTS[_forwarded_scheme()])


def _forwarded_scheme() -> str:
    """Return the scheme that decides on the default port of a forwarded host."""
    scheme = _last("X-Forwarded-Proto") or request.scheme
    return "https" if scheme in ("https", "wss") else "http"


def _last(header: str) -> str:
    """Return the value that the nearest proxy added to a header."""
    values = parse_list_header(request.headers.get(header, ""))
    return values[-1] if values else ""


def too_few_values(subject: Subject) -> Iterator[Mistake]:
    """Tell of a ``ProxyFix`` that trusts more proxies than there are."""
    for fix in proxy_fixes(subject):
        for name, header in _READ_BY_PROXY_FIX.items():
            trusted = getattr(fix, name)
            values = parse_list_header(request.headers.get(header, ""))
            if 0 < len(values) < trusted:
                yield Mistake(
                    "header-untrusted",
                    f"ProxyFix has {name}={trusted}, but {header} only has"
                    f" {', '.join(values)!r}, which is ignored.",
                    f"ProxyFix(app.wsgi_app, ..., {name}={len(values)})",
                )


def _may_be_read_elsewhere(subject: Subject) -> bool:
    return len(proxy_fixes(subject)) != len(subject.middlewares)


def _values(header: str) -> list[str]:
    """Return the values of a header, as ``forwarded_prefix`` takes it apart."""
    values = request.headers.get(header, "").split(",")
    return [value.strip(" \t") for value in values if value.strip(" \t")]
