"""Flask-Principal: a page that needs a role, and the way back from the login."""

from __future__ import annotations

from flask import (
    Blueprint,
    Flask,
    current_app,
    redirect,
    render_template_string,
    request,
    session,
    url_for,
)
from flask_principal import (
    AnonymousIdentity,
    Identity,
    Permission,
    PermissionDenied,
    Principal,
    RoleNeed,
    identity_changed,
    identity_loaded,
)
from werkzeug.wrappers import Response

from ..library import Library, SetUp
from ..person import Person

PAGE = """
    <!doctype html>
    <p>{{ g.identity.id or "nobody" }}</p>
    <a href="{{ url_for('pages.admin') }}">Admin</a>
    <a href="{{ url_for('pages.logout') }}">Log out</a>
    <form method="post" action="{{ url_for('pages.login') }}">
        <input name="name"><input type="submit">
    </form>
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.secret_key = "a key"
    set_up.first(app)
    Principal(app)
    pages = Blueprint("pages", __name__)

    @identity_loaded.connect_via(app)
    def load_roles(_: Flask, identity: Identity) -> None:
        if identity.id == "Ada":
            identity.provides.add(RoleNeed("admin"))

    @pages.errorhandler(PermissionDenied)
    def denied(_: PermissionDenied) -> Response:
        session["redirected_from"] = request.url
        return redirect(url_for("pages.login"))

    @pages.get("/admin")
    @Permission(RoleNeed("admin")).require()
    def admin() -> str:
        return render_template_string(PAGE)

    @pages.route("/login", methods=["GET", "POST"])
    def login() -> str | Response:
        if request.method == "GET":
            return render_template_string(PAGE)
        app = current_app._get_current_object()
        identity_changed.send(app, identity=Identity(request.form["name"]))
        return redirect(session.pop("redirected_from"))

    @pages.get("/logout")
    def logout() -> Response:
        for key in ("identity.id", "identity.auth_type"):
            session.pop(key, None)
        app = current_app._get_current_object()
        identity_changed.send(app, identity=AnonymousIdentity())
        return redirect(url_for("pages.login"))

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    person.open("/admin")
    assert person.path == f"{person.prefix}/login"
    person.submit(name="Eve")
    # Eve may not, and is sent back.
    assert person.path == f"{person.prefix}/login"
    assert "Eve" in person.text
    person.submit(name="Ada")
    assert person.path == f"{person.prefix}/admin"
    assert "Ada" in person.text
    person.follow("Log out")
    assert "nobody" in person.text


LIBRARY = Library("Flask-Principal", make_app, use, blueprints=("pages",))
