"""``explain --url``: what it finds in a deployment that is right, or wrong."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from click.testing import CliRunner
from crawler import send
from flask import Flask, jsonify, redirect, request, url_for
from http_server import running_handler
from pages import make_app
from played import APACHE, GUNICORN, Front, Page, page
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from demo.addresses import HOST
from demo.proxy import free_port
from demo.servers import running
from flask_prefix_urls import PrefixURLs, forwarded_prefix
from flask_prefix_urls.cli.explain import command
from flask_prefix_urls.cli.outside import explain_deployed
from flask_prefix_urls.cli.report import Report, Step

TOKEN = "f00dcafe"


@pytest.fixture(autouse=True)
def known_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "flask_prefix_urls.cli.outside.secrets.token_hex", lambda _: TOKEN
    )


def prefixed_app(prefix: str = "/svc", **options: Any) -> Flask:
    app = make_app()
    PrefixURLs(app, prefix, **options)
    return app


def explain(front: Front, path: str = "/svc/", max_pages: int = 30) -> Report:
    with running(front) as root:
        return explain_deployed(root + path, max_pages=max_pages)


def facts(report: Report, name: str) -> Any:
    (step,) = [step for step in report.steps if step.name == name]
    return step.facts


def text(report: Report, name: str) -> tuple[str, ...]:
    (step,) = [step for step in report.steps if step.name == name]
    return step.text


@pytest.mark.parametrize(
    ("path", "result"),
    [
        ("/svc/", "/svc/"),
        ("/svc", "/svc/"),
        ("/svc/foo/", "/svc/"),
        ("/svc/foo", "/svc/"),
        ("/svc/private", "/svc/"),
        ("/svc/style.css?v=1", "/svc/"),
        ("/svc/nope", "/svc/"),
    ],
)
@pytest.mark.parametrize("strips", [True, False], ids=["strips", "leaves"])
def test_a_deployment_that_is_right_gives_no_mistake(
    path: str, result: str, strips: bool
) -> None:
    front = Front(prefixed_app(proxy_strips=strips))
    if not strips:
        front.strips = lambda path: path
    with running(front) as root:
        report = explain_deployed(root + path, max_pages=30)
    assert report.mistakes == ()
    assert report.result == root + result
    page = facts(report, "answer")["page"]
    assert text(report, "stripped") == (
        "An unknown path below '/svc' answers 404, by Flask.",
        f"{page!r} reaches its route: the proxy strips '/svc', or it does not and the"
        " app knows (proxy_strips=False, or a mount).",
    )
    assert {line.split()[0] for line in front.asked} == {"GET"}
    assert len(front.asked) <= 30


def test_every_step_of_a_deployment_that_is_right() -> None:
    with running(Front(prefixed_app())) as root:
        report = explain_deployed(f"{root}/svc/", max_pages=30)
        server = send(root, "GET", "/").headers["Server"]
    assert {step.name: step.text for step in report.steps} == {
        "answer": (
            "'/svc/' answers 200.",
            f"Server says {server!r}, which is whoever passed it on.",
            "The proxy seems to be nginx.",
        ),
        "bare prefix": (
            f"'/svc' is redirected to '/svc/?{TOKEN}=1'.",
            "It keeps the query.",
        ),
        "stripped": (
            "An unknown path below '/svc' answers 404, by Flask.",
            "'/svc/' reaches its route: the proxy strips '/svc', or it does not and the"
            " app knows (proxy_strips=False, or a mount).",
        ),
        "neighbour": (f"'/svc-{TOKEN}' answers 404, and does not reach the app.",),
        "links": (
            "References of '/svc/' to this host: 3.",
            "With '/svc' once: 3, twice: 0, without: 0.",
        ),
        "redirect": (f"'/svc/foo' is redirected to '{root}/svc/foo/?{TOKEN}=1'.",),
        "static": ("'/svc/style.css' answers 200, text/html.",),
        "cookie": ("Not seen: no answer sets one.",),
        "encoded slash": ("A path with '%2F' reaches the app.",),
        "slashes": (
            "Not seen: no link that was asked for has two segments below the prefix.",
        ),
        "client": (
            "A client was played that sends its own Host, X-Forwarded-Host,"
            " X-Forwarded-Prefix.",
            "What Host says is in a link or a redirect.",
        ),
        "caching": ("The page has no Vary.",),
    }


def with_view(endpoint: str, view: Callable[[], Any], prefix: str = "/svc") -> Flask:
    app = make_app()
    app.view_functions[endpoint] = view
    PrefixURLs(app, prefix)
    return app


def long_headers(made: Page) -> Page:
    size = sum(len(name) + len(value) for name, value in made[1])
    return page("502 Bad Gateway") if size > 4_000 else made


def add_prefix(made: Page) -> Page:
    status, headers, body = made
    headers = [
        (name, value.replace("/svc/", "/svc/svc/") if name == "Location" else value)
        for name, value in headers
    ]
    return status, headers, body


def internal(host: str) -> Callable[[dict[str, Any]], object]:
    return lambda environ: environ.update(HTTP_HOST=host)


def refuses(template: str) -> Callable[[str], Page]:
    def answer(path: str) -> Page:  # noqa: ARG001
        body = f'{{"message":"{template}"}}'
        return "403 Forbidden", [("Content-Type", "application/json")], body.encode()

    return answer


def spec_app(**spec: Any) -> Flask:
    app = prefixed_app()
    said = {"swagger": "2.0", "paths": {}, **spec}
    app.add_url_rule("/spec.json", "spec", lambda: jsonify(said))
    return app


@dataclass(frozen=True)
class Case:
    """A deployment with one mistake, and what is said of it."""

    code: str
    text: str
    fix: str
    app: Callable[[], Flask] = prefixed_app
    front: dict[str, Any] = field(default_factory=dict)
    path: str = "/svc/"


def own_404() -> Flask:
    app = prefixed_app()
    app.register_error_handler(404, lambda _: ("None.", 404))
    return app


def old_cookie() -> Flask:
    app = prefixed_app()
    app.config["SESSION_COOKIE_PATH"] = "/old"
    return app


def any_prefix() -> Flask:
    app = make_app()
    PrefixURLs(app, forwarded_prefix(default="/svc"))
    return app


def route_with_prefix() -> Flask:
    app = make_app()
    app.add_url_rule("/svc/bar", "bar", str)
    app.view_functions["home"] = lambda: f'<a href="{url_for("bar")}">'
    PrefixURLs(app, "/svc")
    return app


NOT_STRIPPED = (
    "not-stripped",
    "The app answers 404 to '/svc/': the proxy does not strip '/svc', if the app has"
    " such a page.",
    "nginx: the slash at the end of `proxy_pass http://127.0.0.1:5000/;`; or"
    ' `PrefixURLs(app, "/svc", proxy_strips=False)`',
)
NO_PREFIX = (
    '`PrefixURLs(app, "/svc")`, or `FLASK_PREFIX_URLS_PREFIX=/svc` in the environment'
    " of the service; and `url_for` for paths written by hand"
)
HOST_LINE = "nginx: `proxy_set_header Host $http_host;`"

CASES = {
    "not-stripped": Case(*NOT_STRIPPED, front={"strips": lambda path: path}),
    "not-stripped-own-page": Case(
        *NOT_STRIPPED, app=own_404, front={"strips": lambda path: path}
    ),
    "no-prefix": Case(
        "no-prefix",
        "'/style.css' leads nowhere, and '/svc/style.css' to a page: the app does not"
        " know its prefix.",
        NO_PREFIX,
        make_app,
    ),
    "no-prefix-in-redirect": Case(
        "no-prefix",
        "The redirect of '/svc/foo' leads to 'ROOT/foo/': the app does not know its"
        " prefix.",
        NO_PREFIX,
        lambda: _without_links(make_app()),
        path="/svc/foo",
    ),
    "link-by-hand": Case(
        "link-by-hand",
        "'/foo/' leads nowhere, and '/svc/foo/' to a page: the link was written by"
        " hand.",
        '`url_for("...")`, not `/foo/`',
        lambda: with_view(
            "home", lambda: f'<a href="{url_for("home")}"><a href=/foo/>'
        ),
    ),
    "redirect-by-hand": Case(
        "redirect-by-hand",
        "The redirect of '/svc/private' leads to '/login', which leads nowhere, and"
        " '/svc/login' to a page.",
        '`redirect(url_for("..."))`, not `redirect("/login")`',
        lambda: with_view("private", lambda: redirect("/login")),
        path="/svc/private",
    ),
    "prefix-twice-in-location": Case(
        "prefix-twice-in-location",
        f"The redirect of '/svc/foo' leads to 'ROOT/svc/svc/foo/?{TOKEN}=1', with the"
        " prefix twice.",
        HOST_LINE,
        front={"returns": add_prefix},
    ),
    "prefix-twice-in-links": Case(
        "prefix-twice-in-links",
        "'/svc/svc/foo/' has '/svc' twice.",
        "no /svc in routes, `url_prefix`, `static_url_path`; `url_for(...)`, not"
        " `request.script_root + url_for(...)`",
        lambda: with_view(
            "home", lambda: f'<a href="{request.script_root + url_for("foo")}">'
        ),
    ),
    "prefix-twice-in-route": Case(
        "prefix-twice-in-links",
        "'/svc/svc/bar' has '/svc' twice, if that is no path of the app.",
        "no /svc in routes, `url_prefix`, `static_url_path`; `url_for(...)`, not"
        " `request.script_root + url_for(...)`",
        route_with_prefix,
    ),
    "other-prefix": Case(
        "other-prefix",
        "'/old/style.css' has the prefix '/old' instead of '/svc'.",
        '`PrefixURLs(app, "/svc")`, or for several prefixes `PrefixURLs(app,'
        ' forwarded_prefix(allowed=["/svc", "/old"], default="/svc"))`',
        lambda: prefixed_app("/old"),
    ),
    "internal-host": Case(
        "internal-host",
        f"The redirect of '/svc/foo' leads to 'http://app:5000/svc/foo/?{TOKEN}=1',"
        " which no browser reaches.",
        HOST_LINE,
        front={"forwards": internal("app:5000")},
    ),
    "internal-port": Case(
        "internal-host",
        f"The redirect of '/svc/foo' leads to 'http://127.0.0.1:1/svc/foo/?{TOKEN}=1',"
        " which no browser reaches.",
        HOST_LINE,
        front={"forwards": internal("127.0.0.1:1")},
    ),
    "lost-port": Case(
        "lost-port",
        f"The redirect of '/svc/foo' leads to 'http://127.0.0.1/svc/foo/?{TOKEN}=1',"
        " without the port of the URL.",
        f"{HOST_LINE} (`$host` has no port)",
        front={"forwards": internal("127.0.0.1")},
    ),
    "first-page-everywhere": Case(
        "first-page-everywhere",
        "Every path below '/svc' shows the first page, '/svc/style.css' too: the proxy"
        " forwards none of them.",
        "nginx: `rewrite-target: /$2` of ingress-nginx",
        front={"strips": lambda path: "/"},  # noqa: ARG005
    ),
    "gunicorn": Case(
        "server-error",
        "gunicorn itself answers 500 to '/svc/': probably it has a SCRIPT_NAME, which"
        " the proxy has stripped already.",
        'unset `SCRIPT_NAME`, and `PrefixURLs(app, "/svc")`',
        front={
            "answers_itself": lambda target: (
                page("500 Internal Server Error", GUNICORN)
                if target.startswith("/svc/")
                else None
            )
        },
    ),
    "server-error": Case(
        "server-error",
        "Flask answers 500 to '/svc/'.",
        "the app's log says why",
        lambda: with_view("home", lambda: Response(FLASK_500, 500)),
    ),
    "gateway": Case(
        "gateway-refuses",
        "API Gateway refuses '/style.css', and knows '/svc/style.css': the app does not"
        " know its prefix.",
        "`FLASK_PREFIX_URLS_PREFIX=/svc`",
        make_app,
        {"outside": refuses("Missing Authentication Token")},
    ),
    "gateway-page": Case(
        "gateway-refuses",
        "API Gateway does not know '/other/': the URL has no stage, or no mapping.",
        "`FLASK_PREFIX_URLS_PREFIX=/other`",
        front={"outside": refuses("Forbidden")},
        path="/other/",
    ),
    "bad-gateway": Case(
        "bad-gateway",
        "nginx answers 502 to '/svc/': it gets no answer of the app.",
        "start the app, and check its address in the proxy",
        front={"returns": lambda _: page("502 Bad Gateway")},
    ),
    "one-slash": Case(
        "double-slash",
        "Apache itself answers 500 to '/svc/f00dcafe': ProxyPass has a slash at the"
        " end on one side only.",
        'Apache: `ProxyPass "/svc/" "http://127.0.0.1:5000/"`',
        front={
            "answers_itself": lambda target: (
                page("500 Internal Server Error", APACHE)
                if target.startswith("/svc/") and target != "/svc/"
                else None
            ),
            "outside": lambda _: page("404 Not Found", APACHE),
        },
    ),
    "matches-too-much": Case(
        "matches-too-much",
        f"The proxy forwards '/svc-{TOKEN}', which only begins like '/svc'.",
        "nginx: `location /svc/`",
        front={"matches": lambda path: path.startswith("/svc")},
    ),
    "bare-prefix-missing": Case(
        "bare-prefix-missing",
        "nginx answers 404 to '/svc', though '/svc/' is there.",
        "nginx: `location = /svc { return 301 /svc/$is_args$args; }`",
        front={"bare": None},
    ),
    "query-lost": Case(
        "query-lost",
        "The redirect from '/svc' to '/svc/' loses the query.",
        "nginx: `return 301 /svc/$is_args$args;`",
        front={"bare": lambda path, _: page("302 Found", Location=f"{path}/")},
    ),
    "encoded-slash": Case(
        "encoded-slash",
        "Apache itself answers 404 to a path with '%2F'.",
        "Apache: `AllowEncodedSlashes On` in each virtual host",
        front={
            "answers_itself": lambda target: (
                page("404 Not Found", APACHE) if "%2F" in target else None
            ),
            "outside": lambda _: page("404 Not Found", APACHE),
        },
    ),
    "long-redirect": Case(
        "long-redirect",
        "nginx answers 502 to a long redirect: the headers of the answer do not fit"
        " into its buffer.",
        "nginx: `proxy_buffer_size 8k;`",
        front={"returns": long_headers},
    ),
    "cookie-path": Case(
        "cookie-path",
        "The cookie 'session' has the path '/old', so no browser sends it to '/svc'.",
        '`app.config["SESSION_COOKIE_PATH"] = "/svc"`',
        old_cookie,
        path="/svc/login",
    ),
    "client-prefix-trusted": Case(
        "client-prefix-trusted",
        "'/svc/' has the X-Forwarded-Prefix that a client sends in its URLs.",
        "nginx: `proxy_set_header X-Forwarded-Prefix /svc;`, app:"
        ' `forwarded_prefix(allowed=["/svc"])`',
        any_prefix,
    ),
    "swagger": Case(
        "specification-without-prefix",
        "The specification says that the API is at '/', without '/svc'.",
        'Flasgger: `swagger.config["basePath"] = prefix_of(app) or "/"`',
        spec_app,
        path="/svc/spec.json",
    ),
    "openapi": Case(
        "specification-without-prefix",
        "The specification says that the API is at '/api', without '/svc'.",
        'Flasgger: `swagger.config["basePath"] = prefix_of(app) or "/"`',
        lambda: spec_app(openapi="3.0.0", servers=[{"url": "/api"}]),
        path="/svc/spec.json",
    ),
    "not-forwarded": Case(
        "unreachable",
        "nginx itself answers 404 to '/other/': it forwards no such path.",
        "a link to it needs the prefix, or the proxy must forward it",
        path="/other/",
    ),
    "no-first-page": Case(
        "unreachable",
        "The app has no page at '/'.",
        "give --url the URL of a page that the app has",
        lambda: Flask("tests"),
        {"matches": lambda _: True},
        "/",
    ),
}
FLASK_500 = "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>"


def _without_links(app: Flask) -> Flask:
    app.view_functions["home"] = lambda: "home"
    return app


@pytest.mark.warns
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_mistake_is_found_with_the_line_to_change(case: Case) -> None:
    with running(Front(case.app(), **case.front)) as root:
        report = explain_deployed(root + case.path, max_pages=30)
    (mistake,) = report.mistakes
    assert (mistake.code, mistake.text, mistake.fix) == (
        case.code,
        case.text.replace("ROOT", root),
        case.fix,
    )


class Upgrading(BaseHTTPRequestHandler):
    """A server of WebSockets, as far as the handshake."""

    def do_GET(self) -> None:
        fields = ("Upgrade", "Connection", "Sec-WebSocket-Version")
        assert [self.headers[name] for name in fields] == ["websocket", "Upgrade", "13"]
        assert len(b64decode(self.headers["Sec-WebSocket-Key"])) == 16
        self.send_response(101)
        self.end_headers()


def test_a_websocket_opens() -> None:
    with running_handler(Upgrading) as port:
        url = f"ws://{HOST}:{port}/svc/ws"
        report = explain_deployed(url, max_pages=1)
    assert report.steps == (
        Step(
            "websocket",
            ("The handshake of '/svc/ws' is answered 101.",),
            {"status": 101, "made_by": None},
        ),
    )
    assert (report.result, report.mistakes) == (url, ())


def test_a_websocket_is_refused() -> None:
    with running(Front(prefixed_app())) as root:
        report = explain_deployed(f"{root.replace('http', 'ws')}/svc/", max_pages=30)
    (mistake,) = report.mistakes
    assert mistake.code == "websocket-refused"
    assert mistake.fix is not None
    assert mistake.fix.startswith("nginx: `proxy_http_version 1.1;`")


def test_a_websocket_of_a_server_that_is_not_there() -> None:
    port = free_port()
    report = explain_deployed(f"ws://{HOST}:{port}/svc/ws", max_pages=30)
    assert report.result is None
    assert [mistake.code for mistake in report.mistakes] == ["unreachable"]


def paths_in(front: Front) -> set[str]:
    return {line.split()[1].partition("?")[0] for line in front.asked}


def test_links_that_change_something_are_not_followed() -> None:
    links = ["logout", "log_out/", "1/delete", "reset/", "unsubscribe/?user=1"]

    def home() -> str:
        root = url_for("home")
        below = "".join(f'<a href="{root}{link}">' for link in links)
        outside = "".join(f'<a href="/{link}">' for link in links)
        files = f'<img src="{root}unsubscribe.png">'
        form = f'<form method="post" action="{url_for("foo")}">'
        return below + outside + files + form

    front = Front(with_view("home", home))
    report = explain(front)
    assert report.mistakes == ()
    # The router answers the form's path without its slash.
    assert paths_in(front) == {
        *("/svc/", "/svc", "/svc/foo", f"/{TOKEN}", f"/svc-{TOKEN}"),
        *(f"/svc/{TOKEN}", f"/svc/{TOKEN}%2F{TOKEN}"),
    }


def test_a_redirect_to_what_changes_something_is_not_followed() -> None:
    def home() -> str:
        return f'<a href="{url_for("foo")}">'

    app = with_view("home", home)
    app.view_functions["foo"] = lambda: redirect("/logout")
    front = Front(app)
    assert explain(front).mistakes == ()
    assert "/svc/foo/" in paths_in(front)
    assert not {"/logout", "/svc/logout"} & paths_in(front)


def test_a_prefix_may_look_as_if_it_changes_something() -> None:
    prefix = "/password-reset"
    front = Front(
        prefixed_app(prefix),
        strips=lambda path: path.removeprefix(prefix),
        matches=lambda path: path.startswith(f"{prefix}/"),
    )
    explain(front, f"{prefix}/")
    assert f"{prefix}/foo" in paths_in(front)


def test_the_page_after_a_redirect_is_looked_at() -> None:
    app = with_view("home", lambda: redirect(url_for("foo")))
    app.view_functions["foo"] = lambda: '<a href="/svc/style.css"><a href="/login">'
    report = explain(Front(app))
    assert [mistake.code for mistake in report.mistakes] == ["link-by-hand"]
    assert facts(report, "answer")["page"] == "/svc/foo/"


def test_a_redirect_of_the_first_page_that_leads_nowhere_is_told() -> None:
    app = with_view("home", lambda: redirect("/svc/gone"))
    report = explain(Front(app))
    assert facts(report, "answer")["page_status"] == 302
    assert report.mistakes == ()


def test_a_prefix_of_several_segments_is_found() -> None:
    app = prefixed_app("/some/svc")
    front = Front(
        app,
        strips=lambda path: path.removeprefix("/some/svc"),
        matches=lambda path: path.startswith("/some/svc/"),
    )
    with running(front) as root:
        for path in ("/some/svc/", "/some/svc/foo/", "/some/svc/headers"):
            report = explain_deployed(root + path, max_pages=30)
            assert report.result == f"{root}/some/svc/"


def test_an_app_without_a_prefix_at_the_root_is_right() -> None:
    with running(make_app()) as root:
        report = explain_deployed(root, max_pages=30)
    assert (report.result, report.mistakes) == (f"{root}/", ())
    reason = "the URL has no path, so there is no prefix"
    for name in ("bare prefix", "stripped", "neighbour"):
        assert text(report, name) == (f"Not seen: {reason}.",)


@pytest.mark.warns
def test_other_prefixes_are_looked_for_in_a_link_of_several_segments() -> None:
    report = explain(Front(prefixed_app("/old/v1")))
    (mistake,) = report.mistakes
    assert (
        mistake.text
        == "'/old/v1/style.css' has the prefix '/old/v1' instead of '/svc'."
    )


def test_a_client_that_a_cache_hears_is_a_mistake() -> None:
    kept: dict[str, Page] = {}

    def keep(target: str, made: Page) -> Page:
        return kept.setdefault(target, made)

    app = prefixed_app()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1)  # type: ignore[method-assign]
    front = Front(app)
    targets: list[str] = []
    front.answers_itself = lambda target: targets.append(target) or kept.get(target)
    front.returns = lambda made: keep(targets[-1], made)
    (mistake,) = explain(front).mistakes
    assert mistake.code == "client-host-trusted"
    assert mistake.text == (
        "A cache keeps what '/svc/foo' answers to the X-Forwarded-Host of one client"
        " for all others."
    )


def test_the_text_fits_into_80_columns_and_json_has_the_same() -> None:
    with running(Front(make_app())) as root:
        arguments = ["--url", f"{root}/svc/"]
        printed = CliRunner(env={"COLUMNS": "80"}).invoke(command, arguments)
        said = CliRunner().invoke(command, [*arguments, "--json"])
    assert printed.exit_code == said.exit_code == 1
    assert max(map(len, printed.output.splitlines())) <= 80
    assert printed.output.endswith(
        "in the\n"
        "         environment of the service; and `url_for` for paths written by hand\n"
    )
    report = json.loads(said.output)
    assert report["version"] == 1
    assert report["result"] == f"{root}/svc/"
    assert [step["name"] for step in report["steps"]][:3] == [
        "answer",
        "bare prefix",
        "stripped",
    ]
    assert [mistake["code"] for mistake in report["mistakes"]] == ["no-prefix"]


def test_slashes_that_arrive_are_told_from_those_that_are_merged() -> None:
    def app() -> Flask:
        app = with_view("home", lambda: f'<a href="{url_for("item", number=1)}">')
        app.add_url_rule("/items/<int:number>", "item", lambda number: str(number))
        return app

    report = explain(Front(app()))
    told, arrive = text(report, "slashes")
    assert told.startswith("'/svc/items//1' is redirected to 'http://")
    assert arrive == "Both slashes arrive."
    report = explain(Front(app(), strips=lambda path: path[4:].replace("//", "/")))
    assert text(report, "slashes") == (
        "'/svc/items//1' shows the page: the proxy or the server merges slashes.",
    )


def test_the_bare_prefix_is_missing_where_it_is_what_was_given() -> None:
    (mistake,) = explain(Front(prefixed_app(), bare=None), "/svc").mistakes
    assert mistake.code == "bare-prefix-missing"


def test_a_link_to_another_app_is_right() -> None:
    def outside(path: str) -> Page:
        return page("200 OK" if path == "/about" else "404 Not Found")

    app = with_view("home", lambda: f'<a href="/about"><a href="{url_for("foo")}">')
    report = explain(Front(app, outside=outside))
    assert report.mistakes == ()
    assert text(report, "links")[-1] == "'/about' leads out of the app, and is there."


def test_a_dead_link_of_many_segments_is_no_matter_of_a_prefix() -> None:
    app = with_view("home", lambda: '<a href="/a/b/c/d/e/f">')
    assert explain(Front(app)).mistakes == ()


def test_an_api_that_is_elsewhere_on_purpose_is_right() -> None:
    def app() -> Flask:
        return spec_app(basePath="/api", paths={"/items": {"get": {}}})

    front = Front(app(), outside=lambda _: page("404 Not Found"))
    (mistake,) = explain(front, "/svc/spec.json").mistakes
    assert mistake.code == "specification-without-prefix"

    def elsewhere(path: str) -> Page:
        return page("200 OK" if path == "/api/items" else "404 Not Found")

    assert explain(Front(app(), outside=elsewhere), "/svc/spec.json").mistakes == ()


@pytest.mark.parametrize("most", range(1, 8))
@pytest.mark.parametrize("path", ["/svc/a/b/", "/svc"])
def test_too_few_requests_give_no_mistake(path: str, most: int) -> None:
    app = prefixed_app()
    app.add_url_rule("/a/b/", "b", str)
    assert explain(Front(app), path, max_pages=most).mistakes == ()


def test_a_redirect_of_the_bare_prefix_to_elsewhere_is_told() -> None:
    front = Front(prefixed_app(), bare=lambda *_: page("302 Found", Location="/"))
    report = explain(front)
    assert text(report, "bare prefix") == ("'/svc' is redirected to '/'.",)
    assert report.mistakes == ()


def test_help_describes_the_facts() -> None:
    output = CliRunner(env={"COLUMNS": "80"}).invoke(command, ["--help"]).output
    lines = output.partition("where one saw nothing, not_seen:\n")[2].partition("\n\n")[
        0
    ]
    described = dict(line.strip().split(": ") for line in lines.splitlines())
    app = prefixed_app()
    app.view_functions["home"] = lambda: (
        f'<link rel="stylesheet" href="{url_for("style")}">'
        f'<a href="{url_for("login")}"><a href="{url_for("item", number=1)}">'
    )
    app.add_url_rule("/items/<int:number>", "item", lambda number: str(number))
    front = Front(app)
    steps = [*explain(front).steps]
    steps += explain(Front(spec_app()), "/svc/spec.json").steps
    with running(front) as root:
        steps += explain_deployed(
            f"{root.replace('http', 'ws')}/svc/", max_pages=2
        ).steps
    printed = {
        step.name: ", ".join(step.facts)
        for step in steps
        if [*step.facts] != ["not_seen"]
    }
    assert printed == described
