"""HTTP at its edges, through six real reverse proxies that strip, or do not."""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from crawler import LIMIT
from flask import Blueprint, Flask, request, url_for
from live import make_certificate, need, running_proxy_with_https
from readme import Row, pitfall
from werkzeug.middleware.proxy_fix import ProxyFix

from demo.addresses import HOST
from demo.proxy import PROXIES
from demo.servers import running
from flask_prefix_urls import PrefixURLs, forwarded_prefix

pytestmark = pytest.mark.live

PREFIX = "/public-api"
UNSTRIPPED = "-unstripped"


def make_app(*, proxy_strips: bool) -> Flask:
    """Make an app that answers with what it received, and with the URLs it built."""
    app = Flask("tests")
    sock = pytest.importorskip("flask_sock").Sock(app)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
    PrefixURLs(app, PREFIX, proxy_strips=proxy_strips)

    @app.get("/")
    def home() -> dict[str, str]:
        scheme = "wss" if request.is_secure else "ws"
        return {
            "url": request.url,
            "link": url_for("home"),
            "external": url_for("home", _external=True),
            "socket": url_for("echo", _external=True, _scheme=scheme),
        }

    @app.get("/paths/<path:path>")
    def paths(path: str) -> dict[str, str]:
        return {"path": path, "link": url_for("paths", path=path)}

    @app.get("/names/<name>/")
    def names(name: str) -> str:
        return name

    @app.post("/uploads/")
    def uploads() -> dict[str, str | None]:
        return {
            "digest": hashlib.sha256(request.get_data()).hexdigest(),
            "encoding": request.headers.get("Transfer-Encoding"),
        }

    @sock.route("/echo")
    def echo(ws: Any) -> None:
        page = {
            "proto": request.headers["X-Forwarded-Proto"],
            "link": url_for("home"),
            "external": url_for("home", _external=True),
            "by_scheme": url_for("home", _external=True, _scheme="https"),
        }
        ws.send(json.dumps(page))
        ws.send(ws.receive())

    by_header = Blueprint("by_header", __name__)
    PrefixURLs(by_header, forwarded_prefix())

    @by_header.get("/by-header")
    def link() -> dict[str, str]:
        header = request.headers["X-Forwarded-Prefix"]
        return {"header": header, "link": url_for("by_header.link")}

    app.register_blueprint(by_header)
    return app


