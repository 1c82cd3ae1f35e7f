"""Flask-Limiter: limits of a route, of a blueprint and of all, and their headers."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template_string, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from ..library import Library, SetUp
from ..person import Person

PAGE = """
    <!doctype html>
    <p>{{ message }}</p>
    <a href="{{ url_for('pages.login') }}">Log in</a>
    <a href="{{ url_for('pages.index') }}">Home</a>
    <form method="post"><input name="password"><input type="submit"></form>
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    set_up.first(app)
    limiter = Limiter(
        get_remote_address,
        app=app,
        default_limits=["100/minute"],
        storage_uri="memory://",
        headers_enabled=True,
    )
    pages = Blueprint("pages", __name__)
    api = Blueprint("api", __name__, url_prefix="/api")

    @pages.get("/")
    def index() -> str:
        return render_template_string(PAGE, message="Hello")

    @pages.route("/login", methods=["GET", "POST"])
    @limiter.limit("2/minute", methods=["POST"])
    def login() -> str | Response:
        if request.form.get("password") == "a password":
            return redirect(url_for("pages.index"))
        return render_template_string(PAGE, message="The password?")

    @pages.get("/health")
    @limiter.exempt
    def health() -> str:
        return "ok"

    @api.get("/items/")
    def items() -> list[str]:
        return [url_for("api.item", number=1)]

    @api.get("/items/<int:number>")
    def item(number: int) -> dict[str, int]:
        return {"number": number}

    @app.errorhandler(429)
    def too_many(error: TooManyRequests) -> tuple[str, int]:
        return render_template_string(PAGE, message=f"Only {error.description}"), 429

    # Each route of it has a limit of its own.
    limiter.limit("1/minute")(api)
    app.register_blueprint(pages)
    app.register_blueprint(api)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    person.open("/login")
    assert person.answer.headers["X-RateLimit-Limit"] == "100"
    person.submit(password="a word")
    assert "The password?" in person.text
    assert person.answer.headers["X-RateLimit-Remaining"] == "1"
    person.submit(password="a password")
    assert person.path == f"{person.prefix}/"
    person.follow("Log in")
    person.submit(password="a password", status=429)
    assert "Only 2 per 1 minute" in person.text
    assert 0 < int(person.answer.headers["Retry-After"]) <= 60
    person.follow("Home")
    assert "Hello" in person.text
    # The router's redirect is no request of a route.
    (item,) = person.send("GET", "/api/items").json()
    person.send("GET", "/api/items/", 429)
    assert person.send("GET", person.root + item).json() == {"number": 1}
    person.send("GET", person.root + item, 429)
    assert "X-RateLimit-Limit" not in person.send("GET", "/health").headers


LIBRARY = Library("Flask-Limiter", make_app, use, blueprints=("pages", "api"))
