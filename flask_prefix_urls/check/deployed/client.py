"""Asks a deployed app for several pages at once, by GET."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from threading import Timer

from werkzeug.datastructures import Headers

from ...asking import Connection, Response, Unseen
from ..texts.reading_answer import MOST_BYTES, has_text
from ..walk.asking_app import ACCEPT
from .site import Site

#: How many requests wait for their answers at once, so that one page is read while
#: others come. More would be a burden for the app.
AT_ONCE = 8

# Seconds by which the client outlasts who asks it.
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
        """Where it redirects to; ``""`` if it does not."""
        found = (value for name, value in self.headers if name.lower() == "location")
        return next(found, "")


@dataclass(frozen=True, eq=False)
class Sent:
    """A request that was sent."""

    target: str
    connection: Connection


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
        self._connections = [
            Connection(site.scheme, site.host, MOST_BYTES, is_kept=True)
            for _ in range(AT_ONCE)
        ]
        self._idle = [*self._connections]
        # An answer that comes byte by byte is late in no part.
        self._end = Timer(seconds + _GRACE, self._close)
        self._end.daemon = True

    def __enter__(self) -> DeployedClient:
        self._end.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._end.cancel()
        self._close()

    def send(self, target: str, seconds: float) -> Sent:
        """Ask for a target. Of :data:`AT_ONCE`, one must be answered before the next.

        :param target: What to ask for.
        :param seconds: How many that may take.
        """
        # The one that was used last is the least likely to be closed.
        connection = self._idle.pop()
        connection.send(target, self._headers, seconds=seconds)
        return Sent(target, connection)

    def receive(self, sent: Sent, seconds: float) -> Answer | Unseen:
        """Return what was answered.

        :param sent: What was asked for.
        :param seconds: How many the answer may take.
        """
        answer = sent.connection.receive(seconds=seconds, wants=_wants)
        self._idle.append(sent.connection)
        if isinstance(answer, Unseen):
            return answer
        return _answer_of(sent.target, answer)

    def _close(self) -> None:
        for connection in self._connections:
            connection.close()


def _wants(status: int, headers: Message) -> bool:
    return has_text(status, [*headers.items()])


def _answer_of(target: str, answer: Response) -> Answer:
    headers = tuple((name, str(value)) for name, value in answer.headers.items())
    return Answer(target, answer.status, headers, answer.body, answer.is_whole)
