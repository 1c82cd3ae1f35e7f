"""A live test that starts one of everything, for ``test_live_endings.py`` to end."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from live import chromium, demo_command, running_proxy
from servers import SERVERS, running_server

from demo.proxy import PROXIES

pytestmark = pytest.mark.live

READY = "All of them run."


@pytest.fixture
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with ExitStack() as programs:
        port = 0
        for name in ("gunicorn-sync", "uwsgi", "waitress", "mod_wsgi"):
            work: Path = tmp_path_factory.mktemp(name)
            port = programs.enter_context(running_server(SERVERS[name], work))
        for name in PROXIES:
            programs.enter_context(running_proxy(name, app_port=port))
        programs.enter_context(chromium(tmp_path_factory.mktemp("profile")))
        programs.enter_context(demo_command("--proxy", "nginx", "--port", "0"))
        yield


@pytest.mark.usefixtures("everything")
def test_fails() -> None:
    # Whoever runs the tests may ignore it, as a shell does for its background jobs.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    # Until whoever has started this wants it to go on, or has ended.
    sys.stdin.read()
    pytest.fail("On purpose.")
