"""What Docker and Kubernetes do for a recipe, as far as its proxy sees it.

Neither runs here. What they would tell Traefik, a stand-in for their API tells it; what
they would start, the tests start.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from crawler import LIMIT, Answer, send
from live import HERE, launcher, listens, need, python_path
from readme import Row, code_in, table

from demo.addresses import HOST
from demo.proxy import free_port, running_program

Object = dict[str, Any]

# What serves in the container: the app of the recipes, and what it is asked for here.
WSGI = """
from flask import request
from pages import make_app
from flask_prefix_urls import PrefixURLs

app = make_app()
app.config.from_prefixed_env()
PrefixURLs(app)
app.add_url_rule("/headers", "headers", lambda: dict(request.headers))
"""
# What the container listens on.
APP_ADDRESS = "0.0.0.0:5000"


def documents(file: Path) -> list[Object]:
    """Return what a YAML file has."""
    import yaml

    return list(yaml.safe_load_all(file.read_text("utf-8")))


@contextmanager
def running_container(
    command: Sequence[str], environ: Mapping[str, str], work: Path
) -> Iterator[int]:
    """Run the command of a container, with the app of the tests; yield the port.

    :param work: A directory of its own.
    """
    work.mkdir()
    (work / "wsgi.py").write_text(WSGI, "utf-8")
    port = free_port()
    assert APP_ADDRESS in command
    program, *arguments = [
        argument.replace(APP_ADDRESS, f"{HOST}:{port}") for argument in command
    ]
    with running_program(
        [need(program), *arguments],
        work,
        lambda: listens(port),
        environ={
            "PYTHONPATH": python_path(work, HERE, HERE.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
            **environ,
        },
        launcher=launcher(),
    ):
        yield port


@contextmanager
def running_traefik(arguments: Sequence[str], work: Path, port: int) -> Iterator[str]:
    """Run Traefik, wait until it has routes, and yield the root of its URLs.

    :param work: A directory of its own.
    :param port: Where its entry point listens.
    """
    root = f"http://{HOST}:{port}"

    def has_routes() -> bool:
        try:
            return send(root, "GET", "/svc/").text != "404 page not found\n"
        except (OSError, HTTPException):
            return False

    work.mkdir()
    options = [
        "--global.checknewversion=false",
        "--global.sendanonymoususage=false",
        # How long it gathers changes. It does not end before that, by default 2 s.
        "--providers.providersthrottleduration=50ms",
    ]
    with running_program(
        [need("traefik"), *arguments, *options], work, has_routes, launcher=launcher()
    ):
        yield root


@contextmanager
def running_api(
    answer: Callable[[str, str], tuple[int, Any] | None],
) -> Iterator[str]:
    """Serve an API of JSON for as long as the block runs; yield its address.

    :param answer: Returns status and value for a path and a query. ``None`` is a stream
        of events, and nothing happens.
    """
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            found = answer(path, query)
            if found is None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                ended.wait()
            else:
                self.reply(*found)

        do_HEAD = do_GET  # noqa: N815

        def do_PUT(self) -> None:
            # A controller writes what it thinks of an object.
            size = int(self.headers["Content-Length"])
            self.reply(200, json.loads(self.rfile.read(size)))

        def reply(self, status: int, value: Any) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    # Seconds, as in demo.servers.
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"{HOST}:{server.server_port}"
    finally:
        ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def docker_engine(labels: Mapping[str, str]) -> Iterator[str]:
    """Run a stand-in for Docker's API, with one container; yield its address."""
    state = {"Status": "running", "Running": True}
    networks = {"default": {"IPAddress": HOST}}

    def answer(path: str, _: str) -> tuple[int, Any] | None:
        if path.endswith("/events"):
            return None
        if path.endswith("/containers/json"):
            return 200, [{"Id": "app", "Names": ["/app"], "State": "running"}]
        if path.endswith("/containers/app/json"):
            return 200, {
                "Id": "app",
                "Name": "/app",
                "State": state,
                "Config": {"Labels": labels},
                "HostConfig": {"NetworkMode": "default"},
                "NetworkSettings": {"Networks": networks},
            }
        return 200, {"Version": "29.0.0", "ApiVersion": "1.44"}

    with running_api(answer) as address:
        yield address


@contextmanager
def cluster(objects: list[Object], app_port: int) -> Iterator[str]:
    """Run a stand-in for the API of Kubernetes; yield its address.

    :param objects: What was applied. What the API adds to it is added here.
    :param app_port: Where the app's only pod listens.
    """
    for thing in objects:
        thing["metadata"].setdefault("namespace", "default")
    (service,) = [thing for thing in objects if thing["kind"] == "Service"]
    (port,) = service["spec"]["ports"]
    port.setdefault("protocol", "TCP")
    pods = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": "pods",
            "namespace": "default",
            "labels": {"kubernetes.io/service-name": service["metadata"]["name"]},
        },
        "addressType": "IPv4",
        "endpoints": [{"addresses": [HOST], "conditions": {"ready": True}}],
        "ports": [{"name": port["name"], "port": app_port, "protocol": "TCP"}],
    }

    def answer(path: str, query: str) -> tuple[int, Any] | None:
        # So says a server that cannot stream lists. Clients then ask for a list.
        if "sendInitialEvents" in query:
            return 422, {}
        if "watch=" in query:
            return None
        # /api/v1/services, /apis/traefik.io/v1alpha1/middlewares
        version, _, plural = re.sub("^/apis?/", "", path).rpartition("/")
        items = [
            thing
            for thing in [*objects, pods]
            if (thing["apiVersion"], _plural(thing["kind"])) == (version, plural)
        ]
        return 200, {"metadata": {"resourceVersion": "1"}, "items": items}

    with running_api(answer) as address:
        yield address


def _plural(kind: str) -> str:
    kind = kind.lower()
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"


def checked(row: Row, root: str = "", app_port: int = 0) -> list[str]:
    """Run the check of a recipe's symptom in README; return the lines that it prints.

    :param row: That of the recipe.
    :param root: The root of the proxy's URLs.
    :param app_port: The port of the app itself.
    """
    urls = {"U": f"{root}/svc", "A": f"http://{HOST}:{app_port}", "no_proxy": "*"}
    need("curl")
    done = subprocess.run(
        ["bash", "-c", table("Symptoms")[row.cells[-1]].check],
        env={**os.environ, **urls},
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def paths_arrive(root: str) -> bool:
    """Tell whether paths reach their routes: what is below ``/svc``, and ``/svc``.

    ``faults`` does not see that all of them reach the first page. ``/svc2`` must not
    reach the app.
    """
    others = send(root, "GET", "/svc2")
    assert (others.status, is_the_apps(others)) == (404, False)
    bare = send(root, "GET", "/svc")
    if bare.status in (301, 308):
        assert bare.location == "/svc/"
        bare = send(root, "GET", bare.location)
    first = send(root, "GET", "/svc/").text
    return bare.text == first and send(root, "GET", "/svc/foo/").text == "foo" != first


def is_the_apps(not_found: Answer) -> bool:
    """Tell whether a 404 is Flask's own page, as README's "A 404, but whose?" does."""
    return "<html lang=en>" in not_found.text


def sent(row: Row) -> set[str]:
    """Return the headers that a row says a proxy sends, up to a semicolon."""
    names = code_in(row.cells[2].partition(";")[0])
    return {re.sub("^-", "X-Forwarded-", name) for name in names}


def sent_headers(root: str) -> set[str]:
    """Return the headers with ``X-Forwarded`` that the app gets."""
    names = send(root, "GET", "/svc/headers").json
    return {name for name in names if name.startswith("X-Forwarded-")}
