"""What is given: what wins, what conflicts, and an app that stays as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, Request, url_for
from flask.cli import AppGroup
from flask.sessions import SecureCookieSessionInterface, SessionInterface
from werkzeug.routing import Map

from flask_prefix_urls import PrefixURLs, forwarded_prefix, prefix_of
from flask_prefix_urls.scopes import Scopes
from flask_prefix_urls.settings import Settings
from flask_prefix_urls.state import AppState


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
        f"The blueprint 'api' is given {names}, but only an app takes that: give it to"
        " the app, and each blueprint its own prefix."
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
    """Return copies of all that an app has, which later changes do not reach."""
    of_class = ("request_class", "session_interface")
    return _copied({**vars(app), **{name: getattr(app, name) for name in of_class}})


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return type(value)(map(_copied, value))
    if isinstance(value, Settings):
        return _copied(vars(value))
    if isinstance(value, AppState | Scopes | SessionInterface | Map | AppGroup):
        # Functions that are in place refer to the one object, not to an equal one.
        return {"id": id(value), **_copied(vars(value))}
    return value


def changed_in(app: Flask, as_it_was: dict[str, Any]) -> set[str]:
    """Return the names of what an app has got, lost or replaced."""
    now = seen_of(app)
    missing = object()
    return {
        name
        for name in {*as_it_was, *now}
        if as_it_was.get(name, missing) != now.get(name, missing)
    }


def left_new(_: Flask) -> None:
    """Do nothing to an app, which then has no state."""


def register_prefixed_blueprint(app: Flask) -> None:
    """Give an app its state, but leave the config unread."""
    api = Blueprint("api", "tests")
    PrefixURLs(api, "/public")
    app.register_blueprint(api)


def set_up_fully(app: Flask) -> None:
    """Give an app its state, and read the config."""
    PrefixURLs(app, "/svc", blueprints={"b": "/b"})


BEFORE: dict[str, Callable[[Flask], None]] = {
    "new": left_new,
    "blueprint": register_prefixed_blueprint,
    "set-up": set_up_fully,
}

REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "argument": ({}, {"prefix": "//x"}),
    "name": ({}, {"blueprints": {"a": "/a", "b": "//b"}}),
    "public_url": ({}, {"public_url": "example.com"}),
    "config": ({"PREFIX_URLS_PREFIX": "//x"}, {}),
    "config-number": ({"PREFIX_URLS_FORWARDED": -1}, {}),
    "config-flag": ({"PREFIX_URLS_PROXY_STRIPS": "no"}, {}),
    "conflict-of-two": (
        {},
        {"prefix": "/svc", "public_url": "https://example.com/other"},
    ),
    "cookie-name": (
        {"SESSION_COOKIE_NAME": "__Host-x"},
        {"blueprints": {"a": "/a"}, "proxy_strips": False, "cookie_path": True},
    ),
}


@pytest.mark.warns
@pytest.mark.parametrize(
    ("before", "config", "arguments"),
    [
        pytest.param(BEFORE[before], *REFUSED[refused], id=f"{refused}-{before}")
        for refused in REFUSED
        for before in BEFORE
        # Once an app is set up, these keys are not read again.
        if not (before == "set-up" and refused.startswith("config"))
    ],
)
def test_set_up_is_whole_or_not_at_all(
    app: Flask,
    before: Callable[[Flask], None],
    config: dict[str, Any],
    arguments: dict[str, Any],
) -> None:
    app.request_class = OwnRequest
    before(app)
    app.config.update(config)
    as_it_was = seen_of(app)
    has_state = "prefix_urls" in app.extensions
    prefix = prefix_of(app) if has_state else ""
    with pytest.raises((ValueError, TypeError)):
        PrefixURLs(app, **arguments)
    assert changed_in(app, as_it_was) == set()
    assert seen_of(app) == as_it_was
    assert ("prefix_urls" in app.extensions) == has_state
    if has_state:
        assert prefix_of(app) == prefix
    for key in config:
        app.config[key] = "session" if key.startswith("SESSION") else None
    PrefixURLs(app, "/svc", blueprints={"a": "/right"}, proxy_strips=False)
    app.register_blueprint(Blueprint("a", "tests"))
    app.add_url_rule("/page", "page", lambda: url_for("page"))
    assert prefix_of(app, "a") == "/right"
    assert app.test_client().get("/svc/page").text == "/svc/page"


@pytest.mark.parametrize(
    ("config", "arguments"),
    [
        pytest.param({"PREFIX_URLS_PREFIX": "//x"}, {}, id="where-it-is-read"),
        pytest.param(
            {
                "PREFIX_URLS_PREFIX": "/wrong",
                "PREFIX_URLS_PUBLIC_URL": "https://example.com/other",
            },
            {},
            id="where-it-is-joined",
        ),
        pytest.param(
            {"PREFIX_URLS_PREFIX": "/wrong"}, {"prefix": "//x"}, id="for-an-argument"
        ),
        pytest.param(
            {"PREFIX_URLS_PREFIX": "/wrong", "SESSION_COOKIE_NAME": "__Host-session"},
            {"cookie_path": True},
            id="for-the-cookie",
        ),
    ],
)
def test_a_config_that_was_refused_is_read_again(
    app: Flask, config: dict[str, Any], arguments: dict[str, Any]
) -> None:
    register_prefixed_blueprint(app)
    app.config.update(config)
    with pytest.raises(ValueError, match=r"//x|leave the prefix out|__Host-"):
        PrefixURLs(app, **arguments)
    assert app.extensions["prefix_urls"].config is None
    assert prefix_of(app) == ""
    app.config.update(PREFIX_URLS_PREFIX="/right", PREFIX_URLS_PUBLIC_URL=None)
    PrefixURLs(app)
    assert prefix_of(app) == "/right"
    assert prefix_of(app, "api") == "/public"


@pytest.mark.warns
@pytest.mark.parametrize(
    ("before", "arguments"),
    [
        pytest.param(left_new, {"prefix": forwarded_prefix()}, id="new"),
        pytest.param(
            register_prefixed_blueprint, {"prefix": forwarded_prefix()}, id="blueprint"
        ),
        pytest.param(
            set_up_fully, {"blueprints": {"a": forwarded_prefix()}}, id="set-up"
        ),
    ],
)
def test_a_header_that_was_refused_is_not_in_vary(
    app: Flask, before: Callable[[Flask], None], arguments: dict[str, Any]
) -> None:
    before(app)
    app.config["SESSION_COOKIE_NAME"] = "__Host-session"
    as_it_was = seen_of(app)
    sentence = (
        "cookie_path is True, but SESSION_COOKIE_NAME is '__Host-session', and browsers"
        " accept a name with __Host- only with the path '/': use another name, or leave"
        " cookie_path out."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(app, **arguments, cookie_path=True)
    assert seen_of(app)["after_request_funcs"] == as_it_was["after_request_funcs"]
    assert changed_in(app, as_it_was) == set()
    PrefixURLs(app, "/svc")
    app.add_url_rule("/page", "page", lambda: url_for("page"))
    response = app.test_client().get("/page")
    assert response.text == "/svc/page"
    assert "Vary" not in response.headers


ALWAYS = {
    "extensions",
    "url_for",
    "url_default_functions",
    "create_url_adapter",
    "request_class",
}


@pytest.mark.parametrize(
    ("arguments", "only_where_asked_for"),
    [
        pytest.param({"prefix": "/svc"}, set(), id="prefix"),
        pytest.param(
            {"prefix": forwarded_prefix(), "cookie_path": True},
            {"session_interface", "after_request_funcs"},
            id="header-and-cookie",
        ),
        pytest.param(
            {
                "blueprints": {"a": "/a"},
                "proxy_strips": False,
                "public_url": "https://example.com/svc",
                "cookie_path": False,
            },
            set(),
            id="everything-else",
        ),
    ],
)
def test_set_up_changes_nothing_else(
    app: Flask, arguments: dict[str, Any], only_where_asked_for: set[str]
) -> None:
    as_it_was = seen_of(app)
    PrefixURLs(app, **arguments)
    assert changed_in(app, as_it_was) == ALWAYS | only_where_asked_for
    assert [*app.extensions] == ["prefix_urls"]
    assert [*app.url_default_functions] == [None]
    assert len(app.url_default_functions[None]) == 1
    if "after_request_funcs" in only_where_asked_for:
        assert [*app.after_request_funcs] == [None]
        assert len(app.after_request_funcs[None]) == 1
    as_it_is = seen_of(app)
    PrefixURLs(app, **arguments)
    assert changed_in(app, as_it_is) == set()


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
