"""nginx, with locations that a test writes, or with the file of a recipe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from live import listens, need, running_program
from recipes import DIRECTORY, NOTHING, copy_recipe

from demo.addresses import HOST
from demo.proxy import free_port
from demo.servers import running

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# What there is around what a test or a recipe has for nginx's "http" block.
CONF = """
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
    {http}
}}
"""

SERVER = """
server {{
    listen {host}:{port}{ssl};
    proxy_set_header Host $http_host;
    proxy_redirect off;
    proxy_buffer_size 8k;
    {locations}
}}
"""


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
    server = SERVER.format(host=HOST, port=port, ssl=ssl, locations=locations)
    with _running(server, work, port):
        yield f"{scheme}://{HOST}:{port}"


@contextmanager
def running_nginx_recipe(
    file: str, work: Path, changes: Mapping[str, str] = NOTHING
) -> Iterator[str]:
    """Run nginx with the file of a recipe; yield host and port of its first server.

    :param file: What stands in nginx's ``http`` block.
    :param work: A directory of its own, which may be there already.
    :param changes: What to replace in it by what, beside where its servers listen.
    """
    work.mkdir(exist_ok=True)
    text = (DIRECTORY / file).read_text("utf-8")
    addresses = re.findall(r"listen ([\d.:]+)", text)
    ports = {address: free_port() for address in addresses}
    here = {address: f"{HOST}:{ports[address]}" for address in addresses}
    copy = copy_recipe(file, work, {**changes, **here})
    port = ports[addresses[0]]
    with _running(copy.read_text("utf-8"), work, port):
        yield f"{HOST}:{port}"


@contextmanager
def behind_nginx(
    file: str,
    work: Path,
    *apps: WSGIApplication,
    changes: Mapping[str, str] = NOTHING,
) -> Iterator[str]:
    """Run apps behind the nginx of a recipe; yield host and port of its first server.

    :param file: The recipe.
    :param work: A directory of its own.
    :param apps: What is at 127.0.0.1:5000, at 127.0.0.1:5001 and so on.
    :param changes: What else to replace in the recipe, by what.
    """
    with ExitStack() as stack:
        here = {}
        for number, app in enumerate(apps, 5000):
            root = stack.enter_context(running(app))
            here[f"{HOST}:{number}"] = root.removeprefix("http://")
        # Its ports are chosen now, since an app takes any port that is free.
        nginx = running_nginx_recipe(file, work, {**changes, **here})
        yield stack.enter_context(nginx)


@contextmanager
def _running(text: str, work: Path, port: int) -> Iterator[None]:
    """Run nginx with what stands in its ``http`` block.

    :param port: Where a server of it listens.
    """
    nginx = need("nginx")
    (work / "nginx.conf").write_text(CONF.format(http=text), "utf-8")
    # Started by root, nginx reads and writes files as another user.
    work.chmod(0o755)
    command = [nginx, "-e", "stderr", "-p", ".", "-c", "nginx.conf"]
    command += ["-g", "daemon off;"]
    with running_program(command, work, lambda: listens(port)):
        yield