@dataclass
class Answer:
    """What a proxy answered."""

    version: str
    status: int
    headers: Message
    text: str

    @property
    def location(self) -> str:
        location: str = self.headers["Location"]
        return location

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Front:
    """A proxy that runs, by http and https, and the app behind it."""

    name: str
    root: str
    https_root: str
    app_root: str
    certificate: Path

    @property
    def proxy(self) -> str:
        return self.name.removesuffix(UNSTRIPPED)

    def curl(self, url: str, *options: str) -> Answer:
        """Ask with curl, which sends a path as it is, and HTTP/2 where it can.

        :param url: A path of the http root, or a URL.
        """
        command = [need("curl"), "-q", "-sS", "--include", "--path-as-is", "--globoff"]
        command += ["--max-time", str(LIMIT), "--cacert", str(self.certificate)]
        url = f"{self.root}{url}" if url.startswith("/") else url
        done = subprocess.run(
            [*command, *options, url], check=True, capture_output=True
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        first, _, fields = head.partition(b"\r\n")
        version, status = first.decode().split()[:2]
        headers = BytesHeaderParser().parsebytes(fields)
        return Answer(version, int(status), headers, body.decode())

    def say(self, *lines: str) -> Answer:
        """Send the lines of a request by hand."""
        with socket.create_connection((HOST, urlsplit(self.root).port), LIMIT) as sent:
            sent.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
            response = HTTPResponse(sent)
            response.begin()
            version = {10: "HTTP/1.0", 11: "HTTP/1.1"}[response.version]
            text = response.read().decode()
            return Answer(version, response.status, response.headers, text)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(
    scope="module",
    params=[*PROXIES, *(f"{name}{UNSTRIPPED}" for name in PROXIES)],
)
def front(request: pytest.FixtureRequest, certificate: Path) -> Iterator[Front]:
    name = request.param.removesuffix(UNSTRIPPED)
    strips = name == request.param
    with (
        running(make_app(proxy_strips=strips)) as app,
        running_proxy_with_https(name, app, certificate, strips=strips) as roots,
    ):
        yield Front(request.param, *roots, app, certificate)


@pytest.fixture(params=["http", "https"])
def root(request: pytest.FixtureRequest, front: Front) -> str:
    """The root of the front's URLs, by each scheme."""
    return front.root if request.param == "http" else front.https_root


def test_by_http_2_each_url_is_https_and_has_the_prefix_once(front: Front) -> None:
    public = f"{front.https_root}{PREFIX}"
    home = front.curl(f"{public}/")
    assert (home.version, home.status) == ("HTTP/2", 200)
    assert home.json == {
        "url": f"{public}/",
        "link": f"{PREFIX}/",
        "external": f"{public}/",
        "socket": f"wss{public.removeprefix('https')}/echo",
    }
    answer = front.curl(f"{public}/names/a?x=1")
    assert (answer.version, answer.status) == ("HTTP/2", 308)
    assert answer.location == f"{public}/names/a/?x=1"
    assert front.curl(answer.location).text == "a"


# In a WebSocket's view, by the scheme of the front: what X-Forwarded-Proto says, and
# the scheme of external URLs. Werkzeug takes only "https" for a secure one there.
SCHEMES = {"http": ("http", "http"), "https": ("https", "https")}
SCHEMES_BY_TRAEFIK = {"http": ("ws", "http"), "https": ("wss", "http")}


def open_socket(front: Front, url: str) -> dict[str, str]:
    """Open a WebSocket, and use it; return what its view was told, and built."""
    client = pytest.importorskip("websocket")
    options = {"ca_certs": str(front.certificate)}
    connection = client.create_connection(url, timeout=LIMIT, sslopt=options)
    try:
        page: dict[str, str] = json.loads(connection.recv())
        connection.send("café")
        assert connection.recv() == "café"
        return page
    finally:
        connection.close()


def test_a_websocket_opens_at_the_url_that_the_app_builds(
    front: Front, root: str
) -> None:
    url = front.curl(f"{root}{PREFIX}/").json["socket"]
    assert url == f"ws{root.removeprefix('http')}{PREFIX}/echo"
    scheme, host = urlsplit(root)[:2]
    table = SCHEMES_BY_TRAEFIK if front.proxy == "traefik" else SCHEMES
    told, built = table[scheme]
    assert open_socket(front, url) == {
        "proto": told,
        "link": f"{PREFIX}/",
        "external": f"{built}://{host}{PREFIX}/",
        "by_scheme": f"https://{host}{PREFIX}/",
    }


@pitfall("[Traefik](demo/proxies/traefik-routes.yaml)")
@pytest.mark.parametrize("front", ["traefik"], indirect=True)
def test_a_websockets_view_behind_traefik_builds_http(front: Front, row: Row) -> None:
    assert row.code("_scheme") == '_scheme="https"'
    host = urlsplit(front.https_root).netloc
    page = open_socket(front, f"wss://{host}{PREFIX}/echo")
    assert page["external"] == f"http://{host}{PREFIX}/"
    assert page["by_scheme"] == f"https://{host}{PREFIX}/"


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        pytest.param("caf%C3%A9", "café", id="UTF-8"),
        pytest.param("caf%c3%a9", "café", id="UTF-8 in lower case"),
        pytest.param("café", "café", id="UTF-8 not encoded"),
        pytest.param("%E2%82%AC/%F0%9F%90%8D", "\u20ac/\U0001f40d", id="longer UTF-8"),
        pytest.param("%FF", "\ufffd", id="not UTF-8"),
        pytest.param("a%2Fb", "a/b", id="slash"),
        pytest.param("a%252Fb", "a%2Fb", id="encoded twice"),
        pytest.param("a%3Fb%23c", "a?b#c", id="question mark and hash"),
        pytest.param("a%5Cb", "a\\b", id="backslash"),
        pytest.param("a%20b+c", "a b+c", id="space and plus"),
        pytest.param("a;b%3Bc", "a;b;c", id="semicolon"),
        pytest.param("a&b%26c=@:$!'()*,", "a&b&c=@:$!'()*,", id="delimiters"),
    ],
)
def test_a_link_of_the_path_that_arrives_leads_back_to_it(
    front: Front, sent: str, path: str
) -> None:
    page = front.curl(f"{front.https_root}{PREFIX}/paths/{sent}").json
    assert page["path"] == path
    assert page["link"].startswith(f"{PREFIX}/paths/")
    assert front.curl(f"{front.https_root}{page['link']}").json == page


