"""README's "Do I need this?": what only this package does, and that all is tested."""

from __future__ import annotations

from copy import deepcopy
from importlib import import_module
from typing import Any

from flask import Blueprint, Flask, g, request, url_for
from readme import TESTED_CHOICES, Row, choice, table

from flask_prefix_urls import PrefixURLs


def test_each_row_has_a_test() -> None:
    # Its tests count, too.
    import_module("test_live_choices")
    assert table("Do I need this?").keys() == TESTED_CHOICES


THIS_PACKAGE = (
    "Parts of one app, or its tenants, have different prefixes, or the environ must not"
    " change"
)


@choice(THIS_PACKAGE)
def test_parts_of_one_app_have_different_prefixes(app: Flask, row: Row) -> None:
    assert row.cells[-1] == "this package"
    for name in ("shop", "office"):
        part = Blueprint(name, "tests")
        part.add_url_rule(f"/{name}", "home", str)
        PrefixURLs(part, f"/the-{name}")
        app.register_blueprint(part)
    with app.test_request_context():
        urls = [url_for("shop.home"), url_for("office.home")]
    assert urls == ["/the-shop/shop", "/the-office/office"]


@choice(THIS_PACKAGE)
def test_tenants_have_different_prefixes(app: Flask, row: Row) -> None:
    assert row.cells[-1] == "this package"
    app.add_url_rule("/", "home", lambda: url_for("home"))
    PrefixURLs(app, lambda: f"/{g.tenant}")

    @app.before_request
    def find_tenant() -> None:
        g.tenant = request.host.partition(".")[0]

    client = app.test_client()
    texts = [client.get("/", base_url=f"http://{x}.test").text for x in ("red", "blue")]
    assert texts == ["/red/", "/blue/"]


@choice(THIS_PACKAGE)
def test_the_environ_does_not_change(app: Flask, row: Row) -> None:
    assert row.cells[-1] == "this package"
    app.add_url_rule("/", "home", lambda: url_for("home"))
    PrefixURLs(app, "/svc")
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    wsgi_app = app.wsgi_app

    def recording(environ: dict[str, Any], start_response: Any) -> Any:
        before.update(strings_of(environ))
        answer = wsgi_app(environ, start_response)
        after.update(strings_of(environ))
        return answer

    app.wsgi_app = recording  # type: ignore[method-assign]
    assert app.test_client().get("/").text == "/svc/"
    assert before["PATH_INFO"] == "/"
    assert after == before


def strings_of(environ: dict[str, Any]) -> dict[str, Any]:
    return deepcopy({key: environ[key] for key in environ if key.isupper()})
