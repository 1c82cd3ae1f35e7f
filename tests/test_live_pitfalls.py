"""README's pitfalls of proxies: a configuration of the demo, with a mistake in it."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import urlsplit

import pytest
from crawler import LIMIT, send
from fronts import HELLO, UPGRADE, running_changed_proxy, running_echo
from readme import TESTED_PITFALLS, Row, code_in, pitfall, table

from demo.addresses import HOST

pytestmark = pytest.mark.live


class Front:
    """A proxy that runs, and what the app behind it receives."""

    def __init__(self) -> None:
        self.root = ""
        self.received: list[str] = []
        self.hosts: list[str] = []

    def record(self, path: str, host: str) -> None:
        """Keep what the app has received."""
        self.received.append(path)
        self.hosts.append(host)

    def get(self, path: str) -> tuple[int, list[str]]:
        """Return the status of the answer, and the path that the app received."""
        self.received.clear()
        return send(self.root, "GET", path).status, self.received[:]

    def opens_websockets(self) -> bool:
        """Tell whether what the app sends through a WebSocket arrives."""
        lines = ["GET /public-api/ HTTP/1.1", "Host: a.example", *UPGRADE, "", ""]
        port = urlsplit(self.root).port
        with socket.create_connection((HOST, port), LIMIT) as connection:
            connection.sendall("\r\n".join(lines).encode())
            with connection.makefile("rb") as answer:
                if b" 101 " not in answer.readline():
                    return False
                while answer.readline().strip():
                    pass
                return answer.read(len(HELLO)) == HELLO


RunProxy = Callable[[str, dict[str, str]], AbstractContextManager[Front]]


@pytest.fixture
def run_proxy() -> RunProxy:
    """Run a proxy with the demo's configuration, after some changes of its text."""

    @contextmanager
    def run_proxy(name: str, changes: dict[str, str]) -> Iterator[Front]:
        front = Front()
        with (
            running_echo(front.record) as app_port,
            running_changed_proxy(name, changes, app_port=app_port) as front.root,
        ):
            yield front

    return run_proxy


def test_each_row_has_a_test() -> None:
    assert table("Behind your proxy").keys() == TESTED_PITFALLS


@pitfall("[nginx](demo/proxies/nginx.conf)")
def test_nginx_strips_by_a_slash(run_proxy: RunProxy, row: Row) -> None:
    line = row.code("proxy_pass")
    location = r"(location /public-api/ \{[^}]*)" + re.escape(line)
    without_slash = r"\1" + line.replace("/;", ";")
    with run_proxy("nginx", {}) as right:
        assert right.get("/public-api/items") == (200, ["/items"])
    with run_proxy("nginx", {location: without_slash}) as wrong:
        assert wrong.get("/public-api/items") == (200, ["/public-api/items"])


@pitfall("[nginx](demo/proxies/nginx.conf)")
def test_nginx_drops_the_headers_of_the_server(run_proxy: RunProxy, row: Row) -> None:
    assert "in a location drops those of the server" in row.cells[-1]
    location = r"location /public-api/ \{"
    with_header = "location /public-api/ { proxy_set_header X-Own 1;"
    with run_proxy("nginx", {location: with_header}) as front:
        for path in ("/back-office/items", "/public-api/items"):
            assert front.get(path) == (200, ["/items"])
        host = front.root.removeprefix("http://")
        assert front.hosts[-2] == host != front.hosts[-1]


@pitfall("[nginx](demo/proxies/nginx.conf)")
def test_nginx_merges_slashes(run_proxy: RunProxy, row: Row) -> None:
    assert "Two slashes become one, `%2F%2F` too." in row.cells[-1]
    location = r"(location /public-api/ \{[^}]*:5000)/;"
    paths = ("/public-api/a//b", "/public-api/a%2F%2Fb")
    with run_proxy("nginx", {}) as stripping:
        for path in paths:
            assert stripping.get(path) == (200, ["/a/b"])
    with run_proxy("nginx", {location: r"\1;"}) as unstripped:
        for path in paths:
            assert unstripped.get(path) == (200, [path])


