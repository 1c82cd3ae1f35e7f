"""Asks a deployed app for several pages at once, by GET."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from queue import SimpleQueue

from werkzeug.datastructures import Headers

from ...asking import Connection, Response, Unseen
from ..texts.reading_answer import MOST_BYTES, has_text
from ..walk.asking_app import ACCEPT
from .site import Site

#: How many requests are made at once, so that pages are read while others come. More
#: would be a burden for the app.
AT_ONCE = 16


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


class DeployedClient:
    """Asks a deployed app over connections that stay open.

    :param site: Where it is.
    :param headers: What to send with each request: names and values.
    """

    def __init__(self, site: Site, headers: Iterable[tuple[str, str]]) -> None:
        sent = Headers({"Accept": ACCEPT})
        for name, value in headers:
            sent.set(name, value)
        self._headers = dict(sent)
        self._connections = [
            Connection(site.scheme, site.host, MOST_BYTES, is_kept=True)
            for _ in range(AT_ONCE)
        ]
        self._idle: SimpleQueue[Connection] = SimpleQueue()
        for connection in self._connections:
            self._idle.put(connection)
        self._executor = ThreadPoolExecutor(AT_ONCE)

    def __enter__(self) -> DeployedClient:
        return self

    def __exit__(self, *error: object) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        for connection in self._connections:
            connection.close()

    def ask(self, target: str, deadline: float) -> Future[Answer | Unseen]:
        """Begin a request.

        :param target: What to ask for.
        :param deadline: When to leave it, by the monotonic clock.
        """
        return self._executor.submit(self._ask, target, deadline)

    def _ask(self, target: str, deadline: float) -> Answer | Unseen:
        connection = self._idle.get()
        try:
            seconds = max(deadline - time.monotonic(), 0.1)
            answer = connection.get(
                target, self._headers, seconds=seconds, wants=_wants
            )
        finally:
            self._idle.put(connection)
        if isinstance(answer, Unseen):
            return answer
        return _answer_of(target, answer)


def _wants(status: int, headers: Message) -> bool:
    return has_text(status, [*headers.items()])


def _answer_of(target: str, answer: Response) -> Answer:
    headers = tuple((name, str(value)) for name, value in answer.headers.items())
    return Answer(target, answer.status, headers, answer.body, answer.is_whole)
