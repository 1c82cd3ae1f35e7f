"""Flask-SQLAlchemy: pages of a table, with the widget of its documentation."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template_string, request, url_for
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.pool import StaticPool
from werkzeug.wrappers import Response

from ..library import Library, SetUp
from ..person import Person

PAGE = """
    <!doctype html>
    {% macro pagination_widget(pagination, endpoint) %}
    {% if pagination.has_prev %}
    <a href="{{ url_for(endpoint, page=pagination.prev_num) }}">Back</a>
    {% endif %}
    {% for page in pagination.iter_pages() %}
    {% if page and page != pagination.page %}
    <a href="{{ url_for(endpoint, page=page) }}">{{ page }}</a>
    {% endif %}
    {% endfor %}
    {% endmacro %}
    <p>{{ page.first }} to {{ page.last }} of {{ page.total }}</p>
    {% for book in page %}
    <a href="{{ url_for('pages.book', number=book.id) }}">{{ book.title }}</a>
    {% endfor %}
    {{ pagination_widget(page, "pages.books") }}
    <form method="post" action="{{ url_for('pages.new_book') }}">
        <input name="title"><input type="submit">
    </form>
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"poolclass": StaticPool}
    set_up.first(app)
    db = SQLAlchemy(app)
    pages = Blueprint("pages", __name__)

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String)

    @pages.get("/books")
    def books() -> str:
        page = db.paginate(db.select(Book).order_by(Book.title), per_page=2)
        return render_template_string(PAGE, page=page)

    @pages.post("/books/new")
    def new_book() -> Response:
        book = Book(title=request.form["title"])
        db.session.add(book)
        db.session.commit()
        return redirect(url_for("pages.book", number=book.id))

    @pages.get("/books/<int:number>")
    def book(number: int) -> str:
        return f"{url_for('pages.books')} has {db.get_or_404(Book, number).title}"

    app.register_blueprint(pages)
    with app.app_context():
        db.create_all()
        db.session.add_all(Book(title=title) for title in ("Dune", "Emma", "Iliad"))
        db.session.commit()
    set_up.last(app)
    return app


def use(person: Person) -> None:
    person.open("/books")
    assert "1 to 2 of 3 Dune Emma" in person.text
    person.follow("2")
    assert person.path == f"{person.prefix}/books?page=2"
    assert "3 to 3 of 3 Iliad" in person.text
    person.follow("Back")
    person.follow("Emma")
    assert f"{person.prefix}/books has Emma" in person.text
    person.open("/books")
    person.submit(title="Faust")
    assert person.path == f"{person.prefix}/books/4"
    assert f"{person.prefix}/books has Faust" in person.text


LIBRARY = Library("Flask-SQLAlchemy", make_app, use, blueprints=("pages",))
