"""README is true: its code prints what it says, and its commands are run by CI."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(
    r"^```(\w*)\n(.*?)^```$",
    (ROOT / "README.md").read_text("utf-8"),
    re.MULTILINE | re.DOTALL,
)


def test_every_block_is_of_a_kind_that_is_tested_or_shows_no_code() -> None:
    assert {kind for kind, _ in BLOCKS} == {"python", "sh", "text"}


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(code, id=f"block-{number}")
        for number, (kind, code) in enumerate(BLOCKS)
        if kind == "python"
    ],
)
def test_code_prints_what_its_comments_say(
    code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    said = re.findall(r"^ *print\(.*\)  # (.*)$", code, re.MULTILINE)
    assert len(said) == len(re.findall(r"\bprint\(", code)) > 0
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert capsys.readouterr().out.splitlines() == said


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(line, id=line.split("/")[-1])
        for kind, code in BLOCKS
        if kind == "sh"
        for line in code.splitlines()
    ],
)
def test_commands_are_run_by_ci(command: str) -> None:
    runs = re.findall(
        r"readme_command '(.*?)'", (ROOT / ".ci" / "run").read_text("utf-8")
    )
    assert [part for part in runs if part in command] != []
