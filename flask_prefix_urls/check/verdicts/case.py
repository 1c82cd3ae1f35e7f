"""Decides which endpoint a URL is meant for, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from werkzeug.routing import MapAdapter, Rule

from ...prefix import starts_with
from ...routes import Route, routes_at
from ..texts.reference import HOLE
from .address import Address
from .roots import Roots
from .samples import with_samples
from .verdict import Kind, Verdict

_VARIABLE = re.compile(r"<[^>]*>")


@dataclass(frozen=True, eq=False)
class Case:
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
                if _is_surely_right(verdict):
                    # The longest root comes first, and samples do not change it.
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
        route = route_of(rest, self.adapter, self.method)
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


def route_of(path: str, adapter: MapAdapter | None, method: str) -> Route | None:
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
