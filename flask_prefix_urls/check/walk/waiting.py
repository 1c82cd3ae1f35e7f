"""What waits to be asked, and what of it comes next."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from typing import NamedTuple


class Ask(NamedTuple):
    """A request that is to be made.

    :param target: Path and query, after the proxy has stripped.
    :param host: The host; ``""`` for that of the app.
    :param endpoint: The endpoint that is expected to serve it; ``""`` for none.
    """

    target: str
    host: str
    endpoint: str


class Waiting:
    """Requests in a fair order: an endpoint that was asked least comes first.

    So a calendar without an end does not starve the other pages.
    """

    def __init__(self) -> None:
        self._queues: dict[str, deque[Ask]] = {}
        self._asked: Counter[str] = Counter()
        self._known: set[tuple[str, str]] = set()

    def __len__(self) -> int:
        return sum(map(len, self._queues.values()))

    def __iter__(self) -> Iterator[Ask]:
        for queue in self._queues.values():
            yield from queue

    def add(self, ask: Ask) -> None:
        """Let a request wait, if it is the first for its target."""
        if not self.knows(ask):
            self._known.add((ask.target, ask.host))
            self._queues.setdefault(ask.endpoint, deque()).append(ask)

    def knows(self, ask: Ask) -> bool:
        """Tell whether a request for the same was added before."""
        return (ask.target, ask.host) in self._known

    def put_back(self, ask: Ask) -> None:
        """Let a request wait again."""
        self._queues.setdefault(ask.endpoint, deque()).append(ask)

    def pop(self) -> Ask:
        """Return the request that comes next, which waits no longer."""
        endpoint = min(self._queues, key=self._asked.__getitem__)
        queue = self._queues[endpoint]
        ask = queue.popleft()
        if not queue:
            del self._queues[endpoint]
        self._asked[endpoint] += 1
        return ask
