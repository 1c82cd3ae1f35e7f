"""What Docker and Kubernetes do for a recipe, as far as its proxy sees it.

Neither runs here. What they would tell Traefik, a stand-in for their API tells it; what
they would start, the tests start.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event
from typing import Any

from http_server import running_handler
from live import listens, need, running_program
from serving import PREFIXED

from demo.addresses import HOST
from demo.proxy import free_port

Object = dict[str, Any]

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
    (work / "wsgi.py").write_text(PREFIXED, "utf-8")
    port = free_port()
    assert APP_ADDRESS in command
    program, *arguments = [
        argument.replace(APP_ADDRESS, f"{HOST}:{port}") for argument in command
    ]
    with running_program(
        [need(program), *arguments], work, lambda: listens(port), environ
    ):
        yield port


@contextmanager
def running_api(
    answer: Callable[[str, str], tuple[int, Any] | None],
) -> Iterator[str]:
    """Serve an API of JSON for as long as the block runs; yield its address.

    :param answer: Returns status and value for a path and a query. ``None`` is a stream
        of events, and nothing happens.
    """
    ended = Event()

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

    with running_handler(Handler) as port:
        try:
            yield f"{HOST}:{port}"
        finally:
            ended.set()


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
