"""Mistakes that Flask lets pass: each is said once, and no right set-up is accused."""

from __future__ import annotations

import functools
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from conftest import warnings_in
from flask import Blueprint, Flask, abort, g, request, url_for
from werkzeug.local import LocalProxy
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.routing import BaseConverter
from werkzeug.test import create_environ

from flask_prefix_urls import PrefixURLs, forwarded_prefix, prefix_of
from flask_prefix_urls.extension import Prefix

Said = Callable[[], list[str]]


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Said:
    """Return what is said so far, by the logger that one can silence."""

    def so_far() -> list[str]:
        for record in caplog.records:
            assert record.levelno == logging.WARNING
        return warnings_in(caplog)

    return so_far


def add_page(app: Flask) -> Flask:
    app.add_url_rule("/page", "page", lambda: url_for("page"), methods=["GET", "POST"])
    return app


def ask(app: Flask, path: str = "/page", **options: Any) -> int:
    return app.test_client().get(path, **options).status_code


UNSTRIPPED = (
    "The path {asked} is a 404, but {route} is a route of the app: the proxy seems not"
    " to strip the prefix '/svc'. Strip it (in nginx, by a slash at the end of"
    " proxy_pass), or set proxy_strips=False; in tests, use"
    " flask_prefix_urls.testing.ProxyClient. If the client asked for the prefix twice,"
    " only its link is wrong. This is said once."
)


@pytest.mark.warns
@pytest.mark.parametrize(
    ("asked", "route"),
    [
        ("/svc/page", "'/page'"),
        ("/svc/static/missing.css", "'/static/missing.css'"),
        ("/svc/sl", "'/sl'"),
        ("/svc/sl/", "'/sl/'"),
        ("/svc/", "'/'"),
        ("/svc", "'/'"),
        ("/svc/caf%C3%A9", r"'/caf\xe9'"),
        ("/svc/n/12", "'/n/12'"),
    ],
)
def test_a_proxy_that_does_not_strip(
    app: Flask, said: Said, asked: str, route: str
) -> None:
    PrefixURLs(add_page(app), "/svc")
    for rule in ("/", "/sl/", "/café", "/n/<int:n>"):
        app.add_url_rule(rule, rule, lambda **_: "")
    shown = "'" + asked.replace("%C3%A9", r"\xe9") + "'"
    for _ in range(3):
        assert ask(app, asked) == 404
    assert said() == [UNSTRIPPED.format(asked=shown, route=route)]


@pytest.mark.warns
def test_a_path_that_a_client_made_up_is_short_and_printable(
    app: Flask, said: Said
) -> None:
    PrefixURLs(app, "/svc")
    ask(app, "/svc/static/%0A%1B[31m" + "x" * 5000)
    [sentence] = said()
    assert r"'/static/\n\x1b[31mxx" in sentence
    assert len(sentence) < 1000
    assert sentence.isprintable()


@pytest.mark.warns
def test_a_post_that_is_not_stripped(app: Flask, said: Said) -> None:
    PrefixURLs(app, "/svc")
    app.add_url_rule("/page", "page", str, methods=["POST"])
    assert ask(app, "/svc/page") == 404
    assert said() == [UNSTRIPPED.format(asked="'/svc/page'", route="'/page'")]


@pytest.mark.warns
@pytest.mark.parametrize("before", [9, 10])
def test_ten_404s_are_looked_at(app: Flask, said: Said, before: int) -> None:
    PrefixURLs(add_page(app), "/svc")
    for number in range(before):
        assert ask(app, f"/missing/{number}") == 404
    for _ in range(2):
        assert ask(app, "/svc/page") == 404
    assert len(said()) == (1 if before < 10 else 0)


def test_pages_are_no_404s_to_look_at(app: Flask) -> None:
    PrefixURLs(add_page(app), "/svc")
    app.add_url_rule("/gone", "gone", lambda: abort(404))
    for _ in range(3):
        assert ask(app) == 200
        assert ask(app, "/gone") == 404
    assert app.extensions["prefix_urls"].looked_at_404s == 0


class Failing(BaseConverter):
    def to_python(self, value: str) -> str:
        raise RuntimeError(f"There is no database to look {value} up in.")


def with_converter(app: Flask) -> None:
    app.url_map.converters["failing"] = Failing
    app.add_url_rule("/<failing:name>", "named", lambda name: name)
    PrefixURLs(app, "/svc")


