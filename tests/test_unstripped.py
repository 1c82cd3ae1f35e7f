"""The way back: a proxy that leaves the prefix on, and one that does not."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, ClassVar
from weakref import ref

import pytest
from conftest import no_collector
from flask import Blueprint, Flask, Request, abort, g, request, url_for
from flask.sessions import SecureCookieSessionInterface
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import BaseConverter, Map, MapAdapter, Rule
from werkzeug.routing.converters import ValidationError

from flask_prefix_urls import PrefixURLs

JSON = "application/json"


def seen(**values: Any) -> dict[str, Any]:
    return {
        "endpoint": request.endpoint,
        "values": values,
        "path": request.path,
        "full_path": request.full_path,
        "url": request.url,
        "environ": request.environ["PATH_INFO"].encode("latin-1").decode(),
    }


def make(app: Flask, **options: Any) -> Flask:
    """Give an app ``/svc``, and blueprints ``/pub``, ``/svc/deep`` and none at all."""
    pub, deep, out = (Blueprint(name, "tests") for name in ("pub", "deep", "out"))
    for scope in (app, pub, deep, out):
        scope.add_url_rule("/page", "page", seen)
        scope.add_url_rule("/item/<int:n>", "item", seen)
        scope.add_url_rule("/slash/", "slash", seen)
        scope.add_url_rule("/post", "post", seen, methods=["POST"])
        scope.add_url_rule("/ws", "ws", seen, websocket=True)
        scope.add_url_rule("/away", "away", redirect_to="https://example.com/away")
    app.add_url_rule("/svc/own", "own", seen)
    app.add_url_rule("/deep/d/page", "as_text_like_deep", seen)
    app.add_url_rule("/to-pub", "to_pub", redirect_to="p/page")
    pub.add_url_rule("/to-app", "to_app", redirect_to="page")
    PrefixURLs(pub, "/pub")
    PrefixURLs(deep, "/svc/deep")
    PrefixURLs(out, "")
    app.register_blueprint(pub, url_prefix="/p")
    app.register_blueprint(deep, url_prefix="/d")
    app.register_blueprint(out, url_prefix="/o")
    app.register_error_handler(HTTPException, lambda e: (seen(), e.code or 500))
    PrefixURLs(app, "/svc", **options)
    return app


@pytest.mark.parametrize(
    ("path", "endpoint", "routed", "public"),
    [
        pytest.param("/svc/page", "page", "/page", "/svc/page", id="app"),
        pytest.param("/page", "page", "/page", "/svc/page", id="bare"),
        pytest.param("/pub/p/page", "pub.page", "/p/page", "/pub/p/page", id="bp"),
        pytest.param("/p/page", "pub.page", "/p/page", "/pub/p/page", id="bp-bare"),
        pytest.param(
            "/svc/deep/d/page", "deep.page", "/d/page", "/svc/deep/d/page", id="longest"
        ),
        pytest.param("/o/page", "out.page", "/o/page", "/o/page", id="opted-out"),
        pytest.param(
            "/svc/svc/own", "own", "/svc/own", "/svc/svc/own", id="begins-like-it"
        ),
        pytest.param(
            "/svc/own", "own", "/svc/own", "/svc/svc/own", id="begins-like-it-bare"
        ),
    ],
)
def test_what_is_reached(
    app: Flask, path: str, endpoint: str, routed: str, public: str
) -> None:
    response = make(app, proxy_strips=False).test_client().get(f"{path}?q=1")
    assert response.status_code == 200
    assert response.json == {
        "endpoint": endpoint,
        "values": {},
        "path": routed,
        "full_path": f"{routed}?q=1",
        "url": f"http://localhost{public}?q=1",
        "environ": path,
    }


@pytest.mark.parametrize(
    ("path", "public"),
    [
        pytest.param("/svcx/page", "/svc/svcx/page", id="no-boundary"),
        pytest.param("/sv/page", "/svc/sv/page", id="part-of-it"),
        pytest.param("/SVC/page", "/svc/SVC/page", id="other-case"),
        pytest.param("/svc/svc/page", None, id="twice"),
        pytest.param("/svc/p/page", None, id="of-the-app-before-a-blueprint"),
        pytest.param("/svc/o/page", None, id="of-the-app-before-an-opted-out"),
        pytest.param("/svc/d/page", None, id="of-the-app-before-a-deeper-one"),
        pytest.param("/pub/page", None, id="of-a-blueprint-before-the-app"),
        pytest.param("/pub/o/page", None, id="of-a-blueprint-before-an-opted-out"),
        pytest.param("/svc/deep/page", None, id="of-a-deeper-one-before-the-app"),
        pytest.param("/pub/to-pub", None, id="where-a-redirect-leads-to"),
        pytest.param("/svc/p/to-app", None, id="where-another-redirect-leads-to"),
        pytest.param("/svc", "/svc/", id="prefix-alone-without-an-index"),
        pytest.param("/svc/missing", "/svc/missing", id="missing"),
        pytest.param("/missing", "/svc/missing", id="missing-bare"),
    ],
)
def test_what_is_not_reached(app: Flask, path: str, public: str | None) -> None:
    response = make(app, proxy_strips=False).test_client().get(path)
    assert response.status_code == 404
    if public is not None:
        assert response.json["url"] == f"http://localhost{public}"


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/svc/slash?q=1", 308, "http://localhost/svc/slash/?q=1"),
        ("/slash", 308, "http://localhost/svc/slash/"),
        ("/pub/p/slash", 308, "http://localhost/pub/p/slash/"),
        ("/o/slash", 308, "http://localhost/o/slash/"),
        ("/svc/to-pub", 308, "http://localhost/pub/p/page"),
        ("/pub/p/to-app", 308, "http://localhost/svc/page"),
        ("/svc/away", 308, "https://example.com/away"),
        ("/pub/p/away", 308, "https://example.com/away"),
        ("/o/away", 308, "https://example.com/away"),
        ("/svc/post", 405, None),
        ("/post", 405, None),
        ("/pub/p/post", 405, None),
        ("/p/post", 405, None),
        ("/svc/ws", 400, None),
        ("/ws", 400, None),
        ("/pub/p/ws", 400, None),
        ("/p/ws", 400, None),
    ],
)
def test_what_is_redirected_or_refused(
    app: Flask, path: str, status: int, location: str | None
) -> None:
    response = make(app, proxy_strips=False).test_client().get(path)
    assert (response.status_code, response.location) == (status, location)
    if status == 405:
        assert (
            response.json["url"].count("/svc") + response.json["url"].count("/pub") == 1
        )


def test_methods(app: Flask) -> None:
    client = make(app, proxy_strips=False).test_client()
    assert client.post("/svc/post").json["endpoint"] == "post"
    assert client.post("/pub/p/post").json["endpoint"] == "pub.post"
    assert client.head("/svc/page").status_code == 200
    options = client.options("/pub/p/post")
    assert (options.status_code, set(options.allow)) == (200, {"OPTIONS", "POST"})


@pytest.mark.warns
@pytest.mark.parametrize("strips", [None, True], ids=["default", "true"])
@pytest.mark.parametrize("path", ["/svc/page", "/pub/p/page", "/svc/post", "/svc/svc"])
def test_a_prefixed_path_is_a_404_if_the_proxy_strips(
    app: Flask, strips: bool | None, path: str
) -> None:
    response = make(app, proxy_strips=strips).test_client().get(path)
    assert response.status_code == 404
    assert response.json["path"] == path


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/post", 405), ("POST", "/post", 200), ("GET", "/svc/own", 200)],
)
def test_a_bare_path_if_the_proxy_strips(
    app: Flask, method: str, path: str, status: int
) -> None:
    response = make(app).test_client().open(path, method=method)
    assert (response.status_code, response.json["path"]) == (status, path)


@pytest.mark.parametrize("path", ["/svc", "/svc/"])
def test_the_prefix_alone(app: Flask, path: str) -> None:
    app.add_url_rule("/", "index", seen)
    response = make(app, proxy_strips=False).test_client().get(path)
    if path == "/svc":
        assert response.location == "http://localhost/svc/"
    else:
        assert response.json["endpoint"] == "index"
        assert response.json["url"] == "http://localhost/svc/"


@pytest.mark.warns
@pytest.mark.parametrize(
    ("argument", "config", "environment", "status"),
    [
        pytest.param(False, None, None, 200, id="argument"),
        pytest.param(None, False, None, 200, id="config"),
        pytest.param(None, None, "false", 200, id="environment"),
        pytest.param(None, None, "true", 404, id="environment-true"),
        pytest.param(False, True, None, 200, id="argument-over-config"),
        pytest.param(True, False, None, 404, id="argument-over-config-true"),
    ],
)
def test_where_it_is_set(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    argument: bool | None,
    config: bool | None,
    environment: str | None,
    status: int,
) -> None:
    if config is not None:
        app.config["PREFIX_URLS_PROXY_STRIPS"] = config
    if environment is not None:
        monkeypatch.setenv("FLASK_PREFIX_URLS_PROXY_STRIPS", environment)
        app.config.from_prefixed_env()
    client = make(app, proxy_strips=argument).test_client()
    assert client.get("/svc/page").status_code == status


@pytest.mark.parametrize(
    ("value", "shown"), [("False", "'False'"), ("0", "0"), ("no", "'no'")]
)
def test_what_is_neither_true_nor_false(
    app: Flask, monkeypatch: pytest.MonkeyPatch, value: str, shown: str
) -> None:
    monkeypatch.setenv("FLASK_PREFIX_URLS_PROXY_STRIPS", value)
    app.config.from_prefixed_env()
    sentence = (
        f"PREFIX_URLS_PROXY_STRIPS is {shown}, but must be True or False: in the"
        " environment, write true or false."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(app)


def test_both_ways_at_once(app: Flask) -> None:
    PrefixURLs(app, proxy_strips=False)
    sentence = (
        "The app has the proxy_strips False (from the argument proxy_strips) already"
        " and is given True (from the argument proxy_strips): decide on one of them."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(app, proxy_strips=True)


def test_a_function_is_asked_before_any_before_request(app: Flask) -> None:
    order: list[str] = []

    def tenant() -> str:
        order.append("function")
        return f"/{request.headers['X-Tenant']}"

    def before() -> None:
        order.append("before_request")
        g.early = request.path

    app.before_request(before)
    app.add_url_rule("/page", "page", lambda: [g.early, request.url])
    PrefixURLs(app, tenant, proxy_strips=False)
    client = app.test_client()
    for name in ("blue", "green"):
        order.clear()
        response = client.get(f"/{name}/page", headers={"X-Tenant": name})
        assert response.json == ["/page", f"http://localhost/{name}/page"]
        assert order[0] == "function"
        assert order.index("before_request") == len(order) - 2
    assert client.get("/blue/page", headers={"X-Tenant": "red"}).status_code == 404


def test_how_often_a_function_is_asked_for_a_path_as_it_came(app: Flask) -> None:
    asked: list[str] = []

    def prefix() -> str:
        asked.append(request.path)
        return "/svc"

    app.add_url_rule("/svc/own", "own", seen)
    PrefixURLs(app, prefix, proxy_strips=False)
    # Once, for what the path starts with.
    app.before_request(lambda: {"asked": len(asked)})
    assert app.test_client().get("/svc/own").json == {"asked": 1}


def test_with_a_mount_nothing_is_stripped(app: Flask) -> None:
    client = make(app, proxy_strips=False).test_client()
    mount = {"SCRIPT_NAME": "/m"}
    assert client.get("/svc/page", environ_overrides=mount).status_code == 404
    page = client.get("/page", environ_overrides=mount).json
    assert page["url"] == "http://localhost/svc/m/page"


@pytest.mark.parametrize("prefix", ["/größe/ü", "/%C3%A9", "/a@b", "/a%20b"])
def test_a_prefix_that_is_percent_encoded(app: Flask, prefix: str) -> None:
    app.add_url_rule("/page", "page", seen)
    PrefixURLs(app, prefix, proxy_strips=False)
    client = app.test_client()
    with app.test_request_context():
        url = url_for("page")
    assert client.get(url).json["path"] == "/page"
    assert client.get("/page").status_code == 200
    assert client.get(f"{url}/page").status_code == 404


def test_two_thousand_blueprints(app: Flask) -> None:
    for n in range(2000):
        blueprint = Blueprint(f"b{n}", "tests", url_prefix=f"/b{n}")
        blueprint.add_url_rule("/page", "page", seen)
        PrefixURLs(blueprint, f"/public/{n}")
        app.register_blueprint(blueprint)
    PrefixURLs(app, "/svc", proxy_strips=False)
    client = app.test_client()
    assert client.get("/public/1999/b1999/page").json["endpoint"] == "b1999.page"
    assert client.get("/public/7/b7/page").json["path"] == "/b7/page"
    assert client.get("/public/7/b8/page").status_code == 404


# Few segments, so that prefixes, url_prefixes and routes are often equal as text.
PREFIXES = st.sampled_from([None, "", "/a", "/b", "/a/b", "/a/a", "/b/a"])
URL_PREFIXES = st.sampled_from([None, "/a", "/b", "/a/b", "/a/a"])
ROUTES = st.sampled_from(["/a", "/b", "/a/b", "/<x>", "/a/<x>", "/<x>/b", "/b/<x>/a"])
# Which blueprints an endpoint is in, outermost first.
NESTED = {"": [], "o": ["o"], "o.i": ["o", "i"], "s": ["s"]}


def _app(
    prefixes: dict[str, str | None],
    parts: dict[str, str | None],
    routes: dict[str, list[str]],
    *,
    proxy_strips: bool,
) -> Flask:
    app = Flask("tests", static_folder=None)
    scopes: dict[str, Flask | Blueprint] = {"": app}
    for scope, name in {"o": "o", "o.i": "i", "s": "s"}.items():
        scopes[scope] = Blueprint(name, "tests", url_prefix=parts[name])
        PrefixURLs(scopes[scope], prefixes[name])
    for scope, rest in routes.items():
        for n, route in enumerate(rest):
            scopes[scope].add_url_rule(
                route, f"v{n}", lambda **v: [request.endpoint, v, request.path]
            )
    scopes["o"].register_blueprint(scopes["o.i"])  # type: ignore[arg-type]
    app.register_blueprint(scopes["o"])  # type: ignore[arg-type]
    app.register_blueprint(scopes["s"])  # type: ignore[arg-type]
    app.register_error_handler(404, lambda _: ("null", {"Content-Type": JSON}))
    PrefixURLs(app, prefixes["app"], proxy_strips=proxy_strips)
    return app


def _plain(routes: Map, path: str) -> tuple[str, dict[str, Any]] | None:
    """Return what Werkzeug alone finds at a path."""
    try:
        endpoint, values = routes.bind("localhost").match(path)
    except NotFound:
        return None
    return endpoint, dict(values)


@pytest.mark.warns
@settings(deadline=None)
@given(
    prefixes=st.fixed_dictionaries(dict.fromkeys(["app", "o", "i", "s"], PREFIXES)),
    parts=st.fixed_dictionaries(dict.fromkeys(["o", "i", "s"], URL_PREFIXES)),
    routes=st.fixed_dictionaries(
        dict.fromkeys(NESTED, st.lists(ROUTES, max_size=2, unique=True))
    ),
)
def test_what_is_built_is_what_is_reached(
    prefixes: dict[str, str | None],
    parts: dict[str, str | None],
    routes: dict[str, list[str]],
) -> None:
    """Whatever ``url_for`` returns is answered by its endpoint, and by no second name.

    With two exceptions, both in the app and not in the package: an endpoint whose
    route Flask itself gives to another one, prefix or not, and, of endpoints that
    have the same public path, all but the one with the longest prefix.
    """
    rules: list[tuple[str, str, str]] = []  # endpoint, route, prefix
    taken: set[str] = set()
    for scope, names in NESTED.items():
        chain = [prefixes[name] for name in ["app", *names]]
        prefix = next((p for p in reversed(chain) if p is not None), "")
        before = "".join(parts[name] or "" for name in names)
        # Werkzeug from 3.2 on refuses a rule that is there already.
        routes[scope] = [r for r in routes[scope] if before + r not in taken]
        taken |= {before + route for route in routes[scope]}
        for n, route in enumerate(routes[scope]):
            rules.append((f"{scope}.v{n}".lstrip("."), before + route, prefix))
    apps = {
        strips: _app(prefixes, parts, routes, proxy_strips=strips)
        for strips in (True, False)
    }
    url_map = Map([Rule(route, endpoint=endpoint) for endpoint, route, _ in rules])
    # Who can be asked for at all, by public path.
    claims: defaultdict[str, list[tuple[int, str, dict[str, str]]]]
    claims = defaultdict(list)
    paths = set()
    for endpoint, route, prefix in rules:
        for x in ("a", "b"):
            path = route.replace("<x>", x)
            paths |= {path, prefix + path}
            values = {"x": x} if "<x>" in route else {}
            with apps[False].test_request_context():
                assert url_for(endpoint, **values) == prefix + path
            if _plain(url_map, path) == (endpoint, values):
                claims[prefix + path].append((len(prefix), endpoint, values))
    clients = {strips: app.test_client() for strips, app in apps.items()}
    for path in paths:
        plain = _plain(url_map, path)
        stripped = clients[True].get(path).json
        assert stripped == (plain and [*plain, path])
        reached = clients[False].get(path).json
        if path in claims:
            length, *expected = max(claims[path], key=lambda claim: claim[0])
            assert reached == [*expected, path[length:]]
        else:
            assert reached == (plain and [*plain, path])


def with_two_at_one_url(app: Flask) -> None:
    """Give an app and a blueprint with a longer prefix the same public path."""
    deep = Blueprint("deep", "tests")
    deep.add_url_rule("/page", "page", seen, methods=["POST"])
    app.add_url_rule("/deep/page", "page", seen)
    PrefixURLs(deep, "/svc/deep")
    PrefixURLs(app, "/svc", proxy_strips=False)
    app.register_blueprint(deep)


def test_a_url_is_not_refused_for_another_endpoint_with_the_same_path(
    app: Flask,
) -> None:
    """The longer prefix is on, too, but its endpoint has another method."""
    with_two_at_one_url(app)
    client = app.test_client()
    with app.test_request_context():
        url = url_for("page")
        assert url == url_for("deep.page") == "/svc/deep/page"
    assert client.get(url).json["endpoint"] == "page"
    assert client.post(url).json["endpoint"] == "deep.page"
    response = client.put(url)
    # That of the longer prefix.
    assert (response.status_code, set(response.allow)) == (405, {"OPTIONS", "POST"})


def test_a_bare_path_is_not_refused_for_an_endpoint_with_the_prefix(app: Flask) -> None:
    out = Blueprint("out", "tests")
    out.add_url_rule("/svc/page", "page", seen)
    app.add_url_rule("/page", "page", seen, methods=["POST"])
    PrefixURLs(out, "")
    PrefixURLs(app, "/svc", proxy_strips=False)
    app.register_blueprint(out)
    assert app.test_client().get("/svc/page").json["endpoint"] == "out.page"
    assert app.test_client().post("/svc/page").json["endpoint"] == "page"


@pytest.mark.parametrize("path", ["/a/x", "/b/x"])
def test_options_of_every_endpoint_of_a_path(app: Flask, path: str) -> None:
    """Each rule answers OPTIONS, and the first that matches has another prefix."""
    for name, method in {"a": "GET", "b": "PUT"}.items():
        blueprint = Blueprint(name, "tests")
        blueprint.add_url_rule("/x", "x", seen, methods=[method])
        if name == "a":
            blueprint.add_url_rule("/alias", "x", seen, alias=True)
        PrefixURLs(blueprint, f"/{name}")
        app.register_blueprint(blueprint)
    PrefixURLs(app, "/svc", proxy_strips=False)
    client = app.test_client()
    response = client.options(path)
    assert response.status_code == 200
    assert set(response.allow) == {"GET", "HEAD", "OPTIONS", "PUT"}
    assert client.options("/svc/x").status_code == 404
    refused = client.post(path)
    assert refused.status_code == 405
    other = client.open(path, method="PUT" if path == "/a/x" else "GET")
    assert (other.status_code, set(other.allow)) == (
        405,
        {"OPTIONS", *(("GET", "HEAD") if path == "/a/x" else ("PUT",))},
    )
    assert client.get("/a/alias").location == "http://localhost/a/x"


def test_a_redirect_of_the_path_as_it_came(app: Flask) -> None:
    out = Blueprint("out", "tests")
    out.add_url_rule("/svc/slash/", "slash", seen)
    PrefixURLs(out, "")
    app.register_blueprint(out)
    app.add_url_rule("/svc/own/", "own", seen)
    PrefixURLs(app, "/svc", proxy_strips=False)
    client = app.test_client()
    assert client.get("/svc/slash").location == "http://localhost/svc/slash/"
    assert client.get("/svc/own").location == "http://localhost/svc/svc/own/"


def test_a_copied_context_leaves_the_path_in_use_alone(app: Flask) -> None:
    make(app, proxy_strips=False)
    with app.test_request_context("/svc/page") as context:
        assert request.path == "/page"
        request.path = "/assigned"
        with context.copy():
            assert request.path == "/assigned"
            assert request.endpoint == "page"
        assert request.path == "/assigned"


@pytest.mark.parametrize(
    ("path", "public"),
    [
        ("/svc/missing", "/svc/missing"),
        ("/pub/p/missing", "/pub/p/missing"),
        ("/pub/missing", "/pub/missing"),
        ("/svc/svc/missing", "/svc/svc/missing"),
        ("/svc", "/svc/"),
        ("/missing", "/svc/missing"),
        ("/svc/post", "/svc/post"),
        ("/pub/p/post", "/pub/p/post"),
        ("/svc/deep/d/post", "/svc/deep/d/post"),
    ],
)
def test_the_url_of_an_error_has_its_prefix_once(
    app: Flask, path: str, public: str
) -> None:
    response = make(app, proxy_strips=False).test_client().get(path)
    assert response.status_code in (404, 405)
    assert response.json["url"] == f"http://localhost{public}"


def test_the_path_of_an_error_is_without_the_longest_prefix(app: Flask) -> None:
    response = make(app, proxy_strips=False).test_client().get("/svc/deep/missing")
    assert response.json["path"] == "/missing"
    assert response.json["url"] == "http://localhost/svc/deep/missing"


@pytest.mark.parametrize("path", ["/svc/slash", "/pub/p/slash", "/svc/to-pub"])
def test_the_url_of_a_redirect_has_its_prefix_once(app: Flask, path: str) -> None:
    make(app, proxy_strips=False).before_request(seen)
    assert app.test_client().get(path).json["url"] == f"http://localhost{path}"


@pytest.mark.parametrize("path", ["/svc/page", "/page", "/pub/p/page"])
def test_the_url_before_the_request_is_routed(app: Flask, path: str) -> None:
    class Sessions(SecureCookieSessionInterface):
        seen: dict[str, str]

        def open_session(self, app: Flask, request: Any) -> Any:
            self.seen = {"url": request.url, "full_path": request.full_path}
            return super().open_session(app, request)

    sessions = app.session_interface = Sessions()
    make(app, proxy_strips=False).test_client().get(f"{path}?q")
    public = path if path != "/page" else "/svc/page"
    assert sessions.seen == {
        "url": f"http://localhost{public}?q",
        "full_path": f"{path}?q",
    }


def _failing(app: Flask, **options: Any) -> Flask:
    """Make an app whose routing fails, with a handler that answers what it sees."""

    def fail(_: object) -> str:
        raise LookupError

    class Failing(BaseConverter):
        def to_python(self, value: str) -> str:
            return fail(value)

    app.url_map.converters["failing"] = Failing
    app.add_url_rule("/item/<failing:item>", "item", seen)
    app.add_url_rule("/to", "to", redirect_to=fail)
    app.register_blueprint(Blueprint("api", "tests"))
    app.register_error_handler(500, lambda _: (seen(), 500))
    PrefixURLs(app, proxy_strips=False, **options)
    return app


@pytest.mark.parametrize("blueprints", [{}, {"api": "/public"}], ids=["app", "scopes"])
@pytest.mark.parametrize("path", ["/item/7", "/to"], ids=["converter", "redirect_to"])
def test_the_url_of_a_request_that_cannot_be_routed(
    app: Flask, path: str, blueprints: dict[str, str]
) -> None:
    app = _failing(app, prefix="/svc", blueprints=blueprints)
    response = app.test_client().get(f"/svc{path}")
    assert response.status_code == 500
    assert response.json["url"] == f"http://localhost/svc{path}"
    assert response.json["path"] == path


def test_a_redirect_to_function_of_another_scope_may_fail(app: Flask) -> None:
    app = _failing(app, blueprints={"api": "/svc"})
    assert app.test_client().get("/svc/to").status_code == 404


@pytest.mark.parametrize("target", ["page/", lambda _: "page/"], ids=["text", "call"])
@pytest.mark.parametrize("proxy_strips", [True, False], ids=["strips", "unstripped"])
def test_a_redirect_to_without_an_endpoint_is_in_the_scope_of_the_app(
    app: Flask, target: Any, proxy_strips: bool
) -> None:
    # As in Werkzeug's documentation of redirect_to.
    app.url_map.add(Rule("/old/", redirect_to=target))
    app.add_url_rule("/page/", "page", lambda: "page")
    app.register_blueprint(Blueprint("api", "tests"))
    PrefixURLs(app, "/svc", blueprints={"api": "/public"}, proxy_strips=proxy_strips)
    client = app.test_client()
    before = "" if proxy_strips else "/svc"
    page, old = (f"http://localhost/svc/{name}/" for name in ("page", "old"))
    assert client.get(f"{before}/old/").location == page
    assert client.get(f"{before}/old").location == old
    assert client.get("/public/old/").status_code == 404


class Counting(BaseConverter):
    """Counts how often it is called; ``stop`` it answers with a 410."""

    calls = 0

    def to_python(self, value: str) -> str:
        type(self).calls += 1
        if value == "stop":
            abort(410)
        return value


@pytest.mark.parametrize("blueprints", [{}, {"api": "/public"}], ids=["app", "scopes"])
def test_a_converter_is_called_once(app: Flask, blueprints: dict[str, str]) -> None:
    app.url_map.converters["counting"] = Counting
    app.add_url_rule("/item/<counting:item>", "item", seen)
    app.register_blueprint(Blueprint("api", "tests"))
    PrefixURLs(app, "/svc", blueprints=blueprints, proxy_strips=False)
    for path in ("/svc/item/x", "/item/x"):
        Counting.calls = 0
        assert app.test_client().get(path).json["values"] == {"item": "x"}
        assert Counting.calls == 1
    Counting.calls = 0
    assert app.test_client().get("/svc/item/stop").status_code == 410
    assert Counting.calls == 1


def test_how_often_a_converter_is_called_for_a_redirect(app: Flask) -> None:
    """Plain Flask does not call it, but a redirect does not say what it leads to."""
    app.url_map.converters["counting"] = Counting
    methods = ["GET", "POST", "PUT"]
    app.add_url_rule("/item/<counting:item>/", "item", seen, methods=methods)
    app.register_blueprint(Blueprint("api", "tests"))
    PrefixURLs(app, "/svc", blueprints={"api": "/public"}, proxy_strips=False)
    Counting.calls = 0
    location = app.test_client().get("/svc/item/x").location
    assert location == "http://localhost/svc/item/x/"
    # To learn the prefix of the redirect, and whether its rule has that of the path.
    assert Counting.calls == 2


class NoUserError(NotFound):
    """An error with a handler of its own."""


class User(BaseConverter):
    """Answers with a 404 of its own, or lets Werkzeug do it."""

    def to_python(self, value: str) -> str:
        if value == "nobody":
            raise NoUserError(value)
        if value == "refused":
            raise ValidationError
        return value


@pytest.mark.parametrize("blueprints", [{}, {"api": "/public"}], ids=["app", "scopes"])
@pytest.mark.parametrize("catch_all", [False, True], ids=["", "catch-all"])
@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/user/nobody", "handler of nobody"),
        ("/user/refused", "handler of any"),
        ("/user/somebody", "user somebody"),
    ],
)
def test_what_a_converter_refuses(
    app: Flask, blueprints: dict[str, str], catch_all: bool, path: str, answer: str
) -> None:
    app.url_map.converters["user"] = User
    app.add_url_rule("/user/<user:name>", "user", lambda name: f"user {name}")
    if catch_all:
        app.add_url_rule("/<path:rest>", "rest", lambda rest: f"rest {rest}")
    app.register_error_handler(
        NoUserError, lambda error: f"handler of {error.description}"
    )
    app.register_error_handler(404, lambda _: "handler of any")
    app.register_blueprint(Blueprint("api", "tests"))
    PrefixURLs(app, "/svc", blueprints=blueprints, proxy_strips=False)
    client = app.test_client()
    assert client.get(f"/svc{path}").text == client.get(path).text == answer


def test_a_url_that_another_scope_refuses(app: Flask) -> None:
    """The path as it came is a public URL, whatever a scope has at the rest of it."""
    out = Blueprint("out", "tests")
    out.add_url_rule("/svc/<int:n>", "item", seen)
    app.add_url_rule("/<int(max=5):n>", "item", seen)
    PrefixURLs(out, "")
    PrefixURLs(app, "/svc", proxy_strips=False)
    app.register_blueprint(out)
    assert app.test_client().get("/svc/9").json["endpoint"] == "out.item"
    assert app.test_client().get("/svc/5").json["endpoint"] == "item"


def test_a_method_where_another_scope_lacks_a_slash(app: Flask) -> None:
    """A 405 is about the rules of the path as it is."""
    a, b = Blueprint("a", "tests"), Blueprint("b", "tests")
    a.add_url_rule("/<int(max=5):n>", "item", seen)
    b.add_url_rule("/<name>/", "name", seen, methods=["PUT"])
    PrefixURLs(app, blueprints={"a": "/a", "b": "/b"}, proxy_strips=False)
    app.register_blueprint(a)
    app.register_blueprint(b)
    assert app.test_client().post("/a/9").status_code == 405


def test_a_rule_for_any_method_after_that_of_another_scope(app: Flask) -> None:
    pub = Blueprint("pub", "tests")
    pub.add_url_rule("/x", "x", seen, methods=["POST"])
    PrefixURLs(pub, "/pub")
    PrefixURLs(app, "/svc", proxy_strips=False)
    app.register_blueprint(pub)
    app.url_map.add(Rule("/x", endpoint="x"))
    app.view_functions["x"] = seen
    client = app.test_client()
    assert client.post("/svc/x").json["endpoint"] == "x"
    assert client.post("/pub/x").json["endpoint"] == "pub.x"


def test_a_prefix_that_is_not_that_of_the_app_now(app: Flask) -> None:
    """The function returns another one than the public URL has."""
    app.add_url_rule("/post", "post", seen, methods=["POST"])
    public_url = "https://example.com/svc"
    PrefixURLs(app, lambda: "/blue", public_url=public_url, proxy_strips=False)
    client = app.test_client()
    assert [client.get(f"{p}/post").status_code for p in ("/svc", "/blue")] == [
        404,
        405,
    ]
    assert client.post("/blue/post").json["endpoint"] == "post"


def test_a_url_that_was_read_before_the_request_is_routed(app: Flask) -> None:
    class OwnRequest(Request):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.root_path = "/own"
            self.read = self.url, self.base_url

    def view() -> list[str]:
        return [*request.read, request.url, request.base_url]  # type: ignore[attr-defined]

    app.request_class = OwnRequest
    app.add_url_rule("/page", "page", view)
    PrefixURLs(app, "/svc", proxy_strips=False)
    host = "http://localhost/own"
    before = f"{host}/svc/page"
    read = app.test_client().get("/svc/page?q=1").json
    assert read == [f"{before}?q=1", before, f"{host}/page?q=1", f"{host}/page"]


class OwnAdapter(MapAdapter):
    """Answers a 404 of its own, and counts what it is asked."""

    matches: ClassVar[list[object]] = []

    def match(self, *args: Any, **kwargs: Any) -> Any:
        self.matches.append(args)
        try:
            return super().match(*args, **kwargs)  # type: ignore[call-overload]
        except NotFound:
            raise NotFound("nothing here") from None


class OwnFlask(Flask):
    """Makes such adapters."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        made = super().create_url_adapter(request)
        if made is None:
            return None
        state = {key: value for key, value in vars(made).items() if key != "websocket"}
        return OwnAdapter(**state)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/svc/page", 200), ("/svc/own", 200), ("/svc/missing", 404), ("/page", 200)],
)
def test_an_adapter_class_of_the_app_sees_one_match(path: str, status: int) -> None:
    app = make(OwnFlask("tests"), proxy_strips=False)
    OwnAdapter.matches.clear()
    response = app.test_client().get(path)
    assert response.status_code == status
    assert len(OwnAdapter.matches) == 1


