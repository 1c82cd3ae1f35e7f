"""Flask-Babel: a language in each URL, and a form that changes it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import (
    Blueprint,
    Flask,
    g,
    redirect,
    render_template_string,
    request,
    session,
    url_for,
)
from flask_babel import Babel, format_date
from werkzeug.wrappers import Response

from ..library import Library, SetUp
from ..person import Person

PAGE = """
    <!doctype html>
    <p>{{ today }}</p>
    <a href="{{ url_for('pages.day', number=number + 1) }}">+1</a>
    <a href="{{ url_for('pages.day', number=number, language='de') }}">Deutsch</a>
    <form method="post" action="{{ url_for('pages.choose') }}">
        <select name="language"><option>en<option>de<option>fr</select>
        <input name="back" type="hidden" value="{{ request.url }}">
    </form>
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.secret_key = "a key"
    set_up.first(app)
    pages = Blueprint("pages", __name__)

    def language() -> str:
        return str(g.get("language") or session.get("language", "en"))

    Babel(app, locale_selector=language)

    @app.url_value_preprocessor
    def take_language(_: str | None, values: dict[str, Any] | None) -> None:
        g.language = values.pop("language", None) if values else None

    @app.url_defaults
    def give_language(endpoint: str, values: dict[str, Any]) -> None:
        if app.url_map.is_endpoint_expecting(endpoint, "language"):
            values.setdefault("language", g.language)

    @pages.get("/<int:number>/", defaults={"language": None})
    @pages.get("/<language>/<int:number>/")
    def day(number: int) -> str:
        today = format_date(date(2026, 1, number), "full")
        return render_template_string(PAGE, today=today, number=number)

    @pages.post("/language")
    def choose() -> Response:
        session["language"] = request.form["language"]
        return redirect(request.form["back"])

    @pages.get("/")
    def index() -> Response:
        return redirect(url_for("pages.day", number=1, language=language()))

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    person.open("/")
    assert person.path == f"{person.prefix}/en/1/"
    assert "Thursday, January 1" in person.text
    person.follow("Deutsch")
    person.follow("+1")
    assert person.path == f"{person.prefix}/de/2/"
    assert "Freitag, 2. Januar" in person.text
    # The slash at the end is the router's.
    person.open("/3")
    assert person.path == f"{person.prefix}/3/"
    assert "Saturday, January 3" in person.text
    person.submit(language="fr")
    assert person.path == f"{person.prefix}/3/"
    assert "samedi 3 janvier" in person.text


LIBRARY = Library("Flask-Babel", make_app, use, blueprints=("pages",))
