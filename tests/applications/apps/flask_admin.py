"""An application with Flask-Admin, as its documentation writes one."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from ..application import Application, Decoy, Fault, imported_anew


def make_app(folder: Path) -> Flask:
    app: Flask = imported_anew("bookshop").create_app(folder)
    return app


HERE = "bookshop/__init__.py"
BASE = "flask_admin/templates/bootstrap4/admin/base.html"

APPLICATION = Application(
    "Flask-Admin",
    make_app,
    faults=(
        Fault(HERE, 34, 26, "/admin/", "admin.index", "/admin/"),
        Fault(HERE, 44, 39, "/files/", "files", "/files/note.txt"),
        Fault(HERE, 45, 52, "/", "index", "/"),
        Fault(BASE, 45, 47, "{{ admin_view.admin.url }}", "admin.index", "/admin"),
    ),
    decoys=(
        Decoy(HERE, 36, '"/files/<path:name>"', "it is a route"),
        Decoy(HERE, 47, "https://example.com/admin/", "it is another host"),
    ),
)
