"""How a report, and a table, looks in a terminal, through a pipe, and as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from terminal import STYLE, Shown, run_in_terminal

from flask_prefix_urls.cli.report import Mistake, Report, Step, show

LONG_URL = "https://example.com/some-service/v1/" + "page/" * 30
MISTAKE = (
    "The blueprint 'admin' has its prefix in url_prefix, too, so that the path has it"
    " twice."
)
REPORT = Report(
    "admin.page",
    (
        Step("rule", ("'/admin/page' for GET.",)),
        Step(
            "scopes",
            (
                "The blueprint 'admin' was given '/back-office' (from the argument"
                " blueprints), which wins, since it is the nearest one.",
                "The app was given '/some-service/v1' (from PREFIX_URLS_PREFIX).",
            ),
            {"winner": "admin"},
        ),
        Step("a proxy that strips", (f"It forwards {LONG_URL} as '/admin/page'.",)),
    ),
    "/back-office/admin/page",
    (
        Mistake("twice", MISTAKE, "Blueprint('admin', __name__, url_prefix='')"),
        Mistake("other", "The name is misspelt.", None),
    ),
)

AT_80 = f"""\
rule          '/admin/page' for GET.
scopes        The blueprint 'admin' was given '/back-office' (from the argument
                blueprints), which wins, since it is the nearest one.
              The app was given '/some-service/v1' (from PREFIX_URLS_PREFIX).
a proxy that strips
              It forwards
                {LONG_URL}
                as '/admin/page'.
result        /back-office/admin/page

Probably a mistake
  - The blueprint 'admin' has its prefix in url_prefix, too, so that the path
    has it twice.
    Fix: Blueprint('admin', __name__, url_prefix='')
  - The name is misspelt.
"""
AT_120 = f"""\
rule          '/admin/page' for GET.
scopes        The blueprint 'admin' was given '/back-office' (from the argument blueprints), which wins, since it is the
                nearest one.
              The app was given '/some-service/v1' (from PREFIX_URLS_PREFIX).
a proxy that strips
              It forwards
                {LONG_URL}
                as '/admin/page'.
result        /back-office/admin/page

Probably a mistake
  - The blueprint 'admin' has its prefix in url_prefix, too, so that the path has it twice.
    Fix: Blueprint('admin', __name__, url_prefix='')
  - The name is misspelt.
"""  # noqa: E501

ROOT = Path(__file__).parents[1]
# What prints the report in a process of its own.
COMMAND = [sys.executable, str(Path(__file__))]


@pytest.fixture(scope="module", params=[80, 120, 200])
def columns(request: pytest.FixtureRequest) -> int:
    count: int = request.param
    return count


@pytest.fixture(scope="module")
def in_terminal(columns: int) -> Shown:
    """The report in a terminal, which is run once for all tests of one width."""
    return run_in_terminal(COMMAND, columns, directory=ROOT)


def through_pipe(*arguments: str) -> str:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_a_terminal_decides_how_wide_the_text_is(
    in_terminal: Shown, columns: int
) -> None:
    # Sentences are no wider than 120 columns.
    assert in_terminal.plain == (AT_80 if columns == 80 else AT_120)
    assert in_terminal.status == 0


def test_names_the_result_and_mistakes_have_a_colour_in_a_terminal(
    in_terminal: Shown,
) -> None:
    bold, green, yellow = "\x1b[1m", "\x1b[32m", "\x1b[33m"
    assert f"{bold}scopes " in in_terminal.text
    assert f"{bold}a proxy that strips" in in_terminal.text
    assert f"{green}/back-office/admin/page\x1b[0m" in in_terminal.text
    assert f"{yellow}{bold}Probably a mistake\x1b[0m" in in_terminal.text


def test_a_pipe_gets_the_text_of_80_columns_without_colours() -> None:
    assert through_pipe() == AT_80


@pytest.mark.parametrize(("count", "text"), [(80, AT_80), (120, AT_120)])
def test_the_environment_decides_before_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    count: int,
    text: str,
) -> None:
    monkeypatch.setenv("COLUMNS", str(count))
    show(REPORT, as_json=False)
    assert capsys.readouterr().out == text


def test_json_has_the_whole_report(capsys: pytest.CaptureFixture[str]) -> None:
    show(REPORT, as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "version": 1,
        "target": "admin.page",
        "steps": [
            {"name": step.name, "text": [*step.text], "facts": step.facts}
            for step in REPORT.steps
        ],
        "result": "/back-office/admin/page",
        "mistakes": [
            {"code": mistake.code, "text": mistake.text, "fix": mistake.fix}
            for mistake in REPORT.mistakes
        ],
    }


def test_json_has_no_colours_in_a_terminal() -> None:
    shown = run_in_terminal([*COMMAND, "--json"], 80, directory=ROOT)
    assert STYLE.search(shown.text) is None
    assert shown.text == through_pipe("--json")


def test_a_report_without_a_url_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    show(Report("gone", (Step("rule", ()),), None, ()), as_json=False)
    assert capsys.readouterr().out == "result        none\n"


def test_no_url_is_red_in_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with click.Context(click.Command("explain")) as context:
        context.color = True
        show(Report("gone", (), None, ()), as_json=False)
    assert capsys.readouterr().out.endswith("\x1b[31mnone\x1b[0m\n")


if __name__ == "__main__":
    show(REPORT, as_json="--json" in sys.argv)
