"""Flask-CORS: what scripts of another site may ask, decided by paths."""

from __future__ import annotations

from flask import Blueprint, Flask, jsonify, redirect, session, url_for
from flask_cors import CORS, cross_origin
from werkzeug.wrappers import Response

from ..library import Library, SetUp
from ..person import Person

SITE = "https://example.com"
ALLOWED = "Access-Control-Allow-Origin"


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.secret_key = "a key"
    set_up.first(app)
    CORS(app, resources={r"/api/*": {"origins": SITE, "supports_credentials": True}})
    pages = Blueprint("pages", __name__)

    @pages.route("/api/visits/", methods=["GET", "PUT"])
    def visits() -> Response:
        session["visits"] = session.get("visits", 0) + 1
        return jsonify(number=session["visits"], here=url_for("pages.visits"))

    @pages.get("/api/old")
    def old() -> Response:
        return redirect(url_for("pages.visits"))

    @pages.get("/open")
    @cross_origin()
    def for_all() -> Response:
        return jsonify(visits=url_for("pages.visits", _external=True))

    @pages.get("/own")
    def for_own_pages() -> Response:
        return jsonify(visits=url_for("pages.visits"))

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    origin = {"Origin": SITE}
    asked = origin | {"Access-Control-Request-Method": "PUT"}
    preflight = person.send("OPTIONS", "/api/visits/", headers=asked)
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
    # The router adds the slash, and its redirect may be read, too.
    for path in ("/api/visits", "/api/old"):
        answer = person.send("GET", path, headers=origin)
        assert answer.url == person.url("/api/visits/")
        for each in (answer, *answer.history):
            assert each.headers[ALLOWED] == SITE
            assert each.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.json() == {"number": 2, "here": f"{person.prefix}/api/visits/"}
    other = {"Origin": "https://other.com"}
    assert ALLOWED not in person.send("GET", "/api/visits/", headers=other).headers
    opened = person.send("GET", "/open", headers=other)
    assert opened.headers[ALLOWED] == "https://other.com"
    assert opened.json()["visits"] == person.url("/api/visits/")
    assert ALLOWED not in person.send("GET", "/own", headers=origin).headers


LIBRARY = Library("flask-cors", make_app, use, blueprints=("pages",))