@pitfall("[nginx](demo/proxies/nginx.conf)")
def test_the_headers_of_an_answer_have_to_fit_into_nginx(
    run_proxy: RunProxy, row: Row
) -> None:
    line = f"{row.code('proxy_buffer_size')};"
    path = f"/public-api/?to=/public-api/{'x' * 5_000}"
    with run_proxy("nginx", {}) as right:
        assert right.get(path)[0] == 302
    with run_proxy("nginx", {line: ""}) as wrong:
        assert wrong.get(path)[0] == 502


@pitfall("[nginx](demo/proxies/nginx.conf)")
@pytest.mark.parametrize(
    "line",
    [
        "proxy_http_version 1.1;",
        r"proxy_set_header Upgrade \$http_upgrade;",
        r"proxy_set_header Connection \$connection_upgrade;",
    ],
    ids=["version", "Upgrade", "Connection"],
)
def test_nginx_lets_a_websocket_through_by_three_lines(
    run_proxy: RunProxy, row: Row, line: str
) -> None:
    words = "A WebSocket needs HTTP/1.1, `Upgrade` and `Connection`."
    assert words in row.cells[-1]
    with run_proxy("nginx", {}) as right:
        assert right.opens_websockets()
    with run_proxy("nginx", {line: ""}) as wrong:
        assert not wrong.opens_websockets()


APACHE = "[Apache](demo/proxies/apache.conf)"
PROXY_PASS = 'ProxyPass "/public-api/" "http://127.0.0.1:5000/"'


@pitfall(APACHE)
@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ('ProxyPass "/public-api/" "http://127.0.0.1:5000/"', (200, ["/items"])),
        ('ProxyPass "/public-api" "http://127.0.0.1:5000"', (200, ["/items"])),
        ('ProxyPass "/public-api" "http://127.0.0.1:5000/"', (200, ["//items"])),
        # To a host "127.0.0.1:5000items".
        ('ProxyPass "/public-api/" "http://127.0.0.1:5000"', (500, [])),
    ],
    ids=["both", "neither", "right", "left"],
)
def test_apache_needs_the_slash_on_both_sides_or_on_neither(
    run_proxy: RunProxy, row: Row, line: str, answer: tuple[int, list[str]]
) -> None:
    assert "`ProxyPass` needs the slash on both sides or on neither" in row.cells[-1]
    with run_proxy("apache", {PROXY_PASS: line}) as front:
        assert front.get("/public-api/items") == answer


@pitfall(APACHE)
def test_apache_adds_the_prefix_to_a_location(run_proxy: RunProxy, row: Row) -> None:
    line = row.code("ProxyPassReverse /svc/ /").replace("/svc/", "/public-api/")
    location = "/public-api/foo/"
    path = f"/public-api/?to={location}"
    with run_proxy("apache", {}) as right:
        assert send(right.root, "GET", path).location == location
    with run_proxy("apache", {PROXY_PASS: f"{line}\n{PROXY_PASS}"}) as wrong:
        doubled = f"{wrong.root}/public-api{location}"
        assert send(wrong.root, "GET", path).location == doubled


@pitfall(APACHE)
def test_apache_lets_a_websocket_through_by_a_parameter(
    run_proxy: RunProxy, row: Row
) -> None:
    parameter = row.code("upgrade")
    with run_proxy("apache", {}) as right:
        assert right.opens_websockets()
    # It stands in one line, but the connection pool is that of all three.
    with run_proxy("apache", {f" {parameter}": ""}) as wrong:
        assert not wrong.opens_websockets()


@pitfall(APACHE)
def test_each_virtual_host_of_apache_has_to_allow_encoded_slashes(
    run_proxy: RunProxy, row: Row
) -> None:
    line = row.code("AllowEncodedSlashes")
    path = "/public-api/a%2Fb"
    with run_proxy("apache", {}) as right:
        assert right.get(path) == (200, ["/a/b"])
    with run_proxy("apache", {f"\n{line}": "\n"}) as wrong:
        assert wrong.get(path) == (404, [])
    # The port is replaced, as the other one is.
    last = 'Redirect 404 "/"'
    host = "<VirtualHost 127.0.0.1:8000>\nServerName 127.0.0.1\n{}\n</VirtualHost>"
    with run_proxy("apache", {last: f"{last}\n{host.format(line)}"}) as right:
        assert right.get(path) == (200, ["/a/b"])
    with run_proxy("apache", {last: f"{last}\n{host.format('')}"}) as wrong:
        assert wrong.get(path) == (404, [])


