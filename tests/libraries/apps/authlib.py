"""Authlib: a login with another site, which sends the browser back to the app."""

from __future__ import annotations

from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, redirect, render_template_string, session, url_for
from werkzeug.wrappers import Response

from demo.servers import running

from ..library import Library, SetUp
from ..person import Person
from ..provider import make_provider

PAGE = """
    <!doctype html>
    <p>{{ user.name or "nobody" }}</p>
    <a href="{{ url_for('pages.login') }}">Log in</a>
    <a href="{{ url_for('pages.logout') }}">Log out</a>
"""


def make_app(set_up: SetUp) -> Flask:
    provider = set_up.stack.enter_context(running(make_provider()))
    app = Flask("library")
    app.secret_key = "a key"
    set_up.first(app)
    oauth = OAuth(app)
    oauth.register(
        "provider",
        client_id="app",
        client_secret="a secret",
        authorize_url=f"{provider}/authorize",
        access_token_url=f"{provider}/token",
        api_base_url=f"{provider}/",
    )
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def home() -> str:
        return render_template_string(PAGE, user=session.get("user"))

    @pages.get("/login")
    def login() -> Response:
        redirect_uri = url_for("pages.authorize", _external=True)
        return oauth.provider.authorize_redirect(redirect_uri)

    @pages.get("/authorize")
    def authorize() -> Response:
        oauth.provider.authorize_access_token()
        session["user"] = oauth.provider.get("user").json()
        return redirect(url_for("pages.home"))

    @pages.get("/logout")
    def logout() -> Response:
        session.pop("user")
        return redirect(url_for("pages.home"))

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    person.open("/")
    person.follow("Log in")
    assert person.path == f"{person.prefix}/"
    assert "Ada's" in person.text
    person.follow("Log out")
    assert "nobody" in person.text


LIBRARY = Library("Authlib", make_app, use, blueprints=("pages",))
