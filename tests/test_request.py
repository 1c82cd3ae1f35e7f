"""The request as the outside sees it: a public URL, and path and environ as ever."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from typing import Any
from urllib.parse import unquote
from weakref import ref

import pytest
from conftest import no_collector
from flask import (
    Blueprint,
    Flask,
    Request,
    Response,
    abort,
    g,
    render_template_string,
    request,
    request_started,
    session,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, login_required
from flask_socketio import SocketIO
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from flask_prefix_urls import PrefixURLs, forwarded_prefix

PUBLIC = ("url", "base_url", "root_url", "url_root", "root_path", "script_root")


def asked() -> dict[str, str]:
    """Return what the request being served says about its URL."""
    return {name: getattr(request, name) for name in (*PUBLIC, "path", "full_path")}


def expected(root: str, path: str, query: str = "") -> dict[str, str]:
    host = "http://localhost"
    return {
        "url": f"{host}{root}{path}{query}",
        "base_url": f"{host}{root}{path}",
        "root_url": f"{host}{root}/",
        "url_root": f"{host}{root}/",
        "root_path": root,
        "script_root": root,
        "path": path,
        "full_path": f"{path}{query or '?'}",
    }


def scoped(app: Flask, prefix: Any = "/svc", **settings: Any) -> Flask:
    """Give an app a prefix, and one blueprint in and one not in the app's scope."""
    api, inner = Blueprint("api", "tests"), Blueprint("inner", "tests")
    deep, out = Blueprint("deep", "tests"), Blueprint("out", "tests")
    for scope in (app, api, inner, deep, out):
        scope.add_url_rule("/page", "page", asked)
        scope.add_url_rule("/slash/", "slash", asked)
    api.add_url_rule("/post", "post", asked, methods=["POST"])
    PrefixURLs(api, "/public")
    PrefixURLs(deep, "/deep")
    PrefixURLs(out, "")
    inner.register_blueprint(deep, url_prefix="/d")
    api.register_blueprint(inner, url_prefix="/i")
    app.register_blueprint(api, url_prefix="/api")
    app.register_blueprint(out, url_prefix="/out")
    app.register_error_handler(HTTPException, lambda e: (asked(), e.code or 500))
    PrefixURLs(app, prefix, **settings)
    return app


@pytest.mark.warns
@pytest.mark.parametrize(
    ("path", "status", "root"),
    [
        pytest.param("/page", 200, "/svc", id="app"),
        pytest.param("/api/page", 200, "/public", id="blueprint"),
        pytest.param("/api/i/page", 200, "/public", id="nested"),
        pytest.param("/api/i/d/page", 200, "/deep", id="nested-with-its-own"),
        pytest.param("/out/page", 200, "", id="opted-out"),
        pytest.param("/missing", 404, "/svc", id="404"),
        pytest.param("/api/missing", 404, "/svc", id="404-below-a-blueprint"),
        pytest.param("/svc/page", 404, "/svc", id="404-with-the-prefix-on"),
        pytest.param("/api/post", 405, "/svc", id="405"),
        pytest.param("/slash", 308, "/svc", id="redirect"),
        pytest.param("/api/slash", 308, "/svc", id="redirect-in-a-blueprint"),
        pytest.param("/out/slash", 308, "/svc", id="redirect-opted-out"),
    ],
)
@pytest.mark.parametrize("query", ["", "?a=1&b=2"], ids=["plain", "query"])
def test_every_scope_and_status(
    app: Flask, path: str, status: int, root: str, query: str
) -> None:
    seen: list[dict[str, str]] = []
    app.before_request(lambda: seen.append(asked()))
    response = scoped(app).test_client().get(path + query)
    assert response.status_code == status
    assert seen == [expected(root, path, query)]
    if status != 308:
        assert response.json == expected(root, path, query)


