"""What the tests of recipes for servers share: an app that runs, and its nginx."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPException
from pathlib import Path
from types import MappingProxyType

import pytest
from crawler import send
from live import HERE, launcher, listens, need, python_path
from readme import Row, table
from recipes import ROWS, copy_recipe
from test_live_servers import WARNING
from test_live_symptoms import Deployment

from demo.addresses import HOST
from demo.proxy import free_port, running_program

NGINX = "servers/nginx.conf"

# Like demo/proxies/wsgi.py, with pages, and a route that begins like the prefix.
WSGI = """
from flask_prefix_urls import PrefixURLs
from pages import make_app
app = make_app()
app.add_url_rule("/svc-status", "status", lambda: "well")
app.config.from_prefixed_env()
PrefixURLs(app)
"""
NOTHING: Mapping[str, str] = MappingProxyType({})


@contextmanager
def serving_app(
    command: Sequence[str],
    work: Path,
    port: int,
    environ: Mapping[str, str] = NOTHING,
    *,
    warns: bool = False,
    is_ready: Callable[[], bool] | None = None,
) -> Iterator[str]:
    """Run a server whose ``wsgi:app`` is the app of the tests; yield its root URL.

    :param work: A directory of its own, which has the files of the recipe.
    :param port: Where it serves.
    :param environ: What to add to the environment, which has no setting of Flask.
    :param warns: Whether the package warns of something in the log.
    :param is_ready: Tells whether it does its work yet, where it speaks no HTTP.
    """
    (work / "wsgi.py").write_text(WSGI, "utf-8")
    root = f"http://{HOST}:{port}"

    def answers() -> bool:
        try:
            # Whatever it answers: a wrong setting may make that any status.
            return send(root, "GET", "/health").status != 0
        except (OSError, HTTPException):
            return False

    with running_program(
        command,
        work,
        is_ready or answers,
        environ={**paths(work), **environ},
        launcher=launcher(),
    ):
        yield root
    warnings = WARNING.findall((work / "output.log").read_text("utf-8"))
    assert bool(warnings) == warns, warnings


def paths(work: Path) -> dict[str, str]:
    """Return the environment in which a recipe finds programs and modules."""
    beside = Path(sys.executable).parent
    return {
        "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": python_path(work, HERE, HERE.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def front(
    app_port: int, work: Path, *, strips: bool = True
) -> AbstractContextManager[str]:
    """Run the nginx of most recipes before an app, and yield the root of its URLs.

    :param work: A directory that the directory of nginx is made in.
    :param strips: Whether it strips ``/svc``, as its file has it.
    """
    slash = "/" if strips else ""
    return running_front(NGINX, work, {":5000/;": f":{app_port}{slash};"})


@contextmanager
def running_front(file: str, work: Path, changes: Mapping[str, str]) -> Iterator[str]:
    """Run an nginx of the recipes, and yield the root of its URLs.

    :param file: Its file below ``demo/proxies``.
    :param work: A directory that the directory of nginx is made in.
    :param changes: What to replace in the file, beside the port of nginx.
    """
    nginx = need("nginx")
    directory = work / "nginx"
    directory.mkdir()
    port = free_port()
    copy = copy_recipe(file, directory, {**changes, ":8000;": f":{port};"})
    command = [nginx, "-e", "stderr", "-p", ".", "-c", copy.name, "-g", "daemon off;"]
    with running_program(
        command, directory, lambda: listens(port), launcher=launcher()
    ):
        yield f"http://{HOST}:{port}"


def see(row: Row, root: str, own: str, **urls: str) -> list[str]:
    """Run the check of the symptom that the row of a recipe names.

    :param root: The root of the URLs that a browser asks for.
    :param own: That of the app's own.
    :param urls: The path of each URL that the check has in a variable, beside those.
    """
    symptoms = {
        cell.replace("`", ""): symptom for cell, symptom in table("Symptoms").items()
    }
    symptom = symptoms[row.cells[-1].replace("`", "")]
    return Deployment(f"{root}/svc", own, None).check(symptom, **urls)


def each(
    mark: Callable[[str], pytest.MarkDecorator], names: Iterable[str]
) -> pytest.MarkDecorator:
    """Mark a test with the rows of several recipes; it gets ``name`` and ``row``.

    :param mark: ``recipe`` or ``mistake``.
    """
    rows = {name: ROWS[name] for name in names}
    for name in rows:
        mark(name)  # Keeps in mind that it has a test.
    return pytest.mark.parametrize(("name", "row"), rows.items(), ids=rows.keys())
