"""The index of the recipes: it names each file, and each recipe has its tests."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from readme import Row, code_in, table
from recipes import (
    DIRECTORY,
    INDEX,
    ROWS,
    TESTED_MISTAKES,
    TESTED_RECIPES,
    UNTESTED,
)


def untested() -> set[str]:
    return {name for name, row in ROWS.items() if UNTESTED in row.cells[0]}


def test_each_recipe_has_its_tests() -> None:
    for path in Path(__file__).parent.glob("test_live_*.py"):
        import_module(path.stem)
    assert ROWS.keys() - untested() == TESTED_RECIPES
    assert ROWS.keys() - untested() == TESTED_MISTAKES


def test_each_file_is_in_the_index() -> None:
    links = set(re.findall(r"\]\((?!https?:|\.\./)([^)#]+)\)", INDEX))
    files = {
        path.relative_to(DIRECTORY).as_posix()
        for path in DIRECTORY.rglob("*")
        if path.is_file() and path.name != "README.md" and path.suffix != ".pyc"
    }
    linked = {
        path.relative_to(DIRECTORY).as_posix()
        for link in links
        for path in [DIRECTORY / link, *(DIRECTORY / link).rglob("*")]
        if path.is_file()
    }
    assert [link for link in links if not (DIRECTORY / link).exists()] == []
    assert files - linked == set()


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_a_recipe_names_its_symptom(row: Row) -> None:
    assert row.cells[-1] in table("Symptoms")


def test_code_finds_what_it_needs_in_wsgi_and_in_the_imports() -> None:
    (imports,) = re.findall(r"```python\n(.*?)```", INDEX, re.DOTALL)
    there = defined((DIRECTORY / "wsgi.py").read_text("utf-8")) | defined(imports)
    used = {
        node.id
        for row in ROWS.values()
        for code in code_in(row.cells[3])
        if "(" in code
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Name)
    }
    assert used - there == set()


def defined(code: str) -> set[str]:
    """Return the names that code imports or assigns."""
    names = {
        node.id
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom):
            names.update(alias.name for alias in node.names)
    return names


@pytest.mark.parametrize("name", sorted(untested()))
def test_what_no_test_can_run_has_its_source(name: str) -> None:
    assert re.search(
        UNTESTED + r": \[[^]]+\]\(https://[^)]+\), \d{4}-\d\d-\d\d", ROWS[name].cells[0]
    )