@pytest.mark.parametrize(
    ("prefix", "status"), [("/adm", 200), ("/svc", 404)], ids=["another", "same"]
)
def test_a_bare_path_that_a_scope_refuses(app: Flask, prefix: str, status: int) -> None:
    """Its endpoint answers, unless the public URL of that has the prefix twice."""
    adm = Blueprint("adm", "tests")
    adm.add_url_rule("/svc/<int:n>", "item", seen)
    app.add_url_rule("/<int(max=5):n>", "item", seen)
    PrefixURLs(adm, prefix)
    PrefixURLs(app, "/svc", proxy_strips=False)
    app.register_blueprint(adm)
    assert app.test_client().get("/svc/9").status_code == status


@pytest.mark.parametrize(
    ("prefix", "status"), [("/adm", 200), ("/a", 404)], ids=["another", "same"]
)
def test_a_bare_path_that_two_scopes_refuse(
    app: Flask, prefix: str, status: int
) -> None:
    adm = Blueprint("adm", "tests")
    adm.add_url_rule("/a/b/<path:rest>", "item", seen)
    other = Blueprint("other", "tests")
    other.add_url_rule("/b/<int(max=5):n>", "item", seen)
    app.add_url_rule("/<int(max=5):n>", "item", seen)
    PrefixURLs(adm, prefix)
    PrefixURLs(other, "/a")
    app.register_blueprint(adm)
    app.register_blueprint(other)
    PrefixURLs(app, "/a/b", proxy_strips=False)
    assert app.test_client().get("/a/b/9").status_code == status


