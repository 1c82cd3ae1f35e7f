"""The servers of the demo, each in a thread of its own: two apps and the front."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

from .app import create_app
from .front import SWITCH_URL, Front

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"

# Seconds. It is how long a server may take to notice that it is to end.
_POLL_INTERVAL = 0.02


class _QuietHandler(WSGIRequestHandler):
    """Leaves the terminal to the addresses: no line for each request."""

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


@contextmanager
def running_demo(port: int) -> Iterator[str]:
    """Serve the app, with and without the extension, and the front before the two.

    :param port: The port of the front; 0 is any free one.
    :return: The root of the front's URLs, without a trailing slash.
    """
    # One key for both, so that who is signed in to one is signed in to the other.
    key = secrets.token_hex()
    with ExitStack() as servers:
        backends = {}
        for prefixed in (True, False):
            app = create_app(prefixed=prefixed)
            app.config.update(SECRET_KEY=key, DEMO_SWITCH_URL=SWITCH_URL)
            backends[prefixed] = servers.enter_context(running(app))
        front = Front(prefixed=backends[True], plain=backends[False])
        yield servers.enter_context(running(front, port))
