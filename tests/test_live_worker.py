"""URLs that a Celery worker builds, a process that serves no request."""

from __future__ import annotations

import importlib
import os
import ssl
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from crawler import LIMIT, send
from live import make_certificate, running_program
from nginx import running_nginx

from demo.addresses import HOST
from demo.proxy import free_port
from demo.servers import running

pytestmark = pytest.mark.live

WriteMail = Callable[[str, str], tuple[int, str]]


@pytest.fixture(scope="module")
def root() -> str:
    """The root of nginx's URLs, which the worker is to know before nginx runs."""
    return f"https://{HOST}:{free_port()}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def write_mail(
    root: str, certificate: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WriteMail]:
    """Let the worker write a mail; the app runs behind nginx meanwhile."""
    work = tmp_path_factory.mktemp("worker")
    messages = tmp_path_factory.mktemp("messages")
    environ = {
        "WORKER_DIRECTORY": str(messages),
        "FLASK_PREFIX_URLS_PUBLIC_URL": f"{root}/shop",
        "FLASK_PREFIX_URLS_BLUEPRINTS__api": "/public",
    }
    command = [sys.executable, "-m", "celery", "--app", "worker", "worker"]
    command += ["--pool", "solo", "--without-gossip", "--without-mingle"]
    command += ["--loglevel", "INFO"]

    def is_ready() -> bool:
        return " ready." in (work / "output.log").read_text("utf-8")

    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        patch.delitem(sys.modules, "worker", raising=False)
        worker: Any = importlib.import_module("worker")
        with (
            running(worker.create_app()) as app,
            running_nginx(
                f"location /shop/ {{ proxy_pass {app}/; }}"
                f"location /public/ {{ proxy_pass {app}/; }}",
                tmp_path_factory.mktemp("nginx"),
                port=int(root.rpartition(":")[2]),
                certificate=certificate,
            ),
            running_program(command, work, is_ready),
        ):

            def write_mail(endpoint: str, token: str) -> tuple[int, str]:
                task = worker.write_mail.delay(endpoint, token)
                process, url = task.get(timeout=LIMIT, interval=0.02)
                return process, url

            yield write_mail


@pytest.mark.parametrize(
    ("endpoint", "path", "text"),
    [
        ("confirm", "/shop/confirm/", "confirmed"),
        ("api.order", "/public/api/", "ordered"),
    ],
    ids=["app", "blueprint"],
)
@pytest.mark.parametrize("token", ["t", "ü 1"])
def test_a_link_in_a_mail_of_the_worker_leads_to_its_page(
    write_mail: WriteMail,
    root: str,
    certificate: Path,
    endpoint: str,
    path: str,
    text: str,
    token: str,
) -> None:
    process, url = write_mail(endpoint, token)
    assert process != os.getpid()
    assert url == f"{root}{path}{quote(token)}"
    context = ssl.create_default_context(cafile=str(certificate))
    answer = send(root, "GET", url, context=context)
    assert (answer.status, answer.text) == (200, f"{text} {token}")
