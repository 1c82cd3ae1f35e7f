"""A session cookie that stays with its app: its path is the root of the app's URLs.

That keeps two apps on one host from overwriting each other's cookie. It is no security
boundary: scripts of one app can still read what the other serves.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from flask import Flask, has_request_context, request

from .forwarded import ForwardedPrefix
from .mount import mount_of, public_root
from .scopes import PrefixFunction, ask_function
from .state import state_of


class PublicCookiePath:
    """``get_cookie_path`` of a session interface whose cookie stays with its app.

    :param otherwise: The interface's own ``get_cookie_path``.
    """

    def __init__(self, otherwise: Callable[[Flask], str]) -> None:
        self._otherwise = otherwise

    def __call__(self, app: Flask) -> str:
        """Return ``SESSION_COOKIE_PATH``, or else prefix and mount of the app.

        :param app: The app, which may share the interface with others.
        :return: Without a trailing slash, so that a request for the prefix alone has
            the cookie too. The interface's own answer where the app has no prefix.
        """
        prefix = None
        state = state_of(app)
        if (
            state is not None
            and state.cookie_path
            and not app.config["SESSION_COOKIE_PATH"]
        ):
            prefix = state.scopes.prefix_of("", ask_for_trusted)
        if prefix is None:
            return self._otherwise(app)
        if has_request_context():
            mount = mount_of(request.environ)
        else:
            mount = app.config["APPLICATION_ROOT"].rstrip("/")
        return public_root(prefix, mount) or "/"


def ask_for_trusted(function: PrefixFunction) -> str | None:
    """Ask a prefix function, but use no header value that a client may have made up."""
    if isinstance(function, ForwardedPrefix) and function.allowed is None:
        return function.default
    return ask_function(function)


def with_public_cookie_path(interface: Any) -> Any:
    """Return a session interface whose cookie stays below the app's public root.

    :param interface: The app's own. Other apps may share it, so it stays as it is.
    :return: A copy. The interface itself if it has no ``get_cookie_path``, and so sets
        no such cookie, or if it does not allow for a copy with another.
    """
    if has_public_cookie_path(interface) or not hasattr(interface, "get_cookie_path"):
        return interface
    try:
        public = copy(interface)
        public.get_cookie_path = PublicCookiePath(interface.get_cookie_path)
    except Exception:
        # Whatever its own __copy__ or __setattr__ has against it.
        return interface
    return public


def has_public_cookie_path(interface: object) -> bool:
    """Tell whether :func:`with_public_cookie_path` made a session interface."""
    path = getattr(interface, "get_cookie_path", None)
    return isinstance(path, PublicCookiePath)
