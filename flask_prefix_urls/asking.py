"""A polite client of one server.

It says who it is, waits no longer than it may, and follows nothing.
"""

from __future__ import annotations

import math
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection

from werkzeug.datastructures import Headers

# Seconds that an answer, and each part of it, may take.
_PATIENCE = 10.0
# The share of it that an answer gets to begin, even if it was asked for long ago: it
# may have come already.
_LEAST_SHARE = 0.2
_FAILURES = (OSError, HTTPException, UnicodeError)
# Bytes of a body that nobody wants, but read so that the connection can be used again.
_MOST_DROPPED = 100_000
_POLITE = {"User-Agent": "flask-prefix-urls", "Accept-Encoding": "identity"}


@dataclass(frozen=True, eq=False)
class Response:
    """What a server answered.

    :param body: The bytes of the body; none if it was not wanted.
    :param is_whole: Whether all of it came that was wanted.
    """

    status: int
    headers: Message
    body: bytes
    is_whole: bool


@dataclass(frozen=True)
class Unseen:
    """Why there is no answer, as a part of a sentence."""

    reason: str


class Connection:
    """A connection to one server.

    :param scheme: ``http`` or ``https``.
    :param host: The host, and the port if it has one of its own.
    :param most_bytes: How many bytes of a body are read.
    :param is_kept: Whether it stays open for the next request.
    :param tls: What checks the certificate; by default that of :mod:`ssl`.
    """

    def __init__(
        self,
        scheme: str,
        host: str,
        most_bytes: int,
        *,
        is_kept: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._scheme = scheme
        self._host = host
        self._most_bytes = most_bytes
        self._is_kept = is_kept
        self._tls = tls
        self._http: HTTPConnection | None = None
        # HTTPConnection forgets it as soon as the server says that it will close.
        self._socket: socket.socket | None = None
        self._is_ended = False
        self._sent_at = 0.0
        self._unsent: Unseen | None = None
        # What to send again if the server has closed what it kept open.
        self._again: tuple[str, Mapping[str, str]] | None = None

    def get(
        self,
        target: str,
        headers: Mapping[str, str],
    ) -> Response | Unseen:
        """Send a request, and wait for its answer.

        The parameters are those of :meth:`send`.
        """
        self.send(target, headers)
        return self.receive()

    def send(
        self, target: str, headers: Mapping[str, str], *, seconds: float = math.inf
    ) -> bool:
        """Send a request. Its answer must be received before the next one is sent.

        :param target: Path and query, percent-encoded.
        :param headers: What to send beside this client's own headers, or instead.
        :param seconds: How many it may take.
        :return: Whether the server took it in time.
        """
        seconds = min(_PATIENCE, seconds)
        is_open = self._http is not None and self._http.sock is not None
        self._again = (target, headers) if is_open else None
        self._unsent = None
        try:
            try:
                self._send(target, headers, seconds)
            except ConnectionError:
                if self._again is None:
                    raise
                self._send_again(self._again, seconds)
        except _FAILURES as error:
            self._unsent = self._failed(error)
            return not isinstance(error, TimeoutError)
        return True

    def receive(
        self,
        *,
        seconds: float = math.inf,
        wants: Callable[[int, Message], bool] = lambda *_: True,
    ) -> Response | Unseen:
        """Return the answer to what was sent.

        :param seconds: How many it may take from now.
        :param wants: Tells by status and headers whether to read the body.
        """
        if self._unsent is not None:
            return self._unsent
        try:
            try:
                return self._receive(seconds, wants)
            except ConnectionError:
                if self._again is None or self._is_ended:
                    raise
                self._send_again(self._again, min(_PATIENCE, seconds))
                return self._receive(seconds, wants)
        except _FAILURES as error:
            return self._failed(error)

    def end(self) -> None:
        """End what is being received, and receive nothing more.

        Another thread may call it, so it closes nothing: ``http.client`` is for one.
        """
        self._is_ended = True
        if self._socket is not None:
            with suppress(OSError):
                # Not that of TLS, which is for one thread, too.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection."""
        http, self._http, self._socket = self._http, None, None
        if http is not None:
            http.close()

    def _failed(self, error: Exception) -> Unseen:
        self.close()
        return Unseen(_say(error, self._host))

    def _send_again(self, again: tuple[str, Mapping[str, str]], seconds: float) -> None:
        self._again = None
        self.close()
        self._send(*again, seconds)

    def _send(self, target: str, headers: Mapping[str, str], seconds: float) -> None:
        http = self._opened(seconds)
        sent = Headers(_POLITE if self._is_kept else {**_POLITE, "Connection": "close"})
        sent.update(headers)
        http.request("GET", target, headers=dict(sent))
        self._socket = http.sock
        self._sent_at = time.monotonic()

    def _receive(
        self, seconds: float, wants: Callable[[int, Message], bool]
    ) -> Response:
        end = time.monotonic() + seconds
        left = self._sent_at + _PATIENCE - time.monotonic()
        patience = max(left, _PATIENCE * _LEAST_SHARE)
        http = self._opened(min(patience, seconds))
        sock = http.sock
        answer = http.getresponse()
        is_wanted = wants(answer.status, answer.headers)
        most = self._most_bytes if is_wanted else _MOST_DROPPED
        body = b""
        if is_wanted or (answer.length or most) < most:
            body = _read(answer, sock, most, min(end, time.monotonic() + _PATIENCE))
        if self._is_ended:
            # That looks like the end of the answer.
            raise ConnectionAbortedError
        # Without a length, the end of the connection is that of the body.
        is_whole = answer.length == 0 or (answer.length is None and answer.isclosed())
        if self._is_kept and is_whole:
            answer.close()
        else:
            self.close()
        if not is_wanted:
            return Response(answer.status, answer.headers, b"", True)
        return Response(answer.status, answer.headers, body, is_whole)

    def _opened(self, seconds: float) -> HTTPConnection:
        if self._http is None:
            if self._scheme == "https":
                tls = self._tls or ssl.create_default_context()
                self._http = HTTPSConnection(self._host, timeout=seconds, context=tls)
            else:
                self._http = HTTPConnection(self._host, timeout=seconds)
        elif self._http.sock is not None:
            self._http.sock.settimeout(seconds)
        return self._http


def _read(
    answer: HTTPResponse, sock: socket.socket, most: int, deadline: float
) -> bytes:
    """Return a body, or what of it comes in time."""
    parts = []
    left = most
    # The status and the headers are worth something without the rest.
    with suppress(OSError, HTTPException):
        while left and (seconds := deadline - time.monotonic()) > 0:
            sock.settimeout(seconds)
            part = answer.read1(left)
            if not part:
                break
            parts.append(part)
            left -= len(part)
    return b"".join(parts)


def _say(error: Exception, host: str) -> str:
    """Say what went wrong, as a part of a sentence."""
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"the name of {host!r} has no address"
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens at {host!r}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {host!r} is not valid: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"{host!r} does not answer by TLS"
    if isinstance(error, TimeoutError):
        return f"{host!r} does not answer within {_PATIENCE:g} seconds"
    if isinstance(error, HTTPException | ConnectionError):
        return f"{host!r} does not answer by HTTP/1.1"
    return f"{host!r} cannot be reached: {error}"
