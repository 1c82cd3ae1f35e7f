"""A session cookie that stays with its app: its path is the root of the app's URLs.

That keeps two apps on one host from overwriting each other's cookie. It is no security
boundary: scripts of one app can still read what the other serves.
"""

from __future__ import annotations

from copy import copy

from flask import Flask, request
from flask.sessions import SessionInterface

from .forwarded import ForwardedPrefix
from .mount import mount_of, public_root
from .scopes import Given, Scopes, resolve


class PublicSessionInterface(SessionInterface):
    """What the session interface of an app is given on top.

    .. versionadded:: 1.0
    """

    public_scopes: Scopes

    def get_cookie_path(self, app: Flask) -> str:
        """Return ``SESSION_COOKIE_PATH``, or else prefix and mount of the app.

        :return: Without a trailing slash, so that a request for the prefix alone has
            the cookie too. Flask's own answer where the app has no prefix.
        """
        if app.config["SESSION_COOKIE_PATH"]:
            return super().get_cookie_path(app)
        prefix = resolve(tuple(map(_believed, self.public_scopes.chain_of(""))))
        if prefix is None:
            return super().get_cookie_path(app)
        return public_root(prefix, mount_of(request.environ)) or "/"


def _believed(given: Given) -> Given:
    """Return a prefix in which there is nothing that anyone may have made up."""
    if isinstance(given, ForwardedPrefix) and given.allowed is None:
        return given.without_header
    return given


def public_session_interface(
    interface: SessionInterface, scopes: Scopes
) -> SessionInterface:
    """Return a session interface whose cookie stays below the app's public root.

    :param interface: The app's own. Other apps may share it, so it stays as it is.
    :param scopes: What the scopes of the app were given.

    .. versionadded:: 1.0
    """
    base = type(interface)
    attributes = {"__module__": base.__module__, "public_scopes": scopes}
    public = copy(interface)
    public.__class__ = type(base.__name__, (PublicSessionInterface, base), attributes)
    return public
