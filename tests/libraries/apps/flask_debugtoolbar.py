"""Flask-DebugToolbar: its panels, and the page that stops a redirect."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template_string, url_for
from flask_debugtoolbar import DebugToolbarExtension
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text
from werkzeug.wrappers import Response

from ..library import Library, SetUp
from ..person import Person

PAGE = """
    <!doctype html>
    <title>Notes</title>
    <body>
        <h1>{{ title }}</h1>
        <a href="{{ url_for('pages.old') }}">Old address</a>
    </body>
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.debug = True
    app.config["SECRET_KEY"] = "a key"
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    app.config["SQLALCHEMY_RECORD_QUERIES"] = True
    set_up.first(app)
    db = SQLAlchemy(app)
    DebugToolbarExtension(app)
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def index() -> str:
        title = db.session.scalar(text("SELECT 'Notes'"))
        return render_template_string(PAGE, title=title)

    @pages.get("/old")
    def old() -> Response:
        return redirect(url_for("pages.index"))

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    person.open("/")
    # The link that runs the query again.
    assert "SELECT" in [
        a.text for a in person.browser.page.select(".flDebugRemoteCall")
    ]
    person.follow("Old address")
    assert "Redirect (302)" in person.text
    person.follow(person.prefix)
    assert person.path == f"{person.prefix}/"
    with person.chromium("/") as driver:
        panel = driver.find_element("class name", "flDebugSQLAlchemyPanel")
        panel.click()
        content = driver.find_element("id", "flDebugSQLAlchemyPanel-content")
        person.wait(driver, lambda _: content.is_displayed())
        assert "SELECT 'Notes'" in content.text


LIBRARY = Library(
    "Flask-DebugToolbar",
    make_app,
    use,
    blueprints=("pages",),
    note="The template editor, which `DEBUG_TB_TEMPLATE_EDITOR_ENABLED` turns on, has a"
    " link without a prefix.",
)
