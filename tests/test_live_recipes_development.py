"""The recipes of the development server: behind nginx, and without a proxy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from deployed import NOTHING, front, see, serving_app
from live import need
from pages import faults
from readme import Row
from recipes import copy_recipe, mistake, recipe

from demo.proxy import free_port

pytestmark = pytest.mark.live

PREFIX = "FLASK_PREFIX_URLS_PREFIX=/svc"
STRIPS = "FLASK_PREFIX_URLS_PROXY_STRIPS=false"


@contextmanager
def flask_run(
    script: str,
    work: Path,
    port: int,
    changes: Mapping[str, str] = NOTHING,
    *,
    warns: bool = False,
) -> Iterator[str]:
    """Run a script of ``development``; yield the root of the server's URLs.

    :param changes: What to replace in it, beside the port.
    :param warns: Whether the package warns of something in the log.
    """
    need("flask")
    # The reloader of --debug is a second process, which nobody here needs.
    changes = {"--debug ": "", "5000": str(port), **changes}
    copy = copy_recipe(f"development/{script}", work, changes)
    with serving_app(["sh", copy.name], work, port, warns=warns) as own:
        yield own


@recipe("`flask run` behind nginx")
def test_flask_run_behind_nginx(row: Row, tmp_path: Path) -> None:
    assert f"`{PREFIX}`" in row.cells[3]
    port = free_port()
    with (
        flask_run("behind-nginx.sh", tmp_path, port),
        front(port, tmp_path) as root,
    ):
        assert faults(root) == []


@mistake("`flask run` behind nginx")
def test_an_application_root_for_flask_run(row: Row, tmp_path: Path) -> None:
    wrong_setting = "FLASK_APPLICATION_ROOT=/svc"
    assert f"`{wrong_setting}`" in row.cells[4]
    port = free_port()
    with (
        flask_run("behind-nginx.sh", tmp_path, port, {PREFIX: wrong_setting}) as own,
        front(port, tmp_path) as root,
    ):
        assert 'href="/foo/' in see(row, root, own)
        assert "/foo/ answers 404" in faults(root)


@recipe("`flask run` without a proxy")
def test_flask_run_strips_the_prefix_itself(row: Row, tmp_path: Path) -> None:
    assert f"`{PREFIX}` and `{STRIPS}`" in row.cells[3]
    with flask_run("without-proxy.sh", tmp_path, free_port()) as root:
        assert faults(root) == []


@mistake("`flask run` without a proxy")
def test_nothing_strips_before_flask_run(row: Row, tmp_path: Path) -> None:
    assert f"without `{STRIPS}`" in row.cells[4]
    port = free_port()
    changes = {f"export {STRIPS}": ""}
    with flask_run("without-proxy.sh", tmp_path, port, changes, warns=True) as root:
        assert see(row, root, root) == ["404"]
        # The app says what to do.
        log = (tmp_path / "output.log").read_text("utf-8")
        assert "or set proxy_strips=False" in log
