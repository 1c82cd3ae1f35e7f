"""What ``flask prefix-urls proxy`` prints, as each of the six proxies runs it."""

from __future__ import annotations

import json
import re
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.parse import unquote

import pytest
from crawler import LIMIT, Answer, send
from flask import Blueprint, Flask, redirect, render_template_string, request, url_for
from live import asked, make_certificate, need, running_program
from pages import faults, is_the_apps, make_app
from werkzeug.serving import make_server

from demo.addresses import HOST
from demo.proxy import PROXIES, free_port
from demo.servers import running
from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.cli import prefix_urls

pytestmark = pytest.mark.live

# The host that is served. Any other is a 404.
SERVER = "localhost"

CAFE = "/caf%C3%A9"
NESTED = "/caf%C3%A9/api.v1"
SIGNS = "/a.b+c~d@e:f=g"
SPACE = "/my%20app"
#: The prefixes, each with the route of its first page.
PAGES = {CAFE: "", NESTED: "/nested", SIGNS: "/signs", SPACE: "/space"}

# How a proxy checks a configuration. Traefik cannot.
CHECKS = {
    "nginx": ("-t", "-e", "stderr", "-p", ".", "-c", "{file}"),
    "apache": ("-t", "-d", "{directory}", "-f", "{file}"),
    "haproxy": ("-c", "-f", "{file}"),
    "caddy": ("validate", "--config", "{file}", "--adapter", "caddyfile"),
    "traefik": None,
    "envoy": ("--mode", "validate", "--config-path", "{file}"),
}
# How nginx, Apache and HAProxy say so. Caddy warns of the tests' certificate, too.
WARNING = re.compile(r"\[(?:\w+:)?warn(?:ing)?\].*", re.IGNORECASE)


def make_awkward_app(*, proxy_strips: bool = True) -> Flask:
    """Make the app of the pages, with blueprints that have other prefixes, or none."""
    app = make_app()
    plain = Blueprint("plain", __name__)
    plain.add_url_rule("/health", view_func=lambda: dict(request.headers))
    plain.add_url_rule("/menü.txt", "menu", lambda: "menu")
    plain.add_url_rule("/files/<path:name>", "files", lambda name: f"file {name}")
    PrefixURLs(plain, "")
    app.register_blueprint(plain)
    blueprints = {}
    for prefix, route in PAGES.items():
        if route:
            app.register_blueprint(make_pages(route))
            blueprints[route[1:]] = prefix
    PrefixURLs(app, CAFE, blueprints=blueprints, proxy_strips=proxy_strips)
    return app


def make_catch_all_app() -> Flask:
    """Make an app that has a blueprint with a prefix, and a page for any other path."""
    app = Flask("tests")
    app.register_blueprint(make_pages("/pages"))
    app.add_url_rule("/", "home", lambda: "the first page")
    app.add_url_rule("/<path:page>", "page", lambda page: f"page {page}")
    PrefixURLs(app, blueprints={"pages": "/svc"})
    return app


def make_pages(route: str) -> Blueprint:
    """Make a blueprint with the pages that :func:`pages.faults` asks for."""
    pages = Blueprint(route[1:], __name__, url_prefix=route)
    home = """<link href="{{ url_for('.style') }}"><a href="{{ url_for('.foo') }}">"""
    pages.add_url_rule("/", "home", lambda: render_template_string(home))
    pages.add_url_rule("/style.css", "style", lambda: "")
    pages.add_url_rule("/foo/", "foo", lambda: "foo")
    pages.add_url_rule("/private", "private", lambda: redirect(url_for(".foo")))
    pages.add_url_rule("/headers", "headers", lambda: dict(request.headers))
    return pages


@dataclass
class Front:
    """A proxy that runs."""

    root: str
    https_root: str
    context: ssl.SSLContext
    strips: bool

    def get(self, path: str, **options: str) -> Answer:
        """Ask as a client that also sends what only a proxy should."""
        headers = {"X-Forwarded-Prefix": "/evil"}
        return send(self.root, "GET", path, headers=headers, **options)

    def location(self, path: str) -> str:
        """Return where the proxy redirects to, decoded, without its own root.

        The proxies escape a path as much as they have to, or more.
        """
        answer = self.get(path)
        assert answer.status in (301, 302, 308)
        return unquote(answer.location.removeprefix(self.root))


@contextmanager
def running_on_socket(app: Flask, path: Path) -> Iterator[str]:
    """Serve an app at a Unix socket; yield what to give to ``--upstream``."""
    server = make_server(f"unix://{path}", 0, app, threaded=True)
    # Started by root, some proxies forward as someone else.
    path.chmod(0o777)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"unix:{path}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def running_front(name: str, app: Flask, ready: str, *options: str) -> Iterator[Front]:
    """Run a proxy with what the command prints for an app, by http and https.

    :param ready: A path that the proxy redirects.
    :param options: Those of the command, beside the addresses.
    """
    # Not pytest's directories, which nobody else may enter.
    with TemporaryDirectory(prefix=f"{name}-") as directory:
        work = Path(directory)
        work.chmod(0o755)
        with running_in(work, name, app, ready, options) as front:
            yield front


