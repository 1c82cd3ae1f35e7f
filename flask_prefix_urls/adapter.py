"""The URL adapter whose URLs are public: where the prefix enters a URL.

Flask makes one URL adapter for each context and asks it for every URL that it gives
out: ``url_for`` calls :meth:`~werkzeug.routing.MapAdapter.build`, and the router's own
redirects come out of :meth:`~werkzeug.routing.MapAdapter.match`. Werkzeug writes the
adapter's ``script_name`` in front of each route, relative or external. So the prefix
goes in there, and a URL that Werkzeug built is never taken apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import MapAdapter, RequestRedirect

from .mount import public_root
from .prefix import parse_prefix
from .scopes import Scopes

# A browser gives up on a chain of redirects that is longer: the Fetch standard's
# "HTTP-redirect fetch", https://fetch.spec.whatwg.org/#http-redirect-fetch.
_MAX_REDIRECTS = 20


class PublicURLAdapter(MapAdapter):
    """Builds and matches as Flask's own adapter does, and adds prefixes to the URLs.

    :param own: Flask's own adapter for the context. What no scope covers is left to
        it.
    :param mount: The mount, without a trailing slash.
    :param scopes: What the scopes of the app were given.

    .. versionadded:: 1.0
    """

    def __init__(self, own: MapAdapter, mount: str, scopes: Scopes) -> None:
        _take_over(self, own)
        self._scopes = scopes
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
        else:
            try:
                adapter = self._adapters[self._known[endpoint]]
            except KeyError:
                adapter = self._adapters[self._learn(endpoint)]
        return adapter.build(
            endpoint, values, method, force_external, append_unknown, url_scheme
        )

    def match(self, *args: Any, **kwargs: Any) -> Any:
        """Match as :meth:`werkzeug.routing.MapAdapter.match` does.

        :raise RequestRedirect: With the public URL of the endpoint that the redirect
            leads to. A redirect to what is no endpoint of the app stays as it is.
        """
        try:
            return self._adapters[None].match(*args, **kwargs)
        except RequestRedirect:
            url = self._public_redirect(*args, **kwargs)
            if url is None:
                raise
        raise RequestRedirect(url)

    def _public_redirect(self, *args: Any, **kwargs: Any) -> str | None:
        """Return where a match redirects to; ``None`` if Flask's own URL is right.

        The match is repeated with nothing in front of the routes, also for a
        ``redirect_to`` function that calls ``url_for``. So it is known which part of
        the URL is the route, and the adapter is not yet anybody else's to ask.
        """
        bare = self._adapters.rooted("")
        adapters, self._adapters = self._adapters, _Bare(bare, "")
        try:
            bare.match(*args, **kwargs)
        except RequestRedirect as redirect:
            url = redirect.new_url
            endpoint = _endpoint_at(url, bare)
        else:
            return None
        finally:
            self._adapters = adapters
        prefix = None if endpoint is None else self._scopes.prefix_of(endpoint)
        if prefix is None:
            return None
        root = adapters.under(prefix).script_name[:-1]
        target = urlsplit(url)
        path_at = len(f"{target.scheme}://{target.netloc}")
        slash = "" if target.path else "/"
        return f"{url[:path_at]}{root}{slash}{url[path_at:]}"

    def _learn(self, endpoint: str) -> str | None:
        """Look up the prefix of an endpoint, and keep it for the next URL."""
        prefix = self._scopes.prefix_of(endpoint)
        try:
            self.map.iter_rules(endpoint)
        except KeyError:
            pass  # Names that do not exist are without number: they are not kept.
        else:
            self._known[endpoint] = prefix
        return prefix


class _Adapters(dict["str | None", MapAdapter]):
    """Flask's own adapter, by ``None``, and by a prefix the one that builds under it.

    :param own: Flask's own adapter.
    :param mount: The mount, without a trailing slash.
    """

    __slots__ = ("_mount", "_own")

    def __init__(self, own: MapAdapter, mount: str) -> None:
        self[None] = own
        self._own = own
        self._mount = mount

    def __missing__(self, prefix: str) -> MapAdapter:
        adapter = self[prefix] = self.under(prefix)
        return adapter

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


def _endpoint_at(url: str, bare: MapAdapter) -> str | None:
    """Return the endpoint that a redirect leads to, through further redirects.

    :param url: Where the redirect leads.
    :param bare: An adapter with nothing in front of the routes.
    :return: ``None`` if it leads to no endpoint of the app; ``""`` if it leads into the
        app, and nowhere from there.
    """
    endpoint = None
    for _ in range(_MAX_REDIRECTS):
        target = urlsplit(url)
        there = _at_host(target.netloc.lower(), bare)
        if there is None or target.scheme != (bare.url_scheme or "http").lower():
            break
        try:
            return _endpoint_of(there, unquote(target.path))
        except RequestRedirect as redirect:
            url = redirect.new_url
            endpoint = ""
        except HTTPException:
            break
    return endpoint


def _endpoint_of(adapter: MapAdapter, path: str) -> str:
    """Return the endpoint of a path, whether or not it takes the request's method."""
    try:
        endpoint, _ = adapter.match(path)
    except MethodNotAllowed as refusal:
        endpoint, _ = adapter.match(path, min(refusal.valid_methods or ""))
    return cast(str, endpoint)


def _at_host(netloc: str, adapter: MapAdapter) -> MapAdapter | None:
    """Return the adapter for a host of the same app; ``None`` if it is none."""
    there = copy(adapter)
    if netloc == adapter.get_host(None):
        return there
    if adapter.map.host_matching:
        # A rule for any host does not make every host the app's own.
        if all(rule.host != netloc for rule in adapter.map.iter_rules()):
            return None
        there.server_name = netloc
    elif f".{netloc}".endswith(f".{adapter.server_name}"):
        there.subdomain = netloc[: -len(adapter.server_name)].rstrip(".")
    else:
        return None
    return there