def with_blueprint_of_its_own(app: Flask) -> None:
    blueprint = Blueprint("api", "tests")
    blueprint.add_url_rule("/page", "page", str)
    app.register_blueprint(blueprint)
    PrefixURLs(app, "/svc", blueprints={"api": "/public"})


@pytest.mark.parametrize(
    ("set_up", "asked"),
    [
        (lambda app: PrefixURLs(add_page(app)), "/svc/page"),
        (lambda app: PrefixURLs(add_page(app), ""), "/svc/page"),
        (lambda app: PrefixURLs(add_page(app), "/svc"), "/missing"),
        (lambda app: PrefixURLs(add_page(app), "/svc"), "/svc/missing"),
        (lambda app: PrefixURLs(add_page(app), "/svc"), "/svcpage"),
        (lambda app: PrefixURLs(add_page(app), lambda: "/svc"), "/svc/page"),
        (
            lambda app: PrefixURLs(add_page(app), forwarded_prefix(default="/svc")),
            "/svc/page",
        ),
        (
            lambda app: PrefixURLs(add_page(app), "/svc", proxy_strips=False),
            "/svc/missing",
        ),
        (with_blueprint_of_its_own, "/svc/page"),
        (with_converter, "/svc/x"),
    ],
    ids=[
        "no-prefix",
        "empty-prefix",
        "without-its-prefix",
        "no-such-page",
        "no-boundary",
        "function",
        "header",
        "told-so",
        "another-scope",
        "converter-that-fails",
    ],
)
def test_another_404(app: Flask, set_up: Callable[[Flask], Any], asked: str) -> None:
    set_up(app)
    assert ask(app, asked) == 404


def test_below_a_mount_a_prefix_is_part_of_the_route(app: Flask) -> None:
    PrefixURLs(add_page(app), "/svc")
    app.wsgi_app = DispatcherMiddleware(Flask("root"), {"/m": app.wsgi_app})  # type: ignore[method-assign]
    assert ask(app, "/m/svc/page") == 404


def test_a_path_that_the_app_itself_asks_for(app: Flask) -> None:
    PrefixURLs(add_page(app), "/svc")

    @app.get("/exists")
    def exists() -> str:
        adapter = app.create_url_adapter(request)
        assert adapter is not None
        return str(adapter.test("/svc/page"))

    assert app.test_client().get("/exists").text == "False"
    assert app.extensions["prefix_urls"].looked_at_404s == 0


def test_outside_of_a_context_nothing_is_said(app: Flask) -> None:
    PrefixURLs(add_page(app), "/svc")
    app.config["SERVER_NAME"] = "localhost"
    for asked in (None, app.request_class(create_environ("/svc/page"))):
        adapter = app.create_url_adapter(asked)
        assert adapter is not None
        assert not adapter.test("/svc/page")
        assert not adapter.test()


@pytest.mark.warns
@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("PREFIX_URLS", "PREFIX_URLS_PREFIX"),
        ("PREFIX_URLS_PREFX", "PREFIX_URLS_PREFIX"),
        ("PREFIX_URL_PREFIX", "PREFIX_URLS_PREFIX"),
        ("FLASK_PREFIX_URLS_PREFIX", "PREFIX_URLS_PREFIX"),
        ("PREFIX_URLS_BLUEPRINT", "PREFIX_URLS_BLUEPRINTS"),
        ("PREFIX_URLS_STRIPS", "PREFIX_URLS_PROXY_STRIPS"),
        ("PREFIX_URLS_PUBLICURL", "PREFIX_URLS_PUBLIC_URL"),
        ("PREFIX_URLS_SOMETHING_ELSE", "PREFIX_URLS_BLUEPRINTS"),
        ("PREFX_URLS_PUBLIC_URL", "PREFIX_URLS_PUBLIC_URL"),
        ("prefix_urls_prefix", "PREFIX_URLS_PREFIX"),
    ],
)
def test_an_unknown_key(app: Flask, said: Said, key: str, nearest: str) -> None:
    PrefixURLs(add_page(app), "/svc")
    app.config[key] = "/svc"
    for _ in range(2):
        ask(app)
    assert said() == [f"The config key {key!r} is unknown: did you mean {nearest!r}?"]


