"""Apps behind the nginx of a recipe, and what a user then sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from live import running_nginx_server
from readme import Row, code_in, table
from recipes import DIRECTORY, copy_recipe
from test_live_symptoms import Deployment
from werkzeug.middleware.proxy_fix import ProxyFix

from demo.addresses import HOST
from demo.proxy import free_port
from demo.servers import running
from flask_prefix_urls import PrefixURLs, forwarded_prefix

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_NOTHING: Mapping[str, str] = MappingProxyType({})


def set_up(app: Flask, cell: str) -> Flask:
    """Set an app up as ``wsgi.py`` does, with what a cell says; return the app.

    :param cell: Has variables of the environment or lines of Python, as code.
    """
    with pytest.MonkeyPatch.context() as patch:
        for code in code_in(cell):
            if code.startswith("FLASK_") and "=" in code:
                name, _, value = code.partition("=")
                patch.setenv(name, value)
        app.config.from_prefixed_env()
    names = {"ProxyFix": ProxyFix, "forwarded_prefix": forwarded_prefix}
    for code in code_in(cell):
        if "(" in code:
            exec(code, {"app": app, "PrefixURLs": PrefixURLs, **names})
    if "PrefixURLs(" not in cell:
        PrefixURLs(app)
    return app


@contextmanager
def behind_nginx(
    file: str,
    work: Path,
    *apps: WSGIApplication,
    front: int = 8000,
    changes: Mapping[str, str] = _NOTHING,
) -> Iterator[str]:
    """Run apps behind nginx, and yield host and port of its first server.

    :param file: The recipe: what stands in nginx's ``http`` block.
    :param work: A directory of its own.
    :param apps: What is at 127.0.0.1:5000, at 127.0.0.1:5001 and so on.
    :param front: The port of that server in the recipe.
    :param changes: What else to replace in the recipe, by what.
    """
    # Started by root, nginx reads and writes files as another user.
    work.chmod(0o755)
    with ExitStack() as stack:
        ports = {}
        for number, app in enumerate(apps, 5000):
            root = stack.enter_context(running(app))
            ports[f"{HOST}:{number}"] = root.removeprefix("http://")
        # Not before, since an app takes any port that is free.
        port = free_port()
        ports[f"{HOST}:{front}"] = f"{HOST}:{port}"
        if f"listen {HOST}:8001;" in (DIRECTORY / file).read_text("utf-8"):
            ports.setdefault(f"{HOST}:8001", f"{HOST}:{free_port()}")
        conf = copy_recipe(file, work, {**changes, **ports})
        stack.enter_context(running_nginx_server(conf.read_text("utf-8"), work, port))
        yield f"{HOST}:{port}"


def check(
    row: Row, url: str, certificate: Path | None = None, **paths: str
) -> list[str]:
    """Return what the check of the symptom that a recipe names prints, by line.

    :param url: The public URL of the app.
    :param certificate: That of an https URL.
    :param paths: As for :meth:`test_live_symptoms.Deployment.check`.
    """
    symptom = table("Symptoms")[row.cells[-1]]
    return Deployment(url, "", certificate).check(symptom, **paths)
