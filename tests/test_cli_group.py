"""The command group ``flask prefix-urls``: what it imports, and what all have."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from flask.cli import cli as flask_command

import flask_prefix_urls
from flask_prefix_urls.cli import prefix_urls
from flask_prefix_urls.settings import CONFIG_KEYS

PACKAGE = Path(flask_prefix_urls.__file__).parent
COMMANDS = ["check", "explain", "proxy", "routes"]


def python(code: str, *arguments: str, directory: Path) -> str:
    """Return what a Python program prints."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=directory,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def contexts() -> Iterator[click.Context]:
    """Yield the group's context, and that of each command, as ``flask`` makes them."""
    flasks = flask_command.make_context("flask", ["prefix-urls"])
    group = click.Context(prefix_urls, info_name="prefix-urls", parent=flasks)
    yield group
    for name in prefix_urls.list_commands(group):
        command = prefix_urls.get_command(group, name)
        assert command is not None
        yield click.Context(command, info_name=name, parent=group)


def options() -> list[tuple[click.Context, click.Option]]:
    """Return the options of the group and of all commands, each with its context."""
    return [
        (context, param)
        for context in contexts()
        for param in context.command.params
        if isinstance(param, click.Option)
    ]


def test_the_help_lists_the_commands(app: Flask) -> None:
    result = app.test_cli_runner().invoke(flask_command, ["prefix-urls", "--help"])
    listed = result.output.partition("Commands:\n")[2]
    assert re.findall(r"^  (\w+)", listed, re.MULTILINE) == COMMANDS


def test_a_command_that_does_not_exist_is_an_error_of_use(app: Flask) -> None:
    result = app.test_cli_runner().invoke(prefix_urls, ["rotes"])
    assert result.exit_code == 2
    assert "Error: No such command 'rotes'." in result.output


