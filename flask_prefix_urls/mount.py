"""What the mount is, and the root of the public URLs that a prefix and it make.

The mount is the path that the WSGI server or a ``DispatcherMiddleware`` cut off. It
is read from the environ, which is never written to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from werkzeug.http import parse_list_header

from .prefix import starts_with

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def mount_of(environ: WSGIEnvironment) -> str:
    """Return the mount of a request, without a trailing slash.

    It is ``SCRIPT_NAME``, decoded as UTF-8 as :pep:`3333` has it. Where Werkzeug's
    ``ProxyFix(x_prefix=...)`` wrote ``X-Forwarded-Prefix`` over that, the mount is
    the value that ``ProxyFix`` kept, and what a middleware inside of it appended.

    :param environ: The environ of the request.

    .. versionadded:: 1.0
    """
    script_name: str = environ.get("SCRIPT_NAME", "")
    replaced = environ.get("werkzeug.proxy_fix.orig")
    if replaced is not None:
        kept: str = replaced.get("SCRIPT_NAME") or ""
        forwarded = _forwarded(script_name, environ.get("HTTP_X_FORWARDED_PREFIX"))
        # A server's own SCRIPT_NAME that is still there was not written over.
        if not (kept and starts_with(script_name, kept)):
            script_name = kept + script_name[len(forwarded) :]
    return script_name.encode("latin-1").decode(errors="replace").rstrip("/")


def public_root(prefix: str, mount: str) -> str:
    """Return what stands before the route in a public path: prefix and mount.

    :param prefix: A prefix in its canonical form.
    :param mount: A mount. One that already carries the prefix gets no second one.

    .. versionadded:: 1.0
    """
    if mount and starts_with(mount, unquote(prefix)):
        return mount
    return prefix + mount


def _forwarded(script_name: str, header: str | None) -> str:
    """Return the start of ``SCRIPT_NAME`` that came from ``X-Forwarded-Prefix``.

    ``ProxyFix`` does not say which of the header's values it took, or whether it took
    one: it is the longest that ``SCRIPT_NAME`` starts with.
    """
    values = (value.rstrip("/") for value in parse_list_header(header or ""))
    return max(
        (value for value in values if starts_with(script_name, value)),
        key=len,
        default="",
    )
