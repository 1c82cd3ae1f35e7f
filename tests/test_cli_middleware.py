"""Which middleware a request passes before it gets to the app."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_prefix_urls.cli.inside.parts.middleware import middlewares


class Wrapper:
    """A middleware that keeps the app by a name of its own."""

    def __init__(self, inner: Any, name: str) -> None:
        setattr(self, name, inner)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        raise NotImplementedError


def test_an_app_has_none(app: Flask) -> None:
    assert middlewares(app) == []


@pytest.mark.parametrize("name", ["app", "wsgi_app", "application", "_app"])
@pytest.mark.parametrize("wraps_app", [True, False], ids=["app", "wsgi_app"])
def test_the_outermost_is_first(app: Flask, name: str, wraps_app: bool) -> None:
    fix = ProxyFix(app if wraps_app else app.wsgi_app)
    wrapper = Wrapper(fix, name)
    dispatcher = DispatcherMiddleware(wrapper)  # type: ignore[arg-type]
    app.wsgi_app = dispatcher  # type: ignore[method-assign]
    assert middlewares(app) == [dispatcher, wrapper, fix]


def test_a_function_does_not_show_what_it_wraps(app: Flask) -> None:
    inner = ProxyFix(app.wsgi_app)

    def middleware(environ: Any, start_response: Any) -> Any:
        return inner(environ, start_response)

    app.wsgi_app = outer = ProxyFix(middleware)  # type: ignore[method-assign]
    assert middlewares(app) == [outer, middleware]


def test_another_app_has_its_own(app: Flask) -> None:
    other = Flask("other")
    other.wsgi_app = fix = ProxyFix(other.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = dispatcher = DispatcherMiddleware(other)  # type: ignore[method-assign]
    assert middlewares(app)[:3] == [dispatcher, other, fix]


def test_one_that_leads_to_itself_comes_to_an_end(app: Flask) -> None:
    loop = Wrapper(None, "app")
    loop.app = loop  # type: ignore[attr-defined]
    app.wsgi_app = loop  # type: ignore[method-assign]
    assert set(middlewares(app)) == {loop}
