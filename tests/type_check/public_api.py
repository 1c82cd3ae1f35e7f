"""The public interface as a type checker sees it; nothing runs this file."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import click
from flask import Blueprint, Flask
from typing_extensions import assert_type
from werkzeug.test import TestResponse

from flask_prefix_urls import PrefixURLs, forwarded_prefix, prefix_of, unprefixed
from flask_prefix_urls.cli import prefix_urls
from flask_prefix_urls.testing import ProxyClient

app = Flask(__name__)
api = Blueprint("api", __name__)

assert_type(PrefixURLs(), PrefixURLs)
assert_type(PrefixURLs(app), PrefixURLs)
assert_type(PrefixURLs(api, "/public"), PrefixURLs)
assert_type(PrefixURLs(prefix="/svc").init_app(app), None)
PrefixURLs(app, "/svc", blueprints={"admin": "/back-office", "health": None})
PrefixURLs(app, None, blueprints=MappingProxyType({"admin": ""}))
PrefixURLs(app, lambda: None)
PrefixURLs(api, forwarded_prefix(2, header="X-Prefix", allowed={"/a"}, default="/a"))
PrefixURLs(app, blueprints={"admin": lambda: "/back-office"})
PrefixURLs(app, proxy_strips=False, public_url="https://x.example", cookie_path=True)
PrefixURLs().init_app(api)
PrefixURLs().init_app(app, "/svc", blueprints={"admin": ""}, proxy_strips=False)
assert_type(prefix_of(app), str)
assert_type(prefix_of(app, "admin"), str)
with unprefixed() as nothing:
    assert_type(nothing, None)

app.test_client_class = ProxyClient
assert_type(ProxyClient(app).get("/svc/"), TestResponse)
assert_type(ProxyClient(app, prefix="/ada"), ProxyClient)

# What has no place in the interface must be an error, or mypy --strict refuses these
# comments as unused.
PrefixURLs("/svc")  # type: ignore[arg-type]
PrefixURLs(app, 8080)  # type: ignore[arg-type]
PrefixURLs(app, lambda path: path)  # type: ignore[arg-type]
PrefixURLs(app, proxy_strips="no")  # type: ignore[arg-type]
forwarded_prefix(trusted="1")  # type: ignore[arg-type]
PrefixURLs(app, "/svc", {"admin": "/x"})  # type: ignore[call-arg]
PrefixURLs(app, blueprints={"admin": 1})  # type: ignore[dict-item]
PrefixURLs().init_app()  # type: ignore[call-arg]
PrefixURLs().init_app(app, 8080)  # type: ignore[arg-type]
prefix_of(app, 8080)  # type: ignore[arg-type]
ProxyClient(app, prefix=8080)  # type: ignore[arg-type]

# The argument is one more of url_for, and the rest is as Flask has it.
build: Callable[..., str] = app.url_for
assert_type(app.url_for("index", _prefix="/other"), str)

# A FlaskGroup of one's own that loads no entry points can add it.
click.Group().add_command(prefix_urls)
