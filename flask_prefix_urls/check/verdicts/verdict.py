"""What is wrong with a URL, decided for the endpoint that it is meant for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, unquote

from flask import Flask
from werkzeug.routing import MapAdapter, Rule

from ...mount import mount_without_request
from ...prefix import starts_with
from ...routes import Route, routes_at
from ...state import state_of
from ..texts.reference import HOLE, Reference
from .address import Address, address_of, host_of, is_absolute
from .own_host import without_own_host
from .roots import Roots
from .samples import with_samples

#: ``right``: nothing is wrong. ``no-prefix``: it lacks the prefix of its endpoint.
#: ``other-prefix``: it has that of another scope. ``prefix-twice``: it has its prefix
#: twice. ``needless-prefix``: it has one although its scope has none.
Kind = Literal["right", "no-prefix", "other-prefix", "prefix-twice", "needless-prefix"]

_VARIABLE = re.compile(r"<[^>]*>")
# How many values of routes are kept as samples.
_MOST_SEEN = 20


@dataclass(frozen=True)
class Verdict:
    """What a URL of the app's own host leads to, and what is wrong with it.

    :param endpoint: The endpoint that it is meant for.
    :param values: The values of the variables in its rule.
    :param from_holes: The variables whose value is a HOLE of the URL, each with the
        number of that, from 0. Their ``values`` are samples.
    :param root: What the public path of the endpoint begins with: prefix and mount.
    :param found: What the URL begins with in its place.
    :param address: Where the URL leads.
    :param target: Path and query, without any prefix, as the app must be asked for it;
        ``""`` if it is not whole.
    :param is_literal: Whether the rule has a segment without a variable, or the file of
        a static endpoint exists. A rule without one, such as ``/<path:path>``, fits
        whatever one asks for.
    :param is_whole: Whether a route fits the whole URL, with a variable for each HOLE.
        Otherwise it only begins as routes do, such as ``"/api/" + name``.
    """

    kind: Kind
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)
    from_holes: Mapping[str, int] = field(default_factory=dict)
    root: str = ""
    found: str = ""
    address: Address | None = None
    target: str = ""
    is_literal: bool = True
    is_whole: bool = True


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
        self._adapters: dict[str, MapAdapter | None] = {}
        self._seen: list[str] = []
        self._verdicts: dict[tuple[object, ...], Verdict | None] = {}
        self._by_url: dict[tuple[object, ...], Verdict | None] = {}

    def public_url(
        self, target: str, host: str, prefixes: Mapping[int, str | None]
    ) -> str:
        """Return the public URL of what the app is asked for.

        :param target: Path and query, as in :class:`Verdict`.
        :param host: The host; ``""`` for that of the app.
        :param prefixes: As in :class:`~.page.Page`.
        """
        path, mark, query = target.partition("?")
        with self._app.app_context():
            route = _route(unquote(path), self._adapter_of(host), "GET")
        roots = Roots(self._app, self._mount, prefixes)
        root = roots.of("" if route is None else route.endpoint)
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

        The parameters are those of :meth:`verdict_of`.
        """
        # Most links stand on many pages of a host, and lead to the same path from each.
        origin = "/".join(page_url.split("/", 3)[:3])
        asked = tuple(prefixes.items())
        for reference in references:
            url, base = reference.url, reference.base
            key = (
                url,
                base,
                origin if url.startswith("/") and not base else page_url,
                reference.method,
                reference.use == "base",
                # More samples may fit a HOLE.
                len(self._seen) if HOLE in url else 0,
                asked,
            )
            if key not in self._by_url:
                self._by_url[key] = self._decide(reference, page_url, prefixes)
            yield reference, self._by_url[key]

    def _decide(
        self, reference: Reference, page_url: str, prefixes: Mapping[int, str | None]
    ) -> Verdict | None:
        address = address_of(reference.url, page_url, self.hosts, reference.base)
        if address is None:
            return None
        is_beginning = HOLE in address.path or reference.use == "base"
        samples = len(self._seen) if HOLE in address.path else 0
        asked = tuple(prefixes.items())
        key = (address, reference.method, is_beginning, samples, asked)
        if key not in self._verdicts:
            roots = Roots(self._app, self._mount, prefixes)
            adapter = self._adapter_of(address.host)
            case = _Case(self._app, address, reference.method, roots, adapter)
            # A converter may need the app.
            with self._app.app_context():
                self._verdicts[key] = case.verdict(self._seen, is_beginning)
        return self._verdicts[key]

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


