"""README, taken apart for the tests: its blocks, its tables, and the code in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
PROSE = re.sub(r"^```.*?^```$", "", TEXT, flags=re.MULTILINE | re.DOTALL)


def code_in(text: str) -> list[str]:
    """Return each piece of code in a sentence or a cell."""
    return re.findall(r"(?<!`)`([^`]+)`(?!`)", text)


@dataclass(frozen=True)
class Row:
    """A row of a table."""

    cells: tuple[str, ...]

    @property
    def check(self) -> str:
        """The command in the second cell."""
        return code_in(self.cells[1])[0]

    @property
    def output(self) -> str:
        """What the command is said to print, or to lack."""
        return code_in(self.cells[1])[1]

    def code(self, part: str) -> str:
        """Return the code in the last cell that has a part, and no other code has."""
        (found,) = [code for code in code_in(self.cells[-1]) if part in code]
        return found


def section(heading: str, text: str = TEXT) -> str:
    """Return what stands below a heading.

    :param text: Another page than README.
    """
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def says(heading: str, words: str) -> bool:
    """Tell whether words stand below a heading, wherever the lines end."""
    return words in " ".join(section(heading).split())


def table(heading: str, text: str = TEXT) -> dict[str, Row]:
    """Return the rows of the table below a heading, by their first cell.

    :param text: Another page than README.
    """
    found = section(heading, text)
    lines = [line for line in found.splitlines() if line.startswith("|")]
    rows = {}
    for line in lines[2:]:
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        # In a table, a "|" of the code has to be escaped.
        rows[cells[0]] = Row(tuple(cell.replace(r"\|", "|") for cell in cells))
    return rows


def row_marks(
    rows: Mapping[str, Row],
) -> tuple[set[str], Callable[..., pytest.MarkDecorator]]:
    """Return a decorator that gives a test rows of a table, and what it was used on.

    A row of that name must be there. The test gets it as the argument ``row``.
    """
    used = set()

    def of_rows(*first_cells: str) -> Any:
        used.update(first_cells)
        # Without the markup of a link.
        names = [re.sub(r"\[(.*)\]\(.*\)", r"\1", c.split(",")[0]) for c in first_cells]
        found = [rows[cell] for cell in first_cells]
        return pytest.mark.parametrize("row", found, ids=names)

    return used, of_rows


#: Marks the test of a row in "Symptoms", and all rows that have one.
TESTED_SYMPTOMS, symptom = row_marks(table("Symptoms"))
#: The same for what ``flask prefix-urls explain`` says of each of them.
EXPLAINED_SYMPTOMS, explains = row_marks(table("Symptoms"))
#: The same for "Do I need this?".
TESTED_CHOICES, choice = row_marks(table("Do I need this?"))
#: The same for "Behind your proxy".
TESTED_PITFALLS, pitfall = row_marks(table("Behind your proxy"))
