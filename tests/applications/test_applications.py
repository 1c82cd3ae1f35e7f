"""Real applications: the links in them that no ``url_for`` built, and no others."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.routing import RequestRedirect

from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.check.inspection import check_app
from flask_prefix_urls.check.patch import patch
from flask_prefix_urls.testing import ProxyClient

from .application import PREFIX, Application, Decoy, Fault, forget, path_of
from .conftest import CopyOf

# File, line, column, kind, endpoint, and whether a page of the walk has it.
Found = tuple[Path, int, int, str, str, bool]

NO_PLACE = (Path(), 0, 0)

HERE = Path(__file__).parent

APPLICATIONS: list[Application] = [
    import_module(f"{__package__}.apps.{path.stem}").APPLICATION
    for path in sorted(HERE.glob("apps/[!_]*.py"))
]
EXAMPLES = [application for application in APPLICATIONS if application.example]

of_each_application = pytest.mark.parametrize(
    "application",
    [
        # The package warns of a request that has the prefix twice.
        pytest.param(
            application,
            id=application.name,
            marks=[pytest.mark.warns]
            if any(fault.kind == "prefix-twice" for fault in application.faults)
            else [],
        )
        for application in APPLICATIONS
    ],
)
of_each_example = pytest.mark.parametrize(
    "application", EXAMPLES, ids=lambda application: application.name
)


def made(application: Application, folder: Path) -> Flask:
    """Make an application behind a proxy that strips a prefix."""
    folder.mkdir(exist_ok=True)
    app = application.make_app(folder)
    PrefixURLs(app, PREFIX)
    app.test_client_class = ProxyClient
    return app


def break_links(application: Application, copy: Path) -> tuple[Fault, ...]:
    """Put links by hand into a copy; return all faults that it has then."""
    for replacement in application.replacements:
        path = copy / replacement.fault.file
        text = path.read_text("utf-8")
        assert text.count(replacement.old) == 1, replacement
        path.write_text(text.replace(replacement.old, replacement.new), "utf-8")
    broken = tuple(replacement.fault for replacement in application.replacements)
    return application.faults + broken


def assert_a_browser_meets_404(app: Flask, faults: tuple[Fault, ...]) -> None:
    """Ask for what a browser asks for, and look for what it should ask for instead."""
    client = app.test_client()
    for fault in faults:
        answer = client.open(fault.wrong, method=fault.method)
        assert answer.status_code == 404, fault
        assert endpoint_of(app, fault) == fault.endpoint


def endpoint_of(app: Flask, fault: Fault) -> str:
    """Return where the URL leads to, with the prefix."""
    routes = app.url_map.bind("localhost")
    path = urlsplit(fault.asks).path
    try:
        return routes.match(path, fault.method)[0]
    except RequestRedirect as redirect:
        return routes.match(urlsplit(redirect.new_url).path, fault.method)[0]


def line_of(place: Fault | Decoy) -> str:
    """Return the line of a file where something is said to be."""
    return path_of(place.file).read_text("utf-8").split("\n")[place.line - 1]


def assert_they_stand_there(
    application: Application, faults: tuple[Fault, ...]
) -> None:
    """Look at each line and column where a fault or a decoy is said to be."""
    for fault in faults:
        line = line_of(fault)
        assert line[fault.column - 1 :].startswith(fault.url), fault
    for decoy in application.decoys:
        assert decoy.text in line_of(decoy), decoy


@of_each_application
def test_the_faults_and_decoys_stand_in_the_application(
    application: Application, copy_of: CopyOf, tmp_path: Path
) -> None:
    if application.example:
        copy_of(application)
    faults = application.faults + application.shown_by_a_browser
    app = made(application, tmp_path / "data")
    assert_they_stand_there(application, faults)
    assert_a_browser_meets_404(app, faults)


@of_each_example
def test_the_links_put_into_an_example_stand_there(
    application: Application, copy_of: CopyOf, tmp_path: Path
) -> None:
    faults = break_links(application, copy_of(application))
    app = made(application, tmp_path / "data")
    assert_they_stand_there(application, faults)
    assert_a_browser_meets_404(app, faults)


@of_each_application
def test_check_finds_the_faults_of_an_application_and_nothing_else(
    application: Application, copy_of: CopyOf, tmp_path: Path
) -> None:
    if application.example:
        copy_of(application)
    app = made(application, tmp_path / "data")
    assert found_in(app) == as_found(application.faults)


@of_each_example
def test_check_finds_the_links_put_into_an_example_and_nothing_else(
    application: Application, copy_of: CopyOf, tmp_path: Path
) -> None:
    faults = break_links(application, copy_of(application))
    app = made(application, tmp_path / "data")
    assert found_in(app) == as_found(faults)


@of_each_example
def test_the_patch_makes_the_links_right_and_the_tests_of_an_example_pass(
    application: Application,
    copy_of: CopyOf,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copy = copy_of(application)
    break_links(application, copy)
    # The files of a patch are below the folder in which the command runs.
    monkeypatch.chdir(copy)
    text = patch(check_app(made(application, tmp_path / "broken")).faults)
    subprocess.run(["git", "apply", "-"], input=text, text=True, check=True)
    forget(application.name)
    assert found_in(made(application, tmp_path / "patched")) == []
    if Path("tests").exists():
        # Without what CI gives to this pytest.
        monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
        command = [sys.executable, "-m", "pytest", "-W", "default"]
        tests = subprocess.run(command, capture_output=True, text=True, check=False)
        assert tests.returncode == 0, tests.stdout


def found_in(app: Flask) -> list[Found]:
    """Return what ``check`` finds."""
    found = []
    for fault in check_app(app).faults:
        place = NO_PLACE
        if fault.source is not None:
            assert fault.written_in is not None, fault
            path = fault.written_in.path.resolve()
            place = (path, fault.source.line, fault.source.column)
        found.append((*place, fault.kind, fault.endpoint, fault.count > 0))
    return sorted(found)


def as_found(faults: tuple[Fault, ...]) -> list[Found]:
    """Return what ``check`` should find."""
    found = []
    for fault in faults:
        place = NO_PLACE
        if fault.has_place:
            place = (path_of(fault.file).resolve(), fault.line, fault.column)
        found.append((*place, fault.kind, fault.endpoint, fault.met))
    return sorted(found)
