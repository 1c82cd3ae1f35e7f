"""README as a reference: its sentences, its config keys, its parameters, its errors."""

from __future__ import annotations

import inspect
import re
import shlex
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, g, render_template_string, url_for
from readme import PROSE, ROOT, Row, code_in, section, table
from werkzeug.middleware.proxy_fix import ProxyFix

from demo.proxy import PROXIES
from flask_prefix_urls import PrefixURLs, forwarded_prefix, prefix_of
from flask_prefix_urls.settings import Settings


@pytest.mark.parametrize(
    "code",
    [
        code
        for code in dict.fromkeys(code_in(PROSE))
        if code.startswith("PrefixURLs(app, ") and "=," not in code
    ],
)
def test_a_call_in_a_sentence_gives_an_app_its_prefix(app: Flask, code: str) -> None:
    # The keys of the package that README says how to leave.
    for key in ("REVERSE_PROXY_PATH", "REVERSE_PROXY_PATH_PREFIX"):
        app.config[key] = "/svc"
    app.register_blueprint(Blueprint("api", "tests", static_folder="static"))
    eval(
        code,
        {
            "PrefixURLs": PrefixURLs,
            "app": app,
            "forwarded_prefix": forwarded_prefix,
            "g": g,
        },
    )
    with app.test_request_context():
        g.tenant = "red"
        assert prefix_of(app) in ("/svc", "/red", "/prod")
        named = "/public" if "blueprints" in code else prefix_of(app)
        assert prefix_of(app, "api") == named


@pytest.mark.parametrize("function", [PrefixURLs, forwarded_prefix])
def test_it_names_each_parameter(function: Callable[..., Any]) -> None:
    shown = []
    for parameter in inspect.signature(function).parameters.values():
        is_keyword = parameter.kind is inspect.Parameter.KEYWORD_ONLY
        shown.append(f"{parameter.name}=" if is_keyword else parameter.name)
    assert f"{function.__name__}({', '.join(shown)})" in code_in(PROSE)


def test_it_names_each_config_key() -> None:
    keys = [f"`PREFIX_URLS_{field.name.upper()}`" for field in fields(Settings)]
    assert sorted(table("Configuration")) == sorted(keys)


@pytest.mark.parametrize(
    "row", table("Configuration").values(), ids=lambda row: row.cells[0]
)
def test_each_config_key_can_be_set_in_the_environment(row: Row) -> None:
    (key,) = code_in(row.cells[0])
    for setting in code_in(row.cells[1]):
        # As a shell reads it.
        (word,) = shlex.split(setting)
        name, _, value = word.partition("=")
        app = Flask("tests")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(name, value)
            app.config.from_prefixed_env()
        PrefixURLs(app)
        given = app.extensions["prefix_urls"].settings.given()
        assert given.keys() == {key.removeprefix("PREFIX_URLS_").lower()}


def quoted(part: str) -> str:
    """Return the code in a sentence that has a part, and no other code has."""
    (code,) = [code for code in code_in(PROSE) if part in code]
    return code


@pytest.mark.parametrize("x_prefix", ["", ", x_prefix=1"], ids=["off", "on"])
def test_it_says_how_to_use_proxy_fix(app: Flask, x_prefix: str) -> None:
    code = quoted("x_for=1").removesuffix(")") + f"{x_prefix})"
    exec(code, {"app": app, "ProxyFix": ProxyFix})
    app.add_url_rule("/foo", "foo", lambda: url_for("foo", _external=True))
    PrefixURLs(app, "/svc")
    headers = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "example.com",
        "X-Forwarded-Prefix": "/svc",
    }
    answer = app.test_client().get("/foo", headers=headers)
    assert answer.text == "https://example.com/svc/foo"


def test_it_says_how_a_script_gets_its_root(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    with app.test_request_context():
        assert render_template_string(quoted("script_root|tojson")) == '"/svc"'


def test_it_says_how_to_keep_another_cookie_with_its_app(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    exec(quoted("REMEMBER_COOKIE_PATH"), {"app": app, "prefix_of": prefix_of})
    assert app.config["REMEMBER_COOKIE_PATH"] == "/svc"


def test_it_says_how_to_refer_to_another_host(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    code = quoted("cdn.example.com").replace("...", "filename='a.css', _prefix=''")
    with app.test_request_context():
        url = eval(code, {"url_for": url_for})
    assert url == "https://cdn.example.com/static/a.css"


def test_a_function_for_urls_sees_what_it_says(app: Flask) -> None:
    seen = []

    def see(_: str, values: dict[str, Any]) -> None:
        seen.append(values.get("_prefix"))

    app.url_defaults(see)
    PrefixURLs(app, "/svc")
    app.url_defaults(see)
    with app.test_request_context():
        url_for("static", filename="a.css")
        url_for("static", filename="a.css", _prefix="/v2")
    assert seen == [None, "/svc", "/v2", "/v2"]


@pytest.mark.warns
def test_it_says_how_to_silence_warnings(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def warnings_of(app: Flask) -> list[str]:
        caplog.clear()
        app.config["PREFIX_URLS_PREFX"] = "/svc"
        PrefixURLs(app)
        app.test_client().get("/")
        return caplog.messages[:]

    silenced = Flask("silenced")
    exec(quoted("setLevel"), {"app": silenced})
    assert warnings_of(silenced) == []
    assert warnings_of(app) == [
        "The config key 'PREFIX_URLS_PREFX' is unknown: did you mean"
        " 'PREFIX_URLS_PREFIX'?"
    ]


def test_it_has_a_row_for_each_proxy() -> None:
    rows = table("Behind your proxy").values()
    names = [re.match(r"\[(\w+)\]\((\S+)\)$", row.cells[0]) for row in rows]
    files = {name[1].lower(): Path(name[2]).name for name in names if name is not None}
    assert files.keys() == PROXIES.keys()
    for name, file in files.items():
        assert file in PROXIES[name].files


def test_it_names_modules_that_are_there() -> None:
    names = re.findall(r"`(\w+\.py)`", section("How it works"))
    assert len(names) >= 3
    package = ROOT / "flask_prefix_urls"
    assert [name for name in names if not (package / name).exists()] == []
