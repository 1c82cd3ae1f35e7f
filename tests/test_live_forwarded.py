"""An app behind two real proxies: each strips a part, and says so in a header."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from crawler import LIMIT, send
from flask import Flask, request, url_for
from nginx import running_nginx
from traefik import THROTTLE, running_traefik

from demo.addresses import HOST
from demo.proxy import free_port
from demo.servers import running
from flask_prefix_urls import PrefixURLs, forwarded_prefix

pytestmark = pytest.mark.live


# Of the part that it strips, the root of what is behind it, a path of its own that
# answers once all is there, a directory, and whether it is the outer one.
Strip = Callable[[str, str, str, Path, bool], AbstractContextManager[str]]


@contextmanager
def stripping_nginx(
    part: str, behind: str, _entrance: str, work: Path, _is_outer: bool
) -> Iterator[str]:
    # nginx appends nothing by itself, and so it has to be told.
    locations = f"""
        location {part}/ {{
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Prefix "$http_x_forwarded_prefix, {part}";
            proxy_pass {behind}/;
        }}
    """
    with running_nginx(locations, work) as root:
        yield root


TRAEFIK = """
global: {{checkNewVersion: false, sendAnonymousUsage: false}}
log: {{level: WARN}}
entryPoints:
  front:
    address: {host}:{port}
    forwardedHeaders: {{trustedIPs: [{trusted}]}}
providers: {{{throttle}, file: {{filename: routes.yaml}}}}
"""

TRAEFIK_ROUTES = """
http:
  routers:
    app: {{rule: "PathPrefix(`{part}/`)", middlewares: [strip], service: app}}
  middlewares:
    strip: {{stripPrefix: {{prefixes: [{part}]}}}}
  services:
    app: {{loadBalancer: {{servers: [{{url: "{behind}"}}]}}}}
"""


@contextmanager
def stripping_traefik(
    part: str, behind: str, entrance: str, work: Path, is_outer: bool
) -> Iterator[str]:
    port = free_port()
    # stripPrefix adds a line of its own, and a line of the client is dropped where it
    # is not trusted. nginx before 1.23 would read the first of the two alone.
    trusted = "" if is_outer else f"{HOST}/32"
    start = TRAEFIK.format(host=HOST, port=port, trusted=trusted, throttle=THROTTLE)
    (work / "traefik.yaml").write_text(start, "utf-8")
    routes = TRAEFIK_ROUTES.format(part=part, behind=behind)
    (work / "routes.yaml").write_text(routes, "utf-8")
    command = ["--configFile=traefik.yaml"]
    with running_traefik(command, work, f"{HOST}:{port}", entrance) as root:
        yield root


STRIP: dict[str, Strip] = {"nginx": stripping_nginx, "traefik": stripping_traefik}


def make_app() -> Flask:
    app = Flask("tests")
    PrefixURLs(app, forwarded_prefix(2))

    @app.get("/items/")
    def items() -> dict[str, Any]:
        return {
            "received": request.headers.get("X-Forwarded-Prefix"),
            "path": request.path,
            "url": request.url,
            "relative": url_for("items"),
            "external": url_for("items", _external=True),
        }

    return app


@dataclass(frozen=True)
class Chain:
    """Two proxies that run: the roots of their URLs."""

    outer: str
    inner: str


@pytest.fixture(
    scope="module",
    params=list(product(STRIP, STRIP)),
    ids=lambda names: "-before-".join(names),
)
def chain(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Chain]:
    strip_outer, strip_inner = (STRIP[name] for name in request.param)
    works = [tmp_path_factory.mktemp(name) for name in ("inner", "outer")]
    entrances = ["/inner/items/", "/outer/inner/items/"]
    with (
        running(make_app()) as app,
        strip_inner("/inner", app, entrances[0], works[0], False) as inner,
        strip_outer("/outer", inner, entrances[1], works[1], True) as outer,
    ):
        yield Chain(outer, inner)


def get_json(url: str, **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with urlopen(Request(url, headers=sent), timeout=LIMIT) as answer:
        assert answer.status == 200
        return json.load(answer)


def test_urls_have_what_both_have_stripped(chain: Chain) -> None:
    url = f"{chain.outer}/outer/inner/items/"
    items = get_json(url)
    values = [value.strip() for value in items["received"].split(",")]
    assert [value for value in values if value] == ["/outer", "/inner"]
    assert items["path"] == "/items/"
    assert items["relative"] == "/outer/inner/items/"
    assert items["external"] == items["url"] == url
    assert get_json(f"{chain.outer}{items['relative']}") == items
    assert get_json(items["external"]) == items


def test_a_redirect_has_what_both_have_stripped(chain: Chain) -> None:
    answer = send(chain.outer, "GET", "/outer/inner/items?page=2")
    assert answer.status == 308
    assert answer.location == f"{chain.outer}/outer/inner/items/?page=2"
    assert send(chain.outer, "GET", answer.location).status == 200


@pytest.mark.parametrize("sent", ["/evil", "/evil, /worse", "/%0d%0aevil, //evil.com"])
def test_what_the_client_sends_does_not_count(chain: Chain, sent: str) -> None:
    url = f"{chain.outer}/outer/inner/items/"
    items = get_json(url, X_Forwarded_Prefix=sent)
    assert items["relative"] == "/outer/inner/items/"
    assert items["external"] == items["url"] == url


def test_what_only_one_of_them_has_stripped_does_not_count(chain: Chain) -> None:
    items = get_json(f"{chain.inner}/inner/items/")
    assert items["received"].strip(", ") == "/inner"
    assert items["relative"] == "/items/"