def test_a_method_that_the_app_assigns(app: Flask) -> None:
    """That of the adapter counts, as it does for Werkzeug."""
    for name, method in {"a": "GET", "b": "PUT"}.items():
        blueprint = Blueprint(name, "tests")
        blueprint.add_url_rule("/x", "x", seen, methods=[method])
        PrefixURLs(blueprint, f"/{name}")
        app.register_blueprint(blueprint)
    PrefixURLs(app, proxy_strips=False)
    create = app.create_url_adapter

    def create_url_adapter(request: Request | None) -> MapAdapter | None:
        adapter = create(request)
        if adapter is not None:
            adapter.default_method = "options"
        return adapter

    app.create_url_adapter = create_url_adapter  # type: ignore[method-assign]
    with app.test_request_context("/b/x", method="POST"):
        assert request.endpoint == "b.x"


def test_a_refusal_leaves_no_cycle_behind(app: Flask) -> None:
    with_two_at_one_url(app)
    requests: list[ref[Any]] = []
    app.before_request(lambda: requests.append(ref(request._get_current_object())))
    with no_collector():
        app.test_client().get("/svc/deep/page").close()
        assert requests[0]() is None
        with app.test_request_context("/svc/deep/page") as context:
            adapter = app.create_url_adapter(context.request)
        assert adapter is not None
        adapter.path_info = "/svc/missing"
        with pytest.raises(NotFound) as error:
            adapter.match()
        gone = ref(error.value)
        del error
        assert gone() is None


