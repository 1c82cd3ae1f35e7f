"""updog: the files of a folder, and a form that adds some."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from flask import Flask

from ..application import Application, Decoy, Fault, imported_anew


def make_app(folder: Path) -> Flask:
    folder.joinpath("notes").mkdir()
    folder.joinpath("notes", "today.txt").write_text("Read on.")
    folder.joinpath("page.html").write_text('<a href="/notes">Notes</a>')
    module = imported_anew("updog.__main__")
    apps = []
    handler = signal.getsignal(signal.SIGINT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["updog", "--directory", str(folder)])
        # It makes the app in the function that serves it.
        patch.setattr(module, "run_simple", lambda *args, **_: apps.append(args[2]))
        module.main()
    signal.signal(signal.SIGINT, handler)
    (app,) = apps
    return app


HOME = "updog/templates/home.html"
MAIN = "updog/__main__.py"

APPLICATION = Application(
    "updog",
    make_app,
    faults=(
        Fault(HOME, 22, 42, "/", "home", "/"),
        Fault(HOME, 33, 37, "/upload", "upload", "/upload", "POST"),
        Fault(HOME, 55, 18, "/{{ back }}", "home", "/"),
        Fault(HOME, 85, 30, "/{{ file.rel_path }}", "home", "/notes"),
        Fault(HOME, 95, 30, "/{{ file.rel_path }}?view", "home", "/page.html?view"),
        # For a path that is no file.
        Fault(MAIN, 131, 30, "/", "home", "/"),
    ),
    decoys=(
        Decoy(MAIN, 126, "or '/'", "it is shown as the name of the folder"),
        Decoy(MAIN, 69, "'images/favicon.ico'", "it is the path of a file"),
        Decoy(HOME, 85, "%}/{%", "it is shown behind the name of a folder"),
        Decoy(HOME, 42, "{{ directory }}", "it is the path of a folder"),
    ),
)
