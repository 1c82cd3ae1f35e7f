"""Asks the app as a proxy that has stripped does, with a time limit.

The app is served as it is: nothing of it changes. What happens in it is told by Flask's
signals, in the context of the request.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    got_request_exception,
    request,
    request_finished,
    request_tearing_down,
    template_rendered,
)
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from ...scopes import ask_function
from ...state import state_of
from .serving import Answer, Serving, Worker, serving_this_request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Seconds that the app may take until it begins to answer.
PATIENCE = 10.0

#: As a browser that follows a link: an app may have JSON for others.
ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8"
_HEADERS = {"User-Agent": "flask-prefix-urls", "Accept": ACCEPT}


class AppClient:
    """Asks an app by GET, one request after another, and keeps its cookies.

    :param app: The app.
    :param base_url: Scheme, host and mount.
    :param headers: What to send with each request: names and values.
    """

    def __init__(
        self, app: Flask, base_url: str, headers: Iterable[tuple[str, str]]
    ) -> None:
        self._app = app
        self._base_url = base_url
        self._cookies: dict[str, str] = {}
        self._headers = Headers(_HEADERS)
        for name, value in headers:
            if name.lower() == "cookie":
                for cookie in value.split(";"):
                    self._keep(cookie)
            else:
                self._headers.set(name, value)
        self._connections = ExitStack()
        self._worker = Worker()

    def __enter__(self) -> AppClient:
        # A view may leave the working directory, which the report names files by.
        self._connections.callback(os.chdir, Path.cwd())
        for signal, receiver in (
            (template_rendered, self._on_template_rendered),
            (request_finished, self._on_request_finished),
            (request_tearing_down, self._on_request_tearing_down),
            (got_request_exception, self._on_request_exception),
        ):
            self._connections.enter_context(signal.connected_to(receiver, self._app))
        self._worker.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._worker.end()
        self._connections.close()

    def ask(self, target: str, host: str, seconds: float) -> Answer | None:
        """Make a request.

        :param target: Path and query, after the proxy has stripped.
        :param host: The host; ``""`` for that of the app.
        :param seconds: How many it may take in all.
        :return: ``None`` if the app does not begin to answer in time.
        """
        deadline = time.monotonic() + seconds
        serving = Serving(self._app, self._environ_of(target, host))
        self._worker.give(serving)
        if not serving.has_begun.wait(min(PATIENCE, seconds)):
            self._leave_worker()
            return None
        answer = serving.answer_within(max(deadline - time.monotonic(), 0))
        if not serving.has_ended.is_set():
            self._leave_worker()
        if answer.has_raised and time.monotonic() < deadline:
            # A connection of SQLite, say, may serve only the thread that opened it.
            here = Serving(self._app, self._environ_of(target, host)).serve_here()
            answer = answer if here.has_raised else here
        for cookie in answer.headers.getlist("Set-Cookie"):
            self._keep(cookie.partition(";")[0])
        return answer

    def _leave_worker(self) -> None:
        """Leave the worker with what may never end, and take another."""
        self._worker.end()
        self._worker = Worker()
        self._worker.start()

    def _environ_of(self, target: str, host: str) -> WSGIEnvironment:
        base = urlsplit(self._base_url)
        headers = self._headers.copy()
        if self._cookies:
            pairs = (f"{name}={value}" for name, value in self._cookies.items())
            headers["Cookie"] = "; ".join(pairs)
        builder = EnvironBuilder(
            path=target,
            base_url=base._replace(netloc=host or base.netloc).geturl(),
            headers=headers,
            environ_base={"REMOTE_ADDR": "127.0.0.1"},
            # Flask logs to it what a view raises.
            errors_stream=StringIO(),
        )
        try:
            return builder.get_environ()
        finally:
            builder.close()

    def _keep(self, cookie: str) -> None:
        # Without the path, which is that of the public URL. Flask's test client minds
        # it, and would not send back the session of an app with cookie_path.
        name, _, value = cookie.strip().partition("=")
        self._cookies.pop(name, None)
        # One without a value is being deleted.
        if value:
            self._cookies[name] = value

    def _on_template_rendered(self, _: Flask, template: Any, **__: Any) -> None:
        serving = serving_this_request()
        # One that was made from a string has no name.
        if serving is not None and template.name is not None:
            serving.answer.templates.append(template.name)

    def _on_request_finished(self, _: Flask, response: Response, **__: Any) -> None:
        serving = serving_this_request()
        if serving is not None:
            # The first part of a stream may be long in coming.
            serving.answer.status = response.status_code
            serving.answer.headers = response.headers
            self._look_at_request(serving.answer)
            serving.has_begun.set()

    def _on_request_tearing_down(self, _: Flask, **__: Any) -> None:
        """Look at a request that raised: it never finished."""
        serving = serving_this_request()
        if serving is not None and not serving.has_begun.is_set():
            self._look_at_request(serving.answer)

    def _on_request_exception(self, _: Flask, **__: Any) -> None:
        serving = serving_this_request()
        if serving is not None:
            serving.answer.has_raised = True

    def _look_at_request(self, answer: Answer) -> None:
        answer.endpoint = request.endpoint or ""
        answer.values = request.view_args or {}
        answer.prefixes = _ask_functions(self._app)


def _ask_functions(app: Flask) -> dict[int, str | None]:
    """Return what each prefix function answers in this request, by its ``id()``."""
    state = state_of(app)
    settings = [] if state is None else state.scopes.given()
    answers: dict[int, str | None] = {}
    for setting in settings:
        if callable(setting.value) and id(setting.value) not in answers:
            try:
                answers[id(setting.value)] = ask_function(setting.value)
            except Exception:
                # No URL of the page can have its prefix.
                answers[id(setting.value)] = None
    return answers