# What the app receives of two slashes, and of two that are encoded.
SLASHES = {
    "nginx": ("a/b", "a/b"),
    "apache": ("a/b", "a/b"),
    "haproxy": ("a//b", "a//b"),
    "caddy": ("a/b", "a//b"),
    "traefik": ("a/b", "a//b"),
    "envoy": ("a//b", "a//b"),
    "nginx-unstripped": ("a//b", "a//b"),
    "apache-unstripped": ("a/b", "a/b"),
    "haproxy-unstripped": ("a//b", "a//b"),
    "caddy-unstripped": ("a//b", "a//b"),
    "traefik-unstripped": ("a/b", "a//b"),
    "envoy-unstripped": ("a//b", "a//b"),
}


@pytest.mark.parametrize("sent", ["a//b", "a%2F%2Fb"])
def test_two_slashes_are_kept_or_merged(front: Front, sent: str) -> None:
    raw, encoded = SLASHES[front.name]
    page = front.curl(f"{PREFIX}/paths/{sent}").json
    assert page["path"] == (raw if sent == "a//b" else encoded)
    # Werkzeug does not encode a slash, so its link is as if two had been sent.
    assert page["link"] == f"{PREFIX}/paths/{page['path']}"
    again = front.curl(page["link"]).json
    assert again["path"] == (raw if "//" in page["path"] else page["path"])


# The length of a path that arrives, of one that does not, and the proxy's answer. The
# limit of Caddy and of Traefik is 1 MB, which is more than the app's server takes.
LENGTHS = {
    "nginx": (8_000, 8_192, 414),
    "apache": (8_000, 8_192, 414),
    "haproxy": (15_000, 16_000, 400),
    "caddy": (60_000, None, None),
    "traefik": (60_000, None, None),
    "envoy": (60_000, 62_000, 431),
}


def path_of_length(start: str, length: int) -> str:
    return start + "x" * (length - len(start))


def test_a_long_path_works_up_to_the_limit_of_the_proxy(front: Front) -> None:
    length, too_long, status = LENGTHS[front.proxy]
    path = path_of_length(f"{PREFIX}/paths/", length)
    assert front.curl(path).json["link"] == path
    if too_long is not None:
        answer = front.curl(path_of_length(f"{PREFIX}/paths/", too_long))
        assert answer.status == status


def test_a_long_path_is_redirected(front: Front) -> None:
    path = path_of_length(f"{PREFIX}/names/", 7_500)
    answer = front.curl(path)
    assert (answer.status, answer.location) == (308, f"{front.root}{path}/")
    assert front.curl(answer.location).status == 200


