"""README's "Symptoms" without a proxy, and that each of them has a test."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from flask import Blueprint, Flask, url_for
from pages import make_app
from readme import TESTED_SYMPTOMS, Row, code_in, says, symptom, table

from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.testing import ProxyClient

# Seconds, for what takes one.
LIMIT = 30


def test_each_row_has_a_test() -> None:
    # Its tests count, too.
    import_module("test_live_symptoms")
    assert table("Symptoms").keys() == TESTED_SYMPTOMS


@symptom("`Unable to build URLs outside an active request`")
def test_a_url_outside_of_a_request(row: Row, tmp_path: Path) -> None:
    def run_check(setup: str) -> tuple[str, str]:
        code = (
            "from flask import Flask\n"
            "from flask_prefix_urls import PrefixURLs\n"
            "app = Flask('tests')\n"
            "app.add_url_rule('/foo', 'foo', str)\n"
        )
        (tmp_path / "app.py").write_text(code + setup, "utf-8")
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", row.check],
            cwd=tmp_path,
            # The shell keeps its history in HOME.
            env={**os.environ, "PATH": path, "FLASK_APP": "app", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
        return done.stdout, done.stderr

    (sentence,) = code_in(row.cells[0])
    output, errors = run_check("PrefixURLs(app, '/svc')")
    assert f"RuntimeError: {sentence} without 'SERVER_NAME'" in errors
    output, errors = run_check(row.code("public_url"))
    assert "'https://example.com/svc/foo'" in output
    assert "Error" not in errors


@pytest.mark.warns
@symptom("The tests of the app get 404")
def test_the_test_client_is_no_proxy(row: Row) -> None:
    def status_in(setup: str) -> str:
        app = make_app()
        PrefixURLs(app, "/svc")
        exec(setup, {"app": app, "ProxyClient": ProxyClient})
        names = {"client": app.test_client(), "url_for": url_for}
        with app.test_request_context():
            return str(eval(row.check, names))

    assert status_in("") == row.output == "404 NOT FOUND"
    assert status_in(row.code("ProxyClient")) == "200 OK"


def test_a_prefix_that_is_also_a_url_prefix_can_be_right(app: Flask) -> None:
    assert says("Symptoms", "the prefix also in a `url_prefix`")
    part = Blueprint("part", "tests", url_prefix="/svc")
    part.add_url_rule("/foo", "foo", lambda: url_for("part.foo"))
    app.register_blueprint(part)
    PrefixURLs(app, "/svc")
    public = "/svc/svc/foo"
    assert app.test_client().get(public.removeprefix("/svc")).text == public


def test_an_application_root_that_is_not_the_prefix_can_be_right(app: Flask) -> None:
    assert says("Symptoms", "an `APPLICATION_ROOT` other than the prefix")
    app.config["APPLICATION_ROOT"] = "/mount"
    app.add_url_rule("/foo", "foo", lambda: url_for("foo"))
    PrefixURLs(app, public_url="https://example.com/svc")
    with app.app_context():
        outside = url_for("foo")
    environ = {"SCRIPT_NAME": "/mount"}
    inside = app.test_client().get("/foo", environ_overrides=environ).text
    assert (
        outside == f"https://example.com{inside}" == "https://example.com/svc/mount/foo"
    )


def test_a_header_that_nobody_reads_can_be_right(app: Flask) -> None:
    assert says("Symptoms", "an `X-Forwarded-Prefix` that nobody reads")
    app.add_url_rule("/foo", "foo", lambda: url_for("foo"))
    PrefixURLs(app, "/svc")
    headers = {"X-Forwarded-Prefix": "/svc"}
    assert app.test_client().get("/foo", headers=headers).text == "/svc/foo"
