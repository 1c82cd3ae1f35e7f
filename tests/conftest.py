"""What most tests need: apps, and every way to give them a prefix."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from flask_prefix_urls import PrefixURLs

Install = Callable[[Flask, str], object]


def _by_config(app: Flask, prefix: str) -> None:
    app.config["PREFIX_URLS_PREFIX"] = prefix
    PrefixURLs(app)


def _by_environment(app: Flask, prefix: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLASK_PREFIX_URLS_PREFIX", prefix)
        app.config.from_prefixed_env()
    PrefixURLs(app)


def _by_factory(app: Flask, prefix: str) -> None:
    prefix_urls = PrefixURLs(prefix=prefix)
    prefix_urls.init_app(app)


WAYS: dict[str, Install] = {
    "argument": PrefixURLs,
    "config": _by_config,
    "environment": _by_environment,
    "factory": _by_factory,
}


@contextmanager
def no_collector() -> Iterator[None]:
    """Free nothing that is part of a reference cycle while the block runs."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.fixture
def app() -> Flask:
    """An app that has nothing yet but Flask's own static endpoint."""
    return Flask("tests")


@pytest.fixture(params=WAYS.values(), ids=WAYS.keys())
def install(request: pytest.FixtureRequest) -> Install:
    """Each of the ways to give an app a prefix, in turn."""
    way: Install = request.param
    return way


def warnings_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the package has warned of so far in a test."""
    return [
        record.getMessage()
        for when in ("setup", "call")
        for record in caplog.get_records(when)  # type: ignore[arg-type]
        if record.name.endswith(".prefix_urls")
    ]


@pytest.fixture(autouse=True)
def no_warnings(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail each test in which the package warns, unless it is marked to expect that."""
    yield
    if request.node.get_closest_marker("warns") is None:
        assert warnings_in(caplog) == []
