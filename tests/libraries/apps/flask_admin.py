"""Flask-Admin: the views of a table, of a folder of files, and its brand."""

from __future__ import annotations

from tempfile import TemporaryDirectory

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.fileadmin import FileAdmin
from flask_admin.contrib.sqla import ModelView
from flask_admin.theme import Bootstrap4Theme
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from live import click_through
from selenium.webdriver.common.by import By
from sqlalchemy.pool import StaticPool

from ..library import Library, SetUp, Way
from ..person import Person, file_of


class BookView(ModelView):
    column_searchable_list = ("title",)
    column_filters = ("title",)
    page_size = 2
    can_export = True


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"poolclass": StaticPool}
    app.secret_key = "a key"
    set_up.first(app)
    # Flask-Admin needs it where it is installed.
    Babel(app)
    db = SQLAlchemy(app)

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String, nullable=False)

    theme = Bootstrap4Theme()
    if set_up.line:
        text = """
            {% extends "admin/base.html" %}
            {% block brand %}
            <a class="navbar-brand" href="{{ url_for('admin.index') }}">Books</a>
            {% endblock %}
        """
        app.jinja_loader = DictLoader({"layout.html": text})
        theme = Bootstrap4Theme(base_template="layout.html")
    admin = Admin(app, name="Books", theme=theme)
    admin.add_view(BookView(Book, db))
    folder = set_up.stack.enter_context(TemporaryDirectory())
    # Its path is not that of its endpoint.
    admin.add_view(FileAdmin(folder, name="Files", endpoint="files", url="docs"))
    with app.app_context():
        db.create_all()
        db.session.add_all(Book(title=title) for title in ("Emma", "Iliad", "Dune"))
        db.session.commit()
    set_up.last(app)
    return app


def use(person: Person) -> None:
    def titles() -> list[str]:
        cells = person.browser.page.select("td.col-title")
        return [cell.get_text(strip=True) for cell in cells]

    person.open("/admin/")
    person.follow("Books")
    assert person.path == f"{person.prefix}/admin/"
    person.follow("Book")
    assert person.path == f"{person.prefix}/admin/book/"
    assert titles() == ["Emma", "Iliad"]
    person.follow("2")
    assert titles() == ["Dune"]
    person.follow("Sort by Title")
    assert titles() == ["Iliad"]
    person.follow("Book")
    person.submit("form[role=search]", search="Iliad")
    assert titles() == ["Iliad"]
    person.follow("Edit Record")
    person.submit(".admin-form", title="Odyssey")
    assert person.path.startswith(f"{person.prefix}/admin/book/?")
    assert titles() == []
    person.follow("Book")
    person.follow("Create New Record")
    person.submit(".admin-form", title="Hamlet")
    assert titles() == ["Emma", "Odyssey"]
    person.submit("form[action$='/delete/']")
    assert titles() == ["Odyssey", "Dune"]
    assert b"Hamlet" in person.follow("Export").content
    filter_titles(person)

    person.open("/admin/docs/")
    person.follow("Upload File")
    person.submit(".admin-form", upload=file_of(b"a note", "note.md"))
    person.follow("note.md")
    assert person.answer.content == b"a note"


def filter_titles(person: Person) -> None:
    """Add a filter, which is a form that a script makes."""
    with person.chromium("/admin/book/") as driver:
        driver.find_element(By.LINK_TEXT, "Add Filter").click()
        driver.find_element(By.CSS_SELECTOR, "a.filter").click()
        driver.find_element(By.CSS_SELECTOR, "input.filter-val").send_keys("une")
        click_through(
            driver, driver.find_element(By.CSS_SELECTOR, "#filter_form button")
        )
        cells = driver.find_elements(By.CSS_SELECTOR, "td.col-title")
        assert [cell.text for cell in cells] == ["Dune"]


LIBRARY = Library(
    "Flask-Admin",
    make_app,
    use,
    blueprints=("admin", "book", "files"),
    line="""<a class="navbar-brand" href="{{ url_for('admin.index') }}">Books</a>""",
    faults={
        Way.WITHOUT_LINE: "/svc/admin/ refers to /admin, which has no prefix",
        Way.PROXY_FIX: "/svc/admin/ refers to /admin, which has no prefix",
    },
    note="Put the line into the block `brand` of a template that extends"
    " `admin/base.html`, and pass its name: `Bootstrap4Theme(base_template=...)`.",
)
