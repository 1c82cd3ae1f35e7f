"""The patch of what is certain: applied by git, byte for byte."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from marked import source

from flask_prefix_urls.check.findings import Fault, Replacement
from flask_prefix_urls.check.patch import patch
from flask_prefix_urls.check.sources.source import Source
from flask_prefix_urls.check.verdicts.verdict import Verdict


def faults_of(written_in: Source, new: str, imports: str = "") -> list[Fault]:
    """Return a fault for each marked URL, whose change is certain."""
    return [
        Fault(
            url=reference.url,
            page="/",
            position=reference.position,
            verdict=Verdict("no-prefix", "about"),
            reference=reference,
            source=None,
            written_in=written_in,
            suggestion=new,
            replacement=Replacement(reference.start, reference.end, new, imports),
            count=1,
        )
        for reference in written_in.references
    ]


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def apply(text: str, directory: Path, *options: str) -> None:
    subprocess.run(
        ["git", "apply", *options, "-"],
        input=text.encode(),
        cwd=directory,
        check=True,
    )


def written(directory: Path, name: str, marked: str, new: str, **values: Any) -> str:
    """Write a file, patch it by git, and return it as it is then."""
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(marked.replace("«", "").replace("»", "").encode())
    text = marked.removeprefix("\ufeff").replace("\r\n", "\n")
    made = source(text, path=path, name=name)
    apply(patch(faults_of(made, new, **values)), directory)
    return path.read_bytes().decode()


@pytest.mark.parametrize(
    ("name", "marked", "expected"),
    [
        ("a.html", 'x\n<a href="«/b»">\ny\n', 'x\n<a href="NEW">\ny\n'),
        ("a.html", 'x\n<a href="«/b»">', 'x\n<a href="NEW">'),
        ("a.html", "«/b»", "NEW"),
        ("a.html", "x\r\n«/b»\r\ny «/b»\r\n", "x\r\nNEW\r\ny NEW\r\n"),
        ("a.html", "x\r\ny\n«/b»\n«/b»\r\n", "x\r\ny\nNEW\nNEW\r\n"),
        ("a.html", "\ufeff«/b»\r\nx", "\ufeffNEW\r\nx"),
        ("a.html", "\t«/b»\n\t\tü «/b» 😀 «/b»\f\n", "\tNEW\n\t\tü NEW 😀 NEW\f\n"),
        ("a.html", "x\n" * 40 + "«/b»\n" + "y\n" * 40 + "«/b»\n", None),
        ("web app/a b.html", "«/b»\n", "NEW\n"),
        ("ü/ß.html", "«/b»\n", "NEW\n"),
        ('a"b\\c.html', "«/b»\n", "NEW\n"),
    ],
    ids=[
        "line",
        "no newline at the end",
        "nothing else",
        "CRLF",
        "line ends mixed",
        "byte order mark",
        "tabs and letters of many bytes",
        "two hunks",
        "space in the name",
        "letters in the name",
        "quotation mark in the name",
    ],
)
def test_git_applies_the_patch(
    tmp_path: Path, name: str, marked: str, expected: str | None
) -> None:
    expected = expected or marked.replace("«/b»", "NEW")
    assert written(tmp_path, name, marked, "NEW") == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from flask import Flask", "from flask import Flask, url_for"),
        ("from flask import Flask  # x", "from flask import Flask, url_for  # x"),
        ("from flask import (Flask)", "from flask import (Flask, url_for)"),
        (
            "from flask import (\n    Flask,\n    redirect,\n)",
            "from flask import (\n    Flask,\n    redirect,\n    url_for,\n)",
        ),
        (
            "from flask import (\r\n\tFlask as ü\r\n)",
            "from flask import (\r\n\tFlask as ü,\r\n\turl_for\r\n)",
        ),
        (
            "from flask import (\n    Flask, redirect,\n)",
            "from flask import (\n    Flask, redirect, url_for,\n)",
        ),
        (
            "from flask import Flask, \\\n    redirect",
            "from flask import Flask, \\\n    redirect, url_for",
        ),
        (
            "import os\nfrom flask import url_for",
            "import os\nfrom flask import url_for",
        ),
    ],
    ids=[
        "line",
        "comment",
        "one line in parentheses",
        "lines in parentheses",
        "CRLF, another name",
        "several in a line",
        "backslash",
        "there already",
    ],
)
def test_a_name_is_imported_once(tmp_path: Path, before: str, after: str) -> None:
    end = "\r\n" if "\r\n" in before else "\n"
    marked = end.join([before, "", "a = «'/b'»", "b = «'/b'»", ""])
    expected = end.join([after, "", "a = NEW", "b = NEW", ""])
    assert written(tmp_path, "a.py", marked, "NEW", imports="url_for") == expected


def test_a_patch_applies_in_a_folder_of_a_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    folder = tmp_path / "web"
    folder.mkdir()
    path = folder / "a.html"
    path.write_text("/b\n")
    with pytest.MonkeyPatch.context() as context:
        context.chdir(folder)
        text = patch(faults_of(source("«/b»\n", path=path), "NEW"))
    assert text == "--- a/a.html\n+++ b/a.html\n@@ -1 +1 @@\n-/b\n+NEW\n"
    apply(text, folder)
    assert path.read_text() == "NEW\n"


def test_one_patch_has_all_files(tmp_path: Path) -> None:
    faults = []
    for name in ("b.html", "a.html"):
        path = tmp_path / name
        path.write_text("/b\n")
        # A page may have the same URL from two places that are one.
        faults += faults_of(source("«/b»\n", path=path), "NEW") * 2
    text = patch(faults)
    assert text.index("a/a.html") < text.index("a/b.html")
    apply(text, tmp_path)
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {
        "a.html": "NEW\n",
        "b.html": "NEW\n",
    }


def test_of_two_changes_that_overlap_the_first_is_made(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("/b/c\n")
    made = source("/b/c\n", path=path)
    faults = [
        fault
        for start, new in ((0, "NEW"), (2, "OTHER"))
        for fault in faults_of(
            source(f"{'/b/c'[:start]}«{'/b/c'[start:]}»\n", path=path), new
        )
    ]
    apply(patch([_in(fault, made) for fault in faults]), tmp_path)
    assert path.read_text() == "NEW\n"


def _in(fault: Fault, made: Source) -> Fault:
    return Fault(**{**vars(fault), "written_in": made})


@pytest.mark.parametrize(
    "change",
    [
        {"replacement": None},
        {"written_in": None},
        {"written_in": source("«/b»\n")},
        {"written_in": source("«/b»\n", path=Path("a.html"), is_installed=True)},
        {"written_in": source("«/b»\n", path=Path("nowhere.html"))},
        {"written_in": source("«/b»\n", path=Path("latin.html"))},
        {"written_in": source("«/b» changed\n", path=Path("a.html"))},
        {"written_in": source("«/b»\n", path=Path("../a.html"))},
        {"written_in": source("«/b»\n", path=Path("link.html"))},
    ],
    ids=[
        "not certain",
        "no place",
        "no file",
        "installed",
        "gone",
        "not UTF-8",
        "changed meanwhile",
        "outside of the working directory",
        "a link that leads outside",
    ],
)
def test_what_is_not_certain_or_not_ours_is_left_out(
    tmp_path: Path, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for path in (folder / "a.html", tmp_path / "a.html"):
        path.write_text("/b\n")
    (folder / "link.html").symlink_to(tmp_path / "a.html")
    (folder / "latin.html").write_bytes(b"/b\n\xe9")
    (fault,) = faults_of(source("«/b»\n", path=folder / "a.html"), "NEW")
    assert patch([fault]) != ""
    assert patch([Fault(**{**vars(fault), **change})]) == ""


def test_a_module_without_an_import_of_flask_gets_none(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = '/b'\n")
    faults = faults_of(source("x = «'/b'»\n", path=path), "NEW", imports="url_for")
    apply(patch(faults), tmp_path)
    assert path.read_text() == "x = NEW\n"
