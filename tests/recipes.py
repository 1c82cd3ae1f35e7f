"""The index of the recipes, taken apart for their tests, and a recipe to be run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from readme import ROOT, Row, row_marks, table

DIRECTORY = ROOT / "demo" / "proxies"
INDEX = (DIRECTORY / "README.md").read_text("utf-8")
#: Begins the first cell's second sentence where no test can run the recipe.
UNTESTED = "Written from the vendor's documentation"


def rows() -> dict[str, Row]:
    """Return the rows of all tables, by the name of the way: up to the first full stop.

    A link counts by its text.
    """
    found = {}
    for heading in re.findall(r"^## (.*)$", INDEX, re.MULTILINE):
        for cell, row in table(heading, INDEX).items():
            name = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", cell).partition(". ")[0]
            assert name not in found, f"Two ways are called {name!r}."
            found[name] = row
    return found


ROWS = rows()

#: Marks the test of a recipe as it stands, and all that have one.
TESTED_RECIPES, recipe = row_marks(ROWS)
#: Marks the test of what a user sees with the wrong setting, and all that have one.
TESTED_MISTAKES, mistake = row_marks(ROWS)


def copy_recipe(file: str, work: Path, changes: Mapping[str, str]) -> Path:
    """Copy a file to a directory, with some of its text replaced; return the copy.

    :param file: Its path below ``demo/proxies``.
    :param changes: What to replace, such as a port, by what. Each must be there.
    """
    text = (DIRECTORY / file).read_text("utf-8")
    for old in changes:
        assert old in text, f"{file} has no {old!r}."
    # All at once, since one may be replaced by another's text.
    found = "|".join(map(re.escape, changes)) or "$^"
    copy = work / Path(file).name
    copy.write_text(re.sub(found, lambda m: changes[m.group()], text), "utf-8")
    return copy
