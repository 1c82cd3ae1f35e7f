"""An application with Flask-RESTX, as its documentation writes one."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from ..application import Application, Decoy, Fault, imported_anew


def make_app(_: Path) -> Flask:
    app: Flask = imported_anew("todo").create_app()
    return app


HERE = "todo/__init__.py"

APPLICATION = Application(
    "Flask-RESTX",
    make_app,
    faults=(
        # Swagger UI makes a link of it.
        Fault(HERE, 17, 55, "/guide", "guide", "/guide"),
        Fault(HERE, 37, 26, "/api/tasks/?page=2", "api.tasks", "/api/tasks/?page=2"),
        Fault(
            HERE,
            38,
            25,
            "request.root_path",
            "api.tasks",
            "/api/tasks/",
            kind="prefix-twice",
            # All of it comes from code.
            has_place=False,
        ),
        # After a POST.
        Fault(HERE, 44, 46, "/api/tasks/", "api.task", "/api/tasks/2", met=False),
    ),
    decoys=(
        Decoy(HERE, 17, "See /api/tasks/,", "it is a sentence"),
        Decoy(HERE, 25, "Look at /api/tasks/2", "it is a sentence"),
        Decoy(HERE, 35, "Read /guide", "it is a sentence"),
        Decoy(HERE, 50, '"Serve /api/"', "it is a sentence"),
        Decoy(HERE, 18, "https://example.com/api/", "it is another host"),
        Decoy(HERE, 55, "<code>/api/tasks/</code>", "it is shown"),
        Decoy(HERE, 46, '"/<int:id>"', "it is a part of a route"),
    ),
)
