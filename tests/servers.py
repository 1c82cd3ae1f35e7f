"""Real WSGI servers that serve the demo, by ``wsgi.py``."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from crawler import LIMIT
from live import HERE, ROOT, asked, need, running_program
from recipes import DIRECTORY
from serving import warnings_in

from demo.addresses import HOST
from demo.proxy import free_port


@dataclass(frozen=True)
class Command:
    """How to start a server: its arguments, and what to add to the environment."""

    arguments: list[str]
    environ: Mapping[str, str]


# Of a port, a mount, and a directory that is the server's own.
MakeCommand = Callable[[int, str, Path], Command]


def gunicorn(worker: str) -> MakeCommand:
    def command(port: int, mount: str, _work: Path) -> Command:
        options = ["--bind", f"{HOST}:{port}", "--workers", "2"]
        return Command(
            [need("gunicorn"), *options, "--worker-class", worker, "wsgi:app"],
            {"SCRIPT_NAME": mount},
        )

    return command


def uwsgi(port: int, mount: str, _work: Path) -> Command:
    options = ["--http-socket", f"{HOST}:{port}", "--processes", "2", "--need-app"]
    options += ["--master", "--die-on-term", "--disable-logging"]
    if mount:
        options += ["--mount", f"{mount}=wsgi:app", "--manage-script-name"]
        # Else the app would answer without its mount, too.
        options += ["--no-default-app"]
    else:
        options += ["--module", "wsgi:app"]
    return Command([need("uwsgi"), *options], {})


def waitress(port: int, _mount: str, _work: Path) -> Command:
    options = ["--listen", f"{HOST}:{port}", "--threads", "4"]
    return Command([need("waitress-serve"), *options, "wsgi:app"], {})


def mod_wsgi(port: int, mount: str, work: Path) -> Command:
    apache = need("apache")
    module = subprocess.run(
        [need("mod_wsgi-express"), "module-config"],
        check=True,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    ).stdout
    text = (DIRECTORY / "servers/mod_wsgi.conf").read_text("utf-8")
    for old, new in {
        "LoadModule wsgi_module /usr/lib/apache2/modules/mod_wsgi.so": module,
        f"Listen {HOST}:5000": f"Listen {HOST}:{port}",
        "python-path=/srv/app": f"python-path={ROOT}",
        "WSGIScriptAlias / /srv/app/": f"WSGIScriptAlias {mount or '/'} {HERE}/",
        "<Directory /srv/app>": f"<Directory {HERE}>",
    }.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (work / "httpd.conf").write_text(text, "utf-8")
    arguments = [apache, "-d", str(work), "-f", "httpd.conf", "-D", "FOREGROUND"]
    return Command([*as_no_root(work), *arguments], {})


def as_no_root(work: Path) -> list[str]:
    """Return what to put before a command that refuses to serve as root.

    It becomes another user, but one who can still read a Python below ``/root``.
    """
    if os.geteuid() != 0:
        return []
    shutil.chown(work, "www-data", "www-data")
    user = ["--reuid=www-data", "--regid=www-data", "--clear-groups"]
    right = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return [need("setpriv"), *user, *right]


@dataclass(frozen=True)
class Server:
    command: MakeCommand
    processes: int = 2
    mount: str = ""


SERVERS = {
    "gunicorn-sync": Server(gunicorn("sync")),
    "gunicorn-gevent": Server(gunicorn("gevent")),
    "gunicorn-mount": Server(gunicorn("sync"), mount="/shelf"),
    "uwsgi": Server(uwsgi),
    "uwsgi-mount": Server(uwsgi, mount="/shelf"),
    "uwsgi-mount-not-ascii": Server(uwsgi, mount="/größe"),
    "waitress": Server(waitress, processes=1),
    "mod_wsgi": Server(mod_wsgi),
    "mod_wsgi-mount": Server(mod_wsgi, mount="/shelf"),
    "mod_wsgi-mount-not-ascii": Server(mod_wsgi, mount="/größe"),
}


@contextmanager
def running_server(server: Server, work: Path) -> Iterator[int]:
    """Run a server for as long as the block runs, and yield its port."""
    port = free_port()
    command = server.command(port, server.mount, work)

    def is_ready() -> bool:
        answer = asked(f"http://{HOST}:{port}", f"{quote(server.mount)}/")
        return answer is not None and answer.status == 200

    with running_program(command.arguments, work, is_ready, command.environ):
        yield port
    warnings = warnings_in(work)
    assert warnings == [], warnings
