"""A test client that plays the proxy: what it strips, forwards, and answers itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from weakref import ref

import pytest
from conftest import no_collector
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
from flask.sessions import SecureCookieSessionInterface
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


def tenant() -> str:
    """Return a prefix that only a ``before_request`` function knows."""
    return f"/{g.tenant}"


def url(app: Flask, endpoint: str, **values: Any) -> str:
    with app.test_request_context():
        return url_for(endpoint, **values)


def not_forwarded(path: str, known: str = "'/svc'") -> tuple[int, str]:
    return 404, (
        f"The proxy does not forward {path}, which does not start with {known}: build"
        " the URL with url_for. This is said by flask_prefix_urls.testing.ProxyClient."
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
        ("café", {"rest": "$&'()"}, "/caf%C3%A9/$&'()"),
        ("api.seen", {}, "/api/seen"),
    ],
    ids=["plain", "query", "beyond-ascii", "delimiters", "more", "blueprint"],
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
    assert (response.status_code, response.text) == not_forwarded("/seen/")
    assert response.mimetype == "text/plain"
    assert answer(client, "/seen/") == not_forwarded("/seen/")


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
        assert (status, response.text) == not_forwarded(path, "'/public' or '/svc'")
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
    assert answer(client, "/seen/") == not_forwarded("/seen/")


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


class Sessions(SecureCookieSessionInterface):
    """Writes down the mounts that it opens a session under."""

    def __init__(self) -> None:
        self.mounts: set[str] = set()

    def open_session(self, app: Flask, request: Request) -> Any:
        self.mounts.add(request.environ["SCRIPT_NAME"].encode("latin-1").decode())
        return super().open_session(app, request)


@pytest.mark.parametrize(
    ("prefix", "root", "options", "mount"),
    [
        ("/svc", "/", {"cookie_path": True}, "/svc"),
        ("/ü", "/", {"cookie_path": True}, "/ü"),
        ("/a%20b", "/m", {"cookie_path": True}, "/a b/m"),
        (None, "/m", {"cookie_path": True}, "/m"),
        ("/svc", "/m", {}, "/m"),
    ],
    ids=["prefix", "beyond-ascii", "root", "no-prefix", "no-path"],
)
def test_a_session_is_opened_where_its_cookie_is(
    app: Flask, prefix: str | None, root: str, options: dict[str, bool], mount: str
) -> None:
    app.config["APPLICATION_ROOT"] = root
    sessions = app.session_interface = Sessions()
    PrefixURLs(app, prefix, **options)
    with app.test_client().session_transaction():
        pass
    assert sessions.mounts == {mount}


def test_a_session_in_an_environ_of_the_test(app: Flask) -> None:
    sessions = app.session_interface = Sessions()
    PrefixURLs(app, "/svc", cookie_path=True)
    own = {"SCRIPT_NAME": "/own"}
    with app.test_client().session_transaction(environ_overrides=own):
        pass
    assert sessions.mounts == {"/own"}


@pytest.mark.parametrize(
    ("told", "path"), [(None, "/a"), ("/b", "/b")], ids=["default", "told"]
)
def test_a_session_below_a_prefix_from_a_header(
    app: Flask, told: str | None, path: str
) -> None:
    @app.get("/login")
    def login() -> str:
        session["name"] = "Ada"
        return ""

    prefix = forwarded_prefix(allowed=["/a", "/b"], default="/a")
    PrefixURLs(app, prefix, cookie_path=True)
    client = app.test_client(prefix=told)
    headers = {"X-Forwarded-Prefix": path}
    client.get(f"{path}/login", headers=headers)
    with client.session_transaction() as opened:
        assert opened["name"] == "Ada"


def test_a_session_that_the_test_opens_first(app: Flask) -> None:
    app.add_url_rule("/name", "name", lambda: session["name"])
    PrefixURLs(app, "/svc", cookie_path=True)
    client = app.test_client()
    with client.session_transaction() as opened:
        opened["name"] = "Ada"
    assert client.get("/svc/name").text == "Ada"


def test_a_prefix_from_a_function_is_what_the_client_is_told(app: Flask) -> None:
    app.before_request(lambda: setattr(g, "tenant", request.headers["X-Tenant"]))
    PrefixURLs(app, tenant)
    client = app.test_client(prefix="/ada")
    headers = {"X-Tenant": "ada"}
    got = client.get("/ada/seen", headers=headers, follow_redirects=True)
    assert got.json["url"] == "http://localhost/ada/seen/"
    assert got.json["environ"]["PATH_INFO"] == "/seen/"
    assert answer(client, "/bob/seen/") == not_forwarded("/bob/seen/", "'/ada'")
    assert answer(client, "/seen/") == not_forwarded("/seen/", "'/ada'")


def test_a_prefix_from_a_function_that_the_client_is_not_told(app: Flask) -> None:
    app.before_request(lambda: setattr(g, "tenant", "ada"))
    PrefixURLs(app, tenant)
    assert app.test_client().get("/seen/").json["url"] == "http://localhost/ada/seen/"


def test_a_function_beside_prefixes_that_are_known(app: Flask) -> None:
    PrefixURLs(app, "/svc", blueprints={"api": tenant})
    client = app.test_client(prefix="/ada")
    app.before_request(lambda: setattr(g, "tenant", "ada"))
    assert client.get("/svc/seen/").json["url"] == "http://localhost/svc/seen/"
    assert client.get("/ada/api/seen").json["url"] == "http://localhost/ada/api/seen"
    assert answer(client, "/api/seen") == not_forwarded("/api/seen", "'/ada' or '/svc'")


@pytest.mark.parametrize("trusted", [1, 2])
@pytest.mark.parametrize(
    ("told", "header", "public"),
    [
        (None, None, "/blue"),
        (None, "/blue", "/blue"),
        ("/green", None, "/green"),
        ("/green", "/green", "/green"),
    ],
    ids=["default", "default-is-sent", "told", "told-and-sent"],
)
def test_a_prefix_from_a_header(
    app: Flask, trusted: int, told: str | None, header: str | None, public: str
) -> None:
    prefix = forwarded_prefix(trusted, allowed=["/blue", "/green"], default="/blue")
    PrefixURLs(app, prefix)
    client = app.test_client(prefix=told)
    headers = {}
    if header is not None:
        headers["X-Forwarded-Prefix"] = header + ", /" * (trusted - 1)
    got = client.get(f"{public}/to", headers=headers, follow_redirects=True)
    assert got.json["url"] == f"http://localhost{public}/seen/?q=1+2"
    known = repr(public)
    assert answer(client, "/red/seen/") == not_forwarded("/red/seen/", known)


@pytest.mark.warns
def test_a_header_of_the_test_is_sent_as_it_is(app: Flask) -> None:
    prefix = forwarded_prefix(header="X-Own", allowed=["/blue", "/green"])
    PrefixURLs(app, blueprints={"api": prefix})
    client = app.test_client(prefix="/green")
    headers = {"X-Own": "/red"}
    got = client.get("/green/api/seen", headers=headers).json
    assert got["url"] == "http://localhost/api/seen"
    got = client.get("/green/api/seen").json
    assert got["url"] == "http://localhost/green/api/seen"


def test_a_header_is_not_sent_with_another_prefix(app: Flask) -> None:
    prefix = forwarded_prefix(header="X-Own", allowed=["/green"])
    PrefixURLs(app, "/svc", blueprints={"api": prefix})
    app.add_url_rule("/sent", "sent", lambda: str("X-Own" in request.headers))
    client = app.test_client(prefix="/green")
    assert client.get("/svc/sent").text == "False"
    assert client.get("/green/sent").text == "True"


@pytest.mark.parametrize("prefix", ["//x", "example.com/svc", 5])
def test_a_client_that_is_told_no_prefix(app: Flask, prefix: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^prefix is "):
        app.test_client(prefix=prefix)


def test_no_part_of_a_request_is_taken_to_forward_it(app: Flask) -> None:
    heard: list[str] = []
    app.before_request(lambda: heard.append(request.path))
    app.teardown_request(lambda _: heard.append("end"))
    app.add_url_rule("/m", "m", lambda: request.values["name"], methods=["POST"])
    PrefixURLs(app, lambda: f"/{request.values['name']}")
    client = app.test_client(prefix="/ada")
    assert client.post("/ada/m", data={"name": "ada"}).text == "ada"
    client.get("/seen/")
    assert heard == ["/m", "end"]


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
    assert answer(client, "/seen", base_url=evil) == not_forwarded("/seen")


def test_a_converter_that_needs_the_app(app: Flask) -> None:
    class Known(BaseConverter):
        def to_python(self, value: str) -> str:
            return f"{current_app.name}: {value}"

    app.url_map.converters["known"] = Known
    app.add_url_rule("/k/<known:name>", "known", lambda name: name)
    PrefixURLs(app, "/svc")
    blueprint = Blueprint("open", "tests")
    blueprint.add_url_rule("/open/<known:name>", "known", lambda name: name)
    PrefixURLs(blueprint, "")
    app.register_blueprint(blueprint)
    client = app.test_client()
    assert answer(client, "/svc/k/a") == (200, "tests: a")
    assert answer(client, "/k/a") == not_forwarded("/k/a")
    assert answer(client, "/open/a") == (200, "tests: a")


def test_a_converter_that_fails_without_a_request(app: Flask) -> None:
    class Own(BaseConverter):
        def to_python(self, value: str) -> str:
            return f"{request.host}: {value}"

    app.url_map.converters["own"] = Own
    app.add_url_rule("/k/<own:name>", "own", lambda name: name)
    PrefixURLs(app, "/svc")
    client = app.test_client()
    assert answer(client, "/svc/k/a") == (200, "localhost: a")
    assert answer(client, "/k/a") == not_forwarded("/k/a")


@pytest.mark.parametrize("strips", [True, False])
@pytest.mark.parametrize("prefix", ["/svc", "/ü x"])
def test_application_root_is_not_the_mount(
    app: Flask, prefix: str, strips: bool
) -> None:
    """Flask's own client has it in ``SCRIPT_NAME``, which a server has not."""
    PrefixURLs(app, prefix.replace(" ", "%20"), proxy_strips=strips)
    app.config["APPLICATION_ROOT"] = prefix
    client = app.test_client()
    for path in (f"{prefix}/seen/", f"{prefix}/seen"):
        got = client.get(path, follow_redirects=True).json
        assert got["url"] == f"http://localhost{prefix.replace(' ', '%20')}/seen/"
        assert got["environ"]["SCRIPT_NAME"] == ""
    known = repr(quote(prefix))
    assert answer(client, "/seen/") == not_forwarded("/seen/", known)


