"""``flask prefix-urls explain`` names the cause of a symptom, and README's fix.

These show with the app at hand. ``test_live_cli_symptoms.py`` asks deployed apps.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask.cli import ScriptInfo
from pages import make_app
from readme import EXPLAINED_SYMPTOMS, Row, code_in, explains, says, table
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_prefix_urls import PrefixURLs, forwarded_prefix, prefix_of
from flask_prefix_urls.cli import prefix_urls
from flask_prefix_urls.testing import ProxyClient

# Seconds, for what takes one.
LIMIT = 30


def test_each_row_is_explained() -> None:
    # Its tests count, too.
    import_module("test_live_cli_symptoms")
    assert table("Symptoms").keys() == EXPLAINED_SYMPTOMS


def app_by(code: str = "", prefix: str | None = None) -> Flask:
    """Make an app, and run code of README on it."""
    app = make_app()
    # Without sessions, which have a symptom of their own.
    app.secret_key = None
    if prefix is not None:
        PrefixURLs(app, prefix)
    names = {
        "PrefixURLs": PrefixURLs,
        "ProxyClient": ProxyClient,
        "ProxyFix": ProxyFix,
        "app": app,
        "forwarded_prefix": forwarded_prefix,
    }
    exec(code, names)
    return app


def explain(app: Flask, *arguments: str) -> tuple[int, str]:
    """Run the command as a user does; return its status, and what it says."""
    runner = app.test_cli_runner()
    script = ScriptInfo(create_app=lambda: app)
    done = runner.invoke(prefix_urls, ["explain", *arguments], obj=script)
    assert done.exit_code in (0, 1), done.output
    # Wherever the lines end.
    return done.exit_code, " ".join(done.output.split())


def assert_found(app: Flask, *arguments: str, parts: list[str]) -> None:
    """Assert that a mistake is found, and what is said of it."""
    status, text = explain(app, *arguments)
    _, heading, mistakes = text.partition(" Probably a mistake ")
    assert (status, bool(heading)) == (1, True)
    assert [part for part in parts if part not in mistakes] == []


def assert_right(app: Flask, *arguments: str, result: str) -> None:
    """Assert that nothing is found, and which URL comes out."""
    status, text = explain(app, *arguments)
    assert status == 0, text
    assert text.endswith(f" result {result}")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no variable of the machine have a say."""
    monkeypatch.delenv("SCRIPT_NAME", raising=False)


@explains("CSS and pictures are missing, every link is a 404 of the proxy")
def test_an_app_without_its_prefix(row: Row) -> None:
    fix = row.code("PrefixURLs")
    assert_found(app_by(), "style", parts=[fix])
    assert_right(app_by(fix), "style", result="/svc/style.css")


@explains("CSS and pictures are missing, every link is a 404 of the proxy")
def test_a_path_that_was_written_by_hand(row: Row) -> None:
    fix = row.code("url_for")
    url_for = f'{fix}("style")'
    assert_found(app_by(prefix="/svc"), "/style.css", parts=[url_for])
    assert_right(app_by(prefix="/svc"), "/svc/style.css", result="/svc/style.css")


@explains("A 404, but whose?")
def test_a_404_of_the_proxy(row: Row) -> None:
    assert "proxy: the link has no prefix" in row.cells[-1]
    lacks = "The path '/foo/' lacks the prefix of 'foo'"
    forwards = "the proxy does not forward it"
    assert_found(app_by(prefix="/svc"), "/foo/", parts=[lacks, forwards])
    assert_right(app_by(prefix="/svc"), "/svc/foo/", result="/svc/foo/")


@explains("Every page is a 404 of the app")
def test_a_proxy_that_does_not_strip(row: Row) -> None:
    leaves = "proxy does not strip The app gets '/svc/foo/'."
    _, text = explain(app_by(prefix="/svc"), "/svc/foo/")
    assert f"{leaves} That is a 404" in text
    assert "proxy_strips=False" in text
    fix = row.code("proxy_strips")
    assert "proxy_strips=False" in fix
    _, text = explain(app_by(fix), "/svc/foo/")
    assert leaves in text
    assert "That is a 404" not in text


