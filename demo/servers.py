"""What runs: the app, and before it a proxy, the demo's own or a real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

from .addresses import HOST
from .app import create_pair
from .front import Front
from .proxy import running_proxy
from .request_log import RequestLog
from .switch import Switch, show_switch

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# Seconds. It is how long a server may take to notice that it is to end.
_POLL_INTERVAL = 0.02


class _QuietHandler(WSGIRequestHandler):
    """Leaves the terminal to the request log, which prints both sides of the proxy."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def running(app: WSGIApplication, port: int = 0) -> Iterator[str]:
    """Serve a WSGI app for as long as the block runs.

    :param port: 0 is any free one.
    :return: The root of the server's URLs, without a trailing slash.
    """
    server = make_server(HOST, port, app, threaded=True, request_handler=_QuietHandler)
    thread = Thread(target=server.serve_forever, args=(_POLL_INTERVAL,))
    thread.start()
    try:
        yield f"http://{HOST}:{server.port}"
    finally:
        server.shutdown()
        thread.join()


def create_backend() -> WSGIApplication:
    """Return what a proxy forwards to: one server for both apps."""
    pair = create_pair()
    for app in pair:
        app.context_processor(show_switch)
    return RequestLog(Switch(pair))


@contextmanager
def running_demo(port: int) -> Iterator[str]:
    """Serve the demo behind its own proxy.

    :param port: The port of the proxy; 0 is any free one.
    :return: The root of the proxy's URLs, without a trailing slash.
    """
    with running(create_backend()) as backend, running(Front(backend), port) as root:
        yield root


@contextmanager
def running_behind(name: str, port: int) -> Iterator[str]:
    """Serve the demo behind a real proxy; the parameters are those of the proxy."""
    with running(create_backend()) as backend:
        app_port = int(backend.rpartition(":")[2])
        with running_proxy(name, app_port=app_port, port=port) as root:
            yield root
