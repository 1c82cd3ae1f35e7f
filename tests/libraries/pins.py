"""Raises the pins of the libraries, and the versions in the table, with uv.

.. code-block:: sh

    python tests/libraries/pins.py

What the new versions do, the tests say.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

HERE = Path(__file__).parent


def raise_pins() -> None:
    """Write ``requirements.txt`` anew."""
    subprocess.run(
        [
            *("uv", "pip", "compile", "--upgrade", "--quiet", "--no-annotate"),
            *("--no-header", "--python-version", "3.11"),
            *("--output-file", HERE / "requirements.txt", HERE / "requirements.in"),
        ],
        check=True,
    )


def write_versions() -> None:
    """Give each row of the table the version that is pinned."""
    pins = (HERE / "requirements.txt").read_text("utf-8")
    versions = dict(re.findall(r"^([^=\s]+)==(\S+)", pins, re.MULTILINE))

    def raised(row: re.Match[str]) -> str:
        name = re.sub(r"[-_.]+", "-", row["name"]).lower()
        return f"| {row['name']} | {versions.get(name, row['version'])} |"

    page = HERE / "README.md"
    text = page.read_text("utf-8")
    rows = re.compile(r"^\| (?P<name>\S+) \| (?P<version>\S+) \|", re.MULTILINE)
    page.write_text(rows.sub(raised, text), "utf-8")


if __name__ == "__main__":
    raise_pins()
    write_versions()
