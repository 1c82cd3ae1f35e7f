"""What real servers import of the command group: ``flask run``, and gunicorn."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawler import send
from live import asked, need, running_program

from demo.addresses import HOST
from demo.proxy import free_port

pytestmark = pytest.mark.live

APP = """
import sys
from flask import Flask, url_for
from flask_prefix_urls import PrefixURLs

app = Flask(__name__)
PrefixURLs(app, "/svc")

@app.route("/")
def index():
    modules = (name for name in sys.modules if name.startswith("flask_prefix_urls.cli"))
    return " ".join([url_for("index"), *sorted(modules)])
"""


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        # It loads the entry point, and no command.
        pytest.param("flask", "/svc/ flask_prefix_urls.cli", id="flask run"),
        pytest.param("gunicorn", "/svc/", id="gunicorn"),
    ],
)
def test_a_server_imports_no_command(
    tmp_path: Path, server: str, expected: str
) -> None:
    (tmp_path / "served.py").write_text(APP, "utf-8")
    port = free_port()
    commands = {
        "flask": ["--app", "served", "run", "--port", str(port)],
        "gunicorn": ["--bind", f"{HOST}:{port}", "served:app"],
    }
    root = f"http://{HOST}:{port}"
    with running_program(
        [need(server), *commands[server]], tmp_path, lambda: asked(root) is not None
    ):
        answer = send(root, "GET", "/")
    assert answer.text == expected
