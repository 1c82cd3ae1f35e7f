"""What is given: what wins, what conflicts, and an app that stays as it was."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Blueprint, Flask, Request, url_for
from flask.sessions import SecureCookieSessionInterface

from flask_prefix_urls import PrefixURLs, prefix_of


def test_init_app_takes_what_the_constructor_takes(app: Flask) -> None:
    app.config.update(PREFIX_URLS_PREFIX="/config", PREFIX_URLS_COOKIE_PATH=True)
    api = Blueprint("api", "tests")
    PrefixURLs().init_app(api, "/public")
    app.register_blueprint(api)
    prefix_urls = PrefixURLs(
        prefix="/constructor", blueprints={"a": "/a", "b": "/b"}, proxy_strips=True
    )
    prefix_urls.init_app(
        app,
        "/svc",
        blueprints={"b": "/c"},
        proxy_strips=False,
        public_url="https://example.com/svc",
        cookie_path=False,
    )
    for name in ("a", "b"):
        app.register_blueprint(Blueprint(name, "tests"))
    assert prefix_of(app) == "/svc"
    assert [prefix_of(app, name) for name in ("a", "b", "api")] == [
        "/a",
        "/c",
        "/public",
    ]
    app.add_url_rule("/page", "page", str)
    assert app.test_client().get("/svc/page").status_code == 200
    assert app.url_for("page") == "https://example.com/svc/page"
    assert type(app.session_interface) is SecureCookieSessionInterface
    assert vars(app.session_interface) == {}


def test_one_object_on_apps_that_give_it_different_prefixes() -> None:
    prefix_urls = PrefixURLs()
    one, two = Flask("one"), Flask("two")
    prefix_urls.init_app(one, "/one")
    prefix_urls.init_app(two, "/two")
    assert [prefix_of(one), prefix_of(two)] == ["/one", "/two"]


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ({}, "PrefixURLs()"),
        ({"prefix": "/svc"}, "PrefixURLs(prefix='/svc')"),
        (
            {"prefix": int, "blueprints": {"api": "a/"}, "proxy_strips": False},
            "PrefixURLs(prefix=<class 'int'>, blueprints={'api': '/a'},"
            " proxy_strips=False)",
        ),
        (
            {
                "prefix": "",
                "public_url": "https://EXAMPLE.com:443",
                "cookie_path": True,
            },
            "PrefixURLs(prefix='', public_url='https://example.com', cookie_path=True)",
        ),
    ],
)
def test_repr_shows_what_was_given(arguments: dict[str, Any], shown: str) -> None:
    assert repr(PrefixURLs(**arguments)) == shown


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"proxy_strips": False}, "proxy_strips"),
        ({"cookie_path": False}, "cookie_path"),
        ({"proxy_strips": False, "cookie_path": False}, "proxy_strips and cookie_path"),
    ],
)
def test_false_is_given(app: Flask, options: dict[str, Any], names: str) -> None:
    sentence = (
        f"{names} was given with the blueprint 'api', but is for an app: give it to the"
        " app, and each blueprint its own prefix."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(Blueprint("api", "tests"), "/public", **options)
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(**options).init_app(Blueprint("api", "tests"))
    name = names.partition(" ")[0]
    PrefixURLs(app, **options)
    sentence = (
        f"The app has the {name} False (from the argument {name}) already and is given"
        f" True (from the argument {name}): decide on one of them."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(app, **dict.fromkeys(options, True))


@pytest.mark.parametrize("key", ["FORWARDED", "PREFIX", "BLUEPRINTS", "PUBLIC_URL"])
def test_false_is_no_value(app: Flask, key: str) -> None:
    app.config[f"PREFIX_URLS_{key}"] = False
    sentence = f"^PREFIX_URLS_{key} is False, but"
    with pytest.raises((TypeError, ValueError), match=sentence):
        PrefixURLs(app)


def test_a_conflict_names_both_sources(app: Flask) -> None:
    app.config["PREFIX_URLS_PREFIX"] = "/a"
    app.config["PREFIX_URLS_BLUEPRINTS"] = {"api": "/b"}
    PrefixURLs(app)
    for arguments, sentence in (
        (
            {"prefix": "/c"},
            "The app has the prefix '/a' (from PREFIX_URLS_PREFIX) already and is given"
            " '/c' (from the argument prefix): decide on one of them.",
        ),
        (
            {"blueprints": {"api": "/c"}},
            "The blueprint 'api' has the prefix '/b' (from PREFIX_URLS_BLUEPRINTS)"
            " already and is given '/c' (from the argument blueprints): decide on one"
            " of them.",
        ),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
            PrefixURLs(app, **arguments)  # type: ignore[arg-type]


def test_each_setting_keeps_its_source(app: Flask) -> None:
    app.config["PREFIX_URLS_PROXY_STRIPS"] = False
    api = Blueprint("api", "tests")
    PrefixURLs(api, "/public")
    app.register_blueprint(api)
    PrefixURLs(app, "/svc", blueprints={"admin": "/back-office"})
    settings = app.extensions["prefix_urls"].settings
    assert settings.prefix.source == "from the argument prefix"
    assert settings.blueprints["admin"].source == "from the argument blueprints"
    assert settings.proxy_strips.source == "from PREFIX_URLS_PROXY_STRIPS"
    [of_api, of_app] = app.extensions["prefix_urls"].scopes.chain_of("api.x") + (
        app.extensions["prefix_urls"].scopes.chain_of("x")
    )
    assert of_api.source == "given to the blueprint 'api'"
    assert of_app.source == "from the argument prefix"


@pytest.mark.parametrize("trusted", [1, 2])
def test_the_same_prefix_twice_beside_a_header(app: Flask, trusted: int) -> None:
    app.config.update(PREFIX_URLS_FORWARDED=trusted, PREFIX_URLS_PREFIX="/svc")
    PrefixURLs(app)
    PrefixURLs(app, "svc/")
    PrefixURLs(app, public_url="https://example.com/svc")
    assert prefix_of(app) == "/svc"
    headers = {"X-Forwarded-Prefix": "/a, /b"}
    with app.test_request_context(headers=headers):
        assert prefix_of(app) == {1: "/b", 2: "/a/b"}[trusted]


class OwnRequest(Request):
    """A request class that must still be the app's after a refusal."""


