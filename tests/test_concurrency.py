"""Threads, tasks and greenlets that each see their own prefix, under load."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Blueprint, Flask, copy_current_request_context, g, request, url_for

from flask_prefix_urls import PrefixURLs, forwarded_prefix, unprefixed

# Each request builds this many URLs of each of five kinds: five times the sum of the
# requests below is a hundred thousand URLs, and more.
ROUNDS = 50
REQUESTS = 160


def expected(tenant: str) -> dict[str, int]:
    """Return how often a request of a tenant is to see which URL."""
    return {
        f"/app-{tenant}/page/": 50,
        f"/g-{tenant}/b/page/": 50,
        f"/header-{tenant}/c/page/": 50,
        "/page/": 50,
        "/b/page/": 50,
    }


def make_app(pause: Callable[[], None] = lambda: None) -> Flask:
    """Make an app with three prefixes that differ from request to request.

    :param pause: Lets others run; called between the URLs of one request.
    """
    app = Flask("tests")
    PrefixURLs(app, lambda: f"/app-{request.headers['Tenant']}")
    prefixes = {"b": lambda: f"/g-{g.tenant}", "c": forwarded_prefix()}
    for name, prefix in prefixes.items():
        blueprint = Blueprint(name, "tests", url_prefix=f"/{name}")
        blueprint.add_url_rule("/page/", "page", lambda: "")
        PrefixURLs(blueprint, prefix)
        app.register_blueprint(blueprint)
    app.add_url_rule("/page/", "page", lambda: "")

    @app.before_request
    def take_tenant() -> None:
        g.tenant = request.headers["Tenant"]

    @app.route("/urls")
    def urls() -> Counter[str]:
        seen: Counter[str] = Counter()
        for _ in range(ROUNDS):
            for endpoint in ("page", "b.page", "c.page"):
                seen[url_for(endpoint)] += 1
                pause()
            with unprefixed():
                for endpoint in ("page", "b.page"):
                    pause()
                    seen[url_for(endpoint)] += 1
        return seen

    @app.route("/async-urls")
    async def async_urls() -> Counter[str]:
        seen: Counter[str] = Counter()

        async def prefixed(endpoint: str) -> None:
            for _ in range(ROUNDS):
                seen[url_for(endpoint)] += 1
                await asyncio.sleep(0)

        async def bare(endpoint: str) -> None:
            with unprefixed():
                await prefixed(endpoint)

        calls = [*map(prefixed, ("page", "b.page", "c.page"))]
        await asyncio.gather(*calls, *map(bare, ("page", "b.page")))
        return seen

    return app


def headers_of(tenant: object) -> dict[str, str]:
    return {"Tenant": f"{tenant}", "X-Forwarded-Prefix": f"/header-{tenant}"}


def ask(app: Flask, path: str, tenant: str) -> list[str]:
    """Say which URLs of one request were not as they should be."""
    client = app.test_client()
    answer = client.get(path, headers=headers_of(tenant))
    assert answer.status_code == 200, answer.text
    wrong = [] if answer.json == expected(tenant) else [f"{tenant}: {answer.text}"]
    location = client.get("/c/page", headers=headers_of(tenant)).location
    if location != f"http://localhost/header-{tenant}/c/page/":
        wrong.append(f"{tenant}: {location}")
    return wrong


def ask_all(app: Flask, path: str, map_: Callable[..., Any] = map) -> list[str]:
    answers = map_(lambda n: ask(app, path, f"t{n}"), range(REQUESTS))
    return [wrong for answer in answers for wrong in answer]


@pytest.fixture
def switches() -> Iterator[None]:
    """Have the interpreter change threads as often as it can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("switches")
