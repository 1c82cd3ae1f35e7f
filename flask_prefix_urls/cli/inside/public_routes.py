"""The public URL of each rule of an app, and who gave its prefix."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from ...mount import mount_without_request, public_root
from ...scopes import PrefixSetting
from ...state import state_of
from .given import Given, given_without_request, short_name_of


@dataclass(frozen=True)
class PublicRoute:
    """A rule of the app's URL map, as the outside sees it.

    :param methods: Its methods, sorted.
    :param host: The host that it is for; ``None`` where the app matches no hosts.
    :param subdomain: The subdomain that it is for; ``None`` where it matches hosts.
    :param public_url: Prefix, mount and rule. What only a request tells stands in
        ``<>``.
    :param scopes: What each scope was given that may decide on the prefix, the nearest
        first. Each but the last has a function, which may leave it to the next.
    :param redirect_to: Where it redirects; for a function, its name.
    """

    endpoint: str
    methods: tuple[str, ...]
    host: str | None
    subdomain: str | None
    rule: str
    public_url: str
    scopes: tuple[Given, ...]
    websocket: bool
    build_only: bool
    alias: bool
    redirect_to: str | None

    @property
    def domain(self) -> str:
        """The host or the subdomain; ``""`` for all of them."""
        return self.host or self.subdomain or ""

    @property
    def note(self) -> str:
        """What the rule is, if it is no ordinary one."""
        notes = {
            "WebSocket": self.websocket,
            "build only": self.build_only,
            "alias": self.alias,
            "redirect": self.redirect_to is not None,
        }
        return ", ".join(note for note, is_one in notes.items() if is_one)


def public_routes(
    app: Flask, *, without_methods: Collection[str] = ()
) -> list[PublicRoute]:
    """Return the routes of an app, in the order in which Flask matches a request.

    :param app: The app. Its prefix functions are asked, each once for its scope.
    :param without_methods: The methods to leave out.
    """
    mount = mount_without_request(app)
    asked: dict[int, Given] = {}

    def given_to(rule: Rule) -> Iterator[Given]:
        for name, setting in _chain_of(rule.endpoint or "", app):
            # By identity, since a callable object need not have a hash.
            if id(setting) not in asked:
                asked[id(setting)] = given_without_request(setting, name, app)
            yield asked[id(setting)]

    return [
        PublicRoute(
            endpoint=rule.endpoint or "",
            methods=tuple(sorted((rule.methods or set()).difference(without_methods))),
            host=rule.host if app.url_map.host_matching else None,
            subdomain=None if app.url_map.host_matching else rule.subdomain,
            rule=rule.rule,
            public_url=f"{_root(scopes, mount)}{rule.rule}",
            scopes=scopes,
            websocket=rule.websocket,
            build_only=rule.build_only,
            alias=rule.alias,
            redirect_to=_target(rule),
        )
        for rule in app.url_map.iter_rules()
        for scopes in [tuple(given_to(rule))]
    ]


def _chain_of(endpoint: str, app: Flask) -> Iterator[tuple[str, PrefixSetting]]:
    """Yield what may decide on the prefix of an endpoint, each with its scope."""
    state = state_of(app)
    if state is None:
        return
    for name, setting in state.scopes.around(endpoint):
        yield name, setting
        if not callable(setting.value):
            return


def _root(scopes: tuple[Given, ...], mount: str) -> str:
    return public_root(scopes[0].shown, mount) if scopes else mount


def _target(rule: Rule) -> str | None:
    target = rule.redirect_to
    return short_name_of(target) if callable(target) else target
