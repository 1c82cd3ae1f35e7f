"""The path from a static file to what it links to."""

from __future__ import annotations

import posixpath
from urllib.parse import quote, unquote

from flask import Flask, url_for

from ...mount import mount_without_request
from ...unprefixed import unprefixed
from ..sources.source import Source
from ..verdicts.verdict import Verdict


def relative_path(app: Flask, verdict: Verdict, source: Source) -> str | None:
    """Return a path that leads from a static file to the target of a URL.

    It is right behind any proxy, since both lie below the same root.

    :param verdict: What the URL leads to.
    :param source: A static file.
    :return: ``None`` if they have different roots, or the root depends on the request.
    """
    mount = mount_without_request(app)
    try:
        with app.test_request_context():
            file = unquote(url_for(source.endpoint, filename=source.name))
            with unprefixed():
                route = unquote(url_for(source.endpoint, filename=source.name))
    except Exception:
        # A url_defaults function of the app fails without a request of its own.
        return None
    route = route.removeprefix(mount)
    target = unquote(verdict.target.partition("?")[0])
    if not target or file != verdict.root + route:
        return None
    path = posixpath.relpath(target, posixpath.dirname(route))
    if target.endswith("/"):
        path += "/"
    return quote(path)
