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
    kept = environ.get("werkzeug.proxy_fix.orig")
    if kept is not None:
        # ProxyFix does not say whether it took a value of the header, or which. The
        # last one was added nearest to the app, and is the hardest to make up.
        header = environ.get("HTTP_X_FORWARDED_PREFIX", "")
        for forwarded in reversed(parse_list_header(header)):
            appended = script_name.removeprefix(forwarded)
            if appended != script_name and appended[:1] in ("", "/"):
                script_name = (kept["SCRIPT_NAME"] or "") + appended
                break
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
