"""A server of ``http.server``, for what an app in Python does not show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from demo.addresses import HOST


@contextmanager
def running_handler(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """Serve for as long as the block runs; yield the port."""

    class Quiet(handler):  # type: ignore[valid-type,misc]
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Quiet)
    # Seconds, as in demo.servers.
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
