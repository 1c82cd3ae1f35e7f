"""Flask-Assets: style sheets of the app and of a blueprint in one file."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from urllib.parse import urljoin
from weakref import finalize

from flask import Blueprint, Flask, render_template_string
from flask_assets import Bundle, Environment

from ..library import Library, SetUp
from ..person import Person

PAGE = """
    <!doctype html>
    {% assets "styles" %}
    <link rel="stylesheet" href="{{ ASSET_URL }}">
    {% endassets %}
    {% assets "pages/script.js" %}
    <script src="{{ ASSET_URL }}"></script>
    {% endassets %}
"""
FILES = {
    "static/base.css": "h1 { background: url(dot.svg); }",
    "static/dot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "pages/css/page.css": "h2 { background: url('../line.svg'); }",
    "pages/line.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "pages/script.js": "document.title = 'Notes';",
}


def make_app(set_up: SetUp) -> Flask:
    folder = Path(mkdtemp())
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    app = Flask("library", static_folder=folder / "static")
    finalize(app, rmtree, folder)
    set_up.first(app)
    assets = Environment(app)
    names = ("base.css", "pages/css/page.css")
    bundle = Bundle(*names, filters="cssrewrite", output="gen/styles.css")
    assets.register("styles", bundle)
    pages = Blueprint(
        "pages",
        __name__,
        static_folder=folder / "pages",
        static_url_path="/static/pages",
    )

    @pages.get("/")
    def index() -> str:
        return render_template_string(PAGE)

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    person.open("/")
    sheet = urljoin(person.answer.url, person.browser.page.link["href"])
    urls = re.findall(r"url\(['\"]?([^'\")]+)", person.send("GET", sheet).text)
    assert len(urls) == 2
    for url in urls:
        assert "svg" in person.send("GET", urljoin(sheet, url)).text


LIBRARY = Library("Flask-Assets", make_app, use, blueprints=("pages",))
