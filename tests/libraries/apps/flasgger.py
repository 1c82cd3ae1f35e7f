"""flasgger: operations described in docstrings, what they refuse, and their page."""

from __future__ import annotations

from flasgger import Swagger, swag_from
from flask import Blueprint, Flask, Response, jsonify, render_template_string, request

from flask_prefix_urls import prefix_of

from ..library import Library, SetUp, Way
from ..person import Person
from ..swagger_ui import try_it_out

PAGE = """
    <!doctype html>
    <a href="{{ url_for('flasgger.apidocs') }}">The API</a>
    <a href="{{ request.script_root }}/apidocs/index.html">Its old page</a>
"""
ADD = {
    "parameters": [
        {
            "name": "color",
            "in": "body",
            "schema": {
                "id": "Color",
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}},
            },
        }
    ],
    "responses": {"200": {"description": "The colors."}},
}


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.config["SWAGGER"] = {"title": "Colors"}
    set_up.first(app)
    swagger = Swagger(app)
    pages = Blueprint("pages", __name__)
    colors = ["red", "green"]
    # It begins like the prefix, and is a route all the same.
    path = "/svc-colors/"

    @pages.get("/")
    def index() -> str:
        return render_template_string(PAGE)

    @pages.get(path)
    def all_colors() -> Response:
        """All colors.
        ---
        responses:
          200:
            description: The colors.
        """
        return jsonify(colors)

    @pages.post(path)
    @swag_from(ADD, validation=True)
    def add_color() -> Response:
        colors.append(request.json["name"])
        return jsonify(colors)

    app.register_blueprint(pages)
    set_up.last(app)
    if set_up.line:
        swagger.config["basePath"] = prefix_of(app) or "/"
        # Its blueprint may have a prefix of its own.
        if (own := prefix_of(app, "pages")) != prefix_of(app):
            swagger.config["basePath"] = own
    return app


def use(person: Person) -> None:
    person.open("/")
    person.follow("Its old page")
    assert person.path == f"{person.prefix}/apidocs/"
    person.open("/")
    person.follow("The API")
    listed = person.send("GET", "/apidocs/?json=1").json()["specs"]
    assert [spec["url"] for spec in listed] == [f"{person.prefix}/apispec_1.json"]
    person.send("POST", "/svc-colors/", 400, json={"color": "blue"})
    person.send("POST", "/svc-colors/", json={"name": "blue"})
    assert '"blue"' in try_it_out(person, "/apidocs/", "/svc-colors/")


LIBRARY = Library(
    "flasgger",
    make_app,
    use,
    blueprints=("pages", "flasgger"),
    line='swagger.config["basePath"] = prefix_of(app) or "/"',
    faults={
        Way.WITHOUT_LINE: "the page of the API calls /svc-colors/",
        Way.PROXY_FIX: "the page of the API calls /svc-colors/",
    },
    note="In `template=`, a `basePath` would strip routes that begin like it. With"
    ' `"openapi": "3.0.2"`, write `swagger.config["servers"]'
    ' = [{"url": prefix_of(app) or "/"}]` instead.',
)
