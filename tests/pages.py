"""A small app to deploy in many ways, and what is wrong with it below a prefix."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from crawler import references, send
from flask import Flask, redirect, render_template_string, session, url_for
from werkzeug.wrappers import Response

HOME = """
    <!doctype html>
    <link rel="stylesheet" href="{{ url_for('style') }}">
    <img src="{{ url_for('picture') }}" alt="">
    <a href="{{ url_for('foo') }}">Foo</a>
"""


def make_app() -> Flask:
    """Make an app with links, redirects and a session, and without a prefix."""
    app = Flask("tests")
    app.secret_key = "a key"
    app.add_url_rule("/", "home", lambda: render_template_string(HOME))
    app.add_url_rule("/style.css", "style", lambda: "")
    app.add_url_rule("/picture", "picture", lambda: "")
    app.add_url_rule("/foo/", "foo", lambda: "foo")
    app.add_url_rule("/health", "health", lambda: "well")

    @app.get("/login")
    def login() -> str:
        session["user"] = "Ada"
        return "signed in"

    @app.get("/private")
    def private() -> str | Response:
        return session.get("user") or redirect(url_for("login"))

    return app


def faults(root: str, prefix: str = "/svc", **options: Any) -> list[str]:
    """Return what is wrong with the app below a prefix: each reference with its status.

    :param root: The root of the proxy's URLs, without a trailing slash.
    :param options: Those of :func:`crawler.send`.
    """
    found = []
    for path in (f"{prefix}/", f"{prefix}/foo", f"{prefix}/private"):
        page = send(root, "GET", path, **options)
        targets = [url for _, url in references(page)]
        if not targets:
            found.append(f"{path} answers {page.status} and refers to nothing")
        for target in targets:
            url = urljoin(f"{root}{path}", target)
            status = send(root, "GET", url, **options).status
            if not url.startswith(f"{root}{prefix}/") or status != 200:
                found.append(f"{target} answers {status}")
    return found
