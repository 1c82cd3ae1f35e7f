"""Flask-Menu: a menu that shows where one is, and breadcrumbs."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, Flask, render_template_string, request
from flask_menu import Menu, MenuNode, current_menu

from ..library import Library, SetUp, Way
from ..person import Person

PAGE = """
    <!doctype html>
    <nav>
        {% for item in current_menu.submenu("main").children %}
        <a href="{{ item.url }}" {% if item.active %}class="active"{% endif %}>
            {{ item.text }}
        </a>
        {% endfor %}
    </nav>
    <ol>
        {% for item in current_menu.list_path("main", "main.notes.latest")[1:] %}
        <li><a href="{{ item.url }}">{{ item.text }}</a></li>
        {% endfor %}
    </ol>
    {% if number %}You read note {{ number }}.{% endif %}
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    set_up.first(app)
    Menu(app)
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    @pages.get("/notes", endpoint="notes")
    @pages.get("/notes-old/", endpoint="old_notes")
    @pages.get("/notes/<int:number>", endpoint="note")
    def index(number: int = 0) -> str:
        return render_template_string(PAGE, number=number)

    def is_below(item: MenuNode) -> bool:
        return PurePosixPath(request.root_path + request.path).is_relative_to(item.url)

    app.register_blueprint(pages)
    set_up.last(app)
    active_when = is_below if set_up.line else None
    with app.app_context():
        main = current_menu.submenu("main")
        main.submenu("home").register("pages.index", "Home")
        notes = main.submenu("notes")
        notes.register("pages.notes", "Notes", order=1, active_when=active_when)
        main.submenu("old").register(
            "pages.old_notes", "Old notes", order=2, active_when=active_when
        )
        latest = notes.submenu("latest")
        latest.register(
            "pages.note", "Latest", endpoint_arguments_constructor=lambda: {"number": 9}
        )
    return app


def use(person: Person) -> None:
    def active() -> list[str]:
        items = person.browser.page.select(".active")
        return [item.get_text(strip=True) for item in items]

    person.open("/")
    assert active() == ["Home"]
    person.follow("Latest")
    assert person.path == f"{person.prefix}/notes/9"
    assert "You read note 9." in person.text
    assert active() == ["Notes"], "the menu does not show where one is"
    person.follow("Notes")
    assert person.path == f"{person.prefix}/notes"
    assert active() == ["Notes"]
    person.follow("Old notes")
    assert person.path == f"{person.prefix}/notes-old/"
    assert active() == ["Old notes"]


LIBRARY = Library(
    "Flask-Menu",
    make_app,
    use,
    blueprints=("pages",),
    line=(
        "return PurePosixPath(request.root_path + request.path)"
        ".is_relative_to(item.url)"
    ),
    faults={
        Way.WITHOUT_LINE: "the menu does not show where one is",
        Way.PROXY_FIX: "the menu does not show where one is",
    },
    note="For the `active_when=` of an item with pages below its own.",
)
