"""A deployed app from outside: what ``explain --url`` asks, and what follows."""

from __future__ import annotations

import secrets

from ...asking import Unseen
from ..report import Mistake, Report, Step
from . import clients, routing, urls
from .asking import Asking
from .conclusions import conclude
from .fixes import fix
from .routing import Layer
from .seeing import arrive, ask_for_websocket, https_of, look
from .site import Address, parse_url

__all__ = ["explain_deployed"]

_LAYERS = (
    routing.answer,
    routing.bare_prefix,
    routing.stripped,
    routing.neighbour,
    urls.links,
    urls.redirect,
    urls.static,
    clients.cookie,
    routing.encoded_slash,
    routing.slashes,
    clients.client_headers,
    clients.caching,
    urls.specification,
)


def explain_deployed(url: str, *, max_pages: int) -> Report:
    """Ask an app from outside, and tell what can be seen and what follows.

    :param url: The public URL of its root, or of a page.
    :param max_pages: The most requests.
    :raise click.UsageError: If the URL is none.
    """
    address = parse_url(url)
    asking = Asking(address.site.scheme, address.site.host, max_pages)
    if address.is_websocket:
        return _explain_websocket(url, address, asking)
    token = secrets.token_hex(4)
    site, first = arrive(address, asking, token)
    secure = https_of(address, first)
    if secure is not None:
        asking.move(secure.site.scheme, secure.site.host)
        site, first = arrive(secure, asking, token)
    if isinstance(first, Unseen):
        return _unreachable(url, first)
    seen = look(site, first, asking, token)
    layers = [layer for made in _LAYERS if (layer := made(seen)) is not None]
    return _report(url, layers, site.root)


def _explain_websocket(url: str, address: Address, asking: Asking) -> Report:
    answer = ask_for_websocket(address, asking)
    if isinstance(answer, Unseen):
        return _unreachable(url, answer)
    outside = asking.ask(f"/{secrets.token_hex(4)}")
    layer = clients.websocket(answer, outside, address.path)
    return _report(url, [layer], url)


def _report(url: str, layers: list[Layer], result: str) -> Report:
    mistakes = [mistake for _, found in layers for mistake in found]
    return Report(url, tuple(step for step, _ in layers), result, conclude(mistakes))


def _unreachable(url: str, unseen: Unseen) -> Report:
    text = f"There is no answer: {unseen.reason}."
    step = Step("answer", (text,), {"not_seen": unseen.reason})
    line = fix("unreached", None, prefix="")
    mistake = Mistake("unreachable", f"{url!r} gives no answer here.", line)
    return Report(url, (step,), None, (mistake,))
