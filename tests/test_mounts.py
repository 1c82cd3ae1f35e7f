"""The mount, beside every proxy and dispatcher; and an environ that stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import Blueprint, Flask, abort, request, url_for
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import TestResponse

from flask_prefix_urls import PrefixURLs

WSGI = Callable[..., Iterable[bytes]]


def _fix(app: WSGI, x_prefix: int = 0) -> WSGI:
    return ProxyFix(app, x_for=1, x_proto=1, x_host=1, x_port=1, x_prefix=x_prefix)


def _mount(app: WSGI) -> WSGI:
    return DispatcherMiddleware(Flask("root"), {"/app": app})


# What stands between the server and the app, outermost first.
WRAPS: dict[str, Callable[[WSGI], WSGI]] = {
    "nothing": lambda app: app,
    "fix": _fix,
    "fix prefix": lambda app: _fix(app, 1),
    "fix 2 prefixes": lambda app: _fix(app, 2),
    "mount": _mount,
    "fix, mount": lambda app: _fix(_mount(app)),
    "fix prefix, mount": lambda app: _fix(_mount(app), 1),
    "mount, fix prefix": lambda app: _mount(_fix(app, 1)),
}


def _app(wrap: str = "nothing", prefix: str | None = "/svc") -> Flask:
    """Return an app with a covered, an opted-out and an uncovered scope.

    Without a prefix it has no ``PrefixURLs`` either.
    """
    app = Flask("tests")
    covered, out = Blueprint("covered", "tests"), Blueprint("out", "tests")

    def urls() -> dict[str, str]:
        return {
            "covered": url_for("covered.page"),
            "external": url_for("covered.page", _external=True),
            "own": url_for("covered.own"),
            "out": url_for("out.page"),
            "uncovered": url_for("page"),
            "uncovered external": url_for("page", _external=True),
        }

    def page_url(_adapter: object) -> str:
        return url_for("covered.page")

    app.add_url_rule("/page/", "page", lambda: "")
    app.add_url_rule("/to-page", "to_page", redirect_to="page/")
    app.add_url_rule("/abort", "abort", lambda: abort(500))
    app.add_url_rule("/raise", "raise", lambda: 1 // 0)
    covered.add_url_rule("/urls", "urls", urls)
    covered.add_url_rule("/c/", "page", lambda: "")
    covered.add_url_rule("/svc/own", "own", lambda: "")
    covered.add_url_rule("/to", "to", redirect_to="c/")
    covered.add_url_rule("/to-url-for", "to_url_for", redirect_to=page_url)
    out.add_url_rule("/out/", "page", lambda: "")
    if prefix is not None:
        PrefixURLs(covered, prefix)
        PrefixURLs(out, "")
    app.register_blueprint(covered)
    app.register_blueprint(out)
    app.wsgi_app = WRAPS[wrap](app.wsgi_app)  # type: ignore[method-assign]
    return app


def _get(
    app: Flask, path: str, script_name: str = "", **headers: str | None
) -> TestResponse:
    return app.test_client().get(
        path,
        headers={f"X-Forwarded-{name}": h for name, h in headers.items() if h},
        environ_overrides={"SCRIPT_NAME": script_name},
    )


def _urls(*args: Any, **headers: str | None) -> dict[str, str]:
    response = _get(*args, **headers)
    assert response.status_code == 200
    answer: dict[str, str] = response.json
    return answer


@pytest.mark.parametrize(
    ("wrap", "script_name", "forwarded", "covered", "out", "uncovered"),
    [
        ("nothing", "", None, "/svc", "", ""),
        ("nothing", "", "/fwd", "/svc", "", ""),
        ("nothing", "/app", None, "/svc/app", "/app", "/app"),
        ("nothing", "/app/", None, "/svc/app", "/app", "/app"),
        ("nothing", "/svc", None, "/svc", "/svc", "/svc"),
        ("nothing", "/svc/v1", None, "/svc/v1", "/svc/v1", "/svc/v1"),
        ("nothing", "/svc2", None, "/svc/svc2", "/svc2", "/svc2"),
        ("nothing", "/a/svc", None, "/svc/a/svc", "/a/svc", "/a/svc"),
        ("fix", "", "/fwd", "/svc", "", ""),
        ("fix", "/gun", "/fwd", "/svc/gun", "/gun", "/gun"),
        ("fix", "/gun", "/gun", "/svc/gun", "/gun", "/gun"),
        ("fix", "/gun/v1", "/gun", "/svc/gun/v1", "/gun/v1", "/gun/v1"),
        ("fix prefix", "", None, "/svc", "", ""),
        ("fix prefix", "", "/svc", "/svc", "", "/svc"),
        ("fix prefix", "", "/svc/", "/svc", "", "/svc"),
        ("fix prefix", "", "/fwd", "/svc", "", "/fwd"),
        ("fix prefix", "", "/svc/v1", "/svc", "", "/svc/v1"),
        ("fix prefix", "", "/a, /b", "/svc", "", "/b"),
        ("fix prefix", "/gun", None, "/svc/gun", "/gun", "/gun"),
        ("fix prefix", "/gun", "/fwd", "/svc/gun", "/gun", "/fwd"),
        ("fix prefix", "/gun", "/gun", "/svc/gun", "/gun", "/gun"),
        ("fix prefix", "/svc", "/fwd", "/svc", "/svc", "/fwd"),
        ("fix 2 prefixes", "", "/a, /b", "/svc", "", "/a"),
        ("fix 2 prefixes", "", "/x, /a, /b", "/svc", "", "/a"),
        ("fix 2 prefixes", "/gun", "/b", "/svc/gun", "/gun", "/gun"),
        ("fix 2 prefixes", "/g/a", "/g", "/svc/g/a", "/g/a", "/g/a"),
        ("mount", "", None, "/svc/app", "/app", "/app"),
        ("mount", "/gun", None, "/svc/gun/app", "/gun/app", "/gun/app"),
        ("mount", "/svc", None, "/svc/app", "/svc/app", "/svc/app"),
        ("fix, mount", "", "/fwd", "/svc/app", "/app", "/app"),
        ("fix, mount", "/gun", "/fwd", "/svc/gun/app", "/gun/app", "/gun/app"),
        ("fix prefix, mount", "", None, "/svc/app", "/app", "/app"),
        ("fix prefix, mount", "", "/fwd", "/svc/app", "/app", "/fwd/app"),
        ("fix prefix, mount", "", "/a, /b", "/svc/app", "/app", "/b/app"),
        ("fix prefix, mount", "/gun", None, "/svc/gun/app", "/gun/app", "/gun/app"),
        ("fix prefix, mount", "/gun", "/b", "/svc/gun/app", "/gun/app", "/b/app"),
        ("mount, fix prefix", "", None, "/svc/app", "/app", "/app"),
        ("mount, fix prefix", "", "/fwd", "/svc/app", "/app", "/fwd"),
        ("mount, fix prefix", "/gun", "/fwd", "/svc/gun/app", "/gun/app", "/fwd"),
    ],
)
def test_public_path_is_prefix_mount_route(
    wrap: str,
    script_name: str,
    forwarded: str | None,
    covered: str,
    out: str,
    uncovered: str,
) -> None:
    path = "/app/urls" if "mount" in wrap else "/urls"
    urls = _urls(_app(wrap), path, script_name, Prefix=forwarded)
    assert urls == {
        "covered": f"{covered}/c/",
        "external": f"http://localhost{covered}/c/",
        "own": f"{covered}/svc/own",
        "out": f"{out}/out/",
        "uncovered": f"{uncovered}/page/",
        "uncovered external": f"http://localhost{uncovered}/page/",
    }
    plain = _urls(_app(wrap, None), path, script_name, Prefix=forwarded)
    assert plain["uncovered"] == urls["uncovered"]
    assert plain["uncovered external"] == urls["uncovered external"]


@pytest.mark.parametrize(
    ("wrap", "forwarded"),
    [
        pytest.param("fix prefix, mount", "/svc/", id="slash at the end"),
        pytest.param("fix prefix, mount", "/", id="only a slash"),
        pytest.param("fix prefix, mount", "/b/app, /b", id="value that is not trusted"),
        pytest.param("fix, mount", "/ap", id="not at the end of a segment"),
        pytest.param("mount, fix prefix", "/app/x", id="below the mount"),
    ],
)
def test_a_forwarded_prefix_never_moves_the_mount(wrap: str, forwarded: str) -> None:
    urls = _urls(_app(wrap), "/app/urls", Prefix=forwarded)
    assert urls["covered"] == "/svc/app/c/"
    assert urls["external"] == "http://localhost/svc/app/c/"
    assert urls["out"] == "/app/out/"


@pytest.mark.parametrize("wrap", ["fix", "fix prefix"])
@pytest.mark.parametrize(
    ("headers", "root"),
    [
        ({"Proto": "https"}, "https://localhost"),
        ({"Host": "example.com"}, "http://example.com"),
        ({"Host": "[2001:db8::1]:8080"}, "http://[2001:db8::1]:8080"),
        ({"Port": "8080"}, "http://localhost:8080"),
        (
            {"Proto": "https", "Host": "example.com", "Port": "8443", "For": "::1"},
            "https://example.com:8443",
        ),
    ],
)
def test_forwarded_scheme_host_and_port(
    wrap: str, headers: dict[str, str], root: str
) -> None:
    app = _app(wrap)
    urls = _urls(app, "/urls", **headers)
    assert urls["covered"] == "/svc/c/"
    assert urls["external"] == f"{root}/svc/c/"
    assert urls["uncovered external"] == f"{root}/page/"
    assert _get(app, "/c", **headers).location == f"{root}/svc/c/"
    assert _get(app, "/page", **headers).location == f"{root}/page/"


@pytest.mark.parametrize(
    ("prefix", "script_name", "covered", "out", "location"),
    [
        ("/é", "", "/%C3%A9/c/", "/out/", "/%C3%A9/c/"),
        ("/é", "/app", "/%C3%A9/app/c/", "/app/out/", "/%C3%A9/app/c/"),
        ("/é", "/é", "/é/c/", "/é/out/", "/%C3%A9/c/"),
        ("/%C3%A9", "/é/v1", "/é/v1/c/", "/é/v1/out/", "/%C3%A9/v1/c/"),
        ("/é", "/éa", "/%C3%A9/éa/c/", "/éa/out/", "/%C3%A9/%C3%A9a/c/"),
        ("/svc", "/é", "/svc/é/c/", "/é/out/", "/svc/%C3%A9/c/"),
        ("/a%20b", "/a b", "/a b/c/", "/a b/out/", "/a%20b/c/"),
    ],
)
@pytest.mark.parametrize("wrap", ["nothing", "fix prefix"])
def test_beyond_ascii(
    wrap: str, prefix: str, script_name: str, covered: str, out: str, location: str
) -> None:
    app = _app(wrap, prefix)
    raw = script_name.encode().decode("latin-1")
    urls = _urls(app, "/urls", raw)
    assert urls["covered"] == covered
    assert urls["out"] == out
    for path in ("/c", "/to"):
        assert _get(app, path, raw).location == f"http://localhost{location}"


@pytest.mark.parametrize(
    ("root", "covered", "out"),
    [
        ("/", "/svc", ""),
        ("/app", "/svc/app", "/app"),
        ("/app/", "/svc/app", "/app"),
        ("/svc", "/svc", "/svc"),
        ("/svc/v1", "/svc/v1", "/svc/v1"),
        ("/svc2", "/svc/svc2", "/svc2"),
    ],
)
def test_application_root_outside_of_a_request(
    root: str, covered: str, out: str
) -> None:
    app = _app()
    app.config.update(SERVER_NAME="example.com", APPLICATION_ROOT=root)
    with app.app_context():
        assert url_for("covered.page") == f"http://example.com{covered}/c/"
        assert url_for("covered.own", _external=False) == f"{covered}/svc/own"
        assert url_for("out.page", _scheme="https") == f"https://example.com{out}/out/"
        assert url_for("page", _external=False) == f"{out}/page/"


HOSTILE = [
    "//evil.com",
    "https://evil.com",
    ".evil.com",
    "@evil.com",
    "/a/../..",
    "/a?x=",
    "/a#",
    "/\\evil.com",
]


@pytest.mark.parametrize("forwarded", HOSTILE)
def test_a_hostile_prefix_leaves_a_scope_on_its_host(forwarded: str) -> None:
    app = _app("fix prefix")
    urls = _urls(app, "/urls", Prefix=forwarded)
    assert urls["covered"] == "/svc/c/"
    assert urls["external"] == "http://localhost/svc/c/"
    assert urls["out"] == "/out/"
    for path in ("/c", "/to"):
        location = _get(app, path, Prefix=forwarded).location
        assert location == "http://localhost/svc/c/"
    assert _get(app, "/out", Prefix=forwarded).location == "http://localhost/out/"


@pytest.mark.parametrize("forwarded", HOSTILE)
def test_a_hostile_prefix_beside_a_redirect_to_that_calls_url_for(
    forwarded: str,
) -> None:
    location = _get(_app("fix prefix"), "/to-url-for", Prefix=forwarded).location
    assert location == "http://localhost/svc/c/"


@pytest.mark.parametrize("forwarded", [None, "/fwd"])
@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/urls", 200),
        ("/c", 308),
        ("/page", 308),
        ("/to", 308),
        ("/missing", 404),
        ("/abort", 500),
        ("/raise", 500),
    ],
)
def test_the_environ_stays_as_it_was(
    path: str, status: int, wrap: str, forwarded: str | None
) -> None:
    app = _app()
    inner, kept = app.wsgi_app, []

    def watch(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        before = dict(environ)
        try:
            yield from inner(environ, start_response)
        finally:
            kept.append((before, dict(environ)))

    seen = []

    @app.before_request
    def see() -> None:
        seen.append((request.environ["SCRIPT_NAME"], request.environ["PATH_INFO"]))

    app.wsgi_app = WRAPS[wrap](watch)  # type: ignore[method-assign]
    asked = f"/app{path}" if "mount" in wrap else path
    assert _get(app, asked, "/gun", Prefix=forwarded).status_code == status
    [states] = kept
    before, after = (
        {k: v for k, v in state.items() if not k.startswith(("werkzeug.", "flask."))}
        for state in states
    )
    assert after == before
    assert seen == [(before["SCRIPT_NAME"], path)]


@pytest.mark.parametrize(
    ("wrap", "forwarded", "root"),
    [
        pytest.param("fix, mount", "/app", "/svc/app", id="names-the-mount"),
        pytest.param("fix, mount", "/ap", "/svc/app", id="part-of-it"),
        pytest.param("fix prefix, mount", "/app", "/svc/app", id="taken"),
        pytest.param("fix prefix", "/app", "/svc", id="taken-without-a-mount"),
    ],
)
@pytest.mark.parametrize("line", ["REQUEST_URI", "RAW_URI", None])
def test_a_client_does_not_take_the_mount_away(
    wrap: str, forwarded: str, root: str, line: str | None
) -> None:
    """A header that names the very mount, trusted or not: the last trap of the design.

    Whether it was trusted is seen from the request line. Without one, nothing is taken
    away.
    """
    app = _app(wrap)
    path = "/app/urls" if "mount" in wrap else "/urls"

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = {"REQUEST_URI": path, "RAW_URI": path}
        for key in asked:
            environ.pop(key, None)
        if line is not None:
            environ[line] = f"{path}?q=1"
        return inner(environ, start_response)

    inner = app.wsgi_app
    app.wsgi_app = serve  # type: ignore[method-assign]
    urls = _urls(app, path, Prefix=forwarded)
    if line is None and wrap == "fix prefix":
        root = "/svc/app"
    elif line is None and wrap == "fix prefix, mount":
        root = "/svc/app/app"
    assert urls["covered"] == f"{root}/c/"


@pytest.mark.parametrize("forwarded", ["//evil.com", "evil", "/a//b"])
def test_without_a_request_line_what_is_no_path_is_not_the_mount(
    forwarded: str,
) -> None:
    app = _app("fix prefix")
    inner = app.wsgi_app

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        del environ["REQUEST_URI"], environ["RAW_URI"]
        return inner(environ, start_response)

    app.wsgi_app = serve  # type: ignore[method-assign]
    urls = _urls(app, "/urls", Prefix=forwarded)
    assert (urls["covered"], urls["out"]) == ("/svc/c/", "/out/")