@dataclass(frozen=True, eq=False)
class _Case:
    """One URL to decide on.

    :param adapter: What routes the requests for its host; ``None`` if nothing does.
    """

    app: Flask
    address: Address
    method: str
    roots: Roots
    adapter: MapAdapter | None

    def verdict(self, seen: list[str], is_beginning: bool) -> Verdict | None:
        """Return what the URL is most probably meant for.

        :param seen: As for :func:`~.samples.with_samples`.
        :param is_beginning: Whether the URL may be only the beginning of one.
        """
        found = []
        for path, samples in with_samples(self.address.path, seen):
            for verdict in self._whole(path, samples):
                if not samples and _is_surely_right(verdict):
                    # The longest root comes first, so none ranks before it.
                    return verdict
                found.append(verdict)
        if is_beginning and not any(verdict.is_literal for verdict in found):
            found += self._beginnings()
        return min(found, key=_rank, default=None)

    def _whole(self, path: str, samples: list[str]) -> Iterator[Verdict]:
        """Yield the routes that a path fits, after each root that it begins with."""
        for root in self.roots.all:
            if not starts_with(path, root):
                continue
            rest = path[len(root) :] or "/"
            yield from self._at(rest, root, samples)
            if root:
                yield from self._joined(rest, root, samples)

    def _joined(self, rest: str, root: str, samples: list[str]) -> Iterator[Verdict]:
        """Yield the routes that a path fits after two roots, if the second is right.

        That is what ``request.script_root`` before ``url_for`` makes.
        """
        for inner in self.roots.all:
            if not inner or not starts_with(rest, inner):
                continue
            kind: Kind = "prefix-twice" if inner == root else "other-prefix"
            for verdict in self._at(rest[len(inner) :] or "/", inner, samples):
                if verdict.kind == "right":
                    yield replace(verdict, kind=kind, found=root + inner)

    def _at(self, rest: str, root: str, samples: list[str]) -> Iterator[Verdict]:
        """Yield the route that the rest of a path fits, after a root."""
        route = _route(rest, self.adapter, self.method)
        if route is None:
            return
        from_holes = {
            name: samples.index(str(value))
            for name, value in route.values.items()
            if str(value) in samples
        }
        right = self.roots.of(route.endpoint)
        yield Verdict(
            kind=self._kind(root, right),
            endpoint=route.endpoint,
            values=route.values,
            from_holes=from_holes,
            root=right,
            found=root,
            address=self.address,
            target=quote(rest) + self.address.query,
            is_literal=_has_literal(route) or _is_static_file(route, self.app),
            is_whole=len(from_holes) == len(samples),
        )

    def _beginnings(self) -> Iterator[Verdict]:
        """Yield the routes that begin as the URL does before its first HOLE."""
        start, hole, _ = self.address.path.partition(HOLE)
        # What other URLs are joined to is a folder.
        start = start if hole else f"{start.rstrip('/')}/"
        for root in self.roots.all:
            if not starts_with(start, root):
                continue
            beginning, slash, _ = start[len(root) :].rpartition("/")
            if not beginning:
                continue
            for rule in self.app.url_map.iter_rules():
                if rule.rule.startswith(beginning + slash):
                    endpoint = rule.endpoint or ""
                    right = self.roots.of(endpoint)
                    yield Verdict(
                        kind=self._kind(root, right),
                        endpoint=endpoint,
                        root=right,
                        found=root,
                        address=self.address,
                        is_whole=False,
                    )

    def _kind(self, found: str, right: str) -> Kind:
        if found == right:
            return "right"
        if found in ("", self.roots.mount):
            return "no-prefix"
        return "needless-prefix" if right == self.roots.mount else "other-prefix"


def _route(path: str, adapter: MapAdapter | None, method: str) -> Route | None:
    """Return the route of a path.

    :param path: The path, not percent-encoded.
    :param adapter: What routes the requests for its host.
    """
    if adapter is None:
        return None
    try:
        return next(routes_at(path, adapter, method=method), None)
    except Exception:
        # A converter of the app fails without a request of its own.
        return None


def _has_literal(route: Route) -> bool:
    rule: Rule | None = route.rule
    # The root has no segment, but fits nothing else; nor does an alias.
    if rule is None or rule.rule == "/":
        return True
    segments = _VARIABLE.sub("<>", rule.rule).split("/")
    return any(segment and "<>" not in segment for segment in segments)


def _is_static_file(route: Route, app: Flask) -> bool:
    """Tell whether a route is that of a static file which exists."""
    scope, _, name = route.endpoint.rpartition(".")
    owner = app.blueprints.get(scope) if scope else app
    if name != "static" or owner is None or owner.static_folder is None:
        return False
    return (Path(owner.static_folder) / str(route.values.get("filename"))).is_file()


def _is_surely_right(verdict: Verdict) -> bool:
    return verdict.kind == "right" and verdict.is_literal and verdict.is_whole


def _rank(verdict: Verdict) -> tuple[bool, bool, bool, int]:
    """Sort first what a URL is most probably meant for."""
    return (
        not verdict.is_literal,
        not verdict.is_whole,
        verdict.kind != "right",
        -len(verdict.found),
    )


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
