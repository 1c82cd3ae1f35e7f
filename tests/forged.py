"""Headers that a client sends in place of a proxy."""

from __future__ import annotations

from typing import Any

from crawler import send
from flask import Flask, request
from readme import Row
from recipes import headers_of

from demo.addresses import HOST

FORGED = {
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Host": "evil.com",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Proto": "gopher",
}


def echo() -> Flask:
    """Return an app that answers with the headers that it gets."""
    app = Flask("echo")
    app.add_url_rule("/", "home", lambda: dict(request.headers))
    return app


def keeps_its_headers(row: Row, root: str, path: str, **options: Any) -> None:
    """Fail if a client decides about a header that the row of a proxy names.

    :param root: The root of the proxy's URLs.
    :param path: The public path of :func:`echo`.
    :param options: Those of :func:`crawler.send`.
    """
    got = send(root, "GET", path, headers=FORGED, **options).json
    scheme, _, host = root.partition("://")
    own = {"Host": host, "X-Forwarded-Host": host, "X-Forwarded-Proto": scheme}
    assert {name: got[name] for name in own} == own
    # The last one counts.
    assert got["X-Forwarded-For"].split(", ")[-1] == HOST
    assert {*own, "X-Forwarded-For"} <= headers_of(row)
    names_prefix = "X-Forwarded-Prefix" in headers_of(row)
    assert ("/evil" not in got.get("X-Forwarded-Prefix", "")) == names_prefix
