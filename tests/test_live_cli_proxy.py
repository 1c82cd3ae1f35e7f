"""What ``flask prefix-urls proxy`` prints, checked and run by each of the six proxies."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from crawler import LIMIT, references, send
from flask import Blueprint, Flask, redirect, render_template_string, request, url_for
from live import asked, need, running_program
from pages import faults, is_the_apps, make_app
from werkzeug.wrappers import Response

from demo.addresses import HOST
from demo.proxy import PROXIES, free_port
from demo.servers import running
from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.cli import prefix_urls

pytestmark = pytest.mark.live

SERVER = "localhost"
# Percent-escapes, below that another one, what means something in regular expressions,
# and what means something in one of the configurations.
CAFE = "/caf%C3%A9"
NESTED = "/caf%C3%A9/api.v1"
ODD = "/a.b+c~d@e:f=g"
SIGNS = "/my%20app"
PREFIXES = (CAFE, NESTED, ODD, SIGNS)

# How a proxy checks a configuration. Traefik cannot.
CHECKS = {
    "nginx": ("-t", "-e", "stderr", "-p", ".", "-c", "{file}"),
    "apache": ("-t", "-d", "{directory}", "-f", "{file}"),
    "haproxy": ("-c", "-f", "{file}"),
    "caddy": ("validate", "--config", "{file}", "--adapter", "caddyfile"),
    "envoy": ("--mode", "validate", "--config-path", "{file}"),
}


def make_awkward_app(*, proxy_strips: bool) -> Flask:
    """Make the app of the pages, with blueprints below other prefixes, or none."""
    app = make_app()
    nested = Blueprint("nested", __name__, url_prefix="/nested")
    odd = Blueprint("odd", __name__, url_prefix="/odd")
    signs = Blueprint("signs", __name__, url_prefix="/signs")
    for blueprint in (nested, odd, signs):
        add_pages(blueprint)
    plain = Blueprint("plain", __name__)
    plain.add_url_rule("/health", view_func=lambda: dict(request.headers))
    plain.add_url_rule("/files/<path:name>", "files", lambda name: f"file {name}")
    PrefixURLs(plain, "")
    for blueprint in (nested, odd, signs, plain):
        app.register_blueprint(blueprint)
    blueprints = {"nested": NESTED, "odd": ODD, "signs": SIGNS}
    PrefixURLs(app, CAFE, blueprints=blueprints, proxy_strips=proxy_strips)
    return app


def add_pages(blueprint: Blueprint) -> None:
    """Add what :func:`pages.faults` asks for."""
    home = """<link href="{{ url_for('.style') }}"><a href="{{ url_for('.foo') }}">"""
    blueprint.add_url_rule("/", "home", lambda: render_template_string(home))
    blueprint.add_url_rule("/style.css", "style", lambda: "")
    blueprint.add_url_rule("/foo/", "foo", lambda: "foo")
    blueprint.add_url_rule("/private", "private", lambda: redirect(url_for(".foo")))
    blueprint.add_url_rule("/headers", "headers", lambda: dict(request.headers))


@dataclass
class Front:
    """A proxy that runs."""

    root: str
    strips: bool


def configuration(app: Flask, *arguments: str) -> dict[str, str]:
    """Return what the command prints: each text by the name of its file."""
    runner = app.test_cli_runner()
    done = runner.invoke(prefix_urls, ["proxy", *arguments, "--json"])
    assert done.exit_code == 0, done.output
    return {file["name"]: file["text"] for file in json.loads(done.output)["files"]}


@contextmanager
def running_front(name: str, work: Path, *, strips: bool) -> Iterator[Front]:
    program = need(name)
    app = make_awkward_app(proxy_strips=strips)
    port = free_port()
    address = f"{HOST}:{port}"
    with running(app) as upstream:
        files = configuration(
            app,
            *(name, "--upstream", upstream, "--listen", address),
            *("--server-name", SERVER),
        )
        for file, text in files.items():
            (work / file).write_text(text, "utf-8")
        work.chmod(0o755)
        places = {"file": next(iter(files)), "directory": str(work)}
        if name in CHECKS:
            check = [argument.format(**places) for argument in CHECKS[name]]
            done = subprocess.run(
                [program, *check], cwd=work, capture_output=True, timeout=LIMIT
            )
            assert done.returncode == 0, done.stderr.decode()
        command = [argument.format(**places) for argument in PROXIES[name].arguments]

        def is_ready() -> bool:
            answer = asked(f"http://{SERVER}:{port}", ODD)
            return answer is not None and answer.status in (301, 302, 308)

        with running_program([program, *command], work, is_ready):
            yield Front(f"http://{SERVER}:{port}", strips)


@pytest.fixture(
    scope="module",
    params=[(name, strips) for name in PROXIES for strips in (True, False)],
    ids=lambda given: given[0] if given[1] else f"{given[0]}, unstripped",
)
def front(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    name, strips = request.param
    work = tmp_path_factory.mktemp(name)
    with running_front(name, work, strips=strips) as front:
        yield front


ROOTS = {CAFE: "", NESTED: "/nested", ODD: "/odd", SIGNS: "/signs"}


@pytest.mark.parametrize("prefix", ROOTS)
def test_all_works_below_each_prefix(front: Front, prefix: str) -> None:
    assert faults(front.root, f"{prefix}{ROOTS[prefix]}") == []


@pytest.mark.parametrize("prefix", ROOTS)
def test_the_header(front: Front, prefix: str) -> None:
    url = f"{prefix}{ROOTS[prefix]}/headers"
    answer = send(front.root, "GET", url, headers={"X-Forwarded-Prefix": "/evil"})
    assert answer.json.get("X-Forwarded-Prefix") in (
        [prefix] if front.strips else [None, "/evil"]
    )


@pytest.mark.parametrize("prefix", ROOTS)
def test_bare(front: Front, prefix: str) -> None:
    answer = send(front.root, "GET", f"{prefix}?x=1")
    assert answer.status in (301, 308)
    assert unquote(answer.location.removeprefix(front.root)) == unquote(
        f"{prefix}/?x=1"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/caf%C3%A92/",
        "/aXb+c~d@e:f=g/odd/",
        "/a.bbc~d@e:f=g/odd/",
        "/healthy",
        "/health/x",
        "/filesx",
        "/foo/",
        "/odd/",
        "/style.css",
    ],
)
def test_neighbours(front: Front, path: str) -> None:
    answer = send(front.root, "GET", path)
    assert (answer.status, is_the_apps(answer)) == (404, False)


def test_plain(front: Front) -> None:
    answer = send(front.root, "GET", "/health", headers={"X-Forwarded-Prefix": "/evil"})
    assert answer.status == 200
    assert answer.json.get("X-Forwarded-Prefix") in (
        [None] if front.strips else [None, "/evil"]
    )
    assert send(front.root, "GET", "/files/a/b%20c").text == "file a/b c"


@pytest.mark.parametrize(
    "host", ["other.example", "127.0.0.1", f"x{SERVER}", f"{SERVER}.other"]
)
def test_host(front: Front, host: str) -> None:
    for path in (f"{CAFE}/", "/health", "/", CAFE):
        answer = send(front.root, "GET", path, host=host)
        assert (answer.status, is_the_apps(answer)) == (404, False), path
    assert (
        send(front.root, "GET", "/health", host=f"{SERVER.upper()}:8080").status == 200
    )


def test_root(front: Front) -> None:
    answer = send(front.root, "GET", "/")
    assert answer.status == 302
    assert unquote(answer.location.removeprefix(front.root)) == unquote(f"{CAFE}/")