@contextmanager
def running_in(
    work: Path, name: str, app: Flask, ready: str, options: Sequence[str]
) -> Iterator[Front]:
    program = need(name)
    certificate = make_certificate(work)
    certificate.rename(work / "front.pem")
    context = ssl.create_default_context(cafile=str(work / "front.pem"))
    port, https_port = free_port(), free_port()
    strips = app.extensions["prefix_urls"].proxy_strips
    uses_socket = strips and name != "traefik"
    serving = running_on_socket(app, work / "app") if uses_socket else running(app)
    with serving as upstream:
        arguments = [name, "--upstream", upstream, "--listen", f"{HOST}:{port}"]
        runner = app.test_cli_runner()
        done = runner.invoke(prefix_urls, ["proxy", *arguments, *options, "--json"])
        assert done.exit_code == 0, done.output
        files = json.loads(done.output)["files"]
        for file in files:
            text = file["text"].replace("#https ", "").replace("8443", str(https_port))
            (work / file["name"]).write_text(text, "utf-8")
        places = {"file": files[0]["name"], "directory": str(work)}
        check = CHECKS[name]
        if check is not None:
            checked = subprocess.run(
                [program, *(argument.format(**places) for argument in check)],
                cwd=work,
                check=True,
                timeout=LIMIT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            assert WARNING.findall(checked.stdout) == []
        command = [argument.format(**places) for argument in PROXIES[name].arguments]
        root = f"http://{SERVER}:{port}"

        def is_ready() -> bool:
            answer = asked(root, ready)
            return answer is not None and answer.status in (301, 302, 308)

        with running_program([program, *command], work, is_ready):
            yield Front(root, f"https://{HOST}:{https_port}", context, strips)


@pytest.fixture(
    scope="module",
    params=[(name, strips) for name in PROXIES for strips in (True, False)],
    ids=lambda given: given[0] if given[1] else f"{given[0]}-unstripped",
)
def front(request: pytest.FixtureRequest) -> Iterator[Front]:
    """A proxy for awkward prefixes and one host."""
    name, strips = request.param
    app = make_awkward_app(proxy_strips=strips)
    with running_front(name, app, SIGNS, "--server-name", SERVER) as front:
        yield front


@pytest.fixture(scope="module", params=PROXIES)
def catching_all(request: pytest.FixtureRequest) -> Iterator[Front]:
    """A proxy for an app that has a page for each path without a prefix."""
    with running_front(request.param, make_catch_all_app(), "/svc") as front:
        yield front


@pytest.mark.parametrize("prefix", PAGES)
def test_all_works_below_each_prefix(front: Front, prefix: str) -> None:
    assert faults(front.root, prefix + PAGES[prefix]) == []


@pytest.mark.parametrize("prefix", PAGES)
def test_so_it_does_by_https(front: Front, prefix: str) -> None:
    below = prefix + PAGES[prefix]
    # The certificate is for the address.
    page = send(
        front.https_root, "GET", f"{below}/", host=SERVER, context=front.context
    )
    assert (page.status, f'href="{below}/foo/"' in page.text) == (200, True)


@pytest.mark.parametrize("prefix", PAGES)
def test_the_header_has_what_is_stripped(front: Front, prefix: str) -> None:
    headers = front.get(f"{prefix}{PAGES[prefix]}/headers").json
    # Where nothing is stripped, that of the client goes through, if the proxy lets it.
    expected = {prefix} if front.strips else {"/evil", None}
    assert headers.get("X-Forwarded-Prefix") in expected


@pytest.mark.parametrize("prefix", PAGES)
def test_a_bare_prefix_gets_its_slash(front: Front, prefix: str) -> None:
    assert front.location(f"{prefix}?x=1") == unquote(f"{prefix}/?x=1")


def test_the_root_leads_to_the_first_prefix(front: Front) -> None:
    assert front.location("/") == unquote(f"{CAFE}/")


def test_what_has_no_prefix_is_forwarded_as_it_is(front: Front) -> None:
    assert front.get("/files/a/b%20c").text == "file a/b c"
    assert front.get("/men%C3%BC.txt").text == "menu"
    headers = front.get("/health").json
    expected = {None} if front.strips else {"/evil", None}
    assert headers.get("X-Forwarded-Prefix") in expected


@pytest.mark.parametrize(
    "path",
    [
        "/caf%C3%A92/",
        "/caf/",
        "/aXb+c~d@e:f=g/signs/",
        "/a.bbc~d@e:f=g/signs/",
        "/my/space/",
        "/health/",
        "/healthy",
        "/men%C3%BCXtxt",
        "/files2",
        "/style.css",
        "/signs/",
    ],
)
def test_nothing_else_reaches_the_app(front: Front, path: str) -> None:
    answer = front.get(path)
    assert (answer.status, is_the_apps(answer)) == (404, False)


@pytest.mark.parametrize("host", [HOST, f"x{SERVER}", f"{SERVER}.example"])
@pytest.mark.parametrize("path", [f"{CAFE}/", CAFE, "/health", "/"])
def test_any_other_host_is_a_404(front: Front, host: str, path: str) -> None:
    answer = front.get(path, host=host)
    assert (answer.status, is_the_apps(answer)) == (404, False)


@pytest.mark.parametrize("host", [SERVER, f"{SERVER}:80", SERVER.upper()])
def test_the_host_is_served_with_any_port(front: Front, host: str) -> None:
    assert front.get("/health", host=host).json["Host"] == host


def test_a_prefix_comes_before_a_page_for_any_path(catching_all: Front) -> None:
    assert faults(catching_all.root, "/svc/pages") == []
    assert catching_all.location("/svc") == "/svc/"
    headers = catching_all.get("/svc/pages/headers").json
    assert headers["X-Forwarded-Prefix"] == "/svc"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "the first page"),
        ("/svc2", "page svc2"),
        ("/a/b", "page a/b"),
    ],
)
def test_any_other_path_has_its_page(catching_all: Front, path: str, text: str) -> None:
    assert catching_all.get(path, host="any.example").text == text
