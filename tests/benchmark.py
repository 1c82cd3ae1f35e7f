"""What prefixes cost: ratios to plain Flask, measured in turns.

Each app has a process of its own, as where it is deployed: CPython specializes code for
the classes that it meets, and apps in one process spoil that for each other. All are
measured in each round, one after the other, so that what else the machine does hits all
alike. A figure is the ratio of two medians. The apps are:

- plain Flask;
- an empty wrapper around ``url_for``, the floor of what any override costs;
- the three hooks of this package with a constant prefix and no check, the floor of what
  its shape costs;
- ProxyFix with ``x_prefix=1``;
- a middleware that rewrites the environ, as flask-reverse-proxy-fix does;
- this package, with 10 prefixed blueprints, and with 2,000;
- this package, where no scope covers the endpoint, and with ``proxy_strips=False``,
  where the paths have the prefix on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from functools import partial
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from statistics import median
from time import perf_counter
from typing import Any

from flask import Blueprint, Flask, Request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import MapAdapter
from werkzeug.test import EnvironBuilder

from flask_prefix_urls import PrefixURLs

LINKS = (
    "{{% for id in range({}) %}}<a href='{{{{ url_for('item', id=id) }}}}'>x</a>"
    "{{% endfor %}}"
)
HEADERS = {
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/svc",
}

WSGI = Callable[..., Iterable[bytes]]


def plain(blueprints: int = 10) -> Flask:
    """Make an app with pages, and as many blueprints."""
    app = Flask("benchmark")
    # What a proxy leaves on the path of each request.
    app.config["LEFT_ON"] = ""
    app.add_url_rule("/item/<int:id>", "item", str)
    app.add_url_rule("/page", "page", lambda: "page")
    app.add_url_rule("/slash/", "slash", str)
    for links in (20, 100):
        template = app.jinja_env.from_string(LINKS.format(links))
        app.add_url_rule(f"/page/{links}", f"page-{links}", template.render)
    for number in range(blueprints):
        blueprint = Blueprint(f"b{number}", "benchmark", url_prefix=f"/b{number}")
        blueprint.add_url_rule("/item/<int:id>", "item", str)
        app.register_blueprint(blueprint)
    return app


def with_an_empty_wrapper() -> Flask:
    """Wrap ``url_for`` in what does nothing."""
    app = plain()
    method = app.url_for
    app.url_for = (  # type: ignore[method-assign]
        lambda endpoint, **values: method(endpoint, **values)
    )
    return app


class BareAdapter(MapAdapter):
    """An adapter that has another one build, under the prefix."""

    sibling: MapAdapter

    def build(
        self,
        endpoint: str,
        values: Any = None,
        method: str | None = None,
        force_external: bool = False,
        append_unknown: bool = True,
        url_scheme: str | None = None,
    ) -> str:
        """Take ``_prefix`` out of the URL values."""
        del values["_prefix"]
        return self.sibling.build(
            endpoint, values, method, force_external, append_unknown, url_scheme
        )


def with_bare_hooks() -> Flask:
    """Use the hooks that :mod:`flask_prefix_urls` uses, each as short as it can be."""
    app = plain()
    method = app.url_for
    create = app.create_url_adapter

    def bare_url_for(
        endpoint: str, *, _prefix: str | None = None, **values: Any
    ) -> str:
        if _prefix is not None:
            values["_prefix"] = _prefix
        return method(endpoint, **values)

    def create_bare_adapter(request: Request | None) -> MapAdapter | None:
        adapter = create(request)
        if request is None or adapter is None:
            return adapter
        bare = BareAdapter(
            adapter.map,
            adapter.server_name,
            "/",
            adapter.subdomain,
            adapter.url_scheme,
            adapter.path_info,
            adapter.default_method,
            adapter.query_args,
        )
        bare.sibling = adapter
        adapter.script_name = "/svc/"
        return bare

    app.url_for = bare_url_for  # type: ignore[assignment]
    app.url_defaults(lambda _, values: values.setdefault("_prefix", "/svc"))
    app.create_url_adapter = create_bare_adapter  # type: ignore[assignment]
    return app


def behind_proxy_fix() -> Flask:
    """Let ProxyFix read the prefix from a header."""
    app = plain()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
    return app


def with_a_rewritten_environ() -> Flask:
    """Let a middleware write the prefix into the environ."""
    app = plain()
    inner: WSGI = app.wsgi_app

    def rewrite(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["SCRIPT_NAME"] = "/svc"
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/svc")
        return inner(environ, start_response)

    app.wsgi_app = rewrite  # type: ignore[method-assign]
    return app


def prefixed(blueprints: int = 10, **settings: Any) -> Flask:
    """Give the app, and each of its blueprints, a prefix."""
    app = plain(blueprints)
    names = {f"b{number}": f"/p{number}" for number in range(blueprints)}
    PrefixURLs(app, "/svc", blueprints=names, **settings)
    return app


def uncovered() -> Flask:
    """Give one blueprint a prefix, and none to the app."""
    app = plain()
    PrefixURLs(app, blueprints={"b7": "/p7"})
    return app


def unstripped() -> Flask:
    """Give the same prefixes, but behind a proxy that leaves them on."""
    app = prefixed(proxy_strips=False)
    app.config["LEFT_ON"] = "/svc"
    return app


def urls(endpoint: str, *, external: bool = False) -> Callable[[Flask], float]:
    """Return what times 250 calls of ``url_for`` in a request."""

    def measure(app: Flask) -> float:
        with app.test_request_context("/page"):
            start = perf_counter()
            for _ in range(250):
                url_for(endpoint, id=7, _external=external)
            return perf_counter() - start

    return measure


def requests(path: str, times: int) -> Callable[[Flask], float]:
    """Return what times as many requests for a path."""

    def measure(app: Flask) -> float:
        asked = app.config["LEFT_ON"] + path
        environ = EnvironBuilder(asked, headers=HEADERS).get_environ()
        environs = [dict(environ) for _ in range(times)]
        start = perf_counter()
        for each in environs:
            b"".join(app.wsgi_app(each, lambda *_: bytes))
        return perf_counter() - start

    return measure


APPS: dict[str, Callable[[], Flask]] = {
    "plain": plain,
    "wrapper": with_an_empty_wrapper,
    "bare hooks": with_bare_hooks,
    "ProxyFix": behind_proxy_fix,
    "environ": with_a_rewritten_environ,
    "prefixes": prefixed,
    "2,000": partial(prefixed, 2_000),
    "uncovered": uncovered,
    "unstripped": unstripped,
}
WORKS: dict[str, Callable[[Flask], float]] = {
    "url_for, relative": urls("item"),
    "url_for, external": urls("item", external=True),
    "url_for, blueprint": urls("b7.item"),
    "page, no links": requests("/page", 25),
    "page, 20 links": requests("/page/20", 8),
    "page, 100 links": requests("/page/100", 3),
    "missing slash": requests("/slash", 15),
    "404": requests("/missing", 15),
}


def serve(name: str, connection: Connection) -> None:
    """Measure one app, for as long as somebody asks."""
    app = APPS[name]()
    while work := connection.recv():
        connection.send(WORKS[work](app))


def main() -> None:
    """Measure, and print one row for each kind of work."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=100, help="default: %(default)s")
    rounds = parser.parse_args().rounds
    connections = {}
    for name in APPS:
        connections[name], theirs = Pipe()
        Process(target=serve, args=(name, theirs), daemon=True).start()
    print(f"Python {sys.version.split()[0]}, ratios to plain Flask")
    print(" " * 18, *(f"{name:>11}" for name in APPS))
    for work in WORKS:
        times: dict[str, list[float]] = {name: [] for name in APPS}
        for _ in range(rounds):
            for name, connection in connections.items():
                connection.send(work)
                times[name].append(connection.recv())
        unit = median(times["plain"])
        ratios = [median(seconds) / unit for seconds in times.values()]
        print(work.ljust(18), *(f"{ratio:11.2f}" for ratio in ratios), flush=True)
    for connection in connections.values():
        connection.send("")


if __name__ == "__main__":
    main()
