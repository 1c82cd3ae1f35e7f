"""A program in a real pseudo-terminal, as somebody sees it who types its name."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Seconds, for what takes a fraction of one.
LIMIT = 60

# What click writes to set a colour or to reset it: ECMA-48, "select graphic rendition".
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Shown:
    """What a program shows in a terminal."""

    text: str
    status: int

    @property
    def plain(self) -> str:
        """The text without its colours."""
        return STYLE.sub("", self.text)


def run_in_terminal(
    command: Sequence[str],
    columns: int,
    *,
    directory: Path,
    environ: Mapping[str, str] | None = None,
) -> Shown:
    """Run a program in a terminal with so many columns.

    :param directory: The directory that it runs in.
    :param environ: What to add to the environment.
    """
    # Either decides instead of the terminal.
    kept = os.environ.keys() - {"COLUMNS", "NO_COLOR"}
    reader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        command,
        cwd=directory,
        env={**{key: os.environ[key] for key in kept}, **(environ or {})},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    # Should it hang, ending it ends the reading.
    watchdog = threading.Timer(LIMIT, process.kill)
    watchdog.start()
    try:
        written = b"".join(_chunks(reader))
        status = process.wait()
    finally:
        watchdog.cancel()
        os.close(reader)
    # The terminal writes a carriage return before each newline.
    return Shown(written.decode().replace("\r\n", "\n"), status)


def _chunks(reader: int) -> Iterator[bytes]:
    """Yield what is written to a terminal until nobody has it open any more."""
    while True:
        try:
            chunk = os.read(reader, 65536)
        except OSError:  # On Linux, the end is an error.
            return
        if not chunk:
            return
        yield chunk
