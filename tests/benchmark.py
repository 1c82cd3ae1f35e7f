"""What prefixes cost: ratios to plain Flask, and to ProxyFix, measured in turns.

All variants are measured in each round, one after the other, so that what else the
machine does hits all alike; a figure is the ratio of two medians.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

from flask import Blueprint, Flask, url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import EnvironBuilder

from flask_prefix_urls import PrefixURLs

ROUNDS = 100
LINKS = (
    "{% for id in range(20) %}<a href='{{ url_for('item', id=id) }}'>x</a>{% endfor %}"
)
HEADERS = {
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/svc",
}


def plain(blueprints: int = 10) -> Flask:
    """Make an app with a page of 20 links, and as many blueprints."""
    app = Flask("benchmark")
    app.add_url_rule("/item/<int:id>", endpoint="item", view_func=str)
    template = app.jinja_env.from_string(LINKS)
    app.add_url_rule("/page", endpoint="page", view_func=template.render)
    for number in range(blueprints):
        blueprint = Blueprint(f"b{number}", "benchmark", url_prefix=f"/b{number}")
        blueprint.add_url_rule("/item/<int:id>", endpoint="item", view_func=str)
        app.register_blueprint(blueprint)
    return app


def behind_proxy_fix() -> Flask:
    """Make the app get its prefix from ProxyFix."""
    app = plain()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
    return app


def prefixed(blueprints: int) -> Flask:
    """Make the app, and each of its blueprints, get a prefix from this package."""
    app = plain(blueprints)
    names = {f"b{number}": f"/p{number}" for number in range(blueprints)}
    PrefixURLs(app, "/svc", blueprints=names)
    return app


def time_url_for(app: Flask, endpoint: str, *, external: bool) -> float:
    """Return the seconds that 500 calls of ``url_for`` take in a request."""
    with app.test_request_context("/page"):
        start = perf_counter()
        for _ in range(500):
            url_for(endpoint, id=7, _external=external)
        return perf_counter() - start


def time_page(app: Flask) -> float:
    """Return the seconds that 25 requests for the page of 20 links take."""
    builders = [EnvironBuilder("/page", headers=HEADERS) for _ in range(25)]
    environs = [builder.get_environ() for builder in builders]
    start = perf_counter()
    for environ in environs:
        b"".join(app.wsgi_app(environ, lambda *_: bytes))
    return perf_counter() - start


def main() -> None:
    """Measure, and print one row for each kind of work."""
    apps = {
        "plain Flask": plain(),
        "ProxyFix": behind_proxy_fix(),
        "10 blueprints": prefixed(10),
        "2,000 blueprints": prefixed(2_000),
    }
    works: dict[str, Callable[[Flask], float]] = {
        "url_for, relative": lambda app: time_url_for(app, "item", external=False),
        "url_for, external": lambda app: time_url_for(app, "item", external=True),
        "url_for, blueprint": lambda app: time_url_for(app, "b7.item", external=False),
        "a page of 20 links": time_page,
    }
    print("ratio to plain Flask".ljust(22), *(f"{name:>17}" for name in apps))
    for work, measure in works.items():
        times: dict[str, list[float]] = {name: [] for name in apps}
        for _ in range(ROUNDS):
            for name, app in apps.items():
                times[name].append(measure(app))
        unit = median(times["plain Flask"])
        ratios = [median(seconds) / unit for seconds in times.values()]
        print(work.ljust(22), *(f"{ratio:17.2f}" for ratio in ratios))


if __name__ == "__main__":
    main()
