"""The demo's own reverse proxy: it strips a prefix and forwards the rest to the app."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.middleware.http_proxy import ProxyMiddleware
from werkzeug.wrappers import Response
from werkzeug.wsgi import get_path_info

from .addresses import PREFIXES, TOUR
from .request_log import RequestLog
from .stations import show_stations
from .switch import show_switch

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_BELOW = tuple(f"{prefix}/" for prefix in PREFIXES)


class Front:
    """A WSGI app that strips a prefix from each request and forwards it.

    :param backend: The root URL of the server to forward to.
    """

    def __init__(self, backend: str) -> None:
        self._proxy = ProxyMiddleware(
            RequestLog(_own_pages(), by_proxy=True),
            {
                prefix: {
                    "target": backend,
                    "remove_prefix": True,
                    # The browser's own. The app builds its URLs with it.
                    "host": None,
                    "headers": {"X-Forwarded-Prefix": prefix},
                }
                for prefix in PREFIXES
            },
        )

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Forward a request, or answer it if its path is below no prefix."""
        # The browser's would be sent beside the proxy's own.
        environ.pop("HTTP_X_FORWARDED_PREFIX", None)
        if environ["PATH_INFO"].startswith(_BELOW):
            # Werkzeug's proxy takes the bytes in it for text, and would send "é"
            # encoded twice.
            environ["PATH_INFO"] = get_path_info(environ)
        return self._proxy(environ, start_response)


def _own_pages() -> Flask:
    """Return the app for paths that are below no prefix."""
    app = Flask(__name__, static_folder=None)
    app.context_processor(show_stations)
    app.context_processor(show_switch)

    def not_found(_: NotFound) -> tuple[str, int]:
        return render_template("front.html", tour=TOUR), 404

    def add_slash() -> Response:
        return redirect(f"{request.path}/")

    app.add_url_rule("/", "root", lambda: redirect(TOUR))
    for prefix in PREFIXES:
        app.add_url_rule(prefix, view_func=add_slash)
    app.register_error_handler(NotFound, not_found)
    return app
