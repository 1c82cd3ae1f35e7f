"""Which endpoints a path is a route of, asked of the matcher inside of Werkzeug."""

from __future__ import annotations

import pytest
from flask import Flask, abort
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import BaseConverter, MapAdapter, Rule
from werkzeug.routing.converters import ValidationError

from flask_prefix_urls.routes import is_no_route, route_at, routes_at


class Known(BaseConverter):
    """Accepts ``known``, answers two words with an error, and refuses all else."""

    def to_python(self, value: str) -> str:
        if value in ("stop", "lost"):
            abort(410 if value == "stop" else 404)
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
    rule("/put-dir/", "put_dir", str, methods=["PUT"])
    rule("/ws", "ws", str, websocket=True)
    rule("/put-or-any", "put_only", str, methods=["PUT"])
    app.url_map.add(Rule("/put-or-any", endpoint="or_any"))
    app.url_map.add(Rule("/any", endpoint="any"))
    rule("/both-slashes", "put_file", str, methods=["PUT"])
    rule("/both-slashes/", "delete_dir", str, methods=["DELETE"])
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
        pytest.param("/dir", ["dir_get", "dir_put"], id="asked-method-slash"),
        pytest.param("/put-dir", ["put_dir"], id="other-method-slash"),
        pytest.param("/ws", ["ws"], id="websocket"),
        pytest.param("/any", ["any"], id="any-method"),
        pytest.param("/put-or-any", ["or_any"], id="any-method-beside-others"),
        pytest.param("/both-slashes", ["put_file"], id="other-method-before-a-slash"),
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


def test_a_rule_for_any_method_after_one_for_what_is_asked(adapter: MapAdapter) -> None:
    found = [r.endpoint for r in routes_at("/put-or-any", adapter, method="put")]
    assert found == ["put_only", "or_any"]


def test_route_at(adapter: MapAdapter) -> None:
    route = route_at("/numbers/7", adapter)
    assert route is not None
    assert (route.endpoint, route.values) == ("numbers", {"n": 7})
    for path in ("/put", "/nothing", "/is/stop", "/is/unknown"):
        assert route_at(path, adapter) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/nothing", True, id="no-rule"),
        pytest.param("/is", True, id="part-of-a-rule"),
        pytest.param("/is/unknown", False, id="converter-refuses"),
        pytest.param("/is/lost", False, id="converter-answers-404"),
        pytest.param("/is/stop", False, id="converter-answers-410"),
        pytest.param("/put", False, id="other-method"),
        pytest.param("/ws", False, id="websocket"),
        pytest.param("/slash", False, id="redirect"),
    ],
)
def test_is_no_route(adapter: MapAdapter, path: str, expected: bool) -> None:
    """It reads how Werkzeug chains its errors, which is internal."""
    with pytest.raises(HTTPException) as error:
        adapter.match(path)
    assert is_no_route(error.value) is expected


def test_is_no_route_where_another_error_is_handled(adapter: MapAdapter) -> None:
    try:
        {}["key"]
    except LookupError:
        with pytest.raises(NotFound) as error:
            adapter.match("/nothing")
    assert is_no_route(error.value)


def test_in_another_subdomain(adapter: MapAdapter) -> None:
    assert [r.endpoint for r in routes_at("/there", adapter, "sub")][:1] == ["there"]


def test_a_route_has_its_rule_and_values(adapter: MapAdapter) -> None:
    route = next(routes_at("/numbers/7", adapter))
    assert (route.rule.rule, route.values) == ("/numbers/<int:n>", {"n": 7})
    assert next(routes_at("/alias", adapter)).rule is None
