"""The pins of the libraries; as a command, raises them.

.. code-block:: sh

    .venv-libraries/bin/python tests/libraries/pins.py

It writes the versions of the page, too. What the new ones do, the tests say.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
README = HERE / "README.md"


def pins() -> dict[str, str]:
    """Return the version of each pinned package, by its normalized name."""
    text = (HERE / "requirements.txt").read_text("utf-8")
    return dict(re.findall(r"^([^=\s]+)==(\S+)", text, re.MULTILINE))


def normalized(name: str) -> str:
    """Return the name of a package as it stands in a list of pins."""
    return re.sub(r"[-_.]+", "-", name).lower()


def frameworks() -> str:
    """Return the words of the page that say what the libraries were tried with."""
    return f"Flask {pins()['flask']} and Werkzeug {pins()['werkzeug']}"


def raise_pins() -> None:
    """Write ``requirements.txt`` anew."""
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", "--upgrade", "--quiet"),
            *("--no-annotate", "--no-header", "--python-version", "3.11"),
            *("--output-file", HERE / "requirements.txt", HERE / "requirements.in"),
        ],
        check=True,
    )


def write_versions() -> None:
    """Give the page the versions that are pinned."""

    def raised(row: re.Match[str]) -> str:
        version = pins().get(normalized(row["name"]), row["version"])
        return f"| {row['name']} | {version} |"

    text = README.read_text("utf-8")
    text = re.sub(r"Flask \d\S+ and Werkzeug \d\S+\b", frameworks(), text)
    rows = re.compile(r"^\| (?P<name>\S+) \| (?P<version>\S+) \|", re.MULTILINE)
    README.write_text(rows.sub(raised, text), "utf-8")


if __name__ == "__main__":
    raise_pins()
    write_versions()
