"""The recipe of systemd: its units are checked, and run by systemd-socket-activate."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import contextmanager
from pathlib import Path

import pytest
from crawler import LIMIT
from deployed import front, paths, see, serving_app
from live import need
from pages import faults
from readme import Row
from recipes import copy_recipe, mistake, recipe

from demo.addresses import HOST
from demo.proxy import free_port

pytestmark = pytest.mark.live

SETTING = "Environment=FLASK_PREFIX_URLS_PREFIX=/svc"


def copy_units(work: Path, port: int, setting: str = SETTING) -> None:
    """Copy the units, with what there is for their paths.

    :param setting: What the service has instead of the prefix.
    """
    program = {"/srv/app/.venv/bin/gunicorn": str(need("gunicorn"))}
    # Of two that begin alike, the first one counts.
    changes = {**program, "/srv/app": str(work), SETTING: setting}
    copy_recipe("systemd/svc.service", work, changes)
    copy_recipe("systemd/svc.socket", work, {"5000": str(port)})


def verify(work: Path) -> str:
    """Return what systemd has against the units."""
    done = subprocess.run(
        [need("systemd-analyze"), "verify", "./svc.socket", "./svc.service"],
        cwd=work,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.returncode == 0 or done.stderr
    return done.stderr


@contextmanager
def activated(work: Path, port: int, profile: str = "") -> Iterator[tuple[str, str]]:
    """Run the service by its socket; yield the roots of nginx's URLs and of its own.

    :param profile: What the profile of the shell has that starts it.
    """
    socket, service = RawConfigParser(), RawConfigParser()
    for parser in (socket, service):
        # Else it makes all keys lower case.
        parser.optionxform = str  # type: ignore[assignment,method-assign]
    socket.read(work / "svc.socket")
    service.read(work / "svc.service")
    # As systemd does, it passes on next to nothing of the environment.
    options = ["-l", socket["Socket"]["ListenStream"]]
    for name, value in paths(work).items():
        options += ["-E", f"{name}={value}"]
    if "Environment" in service["Service"]:
        options += ["-E", service["Service"]["Environment"]]
    program = need("systemd-socket-activate")
    command = " ".join([program, *options, service["Service"]["ExecStart"]])
    (work / ".bash_profile").write_text(profile, "utf-8")
    with (
        serving_app(["bash", "--login", "-c", f"exec {command}"], work, port) as own,
        front(port, work) as root,
    ):
        yield root, own


@recipe("gunicorn by socket activation")
def test_systemd_starts_gunicorn_with_its_prefix(row: Row, tmp_path: Path) -> None:
    assert f"`{SETTING}`" in row.cells[3]
    port = free_port()
    copy_units(tmp_path, port)
    assert verify(tmp_path) == ""
    with activated(tmp_path, port) as (root, _):
        assert faults(root) == []


@mistake("gunicorn by socket activation")
def test_a_profile_of_a_shell_sets_nothing_for_a_service(
    row: Row, tmp_path: Path
) -> None:
    profile = SETTING.replace("Environment=", "export ")
    assert f"`{profile}`" in row.cells[4]
    port = free_port()
    copy_units(tmp_path, port, "")
    with activated(tmp_path, port, profile) as (root, own):
        assert 'href="/foo/' in see(row, root, own)
        assert "/foo/ answers 404" in faults(root)
    # It works here: in that shell.
    command = f"exec {need('gunicorn')} --bind {HOST}:{port} wsgi:app"
    with serving_app(["bash", "--login", "-c", command], tmp_path, port) as own:
        assert 'href="/svc/foo/' in see(row, root, own)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("Enviroment=A=1", "Unknown key 'Enviroment' in section [Service], ignoring."),
        ("Environment=A-B=1", "Invalid environment assignment, ignoring: A-B=1"),
        ("ExecStop=/srv/stop", "Command /srv/stop is not executable"),
    ],
    ids=["key", "variable", "program"],
)
def test_systemd_finds_a_mistake_in_a_unit(
    wrong: str, sentence: str, tmp_path: Path
) -> None:
    copy_units(tmp_path, free_port(), wrong)
    assert sentence in verify(tmp_path)
