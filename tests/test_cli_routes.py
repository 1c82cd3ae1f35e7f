"""``flask prefix-urls routes``: each public URL, and who gave its prefix."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from click.testing import Result
from flask import (
    Blueprint,
    Flask,
    current_app,
    g,
    has_request_context,
    request,
    url_for,
)
from flask.cli import routes_command
from werkzeug.local import LocalProxy
from werkzeug.routing import Rule

from flask_prefix_urls import PrefixURLs, forwarded_prefix
from flask_prefix_urls.cli import prefix_urls
from flask_prefix_urls.cli.routes import command
from flask_prefix_urls.extension import Prefix


def run(app: Flask, *options: str, columns: int = 80) -> Result:
    runner = app.test_cli_runner(env={"COLUMNS": str(columns)})
    result = runner.invoke(prefix_urls, ["routes", *options])
    assert result.exit_code == 0, result.output
    return result


def routes(app: Flask, *options: str) -> list[dict[str, Any]]:
    """Return the routes as JSON has them."""
    listed: list[dict[str, Any]] = json.loads(run(app, "--json", *options).output)[
        "routes"
    ]
    return listed


def lines(app: Flask, *options: str, columns: int = 80) -> list[str]:
    return run(app, *options, columns=columns).output.splitlines()


def tenant_prefix() -> str:
    return f"/{g.tenant}"


def of_request() -> str:
    return request.host


def bad() -> str:
    return "//"


def silent() -> str:
    raise LookupError


class Holder:
    @staticmethod
    def svc() -> str:
        return "/svc"

    @staticmethod
    def nothing() -> None: ...


nothing = lambda: None  # noqa: E731


def add_shop(app: Flask) -> tuple[Blueprint, Blueprint]:
    """Return a blueprint of an app, and one that is nested in it; both have a page."""
    outer, inner = Blueprint("outer", "tests"), Blueprint("inner", "tests")
    for blueprint in (outer, inner):
        blueprint.add_url_rule(f"/{blueprint.name}", "page", lambda: "")
    app.add_url_rule("/page", "page", lambda: "")
    return outer, inner


def test_the_table_has_the_public_url_of_each_route(app: Flask) -> None:
    shop, cart = add_shop(app)
    shop.register_blueprint(cart, url_prefix="/cart")
    app.add_url_rule("/books/<int:book>", "book", lambda **_: "", methods=["PUT"])
    PrefixURLs(app, "/svc/v1", blueprints={"outer": "/shop"})
    app.register_blueprint(shop)
    assert lines(app) == [
        "Endpoint          Methods  Scope    Public URL",
        "book              PUT      the app  /svc/v1/books/<int:book>",
        "outer.inner.page  GET      outer    /shop/cart/inner",
        "outer.page        GET      outer    /shop/outer",
        "page              GET      the app  /svc/v1/page",
        "static            GET      the app  /svc/v1/static/<path:filename>",
        "",
        "Scope    Prefix",
        "the app  '/svc/v1' (from the argument prefix)",
        "outer    '/shop' (from the argument blueprints)",
    ]


def test_a_table_that_is_too_wide_has_two_lines_for_each_route(app: Flask) -> None:
    app.add_url_rule("/page", "page", lambda: "")
    PrefixURLs(app, "/svc")
    assert lines(app, columns=55)[0] == "Endpoint  Methods  Scope    Public URL"
    assert lines(app, columns=54) == [
        "Endpoint  Methods  Scope",
        "    Public URL",
        "page      GET      the app",
        "    /svc/page",
        "static    GET      the app",
        "    /svc/static/<path:filename>",
        "",
        "Scope    Prefix",
        "the app  '/svc' (from the argument prefix)",
    ]


def test_a_terminal_shows_the_prefix_in_green(app: Flask) -> None:
    app.config["APPLICATION_ROOT"] = "/mount"
    PrefixURLs(app, "/svc")
    runner = app.test_cli_runner()
    shown = runner.invoke(prefix_urls, ["routes"], color=True).output
    assert "\x1b[32m/svc/mount\x1b[0m/static/<path:filename>\n" in shown
    assert "\x1b" not in run(app).output


def test_no_line_but_a_url_is_longer_than_the_terminal(app: Flask) -> None:
    name = "_".join(["a_function"] * 8)
    for number in range(30):
        rule = f"/{'long/' * number}<string(length=12):name>"
        app.add_url_rule(rule, f"{name}_{number}", lambda **_: "")

    def long_function_that_says_at_length_what_it_is_for() -> str:
        raise ValueError("many words " * 20)

    PrefixURLs(app, long_function_that_says_at_length_what_it_is_for)
    shown = lines(app)
    for line in shown:
        assert len(line) <= 80 or " " not in line.strip()
    # A URL stays whole, so that it can be copied.
    assert f"{'long/' * 29}<string(length=12):name>" in "\n".join(shown)


Give = Callable[[Flask, Blueprint], object]


def by_config(**config: object) -> Give:
    def give(app: Flask, _: Blueprint) -> None:
        app.config.update(config)
        PrefixURLs(app)

    return give


def to_both(app: Flask, blueprint: Blueprint) -> None:
    PrefixURLs(app, "/svc")
    PrefixURLs(blueprint, tenant_prefix)


NO_REQUEST = "(from the argument prefix); without a request, it"
GIVEN: dict[str, tuple[Give, str, list[str]]] = {
    "nothing": (lambda *_: None, "/outer", []),
    "PrefixURLs without a prefix": (lambda app, _: PrefixURLs(app), "/outer", []),
    "the argument": (
        lambda app, _: PrefixURLs(app, "svc/ü"),
        "/svc/%C3%BC/outer",
        ["the app '/svc/%C3%BC' (from the argument prefix)"],
    ),
    "the config": (
        by_config(PREFIX_URLS_PREFIX="/svc"),
        "/svc/outer",
        ["the app '/svc' (from PREFIX_URLS_PREFIX)"],
    ),
    "the public URL": (
        lambda app, _: PrefixURLs(app, public_url="https://x.example/svc"),
        "/svc/outer",
        ["the app '/svc' (from the argument public_url)"],
    ),
    "the public URL in the config": (
        by_config(PREFIX_URLS_PUBLIC_URL="https://x.example/svc"),
        "/svc/outer",
        ["the app '/svc' (from PREFIX_URLS_PUBLIC_URL)"],
    ),
    "the blueprint": (
        lambda _, blueprint: PrefixURLs(blueprint, "/shop"),
        "/shop/outer",
        ["outer '/shop' (given to the blueprint 'outer')"],
    ),
    "a name in the argument": (
        lambda app, _: PrefixURLs(app, "/svc", blueprints={"outer": "/shop"}),
        "/shop/outer",
        [
            "the app '/svc' (from the argument prefix)",
            "outer '/shop' (from the argument blueprints)",
        ],
    ),
    "a name in the config": (
        by_config(PREFIX_URLS_BLUEPRINTS={"outer": "/shop"}),
        "/shop/outer",
        ["outer '/shop' (from PREFIX_URLS_BLUEPRINTS)"],
    ),
    "opted out": (
        lambda app, _: PrefixURLs(app, "/svc", blueprints={"outer": ""}),
        "/outer",
        [
            "the app '/svc' (from the argument prefix)",
            "outer '' (from the argument blueprints)",
        ],
    ),
    "a header": (
        by_config(PREFIX_URLS_FORWARDED=1),
        "<X-Forwarded-Prefix>/outer",
        [
            "the app the header X-Forwarded-Prefix (from PREFIX_URLS_FORWARDED);"
            " without it, the next scope decides"
        ],
    ),
    "a header with a default": (
        by_config(PREFIX_URLS_FORWARDED=1, PREFIX_URLS_PREFIX="/svc"),
        "/svc/outer",
        [
            "the app the header X-Forwarded-Prefix (from PREFIX_URLS_FORWARDED);"
            " without it, '/svc'"
        ],
    ),
    "another header, and what comes next": (
        lambda app, _: PrefixURLs(
            app, forwarded_prefix(header="X-Path"), public_url="https://x.example/svc"
        ),
        "<X-Path>/outer",
        [
            "the app the header X-Path (from the argument prefix); without it, the"
            " next scope decides",
            "the app '/svc' (from the argument public_url)",
        ],
    ),
    "a function that needs a request": (
        lambda app, _: PrefixURLs(app, of_request),
        "<of_request()>/outer",
        [
            f"the app the function of_request {NO_REQUEST} raises RuntimeError:"
            " Working outside of request context."
        ],
    ),
    "a function, and what comes next": (
        to_both,
        "<tenant_prefix()>/outer",
        [
            "the app '/svc' (from the argument prefix)",
            "outer the function tenant_prefix (given to the blueprint 'outer'); without"
            " a request, it raises AttributeError: tenant",
        ],
    ),
    "a function that returns no prefix": (
        lambda app, _: PrefixURLs(app, bad),
        "<bad()>/outer",
        [
            f"the app the function bad {NO_REQUEST} raises ValueError: what bad"
            " returned is '//', but a prefix has no scheme, host or empty segment:"
            " write it like '/svc/v1'."
        ],
    ),
    "a function without a message": (
        lambda app, _: PrefixURLs(app, silent),
        "<silent()>/outer",
        [f"the app the function silent {NO_REQUEST} raises LookupError"],
    ),
    "a function that answers": (
        lambda app, _: PrefixURLs(app, Holder.svc),
        "/svc/outer",
        [f"the app the function Holder.svc {NO_REQUEST} returns '/svc'"],
    ),
    "a method": (
        lambda app, _: PrefixURLs(app, Holder.nothing),
        "<nothing()>/outer",
        [
            f"the app the function Holder.nothing {NO_REQUEST} leaves the prefix to the"
            " next scope"
        ],
    ),
    "a lambda": (
        lambda app, _: PrefixURLs(app, nothing),
        "<lambda()>/outer",
        [
            f"the app the function <lambda> {NO_REQUEST} leaves the prefix to the next"
            " scope"
        ],
    ),
    "a proxy of the context": (
        lambda app, _: PrefixURLs(app, LocalProxy(lambda: g.function)),
        "<LocalProxy()>/outer",
        [
            f"the app the function LocalProxy {NO_REQUEST} raises AttributeError:"
            " function"
        ],
    ),
    "an object that is called": (
        lambda app, _: PrefixURLs(app, partial(nothing)),
        "<partial()>/outer",
        [
            f"the app the function partial {NO_REQUEST} leaves the prefix to the next"
            " scope"
        ],
    ),
}


@pytest.mark.parametrize(
    ("give", "public_url", "scopes"), GIVEN.values(), ids=GIVEN.keys()
)
def test_who_gave_the_prefix(give: Give, public_url: str, scopes: list[str]) -> None:
    app = Flask("tests", static_folder=None)
    blueprint = Blueprint("outer", "tests")
    blueprint.add_url_rule("/outer", "page", lambda: "")
    app.add_url_rule("/page", "page", lambda: "")
    give(app, blueprint)
    app.register_blueprint(blueprint)
    shown = run(app).output
    assert public_url in shown.split()
    nothing_given = ["Neither the app nor a blueprint was given a prefix."]
    assert below_the_table(shown) == (
        ["Scope Prefix", *scopes] if scopes else nothing_given
    )


def below_the_table(shown: str) -> list[str]:
    """Return what was wrapped, each in one line."""
    below = shown.partition("\n\n")[2]
    joined = re.sub(r"\n +", " ", below)
    return [" ".join(line.split()) for line in joined.splitlines()]


def test_the_mount_stands_between_prefix_and_rule(app: Flask) -> None:
    app.config["APPLICATION_ROOT"] = "/mount/"
    PrefixURLs(app, "/svc")
    shown = run(app).output
    assert "/svc/mount/static/<path:filename>" in shown.split()
    assert (
        below_the_table(shown)[-1] == "The mount is '/mount' (from APPLICATION_ROOT)."
    )


def test_a_prefix_that_the_mount_has_is_not_added_again(app: Flask) -> None:
    app.config["APPLICATION_ROOT"] = "/svc"
    PrefixURLs(app, "/svc")
    assert routes(app)[0]["public_url"] == "/svc/static/<path:filename>"


def test_an_app_without_prefix_urls_has_flasks_own_urls(app: Flask) -> None:
    app.config["APPLICATION_ROOT"] = "/mount"
    assert lines(app) == [
        "Endpoint  Methods  Scope  Public URL",
        "static    GET      none   /mount/static/<path:filename>",
        "",
        "Neither the app nor a blueprint was given a prefix.",
        "The mount is '/mount' (from APPLICATION_ROOT).",
    ]


@pytest.mark.parametrize("root", ["/", "/mount", "/svc", "/svc/more", "/svcs"])
@pytest.mark.parametrize("prefix", [None, "", "/svc", "/ü", lambda: "/function"])
def test_the_public_urls_are_those_of_url_for(
    app: Flask, prefix: Prefix | None, root: str
) -> None:
    app.config.update(SERVER_NAME="x.example", APPLICATION_ROOT=root)
    outer, inner = add_shop(app)
    PrefixURLs(inner, "/inner-prefix")
    PrefixURLs(app, prefix, blueprints={"outer": "/outer-prefix"})
    outer.register_blueprint(inner, url_prefix="/nested")
    app.register_blueprint(outer, url_prefix="/registered")
    listed = {route["endpoint"]: route["public_url"] for route in routes(app)}
    with app.app_context():
        built = {
            "page": url_for("page", _external=False),
            "outer.page": url_for("outer.page", _external=False),
            "outer.inner.page": url_for("outer.inner.page", _external=False),
            "static": url_for("static", filename="x", _external=False).replace(
                "/static/x", "/static/<path:filename>"
            ),
        }
    assert listed == built


def test_functions_are_asked_once_and_without_a_request(app: Flask) -> None:
    asked = []

    def function() -> None:
        asked.append((current_app.name, has_request_context()))

    app.add_url_rule("/page", "page", lambda: "")
    PrefixURLs(app, function)
    run(app)
    assert asked == [("tests", False)]


def with_everything(**options: Any) -> Flask:
    """Return an app that has a rule of each kind."""
    app = Flask("tests", **options)
    # The app matches one of them.
    domain = {"host": "b.example", "subdomain": "b"}
    app.add_url_rule("/page", "page", lambda: "", methods=["GET", "PUT"])
    app.add_url_rule("/a", "post", lambda: "", methods=["POST"], **domain)
    app.add_url_rule("/other", "page", alias=True)
    app.add_url_rule("/live", "live", lambda: "", websocket=True)
    app.add_url_rule("/cdn", "cdn", build_only=True)
    app.add_url_rule("/old", "old", redirect_to="page")
    app.add_url_rule("/older", "older", redirect_to=redirect)
    PrefixURLs(app, "/svc")
    return app


def redirect(_: object) -> str:
    return "page"


def test_a_redirect_may_have_no_endpoint(app: Flask) -> None:
    app.url_map.add(Rule("/old", redirect_to="page"))
    PrefixURLs(app, "/svc")
    assert lines(app)[:2] == [
        "Endpoint  Methods  Note      Scope    Public URL",
        "                   redirect  the app  /svc/old",
    ]
    assert json.loads(run(app, "--json").output)["routes"][0]["endpoint"] == ""


def test_what_a_rule_is_stands_beside_it() -> None:
    assert lines(with_everything()) == [
        "Endpoint  Methods   Subdomain  Note        Scope    Public URL",
        "cdn       GET                  build only  the app  /svc/cdn",
        "live      GET                  WebSocket   the app  /svc/live",
        "old       GET                  redirect    the app  /svc/old",
        "older     GET                  redirect    the app  /svc/older",
        "page      GET, PUT                         the app  /svc/page",
        "page      GET                  alias       the app  /svc/other",
        "post      POST      b                      the app  /svc/a",
        "static    GET                              the app"
        "  /svc/static/<path:filename>",
        "",
        "Scope    Prefix",
        "the app  '/svc' (from the argument prefix)",
    ]


def test_an_app_that_matches_hosts_has_a_column_for_them() -> None:
    app = with_everything(host_matching=True, static_host="a.example")
    shown = lines(app)
    assert shown[0] == "Endpoint  Methods   Host       Note        Scope    Public URL"
    assert "post      POST      b.example              the app  /svc/a" in shown
    assert [(route["host"], route["subdomain"]) for route in routes(app)][-2:] == [
        ("b.example", None),
        ("a.example", None),
    ]


def test_all_methods_are_shown_if_asked_for(app: Flask) -> None:
    assert "GET, HEAD, OPTIONS" in run(app, "--all-methods").output
    assert routes(app, "--all-methods")[0]["methods"] == ["GET", "HEAD", "OPTIONS"]
    assert routes(app)[0]["methods"] == ["GET"]


# Flask 2.2.0 cannot sort by domain yet.
(FLASKS_SORT,) = (p for p in routes_command.params if p.name == "sort")


@pytest.mark.parametrize("sort", FLASKS_SORT.type.choices)
def test_the_order_is_that_of_flask(sort: str) -> None:
    app = with_everything()
    runner = app.test_cli_runner(env={"COLUMNS": "200"})
    flasks = runner.invoke(routes_command, ["--sort", sort]).output.splitlines()[2:]
    ours = lines(app, "--sort", sort, columns=200)[1 : len(flasks) + 1]
    rules = [line.split()[-1].removeprefix("/svc") for line in ours]
    assert rules == [line.split()[-1] for line in flasks]


def test_domains_are_in_order() -> None:
    domains = [
        route["subdomain"] for route in routes(with_everything(), "-s", "domain")
    ]
    assert domains == [""] * 7 + ["b"]


def test_an_app_without_routes_says_so() -> None:
    app = Flask("tests", static_folder=None)
    assert run(app).output == "No routes were registered.\n"
    assert json.loads(run(app, "--json").output) == {
        "version": 1,
        "mount": "",
        "routes": [],
    }


def test_json_has_what_the_table_has(app: Flask) -> None:
    app.config["APPLICATION_ROOT"] = "/mount"
    app.add_url_rule("/old", "old", redirect_to=redirect, methods=["GET", "POST"])
    outer, _ = add_shop(app)
    PrefixURLs(outer, tenant_prefix)
    PrefixURLs(app, forwarded_prefix(default="/svc"))
    app.register_blueprint(outer)
    header = {
        "blueprint": None,
        "prefix": "/svc",
        "source": "from the argument prefix",
        "function": None,
        "header": "X-Forwarded-Prefix",
        "error": None,
    }
    plain = {
        "methods": ["GET"],
        "host": None,
        "subdomain": "",
        "websocket": False,
        "build_only": False,
        "alias": False,
        "redirect_to": None,
    }
    content = json.loads(run(app, "--json").output)
    assert content["routes"].pop()["endpoint"] == "static"
    assert content["routes"].pop()["endpoint"] == "page"
    assert content == {
        "version": 1,
        "mount": "/mount",
        "routes": [
            {
                **plain,
                "endpoint": "old",
                "methods": ["GET", "POST"],
                "rule": "/old",
                "public_url": "/svc/mount/old",
                "scopes": [header],
                "redirect_to": "redirect",
            },
            {
                **plain,
                "endpoint": "outer.page",
                "rule": "/outer",
                "public_url": "<tenant_prefix()>/mount/outer",
                "scopes": [
                    {
                        "blueprint": "outer",
                        "prefix": None,
                        "source": "given to the blueprint 'outer'",
                        "function": "tenant_prefix",
                        "header": None,
                        "error": "AttributeError: tenant",
                    },
                    header,
                ],
            },
        ],
    }


def test_no_scope_counts_beyond_one_that_was_given_a_prefix(app: Flask) -> None:
    shop, _ = add_shop(app)
    PrefixURLs(app, "/svc")
    PrefixURLs(shop, "/shop")
    app.register_blueprint(shop)
    listed = {route["endpoint"]: route["scopes"] for route in routes(app)}
    assert [scope["blueprint"] for scope in listed["outer.page"]] == ["outer"]


def test_help_describes_each_key_of_the_json(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    content = json.loads(run(app, "--json").output)
    (route,) = content["routes"]
    (scope,) = route["scopes"]
    help_text = app.test_cli_runner().invoke(command, ["--help"]).output
    described = help_text.partition("The form of --json:")[2].partition("Options:")[0]
    levels: dict[str, list[str]] = {" " * 4: [], " " * 6: [], " " * 8: []}
    for indent, names in re.findall(r"^( +)(\w+(?:, \w+)*)", described, re.MULTILINE):
        if indent in levels:
            levels[indent] += names.split(", ")
    assert [*map(sorted, levels.values())] == [*map(sorted, (content, route, scope))]
