"""Whole checks of small apps, whose files are written in the way of other libraries."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import pytest

from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.check import check_app
from flask_prefix_urls.check.texts.reference import HOLE

TOP = """\
from pathlib import Path
from flask import *
app = Flask(__name__)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose package ``shop`` can be imported."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for name in [*sys.modules]:
        if name.partition(".")[0] == "shop":
            del sys.modules[name]


def found_in(folder: Path, code: str, files: dict[str, str]) -> list[str]:
    """Return the faults of an app, as lines of a report."""
    package = {"__init__.py": TOP + dedent(code), **files}
    for name, text in package.items():
        path = folder / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    app = import_module("shop").app
    PrefixURLs(app, "/svc")
    return [
        f"{'?' if place is None else f'{place.file}:{place.line}:{place.column}'}"
        f" {fault.url} {fault.kind} {fault.endpoint} on {fault.count}"
        for fault in check_app(app).faults
        for place in [fault.source]
    ]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("render_template('./index.html')", id="another name of a file"),
        pytest.param(
            "Path('shop/templates/index.html').read_text()",
            id="a template that is sent",
        ),
    ],
)
def test_a_place_is_told_once(folder: Path, answer: str) -> None:
    code = f"""
        @app.get("/")
        def index():
            return {answer}
        """
    files = {"templates/index.html": '<p>\n<a href="/">Home</a>'}
    assert found_in(folder, code, files) == [
        "shop/templates/index.html:2:10 / no-prefix index on 1"
    ]


POSTS = """
    @app.get("/")
    def index():
        return "<script src=static/app.js></script>"

    @app.get("/<kind>/<number>")
    def item(kind, number):
        return "" if (kind, number) == ("posts", "1") else abort(404)
    """


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ('a.href = "/posts/" + id', "/posts/@"),
        ("location.href = `/posts/1?a=${a}`", "/posts/1?a=@"),
        ('a.href = "/users/" + id', None),
        ('f("/posts/" + id)', None),
    ],
)
def test_a_route_that_fits_everything_is_asked_for_the_first_row(
    folder: Path, script: str, found: str | None
) -> None:
    told = found_in(folder, POSTS, {"static/app.js": script})
    urls = [line.split()[1].replace(HOLE, "@") for line in told]
    assert urls == ([] if found is None else [found])


def test_a_route_of_a_script_is_no_fault_in_its_free_text(folder: Path) -> None:
    script = """\
        $routeProvider.when("/login", {templateUrl: "login.html"});
        go("/login"); go("/about"); location.href = "/login";
        """
    code = """
        @app.get("/login")
        def login():
            return "<script src=static/app.js></script>"

        @app.get("/about")
        def about():
            return ""
        """
    assert found_in(folder, code, {"static/app.js": dedent(script)}) == [
        "shop/static/app.js:2:19 /about no-prefix about on 1",
        "shop/static/app.js:2:46 /login no-prefix login on 1",
    ]