@pitfall("[HAProxy](demo/proxies/haproxy.cfg)")
def test_haproxy_replaces_the_whole_path(run_proxy: RunProxy, row: Row) -> None:
    assert row.code("replace") == "replace-path"
    with run_proxy("haproxy", {}) as right:
        assert right.get("/public-api/items") == (200, ["/items"])
    with run_proxy("haproxy", {r"\(/\.\*\)\$ \\2": "/ /"}) as wrong:
        assert wrong.get("/public-api/items") == (200, ["/"])


CADDY = "[Caddy](demo/proxies/Caddyfile)"
HANDLE_PATH = r"handle_path /public-api/\*"


@pitfall(CADDY)
def test_caddy_strips_by_handle_path(run_proxy: RunProxy, row: Row) -> None:
    assert row.code("handle_path") in HANDLE_PATH
    with run_proxy("caddy", {}) as right:
        assert right.get("/public-api/items") == (200, ["/items"])
    with run_proxy("caddy", {HANDLE_PATH: "handle /public-api/*"}) as wrong:
        assert wrong.get("/public-api/items") == (200, ["/public-api/items"])


@pitfall(CADDY)
def test_a_star_of_caddy_matches_too_little_or_too_much(
    run_proxy: RunProxy, row: Row
) -> None:
    assert {"/svc/*", "/svc", "/svc*", "/svc2"} <= {*code_in(row.cells[-1])}
    redirect = "(@bare path .*) /public-api"
    with run_proxy("caddy", {redirect: r"\1"}) as too_little:
        assert too_little.get("/public-api") == (404, [])
        assert too_little.get("/public-api2") == (404, [])
    changes = {redirect: r"\1", HANDLE_PATH: "handle_path /public-api*"}
    with run_proxy("caddy", changes) as too_much:
        assert too_much.get("/public-api") == (200, ["/"])
        assert too_much.get("/public-api2") == (200, ["2"])


@pitfall(CADDY)
def test_a_redir_of_caddy_loses_the_query(run_proxy: RunProxy, row: Row) -> None:
    line = row.code("redir").replace("/svc", "/public-api")
    location = "/public-api/"
    with run_proxy("caddy", {}) as right:
        answer = send(right.root, "GET", "/public-api?x=1")
        assert answer.location == f"{location}?x=1"
    changes = {"(@bare path .*) /public-api": r"\1", "redir / ": f"{line}\n\\g<0>"}
    with run_proxy("caddy", changes) as wrong:
        assert send(wrong.root, "GET", "/public-api?x=1").location == location


@pitfall("[Traefik](demo/proxies/traefik-routes.yaml)")
def test_traefik_matches_a_part_of_a_segment(run_proxy: RunProxy, row: Row) -> None:
    assert "``PathPrefix(`/svc`)`` matches `/svc2` too" in row.cells[-1]
    # Not that of https, which is a comment.
    rule = r"(\n      rule: .*PathPrefix\(`/public-api)/`"
    with run_proxy("traefik", {}) as right:
        assert right.get("/public-api2") == (404, [])
    with run_proxy("traefik", {rule: r"\1`"}) as wrong:
        assert wrong.get("/public-api2") == (200, ["/2"])


@pitfall("[Envoy](demo/proxies/envoy.yaml)")
def test_envoy_replaces_exactly_what_it_matched(run_proxy: RunProxy, row: Row) -> None:
    assert row.code("rewrite") == "prefix_rewrite"
    match = "match: {prefix: /public-api/}"
    with run_proxy("envoy", {}) as right:
        assert right.get("/public-api/items") == (200, ["/items"])
        assert right.get("/public-api2") == (404, [])
    with run_proxy("envoy", {match: "match: {prefix: /public-api}"}) as wrong:
        assert wrong.get("/public-api/items") == (200, ["//items"])
        assert wrong.get("/public-api2") == (200, ["/2"])


@pitfall("[Envoy](demo/proxies/envoy.yaml)")
def test_envoy_refuses_a_websocket(run_proxy: RunProxy, row: Row) -> None:
    setting = row.code("upgrade_configs")
    with run_proxy("envoy", {}) as right:
        assert right.opens_websockets()
    with run_proxy("envoy", {rf"{setting}: .*": ""}) as wrong:
        assert not wrong.opens_websockets()
