"""A small app to deploy in many ways, and what is wrong with it below a prefix."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from crawler import Answer, references, send
from flask import (
    Flask,
    redirect,
    render_template_string,
    request,
    session,
    url_for,
)
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
    # It begins like the prefix that most tests have.
    app.add_url_rule("/svc-status", "status", lambda: "well")
    app.add_url_rule("/headers", "headers", lambda: dict(request.headers))

    @app.get("/login")
    def login() -> str:
        session["user"] = "Ada"
        return "signed in"

    @app.get("/private")
    def private() -> str | Response:
        return session.get("user") or redirect(url_for("login"))

    return app


def home_links(prefix: str = "") -> list[str]:
    """Return what the home page refers to, as the checks of README print it."""
    return [
        f'href="{prefix}/style.css',
        f'src="{prefix}/picture',
        f'href="{prefix}/foo/',
    ]


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


def paths_arrive(root: str) -> bool:
    """Tell whether paths reach their routes: what is below ``/svc``, and ``/svc``.

    ``faults`` does not see that all of them reach the first page. ``/svc2`` must not
    reach the app.
    """
    others = send(root, "GET", "/svc2")
    assert (others.status, is_the_apps(others)) == (404, False)
    bare = send(root, "GET", "/svc")
    if bare.status in (301, 308):
        assert bare.location == "/svc/"
        bare = send(root, "GET", bare.location)
    first = send(root, "GET", "/svc/").text
    return bare.text == first and send(root, "GET", "/svc/foo/").text == "foo" != first


def is_the_apps(not_found: Answer) -> bool:
    """Tell whether a 404 is Flask's own page, as README's "A 404, but whose?" does."""
    return "<html lang=en>" in not_found.text


def headers_sent(root: str) -> set[str]:
    """Return the headers with ``X-Forwarded`` that the app gets below ``/svc``."""
    names = send(root, "GET", "/svc/headers").json
    return {name for name in names if name.startswith("X-Forwarded-")}
