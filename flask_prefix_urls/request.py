"""The request as the outside sees it: its URL is public, and its path is a route.

Werkzeug builds ``url``, ``base_url``, ``root_url`` and ``url_root`` from ``root_path``.
So that is all that changes here, and it needs no more than the endpoint that routing
found. It is worked out when it is read, since a prefix may depend on what a
``before_request`` function did.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote

from flask import Request, has_request_context
from werkzeug.sansio.utils import get_current_url
from werkzeug.utils import cached_property

from .forwarded import ForwardedPrefix
from .mount import mount_of, public_root
from .scopes import NO_PREFIX, PrefixFunction, ScopePrefix, ask_function
from .state import AppState


class _Kept(NamedTuple):
    """A URL, and the ``root_path`` that it was made with."""

    root: str
    url: str


class _URLWithRoot(cached_property[str]):
    """A URL of a request, kept for as long as ``root_path`` is the same.

    It is kept in the ``__dict__`` of the request, as Werkzeug's property does.

    :param make: Makes the URL of a request and its ``root_path``.
    :param name: The name of the attribute.
    """

    def __init__(self, make: Callable[[Request, str], str], name: str) -> None:
        super().__init__(make, name)  # type: ignore[arg-type]
        self._make = make

    def __get__(self, request: Any, owner: Any = None) -> Any:
        if request is None:
            return self
        kept = vars(request).get(self.__name__)
        if kept is not None and type(kept) is not _Kept:
            return kept  # The application assigned it.
        root = request.root_path
        if kept is None or kept.root != root:
            kept = _Kept(root, self._make(request, root))
            vars(request)[self.__name__] = kept
        return kept.url


def _url(request: Request, root: str) -> str:
    path, query = request.path, request.query_string
    return get_current_url(request.scheme, request.host, root, path, query)


def _base_url(request: Request, root: str) -> str:
    return get_current_url(request.scheme, request.host, root, request.path)


def _root_url(request: Request, root: str) -> str:
    return get_current_url(request.scheme, request.host, root)


class PublicRequest(Request):
    """A request whose ``root_path`` is public.

    It stands behind an application's own request class, whose attributes and
    assignments count. A ``root_path`` that the application assigns is final.
    """

    #: The state of the app; ``None`` until the request has a context.
    public_state: AppState | None = None
    path: str
    #: The prefix that was still on the path, and was stripped.
    stripped_prefix: ScopePrefix | None = None
    # What Werkzeug's constructor set: the mount as the server has it.
    _server_root: str | None = None
    _assigned_root: str | None = None

    url: cached_property[str] = _URLWithRoot(_url, "url")
    base_url: cached_property[str] = _URLWithRoot(_base_url, "base_url")
    root_url: cached_property[str] = _URLWithRoot(_root_url, "root_url")
    url_root: cached_property[str] = _URLWithRoot(_root_url, "url_root")

    @property
    def root_path(self) -> str:
        """Prefix and mount: what stands before the route in the public URL."""
        if self._assigned_root is not None:
            return self._assigned_root
        prefix = None
        if self.public_state is not None:
            prefix = self._prefix(self.public_state)
        if prefix is None:
            return self._server_root or ""
        # Not percent-encoded, as Werkzeug has it.
        return public_root(unquote(prefix), mount_of(self.environ))

    @root_path.setter
    def root_path(self, value: str) -> None:
        if self._server_root is None:
            # The constructor of the request.
            self._server_root = value
        else:
            self._assigned_root = value

    @property
    def may_be_unstripped(self) -> bool:
        """Whether the path may still have its prefix.

        With a mount it cannot: in a URL, the mount stands between prefix and route.
        """
        state = self.public_state
        if state is None or state.proxy_strips:
            return False
        return not mount_of(self.environ)

    def strip(self, prefix: ScopePrefix, path: str, rest: str) -> None:
        """Show a path without the prefix that the proxy left on it.

        :param prefix: The prefix.
        :param path: The path with it. One that the application assigned stays.
        :param rest: The path without it.
        """
        self.stripped_prefix = prefix
        if self.path == path:
            self.path = f"/{rest.lstrip('/')}"
            # Werkzeug caches these if they were read before the request was routed.
            cached = vars(self)
            for name in ("full_path", "url", "base_url"):
                cached.pop(name, None)

    def _prefix(self, state: AppState) -> ScopePrefix | None:
        endpoint = self.endpoint
        if endpoint is None and self.may_be_unstripped:
            if self.stripped_prefix is not None:
                return self.stripped_prefix
            is_routed = self.routing_exception is not None
            if not is_routed and state.scopes.prefixes_on(self.path, ask_in_request):
                return NO_PREFIX  # The path still has its prefix.
        return state.scopes.prefix_of(endpoint or "", ask_in_request)


def ask_in_request(function: PrefixFunction) -> str | None:
    """Ask a function for a prefix, but not where there is no request to ask about."""
    if has_request_context() or isinstance(function, ForwardedPrefix):
        return ask_function(function)
    return None


def public_request_class(own: type[Request]) -> type[Request]:
    """Return a request class whose requests know their public URL.

    :param own: The app's request class.
    """
    if not isinstance(own, type) or issubclass(own, PublicRequest):
        return own
    bases = (PublicRequest,) if issubclass(PublicRequest, own) else (own, PublicRequest)
    return type(own.__name__, bases, {"__module__": own.__module__})
