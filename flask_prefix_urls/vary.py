"""The ``Vary`` of responses whose URLs depend on a header."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response

from .forwarded import ForwardedPrefix
from .scopes import PrefixSetting
from .state import AppState


def vary_by_headers(
    app: Flask, state: AppState, prefixes: Iterable[PrefixSetting]
) -> None:
    """Have caches tell responses apart by the headers that prefixes come from.

    On every response: one that is streamed may build URLs after its headers were sent.

    :param app: The app. It gets an ``after_request`` function if there is a header.
    :param state: The state of the app.
    :param prefixes: What its scopes are given now.
    """
    headers = state.vary_headers
    for prefix in prefixes:
        if isinstance(prefix.value, ForwardedPrefix):
            if not headers:
                app.after_request(lambda response: _add_vary(response, headers))
            if prefix.value.header not in headers:
                headers.append(prefix.value.header)


def _add_vary(response: Response, headers: list[str]) -> Response:
    # response.vary reads only the first Vary line, and replaces all of them.
    if lines := response.headers.getlist("Vary"):
        response.headers["Vary"] = ", ".join(lines)
    response.vary.update(headers)
    return response
