"""One request that the app serves, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING

from flask import Flask, has_request_context, request
from werkzeug.datastructures import Headers
from werkzeug.test import run_wsgi_app

from ..texts.reading_answer import MOST_BYTES, has_text

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Seconds that a body may come in, since a stream may never end.
STREAM = 2.0

_NOT_ENDED = "its body did not end within {:.2g} seconds"
# In the environ of each request of the walk: what serves it.
_SERVING = "flask_prefix_urls.serving"


@dataclass(eq=False)
class Answer:
    """What the app answered, and what was seen while it did.

    :param status: 500 if the app raised.
    :param body: The bytes that came, in parts; none if it has no text.
    :param cut: Why the rest was not read, as the rest of a sentence; ``""`` if all was.
    :param endpoint: As in :class:`~.page.Page`, as are ``values`` and ``prefixes``.
    :param templates: The names of the templates that were rendered, in order.
    :param has_raised: Whether the app raised what it has no handler for.
    """

    status: int = 500
    headers: Headers = field(default_factory=Headers)
    body: list[bytes] = field(default_factory=list)
    cut: str = ""
    endpoint: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    templates: list[str] = field(default_factory=list)
    has_raised: bool = False
    prefixes: Mapping[int, str | None] = field(default_factory=dict)


class Serving:
    """Serves one request.

    :param app: The app.
    :param environ: The environ of the request, which gets a mark of this.
    """

    def __init__(self, app: Flask, environ: WSGIEnvironment) -> None:
        self.answer: Answer = Answer()
        #: Set when the app begins to answer, and when the body has ended.
        self.has_begun: Event = Event()
        self.has_ended: Event = Event()
        self._app = app
        self._environ = {**environ, _SERVING: self}

    def answer_within(self, seconds: float) -> Answer:
        """Wait for the body, and return the answer with what came of it.

        :param seconds: How many it may take; a stream gets no more than its own.
        """
        # The worker itself leaves a stream that goes on, so it gets a little longer.
        if not self.has_ended.wait(min(STREAM * 1.25, seconds)):
            self.answer.cut = _NOT_ENDED.format(min(STREAM, seconds))
        return self.answer

    def serve(self) -> None:
        """Serve the request, whatever the app raises."""
        try:
            self._serve()
        except BaseException:
            # SystemExit, too: a worker of a server dies of it, and a walk must not.
            self.answer.status = 500
        finally:
            self.has_begun.set()
            self.has_ended.set()

    def serve_here(self) -> Answer:
        """Serve the request in the thread of the caller, who may interrupt it."""
        try:
            self._serve()
        except (Exception, SystemExit):
            self.answer.status = 500
        return self.answer

    def _serve(self) -> None:
        answer = self.answer
        parts, status, headers = run_wsgi_app(self._app, self._environ)
        try:
            answer.status = int(status.partition(" ")[0])
            answer.headers = headers
            self.has_begun.set()
            if has_text(answer.status, [*headers]):
                self._read(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()

    def _read(self, parts: Iterable[bytes]) -> None:
        answer = self.answer
        deadline = time.monotonic() + STREAM
        left = MOST_BYTES
        for part in parts:
            answer.body.append(part[:left])
            left -= len(part)
            if left < 0:
                answer.cut = f"its body has more than {MOST_BYTES // 10**6} MB"
                return
            if time.monotonic() > deadline:
                answer.cut = _NOT_ENDED.format(STREAM)
                return


class Worker(Thread):
    """Serves one request after another, and is left alone if one takes too long."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._servings: SimpleQueue[Serving | None] = SimpleQueue()

    def run(self) -> None:
        """Serve what it is given, to the end."""
        while (serving := self._servings.get()) is not None:
            # As in a new thread, no context is left that a view pushed.
            Context().run(serving.serve)

    def give(self, serving: Serving) -> None:
        """Let it serve a request."""
        self._servings.put(serving)

    def end(self) -> None:
        """Let it end, once it is done with what it serves."""
        self._servings.put(None)


def serving_this_request() -> Serving | None:
    """Return what serves the request of this context, if the walk made that.

    A view may make requests of its own, and push contexts of others.
    """
    if not has_request_context():
        return None
    serving: Serving | None = request.environ.get(_SERVING)
    return serving
