"""What the tests share that start programs."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from crawler import LIMIT, Answer, send
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from demo import proxy
from demo.addresses import HOST
from demo.proxy import PROXIES, find, free_port

HERE = Path(__file__).parent
ROOT = HERE.parent
GUARD = HERE / "guard.py"


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
        _do_without(sentence)
    return path


def need_node_package(name: str) -> Path:
    """Return where a package of npm is; without it, do as :func:`need` does.

    It lies in a folder of ``NODE_PATH``, or in ``node_modules`` of the checkout.
    """
    folders = os.environ.get("NODE_PATH") or str(ROOT / "node_modules")
    packages = (Path(folder, name) for folder in folders.split(os.pathsep))
    package = next(filter(Path.is_dir, packages), None)
    if package is None:
        _do_without(
            f"{name} is not in {folders}: npm install {name}, or set NODE_PATH."
        )
    return package


def _do_without(sentence: str) -> NoReturn:
    """Skip a test that lacks something, and in CI fail it."""
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def environment(*directories: Path) -> dict[str, str]:
    """Return the environment of a program that finds programs and modules as tests do.

    :param directories: Where else it finds modules, before all others.
    """
    modules = [*directories, HERE, ROOT, os.environ.get("PYTHONPATH", "")]
    programs = [Path(sys.executable).parent, os.environ["PATH"]]
    return {
        "PATH": os.pathsep.join(map(str, programs)),
        "PYTHONPATH": os.pathsep.join(filter(None, map(str, modules))),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def launcher() -> list[str]:
    """Return what to put before a command, so that it ends with the tests.

    However they end; ``guard.py`` says how. It is for Linux, as the live tests are.
    """
    if sys.platform != "linux":
        return []
    return [sys.executable, "-IS", str(GUARD), str(os.getpid())]


def end(process: subprocess.Popen[Any]) -> None:
    """End a program that was started by the launcher, which then ends its children."""
    process.terminate()
    try:
        process.wait(LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def running_program(
    command: Sequence[str],
    work: Path,
    is_ready: Callable[[], bool],
    environ: Mapping[str, str] = MappingProxyType({}),
) -> AbstractContextManager[None]:
    """Run a program that ends with the tests, and finds modules in its directory, too.

    :param work: The directory that it runs in, and that its ``output.log`` is in.
    :param is_ready: Tells whether it does its work yet.
    :param environ: What to add to the environment.
    """
    return proxy.running_program(
        command,
        work,
        is_ready,
        environ={**environment(work), **environ},
        launcher=launcher(),
    )


def running_proxy(name: str, **options: Any) -> AbstractContextManager[str]:
    """Run a proxy of the demo; the options are those of the demo's function."""
    return proxy.running_proxy(name, launcher=launcher(), **options)


@contextmanager
def running_proxy_with_https(
    name: str, app: str, certificate: Path, *, strips: bool = True
) -> Iterator[tuple[str, str]]:
    """Run a proxy of the demo; yield the root of its URLs by http, and that by https.

    :param app: The root of the URLs of the app, which runs.
    :param certificate: As :func:`make_certificate` returns it.
    :param strips: Whether it strips the prefixes.
    """
    need(name)
    https_port = free_port()
    with running_proxy(
        name,
        app_port=urlsplit(app).port,
        strips=strips,
        https_port=https_port,
        certificate=certificate,
    ) as root:
        yield root, f"https://{HOST}:{https_port}"


def make_certificate(directory: Path) -> Path:
    """Make a certificate that signs itself; return the file that has its key, too."""
    options = f"-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -subj /CN={HOST}"
    subprocess.run(
        [
            *(need("openssl"), "req", "-x509", "-nodes", "-days", "2"),
            *(*options.split(), "-addext", f"subjectAltName=IP:{HOST}"),
            *("-keyout", "key.pem", "-out", "certificate.pem"),
        ],
        cwd=directory,
        check=True,
        capture_output=True,
    )
    both = directory / "both.pem"
    parts = ("certificate.pem", "key.pem")
    both.write_text("".join((directory / part).read_text() for part in parts))
    return both


def listens(port: int) -> bool:
    """Tell whether a server listens on a port, whatever it speaks."""
    try:
        socket.create_connection((HOST, port), LIMIT).close()
    except OSError:
        return False
    return True


def asked(root: str, path: str = "/") -> Answer | None:
    """Return what a server answers, or ``None`` while it does not."""
    try:
        return send(root, "GET", path)
    except (OSError, HTTPException):
        return None


class LaunchedService(Service):
    """Chromedriver, started by the launcher.

    Selenium wants one program; the launcher is a program and its arguments.
    """

    def __init__(self) -> None:
        self.command = [*launcher(), need("chromedriver")]
        super().__init__(self.command[0])

    def command_line_args(self) -> list[str]:
        return [*self.command[1:], *super().command_line_args()]


@contextmanager
def chromium(profile: Path) -> Iterator[WebDriver]:
    """Run Debian's Chromium; nothing is downloaded."""
    options = webdriver.ChromeOptions()
    options.binary_location = need("chromium")
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    logs = {"browser": "ALL", "performance": "ALL"}
    options.set_capability("goog:loggingPrefs", logs)
    driver = webdriver.Chrome(options, LaunchedService())
    try:
        yield driver
    finally:
        driver.quit()


def click_through(driver: WebDriver, element: WebElement) -> None:
    """Click what leads to another page, and wait until that is complete.

    No element is asked in between: instead of calling one stale, ChromeDriver may fail
    with an unknown error (SeleniumHQ/selenium#15401).
    """
    driver.execute_script("window.isLeft = true;")
    element.click()
    WebDriverWait(driver, LIMIT, 0.02).until(
        lambda driver: driver.execute_script(
            "return !window.isLeft && document.readyState === 'complete';"
        )
    )


@dataclass
class DemoCommand:
    """``python -m demo``, once it has said where it is."""

    process: subprocess.Popen[str]
    lines: list[str]

    @property
    def root(self) -> str:
        """The root of the URLs, without a trailing slash."""
        (root,) = re.findall(r"(http://127\.0\.0\.1:\d+)/", "".join(self.lines))
        return str(root)

    def interrupt(self, number: int = signal.SIGINT) -> tuple[int, str, str]:
        """Press Ctrl-C; return exit code, and what is printed from there on.

        The launcher prints what the demo leaves behind.

        :param number: Another signal.
        """
        self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, output, errors


@contextmanager
def demo_command(*arguments: str) -> Iterator[DemoCommand]:
    """Run ``python -m demo`` for as long as the block runs."""
    # It would hide a line that is printed, but not sent.
    environ = {key: os.environ[key] for key in os.environ.keys() - {"PYTHONUNBUFFERED"}}
    process = subprocess.Popen(
        [*launcher(), sys.executable, "-W", "error", "-m", "demo", *arguments],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # Should it hang, ending it ends the reads below.
    watchdog = threading.Timer(LIMIT, process.terminate)
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
        end(process)
        process.communicate()
