"""Flask-Sitemap: a site map in parts, each URL of which leads to a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup
from flask import Blueprint, Flask
from flask_sitemap import Sitemap

from ..library import Library, SetUp
from ..person import Person


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.config["SITEMAP_INCLUDE_RULES_WITHOUT_PARAMS"] = True
    app.config["SITEMAP_MAX_URL_COUNT"] = 2
    set_up.first(app)
    sitemap = Sitemap(app)
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def index() -> str:
        return "Welcome"

    @pages.get("/notes/<name>/")
    def note(name: str) -> str:
        return f"This is {name}."

    @sitemap.register_generator
    def notes() -> Iterator[tuple[str, dict[str, Any], str]]:
        for name in ("bread", "water", "salt"):
            yield "pages.note", {"name": name}, "2026-01-01"

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    def read(url: str) -> list[str]:
        answer = person.send("GET", url)
        return [loc.text for loc in BeautifulSoup(answer.text, "xml").select("loc")]

    parts = read("/sitemap.xml")
    assert len(parts) == 3
    found = [url for part in parts for url in read(part)]
    assert found == [
        person.url("/sitemap.xml"),
        person.url("/"),
        *(person.url(f"/notes/{name}/") for name in ("bread", "water", "salt")),
    ]
    for url in found:
        person.send("GET", url)


LIBRARY = Library("Flask-Sitemap", make_app, use, blueprints=("pages", "flask_sitemap"))
