"""Runs a program, and ends it with whoever started it, however that one ends.

As a command: ``python guard.py PID PROGRAM ARGUMENT...``, where PID is the process that
starts it. For Linux, whose kernel says when that process has ended, also where it was
killed, and hands over what the program leaves behind: workers, helpers, a daemon.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

# From <linux/prctl.h>.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

# Seconds that the program has for its end. Less than others wait for the guard's.
GRACE = 5

TO_END = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


def main(starter: int, command: list[str]) -> int:
    """Run a program to its end, and return its exit code as a shell has it."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    for number in TO_END:
        # Whoever runs the tests may ignore one, as nohup does, and that is inherited.
        signal.signal(number, signal.SIG_DFL)
    waited_for = {*TO_END, signal.SIGCHLD, signal.SIGALRM}
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, waited_for)
    if os.getppid() != starter:
        # It has ended before the kernel was asked to say so.
        return 1
    program = os.posix_spawnp(command[0], command, os.environ, setsigmask=mask)
    code = None
    was_told = False
    while code is None:
        number = signal.sigwait(waited_for)
        if number in TO_END:
            was_told = True
            os.kill(program, number)
            signal.alarm(GRACE)
        elif number == signal.SIGALRM:
            os.kill(program, signal.SIGKILL)
        code = reap(program)
    left = end_what_is_left()
    if left and not (was_told and code < 0):
        sys.stderr.write(f"{command[0]} has left behind: {', '.join(left)}\n")
    return code if code >= 0 else 128 - code


def reap(program: int) -> int | None:
    """Collect what has ended, and return the program's exit code, if it is among that.

    A negative one is the signal that killed it.
    """
    code = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if pid == 0:
            return code
        if pid == program:
            code = os.waitstatus_to_exitcode(status)


def end_what_is_left() -> list[str]:
    """Kill every process that the program has left; return their names.

    The children of one that is killed become children of this process in turn.
    """
    names = []
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    while True:
        for child in children.read_text().split():
            comm = Path("/proc", child, "comm")
            stat = Path("/proc", child, "stat").read_text()
            if stat.rpartition(")")[2].split()[0] != "Z":
                names.append(comm.read_text().strip())
            os.kill(int(child), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return names


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
