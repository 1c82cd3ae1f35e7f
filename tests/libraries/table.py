"""The table of ``README.md``, as the libraries and their pins say it.

This command writes it, in the environment of the libraries::

    PYTHONPATH=tests python -m libraries.table
"""

from __future__ import annotations

import re
from importlib import import_module

from .library import Library, Way
from .pins import HERE, README, normalized, pins

_COLUMNS = (
    *("library", "version", "result", "line", "without the line"),
    *("`ProxyFix(x_prefix=1)` alone", "note"),
)


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
    rows = [_COLUMNS, ["---"] * len(_COLUMNS), *map(_cells, LIBRARIES)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def written_table() -> str:
    """Return the table that stands in ``README.md``."""
    return "".join(re.findall(r"^\|.*\n", README.read_text("utf-8"), re.MULTILINE))


def _cells(library: Library) -> list[str]:
    return [
        library.name,
        pins()[normalized(library.name)],
        _result(library),
        f"`{library.line}`" if library.line else "",
        library.faults.get(Way.WITHOUT_LINE, ""),
        _proxy_fix(library),
        library.note,
    ]


def _result(library: Library) -> str:
    ours = {Way.BEFORE, Way.AFTER, Way.BLUEPRINT}.intersection(library.ways)
    faults = [
        f"{way.value}: {library.faults[way]}"
        for way in Way
        if way in ours and way in library.faults
    ]
    if len(faults) == len(ours) and len({library.faults[way] for way in ours}) == 1:
        return f"does not work: {library.faults[Way.BEFORE]}"
    if faults:
        return "; ".join(faults)
    return "works with the line" if library.line else "works as is"


def _proxy_fix(library: Library) -> str:
    fault = library.faults.get(Way.PROXY_FIX, "works")
    return "the same" if fault == library.faults.get(Way.WITHOUT_LINE) else fault


if __name__ == "__main__":
    text = README.read_text("utf-8")
    README.write_text(text.replace(written_table(), table()), "utf-8")
