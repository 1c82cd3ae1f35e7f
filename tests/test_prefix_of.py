"""``prefix_of``: the prefix that an app or a blueprint has at this moment."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Blueprint, Flask, current_app, request

from flask_prefix_urls import PrefixURLs, forwarded_prefix, prefix_of, unprefixed


def with_blueprints(app: Flask, of_app: Any = None, **by_name: Any) -> Flask:
    """Register ``api``, and ``inner`` in ``outer``; give ``outer`` a prefix."""
    api, outer, inner = (Blueprint(n, "tests") for n in ("api", "outer", "inner"))
    PrefixURLs(outer, "/outer")
    outer.register_blueprint(inner, url_prefix="/i")
    app.register_blueprint(api, url_prefix="/a")
    app.register_blueprint(outer, url_prefix="/o")
    PrefixURLs(app, of_app, blueprints=by_name)
    return app


def test_of_the_app_and_of_blueprints(app: Flask) -> None:
    with_blueprints(app, "svc/größe/", api="")
    assert prefix_of(app) == "/svc/gr%C3%B6%C3%9Fe"
    assert prefix_of(app, "api") == ""
    assert prefix_of(app, "outer") == prefix_of(app, "outer.inner") == "/outer"


def test_without_any(app: Flask) -> None:
    app.register_blueprint(Blueprint("api", "tests"))
    assert prefix_of(app) == prefix_of(app, "api") == ""
    PrefixURLs(app)
    assert prefix_of(app) == prefix_of(app, "api") == ""


def test_it_is_a_plain_string(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    assert type(prefix_of(app)) is str


def test_of_a_public_url(app: Flask) -> None:
    PrefixURLs(app, public_url="https://example.com/svc")
    assert prefix_of(app) == "/svc"


def test_functions_and_headers_are_asked_in_the_current_context(app: Flask) -> None:
    with_blueprints(
        app,
        lambda: f"/{request.host}",
        api=forwarded_prefix(default="/default"),
    )
    headers = {"X-Forwarded-Prefix": "/sent"}
    with app.test_request_context(headers=headers):
        assert prefix_of(app) == prefix_of(current_app) == "/localhost"  # type: ignore[arg-type]
        assert prefix_of(app, "api") == "/sent"
    assert prefix_of(app, "api") == "/default"
    with pytest.raises(RuntimeError, match="Working outside of request context"):
        prefix_of(app)


def test_neither_the_mount_nor_unprefixed_is_in_it(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    with (
        app.test_request_context(environ_overrides={"SCRIPT_NAME": "/m"}),
        unprefixed(),
    ):
        assert prefix_of(app) == "/svc"
        assert request.script_root == "/svc/m"


@pytest.mark.parametrize(
    ("name", "ending"),
    [("aip", "did you mean 'api'?"), ("inner", "did you mean 'outer.inner'?")],
)
@pytest.mark.parametrize("ours", [True, False], ids=["with", "without"])
def test_an_unknown_name(app: Flask, name: str, ending: str, ours: bool) -> None:
    if ours:
        with_blueprints(app)
    else:
        outer = Blueprint("outer", "tests")
        outer.register_blueprint(Blueprint("inner", "tests"))
        app.register_blueprint(outer)
        app.register_blueprint(Blueprint("api", "tests"))
    sentence = f"No blueprint is registered as {name!r}: {ending}"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        prefix_of(app, name)


def test_an_unknown_name_where_there_is_none(app: Flask) -> None:
    sentence = "No blueprint is registered as 'api': there is none."
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        prefix_of(app, "api")
