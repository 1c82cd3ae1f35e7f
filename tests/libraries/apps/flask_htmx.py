"""Flask-HTMX: parts of pages, and the headers that lead to other pages."""

from __future__ import annotations

from pathlib import Path

import js_lib_htmx
from flask import Blueprint, Flask, render_template_string, request, url_for
from flask_htmx import HTMX, make_response
from werkzeug.wrappers import Response

from ..library import Library, SetUp
from ..person import Person

LAYOUT = """
    <!doctype html>
    <script src="{{ url_for('static', filename='htmx.min.js') }}"></script>
    <main>{{ part|safe }}</main>
"""
PART = """
    {% for note in notes %}<p>{{ note }}</p>{% endfor %}
    <form hx-post="{{ url_for('pages.add') }}" hx-target="main">
        <input name="note">
    </form>
    <button hx-get="{{ url_for('pages.index', all=1) }}" hx-target="main"
        hx-push-url="true">All</button>
    <button hx-delete="{{ url_for('pages.close') }}">Close</button>
    <a href="{{ url_for('pages.leave') }}" hx-boost="true">Leave</a>
    <i>{{ htmx.current_url }}</i>
"""


def make_app(set_up: SetUp) -> Flask:
    scripts = Path(js_lib_htmx.__file__).parent / "static" / "htmx"
    app = Flask("library", static_folder=scripts)
    set_up.first(app)
    htmx = HTMX(app)
    pages = Blueprint("pages", __name__)
    notes = ["Water", "Bread", "Salt"]

    def part(*notes: str) -> str:
        return render_template_string(PART, notes=notes)

    @pages.get("/")
    def index() -> str:
        shown = part(*(notes if "all" in request.args else notes[-2:]))
        return shown if htmx else render_template_string(LAYOUT, part=shown)

    @pages.post("/add")
    def add() -> Response:
        notes.append(request.form["note"])
        return make_response(part(*notes), push_url=url_for("pages.index", all=1))

    @pages.get("/leave")
    def leave() -> Response:
        return make_response(location=url_for("pages.left"))

    @pages.delete("/close")
    def close() -> Response:
        return make_response(redirect=url_for("pages.left", _external=True))

    @pages.get("/left")
    def left() -> str:
        return render_template_string(LAYOUT, part="You left.")

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    def wait_for(words: str) -> None:
        person.wait(driver, lambda driver: words in driver.page_source)

    with person.chromium("/") as driver:
        driver.find_element("xpath", "//button[text()='All']").click()
        wait_for("Water")
        assert driver.current_url == person.url("/?all=1")
        assert driver.find_element("tag name", "i").text == person.url("/")
        driver.find_element("name", "note").send_keys("Oil\n")
        wait_for("Oil")
        assert driver.current_url == person.url("/?all=1")
        driver.find_element("link text", "Leave").click()
        wait_for("You left.")
        assert driver.current_url == person.url("/left")
    with person.chromium("/") as driver:
        driver.find_element("xpath", "//button[text()='Close']").click()
        wait_for("You left.")
        assert driver.current_url == person.url("/left")


LIBRARY = Library("Flask-HTMX", make_app, use, blueprints=("pages",))
