"""A test client that plays the proxy: what it strips, forwards, and answers itself."""

from __future__ import annotations

import gc
from typing import Any
from weakref import ref

import pytest
from flask import (
    Blueprint,
    Flask,
    Request,
    abort,
    current_app,
    g,
    redirect,
    render_template_string,
    request,
    session,
    url_for,
)
from flask.testing import FlaskClient
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter
from werkzeug.test import create_environ

from flask_prefix_urls import PrefixURLs, forwarded_prefix
from flask_prefix_urls.testing import ProxyClient


def seen() -> dict[str, Any]:
    keys = ("SCRIPT_NAME", "PATH_INFO", "REQUEST_URI", "RAW_URI", "QUERY_STRING")
    environ = {key: request.environ[key] for key in keys}
    return {"url": request.url, "environ": environ}


@pytest.fixture
def app() -> Flask:
    app = Flask("tests")
    app.secret_key = "a secret"
    app.test_client_class = ProxyClient
    app.add_url_rule("/seen/", "seen", seen)
    app.add_url_rule("/café/<path:rest>", "café", lambda **_: seen())
    app.add_url_rule("/to", "to", lambda: redirect(url_for("seen", q="1 2")))
    app.add_url_rule("/by-hand", "by_hand", lambda: redirect("/seen/"))
    app.add_url_rule("/post", "post", lambda: request.form["a"], methods=["POST"])
    for name in ("api", "health"):
        blueprint = Blueprint(name, "tests", url_prefix=f"/{name}")
        blueprint.add_url_rule("/seen", "seen", seen)
        app.register_blueprint(blueprint)
    return app


def url(app: Flask, endpoint: str, **values: Any) -> str:
    with app.test_request_context():
        return url_for(endpoint, **values)


def proxy_has_no(path: str) -> tuple[int, str]:
    return 404, (
        f"The proxy has no place for {path}, which has no prefix of the app: build the"
        " URL with url_for. This is said by flask_prefix_urls.testing.ProxyClient."
    )


def answer(client: FlaskClient, path: str, **options: Any) -> tuple[int, str]:
    response = client.get(path, **options)
    return response.status_code, response.text


@pytest.mark.parametrize(
    ("endpoint", "values", "line"),
    [
        ("seen", {}, "/seen/"),
        ("seen", {"q": "ü&"}, "/seen/?q=%C3%BC%26"),
        ("café", {"rest": "a b/ü?#%"}, "/caf%C3%A9/a%20b/%C3%BC%3F%23%25"),
        ("café", {"rest": "a:b@c;d=e,f+g~h!*"}, "/caf%C3%A9/a:b@c;d=e,f+g~h!*"),
        ("api.seen", {}, "/api/seen"),
    ],
    ids=["plain", "query", "beyond-ascii", "delimiters", "blueprint"],
)
@pytest.mark.parametrize("prefix", ["/svc/v1", "/ü/a%20b"])
def test_what_url_for_builds_is_found_and_arrives_stripped(
    app: Flask, prefix: str, endpoint: str, values: dict[str, str], line: str
) -> None:
    PrefixURLs(app, prefix)
    built = url(app, endpoint, **values)
    got = app.test_client().get(built)
    plain = Flask("plain")
    plain.add_url_rule("/<path:_>", "seen", lambda _: seen())
    as_if = plain.test_client().get(line).json["environ"]
    assert got.json["environ"] == {**as_if, "REQUEST_URI": line, "RAW_URI": line}
    assert got.request.path.startswith("/svc/v1/" if prefix == "/svc/v1" else "/ü/a b/")