def test_keys_of_others(app: Flask) -> None:
    app.config.update(
        {
            "PREFIX": "/x",
            "PREFIX_URL": "/x",
            "URL_PREFIX": "/x",
            "API_PREFIX_URL": "/x",
            "PREFIX_URL_SCHEME": "https",
            "PREFIX_PUBLIC_URL": "https://example.com",
            "PREFIX_COOKIE_PATH": "/",
            "PUBLIC_URL": "https://example.com",
            "COOKIE_PREFIX_URLS": True,
            5: "PREFIX_URLS",
        }
    )
    PrefixURLs(add_page(app), "/svc")
    assert ask(app) == 200


def late(app: Flask, before: dict[str, Any], after: dict[str, Any]) -> None:
    app.config.update(before)
    PrefixURLs(add_page(app))
    app.config.update(after)
    for _ in range(2):
        ask(app)


@pytest.mark.warns
@pytest.mark.parametrize(
    ("key", "then", "now"),
    [
        ("PREFIX_URLS_PREFIX", None, "/svc"),
        ("PREFIX_URLS_PREFIX", "/svc", "/other"),
        ("PREFIX_URLS_PREFIX", "/svc", None),
        ("PREFIX_URLS_PROXY_STRIPS", None, False),
        ("PREFIX_URLS_BLUEPRINTS", {}, {"api": "/public"}),
        ("PREFIX_URLS_COOKIE_PATH", False, True),
        ("PREFIX_URLS_FORWARDED", 0, 1),
        ("PREFIX_URLS_PUBLIC_URL", None, "https://example.com"),
    ],
)
def test_a_key_that_changed_after_it_was_read(
    app: Flask, said: Said, key: str, then: Any, now: Any
) -> None:
    late(app, {} if then is None else {key: then}, {key: now})
    assert said() == [
        f"{key} is {now!r}, but was {then!r} when PrefixURLs read it: set it before"
        " PrefixURLs(app) or init_app(app), and call from_prefixed_env() before that,"
        " too."
    ]


@pytest.mark.warns
def test_an_environment_that_was_read_too_late(
    app: Flask, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_PREFIX_URLS_PREFIX", "/svc")
    PrefixURLs(add_page(app))
    app.config.from_prefixed_env()
    ask(app)
    assert [sentence.partition(",")[0] for sentence in said()] == [
        "PREFIX_URLS_PREFIX is '/svc'"
    ]


@pytest.mark.warns
def test_a_mapping_that_was_changed_in_place(app: Flask, said: Said) -> None:
    blueprints: dict[str, str] = {}
    app.config["PREFIX_URLS_BLUEPRINTS"] = blueprints
    PrefixURLs(add_page(app))
    blueprints["api"] = "/public"
    ask(app)
    assert [sentence.partition(" when")[0] for sentence in said()] == [
        "PREFIX_URLS_BLUEPRINTS is {'api': '/public'}, but was {}"
    ]


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ({"PREFIX_URLS_PREFIX": "/svc"}, {"PREFIX_URLS_PREFIX": "/svc"}),
        ({"PREFIX_URLS_PREFIX": "svc/"}, {"PREFIX_URLS_PREFIX": "/svc"}),
        (
            {},
            {
                "PREFIX_URLS_PREFIX": None,
                "PREFIX_URLS_BLUEPRINTS": {},
                "PREFIX_URLS_PROXY_STRIPS": True,
                "PREFIX_URLS_COOKIE_PATH": False,
                "PREFIX_URLS_FORWARDED": 0,
                "PREFIX_URLS_PUBLIC_URL": None,
            },
        ),
    ],
    ids=["equal", "written-otherwise", "defaults"],
)
def test_a_key_that_means_the_same(
    app: Flask, then: dict[str, Any], now: dict[str, Any]
) -> None:
    late(app, then, now)


def test_a_key_that_an_argument_wins_over(app: Flask) -> None:
    PrefixURLs(add_page(app), "/svc")
    app.config["PREFIX_URLS_PREFIX"] = "/other"
    assert ask(app) == 200


@pytest.mark.warns
def test_a_key_that_would_be_refused_now(app: Flask, said: Said) -> None:
    late(app, {}, {"PREFIX_URLS_PREFIX": "//x"})
    assert [sentence.partition(",")[0] for sentence in said()] == [
        "PREFIX_URLS_PREFIX is '//x'"
    ]


