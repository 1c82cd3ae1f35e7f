"""The command: starts the demo, says where it is, and ends it when it is told to."""

from __future__ import annotations

import argparse
import errno
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .addresses import HOST
from .proxy import PROXIES, ProxyError, find

_LAST_PORT = 65535


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo until a signal ends it.

    :param arguments: The command line without the program; ``None`` is that of the
        process.
    :return: The exit code.
    """
    given = _parser().parse_args(arguments)
    port: int = given.port
    proxy: str | None = given.proxy
    try:
        _check(port)
        if proxy is not None:
            _check_installed(proxy)
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return 2
    print(f"Starting a Flask app behind {proxy or 'a proxy'} ...", flush=True)
    # Imported only now, since Flask can take longer than people wait for a first line.
    from .servers import running_behind, running_demo

    demo = running_demo(port) if proxy is None else running_behind(proxy, port)
    try:
        with _stopped_by_signals() as stop, demo as root:
            _print_address(root, proxy)
            # On Windows a wait without a limit would keep the handler from running.
            while not stop.wait(timeout=1):
                pass
    except ProxyError as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """Yield what Ctrl-C, ``kill`` and a closed terminal set while the block runs.

    They have a handler, so that none of them breaks into starting or ending.
    """
    stop = threading.Event()
    numbers = [signal.SIGINT, signal.SIGTERM]
    # Windows has none, and nohup has it ignored.
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        numbers.append(hangup)
    handlers = {
        number: signal.signal(number, lambda *_: stop.set()) for number in numbers
    }
    try:
        yield stop
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo",
        description="A small Flask app behind a proxy that strips prefixes.",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8000,
        help="the port of the proxy; 0 is any free one (default: %(default)s)",
    )
    parser.add_argument(
        "--proxy",
        choices=PROXIES,
        help="a real proxy that is installed here (default: one of the demo's own)",
    )
    return parser


def _check(port: int) -> None:
    """Try a port, since the server itself would print and exit where it is taken.

    :raise ValueError: If the port cannot be had; the sentence says how to go on.
    """
    if not 0 <= port <= _LAST_PORT:
        raise ValueError(
            f"Port {port} is not between 0 and {_LAST_PORT}: choose another with"
            " --port."
        )
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            fault = "is in use"
        else:
            fault = f"cannot be used ({error.strerror})"
        raise ValueError(f"Port {port} {fault}: choose another with --port.") from error


def _check_installed(proxy: str) -> None:
    """Look for the program of a proxy.

    :raise ValueError: If it is not there; the sentence says how to install it.
    """
    if find(proxy) is None:
        missing = PROXIES[proxy]
        raise ValueError(
            f"{missing.program} is not installed: install it with"
            f" {missing.install}, or leave --proxy out."
        )


def _print_address(root: str, proxy: str | None) -> None:
    print(f"\nOpen {root}/ in a browser.\n")
    print("A line for each request: what the browser asks  ->  what the app receives")
    if proxy is not None:
        print(f"(What {proxy} answers by itself has no line, and no way back.)")
    print("Ctrl-C ends it.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
