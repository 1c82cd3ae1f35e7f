"""Flask-Session: a session that stays on the server, and its cookie."""

from __future__ import annotations

from tempfile import TemporaryDirectory

from cachelib import FileSystemCache
from flask import (
    Blueprint,
    Flask,
    redirect,
    render_template_string,
    request,
    session,
    url_for,
)
from flask_session import Session
from werkzeug.wrappers import Response

from flask_prefix_urls import prefix_of

from ..library import Library, SetUp, Way
from ..person import Person

PAGE = """
    <!doctype html>
    <form method="post" action="{{ url_for('pages.add') }}">
        <input name="item"><input type="submit">
    </form>
    <p>Basket: {{ session.items_of_basket|join(", ") or "empty" }}</p>
    <a href="{{ url_for('pages.clear') }}">Clear</a>
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    folder = set_up.stack.enter_context(TemporaryDirectory())
    app.config["SESSION_TYPE"] = "cachelib"
    app.config["SESSION_CACHELIB"] = FileSystemCache(folder)
    set_up.first(app)
    Session(app)
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def basket() -> str:
        return render_template_string(PAGE)

    @pages.post("/add")
    def add() -> Response:
        items = session.get("items_of_basket", [])
        session["items_of_basket"] = [*items, request.form["item"]]
        return redirect(url_for("pages.basket"))

    @pages.get("/clear")
    def clear() -> Response:
        session.clear()
        return redirect(url_for("pages.basket"))

    app.register_blueprint(pages)
    set_up.last(app)
    if set_up.line:
        app.config["SESSION_COOKIE_PATH"] = prefix_of(app) or "/"
        # Its blueprint may have a prefix of its own.
        if (own := prefix_of(app, "pages")) != prefix_of(app):
            app.config["SESSION_COOKIE_PATH"] = own
    return app


def use(person: Person) -> None:
    person.open("/")
    person.submit(item="bread")
    person.submit(item="salt")
    assert "Basket: bread, salt" in person.text
    (cookie,) = person.cookies
    assert cookie.path == person.prefix, "the cookie is for other apps"
    person.follow("Clear")
    assert person.path == f"{person.prefix}/"
    assert "Basket: empty" in person.text


LIBRARY = Library(
    "Flask-Session",
    make_app,
    use,
    blueprints=("pages",),
    line='app.config["SESSION_COOKIE_PATH"] = prefix_of(app) or "/"',
    faults={
        Way.WITHOUT_LINE: "the cookie is for other apps",
        Way.PROXY_FIX: "the cookie is for other apps",
    },
    note="`cookie_path=True` does it, too, if `PrefixURLs` comes last.",
)
