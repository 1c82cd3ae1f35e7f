"""README's "Explain a URL": each command does what is said of it."""

from __future__ import annotations

import re
import shlex

import pytest
from flask import Flask
from readme import section

from demo.servers import running
from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.cli import prefix_urls

# A command may fill its line: what it does is then said in the next one.
COMMANDS = dict(
    re.findall(
        r"^flask prefix-urls (.+?)\s{2,}(\S.*)$", section("Explain a URL"), re.MULTILINE
    )
)


def make_app() -> Flask:
    app = Flask("tests")
    app.add_url_rule("/", "home", lambda: '<a href="/svc/foo/1">')
    app.add_url_rule("/foo/<int:id>", "foo", lambda **_: "foo")
    PrefixURLs(app, "/svc", proxy_strips=False)
    return app


def shown_by(app: Flask, command: str) -> str:
    result = app.test_cli_runner().invoke(prefix_urls, shlex.split(command))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("each public URL", "/svc/foo/<int:id>"),
        ("who gave its prefix", "from the argument prefix"),
        ("how url_for builds it", "/svc/foo/1"),
        ("which endpoint it reaches", "'foo'"),
        ("the configuration of your proxy", "location /svc/ {"),
    ],
)
def test_a_command_shows_what_is_said_of_it(words: str, shown: str) -> None:
    (command,) = [command for command, said in COMMANDS.items() if words in said]
    assert shown in shown_by(make_app(), command)


def test_a_url_that_reaches_no_endpoint_says_why() -> None:
    (command,) = [command for command, said in COMMANDS.items() if "why none" in said]
    app = Flask("tests")
    PrefixURLs(app, "/svc")
    result = app.test_cli_runner().invoke(prefix_urls, shlex.split(command))
    assert result.exit_code == 1
    assert "No rule matches" in result.output


def test_a_deployed_app_is_asked_from_outside() -> None:
    (command,) = [command for command, said in COMMANDS.items() if "outside" in said]
    app = make_app()
    with running(app) as root:
        command = command.replace("https://example.com", root)
        assert "'/svc' answers 308, which Flask made." in shown_by(app, command)


def test_each_command_was_tried() -> None:
    assert [command.split()[0] for command in COMMANDS] == [
        *("routes", "explain", "explain", "explain", "proxy")
    ]
