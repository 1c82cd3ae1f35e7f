"""Flask-Security: register, log in and out, ``next``, a new password by mail."""

from __future__ import annotations

import re

from flask import Blueprint, Flask, current_app, render_template_string
from flask_mailman import Mail
from flask_security import Security, SQLAlchemyUserDatastore, auth_required
from flask_security.models import fsqla_v3
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.pool import StaticPool

from ..library import Library, SetUp, Way
from ..person import Person

PAGE = """
    <!doctype html>
    <p>{{ current_user.email or "nobody" }}</p>
    <a href="{{ url_for('pages.private') }}">Private</a>
    <a href="{{ url_for_security('register') }}">Register</a>
    <a href="{{ url_for_security('login') }}">Log in</a>
    <form method="post" action="{{ url_for_security('logout') }}">
        <input type="submit">
    </form>
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"poolclass": StaticPool}
    app.config["MAIL_BACKEND"] = "locmem"
    app.config["SECURITY_PASSWORD_SALT"] = "salt"
    app.config["SECURITY_REGISTERABLE"] = True
    app.config["SECURITY_RECOVERABLE"] = True
    # There is no network to ask for the host of an address.
    app.config["SECURITY_EMAIL_VALIDATOR_ARGS"] = {"check_deliverability": False}
    # Every other hash is slow, as it should be.
    app.config["SECURITY_PASSWORD_HASH"] = "plaintext"
    app.secret_key = "a key"
    if set_up.line:
        app.config["SECURITY_POST_LOGIN_VIEW"] = "pages.home"
        app.config["SECURITY_POST_LOGOUT_VIEW"] = "pages.home"
        app.config["SECURITY_POST_REGISTER_VIEW"] = "pages.home"
        app.config["SECURITY_POST_VERIFY_VIEW"] = "pages.home"
    set_up.first(app)
    Mail(app)
    db = SQLAlchemy(app)
    fsqla_v3.FsModels.set_db_info(db)

    class Role(db.Model, fsqla_v3.FsRoleMixin):
        pass

    class User(db.Model, fsqla_v3.FsUserMixin):
        pass

    Security(app, SQLAlchemyUserDatastore(db, User, Role))
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def home() -> str:
        return render_template_string(PAGE)

    @pages.get("/private")
    @auth_required()
    def private() -> str:
        return render_template_string(PAGE)

    @pages.get("/mails")
    def mails() -> list[str]:
        return [mail.body for mail in current_app.extensions["mailman"].outbox]

    app.register_blueprint(pages)
    with app.app_context():
        db.create_all()
    set_up.last(app)
    return app


def use(person: Person) -> None:
    ada = {"email": "ada@example.com", "password": "difference engine"}
    person.open("/private")
    assert person.path == f"{person.prefix}/login?next={person.prefix}/private"
    person.follow("Register")
    person.submit("[name=register_user_form]", email="ada", password="pass")
    assert "Invalid email address" in person.text
    person.submit("[name=register_user_form]", **ada, password_confirm=ada["password"])
    assert person.path == f"{person.prefix}/private"
    person.submit()

    person.open("/private")
    person.follow("Forgot password?")
    person.submit("[name=forgot_password_form]", email="ada@example.com")
    mail = person.send("GET", "/mails").json()[-1]
    (link,) = re.findall(r"http\S+/reset/\S+", mail)
    assert link.startswith(person.url("/reset/"))
    person.open(link.removeprefix(person.url("")))
    new = {"password": "analytical engine", "password_confirm": "analytical engine"}
    person.submit("[name=reset_password_form]", **new)
    person.open("/private")
    person.submit("[name=login_user_form]", **ada)
    assert "Invalid password" in person.text
    ada["password"] = new["password"]
    person.submit("[name=login_user_form]", **ada)
    assert person.path == f"{person.prefix}/private"
    person.submit()
    # Without ``next``.
    person.follow("Log in")
    person.submit("[name=login_user_form]", **ada)
    assert person.path == f"{person.prefix}/"
    assert "ada@example.com" in person.text
    person.open("/verify")
    person.submit("[name=verify_form]", password=ada["password"])
    assert person.path == f"{person.prefix}/"
    person.submit()
    person.follow("Register")
    eve = {"email": "eve@example.com", **new}
    person.submit("[name=register_user_form]", **eve)
    assert person.path == f"{person.prefix}/"
    assert "eve@example.com" in person.text


LIBRARY = Library(
    "Flask-Security",
    make_app,
    use,
    blueprints=("pages", "security"),
    line='app.config["SECURITY_POST_LOGOUT_VIEW"] = "pages.home"',
    faults={
        Way.WITHOUT_LINE: "/svc/logout refers to /, which has no prefix",
        Way.PROXY_FIX: "/svc/logout refers to /, which has no prefix",
    },
    note="`SECURITY_POST_LOGIN_VIEW`, `_REGISTER_VIEW` and `_VERIFY_VIEW` need the"
    " same.",
)
