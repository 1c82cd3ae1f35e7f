"""Flask-RESTX: links in answers, field masks, errors, and the page of the API."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask
from flask_restx import Api, Resource, fields
from werkzeug.datastructures import FileStorage

from ..library import Library, SetUp
from ..person import Person
from ..swagger_ui import try_it_out

PAGE_SIZE = 2


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.config["SWAGGER_UI_DOC_EXPANSION"] = "list"
    app.config["SWAGGER_UI_OAUTH_CLIENT_ID"] = "a client"
    set_up.first(app)
    blueprint = Blueprint("api", __name__, url_prefix="/api")
    api = Api(blueprint, title="Tasks")
    tasks = api.namespace("tasks", "What is to be done")
    model = tasks.model(
        "Task",
        {
            "id": fields.Integer(readonly=True),
            "task": fields.String(required=True),
            "here": fields.Url("api.task", readonly=True),
            "everywhere": fields.Url("api.task", absolute=True, readonly=True),
        },
    )
    page_model = tasks.model(
        "Page",
        {
            "items": fields.List(fields.Nested(model)),
            "next": fields.String,
        },
    )
    pages = tasks.parser()
    pages.add_argument("page", type=int, default=1, location="args")
    files = tasks.parser()
    files.add_argument("file", type=FileStorage, required=True, location="files")
    stored: dict[int, dict[str, Any]] = {}

    def add(task: str) -> dict[str, Any]:
        number = len(stored) + 1
        stored[number] = {"id": number, "task": task}
        return stored[number]

    for task in ("Build an API", "Serve it", "Use it"):
        add(task)

    @tasks.route("/", endpoint="tasks")
    class Tasks(Resource):
        @tasks.expect(pages)
        @tasks.marshal_with(page_model)
        def get(self) -> dict[str, Any]:
            page = pages.parse_args()["page"]
            start = (page - 1) * PAGE_SIZE
            found: dict[str, Any] = {
                "items": [*stored.values()][start : start + PAGE_SIZE]
            }
            if start + PAGE_SIZE < len(stored):
                found["next"] = api.url_for(Tasks, page=page + 1)
            return found

        @tasks.expect(model, validate=True)
        @tasks.marshal_with(model, code=HTTPStatus.CREATED)
        def post(self) -> tuple[dict[str, Any], int, dict[str, str]]:
            task = add(api.payload["task"])
            location = api.url_for(Task, id=task["id"], _external=True)
            return task, HTTPStatus.CREATED, {"Location": location}

    @tasks.route("/<int:id>", endpoint="task")
    class Task(Resource):
        @tasks.marshal_with(model)
        def get(self, id: int) -> dict[str, Any]:  # noqa: A002
            if id not in stored:
                tasks.abort(HTTPStatus.GONE, f"Task {id} is done")
            return stored[id]

        def delete(self, id: int) -> tuple[str, int]:  # noqa: A002
            del stored[id]
            return "", HTTPStatus.NO_CONTENT

    @tasks.route("/upload", endpoint="upload")
    class Upload(Resource):
        @tasks.expect(files)
        @tasks.marshal_with(model)
        def post(self) -> dict[str, Any]:
            return add(files.parse_args()["file"].read().decode())

    @blueprint.get("/postman.json")
    def postman() -> Any:
        return api.as_postman(urlvars=True)

    app.register_blueprint(blueprint)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    page = person.send("GET", "/api/tasks/").json()
    assert page["next"] == f"{person.prefix}/api/tasks/?page=2"
    last = person.send("GET", person.root + page["next"]).json()
    assert [task["task"] for task in last["items"]] == ["Use it"]
    assert last["next"] is None
    made = person.send("POST", "/api/tasks/", 201, json={"task": "Rest"})
    assert made.headers["Location"] == made.json()["everywhere"]
    assert made.json()["everywhere"] == person.url("/api/tasks/4")
    mask = {"X-Fields": "task,here"}
    masked = person.send("GET", made.headers["Location"], headers=mask).json()
    assert masked == {"task": "Rest", "here": f"{person.prefix}/api/tasks/4"}
    # The router adds the slash.
    assert person.send("GET", "/api/tasks").url == person.url("/api/tasks/")
    # These errors are for the API to answer, which matches the path once more.
    for method, path, status, message in (
        ("POST", "/api/tasks/", 400, "Input payload validation failed"),
        ("PUT", "/api/tasks/", 405, "The method is not allowed for the requested URL."),
        ("GET", "/api/tasks/5", 410, "Task 5 is done"),
    ):
        refused = person.send(method, path, status, json={})
        assert refused.json()["message"] == message
    file = {"file": ("task.txt", "Read on")}
    uploaded = person.send("POST", "/api/tasks/upload", files=file).json()
    person.send("DELETE", person.root + uploaded["here"], 204)
    collection = person.send("GET", "/api/postman.json").json()
    urls = [request["url"] for request in collection["requests"]]
    assert person.url("/api/tasks/") in urls
    documented = person.send("GET", "/api/").text
    (redirect,) = re.findall(r'oauth2RedirectUrl: "(.*?)"', documented)
    person.send("GET", redirect)
    tried = try_it_out(person, "/api/", "/tasks/")
    assert '"task": "Build an API"' in tried, tried


LIBRARY = Library("flask-restx", make_app, use, blueprints=("api", "restx_doc"))
