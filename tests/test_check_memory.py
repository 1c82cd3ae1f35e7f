"""What the check does to the memory of its process."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from flask_prefix_urls.check import inspection
from flask_prefix_urls.check.deployed import inspection as deployed_inspection
from flask_prefix_urls.check.limits import Limits

# Prints how often the system had to give memory, for each page that is read.
READS = """
import resource
import sys
from flask_prefix_urls.check.memory import keep_freed_memory
from flask_prefix_urls.check.texts.html import tags_of

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

text = "<ul>" + "<li><a href=/x class=a>link</a> and <b>text</b>" * 300
if sys.argv[1] == "keep":
    keep_freed_memory()
tags_of(text)
before = faults()
for _ in range(50):
    tags_of(text)
print((faults() - before) / 50)
"""


def faults_of_a_page(how: str) -> float:
    command = [sys.executable, "-c", READS, how]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(result.stdout)


class _KeptError(Exception):
    """Raised in place of keeping it."""


@pytest.mark.parametrize(
    ("module", "check"),
    [
        (inspection, lambda: inspection.check_app(Flask("tests"))),
        (
            deployed_inspection,
            lambda: deployed_inspection.check_deployed("http://a.invalid/", Limits()),
        ),
    ],
    ids=["app", "deployed"],
)
def test_each_check_keeps_it(
    monkeypatch: pytest.MonkeyPatch, module: Any, check: Callable[[], object]
) -> None:
    def keep() -> None:
        raise _KeptError

    monkeypatch.setattr(module, "keep_freed_memory", keep)
    with pytest.raises(_KeptError):
        check()


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="another library keeps it anyhow"
)
def test_what_was_freed_is_kept() -> None:
    assert faults_of_a_page("leave") > 10 * faults_of_a_page("keep")
