"""Flask-RESTful: links in answers, arguments, errors, and a router that helps."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask
from flask_restful import Api, Resource, abort, fields, marshal_with, reqparse
from werkzeug.datastructures import FileStorage

from ..library import Library, SetUp
from ..person import Person

TASK = {
    "task": fields.String,
    "here": fields.Url("api.task"),
    "everywhere": fields.Url("api.task", absolute=True),
    "secure": fields.Url("api.task", absolute=True, scheme="https"),
    # That of the request.
    "from": fields.Url(attribute="from"),
}


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    set_up.first(app)
    blueprint = Blueprint("api", __name__, url_prefix="/api")
    api = Api(blueprint)
    todo = reqparse.RequestParser()
    todo.add_argument("task", required=True, help="What is to be done?")
    files = reqparse.RequestParser()
    files.add_argument("file", type=FileStorage, required=True, location="files")
    stored = {1: {"id": 1, "task": "Build an API"}, 2: {"id": 2, "task": "Serve it"}}

    class Tasks(Resource):
        def get(self) -> list[str]:
            return [api.url_for(Task, id=number) for number in stored]

        @marshal_with(TASK)
        def post(self) -> tuple[dict[str, Any], int, dict[str, str]]:
            number = len(stored) + 1
            stored[number] = {"id": number, "task": todo.parse_args()["task"]}
            location = api.url_for(Task, id=number, _external=True)
            return stored[number], 201, {"Location": location}

    class Task(Resource):
        @marshal_with(TASK)
        def get(self, id: int) -> dict[str, Any]:  # noqa: A002
            if id not in stored:
                abort(410, message=f"Task {id} is done")
            return stored[id]

        def delete(self, id: int) -> tuple[str, int]:  # noqa: A002
            del stored[id]
            return "", 204

    class Upload(Resource):
        def post(self) -> dict[str, int]:
            return {"size": len(files.parse_args()["file"].read())}

    api.add_resource(Tasks, "/tasks/")
    api.add_resource(Task, "/tasks/<int:id>", endpoint="task")
    api.add_resource(Upload, "/upload")
    app.register_blueprint(blueprint)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    # The router adds the slash.
    first, _ = person.send("GET", "/api/tasks").json()
    assert first == f"{person.prefix}/api/tasks/1"
    task = person.send("GET", person.root + first).json()
    assert task == {
        "task": "Build an API",
        "here": first,
        "everywhere": person.root + first,
        "secure": person.root.replace("http:", "https:") + first,
        "from": first,
    }
    made = person.send("POST", "/api/tasks/", 201, json={"task": "Use it"})
    assert made.headers["Location"] == made.json()["everywhere"]
    # These errors are for the API to answer, which matches the path once more.
    for method, path, status, message in (
        ("POST", "/api/tasks/", 400, {"task": "What is to be done?"}),
        ("PUT", "/api/tasks/", 405, "The method is not allowed for the requested URL."),
        ("GET", "/api/tasks/4", 410, "Task 4 is done"),
    ):
        assert person.send(method, path, status, json={}).json()["message"] == message
    person.send("DELETE", made.headers["Location"], 204)
    file = {"file": ("task.txt", "Read on")}
    assert person.send("POST", "/api/upload", files=file).json() == {"size": 7}


LIBRARY = Library("Flask-RESTful", make_app, use, blueprints=("api",))