def seen_of(app: Flask) -> dict[str, Any]:
    """Return all of an app that ``PrefixURLs`` may change."""
    kept = {
        name: getattr(app, name)
        for name in ("request_class", "session_interface", "url_default_functions")
    }
    kept["url_default_functions"] = {
        scope: list(functions) for scope, functions in app.url_default_functions.items()
    }
    kept["after"] = {s: list(f) for s, f in app.after_request_funcs.items()}
    kept["extensions"] = dict(app.extensions)
    kept["own"] = {
        name: vars(app).get(name) for name in ("url_for", "create_url_adapter")
    }
    return kept


@pytest.mark.parametrize("before", [{}, {"prefix": "/svc"}], ids=["new", "set-up"])
@pytest.mark.parametrize(
    ("config", "arguments"),
    [
        pytest.param({}, {"prefix": "//x"}, id="argument"),
        pytest.param({}, {"blueprints": {"a": "/a", "b": "//b"}}, id="name"),
        pytest.param({}, {"public_url": "example.com"}, id="public_url"),
        pytest.param({"PREFIX_URLS_PREFIX": "//x"}, {}, id="config"),
        pytest.param({"PREFIX_URLS_FORWARDED": -1}, {}, id="config-number"),
        pytest.param({"PREFIX_URLS_PROXY_STRIPS": "no"}, {}, id="config-flag"),
        pytest.param(
            {},
            {"prefix": "/svc", "public_url": "https://example.com/other"},
            id="conflict-of-two",
        ),
        pytest.param(
            {"SESSION_COOKIE_NAME": "__Host-x"},
            {"blueprints": {"a": "/a"}, "cookie_path": True},
            id="cookie-name",
        ),
    ],
)
def test_set_up_is_whole_or_not_at_all(
    app: Flask,
    before: dict[str, Any],
    config: dict[str, Any],
    arguments: dict[str, Any],
) -> None:
    app.request_class = OwnRequest
    # Read by the first init_app that is not refused.
    if before and not config:
        PrefixURLs(app, **before)
    app.config.update(config)
    as_it_was = seen_of(app)
    with pytest.raises((ValueError, TypeError)):
        PrefixURLs(app, **arguments)
    assert seen_of(app) == as_it_was
    for key in config:
        app.config[key] = "session" if key.startswith("SESSION") else None
    PrefixURLs(app, "/svc", blueprints={"a": "/right"}, proxy_strips=False)
    app.register_blueprint(Blueprint("a", "tests"))
    app.add_url_rule("/page", "page", lambda: url_for("page"))
    assert prefix_of(app, "a") == "/right"
    assert app.test_client().get("/svc/page").text == "/svc/page"


def test_a_conflict_changes_nothing(app: Flask) -> None:
    PrefixURLs(app, "/svc", blueprints={"a": "/a"})
    as_it_was = seen_of(app)
    settings = app.extensions["prefix_urls"].settings
    with pytest.raises(ValueError, match="decide on one of them"):
        PrefixURLs(app, blueprints={"a": "/other", "b": "/b"}, cookie_path=True)
    assert seen_of(app) == as_it_was
    assert app.extensions["prefix_urls"].settings is settings


def test_a_blueprint_that_is_refused_stays_as_it_was() -> None:
    api = Blueprint("api", "tests")
    with pytest.raises(ValueError, match="prefix is '//x'"):
        PrefixURLs(api, "//x")
    PrefixURLs(api, "/public")
    with pytest.raises(ValueError, match="decide on one of them"):
        PrefixURLs(api, "/other")
    app = Flask("tests")
    app.register_blueprint(api)
    assert prefix_of(app, "api") == "/public"


@pytest.mark.parametrize(
    ("label", "accepted"), [("a" * 63, True), ("a" * 64, False)], ids=["63", "64"]
)
def test_the_length_of_a_host_label(app: Flask, label: str, accepted: bool) -> None:
    url = f"https://{label}.example/svc"
    if accepted:
        PrefixURLs(app, public_url=url)
        assert app.url_for("static", filename="x") == f"{url}/static/x"
    else:
        with pytest.raises(ValueError, match=r"^public_url is 'https://a+\.example"):
            PrefixURLs(app, public_url=url)


def test_a_function_beside_a_header_in_the_config(app: Flask) -> None:
    app.config["PREFIX_URLS_FORWARDED"] = 1
    PrefixURLs(app, lambda: "/function")
    with app.test_request_context(headers={"X-Forwarded-Prefix": "/sent"}):
        assert prefix_of(app) == "/function"
