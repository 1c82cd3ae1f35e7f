"""``explain ENDPOINT``: the story of a URL, layer by layer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from conftest import Install
from explained import explain, run
from flask import Blueprint, Flask, abort, g, request, url_for
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import Rule
from werkzeug.test import Client

from flask_prefix_urls import PrefixURLs, forwarded_prefix, unprefixed
from flask_prefix_urls.cli import inside
from flask_prefix_urls.cli.inside import found
from flask_prefix_urls.cli.outside import conclusions
from flask_prefix_urls.cli.report import Mistake

STEPS = [
    "rule",
    "scopes",
    "mount",
    "proxyfix",
    "url_for",
    "url_defaults",
    "adapter",
    "other code",
    "external",
    "outside",
    "cookie",
]


@pytest.fixture
def app() -> Flask:
    app = Flask("tests")
    app.add_url_rule("/foo/", endpoint="foo", view_func=str)
    app.add_url_rule("/book/<int:id>", endpoint="book", view_func=str)
    return app


def nested(inner: object = None, outer: object = None) -> Blueprint:
    """Return a blueprint ``outer`` with ``inner`` in it, which has a page."""
    blueprint = Blueprint("outer", "tests", url_prefix="/o")
    child = Blueprint("inner", "tests", url_prefix="/i")
    child.add_url_rule("/page", endpoint="page", view_func=str)
    PrefixURLs(blueprint, outer)  # type: ignore[arg-type]
    PrefixURLs(child, inner)  # type: ignore[arg-type]
    blueprint.register_blueprint(child)
    return blueprint


def test_the_whole_story(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    told = explain(app, "book", "id=3")
    assert told.steps == STEPS
    assert {name: told.text(name) for name in STEPS} == {
        "rule": ["The rule is '/book/<int:id>' for GET, HEAD, OPTIONS."],
        "scopes": [
            "The app was given '/svc' (from the argument prefix).",
            "The app is the nearest scope with a prefix, and wins: '/svc'.",
        ],
        "mount": ["There is no mount: SCRIPT_NAME is empty."],
        "proxyfix": ["There is no ProxyFix in app.wsgi_app."],
        "url_for": [
            'url_for("book", id=3) has no _prefix in the call, so the scopes decide.'
        ],
        "url_defaults": ["PrefixURLs sets _prefix to '/svc'."],
        "adapter": [
            "It gets _prefix='/svc', takes it out, and writes '/svc' before the route."
        ],
        "other code": ["None was found that has a part in this URL."],
        "external": ["http://localhost/svc/book/3"],
        "outside": [
            "Outside of a request, url_for raises RuntimeError, since it knows no host:"
            ' write PrefixURLs(app, public_url="https://example.com/svc") with your'
            " host."
        ],
        "cookie": ["The app sets no session cookie."],
    }
    assert told.result == "/svc/book/3"


def test_every_way_to_give_a_prefix_is_named(app: Flask, install: Install) -> None:
    install(app, "/svc")
    source = app.extensions["prefix_urls"].settings.prefix.source
    assert source in ("from the argument prefix", "from PREFIX_URLS_PREFIX")
    told = explain(app, "foo")
    assert told.text("scopes")[0] == f"The app was given '/svc' ({source})."
    assert told.result == "/svc/foo/"


def by_name(app: Flask) -> None:
    app.register_blueprint(nested(inner="/object"))
    PrefixURLs(app, "/svc", blueprints={"outer.inner": "/name"})


def by_config(app: Flask) -> None:
    app.config["PREFIX_URLS_BLUEPRINTS"] = {"outer": "/name"}
    PrefixURLs(app)
    app.register_blueprint(nested())


def by_public_url(app: Flask) -> None:
    PrefixURLs(app, public_url="https://example.com/svc")
    app.register_blueprint(nested())


def opted_out(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    app.register_blueprint(nested(inner=""))


def with_nothing(app: Flask) -> None:
    PrefixURLs(app)
    app.register_blueprint(nested())


def by_functions(app: Flask) -> None:
    def none() -> None:
        return None

    def tenant() -> str:
        return "/ada"

    PrefixURLs(app, "/svc")
    app.register_blueprint(nested(inner=none, outer=tenant))


def by_failing_function(app: Flask) -> None:
    def tenant() -> str:
        return str(g.tenant)

    PrefixURLs(app, "/svc")
    app.register_blueprint(nested(outer=tenant))


NO_HOOKS = (
    "before_request functions do not run here, so it misses what they set, in flask.g"
    " for example: after an endpoint, _prefix=/svc stands for what it would return."
)


@pytest.mark.parametrize(
    ("prepare", "scopes", "result"),
    [
        pytest.param(
            by_name,
            [
                "The blueprint 'outer.inner' was given '/name' (from the argument"
                " blueprints).",
                "The blueprint 'outer.inner' was given '/object' (given to the"
                " blueprint 'inner'). What it was given above wins.",
                "The blueprint 'outer' was given nothing.",
                "The app was given '/svc' (from the argument prefix). The blueprint"
                " 'outer.inner' replaces it.",
                "The blueprint 'outer.inner' is the nearest scope with a prefix, and"
                " wins: '/name'.",
            ],
            "/name/o/i/page",
            id="name-over-object",
        ),
        pytest.param(
            by_config,
            [
                "The blueprint 'outer.inner' was given nothing.",
                "The blueprint 'outer' was given '/name' (from"
                " PREFIX_URLS_BLUEPRINTS).",
                "The app was given nothing.",
                "The blueprint 'outer' is the nearest scope with a prefix, and wins:"
                " '/name'.",
            ],
            "/name/o/i/page",
            id="config",
        ),
        pytest.param(
            by_public_url,
            [
                "The blueprint 'outer.inner' was given nothing.",
                "The blueprint 'outer' was given nothing.",
                "The app was given '/svc' (from the argument public_url).",
                "The app is the nearest scope with a prefix, and wins: '/svc'.",
            ],
            "/svc/o/i/page",
            id="public-url",
        ),
        pytest.param(
            opted_out,
            [
                "The blueprint 'outer.inner' was given '' (given to the blueprint"
                " 'inner').",
                "The blueprint 'outer' was given nothing.",
                "The app was given '/svc' (from the argument prefix). The blueprint"
                " 'outer.inner' replaces it.",
                "The blueprint 'outer.inner' is the nearest scope with a prefix, and"
                " wins: '' opts out of any prefix.",
            ],
            "/o/i/page",
            id="opt-out",
        ),
        pytest.param(
            with_nothing,
            [
                "The blueprint 'outer.inner' was given nothing.",
                "The blueprint 'outer' was given nothing.",
                "The app was given nothing.",
                "No scope gives a prefix, so the URL is Flask's own: write"
                ' PrefixURLs(app, "/svc") with the path that the proxy strips.',
            ],
            "/o/i/page",
            id="nothing",
        ),
        pytest.param(
            by_functions,
            [
                "The blueprint 'outer.inner' was given the function"
                " by_functions.<locals>.none (given to the blueprint 'inner').",
                "It returns None, which leaves the URL to the next scope.",
                NO_HOOKS,
                "The blueprint 'outer' was given the function"
                " by_functions.<locals>.tenant (given to the blueprint 'outer').",
                "It returns '/ada'.",
                NO_HOOKS,
                "The app was given '/svc' (from the argument prefix). The blueprint"
                " 'outer' replaces it.",
                "The blueprint 'outer' is the nearest scope with a prefix, and wins:"
                " '/ada'.",
            ],
            "/ada/o/i/page",
            id="functions",
        ),
        pytest.param(
            by_failing_function,
            [
                "The blueprint 'outer.inner' was given nothing.",
                "The blueprint 'outer' was given the function"
                " by_failing_function.<locals>.tenant (given to the blueprint"
                " 'outer').",
                "It raises AttributeError: tenant.",
                NO_HOOKS,
                "The app was given '/svc' (from the argument prefix). The blueprint"
                " 'outer' replaces it.",
                "No prefix comes out, since a function raises AttributeError: tenant.",
            ],
            None,
            id="function-that-fails",
        ),
    ],
)
def test_each_scope_says_what_it_was_given(
    app: Flask, prepare: Callable[[Flask], None], scopes: list[str], result: str | None
) -> None:
    prepare(app)
    told = explain(app, "outer.inner.page")
    assert told.text("scopes") == scopes
    assert told.result == result
    assert told.text("rule")[1] == "Its blueprint is 'outer.inner' in 'outer'."


@pytest.mark.parametrize(
    ("options", "header", "says", "result"),
    [
        pytest.param(
            {},
            None,
            "The request has no X-Forwarded-Prefix, so the next scope decides: play one"
            " by --header.",
            "/foo/",
            id="none",
        ),
        pytest.param(
            {"default": "/d"},
            None,
            "The request has no X-Forwarded-Prefix, so the default '/d' counts: play"
            " one by --header.",
            "/d/foo/",
            id="default",
        ),
        pytest.param(
            {},
            "/x",
            "X-Forwarded-Prefix is '/x', which is trusted and gives '/x'.",
            "/x/foo/",
            id="trusted",
        ),
        pytest.param(
            {"default": "/d"},
            "/.x",
            "X-Forwarded-Prefix is '/.x', which is not made of segments of A-Z a-z 0-9"
            " . _ ~ - that do not begin with a dot, or too long, so it is ignored: the"
            " default '/d' counts.",
            "/d/foo/",
            id="untrusted",
        ),
        pytest.param(
            {"allowed": ["/b", "/a"]},
            "/x",
            "X-Forwarded-Prefix is '/x', which is none of ['/a', '/b'] (allowed=), so"
            " it is ignored: the next scope decides.",
            "/foo/",
            id="not-allowed",
        ),
        pytest.param(
            {"allowed": ["/b", "/a"]},
            "/b",
            "X-Forwarded-Prefix is '/b', which is trusted and gives '/b'.",
            "/b/foo/",
            id="allowed",
        ),
        pytest.param(
            {"trusted": 2, "default": "/x"},
            "/x",
            "X-Forwarded-Prefix is '/x', which has 1 of the 2 values that trusted"
            " proxies send, so the default '/x' counts.",
            "/x/foo/",
            id="too-few",
        ),
    ],
)
def test_a_header_is_trusted_or_not(
    app: Flask, options: dict[str, Any], header: str | None, says: str, result: str
) -> None:
    PrefixURLs(app, forwarded_prefix(**options))
    played = [] if header is None else ["--header", f"X-Forwarded-Prefix: {header}"]
    told = explain(app, "foo", *played)
    assert told.text("scopes")[:2] == [
        "The app was given the header X-Forwarded-Prefix (from the argument prefix).",
        says,
    ]
    assert told.result == result


def test_the_prefix_of_the_call_wins(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    told = explain(app, "foo", "_prefix=v2/", "_anchor=top", "q=a", "q=b", "q=c")
    assert told.text("scopes")[-1] == "The call decides, by _prefix: '/v2'."
    assert told.text("url_for") == [
        'url_for("foo", _prefix="v2/", _anchor="top", q=["a", "b", "c"]) passes the'
        " _prefix of the call on: '/v2'."
    ]
    assert told.text("url_defaults") == ["PrefixURLs leaves _prefix as it is."]
    assert told.text("adapter") == [
        "It gets _prefix='/v2', takes it out, and writes '/v2' before the route."
    ]
    assert told.result == "/v2/foo/?q=a&q=b&q=c#top"


def test_a_bad_prefix_of_the_call_is_a_sentence(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    told = explain(app, "foo", "_prefix=a b")
    fault = (
        "_prefix is 'a b', but a prefix has no white space or control character: write"
        " it like '/svc/v1'."
    )
    assert told.text("url_for") == [
        f'url_for("foo", _prefix="a b") refuses the prefix: {fault}'
    ]
    assert told.text("adapter") == [f"url_for raises ValueError: {fault}"]
    assert told.text("external") == ["There is none, for the same reason."]
    assert (told.status, told.result) == (1, None)


def test_two_prefixes_in_a_call_are_a_sentence(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    told = explain(app, "foo", "_prefix=a", "_prefix=b")
    assert told.text("adapter") == [
        "url_for raises TypeError: _prefix is ['a', 'b'], but must be a string: write"
        " it like '/svc/v1'."
    ]
    assert told.facts("scopes")["prefix"] is None


@pytest.mark.parametrize(
    ("given", "root", "result"),
    [("assets/", "/assets/m", "/assets/m/foo/"), (7, None, None), ("a b", None, None)],
)
def test_what_an_own_url_defaults_function_sets_is_checked(
    app: Flask, given: object, root: str | None, result: str | None
) -> None:
    PrefixURLs(app, "/svc")

    @app.url_defaults
    def elsewhere(_: str, values: dict[str, Any]) -> None:
        values["_prefix"] = given

    told = explain(app, "foo", "--script-name", "/m")
    assert told.text("scopes")[-1].endswith(f" decides: _prefix is {given!r}.")
    assert (told.facts("adapter")["root"], told.result) == (root, result)


def test_own_url_defaults_functions_are_told_one_after_another(app: Flask) -> None:
    @app.url_defaults
    def language(_: str, values: dict[str, Any]) -> None:
        values["lang"] = values.pop("l", "en")

    PrefixURLs(app, "/svc")

    @app.url_defaults
    def elsewhere(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "foo":
            values["_prefix"] = "/assets"

    told = explain(app, "foo", "l=de")
    name = f"{__name__}.test_own_url_defaults_functions_are_told_one_after_another"
    first, ours, last = told.text("url_defaults")
    assert first.startswith(f"{name}.<locals>.language (test_cli_story.py, line ")
    assert first.endswith(") removes l and sets lang to 'de'.")
    assert ours == "PrefixURLs sets _prefix to '/svc'."
    assert last.startswith(f"{name}.<locals>.elsewhere (test_cli_story.py, line ")
    assert last.endswith(") sets _prefix to '/assets'.")
    assert told.text("scopes")[-1].startswith(f"The url_defaults function {name}.")
    assert told.text("scopes")[-1].endswith(" decides: _prefix is '/assets'.")
    assert told.result == "/assets/foo/?lang=de"
    other = explain(app, "book", "id=1")
    assert other.text("url_defaults")[2].endswith(") changes nothing.")
    assert other.text("scopes")[-1].startswith("The app is the nearest scope")


def test_a_url_defaults_function_that_takes_the_prefix_out(app: Flask) -> None:
    PrefixURLs(app, "/svc")

    @app.url_defaults
    def without(_: str, values: dict[str, Any]) -> None:
        values["_prefix"] = None

    told = explain(app, "foo")
    assert told.text("scopes")[-1].startswith("The app is the nearest scope")
    assert told.text("adapter") == [
        "It gets no _prefix and writes '/svc' before the route."
    ]
    assert told.result == "/svc/foo/"


def test_a_url_defaults_function_that_fails_is_a_sentence(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    app.register_blueprint(nested())

    def fails(_: str, values: dict[str, Any]) -> None:
        values["_prefix"] = g.prefix

    app.url_defaults(fails)
    app.url_defaults(lambda *_: None)
    told = explain(app, "outer.inner.page")
    assert len(told.text("url_defaults")) == 2
    assert told.text("url_defaults")[1].endswith(") raises AttributeError: prefix.")
    assert told.text("adapter") == ["url_for raises AttributeError: prefix."]
    assert told.result is None


def test_url_defaults_of_blueprints_run_from_outside_in(app: Flask) -> None:
    def add(letter: str) -> Callable[[str, dict[str, Any]], None]:
        def added(_: str, values: dict[str, Any]) -> None:
            values["q"] = values.get("q", "") + letter

        return added

    outer, inner = Blueprint("outer", "tests"), Blueprint("inner", "tests")
    inner.add_url_rule("/page", endpoint="page", view_func=str)
    inner.url_defaults(add("c"))
    outer.url_defaults(add("b"))
    app.url_defaults(add("a"))
    PrefixURLs(app, "/svc")
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    told = explain(app, "outer.inner.page")
    functions = told.facts("url_defaults")["functions"]
    assert [f["sets"] for f in functions] == [
        {"q": "a"},
        {"_prefix": "/svc"},
        {"q": "ab"},
        {"q": "abc"},
    ]
    assert told.result == "/svc/page?q=abc"


def test_unprefixed_is_told(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    with unprefixed():
        told = explain(app, "foo")
    assert told.text("scopes")[-1] == "unprefixed() decides: there is no prefix."
    assert told.result == "/foo/"


def test_the_same_blueprint_twice(app: Flask) -> None:
    PrefixURLs(app, "/svc", blueprints={"two": "/second"})
    blueprint = Blueprint("one", "tests")
    blueprint.add_url_rule("/page", endpoint="page", view_func=str)
    PrefixURLs(blueprint, "/first")
    app.register_blueprint(blueprint)
    app.register_blueprint(blueprint, name="two", url_prefix="/2")
    assert explain(app, "one.page").result == "/first/page"
    told = explain(app, "two.page")
    assert told.text("scopes")[:2] == [
        "The blueprint 'two' was given '/second' (from the argument blueprints).",
        "The blueprint 'two' was given '/first' (given to the blueprint 'one')."
        " What it was given above wins.",
    ]
    assert told.result == "/second/2/page"


def test_an_app_without_prefix_urls_is_told_so(app: Flask) -> None:
    told = explain(app, "foo", "_prefix=x")
    assert told.text("scopes") == [
        "The app 'tests' has no PrefixURLs, so its URLs are Flask's own: write"
        ' PrefixURLs(app, "/svc") with the path that the proxy strips.'
    ]
    assert told.text("url_for") == ['url_for("foo", _prefix="x") is Flask\'s own.']
    assert told.text("url_defaults") == [
        "There are no url_defaults functions for this endpoint."
    ]
    assert told.text("adapter") == [
        "The adapter is not that of PrefixURLs, so it writes no prefix."
    ]
    assert told.result == "/foo/?_prefix=x"


@pytest.mark.parametrize(
    ("endpoint", "says"),
    [
        ("fooo", "There is no endpoint 'fooo': did you mean 'foo'?"),
        ("page", "There is no endpoint 'page': did you mean 'outer.inner.page'?"),
        ("zzz", "There is no endpoint 'zzz': flask prefix-urls routes lists all."),
    ],
)
def test_an_unknown_endpoint(app: Flask, endpoint: str, says: str) -> None:
    PrefixURLs(app, "/svc")
    app.register_blueprint(nested())
    told = explain(app, endpoint)
    assert told.text("rule") == [says]
    assert (told.steps, told.status, told.result) == (["rule"], 1, None)


def test_each_endpoint_is_suggested_once(app: Flask) -> None:
    blueprint = Blueprint("b", "tests")
    blueprint.add_url_rule("/page", endpoint="page", view_func=str)
    app.register_blueprint(blueprint)
    told = explain(app, "page")
    assert told.facts("rule")["did_you_mean"] == ["b.page"]


def test_a_path_without_its_slash(app: Flask) -> None:
    assert explain(app, "some/path").text("rule") == [
        "There is no endpoint 'some/path': flask prefix-urls routes lists all.",
        "A path begins with a slash, and a URL with https:// or http://.",
    ]


def test_missing_values_are_named(app: Flask) -> None:
    app.add_url_rule("/<lang>/<float:size>", endpoint="two", view_func=str)
    PrefixURLs(app, "/svc")
    told = explain(app, "book")
    assert told.text("adapter") == [
        "url_for raises BuildError, since the rule needs 'id': write id=1 after the"
        " endpoint."
    ]
    assert (told.status, told.result) == (1, None)
    assert told.text("outside")[0].startswith("Outside of a request, url_for raises")
    assert explain(app, "two").text("adapter") == [
        "url_for raises BuildError, since the rule needs 'lang' and 'size': write"
        " lang=... size=1 after the endpoint."
    ]
    assert explain(app, "two", "lang=de").text("adapter") == [
        "url_for raises BuildError, since the rule needs 'size': write size=1 after the"
        " endpoint."
    ]
    assert explain(app, "two", "size=1.5", "lang=de").result == "/svc/de/1.5"


def test_other_build_errors_are_flasks_own(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    assert explain(app, "foo", "_method=POST").text("adapter") == [
        "url_for raises BuildError: Could not build url for endpoint 'foo' ('POST')."
        " Did you mean to use methods ['GET', 'HEAD', 'OPTIONS']?"
    ]
    assert explain(app, "foo", "_scheme=https", "_external=false").text("adapter") == [
        "url_for raises ValueError: When specifying '_scheme', '_external' must be"
        " True."
    ]


def test_a_value_that_its_converter_refuses_is_left_to_url_for(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    (says,) = explain(app, "book", "id=abc").text("adapter")
    assert says.startswith("url_for raises ValueError: invalid literal for int()")


def test_external_values_work_as_in_url_for(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    told = explain(app, "foo", "_external=TRUE", "_scheme=https")
    assert told.result == "https://localhost/svc/foo/"


@pytest.mark.parametrize(
    ("options", "mount", "result"),
    [
        pytest.param(
            ["--script-name", "/m"],
            ["The mount is '/m', from SCRIPT_NAME."],
            "/svc/m/foo/",
            id="mount",
        ),
        pytest.param(
            ["--script-name", "/é/"],
            ["The mount is '/é', from SCRIPT_NAME."],
            "/svc/é/foo/",
            id="not-ascii",
        ),
        pytest.param(
            ["--script-name", "/svc/m"],
            [
                "The mount is '/svc/m', from SCRIPT_NAME.",
                "It has the prefix '/svc' already, which is not added again.",
            ],
            "/svc/m/foo/",
            id="mount-with-the-prefix",
        ),
        pytest.param(
            ["--header", "X-Forwarded-Prefix: /x"],
            [
                "ProxyFix wrote '/x' over SCRIPT_NAME, from X-Forwarded-Prefix.",
                "With a prefix, that does not count: the mount is what SCRIPT_NAME was"
                " before, ''.",
            ],
            "/svc/foo/",
            id="proxyfix-wrote",
        ),
    ],
)
def test_the_mount(
    app: Flask, options: list[str], mount: list[str], result: str
) -> None:
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
    PrefixURLs(app, "/svc")
    told = explain(app, "foo", *options)
    assert told.text("mount") == mount
    assert told.result == result


def test_a_dispatcher_is_played_by_its_mount(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    app.before_request(lambda: url_for("foo"))
    mounted = DispatcherMiddleware(Flask("outer"), {"/m": app})
    answer = Client(mounted).get("/m/foo/")
    assert explain(app, "foo", "--script-name", "/m").result == answer.text


def test_script_name_stands_before_urls_without_a_prefix(app: Flask) -> None:
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
    PrefixURLs(app)
    told = explain(app, "foo", "--header", "X-Forwarded-Prefix: /x")
    assert told.text("mount") == [
        "ProxyFix wrote '/x' over SCRIPT_NAME, from X-Forwarded-Prefix.",
        "Without a prefix, that stands before the route.",
    ]
    assert told.result == "/x/foo/"


def test_application_root_is_the_mount_outside_of_a_request(app: Flask) -> None:
    app.config.update(APPLICATION_ROOT="/m", SERVER_NAME="example.com")
    PrefixURLs(app, "/svc")
    told = explain(app, "foo")
    assert told.text("mount")[1:] == [
        "Outside of a request, the mount is APPLICATION_ROOT: '/m'."
    ]
    assert told.text("external") == ["http://example.com/svc/foo/"]
    assert told.text("outside") == [
        "Outside of a request: http://example.com/svc/m/foo/"
    ]
    assert told.result == "/svc/foo/"


def middleware(_: object, __: object) -> NoReturn:
    raise AssertionError


class Layer:
    def __init__(self, app: object) -> None:
        self.app = app

    def __call__(self, _: object, __: object) -> NoReturn:
        raise AssertionError


def test_proxy_fix_is_played_and_other_middleware_is_named(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    inner = ProxyFix(app.wsgi_app, x_proto=1, x_host=1, x_for=0)
    app.wsgi_app = Layer(ProxyFix(Layer(inner)))  # type: ignore[method-assign]
    told = explain(
        app,
        "foo",
        "--header",
        "X-Forwarded-Proto: https",
        "--header",
        "X-Forwarded-Host: example.com",
        "--header",
        "X-Forwarded-For: 10.0.0.1",
    )
    assert told.text("proxyfix") == [
        "ProxyFix(x_for=1, x_proto=1) changes client from '' to '10.0.0.1' and scheme"
        " from 'http' to 'https'.",
        "ProxyFix(x_proto=1, x_host=1) changes host from 'localhost' to 'example.com'.",
        f"Other middleware is not played here: {__name__}.Layer and {__name__}.Layer.",
    ]
    assert told.text("external") == ["https://example.com/svc/foo/"]
    assert explain(app, "foo").text("proxyfix")[0] == (
        "ProxyFix(x_for=1, x_proto=1) changes nothing."
    )


def test_a_function_as_middleware_is_named(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    app.wsgi_app = middleware  # type: ignore[method-assign, assignment]
    assert explain(app, "foo").text("proxyfix")[1] == (
        f"Other middleware is not played here: {__name__}.middleware."
    )


def test_nothing_in_the_app_changes(app: Flask) -> None:
    proxy_fix = ProxyFix(app.wsgi_app)
    app.wsgi_app = proxy_fix  # type: ignore[method-assign]
    PrefixURLs(app, "/svc")
    before = {**vars(app)}
    wrapped = proxy_fix.app
    explain(app, "foo")
    explain(app, "/svc/foo")
    # Flask's own ScriptInfo makes the one, and any message the other.
    made = {"jinja_env", "logger"}
    assert {k: v for k, v in vars(app).items() if k not in made} == before
    assert proxy_fix.app is wrapped
    assert app.logger.getChild("prefix_urls").level == 0


def test_the_url_of_an_app_with_a_public_url(app: Flask) -> None:
    PrefixURLs(app, public_url="https://example.com/svc")
    told = explain(app, "foo", "--base-url", "https://example.com")
    assert told.text("external") == ["https://example.com/svc/foo/"]
    assert told.text("outside") == [
        "Outside of a request: https://example.com/svc/foo/"
    ]


def test_an_app_that_makes_no_context_is_one_sentence() -> None:
    class App(Flask):
        def create_url_adapter(self, _: object) -> NoReturn:
            raise OSError("no database")

    app = App("tests")
    app.add_url_rule("/foo/", endpoint="foo", view_func=str)
    PrefixURLs(app, "/svc")
    for target in ("foo", "/foo"):
        status, output = run(app, target)
        assert status == 2
        assert output.splitlines()[-1] == (
            "Error: No request can be played, since the app raises OSError: no"
            " database."
        )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param(
            {"methods": ["POST"]},
            "The rule is '/x' for OPTIONS, POST.",
            id="method",
        ),
        pytest.param(
            {"websocket": True}, "The rule is '/x' for WebSockets.", id="websocket"
        ),
        pytest.param(
            {"defaults": {"page": 1}},
            "The rule is '/x' for GET, HEAD, OPTIONS, with the defaults {'page': 1}.",
            id="defaults",
        ),
        pytest.param(
            {"alias": True},
            "The rule is '/x' for GET, HEAD, OPTIONS, an alias, which redirects to the"
            " other rule.",
            id="alias",
        ),
        pytest.param(
            {"redirect_to": "foo/"},
            "The rule is '/x' for GET, HEAD, OPTIONS, which redirects to 'foo/'.",
            id="redirect",
        ),
        pytest.param(
            {"redirect_to": lambda _: "foo/"},
            "The rule is '/x' for GET, HEAD, OPTIONS, which redirects to what a"
            " function says.",
            id="redirect-function",
        ),
        pytest.param(
            {"build_only": True},
            "The rule is '/x' for GET, HEAD, OPTIONS, which is only built, and routes"
            " nothing.",
            id="build-only",
        ),
        pytest.param(
            {"subdomain": "api"},
            "The rule is '/x' for GET, HEAD, OPTIONS, on the subdomain 'api'.",
            id="subdomain",
        ),
    ],
)
def test_the_rule_is_told(app: Flask, options: dict[str, Any], says: str) -> None:
    app.config["SERVER_NAME"] = "example.com"
    PrefixURLs(app, "/svc")
    app.add_url_rule("/x", endpoint="x", view_func=str, **options)
    assert explain(app, "x").text("rule") == [says]


def test_websocket_and_other_subdomains_are_external() -> None:
    app = Flask("tests", subdomain_matching=True)
    app.config["SERVER_NAME"] = "example.com"
    app.add_url_rule("/ws", endpoint="ws", view_func=str, websocket=True)
    app.add_url_rule("/x", endpoint="x", view_func=str, subdomain="api")
    PrefixURLs(app, "/svc")
    assert explain(app, "ws").result == "ws://example.com/svc/ws"
    assert explain(app, "x").result == "http://api.example.com/svc/x"
    base_url = ["--base-url", "http://api.example.com"]
    assert explain(app, "x", *base_url).result == "/svc/x"


def test_host_matching() -> None:
    app = Flask("tests", host_matching=True, static_host="a.example")
    app.add_url_rule("/x", endpoint="x", view_func=str, host="b.example")
    PrefixURLs(app, "/svc")
    told = explain(app, "x", "--base-url", "https://a.example")
    assert told.text("rule") == [
        "The rule is '/x' for GET, HEAD, OPTIONS, on the host 'b.example'."
    ]
    assert told.result == "https://b.example/svc/x"


def test_the_request_that_is_played(app: Flask) -> None:
    seen = []

    def prefix() -> str:
        seen.append((request.url, request.headers["X-Tenant"], request.mount))  # type: ignore[attr-defined]
        return "/ada"

    class WithMount(app.request_class):  # type: ignore[name-defined, misc]
        @property
        def mount(self) -> str:
            return str(self.environ["SCRIPT_NAME"])

    app.request_class = WithMount
    PrefixURLs(app, "/svc", blueprints={"outer": prefix})
    app.register_blueprint(nested())
    options = ["--header", "X-Tenant: ada", "--header", "X-Tenant: é"]
    options += ["--script-name", "/m", "--base-url", "https://example.com:8443"]
    assert explain(app, "outer.inner.page", *options).result == "/ada/m/o/i/page"
    assert set(seen) == {("https://example.com:8443/svc/m/", "ada, Ã©", "/m")}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(
            ["foo", "id"],
            "'id' is not a value: write a name, '=' and the value, like id=1.",
            id="value",
        ),
        pytest.param(
            ["foo", "=1"],
            "'=1' is not a value: write a name, '=' and the value, like id=1.",
            id="no-name",
        ),
        pytest.param(
            ["foo", "_external=1"],
            "_external is '1', but must be true or false.",
            id="flag",
        ),
        pytest.param(
            ["foo", "--header", "X-Forwarded-Prefix"],
            "--header is 'X-Forwarded-Prefix', but must be a name, a colon and a value:"
            " write it like 'X-Forwarded-Prefix: /svc'.",
            id="header",
        ),
        pytest.param(
            ["foo", "--header", "X Y: 1"],
            "--header is 'X Y: 1', but must be a name, a colon and a value: write it"
            " like 'X-Forwarded-Prefix: /svc'.",
            id="header-name",
        ),
        pytest.param(
            ["foo", "--header", "X: a\nb"],
            "--header is 'X: a\\nb', but its value must not have a control character:"
            " leave that out.",
            id="header-value",
        ),
        pytest.param(
            ["foo", "--script-name", "m"],
            "--script-name is 'm', but must be a path: write it like '/m'.",
            id="script-name",
        ),
        pytest.param(
            ["foo", "--script-name", "/m?x"],
            "--script-name is '/m?x', but must be a path without a query, a fragment or"
            " a control character: write it like '/mount'.",
            id="script-name-with-query",
        ),
        pytest.param(
            ["foo", "--base-url", "example.com"],
            "--base-url is 'example.com', but must be http or https, a host, and"
            " perhaps a port: write it like 'https://example.com'.",
            id="base-url",
        ),
        pytest.param(
            ["foo", "--base-url", "https://example.com/m"],
            "--base-url is 'https://example.com/m', but must be http or https, a host,"
            " and perhaps a port: write it like 'https://example.com'.",
            id="base-url-with-path",
        ),
        pytest.param(
            ["/svc/foo", "id=1"],
            "'/svc/foo' has its values in its path: write NAME=VALUE only after an"
            " endpoint.",
            id="values-of-a-path",
        ),
        pytest.param(
            ["http://[x/foo"],
            "'http://[x/foo' is not a URL (Invalid IPv6 URL): write it like"
            " 'https://example.com/svc/foo' or '/svc/foo'.",
            id="url",
        ),
        pytest.param(
            ["ftp://example.com/foo"],
            "'ftp://example.com/foo' has the scheme 'ftp', but a URL of an app begins"
            " with http, https, ws or wss.",
            id="scheme",
        ),
        pytest.param(
            ["https:///foo"],
            "'https:///foo' has no host: write it like 'https://example.com/svc/foo'.",
            id="no-host",
        ),
    ],
)
def test_what_cannot_run_is_one_sentence(
    app: Flask, arguments: list[str], says: str
) -> None:
    PrefixURLs(app, "/svc")
    status, output = run(app, *arguments)
    assert status == 2
    assert output.splitlines()[-1] == f"Error: {says}"


def test_an_app_that_answers_no_request_is_one_sentence(app: Flask) -> None:
    PrefixURLs(app, "/svc")

    class Sessions:
        def open_session(self, *_: object) -> NoReturn:
            raise OSError("no  redis\nhere")

    app.session_interface = Sessions()  # type: ignore[assignment]
    status, output = run(app, "foo")
    assert status == 2
    assert output.splitlines()[-1] == (
        "Error: No request can be played, since the app raises OSError: no redis here."
    )


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        pytest.param(
            lambda: abort(400, "Wrong host"),
            "The app has no URL adapter for this host: it raises BadRequest: 400 Bad"
            " Request: Wrong host.",
            id="refused",
        ),
        pytest.param(
            lambda: None, "The app has no URL adapter for this host.", id="none"
        ),
    ],
)
def test_an_app_without_an_adapter_for_the_host(
    answers: Callable[[], None], says: str
) -> None:
    class App(Flask):
        def create_url_adapter(self, request: Any) -> Any:
            return None if request is None else answers()

    app = App("tests")
    app.add_url_rule("/foo/", endpoint="foo", view_func=str)
    PrefixURLs(app, "/svc")
    told = explain(app, "foo")
    assert told.text("adapter") == [says]
    assert (told.status, told.result) == (1, None)
    assert explain(app, "/svc/foo/").text("proxy strips") == [says]


def test_what_the_app_raises_while_mistakes_are_looked_for_is_one(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    PrefixURLs(app, "/svc")

    def fails(*_: object) -> Iterator[Mistake]:
        yield Mistake("first", "The first one.")
        raise OSError("no database")

    monkeypatch.setattr(found, "mistakes", fails)
    told = explain(app, "foo")
    assert told.printed["mistakes"] == [
        {"code": "first", "text": "The first one.", "fix": None},
        {
            "code": "app-raises",
            "text": "The app raises OSError: no database.",
            "fix": None,
        },
    ]
    assert (told.status, told.result) == (1, "/svc/foo/")


def test_a_rule_for_any_method(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    app.url_map.add(Rule("/any", endpoint="any"))
    told = explain(app, "any")
    assert told.text("rule") == ["The rule is '/any'."]
    assert explain(app, "/svc/any").text("proxy strips")[1:] == ["That leads to 'any'."]


def test_nothing_to_explain_is_one_sentence(app: Flask) -> None:
    status, output = run(app)
    assert status == 2
    assert output.splitlines()[-1] == (
        "Error: There is nothing to explain: name an endpoint, a URL or a path, or give"
        " the public URL of a deployed app by --url."
    )


def test_no_line_is_longer_than_a_terminal(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    PrefixURLs(app, forwarded_prefix(allowed=["/blue", "/green"]))
    app.register_blueprint(nested(inner="/inner-prefix", outer=lambda: "/outer"))
    for target in ("outer.inner.page", "/inner-prefix/inner-prefix/o/i/page", "nope"):
        _, output = run(app, target, "--header", "X-Forwarded-Prefix: /x")
        assert output.startswith(("rule  ", "address  "))
        assert [line for line in output.splitlines() if len(line) > 80] == []


def test_a_teardown_function_that_fails_is_ignored(app: Flask) -> None:
    PrefixURLs(app, "/svc")

    @app.teardown_request
    def close(_: object) -> None:
        g.database.close()

    assert explain(app, "foo").result == "/svc/foo/"


def test_help_describes_the_json(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    _, output = run(app, "--help")
    form = output.partition("--json prints an object:\n")[2].partition("\n\n")[0]
    # The others begin the second line of a description.
    keys = [line.split(":")[0] for line in form.splitlines() if ":" in line]
    told = explain(app, "/foo")
    assert [key.strip() for key in keys] == [*told.printed]
    (mistake,) = told.printed["mistakes"][:1]
    assert f"a list of {{{', '.join(mistake)}}}" in form
    assert f"a list of {{{', '.join(told.printed['steps'][0])}}}" in form
    facts = output.partition("by the name of their step:\n")[2].partition("\n\n")[0]
    described = dict(line.strip().split(": ") for line in facts.splitlines())
    printed = {}
    for target in ("/svc/foo", "none"):
        for step in explain(app, target).printed["steps"]:
            printed[step["name"]] = ", ".join(step["facts"])
            assert described[step["name"]] == printed[step["name"]]
    assert printed == described
    lists = output.partition("whose items are objects:\n")[2].partition("\n\n")[0]
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    found = [
        (name, value)
        for step in explain(app, "foo").printed["steps"]
        for name, value in step["facts"].items()
        if isinstance(value, list) and value and isinstance(value[0], dict)
    ]
    assert {name: ", ".join(value[0]) for name, value in found} == dict(
        line.strip().split(": ") for line in lists.splitlines()
    )


def test_help_lists_the_codes_of_mistakes(app: Flask) -> None:
    _, output = run(app, "--help")

    def listed(heading: str) -> list[str]:
        text = output.partition(f"{heading}:\n")[2].partition("\n\n")[0]
        return " ".join(text.split()).split(", ")

    made = set()
    for file in Path(inside.__file__).parent.rglob("*.py"):
        made |= {*re.findall(r'Mistake\(\s*"([a-z-]+)"', file.read_text("utf-8"))}
    assert listed("The codes of mistakes") == sorted(made)
    assert listed("The codes of mistakes with --url") == sorted(conclusions._FOLLOW)
