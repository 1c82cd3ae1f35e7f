"""README is true: its code prints what it says, and its commands are run by CI."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from readme import BLOCKS, PROSE, ROOT, TEXT

CONTRIBUTING = (ROOT / ".github" / "CONTRIBUTING.md").read_text("utf-8")


def test_it_is_short() -> None:
    assert len(TEXT.split()) < 2700


def test_its_first_sentence_says_what_is_fixed() -> None:
    sentence = " ".join(TEXT.partition("\n\n")[2].partition(".")[0].split())
    words = ("links", "static files", "redirects", "reverse proxy", "path prefix")
    assert [word for word in words if word not in sentence] == []


HEADINGS = re.findall(r"^#+ (.*)$", PROSE, re.MULTILINE)


def test_it_leads_in_before_it_is_a_reference() -> None:
    assert HEADINGS == [
        "flask-prefix-urls",
        "Do I need this?",
        "Install",
        "Symptoms",
        "Explain a URL",
        "Check the links",
        "Configuration",
        "Behind your proxy",
        "Blueprints",
        "Testing your app",
        "ProxyFix",
        "Other libraries",
        "The request",
        "Outside of a request",
        "Prefixes at run time",
        "Cookies",
        "What it does not do",
        "Static files elsewhere",
        "Moving over from flask-reverse-proxy-fix",
        "Errors",
        "How it works",
        "Development",
        "Licence",
    ]


def anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


LINKS = re.findall(r"\]\(([^)]+)\)", PROSE)


@pytest.mark.parametrize("link", LINKS)
def test_its_links_lead_somewhere(link: str) -> None:
    if link.startswith("#"):
        assert [anchor(heading) for heading in HEADINGS].count(link[1:]) == 1
    else:
        assert (ROOT / link).exists()


def test_every_block_is_of_a_kind_that_is_tested_or_shows_no_code() -> None:
    assert {kind for kind, _ in BLOCKS} == {"python", "sh", "text"}


def python_blocks(has_tests: bool) -> list[Any]:
    return [
        pytest.param(code, id=f"block-{number}")
        for number, (kind, code) in enumerate(BLOCKS)
        if kind == "python" and ("def test_" in code) is has_tests
    ]


@pytest.mark.parametrize("code", python_blocks(has_tests=False))
def test_code_prints_what_its_comments_say(
    code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    said = re.findall(r"^ *print\(.*\)  # (.*)$", code, re.MULTILINE)
    assert len(said) == len(re.findall(r"\bprint\(", code)) > 0
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert capsys.readouterr().out.splitlines() == said


@pytest.mark.parametrize("code", python_blocks(has_tests=True))
def test_tests_pass(code: str, tmp_path: Path) -> None:
    (tmp_path / "test_readme.py").write_text(code, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-W", "error", "--verbose"],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" PASSED") == code.count("def test_")


def test_it_has_a_block_of_either_sort() -> None:
    assert len(python_blocks(has_tests=False)) >= 5
    assert len(python_blocks(has_tests=True)) == 1


@pytest.mark.parametrize(
    "file", sorted(set(re.findall(r"tests/\w+\.py", CONTRIBUTING)))
)
def test_contributing_names_files_that_are_there(file: str) -> None:
    assert (ROOT / file).exists()


CI_RUN = (ROOT / ".ci" / "run").read_text("utf-8")
COMMANDS = [line for kind, code in BLOCKS if kind == "sh" for line in code.splitlines()]
RUN_BY_CI = re.findall(r"readme_command '(.*?)'", CI_RUN)
FUNCTIONS_OF_CI = re.compile(
    r"^\w+\(\) \{(?: [^\n]*\}$|\n.*?^\}$)", re.MULTILINE | re.DOTALL
)


def lines_of_ci() -> Iterator[tuple[str, str]]:
    """Yield each line of ``.ci/run`` outside of its functions, without comments.

    Lines that a backslash continues are one. With each comes the part by which the same
    step looks for README's command, if the line uses it.
    """
    part = ""
    for line in FUNCTIONS_OF_CI.sub("", CI_RUN).replace("\\\n", "").splitlines():
        line = line.strip()
        if line.startswith("step "):
            part = ""
        elif found := re.fullmatch(r"command=\$\(readme_command '(.*)'\)", line):
            part = found[1]
        elif not line.startswith("#"):
            yield line, part if "$command" in line else ""


LINES_OF_CI = [*lines_of_ci()]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda line: line.split("/")[-1])
def test_commands_are_run_by_ci(command: str) -> None:
    assert [part for part in RUN_BY_CI if part in command] != []


@pytest.mark.parametrize("part", RUN_BY_CI)
def test_ci_runs_one_command_for_each_that_it_looks_for(part: str) -> None:
    assert len([command for command in COMMANDS if part in command]) == 1


@pytest.mark.parametrize("part", RUN_BY_CI)
def test_ci_uses_the_command_in_the_step_that_looks_for_it(part: str) -> None:
    assert part in [used for _, used in LINES_OF_CI]


def test_ci_sees_for_each_run_of_pytest_that_tests_have_passed() -> None:
    runs = [line for line, part in LINES_OF_CI if "pytest" in line + part]
    assert runs != []
    assert [run for run in runs if not run.startswith("tests ")] == []


@pytest.mark.parametrize("program", ["oracle", "strings"])
def test_ci_compares_at_random(program: str) -> None:
    shape = rf'"\$bin/python" tests/{program}\.py --\w+ [1-9]\d* --seed \d+'
    assert [line for line, _ in LINES_OF_CI if re.fullmatch(shape, line)] != []


def run_function_of_ci(call: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Call one of the shell functions of ``.ci/run``, as it is called there."""
    functions = FUNCTIONS_OF_CI.findall(CI_RUN)
    return subprocess.run(
        ["bash", "-c", "\n".join(["set -euo pipefail", *functions, call])],
        cwd=directory,
        env={
            **os.environ,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "TESTS_PASSED": str(directory / "passed"),
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


README = """
`.venv/bin/python -m demo` in a sentence.

```python
python -m demo
```

```sh
python3 -m venv .venv && .venv/bin/python -m demo
.venv/bin/python -m pytest
```

```text
python -m demo
```

```sh
.venv/bin/python -m pytest -m live
```
"""


@pytest.mark.parametrize(
    ("part", "code", "output", "errors"),
    [
        (
            "-m demo",
            0,
            "python3 -m venv .venv && .venv/bin/python -m demo\n",
            "",
        ),
        ("-m benchmark", 1, "", 'README.md has no command with "-m benchmark".\n'),
        (
            "-m pytest",
            1,
            "",
            'README.md has more than one command with "-m pytest".\n',
        ),
    ],
    ids=["one", "none", "two"],
)
def test_ci_fails_if_readme_does_not_have_a_command_once(
    part: str, code: int, output: str, errors: str, tmp_path: Path
) -> None:
    (tmp_path / "README.md").write_text(README, "utf-8")
    call = f"command=$(readme_command '{part}')\nprintf '%s\\n' \"$command\""
    done = run_function_of_ci(call, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (code, output, errors)


@pytest.mark.parametrize(
    ("code", "options", "status"),
    [
        ("def test(): pass", "", 0),
        ("import pytest\ndef test(): pytest.xfail()\ndef test_2(): pass", "", 0),
        ("def test(): assert False", "", 1),
        ("import pytest\ndef test(): pytest.skip()\ndef test_2(): pass", "", 1),
        ("import pytest\npytest.skip(allow_module_level=True)", "", 2),
        ("import pytest\n@pytest.mark.skip\ndef test(): pass", "", 1),
        ("def test(): pass", "-m live", 5),
        ("", "", 5),
        ("def test(): pass", "--collect-only", 1),
        ("def test(): pass", "--version", 1),
    ],
    ids=[
        "passed",
        "expected-to-fail",
        "failed",
        "skipped",
        "module-skipped",
        "marked-skip",
        "deselected",
        "empty",
        "collected",
        "another-command",
    ],
)
def test_ci_fails_if_a_test_is_skipped_or_none_runs(
    code: str, options: str, status: int, tmp_path: Path
) -> None:
    (tmp_path / "test_it.py").write_text(code, "utf-8")
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    command = f"{shlex.quote(sys.executable)} -m pytest test_it.py {options}"
    done = run_function_of_ci(f"tests {command}", tmp_path)
    assert done.returncode == status, done.stdout + done.stderr
