"""``flask prefix-urls check``: its options, what it prints, and its exit status."""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import Result
from flask import Blueprint, Flask
from terminal import run_in_terminal

import flask_prefix_urls.check
from flask_prefix_urls import PrefixURLs, checkable, forwarded_prefix
from flask_prefix_urls.check.findings import Fault, Findings, Note, Place, Replacement
from flask_prefix_urls.check.limits import Limits
from flask_prefix_urls.check.page import Skipped
from flask_prefix_urls.check.report import as_dict, as_text
from flask_prefix_urls.check.sources.source import Source
from flask_prefix_urls.check.texts.reference import Reference
from flask_prefix_urls.check.verdicts.verdict import Kind, Verdict
from flask_prefix_urls.cli import check, prefix_urls
from flask_prefix_urls.testing import unprefixed_links

ROOT = Path(__file__).parents[1]

LINK = '<a href="/about">'
REFERENCE = Reference("/about", "href", 9, 15, "html")
FAULT = Fault(
    url="/about",
    page="/",
    position="href",
    verdict=Verdict("no-prefix", "about", root="/svc"),
    reference=REFERENCE,
    source=Place("base.html", 1, 10),
    written_in=Source(
        "template", "base.html", Path("base.html"), LINK, (REFERENCE,), "base.html"
    ),
    suggestion="{{ url_for('about') }}",
    replacement=None,
    count=2,
)
NOTHING = Findings((), (), (), asked=3, read={"template": 1}, dead=(), limit="")
ONE = replace(
    NOTHING,
    faults=(FAULT,),
    notes=(Note("/x", "/", None, "It may be a path."),),
    skipped=(Skipped("/logout", "a GET may change something"),),
)

Found = Callable[[Findings], list[Any]]


@pytest.fixture
def app() -> Flask:
    app = Flask("tests")
    PrefixURLs(app, "/svc")
    return app


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Found:
    """What has the check find something, and returns how it was called."""

    def find(findings: Findings) -> list[Any]:
        calls: list[Any] = []

        def check(*arguments: Any) -> Findings:
            calls.append(arguments)
            return findings

        monkeypatch.setattr("flask_prefix_urls.check.inspection.check_app", check)
        monkeypatch.setattr(
            "flask_prefix_urls.check.deployed.inspection.check_deployed", check
        )
        return calls

    return find


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(prefix_urls, ["check", *arguments])


def test_it_prints_the_report(app: Flask, found: Found) -> None:
    found(ONE)
    result = run(app)
    assert result.exit_code == 1
    assert "/about" in result.stdout
    # Colours are for a terminal.
    assert result.stdout == re.sub(r"\x1b\[\d*m", "", as_text(ONE)) + "\n"


def test_the_status_says_whether_something_was_found(app: Flask, found: Found) -> None:
    found(NOTHING)
    assert run(app).exit_code == 0
    assert run(app, "--json").exit_code == 0
    diff = run(app, "--diff")
    assert (diff.exit_code, diff.output) == (0, "")


