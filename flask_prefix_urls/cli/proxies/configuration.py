"""What a configuration says, and its text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from . import spelling
from .addresses import Address, Socket

#: The files of each proxy, the main one first. Each is a template of that name.
FILES: dict[str, tuple[str, ...]] = {
    "nginx": ("nginx.conf",),
    "apache": ("apache.conf",),
    "haproxy": ("haproxy.cfg",),
    "caddy": ("Caddyfile",),
    "traefik": ("traefik.yaml", "traefik-routes.yaml"),
    "envoy": ("envoy.yaml",),
}

_FILTERS: tuple[Callable[[str], str], ...] = (
    spelling.decoded,
    spelling.percent,
    spelling.regex,
    spelling.word,
    spelling.yaml,
)


@dataclass(frozen=True)
class Configuration:
    """What the configuration of a proxy says, whichever proxy it is.

    :param prefixes: The prefixes as they stand in URLs, first the one whose page the
        root leads to.
    :param listen: Where the proxy listens.
    :param upstream: Where the app is.
    :param https_port: Where it listens for https, once that is no comment any more.
    :param strips: Whether it strips the prefixes.
    :param paths: The paths that have no prefix, as they stand in URLs.
    :param beginnings: What all other paths without a prefix begin with.
    :param server_name: The only host that is served; ``None`` for any.
    :param notes: Sentences for the top of it.
    """

    prefixes: tuple[str, ...]
    listen: Address
    upstream: Address | Socket
    https_port: int = 8443
    strips: bool = True
    paths: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    server_name: str | None = None
    notes: tuple[str, ...] = ()


def render(proxy: str, configuration: Configuration) -> dict[str, str]:
    """Return the files of a proxy: the text of each by its name, the main one first.

    :param proxy: The name of the proxy.
    :param configuration: What they say.
    """
    environment = Environment(
        loader=PackageLoader(__package__),
        # No HTML, so nothing is escaped.
        autoescape=select_autoescape(default=False),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        lstrip_blocks=True,
        trim_blocks=True,
    )
    environment.filters.update({f.__name__: f for f in _FILTERS})
    templates = FILES[proxy]
    names = [_name_of(template, configuration) for template in templates]
    return {
        name: environment.get_template(template).render(
            **_variables(configuration), names=names, name=name
        )
        for name, template in zip(names, templates, strict=True)
    }


def _variables(configuration: Configuration) -> dict[str, Any]:
    """Return the variables of the templates: what is given, and what follows."""
    c = configuration
    # How many prefixes each begins with: a proxy that takes the first that matches must
    # see the deepest first.
    depths = {p: sum(map(p.startswith, c.prefixes)) for p in c.prefixes}
    prefixes = sorted(c.prefixes, key=depths.__getitem__, reverse=True)
    below = [f"{prefix}/" for prefix in prefixes]
    root_is_the_apps = "/" in (*c.paths, *c.beginnings)
    return {
        **vars(c),
        "prefixes": prefixes,
        "deepest_last": sorted(c.prefixes, key=depths.__getitem__),
        "below": below,
        # The prefixes that the proxy would forward themselves, without a slash.
        "covered": [p for p in prefixes if p.startswith((*below, *c.beginnings))],
        "https": Address(c.listen.host, c.https_port),
        "root_leads_to": None if root_is_the_apps else f"{c.prefixes[0]}/",
        "socket": c.upstream.path if isinstance(c.upstream, Socket) else None,
        "has_unprefixed": bool(c.paths or c.beginnings),
    }


def _name_of(template: str, configuration: Configuration) -> str:
    """Return the name of a file: two with other contents have different names."""
    if configuration.strips:
        return template
    return re.sub(r"^\w+", r"\g<0>-unstripped", template)
