"""The reverse proxy in front of the app: it strips a prefix and forwards the rest.

It forwards to one of two apps, one with the extension and one without. A switch selects
the app. The proxy has pages of its own for paths that are below no prefix.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.middleware.http_proxy import ProxyMiddleware
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIXES = ("/some-service/v1", "/public-api", "/back-office")

#: The first page below each prefix, and what it is.
ADDRESSES = {
    "/some-service/v1/": "the pages of the reading room",
    "/public-api/items/": "its JSON API",
    "/back-office/ledger/": "its ledger, once you have signed in",
}

SWITCH_URL = "/switch"

_HOME = "/some-service/v1/"


class Front:
    """A WSGI app that forwards to one of two backends.

    :param prefixed: The root URL of the app with the extension.
    :param plain: The root URL of the app without it.
    """

    def __init__(self, prefixed: str, plain: str) -> None:
        self.extension_on = True
        own_pages = _own_pages(self)
        self._proxies = {
            True: _stripping_proxy(own_pages, prefixed),
            False: _stripping_proxy(own_pages, plain),
        }

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Forward a request, or answer it if its path is below no prefix."""
        return self._proxies[self.extension_on](environ, start_response)


def _stripping_proxy(otherwise: WSGIApplication, backend: str) -> ProxyMiddleware:
    """Return a proxy that strips each prefix.

    :param otherwise: The app for paths that are below no prefix.
    :param backend: The root URL of the app to forward to.
    """
    # With None as the host, the proxy forwards the browser's Host header.
    target = {"target": backend, "remove_prefix": True, "host": None}
    return ProxyMiddleware(otherwise, {prefix: dict(target) for prefix in PREFIXES})


def _own_pages(front: Front) -> Flask:
    """Return the app for paths that are below no prefix."""
    app = Flask(__name__, static_folder=None)

    def page(status: int) -> tuple[str, int]:
        html = render_template(
            "front.html",
            lost=status == NotFound.code,
            addresses=ADDRESSES,
            home=_HOME,
            switch_url=SWITCH_URL,
            extension_on=front.extension_on,
        )
        return html, status

    def add_slash() -> Response:
        return redirect(f"{request.path}/")

    def switch() -> Response:
        front.extension_on = not front.extension_on
        return redirect(_HOME, 303)

    app.add_url_rule("/", "index", lambda: page(200))
    app.add_url_rule(SWITCH_URL, view_func=switch, methods=["POST"])
    for prefix in PREFIXES:
        app.add_url_rule(prefix, view_func=add_slash)
    app.register_error_handler(NotFound, lambda _: page(404))
    return app
