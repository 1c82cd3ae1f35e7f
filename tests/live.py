"""What the tests share that start programs."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from crawler import LIMIT

from demo.proxy import PROXIES, find


def need(program: str) -> str:
    """Return where a program is; without it, skip the test, and in CI fail it.

    A program of the Python that runs, which has the app's packages, comes first.

    :param program: The name of one of ``PROXIES``, or any program.
    """
    beside = Path(sys.executable).with_name(program)
    if program in PROXIES:
        path = find(program)
    else:
        path = shutil.which(beside) or shutil.which(program)
    if path is None:
        sentence = f"{program} is not installed."
        if program in PROXIES:
            sentence = f"{program} is not installed: {PROXIES[program].install}."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return path


@dataclass
class DemoCommand:
    """``python -m demo``, once it has said where it is.

    ``addresses`` is what it has printed: the root for each path.
    """

    process: subprocess.Popen[str]
    lines: list[str]

    @property
    def addresses(self) -> dict[str, str]:
        line = r"^ *(http://127\.0\.0\.1:\d+)(/\S+)  +\S"
        printed = re.findall(line, "".join(self.lines), re.MULTILINE)
        return {path: root for root, path in printed}

    def interrupt(self) -> tuple[int, str, str]:
        """Press Ctrl-C; return exit code, and what is printed from there on."""
        self.process.send_signal(signal.SIGINT)
        output, errors = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, output, errors


@contextmanager
def demo_command(*arguments: str) -> Iterator[DemoCommand]:
    """Run ``python -m demo`` for as long as the block runs."""
    # It would hide a line that is printed, but not sent.
    environ = {key: os.environ[key] for key in os.environ.keys() - {"PYTHONUNBUFFERED"}}
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "demo", *arguments],
        cwd=Path(__file__).parent.parent,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # Should it hang, killing it ends the reads below.
    watchdog = threading.Timer(LIMIT, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        assert lines[-1:] == ["Ctrl-C ends it.\n"]
        yield DemoCommand(process, lines)
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()
