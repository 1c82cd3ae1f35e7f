"""Whole checks of small apps, whose files are written in the way of other libraries."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from time import monotonic
from typing import Any

import pytest
from flask import Flask

from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.check.inspection import check_app
from flask_prefix_urls.check.limits import Limits
from flask_prefix_urls.check.page import Walk
from flask_prefix_urls.check.texts.reference import HOLE
from flask_prefix_urls.check.verdicts.judge import Judge
from flask_prefix_urls.check.walk.confirming import statuses_of

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


def found_in(
    folder: Path,
    code: str,
    files: dict[str, str],
    prefix: Any = "/svc",
    limits: Limits | None = None,
) -> list[str]:
    """Return the faults of an app, as lines of a report."""
    package = {"__init__.py": TOP + dedent(code), **files}
    for name, text in package.items():
        path = folder / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    app = import_module("shop").app
    PrefixURLs(app, prefix)
    return [
        f"{'?' if place is None else f'{place.file}:{place.line}:{place.column}'}"
        f" {fault.url} {fault.kind} {fault.endpoint} on {fault.count}"
        for fault in check_app(app, limits).faults
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


def test_a_file_that_has_only_the_name_of_a_page_is_left_alone(folder: Path) -> None:
    code = """
        @app.get("/page.html")
        def page():
            return '<a href="/page.html">'
        """
    files = {"page.html": '<p><a href="/page.html">'}
    assert found_in(folder, code, files) == [
        "shop/__init__.py:7:22 /page.html no-prefix page on 1"
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


INDEX = """
    @app.get("/")
    def index():
        return render_template("index.html")

    @app.get("/later")
    def later():
        return ""
    """


@pytest.mark.parametrize(
    ("page", "found"),
    [
        pytest.param(
            '<base href="/"><a href="later">',
            ["1:13 / no-prefix index on 1"],
            id="what is joined to a wrong base",
        ),
        pytest.param(
            '<base href="/svc/"><a href="later">',
            [],
            id="what is joined to a right one",
        ),
        pytest.param(
            """<a href="{{ url_for('later', _prefix='') }}">""",
            [],
            id="a prefix that was chosen",
        ),
    ],
)
def test_the_cause_is_told_alone(folder: Path, page: str, found: list[str]) -> None:
    told = found_in(folder, INDEX, {"templates/index.html": page})
    assert told == [f"shop/templates/index.html:{line}" for line in found]


def test_a_source_has_the_prefix_that_a_function_gave_to_pages(folder: Path) -> None:
    files = {
        "templates/index.html": "{% if x %}<a href=/later>{% endif %}"
        "{% if y %}<a href=/svc/later>{% endif %}"
    }
    assert found_in(folder, INDEX, files, prefix=lambda: "/svc") == [
        "shop/templates/index.html:1:19 /later no-prefix later on 0"
    ]


def test_places_that_write_the_same_are_all_told(folder: Path) -> None:
    code = """
        class A:
            scripts = ["/later/" + name for name in ("a", "b")]

        class B:
            scripts = ["/later/a"]

        @app.get("/")
        def index():
            return f"<script src={A.scripts[0]}></script>"

        @app.get("/later/<name>")
        def later(name):
            return ""
        """
    assert [line.replace(HOLE, "@") for line in found_in(folder, code, {})] == [
        "shop/__init__.py:6:17 /later/@ no-prefix later on 1",
        "shop/__init__.py:9:17 /later/a no-prefix later on 1",
    ]


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        pytest.param(Limits(max_pages=2), 0, id="the walk ends early"),
        pytest.param(Limits(max_pages=4), 0, id="nothing is left after the walk"),
        pytest.param(Limits(exclude=("^/posts/1$",)), 0, id="it is excluded"),
        pytest.param(Limits(max_pages=9), 2, id="one request proves two"),
    ],
)
def test_what_is_not_asked_proves_nothing(
    folder: Path, limits: Limits, found: int
) -> None:
    files = {"static/app.js": "a.href = `/posts/${b}`; c.href = `/posts/${d}`"}
    assert len(found_in(folder, POSTS, files, limits=limits)) == found


@pytest.mark.parametrize(("seconds", "asked"), [(0, {}), (60, {"/later": 200})])
def test_nothing_is_asked_when_the_time_is_over(
    app: Flask, seconds: float, asked: dict[str, int]
) -> None:
    app.add_url_rule("/later", view_func=lambda: "")
    deadline = monotonic() + seconds
    walked = Walk((), ())
    judge = Judge(app)
    assert statuses_of(app, judge, Limits(), deadline, walked, ["/later"]) == asked


@pytest.mark.parametrize(
    ("page", "found"),
    [
        pytest.param(
            """<a id="x" href="/{{ 'svc/later' }}">""", [], id="what comes out right"
        ),
        pytest.param(
            """<a href="/svc{{ '/svc' }}/later">""",
            [
                "shop/templates/index.html:1:10 /svc@/later prefix-twice later on 1",
            ],
            id="a prefix in code",
        ),
        pytest.param(
            """{% if x %}<a id="x" href="{{ x }}">{% endif %}
            <a id="x" href="{{ "/" ~ "later" }}">""",
            ["? /later no-prefix later on 1"],
            id="several expressions",
        ),
    ],
)
def test_what_a_page_shows_counts(folder: Path, page: str, found: list[str]) -> None:
    told = found_in(folder, INDEX, {"templates/index.html": page})
    assert [line.replace(HOLE, "@") for line in told] == found
