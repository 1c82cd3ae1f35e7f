"""``check --url`` behind nginx, by http and https, and ``check`` of the same app."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, redirect, render_template_string
from live import make_certificate
from nginx import running_nginx
from werkzeug.wrappers import Response

from demo.servers import running
from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.cli import prefix_urls

pytestmark = pytest.mark.live

# A fault of each kind of text, beside what is right.
FIRST = """
<!doctype html>
<meta http-equiv="refresh" content="999; url=/about">
<link rel="stylesheet" href="{{ url_for('style') }}">
<link rel="manifest" href="{{ url_for('manifest') }}">
<script src="{{ url_for('script') }}"></script>
<a href="{{ url_for('about') }}">Right</a>
<a href="/about">Wrong</a>
<a href="/svc{{ url_for('about') }}">Wrong</a>
<a href="/elsewhere/about">Another app</a>
<a href="https://example.com/about">Another host</a>
<img srcset="/picture 1x, {{ url_for('picture') }} 2x" alt="">
<div style="background: url(/picture)"></div>
<script>fetch("/api/items"); const right = {{ url_for('about')|tojson }};</script>
<code>/about</code>
<!-- /about -->
<a href="{{ url_for('moved') }}">Moved</a>
"""
STYLE = "@import '/print.css'; a { background: url(../svc/picture), url(picture) }"
SCRIPT = """
// /about
fetch("/api/items/" + document.title);
if (location.pathname === "/about") document.title = "About";
"""
MANIFEST = {"name": "/about", "start_url": "/about", "scope": "/svc/"}
# The page without the prefix, the position, the URL, and what is wrong with it.
FAULTS = [
    ("/", "content", "/about", "no-prefix"),
    ("/", "fetch()", "/api/items", "no-prefix"),
    ("/", "href", "/about", "no-prefix"),
    ("/", "href", "/svc/svc/about", "prefix-twice"),
    ("/", "srcset", "/picture", "no-prefix"),
    ("/", "style url()", "/picture", "no-prefix"),
    ("/api/items", "$.next", "/api/items/2", "no-prefix"),
    ("/manifest", "$.start_url", "/about", "no-prefix"),
    ("/moved", "Location", "/about", "no-prefix"),
    ("/script", "fetch()", "/api/items/{document.title}", "no-prefix"),
    ("/style", "@import", "/print.css", "no-prefix"),
]


def make_app() -> Flask:
    app = Flask("tests", static_folder=None)
    app.add_url_rule("/", "index", lambda: render_template_string(FIRST))
    app.add_url_rule("/moved", "moved", lambda: redirect("/about"))
    app.add_url_rule("/api/items", "items", lambda: {"next": "/api/items/2"})
    app.add_url_rule("/api/items/<int:id>", "item", lambda id: {"id": id})  # noqa: A006
    app.add_url_rule("/manifest", "manifest", lambda: manifest())
    for name, text, kind in (
        ("about", "<a href='./'>", "text/html"),
        ("picture", "", "image/png"),
        ("print.css", "", "text/css"),
        ("style", STYLE, "text/css"),
        ("script", SCRIPT, "text/javascript"),
    ):
        view = lambda text=text, kind=kind: Response(text, mimetype=kind)  # noqa: E731
        app.add_url_rule(f"/{name}", name.replace(".", "-"), view)
    PrefixURLs(app, "/svc")
    return app


def manifest() -> Response:
    return Response(json.dumps(MANIFEST), mimetype="application/manifest+json")


@pytest.fixture(params=["http", "https"])
def root(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    certificate = None
    if request.param == "https":
        certificate = make_certificate(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with running(make_app()) as app:
        locations = f"location /svc/ {{ proxy_pass {app}/; }}"
        with running_nginx(locations, tmp_path, certificate=certificate) as root:
            yield root


def run(*arguments: str) -> Any:
    result = make_app().test_cli_runner().invoke(prefix_urls, ["check", *arguments])
    assert result.exit_code == 1, result.output
    return json.loads(result.stdout)


def told(report: Any) -> list[tuple[str, str, str, str]]:
    return sorted(
        (fault["page"], fault["position"], fault["url"], fault["kind"])
        for fault in report["faults"]
    )


# The app is asked for a path with its prefix twice, as a browser would.
@pytest.mark.warns
def test_it_finds_the_faults_of_each_kind_of_text(root: str) -> None:
    found = told(run("--url", f"{root}/svc/", "--json"))
    assert [(page.removeprefix("/svc"), *rest) for page, *rest in found] == FAULTS


def test_the_same_is_found_from_inside() -> None:
    # This module has it as a template.
    written = "/svc{{ url_for('about') }}"
    found = told(run("--json"))
    assert [
        (page, position, url.replace(written, "/svc/svc/about"), kind)
        for page, position, url, kind in found
    ] == FAULTS