def test_json_is_the_report_for_programs(app: Flask, found: Found) -> None:
    found(ONE)
    result = run(app, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == json.loads(
        json.dumps({"version": 1, **as_dict(ONE)})
    )


def test_help_describes_each_key_of_the_json(app: Flask, found: Found) -> None:
    found(ONE)
    printed = json.loads(run(app, "--json").stdout)
    help_text = run(app, "--help").output
    described = help_text.partition("The form of --json:")[2].partition("Options:")[0]
    levels: dict[str, list[str]] = {" " * 4: [], " " * 6: [], " " * 8: []}
    for indent, names in re.findall(
        r"^( +)(\w+(?:, \w+)*)(?: {2,}|:?$)",
        described.partition("Options:")[0],
        re.MULTILINE,
    ):
        if indent in levels:
            levels[indent] += names.split(", ")
    (fault,), (note,), (skipped,) = (
        printed[name] for name in ("faults", "notes", "skipped")
    )
    assert levels[" " * 4] == [*printed]
    assert levels[" " * 6] == [*fault, *note, *skipped]
    assert levels[" " * 8] == [*fault["source"]]
    kinds = re.findall(r'"([a-z-]+)"', described.partition("endpoint")[0])
    assert kinds == [kind for kind in get_args(Kind) if kind != "right"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--start", "about"],
            "--start is 'about', but a path begins with a slash: write '/about'.",
        ),
        (
            ["--header", "Cookie"],
            "--header is 'Cookie', but must be a name, a colon and a value: write it"
            " like 'X-Forwarded-Prefix: /svc'.",
        ),
        (
            ["--exclude", "("],
            "--exclude is '(', but must be a regular expression, and this has an"
            " error: missing ), unterminated subpattern at position 0.",
        ),
        (
            ["--max-pages", "0"],
            "Invalid value for '--max-pages': 0 is not in the range x>=1.",
        ),
        (
            ["--max-seconds", "0"],
            "Invalid value for '--max-seconds': 0 is not in the range x>=1.",
        ),
        (
            ["--diff", "--json"],
            "--json prints no patch: leave out that, or --diff.",
        ),
        (
            ["--diff", "--url", "https://example.com/svc/"],
            "--url reads no sources: leave out that, or --diff.",
        ),
        (
            ["--url", "example.com/svc"],
            "--url is 'example.com/svc', but it has no scheme that is http, https, ws"
            " or wss: write it like 'https://example.com/svc/'.",
        ),
        (
            ["--url", "wss://example.com/svc/"],
            "--url is 'wss://example.com/svc/', but a WebSocket has no links: write it"
            " like 'https://example.com/svc/'.",
        ),
        (
            ["--url", "https://example.com"],
            "--url is 'https://example.com', but without a path there is no prefix"
            " that a link can lack: write it like 'https://example.com/svc/'.",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_does_not_fit_is_refused_in_one_sentence(
    app: Flask, found: Found, arguments: list[str], sentence: str
) -> None:
    calls = found(ONE)
    result = run(app, *arguments)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == f"Error: {sentence}"
    assert (result.stdout, calls) == ("", [])


def test_the_options_are_the_limits(app: Flask, found: Found) -> None:
    calls = found(NOTHING)
    run(app)
    run(
        app,
        *("--start", "/a", "--start", "/b", "--max-pages", "7", "--max-seconds", "8"),
        *("--header", "Cookie:a=b", "--header", "X-A: b", "--exclude", "^/c"),
    )
    run(app, "--url", "https://example.com/svc")
    sent = (("Cookie", "a=b"), ("X-A", "b"))
    assert calls == [
        (app, Limits(), None),
        (app, Limits(("/a", "/b"), 7, 8, sent, ("^/c",)), None),
        ("https://example.com/svc/", Limits(), None),
    ]


def test_the_test_function_has_the_same_limits() -> None:
    parameters = inspect.signature(unprefixed_links).parameters
    given = {
        name: parameter.default
        for name, parameter in parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    assert Limits(**given) == Limits()


def test_a_patch_is_all_that_diff_prints(
    app: Flask, found: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "base.html"
    file.write_text(LINK, "utf-8")
    fixed = replace(
        FAULT,
        written_in=Source("template", "base.html", file, LINK, (), "base.html"),
        replacement=Replacement(9, 15, "{{ url_for('about') }}"),
    )
    found(replace(NOTHING, faults=(fixed,)))
    result = run(app, "--diff")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.startswith("--- a/base.html\n+++ b/base.html\n")
    for left, faults in ((1, "1 fault"), (2, "2 faults")):
        found(replace(NOTHING, faults=(fixed, *[FAULT] * left)))
        again = run(app, "--diff")
        assert again.stdout == result.stdout
        assert again.stderr == (
            f"The patch does not fix {faults}: run the command without --diff.\n"
        )


def test_what_the_app_prints_is_no_part_of_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(*_: object) -> Findings:
        sys.stdout.write("a line of a view\n")
        return ONE

    monkeypatch.setattr("flask_prefix_urls.check.inspection.check_app", check)
    result = run(app, "--json")
    assert json.loads(result.stdout)["version"] == 1
    assert result.stderr == "a line of a view\n"


@pytest.fixture
def not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has not imported the check."""
    # An import sets the attribute, too.
    monkeypatch.setattr(flask_prefix_urls, "check", flask_prefix_urls.check)
    for name in [*sys.modules]:
        if name.startswith("flask_prefix_urls.check"):
            monkeypatch.delitem(sys.modules, name)


@pytest.mark.usefixtures("not_imported")
def test_it_says_how_to_install_the_parsers(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Importing it fails.
    monkeypatch.setitem(sys.modules, "ada_url", None)
    sentence = (
        "The check needs ada_url, which cannot be imported: pip install"
        " 'flask-prefix-urls[check]'."
    )
    result = run(app)
    assert (result.exit_code, result.output) == (2, f"Error: {sentence}\n")
    with pytest.raises(RuntimeError, match=f"^{re.escape(sentence)}$"):
        unprefixed_links(app)


@pytest.mark.usefixtures("not_imported")
def test_another_import_that_fails_is_not_hidden(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "urllib.parse", None)
    error = run(app).exception
    assert isinstance(error, ImportError)
    assert error.name == "urllib.parse"


def test_it_knows_the_modules_of_the_parsers() -> None:
    setup = ast.parse((ROOT / "setup.py").read_text("utf-8"))
    (extra,) = (
        value
        for node in ast.walk(setup)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "check"
    )
    packages = [re.split("[>=<]", package)[0] for package in ast.literal_eval(extra)]
    assert {package.replace("-", "_") for package in packages} == checkable._PARSERS


def without_extension() -> Flask:
    return Flask("shop")


def without_prefix() -> Flask:
    app = Flask("shop")
    PrefixURLs(app, blueprints={"api": ""})
    app.register_blueprint(Blueprint("api", "shop"))
    return app


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            without_extension,
            "The app 'shop' has no PrefixURLs, so no link can lack a prefix: write"
            " PrefixURLs(app, '/svc').",
        ),
        (
            without_prefix,
            "The app 'shop' has no prefix, so no link can lack one: write"
            " PrefixURLs(app, '/svc'), or set FLASK_PREFIX_URLS_PREFIX=/svc where the"
            " app calls app.config.from_prefixed_env().",
        ),
    ],
)
def test_an_app_whose_links_cannot_lack_a_prefix_is_told(
    found: Found, make: Callable[[], Flask], sentence: str
) -> None:
    calls = found(NOTHING)
    result = run(make())
    assert (result.exit_code, result.output) == (2, f"Error: {sentence}\n")
    with pytest.raises(RuntimeError, match=f"^{re.escape(sentence)}$"):
        unprefixed_links(make())
    assert calls == []


@pytest.mark.parametrize(
    "prefix",
    ["/svc", lambda: None, forwarded_prefix()],
    ids=["text", "function", "header"],
)
def test_one_prefix_is_enough(found: Found, prefix: Any) -> None:
    calls = found(NOTHING)
    app = Flask("tests")
    PrefixURLs(app, blueprints={"api": prefix})
    app.register_blueprint(Blueprint("api", "tests"))
    assert run(app).exit_code == 0
    assert len(calls) == 1


SLOW = """
import flask_prefix_urls.check.inspection
from flask import Blueprint, Flask
from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.check.findings import Findings

app = Flask(__name__)
PrefixURLs(app, "/svc")


def check(app, limits, progress):
    progress(4, 4)
    return Findings((), (), (), 4, {}, (), "")


flask_prefix_urls.check.inspection.check_app = check
"""


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_counts_what_was_asked_of_what_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with check._progress() as progress:
        assert progress is not None
        for made, coming in ((1, 2), (3, 0), (4, 4)):
            progress(made, coming)
    positions = re.findall(r"(\d+/\d+)", terminal.getvalue())
    assert positions == ["0/1", "1/3", "3/3", "4/8"]


def test_progress_is_shown_in_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW, "utf-8")
    command = [sys.executable, "-m", "flask", "--app", "slow"]
    shown = run_in_terminal(
        [*command, "prefix-urls", "check", "--json"],
        80,
        directory=tmp_path,
        environ={"PYTHONPATH": str(ROOT)},
    )
    assert shown.status == 0
    assert "4/8" in shown.plain
    # The report begins on a line of its own.
    assert re.search(r"^\{$", shown.plain, re.MULTILINE)
