"""What the tests of applications need: the examples of Flask."""

from __future__ import annotations

import sys
import tarfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from shutil import copytree

import pytest

from .application import Application, forget

CopyOf = Callable[[Application], Path]


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the examples of the Flask that is installed, from its sdist."""
    name = f"flask-{version('flask')}"
    with tarfile.open(Path(sys.prefix, "sdists", f"{name}.tar.gz")) as sdist:
        folder = tmp_path_factory.mktemp("sdist")
        sdist.extractall(folder, filter="data")
    return folder / name / "examples"


@pytest.fixture
def copy_of(examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CopyOf:
    """Return what makes a copy of an example, and imports it from there."""

    def copied(application: Application) -> Path:
        copy = tmp_path / "copy"
        copytree(examples / application.example, copy)
        monkeypatch.syspath_prepend(copy)
        forget(application.name)
        return copy

    return copied


@pytest.fixture(autouse=True)
def own_applications(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the applications in the folder ``own`` packages of their own.

    They are no tests, so they must not lie in a folder of tests.
    """
    copytree(Path(__file__).with_name("own"), tmp_path / "own")
    monkeypatch.syspath_prepend(tmp_path / "own")