IMPORTED = """
import sys
from flask_prefix_urls.cli import prefix_urls

def show_imported():
    names = (name.removeprefix("flask_prefix_urls.cli.") for name in sys.modules)
    print("imported:", *sorted({"check", "explain", "proxy", "routes"} & {*names}))

show_imported()
prefix_urls.main([sys.argv[1], "--help"], "prefix-urls", standalone_mode=False)
show_imported()
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_imported_when_it_runs(tmp_path: Path, name: str) -> None:
    printed = python(IMPORTED, name, directory=tmp_path)
    imported = re.findall("^imported:.*", printed, re.MULTILINE)
    assert imported == ["imported:", f"imported: {name}"]


SERVED = """
import sys
from flask import Flask, url_for
from flask_prefix_urls import PrefixURLs
app = Flask("served")
app.add_url_rule("/", "index", lambda: url_for("index"))
PrefixURLs(app, "/svc")
assert app.test_client().get("/").text == "/svc/"
print(*(name for name in sys.modules if name.startswith("flask_prefix_urls.cli")))
"""


def test_an_app_imports_no_command(tmp_path: Path) -> None:
    assert python(SERVED, directory=tmp_path) == "\n"


def test_only_commands_import_click_or_commands() -> None:
    found = [
        (module.name, name)
        for module in PACKAGE.glob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None), *(n.name for n in node.names)]
        if name and name.partition(".")[0] in {"click", "cli"}
    ]
    assert found == []


BROKEN: dict[str, tuple[str, str, str]] = {
    "no module": ("", "gone", "Could not import 'gone'."),
    "no app in the module": (
        "x = 1",
        "app",
        "Failed to find Flask application or factory in module 'app'. Use 'app:name' to"
        " specify one.",
    ),
    "an error at import": (
        "x = 1\n\nopen('gone')",
        "app",
        "The app cannot be loaded: FileNotFoundError: [Errno 2] No such file or"
        " directory: 'gone' (app.py, line 3).",
    ),
    "an error in Flask": (
        "from flask import Blueprint\n\nBlueprint('a.b', __name__)",
        "app",
        "The app cannot be loaded: ValueError: 'name' may not contain a dot"
        " '.' character. (app.py, line 3).",
    ),
    "a prefix that this package refuses": (
        "from flask import Flask\n"
        "from flask_prefix_urls import PrefixURLs\n"
        "PrefixURLs(Flask('app'), '//x')",
        "app",
        "The app cannot be loaded: ValueError: prefix is '//x', but a prefix has no"
        " scheme, host or empty segment: write it like '/svc/v1'. (app.py, line 3).",
    ),
    "an error of several lines": (
        "raise ValueError('one\\ntwo')",
        "app",
        "The app cannot be loaded: ValueError: one (app.py, line 1).",
    ),
    "an import that fails": (
        "import gone",
        "app",
        "While importing 'app', an ImportError was raised: ModuleNotFoundError: No"
        " module named 'gone'",
    ),
    "a factory that fails": (
        "def create_app():\n    raise KeyError('DATABASE')",
        "app",
        "The app cannot be loaded: KeyError: 'DATABASE' (app.py, line 2).",
    ),
    "a factory that needs an argument": (
        "def create_app(name): ...",
        "app:create_app",
        "The factory 'create_app' in module 'app' could not be called with the"
        " specified arguments.",
    ),
    "an error in code without a file": (
        "x = 1\nexec('1 / 0')",
        "app",
        "The app cannot be loaded: ZeroDivisionError: division by zero (app.py, line"
        " 2).",
    ),
    "an error that click would show": (
        "import click\nraise click.ClickException('no database')",
        "app",
        "The app cannot be loaded: ClickException: no database (app.py, line 2).",
    ),
    "no syntax": (
        "x =",
        "app",
        "The app cannot be loaded: SyntaxError: invalid syntax (app.py, line 1).",
    ),
}


# Each command with what it needs.
COMMAND_LINES = [["explain", "static"], ["proxy", "nginx"], ["routes"]]


@pytest.mark.parametrize("command_line", COMMAND_LINES, ids=" ".join)
@pytest.mark.parametrize(
    ("code", "name", "sentence"), BROKEN.values(), ids=BROKEN.keys()
)
def test_an_app_that_cannot_be_loaded_is_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    name: str,
    sentence: str,
    command_line: list[str],
) -> None:
    (tmp_path / "app.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    # Not one that another test has imported; it is put back afterwards.
    monkeypatch.delitem(sys.modules, "app", raising=False)
    result = CliRunner().invoke(prefix_urls, command_line, obj=ScriptInfo(name))
    monkeypatch.delitem(sys.modules, "app", raising=False)
    assert result.exit_code == 2
    said = " ".join(result.output.split())
    # Before it, click says how the command is used.
    assert said.startswith("Usage: ")
    assert said.partition(" Error: ")[2] == sentence


NO_APP = (
    "Error: Could not locate a Flask application. Use the 'flask --app' option,"
    " 'FLASK_APP' environment variable, or a 'wsgi.py' or 'app.py' file in the current"
    " directory."
)


@pytest.mark.parametrize("command_line", COMMAND_LINES, ids=" ".join)
def test_flask_without_an_app_says_so(tmp_path: Path, command_line: list[str]) -> None:
    # Flask would find a wsgi.py on PYTHONPATH.
    kept = os.environ.keys() - {"FLASK_APP", "PYTHONPATH"}
    environ = {key: os.environ[key] for key in kept}
    run = subprocess.run(
        [sys.executable, "-m", "flask", "prefix-urls", *command_line],
        cwd=tmp_path,
        env=environ,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert " ".join(run.stderr.split()).endswith(NO_APP)


def test_an_error_that_comes_from_no_line_of_the_app_is_a_sentence() -> None:
    info = ScriptInfo(create_app=partial(int, "x"))
    result = CliRunner().invoke(prefix_urls, ["routes"], obj=info)
    assert result.output.partition("Error: ")[2] == (
        "The app cannot be loaded: ValueError: invalid literal for int() with base 10:"
        " 'x'.\n"
    )
    assert result.exit_code == 2


def test_no_option_is_read_from_a_key_of_the_config(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for key in CONFIG_KEYS.values():
        monkeypatch.setenv(f"FLASK_{key}", "1")
    found = [
        (context.command_path, option.opts)
        for context, option in options()
        if option.value_from_envvar(context) is not None
    ]
    assert found == []


def test_that_test_would_see_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_PREFIX_URLS_PROXY_STRIPS", "1")
    (context,) = (c for c in contexts() if c.info_name == "proxy")
    assert click.Option(["--strips"]).value_from_envvar(context) == "1"


def test_each_option_names_its_default() -> None:
    found = options()
    assert len(found) > len(COMMANDS)
    for context, option in found:
        record = option.get_help_record(context)
        assert record is not None
        # In brackets by click, or in the sentence.
        assert "default" in record[1].lower(), (context.command_path, record)


def test_the_help_fits_into_80_columns() -> None:
    for context in contexts():
        assert [
            line for line in context.get_help().splitlines() if len(line) > 80
        ] == []


def test_each_command_prints_json_if_asked_for() -> None:
    flags = [c.command.name for c, option in options() if "--json" in option.opts]
    assert flags == COMMANDS