@pytest.mark.warns
def test_a_key_is_read_once(app: Flask, said: Said) -> None:
    PrefixURLs(add_page(app))
    app.config["PREFIX_URLS_PREFIX"] = "/svc"
    PrefixURLs(app)
    ask(app)
    assert [sentence.partition(" when")[0] for sentence in said()] == [
        "PREFIX_URLS_PREFIX is '/svc', but was None"
    ]


@pytest.mark.warns
def test_a_key_that_only_a_blueprint_could_have_read(app: Flask, said: Said) -> None:
    api = Blueprint("api", "tests")
    PrefixURLs(api, "/public")
    app.register_blueprint(api)
    app.config["PREFIX_URLS_PREFIX"] = "/svc"
    ask(add_page(app))
    assert said() == [
        "PREFIX_URLS_PREFIX is '/svc', but nothing has read it, since only blueprints"
        " were given to PrefixURLs: write PrefixURLs(app), too."
    ]


def test_keys_without_a_value_that_only_a_blueprint_could_have_read(app: Flask) -> None:
    api = Blueprint("api", "tests")
    PrefixURLs(api, "/public")
    app.register_blueprint(api)
    app.config.update(PREFIX_URLS_PREFIX=None, PREFIX_URLS_PROXY_STRIPS=True)
    assert ask(add_page(app)) == 200


