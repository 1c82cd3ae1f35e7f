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
        header = environ.get("HTTP_X_FORWARDED_PREFIX", "")
        kept = (replaced["SCRIPT_NAME"] or "").rstrip("/")
        script_name = _without_forwarded(script_name, kept, header)
    return script_name.encode("latin-1").decode(errors="replace").rstrip("/")


def _without_forwarded(script_name: str, kept: str, header: str) -> str:
    """Return ``SCRIPT_NAME`` as it would be if ``ProxyFix`` had left it alone.

    ``ProxyFix`` does not say whether it took a value of the header, or which. The last
    one was added nearest to the app, and is the hardest to make up. A header that
    ``ProxyFix`` does not trust, but that names the very mount, passes for one that it
    took: whoever sends that gets URLs without the mount, and nothing worse.
    """
    for forwarded in reversed(parse_list_header(header)):
        if script_name == forwarded:
            return kept
        if forwarded and script_name.startswith(f"{forwarded}/"):
            if starts_with(script_name, kept) and starts_with(kept, forwarded):
                return script_name
            return kept + script_name[len(forwarded) :]
    return script_name


def public_root(prefix: str, mount: str) -> str:
    """Return what stands before the route in a public path: prefix and mount.

    :param prefix: A prefix in its canonical form.
    :param mount: A mount. One that already carries the prefix gets no second one.

    .. versionadded:: 1.0
    """
    if mount and starts_with(mount, unquote(prefix)):
        return mount
    return prefix + mount
