"""The recipes of systemd: units that are verified, and that start a real gunicorn."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator, Mapping
from configparser import RawConfigParser
from contextlib import contextmanager
from pathlib import Path
from socket import AF_UNIX, SOCK_DGRAM, socket
from tempfile import TemporaryDirectory

import pytest
from crawler import LIMIT
from forged import echo, keeps_its_headers
from live import environment, need
from nginx import behind_nginx, running_nginx_recipe
from pages import faults
from readme import Row
from recipes import DIRECTORY, ROWS, copy_recipe, mistake, recipe
from serving import front, serving
from symptoms import see

from demo.addresses import HOST
from demo.proxy import free_port
from demo.servers import running

pytestmark = pytest.mark.live

SETTING = "Environment=FLASK_PREFIX_URLS_PREFIX=/svc"


def copy_units(
    work: Path,
    address: Mapping[str, str],
    *,
    setting: str = SETTING,
    folder: str = "systemd",
) -> None:
    """Copy the units, with what there is for their paths.

    :param address: What to replace in the socket.
    :param setting: What the service has in place of the prefix.
    :param folder: Where the socket is.
    """
    program = {"/srv/app/.venv/bin/gunicorn": str(need("gunicorn"))}
    # Of two that begin alike, the first one counts.
    changes = {**program, "/srv/app": str(work), SETTING: setting}
    copy_recipe("systemd/svc.service", work, changes)
    copy_recipe(f"{folder}/svc.socket", work, address)


def verify(work: Path) -> str:
    """Return what systemd-analyze says of the units: nothing, if they are right."""
    done = subprocess.run(
        [need("systemd-analyze"), "verify", "./svc.socket", "./svc.service"],
        cwd=work,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.returncode == 0 or done.stderr
    return done.stderr


def by_socket(work: Path, profile: str = "") -> list[str]:
    """Return the command that runs the service when its socket is asked for something.

    :param profile: What the profile of the shell has that the command is given to.
    """
    (work / ".bash_profile").write_text(profile, "utf-8")
    socket_unit, service = RawConfigParser(), RawConfigParser()
    socket_unit.read(work / "svc.socket")
    service.read(work / "svc.service")
    command = ["env", f"--chdir={service['Service']['WorkingDirectory']}"]
    listens = socket_unit["Socket"]["ListenStream"]
    command += [need("systemd-socket-activate"), "-l", listens]
    # As systemd does, it passes on next to nothing of the environment.
    for name, value in environment(work).items():
        command += ["-E", f"{name}={value}"]
    if "Environment" in service["Service"]:
        command += ["-E", service["Service"]["Environment"]]
    return in_shell(f"{shlex.join(command)} {service['Service']['ExecStart']}")


def in_shell(command: str) -> list[str]:
    """Return what runs a command in a shell that has read its profile."""
    return ["bash", "--login", "-c", f"exec {command}"]


@recipe("gunicorn by socket activation")
def test_systemd_starts_gunicorn_with_its_prefix(row: Row, tmp_path: Path) -> None:
    assert f"`{SETTING}`" in row.cells[3]
    port = free_port()
    copy_units(tmp_path, {"5000": str(port)})
    assert verify(tmp_path) == ""
    with (
        serving(by_socket(tmp_path), tmp_path, port) as own,
        front(own, tmp_path) as root,
    ):
        assert faults(root) == []


@mistake("gunicorn by socket activation")
def test_a_profile_of_a_shell_sets_nothing_for_a_service(
    row: Row, tmp_path: Path
) -> None:
    profile = SETTING.replace("Environment=", "export ")
    assert f"`{profile}`" in row.cells[4]
    port = free_port()
    copy_units(tmp_path, {"5000": str(port)}, setting="")
    with (
        serving(by_socket(tmp_path, profile), tmp_path, port) as own,
        front(own, tmp_path) as root,
    ):
        assert 'href="/foo/' in see(row, f"{root}/svc", own)
        assert "/foo/ answers 404" in faults(root)
    # It works here: in that shell.
    command = in_shell(f"{need('gunicorn')} --bind {HOST}:{port} wsgi:app")
    with serving(command, tmp_path, port) as own:
        assert 'href="/svc/foo/' in see(row, f"{own}/svc", own)


@contextmanager
def deployed_at_unix_socket(work: Path, *, strips: bool) -> Iterator[str]:
    """Run the service by its Unix socket, and nginx; yield the root of nginx's URLs.

    :param strips: Whether nginx strips ``/svc``, as its file has it.
    """
    with TemporaryDirectory() as directory:
        # Started by root, nginx serves as another user, whom SocketUser lets in.
        Path(directory).chmod(0o755)
        path = Path(directory, "svc.sock")
        copy_units(work, {"/run/svc.sock": str(path)}, folder="systemd/unix-socket")
        assert verify(work) == ""
        slash = ":/;" if strips else ";"
        changes = {"/run/svc.sock:/;": f"{path}{slash}"}
        command = by_socket(work)
        with (
            serving(command, work, 0, warns=not strips, is_ready=path.exists),
            running_nginx_recipe(
                "systemd/unix-socket/nginx.conf", work / "nginx", changes
            ) as host,
        ):
            path.chmod(0o666)
            yield f"http://{host}"


def test_gunicorn_tells_systemd_when_it_is_ready(tmp_path: Path) -> None:
    port = free_port()
    copy_units(tmp_path, {"5000": str(port)})
    service = RawConfigParser()
    service.read(tmp_path / "svc.service")
    # Then systemd waits for what is sent to NOTIFY_SOCKET.
    assert service["Service"]["Type"] == "notify"
    with TemporaryDirectory() as directory, socket(AF_UNIX, SOCK_DGRAM) as systemd:
        systemd.bind(f"{directory}/notify")
        systemd.settimeout(LIMIT)
        *shell, command = by_socket(tmp_path)
        notify = f" -E NOTIFY_SOCKET={directory}/notify -E "
        command = command.replace(" -E ", notify, 1)
        with serving([*shell, command], tmp_path, port):
            assert systemd.recv(100).startswith(b"READY=1")


@recipe("gunicorn at a Unix socket")
def test_nginx_strips_before_a_unix_socket(row: Row, tmp_path: Path) -> None:
    assert f"`{SETTING}`" in row.cells[3]
    unit = RawConfigParser()
    unit.read(DIRECTORY / "systemd/unix-socket/svc.socket")
    # Debian's nginx, which could not write to a socket of another user.
    assert unit["Socket"]["SocketUser"] == "www-data"
    with deployed_at_unix_socket(tmp_path, strips=True) as root:
        assert faults(root) == []


def test_no_client_sets_a_header_at_a_unix_socket(tmp_path: Path) -> None:
    # It sends what the nginx of the servers does, whose headers this row names.
    row = ROWS["`flask run` behind nginx"]
    with running(echo()) as own:
        changes = {"http://unix:/run/svc.sock:": own}
        conf = "systemd/unix-socket/nginx.conf"
        with behind_nginx(conf, tmp_path, changes=changes) as host:
            keeps_its_headers(row, f"http://{host}", "/svc/")


@mistake("gunicorn at a Unix socket")
def test_the_path_of_a_unix_socket_ends_the_address(row: Row, tmp_path: Path) -> None:
    assert "`proxy_pass http://unix:/run/svc.sock;`" in row.cells[4]
    with deployed_at_unix_socket(tmp_path, strips=False) as root:
        assert see(row, f"{root}/svc") == ["404"]


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
    copy_units(tmp_path, {}, setting=wrong)
    assert sentence in verify(tmp_path)
