"""flask-paginate: links from page to page."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template_string, request, url_for
from flask_paginate import Pagination, get_page_parameter

from ..library import Library, SetUp
from ..person import Person

PAGE = """
    <!doctype html>
    {{ pagination.info }}
    {{ pagination.links }}
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    set_up.first(app)
    pages = Blueprint("pages", __name__)

    @pages.get("/<kind>/notes")
    def notes(kind: str) -> str:
        page = request.args.get(get_page_parameter(), type=int, default=1)
        pagination = Pagination(page=page, total=95, record_name=kind)
        return render_template_string(PAGE, pagination=pagination)

    @pages.get("/all")
    def everything() -> str:
        page = request.args.get(get_page_parameter(), type=int, default=1)
        href = url_for("pages.everything") + "?page={0}"
        pagination = Pagination(page=page, total=50, per_page=20, href=href)
        return render_template_string(PAGE, pagination=pagination)

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    person.open("/old/notes?author=Ada")
    assert "displaying 1 - 10 old in total 95" in person.text
    person.follow("10")
    assert person.path == f"{person.prefix}/old/notes?author=Ada&page=10"
    assert "displaying 91 - 95" in person.text
    assert len(person.crawl("/old/notes", "/all")) == 2
    person.open("/all")
    person.follow("2")
    assert person.path == f"{person.prefix}/all?page=2"
    assert "displaying 21 - 40" in person.text


LIBRARY = Library("flask-paginate", make_app, use, blueprints=("pages",))
