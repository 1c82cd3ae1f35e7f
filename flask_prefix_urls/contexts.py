"""What each context of an app gets: a public URL adapter, and a public request.

Flask calls ``app.create_url_adapter`` when it makes a context, before the context is
pushed. Some extensions call it again for the request that is being served.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import cast
from weakref import ref

from flask import Flask, Request
from werkzeug.routing import MapAdapter

from .adapter import public_adapter
from .hints import hints
from .request import PublicRequest
from .state import AppState, log_of


def wrapped_create_url_adapter(
    app: Flask, state: AppState
) -> Callable[[Request | None], MapAdapter | None]:
    """Return ``app.create_url_adapter`` with public adapters.

    :param app: The app, which is to hold the function, and is not held by it.
    :param state: The state of the app.
    """
    this = cast("Callable[[], Flask]", ref(app))
    replaced: Callable[[Request | None], MapAdapter | None] | None
    replaced = vars(app).get("create_url_adapter")
    method = type(app).create_url_adapter
    is_flasks = replaced is None and method is Flask.create_url_adapter

    def create_url_adapter(request: Request | None) -> MapAdapter | None:
        """Return the URL adapter for a request, or for outside of one."""
        app = this()
        if isinstance(request, PublicRequest) and request.public_state is None:
            # Before the app's own adapter is made, which may refuse the host.
            request.public_state = state
        own = method(app, request) if replaced is None else replaced(request)
        public_url = None
        if request is None:
            public_url = state.settings.public_url
        elif not state.hints_are_given:
            state.hints_are_given = True
            for hint in hints(app, state, os.environ):
                log_of(app).warning(hint)
        if own is None and public_url is not None:
            # Flask has one outside of a request only where SERVER_NAME is set.
            root = app.config["APPLICATION_ROOT"]
            own = app.url_map.bind(public_url.value.host, root)
        if own is None:
            return None
        state.has_made_adapter = True
        adapter = public_adapter(own, state, is_flasks=is_flasks)
        if public_url is not None:
            adapter.url_scheme = public_url.value.scheme
        if request is not None:
            adapter.public_environ = request.environ
            if isinstance(request, PublicRequest) and request.may_be_unstripped:
                adapter.unstripped_request = request
        return adapter

    return create_url_adapter
