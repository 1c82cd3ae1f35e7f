"""Flask-Caching: pages that hold links, in the cache, and out of it again."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template_string, request, url_for
from flask_caching import Cache
from werkzeug.wrappers import Response

from flask_prefix_urls import unprefixed

from ..library import Library, SetUp, Way
from ..person import Person

PAGE = """
    <!doctype html>
    <p>Made {{ times }}</p>
    {% for book in books %}
    <a href="{{ url_for('pages.book', number=loop.index0) }}">{{ book }}</a>
    {% endfor %}
    <a href="{{ url_for('pages.old') }}">Old</a>
    <a href="{{ url_for('pages.found', word='e') }}">With an e</a>
    <form method="post" action="{{ url_for('pages.add_book') }}">
        <input name="title"><input type="submit">
    </form>
    {% cache 60, "footer" %}
    <a href="{{ url_for('pages.all_books') }}">Home</a>
    {% endcache %}
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.config["CACHE_TYPE"] = "SimpleCache"
    set_up.first(app)
    cache = Cache(app)
    pages = Blueprint("pages", __name__)
    books = ["Emma", "Persuasion"]
    made = []

    def page(titles: list[str]) -> str:
        made.append(titles)
        return render_template_string(PAGE, books=titles, times=len(made))

    @pages.get("/books/")
    @cache.cached()
    def all_books() -> str:
        return page(books)

    @pages.get("/found")
    @cache.cached(query_string=True)
    def found() -> str:
        return page([title for title in books if request.args["word"] in title])

    @pages.post("/add")
    def add_book() -> Response:
        books.append(request.form["title"])
        if set_up.line:
            with unprefixed():
                cache.delete_cached(all_books, url_for("pages.all_books"))
        else:
            cache.delete_cached(all_books, url_for("pages.all_books"))
        cache.delete_memoized(link_to)
        return redirect(url_for("pages.all_books"))

    @cache.memoize()
    def link_to(number: int) -> str:
        next_number = (number + 1) % len(books)
        return f"<a href='{url_for('pages.book', number=next_number)}'>Next</a>"

    @pages.get("/books/<int:number>")
    def book(number: int) -> str:
        return f"<!doctype html><h1>{books[number]}</h1>{link_to(number)}"

    @pages.get("/old")
    @cache.cached()
    def old() -> Response:
        return redirect(url_for("pages.all_books"))

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    for _ in range(2):
        person.open("/books")
        assert "Made 1" in person.text
        person.follow("Old")
        assert person.path == f"{person.prefix}/books/"
        person.follow("Persuasion")
        person.follow("Next")
        assert person.text == "Emma Next"
    person.open("/found?word=P")
    assert "Persuasion" in person.text
    person.follow("With an e")
    assert "Emma" not in person.text
    person.follow("Home")
    person.submit(title="Evelina")
    assert "Evelina" in person.text, "the old page stays in the cache"
    person.follow("Persuasion")
    person.follow("Next")
    assert person.text == "Evelina Next"


LIBRARY = Library(
    "Flask-Caching",
    make_app,
    use,
    blueprints=("pages",),
    line=(
        'with unprefixed(): cache.delete_cached(all_books, url_for("pages.all_books"))'
    ),
    faults={
        Way.WITHOUT_LINE: "the old page stays in the cache",
        Way.PROXY_FIX: "the old page stays in the cache",
    },
    note="The keys have `request.path`, which has no prefix. If the app has several"
    " prefixes, write `cached(key_prefix=lambda: request.root_path + request.path)`.",
)
