"""README's "Symptoms" behind nginx: each check as it stands there, before and after."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from crawler import LIMIT, send
from deployments import (
    GATEWAY,
    INGRESS,
    LEAVES,
    REDIRECTS_WITH,
    SENDS_PREFIX,
    STRIPS,
    STRIPS_WITH,
    Deploy,
    Deployment,
    app_by,
    app_with_form,
    app_with_link,
    app_with_login,
    app_with_prefix_in_route,
    app_with_prefix_in_static_url_path,
    app_with_prefix_in_url_prefix,
    app_with_user,
    deployed,
    prefixed_app,
    run,
)
from flask import Flask, request
from live import make_certificate, need
from nginx import running_nginx
from pages import home_links, make_app
from readme import Row, code_in, symptom
from serving import PLAIN, serving
from symptoms import run_check
from werkzeug.middleware.proxy_fix import ProxyFix

from demo.addresses import HOST
from demo.proxy import free_port
from demo.servers import running
from flask_prefix_urls import PrefixURLs, prefix_of

pytestmark = pytest.mark.live


@pytest.fixture
def deploy(tmp_path: Path) -> Deploy:
    """Deploy an app behind nginx, as often as a test needs it."""
    return partial(deployed, tmp_path)


@symptom("CSS and pictures are missing, every link is a 404 of the proxy")
def test_an_app_without_its_prefix(deploy: Deploy, row: Row) -> None:
    with deploy(make_app()) as wrong:
        links = wrong.check(row)
        assert links == home_links()
        assert row.output == "/svc"
        for link in links:
            missing = send(wrong.root, "GET", link.partition('"')[2])
            assert (missing.status, "<center>nginx" in missing.text) == (404, True)
    with deploy(app_by(row.code("PrefixURLs"))) as right:
        links = right.check(row)
        assert links == home_links("/svc")
        for link in links:
            assert send(right.root, "GET", link.partition('"')[2]).status == 200


@symptom("CSS and pictures are missing, every link is a 404 of the proxy")
@pytest.mark.parametrize("attribute", ['href="{}"', "href='{}'", "action='{}'"])
def test_a_path_that_was_written_by_hand(
    deploy: Deploy, row: Row, attribute: str
) -> None:
    assert row.code("url_for") == "url_for"
    begin = attribute.partition("{")[0]

    form = f"<form {attribute}>"
    with deploy(app_with_form(form.format("/"))) as wrong:
        assert wrong.check(row) == [f"{begin}/"]
    by_flask = form.format('{{ url_for("home") }}')
    with deploy(app_with_form(by_flask)) as right:
        assert right.check(row) == [f"{begin}/svc/"]


@symptom("A 404, but whose?")
@pytest.mark.parametrize("own_page", [False, True], ids=["flasks-page", "own-page"])
def test_whose_404_it_is(deploy: Deploy, row: Row, own_page: bool) -> None:
    assert "at 0, the app's log has a line if it is the app's" in row.cells[1]
    asked = []
    app = prefixed_app()
    app.before_request(lambda: asked.append(request.path))
    if own_page:
        app.register_error_handler(404, lambda _: ({"error": "none"}, 404))
    with deploy(app) as site:
        assert site.check(row, X="/nope") == ["0" if own_page else "1"]
        assert asked == ["/nope"]
        # Without its prefix, it is the proxy's.
        assert site.check(row, X="/../foo/") == ["0"]
        assert asked == ["/nope"]
        for path in ("/svc/nope", "/foo/"):
            answer = send(site.root, "GET", path)
            assert (answer.status, answer.headers["Server"][:5]) == (404, "nginx")


@symptom("A 403 of API Gateway: `Forbidden`, or `Missing Authentication Token`")
@pytest.mark.parametrize("message", ["Forbidden", "Missing Authentication Token"])
def test_a_link_without_the_stage(
    deploy: Deploy, row: Row, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert message in code_in(row.cells[0])
    body = f'{{"message":"{message}"}}'
    locations = GATEWAY.replace("BODY", body)
    with deploy(make_app(), locations) as wrong:
        assert 'href="/foo/"' in send(wrong.root, "GET", "/svc/").text
        assert wrong.check(row, X="/../foo/") == [body]
    name, _, value = row.code("FLASK_").partition("=")
    monkeypatch.setenv(name, value)
    app = make_app()
    app.config.from_prefixed_env()
    PrefixURLs(app)
    with deploy(app, locations) as right:
        assert 'href="/svc/foo/"' in send(right.root, "GET", "/svc/").text
        assert right.check(row, X="/foo/") == ["foo"]


@pytest.mark.warns
@symptom("Every page is a 404 of the app")
@pytest.mark.parametrize("own_page", [False, True], ids=["flasks-page", "own-page"])
def test_a_proxy_that_does_not_strip(
    deploy: Deploy, row: Row, caplog: pytest.LogCaptureFixture, own_page: bool
) -> None:
    strips = row.code("proxy_pass").replace("http://127.0.0.1:5000", "APP")
    leaves = strips.replace("/;", ";")
    assert (strips, leaves) == ("proxy_pass APP/;", "proxy_pass APP;")
    assert strips in STRIPS
    assert leaves in LEAVES
    asked = []
    app = prefixed_app()
    app.before_request(lambda: asked.append(f"{request.method} {request.path}"))
    if own_page:
        app.register_error_handler(404, lambda _: ("None.", 404))
    with deploy(app, LEAVES) as wrong:
        assert wrong.check(row) == [row.output] == ["404"]
        assert asked == code_in(row.cells[1])[2:] == ["GET /svc/"]
        assert "The path '/svc/' is a 404" in caplog.text
    with deploy(prefixed_app(), STRIPS) as right:
        assert right.check(row) == ["200"]
    with deploy(app_by(row.code("proxy_strips")), LEAVES) as right:
        assert right.check(row) == ["200"]


@symptom("gunicorn answers 500")
def test_gunicorn_takes_off_what_nginx_has_stripped(row: Row, tmp_path: Path) -> None:
    name = row.code("SCRIPT_NAME")
    for environ, lines in ({name: "/svc"}, [row.output]), ({}, ["200"]):
        work = tmp_path / lines[0]
        work.mkdir()
        port = free_port()
        command = [need("gunicorn"), "--bind", f"{HOST}:{port}", "wsgi:app"]
        with (
            serving(command, work, port, environ, wsgi=PLAIN) as address,
            running_nginx(STRIPS.replace("APP", address), tmp_path) as root,
        ):
            assert run_check(row, f"{root}/svc", address) == lines
        log = (work / "output.log").read_text("utf-8")
        assert (code_in(row.cells[1])[2] in log) == bool(environ)


@symptom("Every path shows the first page")
def test_ingress_nginx_replaces_every_path(deploy: Deploy, row: Row) -> None:
    target = row.code("rewrite-target").partition(": ")[2]
    with deploy(prefixed_app(), INGRESS.replace("TARGET", "/")) as wrong:
        first = send(wrong.root, "GET", "/svc/").text
        assert wrong.check(row) == first.splitlines() != []
        assert send(wrong.root, "GET", "/svc/style.css").text == first
    with deploy(prefixed_app(), INGRESS.replace("TARGET", target)) as right:
        assert right.check(row) == []
        assert send(right.root, "GET", "/svc/style.css").text == ""


@symptom("The login leads outside the prefix")
def test_a_login_that_was_written_by_hand(deploy: Deploy, row: Row) -> None:
    with deploy(app_with_login(row.code('redirect("/login")'))) as wrong:
        assert wrong.check(row) == [f"Location: {row.output}"] == ["Location: /login"]
    with deploy(app_with_login(row.code("url_for"))) as right:
        assert right.check(row) == ["Location: /svc/login"]


@symptom("The prefix is twice, in `Location` only")
def test_nginx_adds_the_prefix_to_a_location(deploy: Deploy, row: Row) -> None:
    right_line = row.code("Host")
    assert right_line == "proxy_set_header Host $http_host;"
    # What nginx does by itself.
    wrong_line = right_line.replace("$http_host", "$proxy_host")
    location = REDIRECTS_WITH
    with deploy(prefixed_app(), location.replace("LINE", wrong_line)) as wrong:
        assert row.output == "/svc/svc/"
        assert wrong.check(row) == [
            f"Location: {wrong.root}{row.output}foo/",
            "Location: /svc/login",
        ]
        assert '"/svc/foo/"' in send(wrong.root, "GET", "/svc/").text
    with deploy(prefixed_app(), location.replace("LINE", right_line)) as right:
        assert right.check(row) == [
            f"Location: {right.public}/foo/",
            "Location: /svc/login",
        ]


@symptom("The prefix is twice in every link")
@pytest.mark.parametrize(
    ("make_wrong_or_right", "path"),
    [
        (app_with_prefix_in_route, "/bar"),
        (app_with_prefix_in_url_prefix, "/bar"),
        (app_with_prefix_in_static_url_path, "/static/a.css"),
    ],
    ids=["route", "url_prefix", "static_url_path"],
)
def test_the_prefix_is_also_in_a_route(
    deploy: Deploy, row: Row, make_wrong_or_right: Callable[[str], Flask], path: str
) -> None:
    assert {"url_prefix", "static_url_path"} <= {*code_in(row.cells[-1])}
    for prefix, lines in {"/svc": [f'"/svc/svc{path}'], "": []}.items():
        app = make_wrong_or_right(prefix)
        PrefixURLs(app, "/svc")
        with deploy(app) as site:
            assert site.check(row) == lines
            assert f'"/svc{prefix}{path}"' in send(site.root, "GET", "/svc/").text


@pytest.mark.warns
@symptom("The prefix is twice in every link")
def test_the_prefix_is_added_by_hand(deploy: Deploy, row: Row) -> None:
    def app_with(code: str) -> Flask:
        return app_with_link(code.replace("...", "'foo'"))

    by_hand = row.code("script_root")
    with deploy(app_with(by_hand)) as wrong:
        assert wrong.check(row) == ['"/svc/svc/foo/']
        assert send(wrong.root, "GET", "/svc/svc/foo/").status == 404
    (by_flask,) = set(code_in(row.cells[-1])) & {by_hand.partition(" + ")[2]}
    with deploy(app_with(by_flask)) as right:
        assert right.check(row) == []


@symptom("The links have another prefix")
def test_one_prefix_for_several(deploy: Deploy, row: Row) -> None:
    with deploy(app_by('PrefixURLs(app, "/old")'), SENDS_PREFIX) as wrong:
        links = wrong.check(row)
        assert links == home_links("/old")
    with deploy(app_by(row.code("PrefixURLs")), SENDS_PREFIX) as right:
        links = right.check(row)
        assert links == home_links("/svc")


@symptom("`http` instead of `https`")
@pytest.mark.parametrize("by_nginx", [False, True], ids=["unsent", "sent"])
@pytest.mark.parametrize("by_app", [False, True], ids=["unread", "read"])
def test_the_scheme_is_lost(
    deploy: Deploy, row: Row, by_nginx: bool, by_app: bool, tmp_path: Path
) -> None:
    app = prefixed_app()
    if by_app:
        exec(row.code("ProxyFix"), {"app": app, "ProxyFix": ProxyFix})
    header = row.code("X-Forwarded-Proto") if by_nginx else ""
    line = f"proxy_set_header Host $http_host; {header}"
    location = STRIPS_WITH.replace("LINE", line)
    with deploy(app, location, make_certificate(tmp_path)) as site:
        url = site.public.removeprefix("https") + "/foo/"
        fixed = by_nginx and by_app
        assert site.check(row) == ([] if fixed else [f"Location: http{url}"])


@symptom("An internal host, or no port, in redirects")
def test_the_host_is_lost(deploy: Deploy, row: Row) -> None:
    location = STRIPS_WITH
    right_line = row.code("proxy_set_header")
    assert right_line == "proxy_set_header Host $http_host;"
    internal = right_line.replace("$http_host", "$proxy_host")
    with deploy(prefixed_app(), location.replace("LINE", internal)) as wrong:
        assert wrong.check(row) == [f"Location: {wrong.own}/svc/foo/"]
    no_port = right_line.replace("$http_host", row.code("$host").split()[0])
    with deploy(prefixed_app(), location.replace("LINE", no_port)) as wrong:
        assert wrong.check(row) == ["Location: http://127.0.0.1/svc/foo/"]
    with deploy(prefixed_app(), location.replace("LINE", right_line)) as right:
        assert right.check(row) == [f"Location: {right.public}/foo/"]


@symptom("Swagger calls the wrong path")
def test_the_base_path_of_flasgger(deploy: Deploy, row: Row) -> None:
    def status_of_call(site: Deployment) -> int:
        """Return what a call of ``/foo/`` answers, as the page of Swagger makes it."""
        base = send(site.root, "GET", f"/svc{path}").json.get("basePath", "")
        return send(site.root, "GET", f"{base}/foo/").status

    path = "/apispec_1.json"
    flasgger = pytest.importorskip("flasgger")
    wrong, right = prefixed_app(), prefixed_app()
    flasgger.Swagger(wrong)
    names = {"swagger": flasgger.Swagger(right), "prefix_of": prefix_of, "app": right}
    exec(row.code("basePath"), names)
    with deploy(wrong) as site:
        assert site.check(row, S=path) == []
        assert status_of_call(site) == 404
    with deploy(right) as site:
        assert site.check(row, S=path) == ['"basePath":"/svc']
        assert status_of_call(site) == 200


@pytest.mark.warns
@symptom("It works here, but not on the server")
def test_the_environment_of_the_service_lacks_the_prefix(
    deploy: Deploy,
    row: Row,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def create_app() -> Flask:
        app = make_app()
        run(row.code("from_prefixed_env"), app=app)
        PrefixURLs().init_app(app)
        return app

    name, _, value = row.code("FLASK_").partition("=")
    monkeypatch.delenv(name, raising=False)
    with deploy(create_app()) as wrong:
        assert 'href="/foo/' in wrong.check(row)
    monkeypatch.setenv(name, value)
    with deploy(create_app()) as right:
        assert 'href="/svc/foo/' in right.check(row)
    app = make_app()
    PrefixURLs().init_app(app)
    run(row.code("from_prefixed_env"), app=app)
    with deploy(app) as too_late:
        assert 'href="/foo/' in too_late.check(row)
        assert "PREFIX_URLS_PREFIX is '/svc', but was None" in caplog.text


@symptom("Two apps lose each other's sessions")
@pytest.mark.parametrize("fixed", [False, True], ids=["lost", "kept"])
def test_two_apps_have_one_cookie(deploy: Deploy, row: Row, fixed: bool) -> None:
    def app_at(prefix: str) -> Flask:
        return app_with_user(prefix, row.code("cookie_path") if fixed else "")

    with ExitStack() as stack:
        other = stack.enter_context(running(app_at("/other")))
        locations = STRIPS + f"location /other/ {{ proxy_pass {other}/; }}"
        site = stack.enter_context(deploy(app_at("/svc"), locations))
        (line,) = site.check(row)
        assert row.output == "Path=/"
        assert line.endswith("; Path=/svc" if fixed else f"; {row.output}")

        browser = build_opener(HTTPCookieProcessor(CookieJar()))

        def read(path: str) -> bytes:
            with browser.open(site.root + path, timeout=LIMIT) as answer:
                text: bytes = answer.read()
            return text

        read("/svc/login")
        assert read("/svc/user") == b"Ada"
        read("/other/login")
        assert read("/svc/user") == (b"Ada" if fixed else b"nobody")
