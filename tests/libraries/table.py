"""The table of ``README.md``, as the libraries and their pins say it.

This command writes it, in the environment of the libraries::

    PYTHONPATH=tests python -m libraries.table
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from .library import Library, Way

HERE = Path(__file__).parent
README = HERE / "README.md"

_HEAD = """\
| library | version | result | line | `ProxyFix(x_prefix=1)` | note |
|---|---|---|---|---|---|
"""


def pins() -> dict[str, str]:
    """Return the version of each pinned package, by its name as pip spells it."""
    text = (HERE / "requirements.txt").read_text("utf-8")
    return dict(re.findall(r"^([\w.-]+)(?:\[.*\])?==(\S+)", text, re.MULTILINE))


def normalized(name: str) -> str:
    """Return the name of a package as pip spells it in a list of pins."""
    return re.sub(r"[-_.]+", "-", name).lower()


LIBRARIES: list[Library] = sorted(
    (
        import_module(f"libraries.apps.{path.stem}").LIBRARY
        for path in (HERE / "apps").glob("*.py")
        if path.stem != "__init__"
    ),
    key=lambda library: normalized(library.name),
)


def table() -> str:
    """Return the table."""
    return _HEAD + "".join(map(_row, LIBRARIES))


def written_table() -> str:
    """Return the table that stands in ``README.md``."""
    return "".join(re.findall(r"^\|.*\n", README.read_text("utf-8"), re.MULTILINE))


def _row(library: Library) -> str:
    cells = [
        library.name,
        pins()[normalized(library.name)],
        _result(library),
        _line(library),
        _proxy_fix(library),
        library.note,
    ]
    return f"| {' | '.join(cells)} |\n"


def _result(library: Library) -> str:
    ours = {Way.BEFORE, Way.AFTER, Way.BLUEPRINT}.intersection(library.ways)
    faults = [
        f"{way.value}: {library.faults[way]}"
        for way in Way
        if way in ours and way in library.faults
    ]
    if len(faults) == len(ours) and len({library.faults[way] for way in ours}) == 1:
        return library.faults[Way.BEFORE]
    if faults:
        return "; ".join(faults)
    return "works with the line" if library.line else "works as is"


def _line(library: Library) -> str:
    return f"`{library.line}`" if library.line else ""


def _proxy_fix(library: Library) -> str:
    if Way.PROXY_FIX in library.faults and library.line:
        return "needs a line, too"
    return library.faults.get(Way.PROXY_FIX, "works")


if __name__ == "__main__":
    text = README.read_text("utf-8")
    README.write_text(text.replace(written_table(), table()), "utf-8")
