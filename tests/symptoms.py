"""The checks of README's "Symptoms", run in a shell."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from crawler import LIMIT
from live import need
from readme import Row, table


def run_check(
    row: Row, public: str, own: str = "", certificate: Path | None = None, **paths: str
) -> list[str]:
    """Run the check of a symptom, and return the lines that it prints.

    :param public: The public URL of the app.
    :param own: The root of its own URLs.
    :param certificate: That of an https URL.
    :param paths: The path, below the public URL, of each other URL that it has in a
        variable.
    """
    need("curl")
    environ = {"U": public, "A": own, "no_proxy": "*"}
    environ |= {name: public + path for name, path in paths.items()}
    if certificate is not None:
        environ["CURL_CA_BUNDLE"] = str(certificate)
    done = subprocess.run(
        ["bash", "-c", row.check],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def see(
    row: Row, public: str, own: str = "", certificate: Path | None = None, **paths: str
) -> list[str]:
    """Run the check of the symptom that the row of a recipe names, in the same way."""
    symptom = table("Symptoms")[row.cells[-1]]
    return run_check(symptom, public, own, certificate, **paths)
