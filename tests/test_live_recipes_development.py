"""The recipes of the development server: behind nginx, and without a proxy."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from live import need
from pages import faults
from readme import Row
from recipes import NOTHING, copy_recipe, mistake, recipe
from serving import front, serving
from symptoms import see

from demo.proxy import free_port

pytestmark = pytest.mark.live

PREFIX = "FLASK_PREFIX_URLS_PREFIX=/svc"
STRIPS = "FLASK_PREFIX_URLS_PROXY_STRIPS=false"


def flask_run(
    script: str,
    work: Path,
    changes: Mapping[str, str] = NOTHING,
    *,
    warns: bool = False,
) -> AbstractContextManager[str]:
    """Run a script of ``development``; yield the root of the server's URLs.

    :param changes: What to replace in it, beside the port.
    :param warns: Whether the package warns of something in the log.
    """
    need("flask")
    port = free_port()
    # The reloader of --debug is a second process, which nobody here needs.
    changes = {"--debug ": "", "5000": str(port), **changes}
    copy = copy_recipe(f"development/{script}", work, changes)
    return serving(["sh", copy.name], work, port, warns=warns)


@recipe("`flask run` behind nginx")
def test_flask_run_behind_nginx(row: Row, tmp_path: Path) -> None:
    assert f"`{PREFIX}`" in row.cells[3]
    with (
        flask_run("behind-nginx.sh", tmp_path) as own,
        front(own, tmp_path) as root,
    ):
        assert faults(root) == []


@mistake("`flask run` behind nginx")
def test_an_application_root_for_flask_run(row: Row, tmp_path: Path) -> None:
    wrong_setting = "FLASK_APPLICATION_ROOT=/svc"
    assert f"`{wrong_setting}`" in row.cells[4]
    with (
        flask_run("behind-nginx.sh", tmp_path, {PREFIX: wrong_setting}) as own,
        front(own, tmp_path) as root,
    ):
        assert 'href="/foo/' in see(row, f"{root}/svc")
        assert "/foo/ answers 404" in faults(root)


@recipe("`flask run` without a proxy")
def test_flask_run_strips_the_prefix_itself(row: Row, tmp_path: Path) -> None:
    assert f"`{PREFIX}` and `{STRIPS}`" in row.cells[3]
    with flask_run("without-proxy.sh", tmp_path) as root:
        assert faults(root) == []


@mistake("`flask run` without a proxy")
def test_nothing_strips_before_flask_run(row: Row, tmp_path: Path) -> None:
    assert f"without `{STRIPS}`" in row.cells[4]
    changes = {f"export {STRIPS}": ""}
    with flask_run("without-proxy.sh", tmp_path, changes, warns=True) as root:
        assert see(row, f"{root}/svc") == ["404"]
        # The app says what to do.
        log = (tmp_path / "output.log").read_text("utf-8")
        assert "or set proxy_strips=False" in log
