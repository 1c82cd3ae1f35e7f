"""Judges the URLs of one app, each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from urllib.parse import quote, unquote

from flask import Flask
from werkzeug.routing import MapAdapter

from ...mount import mount_without_request
from ...state import state_of
from ..texts.reference import HOLE, Reference
from .address import address_of, host_of, is_absolute
from .case import Case, route_of
from .own_host import without_own_host
from .roots import Roots
from .verdict import Verdict

# How many values of routes are kept as samples.
_MOST_SEEN = 20


class Judge:
    """Knows the routes and the prefixes of one app.

    :param app: The app.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._mount = mount_without_request(app)
        #: Scheme, host and mount that the app is asked with.
        self.base_url: str = _base_url(app, self._mount)
        #: The app's own hosts.
        self.hosts: frozenset[str] = _hosts_of(app, self.base_url)
        self._roots: dict[tuple[tuple[int, str | None], ...], Roots] = {}
        self._adapters: dict[str, MapAdapter | None] = {}
        self._seen: list[str] = []
        # By the URL as it stands, and by where it leads.
        self._by_url: dict[tuple[object, ...], Verdict | None] = {}
        self._by_address: dict[tuple[object, ...], Verdict | None] = {}

    def public_url(
        self, target: str, host: str, prefixes: Mapping[int, str | None]
    ) -> str:
        """Return the public URL of what the app is asked for.

        :param target: Path and query, as in :class:`Verdict`.
        :param host: The host; ``""`` for that of the app.
        :param prefixes: As in :class:`~.page.Page`.
        """
        path, mark, query = target.partition("?")
        with self._context(host):
            route = route_of(unquote(path), self._adapter_of(host), "GET")
        root = self._roots_of(prefixes).of("" if route is None else route.endpoint)
        origin = self._base_of(host).removesuffix(f"{self._mount}/")
        return f"{origin}{quote(root)}{path}{mark}{query}"

    def learn(self, values: Mapping[str, object]) -> None:
        """Take the values of a request's route for samples of what a HOLE may be."""
        for value in values.values():
            text = str(value)
            if len(self._seen) < _MOST_SEEN and not {text, "/"} & {*self._seen, *text}:
                self._seen.append(text)

    def verdict_of(
        self,
        reference: Reference,
        page_url: str | None,
        prefixes: Mapping[int, str | None],
    ) -> Verdict | None:
        """Return what a URL leads to, and what is wrong with it.

        :param reference: The URL.
        :param page_url: The public URL of the page that it stands on; ``None`` for a
            file that may be a part of any page.
        :param prefixes: What each prefix function answers, by its ``id()``.
        :return: ``None`` for another host, for what fits no route, and for what depends
            on the page, if that is not known.
        """
        if page_url is None:
            url, in_host = without_own_host(reference.url, reference.holes)
            if not is_absolute(url):
                return None
            if in_host:
                reference = reference._replace(url=url, holes=reference.holes[in_host:])
            page_url = self.base_url
        [(_, verdict)] = self.verdicts_of([reference], page_url, prefixes)
        return verdict

    def verdicts_of(
        self,
        references: Iterable[Reference],
        page_url: str,
        prefixes: Mapping[int, str | None],
    ) -> Iterator[tuple[Reference, Verdict | None]]:
        """Yield the URLs of one page, each with its verdict.

        :param references: The URLs.
        :param page_url: The public URL of the page.
        :param prefixes: As for :meth:`verdict_of`.
        """
        # Most links stand on many pages of a host, and lead to the same path from each.
        origin = "/".join(page_url.split("/", 3)[:3])
        roots = self._roots_of(prefixes)
        for reference in references:
            url, base = reference.url, reference.base
            key = (
                url,
                base,
                origin if url.startswith("/") else page_url,
                reference.method,
                reference.use == "base",
                # More samples may fit a HOLE.
                len(self._seen) if HOLE in url else 0,
                roots,
            )
            if key not in self._by_url:
                self._by_url[key] = self._decide(reference, page_url, roots)
            yield reference, self._by_url[key]

    def _decide(
        self, reference: Reference, page_url: str, roots: Roots
    ) -> Verdict | None:
        address = address_of(reference.url, page_url, self.hosts, reference.base)
        if address is None:
            return None
        is_beginning = HOLE in address.path or reference.use == "base"
        samples = len(self._seen) if HOLE in address.path else 0
        key = (address, reference.method, is_beginning, samples, roots)
        if key not in self._by_address:
            adapter = self._adapter_of(address.host)
            case = Case(self._app, address, reference.method, roots, adapter)
            with self._context(address.host):
                self._by_address[key] = case.verdict(self._seen, is_beginning)
        return self._by_address[key]

    def _roots_of(self, prefixes: Mapping[int, str | None]) -> Roots:
        """Return the roots, the same ones for the same answers of prefix functions."""
        answered = tuple(prefixes.items())
        if answered not in self._roots:
            self._roots[answered] = Roots(self._app, self._mount, prefixes)
        return self._roots[answered]

    def _context(self, host: str) -> AbstractContextManager[object]:
        """Return what the app's own converters may need, as in a request for a host."""
        if self._app.url_map.converters == self._app.url_map.default_converters:
            return nullcontext()
        return self._app.test_request_context(base_url=self._base_of(host))

    def _adapter_of(self, host: str) -> MapAdapter | None:
        """Return what routes the requests for a host; ``None`` if the app has none."""
        if host not in self._adapters:
            context = self._app.test_request_context(base_url=self._base_of(host))
            self._adapters[host] = context.url_adapter
        return self._adapters[host]

    def _base_of(self, host: str) -> str:
        scheme, _, rest = self.base_url.partition("://")
        own, slash, path = rest.partition("/")
        return f"{scheme}://{host or own}{slash}{path}"


def _base_url(app: Flask, mount: str) -> str:
    state = state_of(app)
    scheme, host = app.config["PREFERRED_URL_SCHEME"], app.config["SERVER_NAME"]
    public = None if state is None else state.settings.public_url
    if public is not None:
        scheme, host = public.value.scheme, host or public.value.host
    return f"{scheme}://{host or 'localhost'}{mount}/"


def _hosts_of(app: Flask, base_url: str) -> frozenset[str]:
    """Return the hosts that the app serves."""
    hosts = {host_of(base_url)}
    name = app.config["SERVER_NAME"]
    for rule in app.url_map.iter_rules():
        if app.url_map.host_matching:
            domain = rule.host
        else:
            domain = f"{rule.subdomain}.{name}" if rule.subdomain and name else None
        if domain and "<" not in domain:
            hosts.add(domain.lower())
    return frozenset(hosts)
