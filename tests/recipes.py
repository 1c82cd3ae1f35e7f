"""The index of the recipes, taken apart for their tests, and what makes one run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from flask import Flask
from readme import ROOT, Row, code_in, row_marks, table
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_prefix_urls import PrefixURLs, forwarded_prefix

DIRECTORY = ROOT / "demo" / "proxies"
INDEX = (DIRECTORY / "README.md").read_text("utf-8")
#: Begins the first cell's second sentence where no test can run the recipe.
UNTESTED = "Written from the vendor's documentation"
#: No changes of a recipe.
NOTHING: Mapping[str, str] = MappingProxyType({})


def name_of(row: Row) -> str:
    """Return the name of a way: up to the first full stop, with the text of links."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", row.cells[0])
    return text.partition(". ")[0]


def rows() -> dict[str, Row]:
    """Return the rows of all tables, by the name of the way."""
    found = {}
    for heading in re.findall(r"^## (.*)$", INDEX, re.MULTILINE):
        for row in table(heading, INDEX).values():
            name = name_of(row)
            assert name not in found, f"Two ways are called {name!r}."
            found[name] = row
    return found


ROWS = rows()

#: Marks the test of recipes as they stand, and all that have one.
TESTED_RECIPES, recipe = row_marks(ROWS)
#: Marks the test of what a user sees with the wrong setting, and all that have one.
TESTED_MISTAKES, mistake = row_marks(ROWS)


def headers_of(row: Row) -> set[str]:
    """Return the headers that a row says a proxy sends, up to a semicolon."""
    names = code_in(row.cells[2].partition(";")[0])
    return {re.sub("^-", "X-Forwarded-", name) for name in names}


def copy_recipe(file: str, work: Path, changes: Mapping[str, str] = NOTHING) -> Path:
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


def set_up(app: Flask, cell: str) -> Flask:
    """Set an app up as ``wsgi.py`` does, with what a cell says; return the app.

    :param cell: Has variables of the environment or lines of Python, as code.
    """
    with pytest.MonkeyPatch.context() as patch:
        for code in code_in(cell):
            if code.startswith("FLASK_") and "=" in code:
                name, _, value = code.partition("=")
                patch.setenv(name, value)
        app.config.from_prefixed_env()
    names = {"ProxyFix": ProxyFix, "forwarded_prefix": forwarded_prefix}
    for code in code_in(cell):
        if "(" in code:
            exec(code, {"app": app, "PrefixURLs": PrefixURLs, **names})
    if "PrefixURLs(" not in cell:
        PrefixURLs(app)
    return app
