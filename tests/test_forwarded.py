"""A prefix that arrives in a header: what is trusted, and what is said about it."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, redirect, request, url_for
from werkzeug.datastructures import Headers
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_prefix_urls import PrefixURLs, forwarded_prefix

HEADER = "X-Forwarded-Prefix"


def add_pages(app: Flask) -> Flask:
    app.testing = True
    app.add_url_rule("/page/", "page", lambda: url_for("page"))
    app.add_url_rule("/to", "to", lambda: redirect(url_for("page"), 303))
    return app


def prefix_for(app: Flask, *values: str, header: str = HEADER) -> str:
    """Return the prefix of a page that is asked for with these headers."""
    headers = [(header, value) for value in values]
    text = app.test_client().get("/page/", headers=headers).text
    return text.removesuffix("/page/")


LONGEST = f"/{'x' * 255}"


@pytest.mark.warns
@pytest.mark.parametrize(
    ("trusted", "values", "prefix"),
    [
        pytest.param(1, [], "/default", id="none"),
        pytest.param(1, [""], "/default", id="empty"),
        pytest.param(1, [", \t,"], "/default", id="only-empty-members"),
        pytest.param(1, ["/a"], "/a", id="one"),
        pytest.param(1, ["/a/b.c/d_e/~f/-g/H9"], "/a/b.c/d_e/~f/-g/H9", id="segments"),
        pytest.param(1, ["/a/"], "/a", id="slash-at-the-end"),
        pytest.param(1, ["/"], "", id="only-a-slash"),
        pytest.param(1, ["/a, /b"], "/b", id="the-last-is-trusted"),
        pytest.param(1, ["//evil.com, /b"], "/b", id="what-is-not-trusted-is-not-read"),
        pytest.param(1, ["/a", "/b"], "/b", id="sent-twice"),
        pytest.param(1, [" \t/a\t, \t/b \t"], "/b", id="spaces-and-tabs"),
        pytest.param(1, [", /a,, ,"], "/a", id="empty-members"),
        pytest.param(1, [LONGEST], LONGEST, id="length-256"),
        pytest.param(1, [f"{LONGEST}/"], LONGEST, id="length-256-and-a-slash"),
        pytest.param(1, [f"{LONGEST}x"], "/default", id="length-257"),
        pytest.param(2, ["/a"], "/default", id="fewer-than-trusted"),
        pytest.param(2, ["/a,"], "/default", id="fewer-and-an-empty-member"),
        pytest.param(2, ["/a, /b"], "/a/b", id="two-joined"),
        pytest.param(2, ["/a", "/b"], "/a/b", id="two-sent-apart"),
        pytest.param(2, ["/x, /a/, /b/"], "/a/b", id="last-two-joined"),
        pytest.param(2, ["/, /b"], "/b", id="outer-stripped-nothing"),
        pytest.param(2, ["/a, /"], "/a", id="inner-stripped-nothing"),
        pytest.param(2, ["/, /"], "", id="both-stripped-nothing"),
        pytest.param(2, [f"/a, {LONGEST[:-2]}"], f"/a{LONGEST[:-2]}", id="256-joined"),
        pytest.param(2, [f"/a, {LONGEST[:-1]}"], "/default", id="257-joined"),
        pytest.param(2, ["/a b, /c"], "/default", id="bad-outer"),
        pytest.param(2, ["/a, //c"], "/default", id="bad-inner"),
        pytest.param(2, ["/a, ../c"], "/default", id="one-slash-missing"),
    ],
)
def test_of_the_header(
    app: Flask, trusted: int, values: list[str], prefix: str
) -> None:
    PrefixURLs(add_pages(app), forwarded_prefix(trusted, default="/default"))
    assert prefix_for(app, *values) == prefix


BAD = {
    "escape": "/a%2fb",
    "escaped-letter": "/%61",
    "dot": "/a/./b",
    "dots": "/a/../b",
    "dots-at-the-end": "/a/..",
    "leading-dot": "/.well-known",
    "empty-segment": "/a//b",
    "two-slashes": "//",
    "two-slashes-at-the-end": "/a//",
    "scheme": "https://evil.com",
    "javascript": "javascript:alert(1)",
    "host": "//evil.com",
    "user": "/@evil.com",
    "no-slash": "a",
    "backslash": "/\\evil.com",
    "query": "/a?x=",
    "fragment": "/a#",
    "single-quote": "/a'",
    "double-quote": '/";alert(1)//',
    "quoted-string": '"/a"',
    "semicolon": "/a; Domain=evil.com",
    "less-than": "/a<b>",
    "vertical-tab": "/a\x0b",
    "next-line": "/a\x85",
    "null": "/a\x00",
    "space-inside": "/a b",
    "space-like": "\xa0/a",
    "beyond-ascii": "/é",
    "digit-beyond-ascii": "/²",
}


@pytest.mark.warns
@pytest.mark.parametrize("allowed", [None, ["/a", "/"]], ids=["any", "allowed"])
@pytest.mark.parametrize("value", BAD.values(), ids=BAD.keys())
def test_a_bad_value_is_dropped(
    app: Flask, value: str, allowed: list[str] | None
) -> None:
    PrefixURLs(add_pages(app), forwarded_prefix(allowed=allowed, default="/default"))
    assert prefix_for(app, value) == "/default"


@pytest.mark.warns
@pytest.mark.parametrize("value", ["/a\n", "/a\r\n", "/a\n/b", "\n/a"])
def test_a_line_break_that_a_server_lets_through(app: Flask, value: str) -> None:
    PrefixURLs(add_pages(app), forwarded_prefix(default="/default"))
    environ = {"HTTP_X_FORWARDED_PREFIX": value}
    with app.test_request_context(environ_overrides=environ):
        assert url_for("page") == "/default/page/"


@pytest.mark.warns
@pytest.mark.parametrize(
    ("values", "prefix"),
    [
        (["/blue"], "/blue"),
        (["/green/v1/"], "/green/v1"),
        (["/"], ""),
        (["/red"], "/default"),
        (["/blue/x"], "/default"),
        (["/BLUE"], "/default"),
        (["/red, /blue"], "/blue"),
        (["/blue, /red"], "/default"),
        ([], "/default"),
    ],
)
def test_allowed(app: Flask, values: list[str], prefix: str) -> None:
    forwarded = forwarded_prefix(allowed={"/blue", "green/v1/", ""}, default="/default")
    PrefixURLs(add_pages(app), forwarded)
    assert prefix_for(app, *values) == prefix


ADA = "/user/ada@example.com"
LONG = f"/{'x' * 300}"


@pytest.mark.warns
@pytest.mark.parametrize(
    ("trusted", "value", "prefix"),
    [
        pytest.param(1, ADA, ADA, id="at"),
        pytest.param(1, f"{ADA}/", ADA, id="a-slash-at-the-end"),
        pytest.param(1, ADA.replace("@", "%40"), "/default", id="at-encoded"),
        pytest.param(1, "/caf%C3%A9", "/caf%C3%A9", id="escape"),
        pytest.param(1, "/caf%c3%a9", "/default", id="escape-in-lower-case"),
        pytest.param(1, "/café", "/default", id="not-encoded"),
        pytest.param(1, "/.hidden", "/.hidden", id="leading-dot"),
        pytest.param(1, LONG, LONG, id="long"),
        pytest.param(1, f"{LONG}x", "/default", id="longer"),
        pytest.param(2, "/user, /ada@example.com", ADA, id="joined"),
        pytest.param(2, f"/user, {ADA}", "/default", id="joined-to-another"),
    ],
)
def test_any_prefix_may_be_allowed(
    app: Flask, trusted: int, value: str, prefix: str
) -> None:
    allowed = [ADA, "/café", "/.hidden", LONG]
    PrefixURLs(
        add_pages(app), forwarded_prefix(trusted, allowed=allowed, default="/default")
    )
    assert prefix_for(app, value.encode().decode("latin-1")) == prefix


@pytest.mark.warns
def test_without_a_default_the_next_scope_decides(app: Flask) -> None:
    blueprint = Blueprint("b", "tests")
    blueprint.add_url_rule("/b/", "page", lambda: f"{url_for('b.page')} {url_for('p')}")
    app.add_url_rule("/p", "p", str)
    PrefixURLs(blueprint, forwarded_prefix())
    PrefixURLs(app, "/svc")
    app.register_blueprint(blueprint)
    client = app.test_client()
    assert client.get("/b/").text == "/svc/b/ /svc/p"
    assert client.get("/b/", headers={HEADER: "/in"}).text == "/in/b/ /svc/p"
    assert client.get("/b/", headers={HEADER: "//in"}).text == "/svc/b/ /svc/p"
    location = client.get("/b", headers={HEADER: "/in"}).location
    assert location == "http://localhost/in/b/"


@pytest.mark.parametrize(("default", "url"), [(None, "/page/"), ("/d", "/d/page/")])
def test_outside_of_a_request(app: Flask, default: str | None, url: str) -> None:
    PrefixURLs(add_pages(app), forwarded_prefix(default=default))
    app.config["SERVER_NAME"] = "example.com"
    assert app.url_for("page", _external=False) == url
    with app.app_context():
        assert url_for("page") == f"http://example.com{url}"


@pytest.mark.parametrize("header", ["X-Script-Name", "x-script-name"])
def test_another_header(app: Flask, header: str) -> None:
    PrefixURLs(add_pages(app), forwarded_prefix(header=header))
    assert prefix_for(app, "/a", header="X-Script-Name") == "/a"
    assert prefix_for(app, "/a") == ""
    assert app.test_client().get("/page/").headers["Vary"] == header


def said(
    header: str,
    quoted: str,
    trusted: str = "segments of A-Z a-z 0-9 . _ ~ - that do not begin with a dot",
) -> str:
    return (
        f"The header {header} is {quoted}, which is not trusted to be a prefix and is"
        f" ignored: the proxy must set it itself, to {trusted}. This is said once."
    )


@pytest.mark.warns
@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("//evil.com", "'//evil.com'"),
        ("/red", "'/red'"),
        ("/a, /b\x1b[31m", "'/a, /b\\x1b[31m'"),
        ("/é\x85'\"", "'/\\xe9\\x85\\'\"'"),
        (f"//{'x' * 5000}", f"'//{'x' * 297}"),
    ],
    ids=["bad", "not-allowed", "control", "beyond-ascii", "long"],
)
def test_a_bad_value_is_logged_once_and_quoted(
    app: Flask, caplog: pytest.LogCaptureFixture, value: str, quoted: str
) -> None:
    PrefixURLs(add_pages(app), forwarded_prefix(allowed=["/green", "/blue"]))
    assert prefix_for(app, "/blue") == "/blue"
    assert caplog.messages == []
    for bad in (value, value, "//another"):
        assert prefix_for(app, bad) == ""
    assert caplog.messages == [said(HEADER, quoted, "one of ['/blue', '/green']")]
    [record] = caplog.records
    assert (record.name, record.levelno) == (
        f"{app.logger.name}.prefix_urls",
        logging.WARNING,
    )


@pytest.mark.warns
def test_a_line_break_does_not_end_in_the_log(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    PrefixURLs(add_pages(app), forwarded_prefix())
    environ = {"HTTP_X_FORWARDED_PREFIX": "/a\r\nroot logged in"}
    with app.test_request_context(environ_overrides=environ):
        assert url_for("page") == "/page/"
    assert caplog.messages == [said(HEADER, "'/a\\r\\nroot logged in'")]


@pytest.mark.warns
@pytest.mark.parametrize("names", [("one", "two"), ("same", "same")])
def test_each_app_logs(
    caplog: pytest.LogCaptureFixture, names: tuple[str, str]
) -> None:
    forwarded = forwarded_prefix()
    for name in names:
        app = add_pages(Flask(name))
        PrefixURLs(app, forwarded)
        prefix_for(app, "//evil.com")
        prefix_for(app, "//evil.com")
    assert caplog.messages == [said(HEADER, "'//evil.com'")] * 2
    assert [record.name for record in caplog.records] == [
        f"{name}.prefix_urls" for name in names
    ]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/page/", 200), ("/page", 308), ("/to", 303), ("/missing", 404), ("/fail", 500)],
)
def test_vary_on_every_response(app: Flask, path: str, status: int) -> None:
    PrefixURLs(add_pages(app), forwarded_prefix())
    app.testing = False
    app.add_url_rule("/fail", "fail", lambda: 1 // 0)
    response = app.test_client().get(path)
    assert response.status_code == status
    assert response.headers.getlist("Vary") == [HEADER]


@pytest.mark.parametrize(
    ("own", "vary"),
    [
        (["Accept"], {"Accept", HEADER}),
        (["Accept, Cookie"], {"Accept", "Cookie", HEADER}),
        ([HEADER.lower()], {HEADER.lower()}),
        (["Cookie", "Accept"], {"Accept", "Cookie", HEADER}),
    ],
)
def test_vary_is_added_to_what_is_there(
    app: Flask, own: list[str], vary: set[str]
) -> None:
    PrefixURLs(app, forwarded_prefix())

    @app.route("/vary")
    def view() -> Response:
        return Response(headers=Headers([("Vary", value) for value in own]))

    headers = app.test_client().get("/vary").headers
    assert set(", ".join(headers.getlist("Vary")).split(", ")) == vary


@pytest.mark.parametrize("where", ["object", "nested", "name"])
def test_vary_for_a_blueprint(app: Flask, where: str) -> None:
    outer, inner = Blueprint("outer", "tests"), Blueprint("inner", "tests")
    forwarded = forwarded_prefix(header="X-Script-Name")
    add_pages(app)
    if where == "name":
        PrefixURLs(app, blueprints={"outer": forwarded})
    else:
        PrefixURLs(outer if where == "object" else inner, forwarded)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    assert app.test_client().get("/page/").headers["Vary"] == "X-Script-Name"


def test_no_vary_where_no_header_is_read(app: Flask) -> None:
    PrefixURLs(add_pages(app), lambda: "/svc")
    forwarded_prefix()
    response = app.test_client().get("/page/", headers={HEADER: "/a"})
    assert response.text == "/svc/page/"
    assert "Vary" not in response.headers


@pytest.mark.parametrize(
    ("config", "sent", "unsent", "vary"),
    [
        pytest.param({}, "", "", None, id="nothing"),
        pytest.param({"FORWARDED": 0, "PREFIX": "/d"}, "/d", "/d", None, id="zero"),
        pytest.param({"FORWARDED": None, "PREFIX": "/d"}, "/d", "/d", None, id="None"),
        pytest.param({"FORWARDED": 1}, "/b", "", HEADER, id="one"),
        pytest.param({"FORWARDED": 1, "PREFIX": "d/"}, "/b", "/d", HEADER, id="both"),
        pytest.param({"FORWARDED": 2, "PREFIX": "/d"}, "/a/b", "/d", HEADER, id="two"),
    ],
)
@pytest.mark.parametrize("source", ["config", "environment"])
def test_config(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    config: dict[str, Any],
    sent: str,
    unsent: str,
    vary: str | None,
) -> None:
    for key, value in config.items():
        if source == "config":
            app.config[f"PREFIX_URLS_{key}"] = value
        else:
            text = "null" if value is None else str(value)
            monkeypatch.setenv(f"FLASK_PREFIX_URLS_{key}", text)
    if source == "environment":
        app.config.from_prefixed_env()
    PrefixURLs(add_pages(app))
    assert prefix_for(app, "/a, /b") == sent
    assert prefix_for(app) == unsent
    assert app.test_client().get("/page/").headers.get("Vary") == vary


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-1, "-1"), (True, "True"), ("two", "'two'"), (1.5, "1.5"), ([1], "[1]")],
)
def test_bad_config(app: Flask, value: object, shown: str) -> None:
    app.config["PREFIX_URLS_FORWARDED"] = value
    sentence = (
        f"PREFIX_URLS_FORWARDED is {shown}, but must be the number of trusted proxies:"
        " write it like 1."
    )
    with pytest.raises((ValueError, TypeError), match=f"^{re.escape(sentence)}$"):
        PrefixURLs(app)


def test_a_default_in_the_config_that_is_not_the_public_url(app: Flask) -> None:
    app.config["PREFIX_URLS_FORWARDED"] = 1
    app.config["PREFIX_URLS_PREFIX"] = "/a"
    app.config["PREFIX_URLS_PUBLIC_URL"] = "https://example.com/b"
    sentence = (
        "The app has the prefix '/a' (from PREFIX_URLS_PREFIX), but the path of its"
        " public URL is '/b' (from PREFIX_URLS_PUBLIC_URL): leave the prefix out, or"
        " make them equal."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(app)


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        (
            {"trusted": "1"},
            TypeError,
            "trusted is '1', but must be a number of proxies: write it like 1.",
        ),
        (
            {"trusted": True},
            TypeError,
            "trusted is True, but must be a number of proxies: write it like 1.",
        ),
        (
            {"trusted": 0},
            ValueError,
            "trusted is 0, but must be 1 or more: write it like 1, or do not"
            " use the header at all.",
        ),
        (
            {"trusted": -2},
            ValueError,
            "trusted is -2, but must be 1 or more: write it like 1, or do not"
            " use the header at all.",
        ),
        (
            {"allowed": "/svc"},
            TypeError,
            "allowed is '/svc', but must be several prefixes: write it like"
            " ['/svc/v1'].",
        ),
        (
            {"allowed": 5},
            TypeError,
            "allowed is 5, but must be several prefixes: write it like ['/svc/v1'].",
        ),
        (
            {"allowed": ["/a", "//b"]},
            ValueError,
            "a prefix in allowed is '//b', but a prefix has no scheme, host or empty"
            " segment: write it like '/svc/v1'.",
        ),
        (
            {"allowed": [None]},
            TypeError,
            "a prefix in allowed is None, but must be a string: write it like"
            " '/svc/v1'.",
        ),
        (
            {"header": 5},
            TypeError,
            "header is 5, but must be a string: write it like 'X-Forwarded-Prefix'.",
        ),
        *(
            (
                {"header": header},
                ValueError,
                f"header is {header!r}, but must be the name of a header: write it like"
                " 'X-Forwarded-Prefix'.",
            )
            for header in ("", "X-Forwarded-Prefix:", "X Forwarded", "X-A\n", "Ü")
        ),
        (
            {"default": "example.com/a"},
            ValueError,
            "default is 'example.com/a', which may begin with a host: write"
            " '/example.com/a' if it is a path, or for a full URL use public_url=.",
        ),
        (
            {"allowed": ["v1.2"]},
            ValueError,
            "a prefix in allowed is 'v1.2', which may begin with a host: write '/v1.2'"
            " if it is a path, or for a full URL use public_url=.",
        ),
        (
            {"default": "/a?b"},
            ValueError,
            "default is '/a?b', but a prefix has no query or fragment: write it like"
            " '/svc/v1'.",
        ),
        (
            {"default": 1},
            TypeError,
            "default is 1, but must be a string: write it like '/svc/v1'.",
        ),
    ],
)
def test_bad_arguments(
    arguments: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        forwarded_prefix(**arguments)


def test_equal_settings_twice_are_no_error(app: Flask) -> None:
    blueprint = Blueprint("b", "tests")
    for allowed in (["/a", "/b"], ("b", "a/", "/a")):
        PrefixURLs(app, forwarded_prefix(allowed=allowed))
        PrefixURLs(blueprint, forwarded_prefix(2, default="/x"))
    app.register_blueprint(blueprint)
    add_pages(app)
    assert prefix_for(app, "/a") == "/a"
    assert app.test_client().get("/page/").headers.getlist("Vary") == [HEADER]


@pytest.mark.parametrize(
    "other",
    [{"trusted": 2}, {"header": "X-B"}, {"allowed": ["/a"]}, {"default": "/b"}],
    ids=["trusted", "header", "allowed", "default"],
)
def test_other_settings_for_the_same_scope(app: Flask, other: dict[str, Any]) -> None:
    PrefixURLs(app, forwarded_prefix())
    with pytest.raises(ValueError, match=r"^The app has the prefix .+ already and is"):
        PrefixURLs(app, forwarded_prefix(**other))


def _environ_of(app: Flask, **headers: str) -> dict[str, Any]:
    environ = {}

    @app.route("/environ/")
    def see() -> str:
        assert url_for("page")
        environ.update(request.environ)
        return request.path

    assert app.test_client().get("/environ/", headers=headers).text == "/environ/"
    return environ


@pytest.mark.warns
@pytest.mark.parametrize("value", ["/fwd", "//evil.com"])
def test_the_environ_is_left_alone(app: Flask, value: str) -> None:
    PrefixURLs(add_pages(app), forwarded_prefix())
    environ = _environ_of(app, **{HEADER: value})
    assert environ["SCRIPT_NAME"] == ""
    assert environ["PATH_INFO"] == "/environ/"
    assert environ["HTTP_X_FORWARDED_PREFIX"] == value


@pytest.mark.warns
@pytest.mark.parametrize("x_prefix", [0, 1])
@pytest.mark.parametrize(("value", "prefix"), [("/fwd", "/fwd"), ("//evil.com", "/d")])
def test_beside_proxy_fix(app: Flask, x_prefix: int, value: str, prefix: str) -> None:
    PrefixURLs(add_pages(app), forwarded_prefix(default="/d"))
    fix = ProxyFix(app.wsgi_app, x_host=1, x_prefix=x_prefix)
    app.wsgi_app = fix  # type: ignore[method-assign]
    assert prefix_for(app, value) == prefix
    headers = {HEADER: value, "X-Forwarded-Host": "example.com"}
    location = app.test_client().get("/page", headers=headers).location
    assert location == f"http://example.com{prefix}/page/"
