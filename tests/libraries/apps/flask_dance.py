"""Flask-Dance: a login with another site, by a blueprint of its own."""

from __future__ import annotations

import os
from unittest.mock import patch

from flask import Blueprint, Flask, redirect, render_template_string, session, url_for
from flask_dance.consumer import OAuth2ConsumerBlueprint
from werkzeug.wrappers import Response

from demo.servers import running

from ..library import Library, SetUp, Way
from ..person import Person
from ..provider import make_provider

PAGE = """
    <!doctype html>
    <p>{{ name }}</p>
    <a href="{{ url_for('provider.login') }}">Log in</a>
    <a href="{{ url_for('pages.logout') }}">Log out</a>
"""


def make_app(set_up: SetUp) -> Flask:
    # Without it, oauthlib accepts no provider without https.
    variable = {"OAUTHLIB_INSECURE_TRANSPORT": "1"}
    set_up.stack.enter_context(patch.dict(os.environ, variable))
    root = set_up.stack.enter_context(running(make_provider()))
    app = Flask("library")
    app.secret_key = "a key"
    set_up.first(app)
    provider = OAuth2ConsumerBlueprint(
        "provider",
        __name__,
        client_id="app",
        client_secret="a secret",
        base_url=root,
        authorization_url=f"{root}/authorize",
        token_url=f"{root}/token",
        redirect_to="pages.home" if set_up.line else None,
    )
    app.register_blueprint(provider, url_prefix="/login")
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def home() -> str:
        name = "nobody"
        if provider.session.authorized:
            name = provider.session.get("/user").json()["name"]
        return render_template_string(PAGE, name=name)

    @pages.get("/logout")
    def logout() -> Response:
        session.clear()
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


LIBRARY = Library(
    "Flask-Dance",
    make_app,
    use,
    blueprints=("pages", "provider"),
    line='redirect_to="pages.home"',
    faults=dict.fromkeys(
        (Way.WITHOUT_LINE, Way.PROXY_FIX),
        "/svc/login/provider/authorized refers to /, which has no prefix",
    ),
    note="The line is an argument of the blueprint.",
)
