"""Flask-Login: a page that needs a user, ``next``, and the cookie that remembers."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template_string, request, url_for
from flask_login import (
    LoginManager,
    UserMixin,
    login_required,
    login_user,
    logout_user,
)
from werkzeug.wrappers import Response

from flask_prefix_urls import prefix_of

from ..library import Library, SetUp, Way
from ..person import Person

PAGE = """
    <!doctype html>
    <a href="{{ url_for('pages.private') }}">Private</a>
    <a href="{{ url_for('pages.logout') }}">Log out</a>
    {% if form %}
    <form method="post" action="{{ url_for('pages.login', next=request.args.next) }}">
        <input name="name"><input type="submit">
    </form>
    {% endif %}
    <p>{{ current_user.id or "nobody" }}</p>
"""


class User(UserMixin):
    def __init__(self, name: str) -> None:
        self.id = name


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.secret_key = "a key"
    set_up.first(app)
    manager = LoginManager(app)
    manager.login_view = "pages.login"
    manager.user_loader(User)
    pages = Blueprint("pages", __name__)

    @pages.get("/private")
    @login_required
    def private() -> str:
        return render_template_string(PAGE)

    @pages.route("/login", methods=["GET", "POST"])
    def login() -> str | Response:
        if request.method == "GET":
            return render_template_string(PAGE, form=True)
        login_user(User(request.form["name"]), remember=True)
        return redirect(request.args["next"])

    @pages.get("/logout")
    def logout() -> Response:
        logout_user()
        return redirect(url_for("pages.login"))

    app.register_blueprint(pages)
    set_up.last(app)
    if set_up.line:
        app.config["REMEMBER_COOKIE_PATH"] = prefix_of(app) or "/"
        # Its blueprint may have a prefix of its own.
        if (own := prefix_of(app, "pages")) != prefix_of(app):
            app.config["REMEMBER_COOKIE_PATH"] = own
    return app


def use(person: Person) -> None:
    person.open("/private")
    assert person.path.startswith(f"{person.prefix}/login?next=%2F")
    person.submit(name="Ada")
    assert person.path == f"{person.prefix}/private"
    assert "Ada" in person.text
    remembered = {cookie.name: cookie.path for cookie in person.cookies}
    assert remembered["remember_token"] == person.prefix, "the cookie is for other apps"
    # Who closes the browser loses the session, and is remembered.
    person.cookies.clear("127.0.0.1", "/", "session")
    person.open("/private")
    assert "Ada" in person.text
    person.follow("Log out")
    assert person.path == f"{person.prefix}/login"
    assert "nobody" in person.text


LIBRARY = Library(
    "Flask-Login",
    make_app,
    use,
    blueprints=("pages",),
    line='app.config["REMEMBER_COOKIE_PATH"] = prefix_of(app) or "/"',
    faults={
        Way.WITHOUT_LINE: "the cookie is for other apps",
        Way.PROXY_FIX: "the cookie is for other apps",
    },
    note="Without the line, two apps on one host share the cookie.",
)