def test_a_redirect_to_function_is_called_once(app: Flask) -> None:
    calls: list[str] = []

    def target(_adapter: object) -> str:
        calls.append(request.path)
        return "page"

    app.add_url_rule("/page", "page", seen)
    app.add_url_rule("/to", "to", redirect_to=target)
    PrefixURLs(app, "/svc", blueprints={"api": "/public"}, proxy_strips=False)
    app.register_blueprint(Blueprint("api", "tests"))
    for path in ("/svc/to", "/to"):
        calls.clear()
        location = app.test_client().get(path).location
        assert location == "http://localhost/svc/page"
        assert len(calls) == 1


def test_flask_restful_asks_another_adapter(app: Flask) -> None:
    """It makes one in mid-request and matches by it, by the request's own path."""

    def view() -> list[Any]:
        adapter = app.create_url_adapter(request)  # type: ignore[arg-type]
        assert adapter is not None
        return [adapter.match()[0], adapter.match("/page")[0], request.path]

    app.add_url_rule("/page", "page", view)
    PrefixURLs(app, "/svc", proxy_strips=False)
    assert app.test_client().get("/svc/page").json == ["page", "page", "/page"]


def _overlapping(app: Flask) -> Flask:
    """Give an app and a blueprint with a prefix the same paths, in other ways."""
    b = Blueprint("b", "tests")
    app.add_url_rule("/ws", "ws", seen)
    app.add_url_rule("/to", "to", seen)
    app.add_url_rule("/put", "put", methods=["PUT"], redirect_to="/elsewhere")
    app.add_url_rule("/get", "get", seen)
    b.add_url_rule("/ws", "ws", seen, websocket=True)
    b.add_url_rule("/to", "to", methods=["GET", "POST"], redirect_to="z")
    b.add_url_rule("/put", "put", seen, methods=["GET"])
    app.add_url_rule("/post", "post", seen)
    b.add_url_rule("/post", "post", methods=["POST"], redirect_to="z")
    PrefixURLs(b, "/svc")
    PrefixURLs(app, proxy_strips=False)
    app.register_blueprint(b)
    return app


UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket"}


@pytest.mark.parametrize(
    ("path", "options"),
    [
        pytest.param("/svc/ws", {}, id="websocket"),
        pytest.param("/svc/to", {}, id="redirect_to"),
        pytest.param("/svc/put", {"method": "PUT"}, id="redirect-of-another-scope"),
        pytest.param("/svc/get", {"method": "POST", "headers": UPGRADE}, id="upgrade"),
    ],
)
def test_what_another_scope_has_at_the_same_path(
    app: Flask, path: str, options: dict[str, Any]
) -> None:
    assert _overlapping(app).test_client().open(path, **options).status_code == 404


def test_a_method_that_a_redirect_of_the_scope_has_not(app: Flask) -> None:
    response = _overlapping(app).test_client().get("/svc/post")
    assert (response.status_code, set(response.allow)) == (405, {"OPTIONS", "POST"})


def test_a_method_and_a_scheme_that_are_both_others(app: Flask) -> None:
    client = make(app, proxy_strips=False).test_client()
    for path in ("/svc/page", "/pub/p/page", "/svc/deep/d/page"):
        assert client.post(path, headers=UPGRADE).status_code == 405


def test_a_slash_in_front_of_what_a_converter_refuses(app: Flask) -> None:
    """The router redirects before it asks the converter."""
    b = Blueprint("b", "tests")
    b.add_url_rule("/<int(max=5):n>/", "n", seen)
    app.add_url_rule("/<text>/", "text", seen, methods=["POST"])
    PrefixURLs(b, "/svc")
    PrefixURLs(app, proxy_strips=False)
    app.register_blueprint(b)
    response = app.test_client().get("/svc/9")
    assert response.status_code == 308
    assert app.test_client().get("/svc/9/").status_code == 404


