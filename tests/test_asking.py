"""A connection that is kept, on which requests are sent before answers are read."""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

import pytest

from demo.addresses import HOST
from demo.proxy import free_port
from flask_prefix_urls.asking import Connection, Response, Unseen

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage"
# Closing resets the connection, in place of ending it.
RESETS = struct.pack("ii", 1, 0)


@contextmanager
def answering(*connections: int, resets: bool = False, port: int = 0) -> Iterator[str]:
    """Serve some requests on each connection, then close it; yield the host."""
    with socket.create_server((HOST, port)) as server:
        server.settimeout(30)

        def serve() -> None:
            for requests in connections:
                client, _ = server.accept()
                with closing(client):
                    for _ in range(requests):
                        # A request without a body is one segment here.
                        assert client.recv(65536).endswith(b"\r\n\r\n")
                        client.sendall(ANSWER)
                    if resets:
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETS)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"{HOST}:{server.getsockname()[1]}"
        thread.join(30)


@contextmanager
def connected(host: str) -> Iterator[Connection]:
    connection = Connection("http", host, 100, is_kept=True)
    yield connection
    connection.close()


def wait_for_the_end(connection: Connection) -> None:
    """Wait until the system knows that the other side has closed a connection."""
    http = connection._http
    assert http is not None
    poll = select.poll()
    poll.register(http.sock, select.POLLIN)
    assert poll.poll(30_000)


def body_of(answer: Response | Unseen) -> bytes:
    assert isinstance(answer, Response)
    return answer.body


@pytest.mark.parametrize("resets", [False, True], ids=["ends", "resets"])
def test_what_the_server_has_closed_is_opened_again(resets: bool) -> None:
    # A reset is told when the request is sent, an end when the answer is read.
    with answering(1, 1, resets=resets) as host, connected(host) as connection:
        assert body_of(connection.get("/", {})) == b"page"
        wait_for_the_end(connection)
        assert body_of(connection.get("/", {})) == b"page"


@pytest.mark.parametrize("resets", [False, True], ids=["ends", "resets"])
def test_it_is_opened_again_once(resets: bool) -> None:
    with answering(1, 0, resets=resets) as host, connected(host) as connection:
        assert body_of(connection.get("/", {})) == b"page"
        wait_for_the_end(connection)
        assert connection.get("/", {}) == Unseen(
            f"{host!r} does not answer by HTTP/1.1"
        )


def test_a_new_connection_is_not_opened_again() -> None:
    with answering(0, 1) as host, connected(host) as connection:
        assert connection.get("/", {}) == Unseen(
            f"{host!r} does not answer by HTTP/1.1"
        )
        assert body_of(connection.get("/", {})) == b"page"


def test_a_server_may_come_back() -> None:
    port = free_port()
    with connected(f"{HOST}:{port}") as connection:
        assert connection.get("/", {}) == Unseen(f"nothing listens at '{HOST}:{port}'")
        with answering(1, port=port):
            assert body_of(connection.get("/", {})) == b"page"


def test_requests_are_sent_before_answers_are_read() -> None:
    with (
        answering(1, 1) as host,
        connected(host) as first,
        connected(host) as second,
    ):
        first.send("/1", {})
        second.send("/2", {})
        assert body_of(first.receive()) == b"page"
        assert body_of(second.receive()) == b"page"