def test_a_chunked_upload_is_redirected_and_arrives_whole(
    front: Front, tmp_path: Path
) -> None:
    content = bytes(range(256)) * 1_000
    file = tmp_path / "upload"
    file.write_bytes(content)
    options = ["--data-binary", f"@{file}", "-H", "Transfer-Encoding: chunked"]
    # Without it, curl waits to be told to go on.
    options += ["-H", "Expect:", "-H", "Content-Type: application/octet-stream"]
    answer = front.curl(f"{PREFIX}/uploads?x=1", *options)
    assert answer.status == 308
    assert answer.location == f"{front.root}{PREFIX}/uploads/?x=1"
    arrived = front.curl(answer.location, *options).json
    assert arrived["digest"] == hashlib.sha256(content).hexdigest()
    # nginx reads it all first, and then knows its length.
    assert arrived["encoding"] == (None if front.proxy == "nginx" else "chunked")


@pytest.mark.parametrize(
    "sent",
    [
        ["X-Forwarded-Prefix: /evil", "X-Forwarded-Prefix: /worse"],
        ["X-Forwarded-Prefix: /evil, /worse", "x-forwarded-prefix: /public-api"],
        ["X-Forwarded-Prefix: /evil", "X-Forwarded-Prefix;"],
    ],
    ids=["two lines", "two lines and a comma", "two lines and one empty"],
)
@pytest.mark.parametrize("front", PROXIES, indirect=True)
def test_no_prefix_of_a_client_arrives(
    front: Front, root: str, sent: list[str]
) -> None:
    options = [part for line in sent for part in ("-H", line)]
    page = front.curl(f"{root}{PREFIX}/by-header", *options).json
    assert page == {"header": PREFIX, "link": f"{PREFIX}/by-header"}


@pytest.mark.parametrize(
    "query", ["x=1", "x=%2F&y=caf%C3%A9+a%20b", "next=/public-api/"]
)
def test_a_bare_prefix_is_redirected_with_its_query(
    front: Front, root: str, query: str
) -> None:
    url = f"{root}{PREFIX}?{query}"
    answer = front.curl(url)
    assert answer.status == 301
    assert urljoin(url, answer.location) == f"{root}{PREFIX}/?{query}"


def test_a_host_keeps_its_port(front: Front, root: str) -> None:
    scheme = urlsplit(root).scheme
    public = f"{scheme}://reading.example:8080{PREFIX}"
    host = ["-H", "Host: reading.example:8080"]
    bare = front.curl(f"{root}{PREFIX}", *host)
    assert urljoin(public, bare.location) == f"{public}/"
    home = front.curl(f"{root}{PREFIX}/", *host).json
    assert (home["url"], home["external"]) == (f"{public}/", f"{public}/")
    assert home["socket"] == f"ws{public.removeprefix('http')}/echo"
    answer = front.curl(f"{root}{PREFIX}/names/a", *host)
    assert answer.location == f"{public}/names/a/"


# Without a Host: the status by HTTP/1.0, the one by HTTP/1.1, and the host that the app
# then builds external URLs with. There is no right one.
WITHOUT_HOST = {
    "nginx": (200, 400, "the app's own"),
    "apache": (200, 400, "ServerName"),
    "haproxy": (200, 200, "the app's own"),
    "caddy": (200, 400, "the app's own"),
    "traefik": (200, 400, "the app's own"),
    "envoy": (426, 400, None),
}


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
def test_without_a_host_no_other_host_is_redirected_to(
    front: Front, version: str
) -> None:
    by_1_0, by_1_1, host = WITHOUT_HOST[front.proxy]
    status = by_1_0 if version == "HTTP/1.0" else by_1_1
    home = front.say(f"GET {PREFIX}/ {version}")
    assert home.status == status
    if status == 200:
        hosts = {"the app's own": front.app_root, "ServerName": f"http://{HOST}"}
        assert home.json["link"] == f"{PREFIX}/"
        assert home.json["external"] == f"{hosts[host]}{PREFIX}/"
        answer = front.say(f"GET {PREFIX}/names/a {version}")
        assert answer.status == 308
        assert answer.location == f"{hosts[host]}{PREFIX}/names/a/"