@pytest.mark.parametrize(
    ("fixed", "environ", "page", "out", "uncovered"),
    [
        pytest.param(None, {}, "/svc", "", "", id="nothing"),
        pytest.param(None, {"SCRIPT_NAME": "/m"}, "/svc/m", "/m", "/m", id="mount"),
        pytest.param(
            None, {"SCRIPT_NAME": "/svc"}, "/svc", "/svc", "/svc", id="mount-has-it"
        ),
        pytest.param(0, {"HTTP_X_FORWARDED_PREFIX": "/f"}, "/svc", "", "", id="fix"),
        pytest.param(
            1, {"HTTP_X_FORWARDED_PREFIX": "/f"}, "/svc", "", "/f", id="fix-prefix"
        ),
        pytest.param(
            1,
            {"HTTP_X_FORWARDED_PREFIX": "//evil.com"},
            "/svc",
            "",
            None,
            id="fix-evil-prefix",
        ),
        pytest.param(
            1,
            {"HTTP_X_FORWARDED_PREFIX": "/f", "SCRIPT_NAME": "/m"},
            "/svc/m",
            "/m",
            "/f",
            id="fix-prefix-over-mount",
        ),
    ],
)
def test_mounts_and_proxies(
    fixed: int | None,
    environ: dict[str, str],
    page: str,
    out: str,
    uncovered: str | None,
) -> None:
    """What no scope covers (the last column) is left to Flask."""
    for prefix, path, root in (
        ("/svc", "/page", page),
        ("/svc", "/out/page", out),
        (None, "/page", uncovered),
    ):
        app = scoped(Flask("tests"), prefix)
        if fixed is not None:
            app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
                app.wsgi_app, x_prefix=fixed
            )
        if root is not None:
            response = app.test_client().get(path, environ_overrides=environ)
            assert response.json == expected(root, path)