@explains(
    "A 403 of API Gateway: `Forbidden`, or `Missing Authentication Token`",
    "It works here, but not on the server",
)
def test_the_environment_lacks_the_prefix(
    row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, value = row.code("FLASK_").partition("=")
    by_environment = "app.config.from_prefixed_env()"
    then = f"{by_environment}; PrefixURLs().init_app(app)"
    monkeypatch.delenv(name, raising=False)
    assert_found(app_by(then), "foo", parts=[f"{name}={value}", by_environment])
    monkeypatch.setenv(name, value)
    assert_right(app_by(then), "foo", result="/svc/foo/")
    # The line is missing, or is too late.
    assert_found(app_by("PrefixURLs().init_app(app)"), "foo", parts=[by_environment])
    too_late = f"PrefixURLs().init_app(app); {by_environment}"
    assert_found(app_by(too_late), "foo", parts=["from_prefixed_env() before that"])


@explains("It works here, but not on the server")
def test_a_user_sees_it_on_the_server(row: Row, tmp_path: Path) -> None:
    code = (
        "from flask import Flask\n"
        "from flask_prefix_urls import PrefixURLs\n"
        "app = Flask('tests')\n"
        "app.add_url_rule('/foo/', 'foo', str)\n"
        "app.config.from_prefixed_env()\n"
        "PrefixURLs().init_app(app)\n"
    )
    (tmp_path / "wsgi.py").write_text(code, "utf-8")
    name, _, value = row.code("FLASK_").partition("=")
    others = {key: text for key, text in os.environ.items() if key[:6] != "FLASK_"}
    for environ, expected in ({}, (1, "/foo/")), ({name: value}, (0, "/svc/foo/")):
        done = subprocess.run(
            [sys.executable, "-m", "flask", "prefix-urls", "explain", "foo"],
            cwd=tmp_path,
            env={**others, **environ, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
        said = done.stdout.split()
        result = said[said.index("result") + 1]
        assert (done.returncode, result, done.stderr) == (*expected, "")
        assert (f"{name}={value}" in said) == (not environ)


@explains("gunicorn answers 500")
def test_gunicorn_takes_off_what_the_proxy_has_stripped(
    row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, fix = row.code("SCRIPT_NAME"), row.code("PrefixURLs")
    monkeypatch.setenv(name, "/svc")
    parts = [f"unset {name}", fix, f"gunicorn answers {row.output}"]
    assert_found(app_by(), "foo", parts=parts)
    monkeypatch.delenv(name)
    assert_right(app_by(fix), "foo", result="/svc/foo/")


@explains("The login leads outside the prefix")
def test_a_login_that_was_written_by_hand(row: Row) -> None:
    fix = row.code("url_for").removeprefix("redirect(").removesuffix("))") + ")"
    assert row.output == "/login"
    assert_found(app_by(prefix="/svc"), row.output, parts=[fix])
    assert_right(app_by(prefix="/svc"), "login", result="/svc/login")


def in_route(app: Flask, prefix: str) -> str:
    app.add_url_rule(f"{prefix}/bar", "bar", str)
    return "bar"


def in_url_prefix(app: Flask, prefix: str) -> str:
    part = Blueprint("part", "tests", url_prefix=prefix or None)
    part.add_url_rule("/bar", "bar", str)
    app.register_blueprint(part)
    return "part.bar"


def in_static_url_path(app: Flask, prefix: str) -> str:
    part = Blueprint(
        "part",
        "tests",
        static_folder="static",
        static_url_path=f"{prefix}/files",
    )
    app.register_blueprint(part)
    return "part.static"


@explains("The prefix is twice in every link")
@pytest.mark.parametrize(
    ("add", "part", "path"),
    [
        (in_route, "route", "/bar"),
        (in_url_prefix, "url_prefix", "/bar"),
        (in_static_url_path, "static_url_path", "/files/a.css"),
    ],
    ids=["route", "url_prefix", "static_url_path"],
)
def test_the_prefix_is_also_in_a_rule(
    row: Row, add: Callable[[Flask, str], str], part: str, path: str
) -> None:
    assert part in row.cells[-1]
    values = ["filename=a.css"] if "static" in part else []
    wrong, right = app_by(prefix="/svc"), app_by(prefix="/svc")
    endpoint = add(wrong, "/svc")
    assert_found(wrong, endpoint, *values, parts=[f"The {part}", "begins with"])
    add(right, "")
    assert_right(right, endpoint, *values, result=f"/svc{path}")


@explains("The prefix is twice in every link")
def test_the_prefix_is_added_by_hand(row: Row) -> None:
    by_hand = row.code("script_root")
    fixes = ['url_for("foo")', f"not {by_hand}"]
    assert by_hand.partition(" + ")[2] in code_in(row.cells[-1])
    assert_found(app_by(prefix="/svc"), "/svc/svc/foo/", parts=fixes)
    assert_right(app_by(prefix="/svc"), "/svc/foo/", result="/svc/foo/")


@explains("The links have another prefix")
def test_one_prefix_for_several(row: Row) -> None:
    fix = row.code("PrefixURLs")
    asked = ["foo", "--header", "X-Forwarded-Prefix: /svc"]
    assert_found(app_by(prefix="/old"), *asked, parts=[fix])
    assert_right(app_by(fix), *asked, result="/svc/foo/")


@explains("`http` instead of `https`")
def test_the_scheme_is_lost(row: Row) -> None:
    fix = row.code("ProxyFix")
    asked = ["foo", "--header", "X-Forwarded-Proto: https"]
    assert_found(app_by(prefix="/svc"), *asked, parts=[fix])
    assert_right(app_by(fix, prefix="/svc"), *asked, result="/svc/foo/")


@pytest.mark.live
@explains("Swagger calls the wrong path")
def test_the_base_path_of_flasgger(row: Row) -> None:
    flasgger = pytest.importorskip("flasgger")
    wrong, right = app_by(prefix="/svc"), app_by(prefix="/svc")
    flasgger.Swagger(wrong)
    fix = row.code("basePath")
    assert_found(wrong, "foo", parts=[fix])
    swagger = flasgger.Swagger(right)
    exec(fix, {"swagger": swagger, "prefix_of": prefix_of, "app": right})
    assert_right(right, "foo", result="/svc/foo/")


@explains("`Unable to build URLs outside an active request`")
def test_a_url_outside_of_a_request(row: Row) -> None:
    fix = row.code("public_url")
    _, text = explain(app_by(prefix="/svc"), "foo")
    assert fix in text
    _, text = explain(app_by(fix), "foo")
    assert "Outside of a request: https://example.com/svc/foo/" in text


@explains("Two apps lose each other's sessions")
def test_two_apps_have_one_cookie(row: Row) -> None:
    def app_at(prefix: str, setting: str = "") -> Flask:
        app = make_app()
        exec(
            f"PrefixURLs(app, {prefix!r}{setting})",
            {"app": app, "PrefixURLs": PrefixURLs},
        )
        return app

    fix = row.code("cookie_path")
    name = "cookie The session cookie has the name 'session' and the path"
    _, text = explain(app_at("/svc"), "login")
    assert (
        f"{name} '/': if another app on the host has the same, the two lose each"
        f" other's sessions, so write {fix} in both. result"
    ) in text
    _, text = explain(app_at("/svc", f", {fix}"), "login")
    assert f"{name} '/svc'. result" in text


@explains("The tests of the app get 404")
def test_the_test_client_is_no_proxy(row: Row) -> None:
    def app_for_tests(code: str = "") -> Flask:
        app = app_by(code, prefix="/svc")
        app.testing = True
        return app

    fix = row.code("ProxyClient")
    assert_found(app_for_tests(), "/svc/foo/", parts=[fix, "a 404 for '/svc/foo/'"])
    assert_right(app_for_tests(fix), "/svc/foo/", result="/svc/foo/")


@pytest.mark.parametrize(
    ("words", "make_wrong_or_right", "arguments", "condition"),
    [
        (
            "the prefix also in a `url_prefix`",
            lambda: app_with(in_url_prefix),
            ["part.bar"],
            "wrong if it is not a path of the app",
        ),
        (
            "an `APPLICATION_ROOT` other than the prefix",
            lambda: app_by('app.config["APPLICATION_ROOT"] = "/m"', prefix="/svc"),
            ["foo"],
            "wrong if the server does not mount the app there",
        ),
        (
            "an `X-Forwarded-Prefix` that nobody reads",
            lambda: app_by(prefix="/svc"),
            ["foo", "--header", "X-Forwarded-Prefix: /other"],
            "wrong if the proxy sets that header",
        ),
    ],
    ids=["url_prefix", "APPLICATION_ROOT", "header"],
)
def test_what_can_be_right_is_said_with_an_if(
    words: str,
    make_wrong_or_right: Callable[[], Flask],
    arguments: list[str],
    condition: str,
) -> None:
    assert says("Symptoms", words)
    assert_found(make_wrong_or_right(), *arguments, parts=[condition])


def app_with(add: Callable[[Flask, str], str]) -> Flask:
    app = app_by(prefix="/svc")
    add(app, "/svc")
    return app
