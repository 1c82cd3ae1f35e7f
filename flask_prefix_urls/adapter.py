"""The URL adapter whose URLs are public: where the prefix enters a URL.

Flask makes one URL adapter for each context and asks it for every URL that it gives
out: ``url_for`` calls :meth:`~werkzeug.routing.MapAdapter.build`, and the router's own
redirects come out of :meth:`~werkzeug.routing.MapAdapter.match`. Werkzeug writes the
adapter's ``script_name`` in front of each route, relative or external. So the prefix
goes in there, and a URL that Werkzeug built is never taken apart.

The other way, a path that still has its prefix on loses it here before it is routed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any
from urllib.parse import unquote, urlsplit

from werkzeug.routing import MapAdapter, RequestRedirect

from .mount import public_root
from .prefix import parse_prefix, starts_with
from .routes import endpoints_at, endpoints_at_url
from .scopes import Given, Scopes, is_unprefixed, resolve


class PublicURLAdapter(MapAdapter):
    """Builds and matches as Flask's own adapter does, and adds prefixes to the URLs.

    :param own: Flask's own adapter for the context. What no scope covers is left to
        it.
    :param mount: The mount, without a trailing slash.
    :param scopes: What the scopes of the app were given.
    :param proxy_strips: Whether the proxy has cut the prefix off the path. If not, the
        path is routed as if it had.

    .. versionadded:: 1.0
    """

    def __init__(
        self, own: MapAdapter, mount: str, scopes: Scopes, *, proxy_strips: bool = True
    ) -> None:
        _take_over(self, own)
        self._mount = mount
        self._scopes = scopes
        # With a mount, a prefix on the path was not put there by url_for.
        self._may_cut = not proxy_strips and not mount
        # Both are asked for every URL: an endpoint's prefix, a prefix's adapter.
        self._known = scopes.known
        self._adapters = _Adapters(own, mount)

    def build(
        self,
        endpoint: str,
        values: Mapping[str, Any] | None = None,
        method: str | None = None,
        force_external: bool = False,
        append_unknown: bool = True,
        url_scheme: str | None = None,
    ) -> str:
        """Build a public URL, as :meth:`werkzeug.routing.MapAdapter.build` would.

        :param values: May have a prefix for this one URL as ``_prefix``; ``None`` is
            as if it were not there.
        :raise TypeError: If ``_prefix`` is no string.
        :raise ValueError: If ``_prefix`` is no prefix.
        """
        given = None
        if values and "_prefix" in values:
            # A url_build_error handler is to see the values as they were.
            values = dict(values)
            given = values.pop("_prefix")
        if given is not None:
            adapter = self._adapters.under(parse_prefix(given, "_prefix"))
        elif is_unprefixed():
            adapter = self._adapters.under("")
        else:
            try:
                prefix = self._known[endpoint]
            except KeyError:
                prefix = self._learn(endpoint)
            adapter = self._adapters[prefix]
        return adapter.build(
            endpoint, values, method, force_external, append_unknown, url_scheme
        )

    def match(self, path_info: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """Match as :meth:`werkzeug.routing.MapAdapter.match` does.

        :param path_info: By default :attr:`routed_path`.
        :raise RequestRedirect: With the public URL of the endpoint that the redirect
            leads to. A redirect to what is no endpoint of the app stays as it is.
        """
        path = self.routed_path if path_info is None else path_info
        try:
            return self._adapters[None].match(path, *args, **kwargs)
        except RequestRedirect as redirect:
            own_url = redirect.new_url
            public_url = self._public_redirect(own_url, path, *args, **kwargs)
            if public_url is None:
                raise
        raise PublicRedirect(own_url, public_url)

    @property
    def routed_path(self) -> str:
        """The path of the request, without a prefix that the proxy left on it."""
        if self._may_cut:
            # Found out once, and so that a prefix function sees the path as it came.
            self._may_cut = False
            self.path_info = self._path_as_if_cut()
        return self.path_info

    def root_of(self, endpoint: str | None) -> str:
        """Return what stands before the route in the public URLs of an endpoint.

        Not percent-encoded, as Werkzeug has the ``root_path`` of a request.

        :param endpoint: By default the one that the request is for, or, if there is
            none, that of no blueprint.
        """
        if endpoint is None:
            endpoint = (endpoints_at(self.routed_path, self) or [""])[0]
        prefix = self._scopes.prefix_of(endpoint)
        if prefix is None:
            return self._adapters[None].script_name.rstrip("/")
        return public_root(unquote(prefix), self._mount)

    def _path_as_if_cut(self) -> str:
        path = f"/{self.path_info.lstrip('/')}"
        for prefix in self._scopes.prefixes_of(path):
            rest = path[len(unquote(prefix)) :]
            if prefix in map(self._scopes.prefix_of, endpoints_at(rest, self)):
                return rest
        prefix = unquote(self._scopes.prefix_of("") or "")
        rest = path[len(prefix) :]
        if starts_with(path, prefix) and not (
            endpoints_at(path, self) or endpoints_at(rest, self)
        ):
            # It is a 404 either way, and so the public URL shows the prefix once.
            return rest
        return path

    def _public_redirect(
        self, own_url: str, *args: Any, **kwargs: Any
    ) -> Callable[[], str] | None:
        """Return what gives the URL that a match redirects to.

        The match is repeated with nothing in front of the routes, also for a
        ``redirect_to`` function that calls ``url_for``. So it is known which part of
        the URL is the route, and the adapter is not yet anybody else's to ask.

        :param own_url: Where Flask's own adapter redirects.
        :return: ``None`` if that is right as it is.
        """
        bare = self._adapters.rooted("")
        adapters, self._adapters = self._adapters, _Bare(bare, "")
        try:
            bare.match(*args, **kwargs)
        except RequestRedirect as redirect:
            url = redirect.new_url
        else:
            return None
        finally:
            self._adapters = adapters
        endpoints = endpoints_at_url(url, bare)
        chain = self._scopes.chain_of(endpoints[0]) if endpoints else ()
        if not chain:
            return None
        target = urlsplit(url)
        path_at = len(f"{target.scheme}://{target.netloc}")
        slash = "" if target.path else "/"

        def public_url() -> str:
            prefix = resolve(chain)
            if prefix is None:
                return own_url
            root = public_root(prefix, self._mount)
            return f"{url[:path_at]}{root}{slash}{url[path_at:]}"

        return public_url

    def _learn(self, endpoint: str) -> Given | None:
        """Look up what decides the prefix of an endpoint, and keep it."""
        chain = self._scopes.chain_of(endpoint)
        certain = not any(map(callable, chain))
        known = resolve(chain) if certain else partial(resolve, chain)
        try:
            self.map.iter_rules(endpoint)
        except KeyError:
            pass  # Names that do not exist are without number: they are not kept.
        else:
            self._known[endpoint] = known
        return known


class PublicRedirect(RequestRedirect):
    """A redirect of the router to a public URL.

    The URL is made when it is first asked for, since a prefix may depend on what a
    ``before_request`` function does after the request was routed.

    :param own_url: Where Flask's own adapter redirects.
    :param public_url: Returns where this one does.
    """

    def __init__(self, own_url: str, public_url: Callable[[], str]) -> None:
        super().__init__(own_url)
        # RequestRedirect has set it, which would hide what is asked for later.
        del self.new_url
        self._public_url = public_url

    @cached_property
    def new_url(self) -> str:  # type: ignore[override]
        """Where it redirects."""
        return self._public_url()


class _Adapters(dict["Given | None", MapAdapter]):
    """Flask's own adapter, by ``None``, and by a prefix the one that builds under it.

    By a function, it is the one for the prefix that this returns at the moment.

    :param own: Flask's own adapter.
    :param mount: The mount, without a trailing slash.
    """

    __slots__ = ("_mount", "_own")

    def __init__(self, own: MapAdapter, mount: str) -> None:
        self[None] = own
        self._own = own
        self._mount = mount

    def __missing__(self, known: Given) -> MapAdapter:
        if isinstance(known, str):
            adapter = self[known] = self.under(known)
            return adapter
        prefix = known()
        return self._own if prefix is None else self.under(prefix)

    def under(self, prefix: str) -> MapAdapter:
        """Return the adapter for a prefix without keeping it."""
        return self.rooted(public_root(prefix, self._mount))

    def rooted(self, root: str) -> MapAdapter:
        """Return Flask's own adapter, but with this in front of every route."""
        if self._own.script_name == f"{root}/":
            return self._own
        adapter = object.__new__(type(self._own))
        _take_over(adapter, self._own)
        adapter.script_name = f"{root}/"
        return adapter


class _Bare(_Adapters):
    """One adapter with nothing in front of the routes, whatever the prefix."""

    def under(self, _: str) -> MapAdapter:
        return self._own


def _take_over(adapter: MapAdapter, other: MapAdapter) -> None:
    """Give an adapter the state of another.

    ``copy.copy`` would do, but CPython reads the attributes of an object more slowly
    when its ``__dict__`` was filled as a whole: that is a tenth of ``url_for``.
    """
    for name, value in vars(other).items():
        setattr(adapter, name, value)