@pytest.mark.warns
@pytest.mark.parametrize("key", ["PREFIX_URLS_PREFIX", "PREFIX_URLS_PUBLIC_URL"])
def test_an_environment_that_nobody_reads(
    app: Flask, said: Said, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv(key, "/svc")
    PrefixURLs(add_page(app))
    for _ in range(2):
        ask(app)
    assert said() == [
        f"The environment has {key}, which Flask does not read: write FLASK_{key}, and"
        " call app.config.from_prefixed_env() before PrefixURLs(app) or init_app(app)."
    ]


@pytest.mark.parametrize(
    "set_up",
    [
        lambda app: PrefixURLs(app, "/svc"),
        lambda app: PrefixURLs(app, ""),
        lambda app: PrefixURLs(app, blueprints={"api": ""}),
        lambda app: app.config.update(PREFIX_URLS_PREFIX="/x") or PrefixURLs(app),
        lambda app: app.config.from_mapping(os.environ) and PrefixURLs(app),
    ],
    ids=["prefix", "opted-out", "blueprint", "config", "read"],
)
def test_an_environment_that_does_not_matter(
    app: Flask, monkeypatch: pytest.MonkeyPatch, set_up: Callable[[Flask], Any]
) -> None:
    monkeypatch.setenv("PREFIX_URLS_PREFIX", "/svc")
    app.register_blueprint(Blueprint("api", "tests"))
    set_up(app)
    assert ask(add_page(app)) == 200


SERVER_NAME = (
    "SERVER_NAME is 'example.com:8000/svc', but must be a host and perhaps a port, such"
    " as 'example.com': give the path as the prefix, or instead of both the whole URL"
    " as public_url=."
)


@pytest.mark.parametrize(
    "arguments",
    [
        {"prefix": "/svc"},
        {"prefix": lambda: "/svc"},
        {"public_url": "https://example.com/svc"},
    ],
    ids=["prefix", "function", "public-url"],
)
def test_a_path_in_server_name(app: Flask, arguments: dict[str, Any]) -> None:
    app.config["SERVER_NAME"] = "example.com:8000/svc"
    with pytest.raises(ValueError, match=f"^{re.escape(SERVER_NAME)}$"):
        PrefixURLs(app, **arguments)
    assert "prefix_urls" not in app.extensions


def test_a_scheme_in_server_name(app: Flask) -> None:
    app.config["SERVER_NAME"] = "http://example.com/"
    sentence = (
        "SERVER_NAME is 'http://example.com/', but must be a host and perhaps a port,"
        " such as 'example.com': give the path as the prefix, or instead of both the"
        " whole URL as public_url=."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(app, "/svc")


@pytest.mark.warns
@pytest.mark.filterwarnings("ignore:Current server name:UserWarning")  # Werkzeug 2.2
def test_a_path_in_server_name_that_is_set_afterwards(app: Flask, said: Said) -> None:
    PrefixURLs(add_page(app), "/svc")
    app.config["SERVER_NAME"] = "example.com:8000/svc"
    for _ in range(2):
        ask(app)
    assert said() == [SERVER_NAME]


@pytest.mark.filterwarnings("ignore:Current server name:UserWarning")  # Werkzeug 2.2
def test_a_path_in_server_name_without_a_prefix(app: Flask) -> None:
    app.config["SERVER_NAME"] = "example.com/svc"
    PrefixURLs(add_page(app))
    ask(app)
    with app.app_context():
        assert url_for("static", filename="x") == "http://example.com/svc/static/x"


def test_a_path_in_server_name_of_an_app_that_opted_out(app: Flask) -> None:
    app.config["SERVER_NAME"] = "example.com/svc"
    PrefixURLs(app, "")
    with app.app_context():
        assert url_for("static", filename="x") == "http://example.com/svc/static/x"


ASKED_TOO_EARLY = (
    "prefix_of was asked about the {} before PrefixURLs, and returned '', but the"
    " prefix is {!r}: move that line below PrefixURLs(app) or init_app(app)."
)


@pytest.mark.warns
def test_prefix_of_before_prefix_urls(app: Flask, said: Said) -> None:
    part = Blueprint("part", "tests")
    app.register_blueprint(part)
    assert (prefix_of(app), prefix_of(app, "part"), prefix_of(app)) == ("", "", "")
    PrefixURLs(add_page(app), "/svc", blueprints={"part": "/part"})
    for _ in range(2):
        assert ask(app) == 200
    assert said() == [
        ASKED_TOO_EARLY.format("app", "/svc"),
        ASKED_TOO_EARLY.format("blueprint 'part'", "/part"),
    ]


@pytest.mark.warns
def test_prefix_of_before_the_default_of_a_header(app: Flask, said: Said) -> None:
    assert prefix_of(app) == ""
    PrefixURLs(add_page(app), forwarded_prefix(default="/svc"))
    assert ask(app) == 200
    assert said() == [ASKED_TOO_EARLY.format("app", "/svc")]


@pytest.mark.parametrize(
    ("prefix", "blueprints"),
    [
        pytest.param(None, {}, id="none"),
        pytest.param("", {}, id="empty"),
        pytest.param(None, {"part": "/part"}, id="of another"),
        pytest.param(lambda: "/svc", {}, id="function"),
    ],
)
def test_prefix_of_before_prefix_urls_that_was_right(
    app: Flask, prefix: Prefix, blueprints: dict[str, str]
) -> None:
    app.register_blueprint(Blueprint("part", "tests"))
    assert prefix_of(app) == ""
    PrefixURLs(add_page(app), prefix, blueprints=blueprints)
    assert ask(app) == 200


def test_prefix_of_in_the_right_order(app: Flask) -> None:
    PrefixURLs(add_page(app), "/svc")
    assert prefix_of(app) == "/svc"
    assert ask(app) == 200


@pytest.mark.warns
def test_two_cookie_paths(app: Flask, said: Said) -> None:
    app.config["SESSION_COOKIE_PATH"] = "/own"
    PrefixURLs(add_page(app), "/svc", cookie_path=True)
    for _ in range(2):
        ask(app)
    assert said() == [
        "SESSION_COOKIE_PATH is '/own' and wins over cookie_path, which is True (from"
        " the argument cookie_path): remove SESSION_COOKIE_PATH to have the prefix as"
        " the path of the cookie, or else remove cookie_path."
    ]


def test_one_cookie_path(app: Flask) -> None:
    app.config["SESSION_COOKIE_PATH"] = "/own"
    PrefixURLs(add_page(app), "/svc", cookie_path=False)
    assert ask(app) == 200


async def awaited() -> str:
    return "/svc"


def needs_one(name: str) -> str:
    return name


@functools.wraps(needs_one)
def with_name() -> str:
    return needs_one("/svc")


class Tenant:
    async def __call__(self) -> str:
        return "/svc"


NOT_ASYNC = (
    "but a prefix function must not be async, since url_for does not wait: await in a"
    " before_request function, keep the prefix in flask.g, and return it from there."
)
NO_ARGUMENTS = (
    "but a prefix function is called without arguments (missing a required argument:"
    " '{}'): read flask.request or flask.g in it."
)
FUNCTIONS = {
    "not-called": (
        forwarded_prefix,
        "{}, which is not called: write forwarded_prefix().",
        "forwarded_prefix",
    ),
    "async": (awaited, "{}, " + NOT_ASYNC, "awaited"),
    "async-partial": (functools.partial(awaited), "{}, " + NOT_ASYNC, None),
    "async-object": (Tenant(), "{}, " + NOT_ASYNC, None),
    "argument": (needs_one, "{}, " + NO_ARGUMENTS.format("name"), "needs_one"),
}


def give_by_config(app: Flask, function: Any) -> None:
    app.config["PREFIX_URLS_PREFIX"] = function
    PrefixURLs(app)


@pytest.mark.parametrize(
    ("name", "give"),
    [
        ("prefix", PrefixURLs),
        ("prefix", lambda _, function: PrefixURLs(Blueprint("a", "tests"), function)),
        (
            "blueprints['api']",
            lambda app, function: PrefixURLs(app, blueprints={"api": function}),
        ),
        ("PREFIX_URLS_PREFIX", give_by_config),
    ],
    ids=["app", "blueprint", "name", "config"],
)
@pytest.mark.parametrize(
    ("function", "sentence", "shown"), FUNCTIONS.values(), ids=FUNCTIONS
)
def test_a_function_that_cannot_be_asked(
    app: Flask,
    function: Any,
    sentence: str,
    shown: str | None,
    name: str,
    give: Callable[[Flask, Any], object],
) -> None:
    sentence = f"{name} is {sentence.format(shown or repr(function))}"
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        give(app, function)


@pytest.mark.parametrize(
    "function",
    [
        functools.partial(needs_one, "/svc"),
        functools.lru_cache(lambda: "/svc"),
        with_name,
        Mock(return_value="/svc"),
        lambda prefix="/svc", *_, **__: prefix,
        "/svc".strip,
        type("Text", (str,), {"__new__": lambda _: "/svc"}),
    ],
    ids=["partial", "cached", "wrapper", "mock", "defaults", "method", "class"],
)
def test_a_function_that_can_be_asked(app: Flask, function: Prefix) -> None:
    PrefixURLs(add_page(app), function)
    assert app.test_client().get("/page").text == "/svc/page"


def test_a_function_that_stands_for_one_of_the_context(app: Flask) -> None:
    app.before_request(lambda: setattr(g, "function", lambda: "/svc"))
    PrefixURLs(add_page(app), LocalProxy(lambda: g.function))  # type: ignore[arg-type]
    assert app.test_client().get("/page").text == "/svc/page"


def test_a_function_that_returns_the_request(app: Flask) -> None:
    """Its repr has the URL, which asks for the prefix, whose message has the repr."""
    PrefixURLs(add_page(app), lambda: request)  # type: ignore[arg-type, return-value]
    with (
        app.test_request_context(),
        pytest.raises(TypeError, match="returned") as error,
    ):
        url_for("page")
    assert len(str(error.value)) < 1000


def test_what_a_function_returns_may_have_a_dot(app: Flask) -> None:
    PrefixURLs(add_page(app), lambda: "ada.lovelace")
    assert app.test_client().get("/page").text == "/ada.lovelace/page"
    with app.test_request_context():
        assert url_for("page", _prefix="v1.2") == "/v1.2/page"


def test_a_function_that_does_not_tell_is_asked(app: Flask) -> None:
    """Where its parameters cannot be told, what it returns is checked."""
    PrefixURLs(add_page(app), next)  # type: ignore[arg-type]
    app.testing = True
    with pytest.raises(TypeError, match=r"^next expected at least 1 argument"):
        app.test_client().get("/page")


HEARD = """
import pytest
from flask import Flask
from flask_prefix_urls import PrefixURLs

def warn():
    app = Flask("tests")
    PrefixURLs(app, blueprints={"nobody": "/x"})
    app.test_client().get("/")

def test_silent(): pass

def test_that_warns(): warn()

@pytest.mark.warns
def test_that_may_warn(): warn()

@pytest.fixture
def warned(): warn()

def test_whose_fixture_warns(warned): pass
"""


def test_a_warning_fails_a_test_that_does_not_expect_it(tmp_path: Path) -> None:
    here = Path(__file__).parent
    (tmp_path / "test_it.py").write_text(HEARD, "utf-8")
    (tmp_path / "conftest.py").symlink_to(here / "conftest.py")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-o", "markers=warns", "-rE"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(here.parent), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    failed = re.findall(r"^ERROR test_it\.py::(\w+)", done.stdout, re.MULTILINE)
    assert failed == ["test_that_warns", "test_whose_fixture_warns"], done.stdout
    assert "4 passed, 2 errors" in done.stdout
