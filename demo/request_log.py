"""The lines in the terminal: what the browser asked, and what the app received."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .stations import stations_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class RequestLog:
    """A WSGI app that prints a line for each request, and lets another one answer.

    :param app: The other one.
    :param by_proxy: Whether it is the proxy that answers, and the app gets nothing.
    """

    def __init__(self, app: WSGIApplication, *, by_proxy: bool = False) -> None:
        self._app = app
        self._by_proxy = by_proxy

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request, and print its line once the status is known."""
        # Read first: the app may change the environ.
        stations = stations_of(environ)

        def start(status: str, *rest: Any) -> Any:
            code = status.partition(" ")[0]
            if self._by_proxy:
                came = f"{code} by the proxy"
            else:
                came = f"{stations.method} {stations.received}  {code}"
            # One call for one line, since requests are answered in several threads.
            sys.stdout.write(f"{stations.method} {stations.asked}  ->  {came}\n")
            sys.stdout.flush()
            return start_response(status, *rest)

        return self._app(environ, start)
