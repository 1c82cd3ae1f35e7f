"""Asks a deployed app for several pages at once, by GET."""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from threading import Timer

from werkzeug.datastructures import Headers

from ...asking import Connection, Response, Unseen
from ..texts.reading_answer import MOST_BYTES, has_text, value_of
from ..walk.asking_app import ACCEPT
from .site import Site

# How many requests wait for their answers at once, so that one page is read while
# others come. More would be a burden for the app.
_AT_ONCE = 8
# Seconds in which one more connection must open while others wait for their answers.
_OPENING = 2.0
# Seconds after the limit, when what is still being received is ended.
_GRACE = 0.5


@dataclass(frozen=True, eq=False)
class Answer:
    """What a deployed app answered to one target."""

    target: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_whole: bool = True

    @property
    def location(self) -> str:
        """The header ``Location``; ``""`` if there is none."""
        return value_of("Location", self.headers)


@dataclass(frozen=True, eq=False)
class _Sent:
    """A request that waits for its answer.

    :param is_late: Whether the server did not take it while others waited.
    """

    target: str
    connection: Connection
    is_late: bool


class DeployedClient:
    """Asks a deployed app over connections that stay open.

    :param site: Where it is.
    :param headers: What to send with each request: names and values.
    :param seconds: How many the requests may take in all.
    """

    def __init__(
        self, site: Site, headers: Iterable[tuple[str, str]], seconds: float
    ) -> None:
        sent = Headers({"Accept": ACCEPT})
        for name, value in headers:
            sent.set(name, value)
        self._headers = dict(sent)
        tls = ssl.create_default_context() if site.scheme == "https" else None
        self._connections = [
            Connection(site.scheme, site.host, MOST_BYTES, is_kept=True, tls=tls)
            for _ in range(_AT_ONCE)
        ]
        self._idle = [*self._connections]
        self._sent: deque[_Sent] = deque()
        # Each part of the headers has its time, but they may never end.
        self._end = Timer(seconds + _GRACE, self._end_all)
        self._end.daemon = True

    def __enter__(self) -> DeployedClient:
        self._end.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._end.cancel()
        for connection in self._connections:
            connection.close()

    @property
    def waiting(self) -> int:
        """How many requests wait for their answers."""
        return len(self._sent)

    @property
    def can_send(self) -> bool:
        """Whether one more request can be sent."""
        # While the server is busy with what waits, nothing follows what came late.
        return bool(self._idle) and not (self._sent and self._sent[-1].is_late)

    def send(self, target: str, seconds: float) -> None:
        """Send a request.

        :param target: What to ask for.
        :param seconds: How many that may take.
        """
        if self._sent:
            seconds = min(_OPENING, seconds)
        # The one that was used last is the least likely to be closed.
        connection = self._idle.pop()
        is_taken = connection.send(target, self._headers, seconds=seconds)
        is_late = bool(self._sent) and not is_taken
        if is_late:
            # It takes no more at once than wait now, so no other connection is opened.
            self._idle.clear()
        self._sent.append(_Sent(target, connection, is_late))

    def receive(self, seconds: float) -> tuple[str, Answer | Unseen]:
        """Return what was asked for first of all that waits, and the answer to it.

        :param seconds: How many the answer may take.
        """
        sent = self._sent.popleft()
        if sent.is_late:
            sent.connection.send(sent.target, self._headers, seconds=seconds)
        else:
            self._idle.append(sent.connection)
        answer = sent.connection.receive(seconds=seconds, wants=_wants)
        if isinstance(answer, Unseen):
            return sent.target, answer
        return sent.target, _answer_of(sent.target, answer)

    def _end_all(self) -> None:
        for connection in self._connections:
            connection.end()


def _wants(status: int, headers: Message) -> bool:
    return has_text(status, [*headers.items()])


def _answer_of(target: str, answer: Response) -> Answer:
    headers = tuple((name, str(value)) for name, value in answer.headers.items())
    return Answer(target, answer.status, headers, answer.body, answer.is_whole)
