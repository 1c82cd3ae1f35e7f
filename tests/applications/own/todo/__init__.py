"""An application with Flask-RESTX, as its documentation writes one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, request, url_for
from flask_restx import Api, Resource, fields


def create_app() -> Flask:
    app = Flask(__name__)
    blueprint = Blueprint("api", __name__, url_prefix="/api")
    api = Api(
        blueprint,
        title="To do",
        description="See /api/tasks/, or the <a href='/guide'>guide</a>.",
        contact_url="https://example.com/api/",
    )
    tasks = api.namespace("tasks", description="What is to be done")
    model = tasks.model(
        "Task",
        {
            "id": fields.Integer(example=1),
            "task": fields.String(example="Look at /api/tasks/2"),
            "uri": fields.Url("api.task", readonly=True),
        },
    )

    @tasks.route("/", endpoint="tasks")
    class Tasks(Resource):
        def get(self) -> dict[str, Any]:
            return {
                "items": [
                    {"id": 1, "task": "Read /guide", "uri": url_for("api.task", id=1)}
                ],
                "next": "/api/tasks/?page=2",
                "self": request.root_path + url_for("api.tasks"),
            }

        @tasks.expect(model)
        def post(self) -> tuple[dict[str, Any], int, dict[str, str]]:
            task = {"id": 2, **api.payload}
            return task, 201, {"Location": f"/api/tasks/{task['id']}"}

    @tasks.route("/<int:id>", endpoint="task")
    class Task(Resource):
        @tasks.marshal_with(model)
        def get(self, id: int) -> dict[str, Any]:  # noqa: A002
            return {"id": id, "task": "Serve /api/"}

    @app.get("/guide")
    def guide() -> str:
        page = url_for("api.doc")
        return f"<code>/api/tasks/</code> is on <a href='{page}'>its page</a>"

    app.register_blueprint(blueprint)
    return app
