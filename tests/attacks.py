"""Prefixes that must not get through, and all that an app gives out of a prefix."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

import ada_url
from flask import Blueprint, Flask, redirect, request, session, url_for

from flask_prefix_urls import PrefixURLs

# Where the browser is that reads the URLs.
BASE = "http://localhost/some/page?x#y"
# Everything that ends an attribute, a string, a header or a cookie's path, or that a
# browser, a log or a terminal takes for something else than a part of a path.
NEVER = re.compile(
    r"[\x00-\x20\x7f-\xa0\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\"'<>\\`;]"
)


def path_of(url: str) -> str:
    """Return the path that a browser asks for, after checking how it read the URL."""
    assert not NEVER.search(url), url
    read = ada_url.URL(url, BASE)
    assert (read.protocol, read.host) == ("http:", "localhost"), url
    assert (read.username, read.search, read.hash) == ("", "", ""), url
    written = url.removeprefix("http://localhost")
    assert unquote(read.pathname) == unquote(written), f"{url} has a dot segment"
    return read.pathname


def make_app(**options: Any) -> Flask:
    """Make an app whose view ``b.page`` gives out a URL in every position."""
    app = Flask("tests")
    app.testing = True
    app.secret_key = "secret"
    blueprint = Blueprint("b", "tests", url_prefix="/b")

    @blueprint.route("/page/")
    def page() -> dict[str, str]:
        session["user"] = "someone"
        return {
            "relative": url_for("b.page", **options),
            "external": url_for("b.page", _external=True, **options),
            "url": request.url,
            "base_url": request.base_url,
            "root_url": f"{request.root_url}b/page/",
            # Decoded text, as Werkzeug has it: a browser encodes what it must.
            "script_root": quote(f"{request.script_root}/b/page/"),
        }

    @blueprint.route("/to")
    def to() -> Any:
        return redirect(url_for("b.page", **options))

    app.register_blueprint(blueprint)
    return app


REQUEST = ("url", "base_url", "root_url", "script_root")


def given_out(app: Flask, **environ: str) -> dict[str, str]:
    """Return the URLs of ``b.page`` in all positions."""
    client = app.test_client()
    answer = client.get("/b/page/", environ_overrides=environ)
    cookie = re.search("; Path=([^;]*)", answer.headers["Set-Cookie"])
    assert cookie
    found: dict[str, str] = answer.json
    found["cookie"] = f"{cookie[1].rstrip('/')}/b/page/"
    for path in ("/b/page", "/b/to"):
        found[path] = client.get(path, environ_overrides=environ).location
    return found


def _config(value: str) -> Flask:
    app = make_app()
    app.config["PREFIX_URLS_PREFIX"] = value
    PrefixURLs(app, cookie_path=True)
    return app


def _config_name(value: str) -> Flask:
    app = make_app()
    app.config["PREFIX_URLS_BLUEPRINTS"] = {"b": value}
    PrefixURLs(app, value, cookie_path=True)
    return app


def _by(**names: Callable[[str], Any]) -> Callable[[str], Flask]:
    def make(value: str) -> Flask:
        app = make_app()
        arguments = {name: to(value) for name, to in names.items()}
        PrefixURLs(app, cookie_path=True, **arguments)
        return app

    return make


def _call(value: str) -> Flask:
    app = make_app(_prefix=value)
    # The request and the cookie know nothing of one URL's own prefix.
    PrefixURLs(app, value, cookie_path=True)
    return app


WAYS: dict[str, Callable[[str], Flask]] = {
    "argument": _by(prefix=str),
    "name": _by(prefix=str, blueprints=lambda value: {"b": value}),
    "config": _config,
    "config name": _config_name,
    "function": _by(prefix=lambda value: lambda: value),
    "public URL": _by(public_url=lambda value: f"http://localhost/{value}"),
    "call": _call,
}

ATTACKS = [
    "//evil.com",
    "///evil.com",
    "https://evil.com",
    "javascript:alert(1)",
    "/a/../..",
    "/..",
    "/a/./b",
    "..",
    "/a/%2e%2e/b",
    "/.%2E",
    "/%2f%2fevil.com",
    "/%2F/evil.com",
    "/%252f%252fevil.com",
    "/%252e%252e/a",
    "/a?x=",
    "/a#",
    "\\\\evil.com",
    "/\\evil.com",
    "/%5cevil.com",
    "/\t/evil.com",
    "/\n/evil.com",
    "\t//evil.com",
    " //evil.com",
    "/a\n",
    "/a b",
    "/;@evil.com",
    '/";alert(1)//',
    "/';alert(1)",
    "/a'-alert(1)-'",
    '/a"onload=x',
    "/<script>",
    "/a; Domain=evil.com",
    "/a;Domain=evil.com",
    "/a\r\nSet-Cookie: a=b",
    "/a%0d%0aSet-Cookie:%20a=b",
    "/a%00",
    "/a\x00",
    "/a\x7f",
    "/a%C2%85b",
    "/%c0%af%c0%afevil.com",
    "/%c0%ae%c0%ae/a",
    "/%e0%80%af/a",
    "/%ed%a0%80",
    "/a\u202emoc.live",
    "/a\u2028b",
    "/a\u200bb",
    "\ufeff//evil.com",
    "/a\xa0b",
    "/a\ud800b",
    "/%u002f%u002fevil.com",
    "/a%",
    "/a%2",
    "/a,b",
    "/a|b",
    "/`a`",
    "/$(a)",
    "/{{7*7}}",
]
