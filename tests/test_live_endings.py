"""However the live tests or the demo end, no program that they have started stays."""

from __future__ import annotations

import os
import pty
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from crawler import LIMIT, Browser
from endings import READY
from live import HERE, demo_command, launcher, need

from demo.__main__ import main
from demo.proxy import PROXIES

pytestmark = pytest.mark.live

HOME = "/some-service/v1/"
LINE = "GET /some-service/v1/  ->  GET /  200\n"

# What must have been there before it is looked for in vain: some fork workers, some
# start helpers in sessions of their own, one serves as another user.
PROGRAMS = {
    *("nginx", "apache2", "haproxy", "caddy", "traefik", "envoy"),
    *("gunicorn", "uwsgi", "waitress-serve", "chromedriver", "chromium"),
}

# Seconds between two looks.
POLL_INTERVAL = 0.02


@dataclass(frozen=True)
class Process:
    """A process; when it has started tells it from a later one with its number."""

    pid: int
    name: str
    started: str


def processes() -> dict[Process, int]:
    """Return all processes that have not ended, each with the number of its parent."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text("utf-8", "replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        # The name stands in brackets, and may have brackets in it.
        before, _, after = text.rpartition(")")
        state, parent, *more = after.split()
        if state != "Z":
            pid, _, name = before.partition(" (")
            found[Process(int(pid), name, more[17])] = int(parent)
    return found


def descendants(pid: int) -> set[Process]:
    """Return what a process has started, and what that has started, and so on."""
    parents = processes()
    found: set[Process] = set()
    pids = {pid}
    while True:
        more = {each for each in parents if parents[each] in pids} - found
        if not more:
            return found
        found |= more
        pids |= {each.pid for each in more}


def marked(mark: str) -> set[Process]:
    """Return the processes that have something in their environment."""
    found = set()
    for process in processes():
        try:
            environ = Path(f"/proc/{process.pid}/environ").read_bytes()
        except OSError:
            # It has ended, or is none of ours.
            continue
        if mark.encode() in environ:
            found.add(process)
    return found


def wait_until_none_is_left(look: Callable[[], set[Process]]) -> None:
    deadline = time.monotonic() + LIMIT
    while left := look():
        assert time.monotonic() < deadline, sorted(each.name for each in left)
        time.sleep(POLL_INTERVAL)


ENDINGS = {
    "fails": (None, 1),
    "interrupted": (signal.SIGINT, 2),
    "terminated": (signal.SIGTERM, -signal.SIGTERM),
    "killed": (signal.SIGKILL, -signal.SIGKILL),
}


@pytest.mark.parametrize(("number", "code"), ENDINGS.values(), ids=ENDINGS.keys())
def test_live_tests_leave_nothing_behind(
    number: signal.Signals | None, code: int
) -> None:
    mark = secrets.token_hex()
    options = ["--quiet", "--capture", "no", "-p", "no:cacheprovider"]
    pytest_run = subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, str(HERE / "endings.py")],
        cwd=HERE.parent,
        # Nothing of this run's, such as how it is to report.
        env={**os.environ, "PYTEST_ADDOPTS": "", "MARK": mark},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    # Should it hang, its end ends the reads below.
    watchdog = threading.Timer(3 * LIMIT, pytest_run.kill)
    watchdog.start()
    started: set[Process] = set()
    with pytest_run:
        try:
            assert pytest_run.stdin is not None
            assert pytest_run.stdout is not None
            said = []
            for line in pytest_run.stdout:
                said.append(line)
                if READY in line:
                    break
            started = descendants(pytest_run.pid)
            names = {process.name for process in started}
            assert names >= PROGRAMS, "".join(said)
            if number is None:
                pytest_run.stdin.close()
            elif number == signal.SIGINT:
                # Ctrl-C is for all processes of the terminal.
                os.killpg(pytest_run.pid, number)
            else:
                pytest_run.send_signal(number)
            assert pytest_run.wait(2 * LIMIT) == code
        finally:
            watchdog.cancel()
            pytest_run.kill()
    try:
        wait_until_none_is_left(lambda: started & processes().keys())
        wait_until_none_is_left(lambda: marked(mark))
    finally:
        for process in started & processes().keys():
            os.kill(process.pid, signal.SIGKILL)


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the demo puts its temporary files."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory)
        # Started by root, some proxies serve as someone else.
        path.chmod(0o755)
        monkeypatch.setenv("TMPDIR", directory)
        yield path


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *((name, signal.SIGTERM) for name in PROXIES),
        ("nginx", signal.SIGHUP),
        ("nginx", signal.SIGINT),
    ],
)
def test_a_signal_ends_the_demo_and_its_proxy(
    temporary: Path, name: str, number: signal.Signals
) -> None:
    need(name)
    with demo_command("--proxy", name, "--port", "0") as demo:
        assert Browser(demo.root).get(HOME).status == 200
        started = descendants(demo.process.pid)
        assert PROXIES[name].program in {process.name for process in started}
        assert len(list(temporary.iterdir())) == 1
        # The launcher would say what the demo has left, before it ends that.
        assert demo.interrupt(number) == (0, LINE, "")
        assert started & processes().keys() == set()
        assert list(temporary.iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        Browser(demo.root).get(HOME)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_demo_without_a_proxy(number: signal.Signals) -> None:
    with demo_command("--port", "0") as demo:
        assert demo.interrupt(number) == (0, "", "")


def test_a_closed_terminal_ends_the_demo_and_its_proxy(temporary: Path) -> None:
    need("nginx")
    master, terminal = pty.openpty()
    demo = subprocess.Popen(
        [
            *(*launcher(), need("setsid"), "--ctty", sys.executable, "-m", "demo"),
            *("--proxy", "nginx", "--port", "0"),
        ],
        cwd=HERE.parent,
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(terminal)
    watchdog = threading.Timer(LIMIT, demo.terminate)
    watchdog.start()
    with demo:
        try:
            with open(master, encoding="utf-8", closefd=False) as shown:
                for line in shown:
                    if "Ctrl-C" in line:
                        break
            started = descendants(demo.pid)
            assert "nginx" in {process.name for process in started}
            assert len(list(temporary.iterdir())) == 1
            os.close(master)
            assert demo.communicate(timeout=LIMIT) == (None, "")
            assert demo.returncode == 0
        finally:
            watchdog.cancel()
            demo.terminate()
    assert started & processes().keys() == set()
    assert list(temporary.iterdir()) == []


def test_the_demo_gives_signals_their_handlers_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    program = Path(sys.executable).name
    broken = replace(PROXIES["nginx"], program=program, arguments=("-c", "exit(3)"))
    monkeypatch.setattr("demo.proxy.PROXIES", {"nginx": broken})
    assert main(["--port=0", "--proxy=nginx"]) == 1
    assert [signal.getsignal(number) for number in numbers] == before
