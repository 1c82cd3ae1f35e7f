"""Frozen-Flask: files that were made of an app, where another server has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from weakref import finalize

from flask import Blueprint, Flask, redirect, render_template_string, url_for
from flask_frozen import Freezer
from werkzeug.wrappers import Response

from flask_prefix_urls import prefix_of

from ..library import Library, SetUp, Way
from ..person import Person

PAGE = """
    <!doctype html>
    <link rel="stylesheet" href="{{ url_for('static', filename='style.css') }}">
    <h1>{{ title }}</h1>
    <a href="{{ url_for('pages.index') }}">Home</a>
    <a href="{{ url_for('pages.note', name='salt') }}">Salt</a>
    <a href="{{ url_for('pages.latest', _external=True) }}">Latest</a>
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask(__name__, static_folder="assets", static_url_path="/static")
    set_up.first(app)
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def index() -> str:
        return render_template_string(PAGE, title="Notes")

    @pages.get("/notes/<name>/")
    def note(name: str) -> str:
        return render_template_string(PAGE, title=name)

    @pages.get("/latest/")
    def latest() -> Response:
        return redirect(url_for("pages.note", name="water"))

    app.register_blueprint(pages)
    folder = mkdtemp()
    app.config["FREEZER_DESTINATION"] = folder
    freezer = Freezer(app)
    set_up.last(app)
    if set_up.line:
        app.config["FREEZER_BASE_URL"] = f"https://example.com{prefix_of(app)}"

    @freezer.register_generator
    def notes() -> Iterator[tuple[str, dict[str, Any]]]:
        yield "pages.note", {"name": "bread"}

    if not set_up.line:
        # It asks for paths with the prefix, which the package warns of.
        app.logger.getChild("prefix_urls").setLevel("ERROR")
    # Then it stops at the first page.
    with suppress(ValueError):
        freezer.freeze()
    frozen = freezer.make_static_app()
    finalize(frozen, rmtree, folder)
    return frozen


def use(person: Person) -> None:
    person.open("/")
    assert "Notes" in person.text
    latest = person.browser.page.find("a", string="Latest")["href"]
    assert latest == f"https://example.com{person.prefix}/latest/"
    person.follow("Salt")
    assert person.path == f"{person.prefix}/notes/salt/"
    assert "salt" in person.text
    for name in ("bread", "water"):
        person.open(f"/notes/{name}/")
    person.open("/latest/")
    assert "water" in person.text


LIBRARY = Library(
    "Frozen-Flask",
    make_app,
    use,
    line='app.config["FREEZER_BASE_URL"] = f"https://example.com{prefix_of(app)}"',
    faults={
        Way.WITHOUT_LINE: "/svc/ answers 404",
        Way.PROXY_FIX: "/svc/ refers to /static/style.css, which has no prefix",
    },
    note="Without the line, freezing stops at a 404. With `FREEZER_RELATIVE_URLS`,"
    " freeze inside of `unprefixed()` instead.",
)