def test_the_environ_stays(app: Flask) -> None:
    arrived: dict[str, Any] = {}
    wsgi_app = app.wsgi_app

    def keep(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        arrived.update(environ)
        return wsgi_app(environ, start)

    def compare() -> dict[str, bool]:
        asked()
        return {key: request.environ[key] == arrived[key] for key in arrived}

    app.wsgi_app = keep  # type: ignore[method-assign]
    app.add_url_rule("/compare", "compare", compare)
    client = scoped(app).test_client()
    same = client.get("/compare", environ_overrides={"SCRIPT_NAME": "/m"}).json
    assert same is not None
    assert same["PATH_INFO"]
    # Werkzeug's own: the request object itself.
    assert {key for key in same if not same[key]} <= {"werkzeug.request"}


class WatchedSessions(SecureCookieSessionInterface):
    """Asks for the request's URL as early as an extension can."""

    seen: list[dict[str, str]]

    def open_session(self, app: Flask, request: Request) -> Any:
        self.seen = [asked()]
        return super().open_session(app, request)


@pytest.mark.parametrize("path", ["/page", "/api/page", "/out/page", "/missing"])
def test_from_the_moment_the_request_exists(app: Flask, path: str) -> None:
    seen: dict[str, dict[str, str]] = {}

    def see(when: str) -> Callable[..., None]:
        return lambda *_args, **_values: seen.update({when: asked()})

    def see_after(response: Response) -> Response:
        seen["after"] = asked()
        return response

    started = see("request_started")
    sessions = app.session_interface = WatchedSessions()
    app.url_value_preprocessor(see("url_value_preprocessor"))
    app.before_request(see("before"))
    app.after_request(see_after)
    app.teardown_request(see("teardown"))
    scoped(app)
    request_started.connect(started, app)
    try:
        response = app.test_client().get(path)
    finally:
        request_started.disconnect(started, app)
    root = {"/api/page": "/public", "/out/page": ""}.get(path, "/svc")
    assert response.json == expected(root, path)
    assert list(seen) == [
        "request_started",
        "url_value_preprocessor",
        "before",
        "after",
        "teardown",
    ]
    assert [*seen.values()] == [expected(root, path)] * 5
    # The session is opened before the request is routed, and so it has the app's.
    assert sessions.seen == [expected("/svc", path)]


def test_a_bare_context(app: Flask) -> None:
    context = scoped(app).test_request_context("/api/page?q")
    assert context.request.url == "http://localhost/svc/api/page?q"
    assert context.request.root_path == "/svc"
    with context, app.test_request_context("/page"):
        assert asked() == expected("/svc", "/page")


def test_in_a_copied_context(app: Flask) -> None:
    with scoped(app).test_request_context("/api/page") as context:
        copied = context.copy()
    with copied:
        assert asked() == expected("/public", "/api/page")


def test_socketio(app: Flask) -> None:
    socketio = SocketIO(scoped(app), async_mode="threading")

    @socketio.on("where")
    def where() -> list[str]:
        return [request.script_root, request.base_url, url_for("api.page")]

    client = socketio.test_client(app)
    assert client.emit("where", callback=True) == [
        "/svc",
        "http://localhost/svc/socket.io",
        "/public/api/page",
    ]
    client.disconnect()


class OwnRequest(Request):
    """An app's own request class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.path_at_first = self.path

    @property
    def shouted(self) -> str:
        return self.url.upper()

    def below(self, name: str) -> str:
        return f"{self.base_url}/{name}"


def test_an_own_request_class_shared_by_apps() -> None:
    plain, one, two = Flask("plain"), Flask("one"), Flask("two")
    for app in (plain, one, two):
        app.request_class = OwnRequest
        app.add_url_rule(
            "/page",
            "page",
            lambda: [request.shouted, request.below("x"), request.path_at_first],
        )
    PrefixURLs(one, "/one")
    two.request_class = one.request_class
    borrowed = two.test_client().get("/page").json
    three = Flask("three")
    three.request_class = one.request_class
    PrefixURLs(three, "/three")
    three.add_url_rule("/page", "page", lambda: [request.url, type(request).__name__])
    assert one.test_client().get("/page").json == [
        "HTTP://LOCALHOST/ONE/PAGE",
        "http://localhost/one/page/x",
        "/page",
    ]
    without = ["HTTP://LOCALHOST/PAGE", "http://localhost/page/x", "/page"]
    assert borrowed == plain.test_client().get("/page").json == without
    assert three.test_client().get("/page").json[0] == "http://localhost/three/page"
    assert issubclass(one.request_class, OwnRequest)
    assert one.request_class.__name__ == "OwnRequest"
    assert OwnRequest({"HTTP_HOST": "localhost"}).url == "http://localhost/"


def test_an_own_request_class_that_asks_for_its_url_when_it_is_made(
    app: Flask,
) -> None:
    """What it is told is too early to be right, but must not stay."""

    class Early(Request):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.early = self.url, self.base_url, self.root_url, self.full_path

    app.request_class = Early
    response = scoped(app, proxy_strips=False).test_client().get("/svc/page")
    assert response.json == expected("/svc", "/page")


@pytest.mark.parametrize(
    ("path", "asked_in_view"),
    [("/lazy", 0), ("/eager", 1)],
    ids=["never-asked", "asked"],
)
def test_a_function_is_asked_no_sooner_than_the_request_is(
    app: Flask, path: str, asked_in_view: int
) -> None:
    times: list[str] = []

    def tenant() -> str:
        times.append(g.tenant)
        return f"/{g.tenant}"

    def use_header() -> None:
        g.tenant = request.headers["X-Tenant"]

    app.before_request(use_header)
    app.add_url_rule("/lazy", "lazy", lambda: request.path)
    app.add_url_rule("/eager", "eager", lambda: request.script_root)
    PrefixURLs(app, tenant)
    client = app.test_client()
    for name in ("blue", "green"):
        text = client.get(path, headers={"X-Tenant": name}).text
        assert text == (f"/{name}" if asked_in_view else "/lazy")
    assert times == ["blue", "green"][: 2 * asked_in_view]


@pytest.mark.parametrize("proxy_strips", [True, False], ids=["stripped", "unstripped"])
@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda: request.url, id="url"),
        pytest.param(lambda: request.script_root, id="script_root"),
        pytest.param(lambda: url_for("page"), id="url_for"),
    ],
)
def test_a_function_that_asks_for_what_it_decides(
    app: Flask, ask: Callable[[], str], proxy_strips: bool
) -> None:
    def prefix() -> str:
        return ask()

    prefix.__qualname__ = "prefix"
    app.testing = True
    sentence = (
        "prefix builds a URL that needs its own answer: read request.environ,"
        " request.host or g in it instead."
    )
    with pytest.raises(RuntimeError, match=f"^{re.escape(sentence)}$"):
        scoped(app, prefix, proxy_strips=proxy_strips).test_client().get("/page")


@pytest.mark.parametrize(
    ("in_session", "location", "kept"),
    [
        (False, "/svc/login?next=%2Fsvc%2Fsecret%3Fq%3D1", None),
        (True, "/svc/login", "/svc/secret?q=1"),
    ],
    ids=["in-the-url", "in-the-session"],
)
def test_flask_login_next(
    app: Flask, in_session: bool, location: str, kept: str | None
) -> None:
    app.secret_key = "x"
    app.config["USE_SESSION_FOR_NEXT"] = in_session
    login = LoginManager(app)
    login.login_view = "login"
    login.user_loader(lambda _: None)
    app.add_url_rule("/login", "login", lambda: {"next": session.get("next")})
    app.add_url_rule("/secret", "secret", login_required(lambda: "secret"))
    PrefixURLs(app, "/svc")
    client = app.test_client()
    response = client.get("/secret?q=1")
    assert response.location == location
    assert client.get("/login").json == {"next": kept}


def test_pages_of_an_api_that_link_to_each_other(app: Flask) -> None:
    def items() -> dict[str, str | None]:
        page = request.args.get("page", 1, int)
        following = f"{request.base_url}?page={page + 1}" if page < 2 else None
        return {"self": request.url, "next": following}

    api = Blueprint("api", "tests", url_prefix="/api")
    api.add_url_rule("/items", "items", items)
    app.register_blueprint(api)
    PrefixURLs(app, "/svc/v1")
    client = app.test_client()
    assert client.get("/api/items").json == {
        "self": "http://localhost/svc/v1/api/items",
        "next": "http://localhost/svc/v1/api/items?page=2",
    }
    assert client.get("/api/items?page=2").json == {
        "self": "http://localhost/svc/v1/api/items?page=2",
        "next": None,
    }


@pytest.mark.parametrize(
    ("prefix", "script"),
    [
        ("/svc", '<script>const root = "/svc";</script>'),
        ("", '<script>const root = "";</script>'),
    ],
    ids=["prefix", "opted-out"],
)
def test_script_root_in_a_script(app: Flask, prefix: str, script: str) -> None:
    template = "<script>const root = {{ request.script_root|tojson }};</script>"
    app.add_url_rule("/", "index", lambda: render_template_string(template))
    PrefixURLs(app, prefix)
    assert app.test_client().get("/").text == script


def test_a_non_ascii_url_is_the_one_that_is_built(app: Flask) -> None:
    app.add_url_rule(
        "/<name>",
        "name",
        lambda name: [request.url, url_for("name", name=name, _external=True)],
    )
    PrefixURLs(app, "/größe")
    url = "http://localhost/gr%C3%B6%C3%9Fe/%C3%A9"
    seen, built = app.test_client().get("/é").json
    assert built == url
    # Werkzeug shows a request's URL as text before 2.3 too, but other parts of it.
    assert unquote(seen) == "http://localhost/größe/é"


def test_an_app_is_freed_after_a_request() -> None:
    def is_freed(prefix: str | None) -> bool:
        app = Flask("tests")
        app.add_url_rule("/page", "page", asked)
        if prefix is not None:
            PrefixURLs(app, prefix, proxy_strips=False, cookie_path=True)
        response = app.test_client().get("/page")
        assert response.json == expected(prefix or "", "/page")
        response.close()
        gone = ref(app)
        del app, response
        return gone() is None

    with no_collector():
        assert [is_freed(None), is_freed("/svc")] == [True, True]


class Failing(BaseConverter):
    """Fails once it is called, as a database that is down would make it."""

    calls = 0

    def to_python(self, value: str) -> str:
        type(self).calls += 1
        raise OSError(f"No database for {value}.")


@pytest.mark.parametrize("proxy_strips", [True, False], ids=["stripped", "unstripped"])
def test_an_error_handler_that_reads_the_url_of_a_failed_converter(
    app: Flask, proxy_strips: bool
) -> None:
    """Nothing is routed again by reading it: rule 8."""
    Failing.calls = 0
    app.url_map.converters["failing"] = Failing
    app.add_url_rule("/item/<failing:item>", "item", asked)
    app.add_url_rule("/item/<failing:item>/slash/", "item_slash", asked)
    seen: list[str] = []

    def report(_: OSError) -> str:
        seen.extend([request.url, repr(request), request.script_root])
        return "reported"

    url = "http://localhost/svc/item/x"

    app.register_error_handler(OSError, report)
    app.register_error_handler(500, report)
    path = "/item/x" if proxy_strips else "/svc/item/x"
    scoped(app, proxy_strips=proxy_strips).test_client().get(path)
    assert Failing.calls == 1
    assert seen == [url, f"<Request {url!r} [GET]>", "/svc"]


@pytest.mark.parametrize("pushed", [True, False], ids=["pushed", "not-pushed"])
def test_a_converter_is_not_called_by_who_looks_at_a_request(
    app: Flask, pushed: bool
) -> None:
    calls: list[str] = []

    class Counting(BaseConverter):
        def to_python(self, value: str) -> str:
            # Where there is no session yet, plain Flask does not call it either.
            calls.append(session.get("user", "nobody"))
            return value

    app.url_map.converters["counting"] = Counting
    app.add_url_rule("/item/<counting:item>", "item", lambda **_: "")
    context = scoped(app).test_request_context("/item/x")
    if pushed:
        with context:
            assert "http://localhost/svc/item/x" in repr(context)
            assert asked()["url"] == "http://localhost/svc/item/x"
        assert calls == ["nobody"]
    else:
        assert "http://localhost/svc/item/x" in repr(context)
        assert context.request.root_path == "/svc"
        assert calls == []


@pytest.mark.parametrize(
    ("prefix", "root"),
    [
        pytest.param(lambda: f"/{request.host}", "/public", id="function"),
        pytest.param(forwarded_prefix(default="/public"), "/public", id="header"),
        pytest.param(forwarded_prefix(), "/public", id="header-without-a-default"),
    ],
)
@pytest.mark.parametrize("strips", [True, False], ids=["stripped", "unstripped"])
def test_a_function_is_not_asked_outside_of_a_context(
    app: Flask, prefix: Any, root: str, strips: bool
) -> None:
    """By the ``repr`` of a context, or by a thread: what comes next counts: rule 8."""
    app.add_url_rule("/page", "page", lambda: "")
    PrefixURLs(app, prefix, public_url="http://localhost/public", proxy_strips=strips)
    context = app.test_request_context("/page")
    assert context.request.url == f"http://localhost{root}/page"
    assert f"http://localhost{root}/page" in repr(context)
    with context:
        theirs = request._get_current_object()  # type: ignore[attr-defined]
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(lambda: theirs.root_path).result() == root


@pytest.mark.parametrize("error", [KeyError("page"), HTTPException("stop")])
def test_what_a_function_raises_passes_through(app: Flask, error: Exception) -> None:
    def fail() -> str:
        raise error

    app.add_url_rule("/page", "page", asked)
    PrefixURLs(app, fail)
    with app.test_request_context("/page"), pytest.raises(type(error)) as caught:
        asked()
    assert caught.value is error


def test_a_url_is_new_when_the_answer_of_a_function_is(app: Flask) -> None:
    def early() -> None:
        g.early = asked()
        g.tenant = "blue"

    app.before_request(early)
    app.add_url_rule("/page", "page", lambda: [g.early, asked(), asked()])
    PrefixURLs(app, lambda: f"/{g.tenant}" if "tenant" in g else None)
    assert app.test_client().get("/page").json == [
        expected("", "/page"),
        expected("/blue", "/page"),
        expected("/blue", "/page"),
    ]


def test_a_url_is_made_once_while_the_prefix_is_the_same(app: Flask) -> None:
    with scoped(app).test_request_context("/page"):
        assert request.url is request.url
        assert request.root_url is request.root_url


class Assigning(Request):
    """Assigns a path and a root while it is made."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.path = "/assigned"
        self.root_path = "/root"


@pytest.mark.parametrize("ours", [True, False], ids=["ours", "plain"])
@pytest.mark.parametrize("where", ["constructor", "before_request", "session"])
def test_what_the_application_assigns_counts(
    app: Flask, ours: bool, where: str
) -> None:
    """As with plain Flask: no prefix is added to an assigned ``root_path``: rule 13."""

    def assign() -> None:
        request.path = "/assigned"
        request.root_path = "/root"

    class Sessions(SecureCookieSessionInterface):
        def open_session(self, app: Flask, request: Request) -> Any:
            assign()
            return super().open_session(app, request)

    if where == "constructor":
        app.request_class = Assigning
    elif where == "session":
        app.session_interface = Sessions()
    else:
        app.before_request(assign)
    app.add_url_rule("/page", "page", asked)
    if ours:
        PrefixURLs(app, "/svc", proxy_strips=False)
    path = "/svc/page" if ours else "/page"
    assert app.test_client().get(path).json == expected("/root", "/assigned")


@pytest.mark.parametrize("name", ["url", "base_url", "root_url", "url_root"])
def test_an_assigned_url_stays(app: Flask, name: str) -> None:
    with scoped(app).test_request_context("/page"):
        setattr(request, name, "https://assigned.example/")
        assert getattr(request, name) == "https://assigned.example/"
        request.root_path = "/other"
        assert getattr(request, name) == "https://assigned.example/"


class Rooted(Request):
    """Says itself what its root is."""

    @property
    def root_path(self) -> str:
        return "/own"

    @root_path.setter
    def root_path(self, value: str) -> None:
        pass


def test_a_request_class_that_has_its_own_root(app: Flask) -> None:
    app.request_class = Rooted
    assert scoped(app).test_client().get("/page").json == expected("/own", "/page")


def test_a_host_that_is_not_trusted(app: Flask) -> None:
    """Its error page still has the app's prefix in its links."""

    # As Flask's own does from 3.1 on, for a host that TRUSTED_HOSTS does not have.
    app.create_url_adapter = (  # type: ignore[method-assign]
        lambda request: None if request is None else abort(400)
    )
    app.register_error_handler(400, lambda _: request.script_root)
    PrefixURLs(app, "/svc")
    assert app.test_client().get("/page").text == "/svc"


def test_the_class_of_a_request_has_the_name_of_its_own(app: Flask) -> None:
    with scoped(app).test_request_context("/page"):
        assert repr(request._get_current_object()) == (  # type: ignore[attr-defined]
            "<Request 'http://localhost/svc/page' [GET]>"
        )


@pytest.mark.parametrize("name", ["url", "base_url", "root_url", "url_root"])
def test_a_url_is_forgotten_as_any_of_werkzeugs_properties(
    app: Flask, name: str
) -> None:
    with scoped(app).test_request_context("/page"):
        before = getattr(request, name)
        copied = copy(request._get_current_object())  # type: ignore[attr-defined]
        request.path = "/other"
        assert getattr(request, name) == before
        delattr(request, name)
        assert getattr(request, name) == before.replace("/page", "/other")
        request.path = "/third"
        vars(request).pop(name)
        assert getattr(request, name) == before.replace("/page", "/third")
        assert getattr(copied, name) == before
    assert isinstance(getattr(app.request_class, name), property)
