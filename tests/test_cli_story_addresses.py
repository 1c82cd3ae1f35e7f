"""``explain`` with a URL or a path: where it leads behind either kind of proxy."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest
from explained import Explained, explain
from flask import Blueprint, Flask, abort, g, request
from werkzeug.routing import BaseConverter, Rule

from flask_prefix_urls import PrefixURLs, forwarded_prefix

NONE = "It does not forward {0!r}, which starts with none of the app's prefixes ({1})."
SET = (
    "That is a 404, since proxy_strips is True: only behind a proxy that strips, {0!r}"
    " is left of it and leads to {1!r}. Otherwise, write PrefixURLs(app,"
    " proxy_strips=False)."
)
IN_RULE = (
    "The rule of {0!r} begins with its prefix '/svc', which is added to it: url_for"
    " gives {1!r}."
)
LEFT_OUT = (
    "Its prefix is left out here: before_request functions do not run, so it misses"
    " what they set."
)
ITSELF = "The app gets {0!r}. It strips {1!r} itself (proxy_strips=False)."


class Failing(BaseConverter):
    """A converter that fails."""

    def to_python(self, value: str) -> NoReturn:
        raise OSError(f"no database for {value}")


def make(**arguments: Any) -> Flask:
    """Return an app with the prefix ``/svc``, and a blueprint with ``/public``."""
    app = Flask("tests")
    app.url_map.converters["failing"] = Failing
    PrefixURLs(app, **{"prefix": "/svc", **arguments})
    api = Blueprint("api", "tests", url_prefix="/api")
    api.add_url_rule("/items/<int:id>", endpoint="item", view_func=str)
    PrefixURLs(api, "/public")
    app.register_blueprint(api)
    health = Blueprint("health", "tests")
    health.add_url_rule("/health", endpoint="check", view_func=str)
    PrefixURLs(health, "")
    app.register_blueprint(health)
    app.add_url_rule("/", endpoint="index", view_func=str)
    app.add_url_rule("/foo/", endpoint="foo", view_func=str)
    app.add_url_rule("/old", endpoint="foo", alias=True)
    app.add_url_rule("/save", endpoint="save", view_func=str, methods=["POST"])
    app.add_url_rule("/ws", endpoint="ws", view_func=str, websocket=True)
    app.add_url_rule("/ü/<path:rest>", endpoint="text", view_func=str)
    app.add_url_rule("/fails/<failing:x>", endpoint="fails", view_func=str)
    return app


def roads(told: Explained) -> tuple[list[str], list[str]]:
    """Return what is said of both kinds of proxies."""
    return told.text("proxy strips"), told.text("proxy does not strip")


def by_hand(path: str, call: str, url: str, fault: str = "lacks its prefix") -> str:
    return (
        f"{path!r} {fault}, so no url_for without _prefix= built it: write {call},"
        f" which gives {url!r}."
    )


@pytest.mark.parametrize(
    ("target", "strips", "does_not", "endpoint", "result"),
    [
        pytest.param(
            "/svc/foo/",
            ["It strips '/svc', and the app gets '/foo/'.", "That leads to 'foo'."],
            ["The app gets '/svc/foo/'.", SET.format("/foo/", "foo")],
            "foo",
            "/svc/foo/",
            id="public",
        ),
        pytest.param(
            "/svc",
            ["It strips '/svc', and the app gets '/'.", "That leads to 'index'."],
            ["The app gets '/svc'.", SET.format("/", "index")],
            "index",
            "/svc/",
            id="prefix-alone",
        ),
        pytest.param(
            "/public/api/items/3",
            [
                "It strips '/public', and the app gets '/api/items/3'.",
                "That leads to 'api.item'.",
            ],
            [
                "The app gets '/public/api/items/3'.",
                SET.format("/api/items/3", "api.item"),
            ],
            "api.item",
            "/public/api/items/3",
            id="blueprint",
        ),
        pytest.param(
            "/health",
            ["The app gets '/health'.", "That leads to 'health.check'."],
            ["The app gets '/health'.", "That leads to 'health.check'."],
            "health.check",
            "/health",
            id="opted-out",
        ),
        pytest.param(
            "/svc/save",
            [
                "It strips '/svc', and the app gets '/save'.",
                "That leads to 'save'.",
                "But it answers OPTIONS, POST, and a link asks by GET, which is a 405.",
            ],
            ["The app gets '/svc/save'.", SET.format("/save", "save")],
            "save",
            "/svc/save",
            id="method",
        ),
        pytest.param(
            "/svc/old",
            [
                "It strips '/svc', and the app gets '/old'.",
                "That leads to 'foo'.",
                "The rule is an alias, so the app redirects.",
            ],
            ["The app gets '/svc/old'.", SET.format("/old", "foo")],
            "foo",
            "/svc/foo/",
            id="alias",
        ),
        pytest.param(
            "/svc/ws",
            [
                "It strips '/svc', and the app gets '/ws'.",
                "That leads to 'ws'.",
                "It is for WebSockets: ask for it by ws:// or wss://.",
            ],
            ["The app gets '/svc/ws'.", SET.format("/ws", "ws")],
            "ws",
            "ws://localhost/svc/ws",
            id="websocket",
        ),
        pytest.param(
            "ws://localhost/svc/foo/",
            [
                "It strips '/svc', and the app gets '/foo/'.",
                "That leads to 'foo'.",
                "It is not for WebSockets: ask for it by http:// or https://.",
            ],
            ["The app gets '/svc/foo/'.", SET.format("/foo/", "foo")],
            "foo",
            "/svc/foo/",
            id="no-websocket",
        ),
        pytest.param(
            "wss://localhost/svc/ws",
            ["It strips '/svc', and the app gets '/ws'.", "That leads to 'ws'."],
            ["The app gets '/svc/ws'.", SET.format("/ws", "ws")],
            "ws",
            "wss://localhost/svc/ws",
            id="websocket-by-its-scheme",
        ),
        pytest.param(
            "/svc/%C3%BC/a%20b/%252F",
            [
                "It strips '/svc', and the app gets '/ü/a b/%2F'.",
                "That leads to 'text'.",
            ],
            ["The app gets '/svc/ü/a b/%2F'.", SET.format("/ü/a b/%2F", "text")],
            "text",
            "/svc/%C3%BC/a%20b/%252F",
            id="percent-encoded",
        ),
        pytest.param(
            "/svc/ü/é",
            ["It strips '/svc', and the app gets '/ü/é'.", "That leads to 'text'."],
            ["The app gets '/svc/ü/é'.", SET.format("/ü/é", "text")],
            "text",
            "/svc/%C3%BC/%C3%A9",
            id="iri",
        ),
        pytest.param(
            "/svc/x/%2e%2E/./foo/.",
            ["It strips '/svc', and the app gets '/foo/'.", "That leads to 'foo'."],
            ["The app gets '/svc/foo/'.", SET.format("/foo/", "foo")],
            "foo",
            "/svc/foo/",
            id="dots",
        ),
        pytest.param(
            "/foo/",
            [
                NONE.format("/foo/", "'/public', '/svc'"),
                by_hand("/foo/", 'url_for("foo")', "/svc/foo/"),
            ],
            [
                NONE.format("/foo/", "'/public', '/svc'"),
                by_hand("/foo/", 'url_for("foo")', "/svc/foo/"),
            ],
            "foo",
            "/svc/foo/",
            id="by-hand",
        ),
        pytest.param(
            "/svc/svc/foo/",
            [
                "It strips '/svc', and the app gets '/svc/foo/'.",
                by_hand(
                    "/svc/svc/foo/",
                    'url_for("foo")',
                    "/svc/foo/",
                    "has the prefix '/svc' twice",
                ),
            ],
            [
                "The app gets '/svc/svc/foo/'.",
                "No rule matches: did you mean '/svc/foo/'?",
            ],
            "foo",
            "/svc/foo/",
            id="twice",
        ),
        pytest.param(
            "/svc/public/api/items/3",
            [
                "It strips '/svc', and the app gets '/public/api/items/3'.",
                by_hand(
                    "/svc/public/api/items/3",
                    'url_for("api.item", id=3)',
                    "/public/api/items/3",
                    "has two prefixes, '/svc' and '/public', which are never joined",
                ),
            ],
            [
                "The app gets '/svc/public/api/items/3'.",
                "No rule matches: did you mean '/public/api/items/<int:id>'?",
            ],
            "api.item",
            "/public/api/items/3",
            id="two",
        ),
        pytest.param(
            "/public/foo/",
            [
                "It strips '/public', and the app gets '/foo/'. That leads to 'foo'.",
                "'foo' has the prefix '/svc', and '/public/foo/' has that of another"
                " scope, so no url_for without _prefix= built it: write"
                " url_for(\"foo\"), which gives '/svc/foo/'.",
            ],
            ["The app gets '/public/foo/'.", "No rule matches."],
            "foo",
            "/svc/foo/",
            id="other-scope",
        ),
        pytest.param(
            "/svc/health",
            [
                "It strips '/svc', and the app gets '/health'. That leads to"
                " 'health.check'.",
                "'health.check' has no prefix, and '/svc/health' has that of another"
                " scope, so no url_for without _prefix= built it: write"
                " url_for(\"health.check\"), which gives '/health'.",
            ],
            [
                "The app gets '/svc/health'.",
                "No rule matches: did you mean '/health'?",
            ],
            "health.check",
            "/health",
            id="prefix-of-nobody",
        ),
        pytest.param(
            "/svc/fooo/",
            [
                "It strips '/svc', and the app gets '/fooo/'.",
                "No rule matches: did you mean '/svc/foo/'?",
            ],
            [
                "The app gets '/svc/fooo/'.",
                "No rule matches: did you mean '/svc/foo/'?",
            ],
            None,
            None,
            id="no-route",
        ),
        pytest.param(
            "/svcfoo/",
            [
                NONE.format("/svcfoo/", "'/public', '/svc'"),
                "No rule matches it either: did you mean '/svc/foo/' or '/svc/'?",
            ],
            [
                NONE.format("/svcfoo/", "'/public', '/svc'"),
                "No rule matches it either: did you mean '/svc/foo/' or '/svc/'?",
            ],
            None,
            None,
            id="segments",
        ),
        pytest.param(
            "/svc/fails/1",
            ["The app cannot tell, since it raises OSError: no database for 1."],
            [
                "The app gets '/svc/fails/1'.",
                "The app cannot tell, since it raises OSError: no database for 1.",
            ][1:],
            None,
            None,
            id="converter",
        ),
    ],
)
def test_where_a_path_leads(
    target: str,
    strips: list[str],
    does_not: list[str],
    endpoint: str | None,
    result: str | None,
) -> None:
    told = explain(make(), target)
    assert roads(told) == (strips, does_not)
    assert told.facts("proxy strips")["endpoint"] == endpoint
    assert told.result == result


@pytest.mark.parametrize(
    ("target", "does_not", "routing", "result"),
    [
        pytest.param(
            "/svc/foo/",
            [ITSELF.format("/svc/foo/", "/svc"), "That leads to 'foo'."],
            "The app serves it.",
            "/svc/foo/",
            id="unstripped",
        ),
        pytest.param(
            "/svc/foo",
            [ITSELF.format("/svc/foo", "/svc"), "That leads to 'foo'."],
            "The app redirects to http://localhost/svc/foo/",
            "/svc/foo/",
            id="slash",
        ),
        pytest.param(
            "/svc/save",
            [
                ITSELF.format("/svc/save", "/svc"),
                "That leads to 'save'.",
                "But it answers OPTIONS, POST, and a link asks by GET, which is a 405.",
            ],
            "The app answers 405 Method Not Allowed.",
            "/svc/save",
            id="method",
        ),
        pytest.param(
            "/health",
            ["The app gets '/health'.", "That leads to 'health.check'."],
            "The app serves it.",
            "/health",
            id="opted-out",
        ),
        pytest.param(
            "/svc/nope",
            [
                "The app gets '/svc/nope'.",
                "No rule matches.",
            ],
            "The app answers 404 Not Found.",
            None,
            id="no-route",
        ),
    ],
)
def test_an_app_that_strips_itself(
    target: str, does_not: list[str], routing: str, result: str | None
) -> None:
    told = explain(make(proxy_strips=False), target)
    assert told.text("proxy does not strip") == does_not
    assert told.text("routing") == [routing]
    assert told.result == result


def test_the_longest_prefix_is_stripped() -> None:
    app = make(blueprints={"b": "/svc/v1"})
    blueprint = Blueprint("b", "tests")
    blueprint.add_url_rule("/foo/", endpoint="page", view_func=str)
    app.register_blueprint(blueprint)
    told = explain(app, "/svc/v1/foo/")
    hidden = (
        "url_for(\"b.page\") gives '/svc/v1/foo/', but that leads to 'foo', whose rule"
        " comes first: give one of the two another route."
    )
    assert told.text("proxy strips") == [
        "It strips '/svc/v1', and the app gets '/foo/'. That leads to 'foo'.",
        hidden,
    ]
    (mistake,) = told.printed["mistakes"]
    assert mistake == {"code": "path-hidden", "text": hidden, "fix": None}
    assert told.result == "/svc/v1/foo/"
    assert told.text("proxy does not strip") == [
        "The app gets '/svc/v1/foo/'. Without the prefix, that is '/foo/'. That leads"
        " to 'foo'.",
        hidden,
    ]
    told = explain(make(blueprints={"api": "/svc/v1"}), "/svc/v1/api/items/3")
    assert told.text("proxy strips") == [
        "It strips '/svc/v1', and the app gets '/api/items/3'.",
        "That leads to 'api.item'.",
    ]


@pytest.mark.parametrize(
    ("options", "result"),
    [
        ({"websocket": True}, "ws://localhost/public/foo/"),
        ({"methods": ["POST"]}, "/public/foo/"),
    ],
    ids=["WebSocket", "method"],
)
def test_a_path_that_url_for_built_for_another_way_to_ask(
    options: dict[str, Any], result: str
) -> None:
    app = make()
    other = Blueprint("other", "tests")
    other.add_url_rule("/foo/", endpoint="page", view_func=str, **options)
    PrefixURLs(other, "/public")
    app.register_blueprint(other)
    told = explain(app, "/public/foo/")
    assert told.text("proxy strips") == [
        "It strips '/public', and the app gets '/foo/'. That leads to 'foo'.",
        'url_for("other.page") gives the same path, for another method or WebSockets.',
    ]
    assert (told.codes, told.result) == ([], result)


@pytest.mark.parametrize(
    ("rule", "target", "says"),
    [
        (
            "/<lang>/",
            "/svc/",
            [
                "It strips '/svc', and the app gets '/'.",
                "No rule matches: did you mean '/svc/<lang>/'?",
            ],
        ),
        (
            "/<path:rest>",
            "/svc/a/b",
            ["It strips '/svc', and the app gets '/a/b'.", "That leads to 'any'."],
        ),
    ],
)
def test_a_rule_that_matches_the_prefix_as_well(
    rule: str, target: str, says: list[str]
) -> None:
    app = Flask("tests", static_folder=None)
    app.add_url_rule(rule, endpoint="any", view_func=str)
    PrefixURLs(app, "/svc")
    told = explain(app, target)
    assert roads(told) == (
        says,
        [
            f"The app gets {target!r}.",
            "That leads to 'any', whose rule matches the prefix as well.",
        ],
    )
    assert told.codes == []


def test_a_rule_that_begins_with_the_prefix_of_another_scope() -> None:
    app = make()
    app.add_url_rule("/public/own", endpoint="own", view_func=str)
    assert roads(explain(app, "/public/own"))[1] == [
        "The app gets '/public/own'. That leads to 'own'.",
        "'own' has the prefix '/svc', and '/public/own' has that of another scope, so"
        ' no url_for without _prefix= built it: write url_for("own"), which gives'
        " '/svc/public/own'.",
    ]


def test_a_rule_without_a_prefix_that_another_one_hides() -> None:
    app = Flask("tests")
    part = Blueprint("part", "tests")
    part.add_url_rule("/foo/", endpoint="page", view_func=str)
    PrefixURLs(part, "/svc")
    app.register_blueprint(part)
    app.add_url_rule("/foo/", endpoint="foo", view_func=str)
    told = explain(app, "/foo/")
    says = [
        "The app gets '/foo/'. That leads to 'part.page'.",
        "url_for(\"foo\") gives '/foo/', but that leads to 'part.page', whose rule"
        " comes first: give one of the two another route.",
    ]
    assert roads(told) == (says, says)
    assert (told.codes, told.result) == (["path-hidden"], "/foo/")


def test_two_prefixes_without_a_route() -> None:
    told = explain(make(), "/svc/public/nope")
    assert told.text("proxy strips") == [
        "It strips '/svc', and the app gets '/public/nope'.",
        "No rule matches.",
    ]


def test_no_proxy_forwards_what_has_no_prefix_to_an_app_that_strips() -> None:
    told = explain(make(proxy_strips=False), "/foo/")
    assert roads(told)[0] == roads(told)[1]
    assert "routing" not in told.steps
    assert (told.status, told.result) == (1, "/svc/foo/")


@pytest.mark.parametrize(
    ("target", "codes"),
    [
        ("/svc/foo/", []),
        ("/foo/", ["path-by-hand"]),
        ("/svc/svc/foo/", ["path-twice"]),
        ("/public/foo/", ["path-of-another-scope"]),
        ("/svc/public/api/items/3", ["path-not-built"]),
    ],
)
def test_a_path_that_no_url_for_built_is_a_mistake(
    target: str, codes: list[str]
) -> None:
    told = explain(make(cookie_path=True), target)
    assert told.codes == codes
    assert told.status == bool(codes)


def test_a_route_that_begins_with_the_prefix() -> None:
    app = make()
    app.add_url_rule("/svc/own", endpoint="own", view_func=str)
    told = explain(app, "/svc/svc/own")
    assert roads(told) == (
        ["It strips '/svc', and the app gets '/svc/own'.", "That leads to 'own'."],
        ["The app gets '/svc/svc/own'.", SET.format("/svc/own", "own")],
    )
    assert told.result == "/svc/svc/own"
    told = explain(app, "/svc/own")
    assert told.text("proxy does not strip") == [
        "The app gets '/svc/own'. That leads to 'own'.",
        IN_RULE.format("own", "/svc/svc/own"),
    ]


@pytest.mark.parametrize("proxy_strips", [True, False])
def test_a_url_prefix_that_has_the_prefix_is_the_cause(proxy_strips: bool) -> None:
    app = Flask("tests")
    books = Blueprint("books", "tests", url_prefix="/svc/books")
    books.add_url_rule("/<int:id>", endpoint="book", view_func=str)
    app.register_blueprint(books)
    PrefixURLs(app, "/svc", proxy_strips=proxy_strips)
    fault = IN_RULE.format("books.book", "/svc/svc/books/1")
    told = explain(app, "/svc/books/1")
    assert roads(told) == (
        ["It strips '/svc', and the app gets '/books/1'. No rule matches.", fault],
        ["The app gets '/svc/books/1'. That leads to 'books.book'.", fault],
    )
    assert told.result == "/svc/svc/books/1"
    twice = explain(app, "/svc/svc/books/1")
    by_endpoint = explain(app, "books.book", "id=1")
    assert told.codes == twice.codes == by_endpoint.codes == ["prefix-twice"]
    (mistake,) = told.printed["mistakes"]
    assert twice.printed["mistakes"] == by_endpoint.printed["mistakes"] == [mistake]
    assert mistake["fix"] == 'url_prefix="/books"'


def test_a_rule_has_its_prefix_though_url_for_builds_another() -> None:
    def fails(*_: object) -> NoReturn:
        raise OSError("no database")

    app = make()
    app.add_url_rule("/svc/own", endpoint="own", view_func=str)
    app.url_defaults(fails)
    assert roads(explain(app, "/svc/own"))[1] == [
        "The app gets '/svc/own'. That leads to 'own'.",
        "The rule of 'own' begins with its prefix '/svc', which is added to it.",
    ]


def test_a_route_as_it_came_goes_before_what_a_proxy_would_leave() -> None:
    app = make()
    app.add_url_rule("/svc/foo/", endpoint="own", view_func=str)
    told = explain(app, "/svc/foo/")
    assert told.text("proxy does not strip")[0] == (
        "The app gets '/svc/foo/'. That leads to 'own'."
    )


@pytest.mark.parametrize(
    ("target", "strips", "does_not", "result"),
    [
        pytest.param(
            "/svc/m/foo/",
            ["It strips '/svc', and the app gets '/foo/'.", "That leads to 'foo'."],
            ["The app is mounted at '/m', so it gets only what starts with '/m'."],
            "/svc/m/foo/",
            id="public",
        ),
        pytest.param(
            "/svc/foo/",
            ["The app is mounted at '/m', so it gets only what starts with '/svc/m'."],
            ["The app is mounted at '/m', so it gets only what starts with '/m'."],
            None,
            id="without-the-mount",
        ),
        pytest.param(
            "/m/foo/",
            [
                NONE.format("/m/foo/", "'/public', '/svc'"),
                by_hand("/m/foo/", 'url_for("foo")', "/svc/m/foo/"),
            ],
            [
                NONE.format("/m/foo/", "'/public', '/svc'"),
                by_hand("/m/foo/", 'url_for("foo")', "/svc/m/foo/"),
            ],
            "/svc/m/foo/",
            id="without-the-prefix",
        ),
        pytest.param(
            "/m/health",
            ["The app gets '/health'.", "That leads to 'health.check'."],
            ["The app gets '/health'.", "That leads to 'health.check'."],
            "/m/health",
            id="opted-out",
        ),
        pytest.param(
            "/foo/",
            ["The app is mounted at '/m', so it gets only what starts with '/m'."],
            ["The app is mounted at '/m', so it gets only what starts with '/m'."],
            None,
            id="neither",
        ),
    ],
)
def test_below_a_mount(
    target: str, strips: list[str], does_not: list[str], result: str | None
) -> None:
    told = explain(make(), target, "--script-name", "/m")
    assert roads(told) == (strips, does_not)
    assert told.result == result


def test_a_mount_that_has_the_prefix() -> None:
    told = explain(make(), "/svc/foo/", "--script-name", "/svc")
    assert roads(told) == (
        [
            "The mount '/svc' has the prefix, and the app gets '/foo/'.",
            "That leads to 'foo'.",
        ],
        ["The app gets '/foo/'.", "That leads to 'foo'."],
    )
    assert told.text("routing") == ["The app serves it."]
    assert told.result == "/svc/foo/"


def test_a_mount_and_a_proxy_that_does_not_strip() -> None:
    told = explain(make(proxy_strips=False), "/svc/foo/", "--script-name", "/svc")
    assert told.text("proxy does not strip") == [
        "The app gets '/foo/'.",
        "That leads to 'foo'.",
    ]
    assert told.result == "/svc/foo/"


def test_the_address_is_taken_apart_as_a_browser_does() -> None:
    app = make()
    told = explain(app, "HTTPS://Example.COM:443/svc/foo/?a=%C3%A9#top")
    assert told.text("address") == [
        "A browser asks for the path '/svc/foo/' of example.com, with the query"
        " 'a=%C3%A9'.",
        "It keeps the fragment 'top' for itself.",
    ]
    assert told.text("external") == ["https://example.com/svc/foo/"]
    told = explain(app, "//[::1]:8080/svc/foo/")
    assert told.text("address") == [
        "A browser asks for the path '/svc/foo/' of [::1]:8080."
    ]
    assert told.text("external") == ["http://[::1]:8080/svc/foo/"]
    told = explain(app, "wss://example.com")
    assert told.text("address") == [
        "A browser opens a WebSocket at the path '/' of example.com."
    ]


def test_what_the_app_raises_while_it_routes() -> None:
    def fails(_: object) -> NoReturn:
        raise OSError("no database")

    app = make()
    app.add_url_rule("/moved", endpoint="moved", view_func=str, redirect_to=fails)
    told = explain(app, "/svc/moved")
    assert told.text("routing") == [
        "The app answers 500, since it raises OSError: no database."
    ]
    assert told.facts("routing") == {"code": 500}
    assert told.result == "/svc/moved"
    told = explain(make(proxy_strips=False), "/svc/fails/1")
    fault = "The app cannot tell, since it raises OSError: no database for 1."
    assert roads(told) == ([fault], [fault])
    assert (told.status, told.result) == (1, None)


def test_an_index_that_fails_leaves_the_other_endpoints() -> None:
    def fails(_: object) -> NoReturn:
        raise OSError("no database")

    app = Flask("tests")
    app.add_url_rule("/", endpoint="index", view_func=str, redirect_to=fails)
    app.add_url_rule("/foo/", endpoint="foo", view_func=str)
    PrefixURLs(app, "/svc", proxy_strips=False)
    assert explain(app, "foo").result == "/svc/foo/"
    assert explain(app, "/svc/foo/").result == "/svc/foo/"
    assert explain(app, "/svc/").text("routing") == [
        "The app answers 500, since it raises OSError: no database."
    ]


def test_a_prefix_function_sees_the_request_that_is_played() -> None:
    def tenant() -> str:
        if request.args.get("who") is None:
            abort(400)
        return f"/{request.args['who']}"

    app = make(prefix=tenant)
    told = explain(app, "/ada/foo/?who=ada")
    assert told.text("proxy strips") == [
        "It strips '/ada', and the app gets '/foo/'.",
        "That leads to 'foo'.",
    ]
    assert told.result == "/ada/foo/"
    name = tenant.__qualname__
    assert roads(explain(app, "/ada/foo/"))[0] == [
        f"If the function {name} returns '/ada' and the proxy strips that, the app"
        " gets '/foo/'.",
        "That leads to 'foo'.",
        f"The function {name} raises BadRequest: 400 Bad Request: The browser (or"
        f" proxy) sent a request that this server could not understand. {LEFT_OUT}",
    ]


def by_tenant() -> str:
    """Return a prefix that a before_request function would have set."""
    return f"/{g.tenant}"


def test_a_prefix_function_that_fails_leaves_the_other_scopes() -> None:
    app = make(blueprints={"health": by_tenant})
    failed = f"The function by_tenant raises AttributeError: tenant. {LEFT_OUT}"
    told = explain(app, "/foo/")
    texts = [NONE.format("/foo/", "'/public', '/svc'")]
    texts += [by_hand("/foo/", 'url_for("foo")', "/svc/foo/")]
    assert roads(told) == ([*texts, failed], texts)
    assert (told.codes, told.result) == (["path-by-hand"], "/svc/foo/")
    told = explain(app, "/svc/foo/")
    assert (told.status, told.result) == (0, "/svc/foo/")


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (
            "/ada/api/items/3",
            [
                "If the function by_tenant returns '/ada' and the proxy strips that,"
                " the app gets '/api/items/3'.",
                "That leads to 'api.item'.",
            ],
        ),
        (
            "/api/items/3",
            [
                NONE.format("/api/items/3", "'/public', '/svc'"),
                "That leads to 'api.item'.",
                "Whether it has its prefix is up to the function by_tenant.",
            ],
        ),
    ],
)
def test_a_path_whose_prefix_is_not_known_is_no_mistake(
    target: str, says: list[str]
) -> None:
    told = explain(make(blueprints={"api": by_tenant}), target)
    assert roads(told)[1] == says
    assert (told.codes, told.result) == ([], None)


def test_a_redirect_whose_prefix_fails_is_a_sentence() -> None:
    def tenant() -> str:
        return "/ada" if request.path.startswith("/ada") else str(g.tenant)

    told = explain(make(prefix=tenant), "/ada/foo")
    assert told.facts("proxy strips")["reached"]
    assert told.text("routing") == [
        "The app redirects, but raises AttributeError: tenant."
    ]
    assert told.result is None


def test_a_header_gives_the_prefix_of_the_path() -> None:
    app = make(prefix=forwarded_prefix())
    told = explain(app, "/x/foo/", "--header", "X-Forwarded-Prefix: /x")
    assert told.result == "/x/foo/"
    told = explain(make(prefix=forwarded_prefix(), blueprints={"api": ""}), "/x/foo/")
    assert told.result is None


def test_only_functions_give_prefixes() -> None:
    app = Flask("tests")
    app.add_url_rule("/foo/", endpoint="foo", view_func=str)
    PrefixURLs(app, lambda: "/ada")
    assert explain(app, "/foo/").text("proxy strips") == [
        NONE.format("/foo/", "'/ada'"),
        by_hand("/foo/", 'url_for("foo")', "/ada/foo/"),
    ]


def test_no_function_gives_a_prefix() -> None:
    app = Flask("tests")
    app.add_url_rule("/foo/", endpoint="foo", view_func=str)
    PrefixURLs(app, lambda: None)
    assert explain(app, "/bar/").text("proxy strips") == [
        "It does not forward '/bar/', which starts with no prefix.",
        "No rule matches it either.",
    ]


def test_a_header_may_say_another_prefix() -> None:
    app = Flask("tests")
    app.add_url_rule("/foo/", endpoint="foo", view_func=str)
    PrefixURLs(app, forwarded_prefix(default="/svc"))
    assert explain(app, "/other/foo/").text("proxy strips") == [
        NONE.format("/other/foo/", "'/svc'")
        + " X-Forwarded-Prefix may say another: play it by --header.",
        "No rule matches it either.",
    ]
    assert (
        "did you mean '/svc/foo/'?" in explain(app, "/scv/foo/").text("proxy strips")[1]
    )
    told = explain(app, "/other/foo/", "--header", "X-Forwarded-Prefix: /other")
    assert told.result == "/other/foo/"


def test_a_redirect_without_an_endpoint() -> None:
    app = make()
    app.url_map.add(Rule("/moved", redirect_to="foo/"))
    told = explain(app, "/svc/moved")
    there = "A redirect_to without an endpoint is there."
    assert told.text("proxy strips") == [
        "It strips '/svc', and the app gets '/moved'.",
        there,
    ]
    assert told.text("routing") == ["The app redirects to http://localhost/svc/foo/"]
    assert told.codes == []
    assert explain(app, "/moved").text("proxy strips")[1] == there
    assert explain(app, "/svc/movet").text("proxy strips")[1].startswith("No rule")
    nothing = ["There is no endpoint '': flask prefix-urls routes lists all."]
    assert explain(app, "").text("rule") == nothing


def test_an_app_without_prefix_urls() -> None:
    app = Flask("tests")
    app.add_url_rule("/foo/", endpoint="foo", view_func=str)
    told = explain(app, "/foo")
    assert roads(told) == (
        ["The app gets '/foo'.", "That leads to 'foo'."],
        ["The app gets '/foo'.", "That leads to 'foo'."],
    )
    assert told.text("routing") == ["The app redirects to http://localhost/foo/"]
    assert told.result == "/foo/"
    told = explain(app, "/fo")
    assert told.text("proxy strips") == [
        "The app gets '/fo'.",
        "No rule matches: did you mean '/foo/'?",
    ]
    assert (told.status, told.result) == (1, None)


def test_a_prefix_that_no_scope_has() -> None:
    app = make()

    @app.url_defaults
    def elsewhere(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["_prefix"] = "/assets"
        if endpoint == "foo":
            values["_prefix"] = "/public"

    assert explain(app, "/assets/static/a.css").text("proxy strips") == [
        "No scope has the prefix '/assets', but url_for builds this URL with it. If the"
        " proxy strips it, the app gets '/static/a.css'.",
        "That leads to 'static'.",
    ]
    told = explain(app, "/public/foo/")
    assert told.text("proxy strips") == [
        "It strips '/public', and the app gets '/foo/'.",
        "That leads to 'foo'.",
    ]


@pytest.mark.parametrize(
    ("arguments", "target", "says"),
    [
        pytest.param(
            {"public_url": "https://example.com/svc", "prefix": None},
            "https://other.org/svc/foo/",
            "The host is 'other.org', but that of the app is 'example.com' (from the"
            " public URL), so this URL leads to another server, or Host is not what the"
            " app expects.",
            id="public-url",
        ),
        pytest.param(
            {"public_url": "https://example.com/svc", "prefix": None},
            "https://example.com/svc/foo/",
            None,
            id="its-own",
        ),
        pytest.param({}, "https://other.org/svc/foo/", None, id="not-known"),
    ],
)
def test_the_host_of_the_app(
    arguments: dict[str, Any], target: str, says: str | None
) -> None:
    told = explain(make(**arguments), target)
    assert told.text("address")[1:] == ([] if says is None else [says])
    assert ("other-host" in told.codes) is (says is not None)
    assert told.result == "/svc/foo/"


def test_the_host_of_the_request_that_is_played_is_the_app_s() -> None:
    app = make(public_url="https://example.com/svc", prefix=None)
    base_url = ["--base-url", "https://other.org"]
    told = explain(app, "https://other.org/svc/foo/", *base_url)
    assert "other-host" not in told.codes


def test_subdomains() -> None:
    app = Flask("tests", subdomain_matching=True)
    app.config["SERVER_NAME"] = "example.com"
    app.add_url_rule("/x", endpoint="x", view_func=str, subdomain="api")
    PrefixURLs(app, "/svc")
    told = explain(app, "http://api.example.com/svc/x")
    assert told.text("routing") == ["The app serves it."]
    assert told.result == "/svc/x"
    told = explain(app, "/svc/x")
    assert told.text("proxy strips") == [
        "It strips '/svc', and the app gets '/x'.",
        "No rule matches here, but one does on the subdomain 'api': did you mean"
        " '/svc/x'?",
    ]
    told = explain(app, "http://example.org/svc/x")
    assert told.text("address")[1] == (
        "The host is 'example.org', but that of the app is 'example.com' (from"
        " SERVER_NAME), so this URL leads to another server, or Host is not what the"
        " app expects."
    )


def test_host_matching() -> None:
    app = Flask("tests", host_matching=True, static_host="a.example")
    app.add_url_rule("/x", endpoint="x", view_func=str, host="b.example")
    PrefixURLs(app, "/svc")
    told = explain(app, "https://b.example/svc/x")
    assert told.text("routing") == ["The app serves it."]
    assert told.result == "/svc/x"
    told = explain(app, "https://a.example/svc/x")
    assert told.text("proxy strips")[1] == (
        "No rule matches here, but one does on the host 'b.example': did you mean"
        " '/svc/x'?"
    )
    told = explain(app, "https://c.example/svc/x")
    assert told.text("address")[1] == (
        "No rule is for the host 'c.example': there are 'a.example' and 'b.example'."
    )
    app.add_url_rule("/y", endpoint="y", view_func=str, host="<any>.example")
    assert explain(app, "https://c.example/svc/y").result == "/svc/y"