@pytest.mark.parametrize("path", ["/list/", "/list"])
def test_a_method_that_another_scope_answers_first(app: Flask, path: str) -> None:
    app.url_map.strict_slashes = False
    b = Blueprint("b", "tests")
    app.add_url_rule("/list/", "list", seen)
    b.add_url_rule("/list/", "list", seen, methods=["GET", "POST"])
    PrefixURLs(b, "/svc")
    PrefixURLs(app, proxy_strips=False)
    app.register_blueprint(b)
    client = app.test_client()
    # Only that of the blueprint answers it. Werkzeug 2.2.0 never adds the slash.
    post = client.post(path)
    response = client.get(f"/svc{path}")
    assert response.status_code == post.status_code
    if post.status_code == 200:
        assert response.json["endpoint"] == post.json["endpoint"] == "b.list"


def test_a_websocket_where_a_converter_refuses_the_page_of_the_scope(
    app: Flask,
) -> None:
    app.url_map.strict_slashes = False
    b = Blueprint("b", "tests")
    app.add_url_rule("/<int:n>/page/", "page", seen, methods=["POST"])
    b.add_url_rule("/<int(max=5):n>/page", "page", seen)
    PrefixURLs(b, "/svc")
    PrefixURLs(app, proxy_strips=False)
    app.register_blueprint(b)
    response = app.test_client().get("/svc/9/page", headers=UPGRADE)
    assert response.status_code == 400
