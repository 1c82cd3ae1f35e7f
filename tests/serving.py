"""The pages, served by a program of its own, and the nginx before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from live import asked, running_program
from nginx import running_nginx_recipe
from recipes import DIRECTORY, NOTHING

import flask_prefix_urls
from demo.addresses import HOST

#: ``wsgi.py`` for plain Flask.
PLAIN = """
from pages import make_app
app = make_app()
"""
#: The ``wsgi.py`` of the recipes, with the pages in place of the user's app.
PREFIXED = (
    (DIRECTORY / "wsgi.py")
    .read_text("utf-8")
    .replace("from flask import Flask", "from pages import make_app")
    .replace("Flask(__name__)", "make_app()")
)

MODULES = "|".join(
    file.stem for file in Path(flask_prefix_urls.__file__).parent.glob("*.py")
)
# What the package warns of, as Flask writes it to the terminal, or else waitress.
WARNING = re.compile(
    rf"WARNING in (?:{MODULES}): .*|WARNING:[\w.]+\.prefix_urls:.*",
)


def warnings_in(work: Path) -> list[str]:
    """Return what the package has warned of in a program that ran in a directory."""
    return WARNING.findall((work / "output.log").read_text("utf-8"))


@contextmanager
def serving(
    command: Sequence[str],
    work: Path,
    port: int,
    environ: Mapping[str, str] = NOTHING,
    *,
    wsgi: str = PREFIXED,
    warns: bool = False,
    is_ready: Callable[[], bool] | None = None,
) -> Iterator[str]:
    """Run a server whose ``wsgi:app`` has the pages; yield the root of its URLs.

    :param work: A directory of its own, which may have the files of a recipe.
    :param port: Where it serves.
    :param environ: What to add to the environment.
    :param wsgi: The text of ``wsgi.py``.
    :param warns: Whether the package warns of something in the log.
    :param is_ready: Tells whether it does its work yet, where it speaks no HTTP.
    """
    (work / "wsgi.py").write_text(wsgi, "utf-8")
    root = f"http://{HOST}:{port}"

    def answers() -> bool:
        # Whatever it answers: a wrong setting may make that any status.
        return asked(root, "/health") is not None

    with running_program(command, work, is_ready or answers, environ):
        yield root
    warnings = warnings_in(work)
    assert bool(warnings) == warns, warnings


@contextmanager
def front(own: str, work: Path, *, strips: bool = True) -> Iterator[str]:
    """Run the nginx of most recipes before a server, and yield the root of its URLs.

    :param own: The root of the server's own URLs.
    :param work: The directory of the server, in which nginx gets one of its own.
    :param strips: Whether nginx strips ``/svc``, as its file has it.
    """
    slash = "/" if strips else ""
    changes = {"http://127.0.0.1:5000/": f"{own}{slash}"}
    with running_nginx_recipe("servers/nginx.conf", work / "nginx", changes) as host:
        yield f"http://{host}"
