"""The table of the libraries says what their tests have shown."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from readme import section

from .library import Library
from .pins import HERE, README, frameworks, normalized, pins
from .table import LIBRARIES, table, written_table

pytestmark = pytest.mark.live


def test_the_table_is_what_came_out() -> None:
    assert written_table() == table()


def test_the_page_names_the_frameworks() -> None:
    assert f"with {frameworks()}." in README.read_text("utf-8")


def test_each_library_has_an_app() -> None:
    named = (HERE / "requirements.in").read_text("utf-8").partition("# What")[0]
    names = [line.partition("[")[0].partition("<")[0] for line in named.splitlines()]
    assert [library.name for library in LIBRARIES] == sorted(names, key=normalized)


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)
def test_the_pinned_version_was_tried(library: Library) -> None:
    assert version(library.name) == pins()[normalized(library.name)]


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)
def test_readme_names_it(library: Library) -> None:
    words = [word.strip(",.") for word in section("Other libraries").lower().split()]
    name = library.name.lower()
    # As in "Flask-Admin, -Assets".
    assert name in words or name.removeprefix("flask") in words