@pytest.mark.parametrize("path", ["/urls", "/async-urls"])
def test_threads(path: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert ask_all(make_app(), path, pool.map) == []


def test_tasks_of_one_event_loop() -> None:
    app = make_app()

    async def serve(tenant: str) -> dict[str, int]:
        seen: Counter[str] = Counter()
        with app.test_request_context(headers=headers_of(tenant)):
            g.tenant = tenant
            for _ in range(ROUNDS):
                for endpoint in ("page", "b.page", "c.page"):
                    seen[url_for(endpoint)] += 1
                    await asyncio.sleep(0)
                with unprefixed():
                    for endpoint in ("page", "b.page"):
                        await asyncio.sleep(0)
                        seen[url_for(endpoint)] += 1
        return seen

    async def serve_all() -> list[dict[str, int]]:
        return await asyncio.gather(*(serve(f"t{n}") for n in range(REQUESTS)))

    assert asyncio.run(serve_all()) == [expected(f"t{n}") for n in range(160)]


GREENLETS = """
from gevent import monkey
monkey.patch_all()
import json
import gevent
from gevent.pool import Pool
from test_concurrency import ask_all, make_app
pauses = []
def pause():
    pauses.append(gevent.getcurrent())
    gevent.sleep(0)
wrong = ask_all(make_app(pause), "/urls", Pool(40).imap)
switches = sum(one is not other for one, other in zip(pauses, pauses[1:]))
print(json.dumps([wrong, len(pauses), switches > 30_000]))
"""


def test_greenlets() -> None:
    folders = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
    program = f"import sys; sys.path[:0] = sys.argv[1:]{GREENLETS}"
    done = subprocess.run(
        [sys.executable, "-c", program, *folders],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[], 160 * 50 * 5, True]


def make_app_with_scopes() -> Flask:
    """Make an app with eight scopes, every other one with a function."""
    app = Flask("tests")
    for n in range(8):
        blueprint = Blueprint(f"b{n}", "tests", url_prefix=f"/b{n}")
        blueprint.add_url_rule("/", "page", str)
        app.register_blueprint(blueprint)
    functions = {
        f"b{n}": lambda n=n: f"/{request.headers['Tenant']}-{n}" for n in range(0, 8, 2)
    }
    texts = {f"b{n}": f"/text-{n}" for n in range(1, 8, 2)}
    PrefixURLs(app, blueprints={**functions, **texts})
    return app


def copy_request(function: Callable[[int], Any]) -> Callable[[int], Any]:
    functions = [copy_current_request_context(function) for _ in range(8)]
    return lambda n: functions[n](n)


def copy_variables(function: Callable[[int], Any]) -> Callable[[int], Any]:
    contexts = [copy_context() for _ in range(8)]
    return lambda n: contexts[n].run(function, n)


@pytest.mark.usefixtures("switches")
@pytest.mark.parametrize("share", [copy_request, copy_variables])
def test_one_request_shared_by_threads(
    share: Callable[[Callable[[int], Any]], Callable[[int], Any]],
) -> None:
    together = Barrier(8)

    def build(n: int) -> dict[str, int]:
        together.wait(10)
        seen: Counter[str] = Counter()
        for _ in range(1000):
            seen[url_for(f"b{n}.page")] += 1
            seen[url_for(f"b{n}.page", _prefix=f"/own-{n}")] += 1
            seen[request.root_url] += 1
            if n < 2:
                with unprefixed():
                    seen[url_for(f"b{n}.page")] += 1
        return seen

    app = make_app_with_scopes()
    with (
        ThreadPoolExecutor(8) as pool,
        app.test_request_context("/b3/", headers={"Tenant": "t"}),
    ):
        seen = list(pool.map(share(build), range(8)))
    root, bare = "http://localhost/text-3/", {"/b0/": 1000, "/b1/": 1000}
    prefixes = [f"/text-{n}" if n % 2 else f"/t-{n}" for n in range(8)]
    assert seen == [
        {f"{prefix}/b{n}/": 1000, f"/own-{n}/b{n}/": 1000, root: 1000}
        | {url: times for url, times in bare.items() if url == f"/b{n}/"}
        for n, prefix in enumerate(prefixes)
    ]
