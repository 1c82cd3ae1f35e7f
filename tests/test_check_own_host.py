"""URLs that begin with the host of the request, which has no prefix."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask

from flask_prefix_urls.check.inspection import check_app
from flask_prefix_urls.check.patch import patch
from flask_prefix_urls.check.sentences import url_of

APP = """\
from flask import Blueprint, Flask, jsonify, redirect, render_template, request
from flask_prefix_urls import PrefixURLs

app = Flask(__name__)


@app.post("/shorten")
def shorten():
    code = request.form["code"]
    return {code}


@app.get("/")
def index():
    return render_template("index.html")


@app.get("/items/<int:id>")
def item(id):
    return ""


@app.get("/<code>")
def go(code):
    return redirect("https://example.com/" + code)


app.register_blueprint(Blueprint("admin", __name__, url_prefix="/admin"))
PrefixURLs(app, {prefix})
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose module can be imported."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "templates").mkdir()
    yield tmp_path
    sys.modules.pop("shortener", None)


def app_of(
    folder: Path, code: str = '""', template: str = "", prefix: str = '"/svc"'
) -> Flask:
    (folder / "templates" / "index.html").write_text(template, "utf-8")
    module = APP.replace("{code}", code).replace("{prefix}", prefix)
    (folder / "shortener.py").write_text(module, "utf-8")
    app = import_module("shortener").app
    assert isinstance(app, Flask)
    return app


def found(app: Flask) -> list[tuple[str, int, str, str]]:
    return [
        (
            fault.source.file if fault.source else "",
            fault.source.line if fault.source else 0,
            url_of(fault),
            fault.suggestion,
        )
        for fault in check_app(app).faults
    ]


ROOT = "request.root_url in place of request.host_url"
ITEM = 'url_for("item", id=1, _external=True)'


@pytest.mark.parametrize(
    ("code", "url", "suggestion"),
    [
        (
            "jsonify(url=request.host_url + code)",
            "{request.host_url}{code}",
            ROOT,
        ),
        (
            "jsonify(url=request. host_url + code)",
            "{request.host_url}{code}",
            ROOT,
        ),
        (
            'jsonify({"url": f"{request.host_url}{code}"})',
            "{request.host_url}{code}",
            ROOT,
        ),
        (
            'jsonify(url=request.host_url + "items/1")',
            "{request.host_url}items/1",
            ITEM,
        ),
        (
            "jsonify(url=request.host_url.rstrip('/') + \"/items/1\")",
            "{request.host_url.rstrip('/')}/items/1",
            ITEM,
        ),
        (
            'redirect(request.host_url + "items/1")',
            "{request.host_url}items/1",
            ITEM,
        ),
        (
            "redirect(request.host_url)",
            "{request.host_url}",
            'url_for("index", _external=True)',
        ),
        (
            'render_template("index.html", url=request.host_url + code)',
            "{request.host_url}{code}",
            ROOT,
        ),
    ],
    ids=[
        "JSON",
        "written otherwise",
        "f-string",
        "a route with a name",
        "without its slash",
        "redirect",
        "alone",
        "a variable of a template",
    ],
)
def test_a_module_wrote_it(folder: Path, code: str, url: str, suggestion: str) -> None:
    """No walk sees it: it is an answer to POST."""
    assert found(app_of(folder, code)) == [("shortener.py", 10, url, suggestion)]


@pytest.mark.parametrize(
    "code",
    [
        "jsonify(url=request.root_url + code)",
        'jsonify(url=request.url_root + "items/1")',
        'render_template("index.html", host=request.host_url)',
        'jsonify(host=request.host_url, text=request.host_url + " is my name")',
        'jsonify(is_own=code.startswith(request.host_url + "items/1"))',
        'redirect(code + "items/1")',
    ],
    ids=["root_url", "url_root", "the host", "prose", "compared", "another"],
)
def test_what_is_right_or_no_url_is_left_alone(folder: Path, code: str) -> None:
    assert found(app_of(folder, code)) == []


def test_a_template_wrote_it(folder: Path) -> None:
    """The same path behind ``url_root`` is right, and is not taken for it."""
    names = ("url_root", "host_url", "host_url", "url_root")
    links = (f'<a href="{{{{ request.{name} }}}}items/1">x</a>' for name in names)
    template = "<p>x</p>\n".join(["", *(f"<p>{link}</p>" for link in links), ""])
    words = "{{ url_for('item', id=1, _external=True) }}"
    url = "http://localhost/items/1"
    assert found(app_of(folder, template=template)) == [
        ("templates/index.html", line, url, words) for line in (3, 4)
    ]


def test_a_patch_puts_the_root_in_its_place(folder: Path) -> None:
    """Then each endpoint has the prefix of the app."""
    app = app_of(
        folder,
        "jsonify(url=request.host_url + code)",
        '<a href="{{ request.host_url }}{{ request.args.code }}">x</a>',
    )
    text = patch(check_app(app).faults)
    assert "+    return jsonify(url=request.root_url + code)\n" in text
    assert '+<a href="{{ request.root_url }}{{ request.args.code }}">x</a>' in text


def test_the_root_of_a_blueprint_is_another(folder: Path) -> None:
    """Nobody knows which endpoint the URL is for."""
    app = app_of(
        folder,
        "jsonify(url=request.host_url + code)",
        prefix='"/svc", blueprints={"admin": "/b"}',
    )
    url = "{request.host_url}{code}"
    assert found(app) == [("shortener.py", 10, url, "")]
