"""What the mount is, and the public root that it makes with a prefix.

The mount is the path that the WSGI server or a ``DispatcherMiddleware`` put in
``SCRIPT_NAME``, and outside of a request ``APPLICATION_ROOT``. It is read from the
environ, which is never written to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes

from werkzeug.http import parse_list_header

from .prefix import starts_with

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from flask import Flask


def mount_of(environ: WSGIEnvironment) -> str:
    """Return the mount of a request, without a trailing slash.

    It is ``SCRIPT_NAME``, decoded as UTF-8 as :pep:`3333` has it. Where Werkzeug's
    ``ProxyFix(x_prefix=...)`` wrote ``X-Forwarded-Prefix`` over that, the mount is
    the value that ``ProxyFix`` kept, and what a middleware inside of it appended.

    :param environ: The environ of the request.
    """
    script_name: str | None = environ.get("SCRIPT_NAME")
    if not script_name:
        return ""
    original = environ.get("werkzeug.proxy_fix.orig")
    if original is not None:
        kept = (original["SCRIPT_NAME"] or "").rstrip("/")
        script_name = _without_forwarded(script_name, kept, environ)
    return script_name.encode("latin-1").decode(errors="replace").rstrip("/")


def mount_without_request(app: Flask) -> str:
    """Return the mount outside of a request, without a trailing slash."""
    return (app.config["APPLICATION_ROOT"] or "").rstrip("/")


def _without_forwarded(script_name: str, kept: str, environ: WSGIEnvironment) -> str:
    """Return ``SCRIPT_NAME`` as it would be if ``ProxyFix`` had left it alone.

    ``ProxyFix`` does not say whether it took a value of the header, or which. Of the
    values that ``SCRIPT_NAME`` starts with, the last one was added nearest to the app.
    """
    if script_name.rstrip("/") == kept:
        return script_name
    header = environ.get("HTTP_X_FORWARDED_PREFIX", "")
    for forwarded in reversed(parse_list_header(header)):
        if forwarded and starts_with(script_name, forwarded):
            if starts_with(script_name, kept) and not _was_forwarded(
                script_name[len(kept) :], environ
            ):
                return script_name
            return kept + script_name[len(forwarded) :]
    return script_name


def _was_forwarded(appended: str, environ: WSGIEnvironment) -> bool:
    """Tell whether a header brought what stands in ``SCRIPT_NAME`` after the mount.

    A middleware moves a part of the path to ``SCRIPT_NAME``, so that part is in the
    request line, which most servers pass on. A client must not be able to take such a
    part away by naming it in the header, so without a request line it stays.

    :param appended: What follows the value that ``ProxyFix`` kept.
    """
    line = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if not line:
        # A middleware is mounted at a path, so anything else came from the header.
        return "//" in appended or not appended.startswith("/")
    path = unquote_to_bytes(line.partition("?")[0]).decode("latin-1")
    return not path.endswith(appended + environ.get("PATH_INFO", ""))


def public_root(prefix: str, mount: str) -> str:
    """Return what stands before the route in a public path: prefix and mount.

    :param prefix: A prefix, percent-encoded or decoded: the result has it as given.
    :param mount: The mount, decoded. A prefix that it starts with is not added again.
    """
    if mount and starts_with(mount, unquote(prefix)):
        return mount
    return prefix + mount
