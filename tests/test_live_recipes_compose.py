"""The recipes of Docker Compose: what they start, with their settings."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from containers import docker_engine, documents, running_container
from crawler import LIMIT, send
from live import need
from nginx import running_nginx_recipe
from pages import faults, headers_sent, home_links, is_the_apps, paths_arrive
from readme import Row
from recipes import DIRECTORY, headers_of, mistake, recipe
from symptoms import see
from traefik import running_traefik_by_flags

from demo.addresses import HOST
from demo.proxy import free_port

pytestmark = pytest.mark.live

NGINX = "Compose with nginx"
TRAEFIK = "Compose with Traefik"


def services(file: str) -> dict[str, Any]:
    (found,) = documents(DIRECTORY / "docker" / file)
    return found["services"]


def instruction(name: str) -> str:
    """Return what the Dockerfile has after an instruction."""
    dockerfile = (DIRECTORY / "docker" / "Dockerfile").read_text("utf-8")
    (found,) = re.findall(f"^{name} (.*)$", dockerfile, re.MULTILINE)
    return str(found)


def ports_of(service: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the address, the port there, and the port in the container."""
    (ports,) = service["ports"]
    address, outer_port, inner_port = ports.split(":")
    return address, outer_port, inner_port


def running_app(environ: Mapping[str, str], work: Path) -> AbstractContextManager[int]:
    return running_container(json.loads(instruction("CMD")), environ, work / "app")


@contextmanager
def running_compose_nginx(work: Path, *, strips: bool = True) -> Iterator[str]:
    """Run the app, and nginx with its file; yield the root of its URLs.

    :param strips: Whether nginx strips ``/svc``, as its file has it.
    """
    found = services("compose-nginx.yaml")
    (volume,) = found["nginx"]["volumes"]
    file, target, _ = volume.split(":")
    # The image includes it in its own configuration.
    assert target == "/etc/nginx/conf.d/default.conf"
    *_, inner_port = ports_of(found["nginx"])
    text = (DIRECTORY / "docker" / file).read_text("utf-8")
    assert f"listen {inner_port};" in text
    with running_app(found["app"]["environment"], work) as app_port:
        slash = "/" if strips else ""
        changes = {"http://app:5000/": f"http://{HOST}:{app_port}{slash}"}
        with running_nginx_recipe(f"docker/{file}", work, changes) as host:
            yield f"http://{host}"


@contextmanager
def running_compose_traefik(work: Path, environ: Mapping[str, str]) -> Iterator[str]:
    """Run the app with an environment, and Traefik; yield the root of its URLs."""
    found = services("compose-traefik.yaml")
    *_, inner_port = ports_of(found["traefik"])
    with running_app(environ, work) as app_port:
        address = f"{HOST}:{free_port()}"
        command = [
            argument.replace(f"=:{inner_port}", f"={address}")
            for argument in found["traefik"]["command"]
        ]
        assert command != found["traefik"]["command"]
        labels = {
            label: value.replace("5000", str(app_port))
            for label, value in found["app"]["labels"].items()
        }
        with docker_engine(labels) as docker:
            command += [f"--providers.docker.endpoint=tcp://{docker}"]
            with running_traefik_by_flags(command, work / "traefik", address) as root:
                yield root


@pytest.mark.parametrize("file", ["compose-nginx.yaml", "compose-traefik.yaml"])
def test_a_file_of_compose_is_valid(file: str) -> None:
    done = subprocess.run(
        [
            *(need("check-jsonschema"), "--builtin-schema", "vendor.compose-spec"),
            str(DIRECTORY / "docker" / file),
        ],
        capture_output=True,
        text=True,
    )
    assert done.stdout == "ok -- validation done\n", done.stdout + done.stderr


@pytest.mark.parametrize("file", ["compose-nginx.yaml", "compose-traefik.yaml"])
def test_a_browser_reaches_the_proxy_only(file: str) -> None:
    proxy, app = services(file).values()
    assert ports_of(proxy)[:2] == (HOST, "8000")
    assert "ports" not in app


@pytest.mark.parametrize("file", ["compose-nginx.yaml", "compose-traefik.yaml"])
def test_each_service_has_what_it_runs(file: str) -> None:
    # The schema wants neither.
    proxy, app = services(file).values()
    assert "image" in proxy
    assert app["build"] == "."


def test_the_image_has_the_app_and_does_not_run_it_as_root() -> None:
    *files, target = instruction("COPY").split()
    assert ("wsgi.py" in files, target) == (True, "./")
    assert instruction("USER") == instruction("RUN useradd --create-home") == "app"


def test_traefik_finds_the_socket_of_docker() -> None:
    (volume,) = services("compose-traefik.yaml")["traefik"]["volumes"]
    # The default of its provider for Docker.
    assert volume.split(":")[1] == "/var/run/docker.sock"


def test_nginx_replaces_what_a_client_says_of_host_and_scheme(tmp_path: Path) -> None:
    wrong = {"X-Forwarded-Host": "evil.com", "X-Forwarded-Proto": "https"}
    with running_compose_nginx(tmp_path) as root:
        request = Request(f"{root}/svc/headers", headers=wrong)
        with urlopen(request, timeout=LIMIT) as answer:
            headers = json.load(answer)
    assert headers["X-Forwarded-Host"] == root.removeprefix("http://")
    assert headers["X-Forwarded-Proto"] == "http"


@recipe(NGINX)
def test_nginx_strips_in_front_of_the_app(row: Row, tmp_path: Path) -> None:
    with running_compose_nginx(tmp_path) as root:
        assert faults(root) == []
        assert paths_arrive(root)
        assert headers_sent(root) == headers_of(row)


@mistake(NGINX)
def test_nginx_does_not_strip_without_the_slash(row: Row, tmp_path: Path) -> None:
    assert "no slash at the end of `proxy_pass http://app:5000/;`" in row.cells[4]
    with running_compose_nginx(tmp_path, strips=False) as root:
        assert see(row, f"{root}/svc") == ["404"]
        assert is_the_apps(send(root, "GET", "/svc/"))


@recipe(TRAEFIK)
def test_traefik_strips_as_the_labels_say(row: Row, tmp_path: Path) -> None:
    environ = services("compose-traefik.yaml")["app"]["environment"]
    with running_compose_traefik(tmp_path, environ) as root:
        assert faults(root) == []
        assert paths_arrive(root)
        assert headers_sent(root) == headers_of(row)


@mistake(TRAEFIK)
def test_the_app_does_not_know_its_prefix_without_the_environment(
    row: Row, tmp_path: Path
) -> None:
    with running_compose_traefik(tmp_path, {}) as root:
        assert see(row, f"{root}/svc") == home_links()
        assert "/style.css answers 404" in faults(root)
