"""Which endpoints a path is a route of, asked of the matcher inside of Werkzeug."""

from __future__ import annotations

import pytest
from flask import Flask, abort
from werkzeug.routing import BaseConverter, MapAdapter, Rule
from werkzeug.routing.converters import ValidationError

from flask_prefix_urls.routes import routes_at


class Known(BaseConverter):
    """Accepts ``known``, answers ``stop`` with a 410, and refuses all else."""

    def to_python(self, value: str) -> str:
        if value == "stop":
            abort(410)
        if value != "known":
            raise ValidationError
        return value


def fail(_adapter: MapAdapter) -> str:
    raise AssertionError("A redirect_to function was called.")


@pytest.fixture
def adapter(app: Flask) -> MapAdapter:
    app.url_map.converters["known"] = Known
    rule = app.add_url_rule
    rule("/page", "page", str)
    rule("/alias", "page", str, alias=True)
    rule("/slash/", "slash", str)
    rule("/a/b/", "merged", str)
    rule("/numbers/", "numbers", str, defaults={"n": 1})
    rule("/numbers/<int:n>", "numbers", str)
    rule("/away", "away", redirect_to=fail)
    rule("/put", "put", str, methods=["PUT"])
    rule("/both", "both_put", str, methods=["PUT"])
    rule("/both", "both_delete", str, methods=["DELETE"])
    rule("/get-or-put", "or_put", str, methods=["PUT"])
    rule("/get-or-put", "or_get", str)
    rule("/dir/", "dir_put", str, methods=["PUT"])
    rule("/dir/", "dir_get", str)
    rule("/loose/", "loose_put", str, methods=["PUT"], strict_slashes=False)
    rule("/ws", "ws", str, websocket=True)
    app.url_map.add(Rule("/any", endpoint="any"))
    rule("/is/<known:text>", "is", str)
    rule("/send/<known:text>", "send", str, methods=["PUT"])
    rule("/there", "there", str, subdomain="sub")
    return app.url_map.bind("localhost")


# OPTIONS, which Flask adds to each rule, is the second method of those with one.
@pytest.mark.parametrize(
    ("path", "endpoints"),
    [
        pytest.param("/page", ["page"], id="route"),
        pytest.param("page", ["page"], id="no-slash-in-front"),
        pytest.param("/alias", ["page"], id="alias"),
        pytest.param("/slash", ["slash"], id="strict_slashes"),
        pytest.param("/a//b", ["merged"], id="merge_slashes"),
        pytest.param("/numbers/1", ["numbers"], id="defaults"),
        pytest.param("/away", ["away"], id="redirect_to"),
        pytest.param("/put", ["put"], id="other-method"),
        pytest.param("/both", ["both_delete", "both_put"], id="other-methods"),
        pytest.param("/get-or-put", ["or_get", "or_put"], id="asked-method-first"),
        pytest.param("/dir", ["dir_get", "dir_put"], id="other-method-slash"),
        pytest.param("/loose", ["loose_put"], id="other-method-no-strict-slashes"),
        pytest.param("/ws", ["ws"], id="websocket"),
        pytest.param("/any", ["any"], id="any-method"),
        pytest.param("/is/known", ["is"], id="converter"),
        pytest.param("/is/unknown", [], id="converter-refuses"),
        pytest.param("/is/stop", [], id="converter-aborts"),
        pytest.param("/send/known", ["send"], id="other-method-converter"),
        pytest.param("/send/unknown", [], id="other-method-converter-refuses"),
        pytest.param("/send/stop", [], id="other-method-converter-aborts"),
        pytest.param("/nothing", [], id="no-route"),
        pytest.param("/there", [], id="another-subdomain"),
        pytest.param("", [], id="empty"),
    ],
)
def test_routes_at(adapter: MapAdapter, path: str, endpoints: list[str]) -> None:
    found = [route.endpoint for route in routes_at(path, adapter)]
    assert list(dict.fromkeys(found)) == endpoints


def test_in_another_subdomain(adapter: MapAdapter) -> None:
    assert [r.endpoint for r in routes_at("/there", adapter, "sub")][:1] == ["there"]


def test_a_route_has_its_rule_and_values(adapter: MapAdapter) -> None:
    route = next(routes_at("/numbers/7", adapter))
    assert (route.rule.rule, route.values) == ("/numbers/<int:n>", {"n": 7})
    assert next(routes_at("/alias", adapter)).rule is None