@pytest.mark.parametrize("prefix", ["/svc", "/ü%20x"])
def test_a_base_url_that_has_the_prefix_is_a_mount(app: Flask, prefix: str) -> None:
    PrefixURLs(app, prefix)
    base = f"http://localhost{prefix}"
    for path in ("/seen/", "/seen"):
        got = app.test_client().get(path, base_url=base, follow_redirects=True).json
        assert got["url"] == f"http://localhost{prefix}/seen/"
        assert got["environ"]["PATH_INFO"] == "/seen/"
    below = app.test_client().get("/seen/", base_url=f"{base}/m").json
    assert below["url"] == f"http://localhost{prefix}/m/seen/"


def test_overrides_of_a_test_win(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    client = app.test_client()
    got = client.get("/svc/seen/", environ_overrides={"SCRIPT_NAME": "/m"}).json
    assert got["environ"]["SCRIPT_NAME"] == "/m"
    got = client.get("/svc/seen/", environ_overrides={"HTTP_HOST": "x"}).json
    assert got["url"] == "http://x/svc/seen/"


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


def test_what_a_test_replaces_afterwards(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    client = app.test_client()
    client.environ_base = {"REMOTE_ADDR": "127.0.0.2"}
    plain = FlaskClient(app, app.response_class)
    for _ in range(2):
        assert client.get("/seen/").status_code == 404
        assert client.get("/svc/seen/").status_code == 200
        assert plain.get("/seen/").status_code == 200
        app.wsgi_app = Flask.wsgi_app.__get__(app)  # type: ignore[method-assign]


def test_there_is_one_proxy_for_all_clients(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    clients = [app.test_client() for _ in range(3)]
    proxies = []
    for client in clients:
        client.get("/svc/seen/")
        proxies.append(app.wsgi_app)
    assert proxies == [proxies[0]] * 3


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
    with no_collector():
        del app
        assert freed() is None
