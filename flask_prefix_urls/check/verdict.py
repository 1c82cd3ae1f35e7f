"""What is wrong with a URL, decided for the endpoint that it is meant for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, unquote

from flask import Flask
from werkzeug.routing import Rule

from ..forwarded import default_of
from ..mount import public_root
from ..prefix import starts_with
from ..routes import Route, routes_at
from ..scopes import PrefixFunction
from ..state import state_of
from .address import Address, address_of, host_of, is_absolute
from .reference import HOLE, Reference

#: ``right``: nothing is wrong. ``no-prefix``: it lacks the prefix of its endpoint.
#: ``other-prefix``: it has that of another scope. ``prefix-twice``: it has its prefix
#: twice. ``needless-prefix``: it has one although its scope has none.
Kind = Literal["right", "no-prefix", "other-prefix", "prefix-twice", "needless-prefix"]

# What a variable in a rule may be: an integer, a word, a float, a UUID, nothing. Each
# has a place for a number, so that one knows which HOLE a value came from.
_SAMPLES = ("70{}7", "qzx{}", "70{}7.5", "0000000{}-0000-4000-8000-000000000000", "")
_VARIABLE = re.compile(r"<[^>]*>")
# More HOLEs than that get the same sample each.
_MOST_HOLES = 3


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
    :param target: Path and query, without any prefix, as the app must be asked for it.
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
        self._mount = (app.config["APPLICATION_ROOT"] or "").rstrip("/")
        state = state_of(app)
        self._scopes = None if state is None else state.scopes
        scheme, host = app.config["PREFERRED_URL_SCHEME"], app.config["SERVER_NAME"]
        public = None if state is None else state.settings.public_url
        if public is not None:
            scheme, host = public.value.scheme, host or public.value.host
        #: Scheme, host and mount that the app is asked with.
        self.base_url = f"{scheme}://{host or 'localhost'}{self._mount}/"
        self.hosts = _hosts_of(app, self.base_url)
        self._seen: list[str] = []
        self._verdicts: dict[tuple[object, ...], Verdict | None] = {}

    def public_url(
        self, target: str, host: str, prefixes: Mapping[int, str | None]
    ) -> str:
        """Return the public URL of what the app is asked for.

        :param target: Path and query, as in :class:`Verdict`.
        :param host: The host; ``""`` for that of the app.
        :param prefixes: As in :class:`~.page.Page`.
        """
        path, mark, query = target.partition("?")
        route = self._route(unquote(path), "GET", host)
        root = self._root_of("" if route is None else route.endpoint, prefixes)
        scheme, _, rest = self._base_of(host).partition("://")
        return f"{scheme}://{rest.partition('/')[0]}{quote(root)}{path}{mark}{query}"

    def learn(self, values: Mapping[str, object]) -> None:
        """Take the values of a request's route for samples of what a HOLE may be."""
        for value in values.values():
            text = str(value)
            if len(self._seen) < 20 and text not in self._seen and "/" not in text:
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
            if not is_absolute(reference.url):
                return None
            page_url = self.base_url
        address = address_of(reference.url, page_url, self.hosts, reference.base)
        if address is None:
            return None
        key = (
            address._replace(fragment=""),
            reference.method,
            reference.use == "base",
            tuple(prefixes.values()),
        )
        if key not in self._verdicts:
            self._verdicts[key] = self._judge(address, reference, prefixes)
        return self._verdicts[key]

    def _judge(
        self, address: Address, reference: Reference, prefixes: Mapping[int, str | None]
    ) -> Verdict | None:
        found = [
            verdict
            for path, samples in self._paths(address.path)
            for verdict in self._whole(path, samples, address, reference, prefixes)
        ]
        is_beginning = HOLE in address.path or reference.use == "base"
        if is_beginning and not any(verdict.is_literal for verdict in found):
            found += self._beginnings(address, prefixes)
        return min(found, key=_rank, default=None)

    def _whole(
        self,
        path: str,
        samples: list[str],
        address: Address,
        reference: Reference,
        prefixes: Mapping[int, str | None],
    ) -> Iterator[Verdict]:
        """Yield the routes that a path fits, after each root that it begins with."""
        for root in self._roots(prefixes):
            if not starts_with(path, root):
                continue
            rest = path[len(root) :] or "/"
            yield from self._at(rest, root, samples, address, reference, prefixes)
            if root and starts_with(rest, root):
                twice = rest[len(root) :] or "/"
                for verdict in self._at(
                    twice, root, samples, address, reference, prefixes
                ):
                    if verdict.kind == "right":
                        yield replace(verdict, kind="prefix-twice", found=root + root)

    def _at(
        self,
        rest: str,
        root: str,
        samples: list[str],
        address: Address,
        reference: Reference,
        prefixes: Mapping[int, str | None],
    ) -> Iterator[Verdict]:
        route = self._route(rest, reference.method, address.host)
        if route is None:
            return
        right = self._root_of(route.endpoint, prefixes)
        from_holes = {
            name: samples.index(str(value))
            for name, value in route.values.items()
            if str(value) in samples
        }
        yield Verdict(
            kind=self._kind(root, right),
            endpoint=route.endpoint,
            values=route.values,
            from_holes=from_holes,
            root=right,
            found=root,
            address=address,
            target=quote(rest) + address.query,
            is_literal=self._is_literal(route),
            is_whole=len(from_holes) == address.path.count(HOLE),
        )

    def _beginnings(
        self,
        address: Address,
        prefixes: Mapping[int, str | None],
    ) -> Iterator[Verdict]:
        """Yield the routes that begin as a path does before its first HOLE."""
        start = address.path.partition(HOLE)[0]
        for root in self._roots(prefixes):
            if not starts_with(start, root):
                continue
            rest = start[len(root) :]
            segments = rest.split("/")[1:-1]
            if not segments:
                continue
            beginning = "/".join(["", *segments, ""])
            for rule in self._app.url_map.iter_rules():
                if rule.rule.startswith(beginning):
                    endpoint = rule.endpoint or ""
                    right = self._root_of(endpoint, prefixes)
                    yield Verdict(
                        kind=self._kind(root, right),
                        endpoint=endpoint,
                        root=right,
                        found=root,
                        address=address,
                        target="",
                        is_whole=False,
                    )

    def _paths(self, path: str) -> Iterator[tuple[str, list[str]]]:
        """Yield a path with samples for its HOLEs, each with these."""
        parts = path.split(HOLE)
        count = len(parts) - 1
        if not count:
            yield path, []
            return
        kinds = [*_SAMPLES, *self._seen]
        if count <= _MOST_HOLES:
            choices = [*product(kinds, repeat=count)]
        else:
            choices = [(kind,) * count for kind in kinds]
        for choice in choices:
            samples = [kind.format(number) for number, kind in enumerate(choice)]
            filled = "".join(a + b for a, b in zip(parts, [*samples, ""], strict=True))
            if "//" not in filled:
                yield filled, samples

    def _route(self, path: str, method: str, host: str) -> Route | None:
        with self._app.test_request_context(base_url=self._base_of(host)) as context:
            if context.url_adapter is None:
                return None
            try:
                return next(routes_at(path, context.url_adapter, method=method), None)
            except Exception:
                # A converter of the app fails without a request of its own.
                return None

    def _roots(self, prefixes: Mapping[int, str | None]) -> list[str]:
        """Return what the public path of an endpoint may begin with, longest first."""
        given = [] if self._scopes is None else self._scopes.given()
        roots = {"", self._mount}
        for setting in given:
            value = setting.value
            prefix = value if isinstance(value, str) else prefixes.get(id(value))
            roots.add(unquote(public_root(prefix or "", self._mount)))
        return sorted(roots, key=len, reverse=True)

    def _root_of(self, endpoint: str, prefixes: Mapping[int, str | None]) -> str:
        def ask(function: PrefixFunction) -> str | None:
            return prefixes.get(id(function), default_of(function))

        prefix = None
        if self._scopes is not None:
            prefix = self._scopes.prefix_of(endpoint, ask)
        return unquote(public_root(prefix or "", self._mount))

    def _kind(self, found: str, right: str) -> Kind:
        if found == right:
            return "right"
        if found in ("", self._mount):
            return "no-prefix"
        return "needless-prefix" if right == self._mount else "other-prefix"

    def _is_literal(self, route: Route) -> bool:
        if route.rule is None:
            return True
        if _has_literal(route.rule):
            return True
        filename = route.values.get("filename")
        folder = self._static_folder(route.endpoint)
        if folder is None or not isinstance(filename, str):
            return False
        return (Path(folder) / filename).is_file()

    def _static_folder(self, endpoint: str) -> str | None:
        name, _, last = endpoint.rpartition(".")
        if last != "static":
            return None
        owner = self._app.blueprints.get(name) if name else self._app
        return None if owner is None else owner.static_folder

    def _base_of(self, host: str) -> str:
        scheme, _, rest = self.base_url.partition("://")
        own, slash, path = rest.partition("/")
        return f"{scheme}://{host or own}{slash}{path}"


def _has_literal(rule: Rule) -> bool:
    segments = _VARIABLE.sub("<>", rule.rule).split("/")
    # The root has no segment, but fits nothing else.
    return rule.rule == "/" or any(s and "<>" not in s for s in segments)


def _rank(verdict: Verdict) -> tuple[bool, bool, bool, int]:
    """Sort first what a URL is most probably meant for."""
    return (
        not verdict.is_literal,
        not verdict.is_whole,
        verdict.kind != "right",
        -len(verdict.found),
    )


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
