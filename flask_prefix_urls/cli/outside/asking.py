"""What was asked of one server: nothing twice, and not more than it may be."""

from __future__ import annotations

import secrets
import zlib
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from types import MappingProxyType
from urllib.parse import quote

from ...asking import Connection, Unseen
from .site import SAFE

# Bytes of a body that are read: what a page refers to stands in its first part.
_MOST_BYTES = 1_000_000
# What fails that often is left alone: each may take all of the patience.
_MOST_FAILURES = 3
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Answer:
    """What the other side answered.

    :param target: What was asked for: path and query.
    :param text: The body, or the first part of a large one.
    """

    target: str
    status: int
    headers: Message
    text: str

    @property
    def path(self) -> str:
        """The path that was asked for."""
        return self.target.partition("?")[0]

    @property
    def location(self) -> str:
        """Where a redirect leads; ``""`` if the answer is none."""
        if self.status not in (301, 302, 303, 307, 308):
            return ""
        return str(self.headers.get("Location", ""))


class Asking:
    """Asks one server, by GET, and follows nothing.

    :param scheme: ``http`` or ``https``.
    :param host: The host, and the port if it has one of its own.
    :param most: The most requests.
    """

    def __init__(self, scheme: str, host: str, most: int) -> None:
        self._scheme = scheme
        self._host = host
        self._most = most
        self._count = 0
        self._failures = 0
        self._answers: dict[str, Answer | Unseen] = {}

    def move(self, scheme: str, host: str) -> None:
        """Ask another server from here on, and no more in all than before.

        :param scheme: As for the constructor.
        :param host: Likewise.
        """
        self._scheme = scheme
        self._host = host
        self._answers.clear()

    @property
    def answers(self) -> Mapping[str, Answer | Unseen]:
        """What was asked without headers of its own, by its target."""
        return self._answers

    def ask(
        self, target: str, headers: Mapping[str, str] = _NO_HEADERS
    ) -> Answer | Unseen:
        """Ask for a path, and a query; but not again for what was asked already.

        :param target: Both as they stand in a URL.
        :param headers: What else to send.
        """
        target = quote(target, SAFE)
        if not headers and target in self._answers:
            return self._answers[target]
        if self._count >= self._most:
            return Unseen(f"the limit of --max-pages, {self._most}, is reached")
        if self._failures == _MOST_FAILURES:
            return Unseen(f"{self._host!r} did not answer {_MOST_FAILURES} times")
        self._count += 1
        answer = self._send(target, headers)
        self._failures += isinstance(answer, Unseen)
        if not headers:
            self._answers[target] = answer
        return answer

    def _send(self, target: str, headers: Mapping[str, str]) -> Answer | Unseen:
        connection = Connection(self._scheme, self._host, _MOST_BYTES)
        answer = connection.get(target, headers)
        if isinstance(answer, Unseen):
            return answer
        text = _decode(answer.body, answer.headers)
        return Answer(target, answer.status, answer.headers, text)


def handshake() -> dict[str, str]:
    """Return the headers that ask for a WebSocket."""
    return {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": b64encode(secrets.token_bytes(16)).decode(),
    }


def _decode(body: bytes, headers: Message) -> str:
    # Some send what was compressed before, whatever was asked for.
    if headers.get("Content-Encoding") == "gzip":
        with suppress(zlib.error):
            body = zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(body, _MOST_BYTES)
    charset = headers.get_content_charset("utf-8")
    try:
        return body.decode(charset, "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")
