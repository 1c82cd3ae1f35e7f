"""Flask's example of tasks in Celery."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from ..application import Application, Decoy, Fault, Replacement, imported_anew


def make_app(_: Path) -> Flask:
    with pytest.MonkeyPatch.context() as patch:
        # Its own are those of a Redis.
        patch.setenv("FLASK_CELERY__broker_url", "memory://")
        patch.setenv("FLASK_CELERY__result_backend", "cache+memory://")
        app: Flask = imported_anew("task_app").create_app()
    return app


INDEX = "task_app/templates/index.html"
VIEWS = "task_app/views.py"

APPLICATION = Application(
    "task_app",
    make_app,
    example="celery/src",
    faults=(Fault(INDEX, 51, 20, "/tasks/result/", "tasks.result", "/tasks/result/1"),),
    decoys=(
        Decoy(VIEWS, 7, '"/tasks"', "it is what the routes of a blueprint begin with"),
        Decoy(INDEX, 97, ' / ${data["value"]["total"]}', "it is shown"),
    ),
    replacements=(
        Replacement(
            """action="{{ url_for("tasks.add") }}">""",
            """action="/tasks/add">""",
            Fault(INDEX, 14, 34, "/tasks/add", "tasks.add", "/tasks/add", "POST"),
        ),
        Replacement(
            """action="{{ url_for("tasks.block") }}">""",
            """action='/tasks/block'>""",
            Fault(INDEX, 24, 36, "/tasks/block", "tasks.block", "/tasks/block", "POST"),
        ),
        Replacement(
            """action="{{ url_for("tasks.process") }}">""",
            """action=/tasks/process>""",
            Fault(
                INDEX,
                32,
                37,
                "/tasks/process",
                "tasks.process",
                "/tasks/process",
                "POST",
            ),
        ),
    ),
)
