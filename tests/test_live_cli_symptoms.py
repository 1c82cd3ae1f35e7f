"""``flask prefix-urls explain --url`` names the cause of a symptom, and README's fix.

Those that show only with the app at hand are in ``test_cli_symptoms.py``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from crawler import LIMIT
from deployments import (
    GATEWAY,
    INGRESS,
    LEAVES,
    REDIRECTS_WITH,
    SENDS_PREFIX,
    STRIPS,
    STRIPS_WITH,
    Deploy,
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
from flask import Flask
from live import make_certificate, need
from nginx import running_nginx
from pages import make_app
from readme import Row, code_in, explains
from serving import PLAIN, serving
from werkzeug.middleware.proxy_fix import ProxyFix

from demo.addresses import HOST
from demo.proxy import free_port
from flask_prefix_urls import PrefixURLs, prefix_of
from flask_prefix_urls.cli import prefix_urls

pytestmark = pytest.mark.live


@pytest.fixture
def deploy(tmp_path: Path) -> Deploy:
    """Deploy an app behind nginx, as often as a test needs it."""
    return partial(deployed, tmp_path)


NO_PREFIX = (
    "'/style.css' leads nowhere, and '/svc/style.css' to a page: the app does not know"
    " its prefix."
)


def explain(url: str) -> tuple[bool, str]:
    """Run the command; tell whether all is right, and what it says."""
    done = CliRunner().invoke(prefix_urls, ["explain", "--url", url])
    assert done.exit_code in (0, 1), done.output
    # Where a line ends depends on how long the port is.
    return done.exit_code == 0, " ".join(done.output.split())


def redirect_to(url: str) -> str:
    """Return how a sentence about the slash redirect begins."""
    return f"The redirect of '/svc/foo' leads to '{url}'"


def assert_right(url: str) -> None:
    """Assert that nothing is found."""
    is_right, text = explain(url)
    assert is_right, text


def assert_found(url: str, cause: str, *fixes: str) -> None:
    """Assert that one mistake is found, what is said of it, and what fixes it."""
    is_right, text = explain(url)
    _, _, mistakes = text.partition(" Probably a mistake - ")
    found, _, fix = mistakes.partition(" Fix: ")
    # It names the request, so that no cache has the answer.
    assert (is_right, re.sub(r"\?[0-9a-f]{8}=1", "", found)) == (False, cause)
    assert [part for part in fixes if part not in fix] == []
    assert "Fix:" not in fix


def test_a_user_needs_no_app(deploy: Deploy, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flask", "prefix-urls", "explain", "--url"]
    with deploy(make_app()) as wrong:
        done = subprocess.run(
            [*command, wrong.public],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert '    Fix: `PrefixURLs(app, "/svc")`' in "\n".join(lines[-3:])


@explains("CSS and pictures are missing, every link is a 404 of the proxy")
def test_an_app_without_its_prefix(deploy: Deploy, row: Row) -> None:
    with deploy(make_app()) as wrong:
        assert_found(wrong.public, NO_PREFIX, row.code("PrefixURLs"))
    with deploy(app_by(row.code("PrefixURLs"))) as right:
        assert_right(right.public)


@explains("CSS and pictures are missing, every link is a 404 of the proxy")
def test_a_path_that_was_written_by_hand(deploy: Deploy, row: Row) -> None:
    links = '<a href="{{ url_for(\'home\') }}"></a> <a href="{}"></a>'
    with deploy(app_with_form(links.replace("{}", "/"))) as wrong:
        cause = (
            "'/' leads nowhere, and '/svc/' to a page: the link was written by hand."
        )
        assert_found(wrong.public, cause, row.code("url_for"))
    with deploy(app_with_form(links.replace("{}", "{{ url_for('home') }}"))) as right:
        assert_right(right.public)


@explains("A 404, but whose?")
@pytest.mark.parametrize("own_page", [False, True], ids=["flasks-page", "own-page"])
def test_whose_404_it_is(deploy: Deploy, row: Row, own_page: bool) -> None:
    app = prefixed_app()
    if own_page:
        app.register_error_handler(404, lambda _: ({"error": "none"}, 404))
    with deploy(app) as site:
        _, says = explain(f"{site.public}/nope")
        flask = "" if own_page else ", which Flask made"
        assert f"'/svc/nope' answers 404{flask}." in says
        assert "does not strip" not in says
        # Without its prefix, it is the proxy's.
        _, says = explain(f"{site.root}/foo/")
        assert "'/foo/' answers 404, which nginx made." in says
        assert row.cells[-1].endswith("proxy: the link has no prefix")
        assert "Fix: a link to it needs the prefix" in says


@explains("A 403 of API Gateway: `Forbidden`, or `Missing Authentication Token`")
@pytest.mark.parametrize("message", ["Forbidden", "Missing Authentication Token"])
def test_a_link_without_the_stage(
    deploy: Deploy, row: Row, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    locations = GATEWAY.replace("BODY", f'{{"message":"{message}"}}')
    with deploy(make_app(), locations) as wrong:
        cause = (
            "API Gateway refuses '/style.css', and knows '/svc/style.css': the app does"
            " not know its prefix."
        )
        assert_found(wrong.public, cause, row.code("FLASK_"))
    name, _, value = row.code("FLASK_").partition("=")
    monkeypatch.setenv(name, value)
    app = make_app()
    app.config.from_prefixed_env()
    PrefixURLs(app)
    with deploy(app, locations) as right:
        assert_right(right.public)


@pytest.mark.warns
@explains("Every page is a 404 of the app")
def test_a_proxy_that_does_not_strip(deploy: Deploy, row: Row) -> None:
    fixes = (row.code("proxy_pass"), row.code("proxy_strips"))
    with deploy(prefixed_app(), LEAVES) as wrong:
        cause = (
            "The app answers 404 to '/svc/': the proxy does not strip '/svc', if the"
            " app has such a page."
        )
        assert_found(wrong.public, cause, *fixes)
    with deploy(prefixed_app(), STRIPS) as right:
        assert_right(right.public)
    with deploy(app_by(row.code("proxy_strips")), LEAVES) as right:
        assert_right(right.public)


@explains("gunicorn answers 500")
def test_gunicorn_takes_off_what_nginx_has_stripped(row: Row, tmp_path: Path) -> None:
    port = free_port()
    name = row.code("SCRIPT_NAME")
    command = [need("gunicorn"), "--bind", f"{HOST}:{port}", "wsgi:app"]
    with (
        serving(command, tmp_path, port, {name: "/svc"}, wsgi=PLAIN) as address,
        running_nginx(STRIPS.replace("APP", address), tmp_path) as root,
    ):
        cause = (
            "gunicorn itself answers 500 to '/svc/': probably it has a SCRIPT_NAME,"
            " which the proxy has stripped already."
        )
        assert_found(f"{root}/svc", cause, f"unset `{name}`", row.code("PrefixURLs"))


@explains("Every path shows the first page")
def test_ingress_nginx_replaces_every_path(deploy: Deploy, row: Row) -> None:
    fix = row.code("rewrite-target")
    with deploy(prefixed_app(), INGRESS.replace("TARGET", "/")) as wrong:
        cause = (
            "Every path below '/svc' shows the first page, '/svc/style.css' too: the"
            " proxy forwards none of them."
        )
        assert_found(wrong.public, cause, fix)
    target = fix.partition(": ")[2]
    with deploy(prefixed_app(), INGRESS.replace("TARGET", target)) as right:
        assert_right(right.public)


@explains("The login leads outside the prefix")
def test_a_login_that_was_written_by_hand(deploy: Deploy, row: Row) -> None:
    by_hand, by_flask = row.code('redirect("/login")'), row.code("url_for")
    with deploy(app_with_login(by_hand)) as wrong:
        cause = (
            "The redirect of '/svc/private' leads to '/login', which leads nowhere, and"
            " '/svc/login' to a page."
        )
        # From outside, the name of the endpoint is not known.
        fixes = (by_flask.replace("login", "..."), by_hand)
        assert_found(wrong.public, cause, *fixes)
    with deploy(app_with_login(by_flask)) as right:
        assert_right(right.public)


@explains("The prefix is twice, in `Location` only")
def test_nginx_adds_the_prefix_to_a_location(deploy: Deploy, row: Row) -> None:
    line = row.code("Host")
    wrong_line = line.replace("$http_host", "$proxy_host")
    with deploy(prefixed_app(), REDIRECTS_WITH.replace("LINE", wrong_line)) as wrong:
        redirect = redirect_to(f"{wrong.root}/svc/svc/foo/")
        assert_found(wrong.public, f"{redirect}, with the prefix twice.", line)
    with deploy(prefixed_app(), REDIRECTS_WITH.replace("LINE", line)) as right:
        assert_right(right.public)


@explains("The prefix is twice in every link")
@pytest.mark.parametrize(
    ("make_wrong_or_right", "part", "cause"),
    [
        # From outside, the page that is there may be one of the app's own.
        (
            app_with_prefix_in_route,
            "routes",
            "'/svc/svc/bar' has '/svc' twice, if that is no path of the app.",
        ),
        (
            app_with_prefix_in_url_prefix,
            "`url_prefix`",
            "'/svc/svc/bar' has '/svc' twice, if that is no path of the app.",
        ),
        (
            app_with_prefix_in_static_url_path,
            "`static_url_path`",
            "'/svc/svc/static/a.css' has '/svc' twice.",
        ),
    ],
    ids=["route", "url_prefix", "static_url_path"],
)
def test_the_prefix_is_also_in_a_route(
    deploy: Deploy,
    row: Row,
    make_wrong_or_right: Callable[[str], Flask],
    part: str,
    cause: str,
) -> None:
    assert part in row.cells[-1]
    wrong, right = make_wrong_or_right("/svc"), make_wrong_or_right("")
    PrefixURLs(wrong, "/svc")
    PrefixURLs(right, "/svc")
    with deploy(wrong) as site:
        assert_found(site.public, cause, part)
    with deploy(right) as site:
        assert_right(site.public)


@pytest.mark.warns
@explains("The prefix is twice in every link")
def test_the_prefix_is_added_by_hand(deploy: Deploy, row: Row) -> None:
    by_hand = row.code("script_root")
    with deploy(app_with_link(by_hand.replace("...", "'foo'"))) as wrong:
        assert_found(wrong.public, "'/svc/svc/foo/' has '/svc' twice.", by_hand)
    (by_flask,) = set(code_in(row.cells[-1])) & {by_hand.partition(" + ")[2]}
    with deploy(app_with_link(by_flask.replace("...", "'foo'"))) as right:
        assert_right(right.public)


# Its own links make the app warn.
@pytest.mark.warns
@explains("The links have another prefix")
def test_one_prefix_for_several(deploy: Deploy, row: Row) -> None:
    with deploy(app_by('PrefixURLs(app, "/old")'), SENDS_PREFIX) as wrong:
        cause = "'/old/style.css' has the prefix '/old' instead of '/svc'."
        assert_found(wrong.public, cause, row.code("PrefixURLs"))
    with deploy(app_by(row.code("PrefixURLs")), SENDS_PREFIX) as right:
        assert_right(right.public)


@explains("`http` instead of `https`")
@pytest.mark.parametrize("by_nginx", [False, True], ids=["unsent", "sent"])
@pytest.mark.parametrize("by_app", [False, True], ids=["unread", "read"])
def test_the_scheme_is_lost(
    deploy: Deploy,
    row: Row,
    by_nginx: bool,
    by_app: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = prefixed_app()
    by_proxy_fix, header = row.code("ProxyFix"), row.code("X-Forwarded-Proto")
    if by_app:
        exec(by_proxy_fix, {"app": app, "ProxyFix": ProxyFix})
    line = f"proxy_set_header Host $http_host; {header if by_nginx else ''}"
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with deploy(app, STRIPS_WITH.replace("LINE", line), certificate) as site:
        if by_nginx and by_app:
            assert_right(site.public)
        else:
            redirect = redirect_to(f"{site.public.replace('https', 'http')}/foo/")
            cause = f"{redirect}, which is http."
            assert_found(site.public, cause, header, by_proxy_fix)


@explains("An internal host, or no port, in redirects")
@pytest.mark.parametrize(
    ("variable", "fault"),
    [
        ("$proxy_host", "which no browser reaches"),
        ("$host", "without the port of the URL"),
    ],
)
def test_the_host_is_lost(deploy: Deploy, row: Row, variable: str, fault: str) -> None:
    line = row.code("proxy_set_header")
    wrong_line = line.replace("$http_host", variable)
    with deploy(prefixed_app(), STRIPS_WITH.replace("LINE", wrong_line)) as wrong:
        host = wrong.own if variable == "$proxy_host" else f"http://{HOST}"
        redirect = redirect_to(f"{host}/svc/foo/")
        assert_found(wrong.public, f"{redirect}, {fault}.", line)
    with deploy(prefixed_app(), STRIPS_WITH.replace("LINE", line)) as right:
        assert_right(right.public)


@explains("Swagger calls the wrong path")
def test_the_base_path_of_flasgger(deploy: Deploy, row: Row) -> None:
    flasgger = pytest.importorskip("flasgger")
    wrong, right = prefixed_app(), prefixed_app()
    flasgger.Swagger(wrong)
    names = {"swagger": flasgger.Swagger(right), "prefix_of": prefix_of, "app": right}
    exec(row.code("basePath"), names)
    with deploy(wrong) as site:
        cause = "The specification says that the API is at '/', without '/svc'."
        assert_found(f"{site.public}/apispec_1.json", cause, row.code("basePath"))
    with deploy(right) as site:
        assert_right(f"{site.public}/apispec_1.json")


@pytest.mark.warns
@explains("It works here, but not on the server")
def test_the_environment_of_the_service_lacks_the_prefix(
    deploy: Deploy, row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create_app() -> Flask:
        app = make_app()
        run(row.code("from_prefixed_env"), app=app)
        PrefixURLs().init_app(app)
        return app

    name, _, value = row.code("FLASK_").partition("=")
    monkeypatch.delenv(name, raising=False)
    with deploy(create_app()) as wrong:
        assert_found(wrong.public, NO_PREFIX, row.code("FLASK_"))
    monkeypatch.setenv(name, value)
    with deploy(create_app()) as right:
        assert_right(right.public)


@explains("Two apps lose each other's sessions")
def test_two_apps_have_one_cookie(deploy: Deploy, row: Row) -> None:
    setting = row.code("cookie_path")
    with deploy(app_with_user("/svc")) as wrong:
        # One app alone is right, so that it is no mistake.
        is_right, text = explain(f"{wrong.public}/login")
        assert is_right
        assert setting in text
    with deploy(app_with_user("/svc", setting)) as right:
        is_right, text = explain(f"{right.public}/login")
        assert is_right
        assert setting not in text