def test_redirects_are_followed(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    client = app.test_client()
    for path in ("/svc/seen", "/svc/to"):
        response = client.get(path, follow_redirects=True)
        assert response.status_code == 200
        assert response.request.path == "/svc/seen/"
        assert response.json["environ"]["PATH_INFO"] == "/seen/"
        assert len(response.history) == 1
    response = client.get("/svc/to", follow_redirects=True)
    assert response.json["url"] == "http://localhost/svc/seen/?q=1+2"


def test_a_link_by_hand_fails_the_test_that_follows_it(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    client = app.test_client()
    response = client.get("/svc/by-hand", follow_redirects=True)
    assert (response.status_code, response.text) == proxy_has_no("/seen/")
    assert response.mimetype == "text/plain"
    assert answer(client, "/seen/") == proxy_has_no("/seen/")


@pytest.mark.parametrize(
    ("path", "status", "found"),
    [
        ("/svc/seen/", 200, "/seen/"),
        ("/public/api/seen", 200, "/api/seen"),
        # As behind a real proxy, which knows prefixes and no endpoints.
        ("/svc/api/seen", 200, "/api/seen"),
        ("/health/seen", 200, "/health/seen"),
        ("/svc/health/seen", 200, "/health/seen"),
        ("/api/seen", 404, None),
        ("/health/missing", 404, None),
        ("/svcs/seen/", 404, None),
        ("/", 404, None),
    ],
)
def test_several_scopes(app: Flask, path: str, status: int, found: str | None) -> None:
    PrefixURLs(app, "/svc", blueprints={"api": "/public", "health": ""})
    response = app.test_client().get(path)
    assert response.status_code == status
    if found is None:
        assert (status, response.text) == proxy_has_no(path)
    else:
        assert response.json["environ"]["PATH_INFO"] == found


def test_the_longest_prefix_is_stripped(app: Flask) -> None:
    PrefixURLs(app, "/svc", blueprints={"api": "/svc/public"})
    got = app.test_client().get("/svc/public/api/seen").json
    assert got["environ"]["PATH_INFO"] == "/api/seen"


@pytest.mark.parametrize("path", ["/svc", "/svc/"])
def test_the_prefix_alone_is_the_root(app: Flask, path: str) -> None:
    PrefixURLs(app, "/svc")
    app.add_url_rule("/", "root", seen)
    assert app.test_client().get(path).json["url"] == "http://localhost/svc/"


def test_the_app_s_own_404s_are_the_app_s(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    app.register_error_handler(404, lambda _: ("Not here.", 404))
    assert answer(app.test_client(), "/svc/missing") == (404, "Not here.")


@pytest.mark.parametrize("set_up", [None, lambda app: PrefixURLs(app)])
def test_without_a_prefix_everything_is_forwarded(app: Flask, set_up: Any) -> None:
    if set_up is not None:
        set_up(app)
    app.register_error_handler(404, lambda _: ("Not here.", 404))
    client = app.test_client()
    assert client.get("/seen/").json["url"] == "http://localhost/seen/"
    assert answer(client, "/missing") == (404, "Not here.")


def test_other_methods_and_their_bodies(app: Flask) -> None:
    PrefixURLs(app, "/svc", blueprints={"health": ""})
    client = app.test_client()
    assert client.post("/svc/post", data={"a": "b"}).text == "b"
    assert client.get("/svc/post").status_code == 405
    assert set(client.options("/svc/post").allow) == {"POST", "OPTIONS"}
    # A rule of another method is no less without a prefix.
    assert client.post("/health/seen").status_code == 405


def test_a_proxy_that_does_not_strip(app: Flask) -> None:
    PrefixURLs(app, "/svc", blueprints={"health": ""}, proxy_strips=False)
    client = app.test_client()
    got = client.get("/svc/seen/").json
    assert got["environ"]["PATH_INFO"] == "/svc/seen/"
    assert got["url"] == "http://localhost/svc/seen/"
    assert client.get("/svc/seen", follow_redirects=True).json["url"] == got["url"]
    assert client.get("/health/seen").status_code == 200
    assert answer(client, "/seen/") == proxy_has_no("/seen/")


@pytest.mark.parametrize("cookie_path", [False, True])
def test_sessions(app: Flask, cookie_path: bool) -> None:
    @app.get("/visit")
    def visit() -> str:
        session["visits"] = session.get("visits", 0) + 1
        return str(session["visits"])

    PrefixURLs(app, "/svc", cookie_path=cookie_path)
    client = app.test_client()
    assert [client.get("/svc/visit").text for _ in range(2)] == ["1", "2"]
    with client.session_transaction() as opened:
        assert opened["visits"] == 2
        opened["visits"] = 7
    assert client.get("/svc/visit").text == "8"
    with client:
        client.get("/svc/visit")
        assert (session["visits"], request.path) == (9, "/visit")


def test_a_session_that_the_test_opens_first(app: Flask) -> None:
    app.add_url_rule("/name", "name", lambda: session["name"])
    PrefixURLs(app, "/svc", cookie_path=True)
    client = app.test_client()
    with client.session_transaction() as opened:
        opened["name"] = "Ada"
    assert client.get("/svc/name").text == "Ada"


def test_a_prefix_from_a_function(app: Flask) -> None:
    PrefixURLs(app, lambda: f"/{request.host.partition('.')[0]}")
    client = app.test_client()
    base = "http://ada.example/"
    got = client.get("/ada/seen", base_url=base, follow_redirects=True)
    assert got.json["url"] == "http://ada.example/ada/seen/"
    assert got.json["environ"]["PATH_INFO"] == "/seen/"
    assert answer(client, "/bob/seen", base_url=base) == proxy_has_no("/bob/seen")
    assert answer(client, "/seen/", base_url=base) == proxy_has_no("/seen/")


def test_a_prefix_from_a_header(app: Flask) -> None:
    prefix = forwarded_prefix(allowed=["/blue", "/green"], default="/blue")
    PrefixURLs(app, prefix)
    client = app.test_client()
    green = {"X-Forwarded-Prefix": "/green"}
    got = client.get("/green/to", headers=green, follow_redirects=True)
    assert got.json["url"] == "http://localhost/green/seen/?q=1+2"
    assert client.get("/blue/seen/").json["url"] == "http://localhost/blue/seen/"
    assert answer(client, "/green/seen/") == proxy_has_no("/green/seen/")


def test_a_prefix_function_that_knows_too_little_yet(app: Flask) -> None:
    """It is asked before ``before_request``, and so leaves it to the next scope."""
    app.before_request(lambda: setattr(g, "user", "ada"))
    PrefixURLs(
        app,
        "/svc",
        blueprints={"api": lambda: f"/user/{g.user}" if "user" in g else None},
    )
    client = app.test_client()
    assert answer(client, "/user/ada/api/seen") == proxy_has_no("/user/ada/api/seen")
    assert client.get("/svc/api/seen").json["url"] == (
        "http://localhost/user/ada/api/seen"
    )


def test_a_prefix_function_that_aborts(app: Flask) -> None:
    PrefixURLs(app, blueprints={"api": lambda: abort(410)})
    client = app.test_client()
    assert client.get("/seen/").status_code == 200
    assert client.get("/api/seen").status_code == 410


class Picky(Flask):
    """An app that refuses a host as Flask 3.1 does by ``TRUSTED_HOSTS``."""

    def create_url_adapter(self, request: Request | None) -> Any:
        if request is not None and request.host == "evil.example":
            abort(400)
        return super().create_url_adapter(request)


def test_a_host_that_the_app_refuses() -> None:
    app = Picky("tests")
    app.test_client_class = ProxyClient
    app.add_url_rule("/seen", "seen", seen)
    PrefixURLs(app, "/svc")
    client = app.test_client()
    evil = "http://evil.example/"
    assert client.get("/svc/seen").status_code == 200
    assert client.get("/svc/seen", base_url=evil).status_code == 400
    assert answer(client, "/seen", base_url=evil) == proxy_has_no("/seen")


def test_the_app_is_asked_for_nothing_before_the_request_is_forwarded(
    app: Flask,
) -> None:
    PrefixURLs(app, "/svc", blueprints={"health": ""})
    heard: list[str] = []
    app.before_request(lambda: heard.append(request.path))
    app.teardown_request(lambda _: heard.append("end"))
    client = app.test_client()
    client.get("/svc/seen/")
    client.get("/health/seen")
    client.get("/seen/")
    assert heard == ["/seen/", "end", "/health/seen", "end"]


def test_a_converter_that_needs_the_app(app: Flask) -> None:
    class Known(BaseConverter):
        def to_python(self, value: str) -> str:
            return f"{current_app.name}: {value}"

    app.url_map.converters["known"] = Known
    app.add_url_rule("/k/<known:name>", "known", lambda name: name)
    PrefixURLs(app, "/svc")
    client = app.test_client()
    assert answer(client, "/svc/k/a") == (200, "tests: a")
    assert answer(client, "/k/a") == proxy_has_no("/k/a")


@pytest.mark.parametrize("how", ["config", "base_url"])
def test_a_root_that_is_the_prefix(app: Flask, how: str) -> None:
    """Flask's client gives each request ``APPLICATION_ROOT`` as its mount."""
    PrefixURLs(app, "/svc")
    options = {}
    if how == "config":
        app.config["APPLICATION_ROOT"] = "/svc"
    else:
        options = {"base_url": "http://localhost/svc"}
    client = app.test_client()
    for path in ("/svc/seen/", "/svc/seen", "/seen"):
        got = client.get(path, follow_redirects=True, **options)
        assert got.json["url"] == "http://localhost/svc/seen/"


def test_below_a_mount(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    app.wsgi_app = DispatcherMiddleware(Flask("root"), {"/m": app.wsgi_app})  # type: ignore[method-assign]
    client = app.test_client()
    got = client.get("/svc/m/seen", follow_redirects=True).json
    assert got["url"] == "http://localhost/svc/m/seen/"
    assert got["environ"]["SCRIPT_NAME"] == "/m"


@pytest.mark.parametrize("order", ["fix-first", "client-first"])
def test_beside_proxy_fix(app: Flask, order: str) -> None:
    PrefixURLs(app, "/svc")
    clients = [app.test_client()] if order == "client-first" else []
    app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1, x_proto=1)  # type: ignore[method-assign]
    headers = {"X-Forwarded-Host": "example.com", "X-Forwarded-Proto": "https"}
    for client in [*clients, app.test_client()]:
        got = client.get("/svc/seen/", headers=headers).json
        assert got["url"] == "https://example.com/svc/seen/"


def test_clients_of_an_app_do_not_disturb_each_other(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    one, other = app.test_client(), app.test_client()
    plain = FlaskClient(app, app.response_class)
    for client in (one, other):
        assert client.get("/svc/seen/").status_code == 200
        assert client.get("/seen/").status_code == 404
    assert plain.get("/seen/").status_code == 200


@pytest.mark.warns
def test_a_plain_client_is_told_of_it(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    PrefixURLs(app, "/svc")
    plain = FlaskClient(app, app.response_class)
    assert plain.get(url(app, "seen")).status_code == 404
    assert "use flask_prefix_urls.testing.ProxyClient" in caplog.text


class Site(Flask):
    """An app whose own ``wsgi_app`` counts."""

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        environ["tests.site"] = True
        return super().wsgi_app(environ, start_response)


def test_an_app_that_overrides_wsgi_app() -> None:
    app = Site("tests")
    app.test_client_class = ProxyClient
    app.add_url_rule("/", "root", lambda: str(request.environ["tests.site"]))
    PrefixURLs(app, "/svc")
    assert app.test_client().get("/svc/").text == "True"


def test_the_environ_that_a_test_passes_stays_as_it_is(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    environ = create_environ("/svc/seen/?a=b", "http://x/")
    before = dict(environ)
    assert app.test_client().open(environ).json["url"] == "http://x/svc/seen/?a=b"
    assert environ == before


def test_templates_and_errors(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    template = "<a href='{{ url_for('seen') }}'>"
    app.add_url_rule("/page", "page", lambda: render_template_string(template))
    app.add_url_rule("/gone", "gone", lambda: abort(410))
    client = app.test_client()
    assert client.get("/svc/page").text == "<a href='/svc/seen/'>"
    assert client.get("/svc/gone").status_code == 410


def test_an_app_with_a_client_is_freed_with_its_last_reference() -> None:
    app = Flask("tests")
    app.test_client_class = ProxyClient
    PrefixURLs(app, "/svc")
    app.add_url_rule("/", "root", str)
    assert app.test_client().get("/svc/").status_code == 200
    freed = ref(app)
    gc.collect()
    gc.disable()
    try:
        del app
        assert freed() is None
    finally:
        gc.enable()
