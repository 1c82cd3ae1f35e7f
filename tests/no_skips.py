"""A plugin of pytest for CI, by ``-p no_skips``: a skipped test fails.

Its other half is in ``.ci/run``: how many tests have passed is written to the file that
``TESTS_PASSED`` names, so that a step fails in which pytest has run none, or never ran.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest

Report = TypeVar("Report", pytest.CollectReport, pytest.TestReport)

_passed: list[str] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[
    None, pytest.CollectReport, pytest.CollectReport
]:
    return _failed_if_skipped((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[
    None, pytest.TestReport, pytest.TestReport
]:
    return _failed_if_skipped((yield))


def _failed_if_skipped(report: Report) -> Report:
    # To pytest, what fails as it is expected to is skipped, too.
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped in CI. {reason}"
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.passed:
        _passed.append(report.nodeid)


def pytest_sessionfinish() -> None:
    if _passed:
        Path(os.environ["TESTS_PASSED"]).write_text(f"{len(_passed)}\n")
