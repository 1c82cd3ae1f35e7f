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
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from crawler import LIMIT
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from demo import proxy
from demo.addresses import HOST
from demo.proxy import PROXIES, find, free_port, running_program

HERE = Path(__file__).parent
GUARD = HERE / "guard.py"

# What every nginx of these tests has.
NGINX_CONF = """
pid nginx.pid;
error_log stderr;
events {{ }}
http {{
    access_log off;
    client_body_temp_path client_body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    scgi_temp_path scgi;
    uwsgi_temp_path uwsgi;
    {server}
}}
"""

NGINX_SERVER = """
server {{
    listen {host}:{port}{ssl};
    proxy_set_header Host $http_host;
    proxy_redirect off;
    {locations}
}}
"""


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


def need_axe() -> str:
    """Return the source of axe-core; without it, skip the test, and in CI fail it."""
    return _need_script("axe-core", "axe.min.js", "AXE_CORE").read_text("utf-8")


def need_socket_io() -> Path:
    """Return where the client of Socket.IO is, in the same way."""
    return _need_script("socket.io-client", "dist/socket.io.min.js", "SOCKET_IO")


def _need_script(package: str, file: str, variable: str) -> Path:
    """Return a file of an npm package, or what an environment variable names."""
    installed = HERE.parent / "node_modules" / package / file
    path = Path(os.environ.get(variable, installed))
    if not path.is_file():
        _do_without(f"{path} is not there: npm install {package}, or set {variable}.")
    return path


def need_node_package(name: str) -> str:
    """Return where Node.js's packages are; without this one, do as ``need_axe``."""
    modules = os.environ.get("NODE_PATH", str(HERE.parent / "node_modules"))
    if not (Path(modules) / name).is_dir():
        _do_without(f"{name} is not there: npm install {name}, or set NODE_PATH.")
    return modules


def _do_without(sentence: str) -> NoReturn:
    """Skip a test that lacks something, and in CI fail it."""
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def python_path(*directories: Path) -> str:
    """Return the ``PYTHONPATH`` of a program that imports from directories, too."""
    paths = [*map(str, directories), os.environ.get("PYTHONPATH", "")]
    return os.pathsep.join(filter(None, paths))


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


def running_proxy(name: str, **options: Any) -> AbstractContextManager[str]:
    """Run a proxy of the demo; the options are those of the demo's function."""
    return proxy.running_proxy(name, launcher=launcher(), **options)


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


@contextmanager
def running_nginx(
    locations: str, work: Path, port: int = 0, certificate: Path | None = None
) -> Iterator[str]:
    """Run nginx with locations that a test writes, and yield the root of its URLs.

    :param work: A directory of its own.
    :param port: 0 is any free one.
    :param certificate: What it serves https with, and no http then.
    """
    port = port or free_port()
    scheme, ssl = "http", ""
    if certificate is not None:
        scheme = "https"
        ssl = f" ssl; ssl_certificate {certificate}; ssl_certificate_key {certificate}"
    server = NGINX_SERVER.format(host=HOST, port=port, ssl=ssl, locations=locations)
    with running_nginx_server(server, work, port):
        yield f"{scheme}://{HOST}:{port}"


@contextmanager
def running_nginx_server(server: str, work: Path, port: int) -> Iterator[None]:
    """Run nginx with a whole server.

    :param work: A directory of its own.
    :param port: Where the server listens.
    """
    nginx = need("nginx")
    text = NGINX_CONF.format(server=server)
    (work / "nginx.conf").write_text(text, "utf-8")
    command = [nginx, "-e", "stderr", "-p", ".", "-c", "nginx.conf"]
    with running_program(
        [*command, "-g", "daemon off;"],
        work,
        lambda: listens(port),
        launcher=launcher(),
    ):
        yield


def listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), LIMIT).close()
    except OSError:
        return False
    return True


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
        cwd=HERE.parent,
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
