"""An application with Flask-Admin, as its documentation writes one."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, send_from_directory
from flask_admin import Admin
from flask_admin.contrib.fileadmin import FileAdmin
from flask_admin.contrib.sqla import ModelView
from flask_admin.menu import MenuLink
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.pool import StaticPool
from werkzeug.wrappers import Response


def create_app(folder: Path) -> Flask:
    app = Flask(__name__)
    app.secret_key = "a key"
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"poolclass": StaticPool}
    # Flask-Admin needs it where it is installed.
    Babel(app)
    db = SQLAlchemy(app)

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String, nullable=False)

    # What its examples have on their first page.
    @app.route("/")
    def index() -> str:
        return '<a href="/admin/">Click me to get to Admin!</a>'

    @app.route("/files/<path:name>")
    def files(name: str) -> Response:
        return send_from_directory(folder, name)

    folder.joinpath("note.txt").write_text("Read on.")
    admin = Admin(app, name="Books")
    admin.add_view(ModelView(Book, db))
    # A download leads to a URL that begins like this.
    admin.add_view(FileAdmin(folder, "/files/", name="Files"))
    admin.add_link(MenuLink(name="Home page", url="/"))
    # A path on another host, and the name of a view.
    admin.add_link(MenuLink(name="Help", url="https://example.com/admin/"))
    admin.add_link(MenuLink(name="List", endpoint="book.index_view"))
    with app.app_context():
        db.create_all()
        db.session.add(Book(title="Emma"))
        db.session.commit()
    return app
