"""A fault and a decoy in every position, met by a walk, and by what no walk meets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Blueprint, Flask, Response, render_template
from positions import DECOYS, POSITIONS, Text

from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.check.findings import Findings
from flask_prefix_urls.check.inspection import check_app

KINDS = {
    "no-prefix": "/about",
    "other-prefix": "/public/about",
    "prefix-twice": "/svc/v1/svc/v1/about",
    "needless-prefix": "/svc/v1/open",
}
RIGHT = {
    "right": "/svc/v1/about",
    "of a scope that opted out": "/open",
    "no route": "/nope",
    "only begins alike": "/svc/v10/about",
    "another host": "https://example.com/about",
    "another host without scheme": "//example.com/about",
    "another port": "http://localhost:5000/about",
    "mail": "mailto:/about",
    "relative": "about",
}
SUFFIXES = {
    "text/html": "html",
    "text/javascript": "js",
    "text/css": "css",
    "application/json": "json",
    "application/manifest+json": "webmanifest",
    "image/svg+xml": "svg",
}


def answer(text: str, media_type: str) -> Response:
    if media_type:
        return Response(text, mimetype=media_type)
    response = Response()
    response.autocorrect_location_header = False
    name, _, value = text.partition(": ")
    response.headers[name] = value
    return response


def scoped(folder: Path) -> Flask:
    """Return an app with a prefix, a blueprint with another, and one without."""
    app = Flask("positions_app", root_path=str(folder))
    app.add_url_rule("/about", "about", lambda: "", methods=["GET", "POST"])
    for name in ("open", "other"):
        blueprint = Blueprint(name, "positions_app")
        blueprint.add_url_rule(f"/{name}", "page", lambda: "")
        app.register_blueprint(blueprint)
    PrefixURLs(app, "/svc/v1", blueprints={"open": "", "other": "/public"})
    return app


def serve(app: Flask, texts: Mapping[str, Text], url: str) -> None:
    """Give an app a page for each text, whose URL has its number."""
    for number, (media_type, text) in enumerate(texts.values()):
        written = text.replace("URL", f"{url}?p={number}")
        app.add_url_rule(
            f"/p/{number}",
            f"page {number}",
            lambda written=written, media_type=media_type: answer(written, media_type),
        )


def told(findings: Findings) -> list[tuple[str, str, str]]:
    return sorted((fault.page, fault.kind, fault.url) for fault in findings.faults)


@pytest.mark.parametrize(("kind", "url"), KINDS.items(), ids=KINDS.keys())
def test_a_walk_finds_a_fault_in_each_position(
    tmp_path: Path, kind: str, url: str
) -> None:
    app = scoped(tmp_path)
    serve(app, POSITIONS, url)
    faults = check_app(app).faults
    found = {fault.page: fault.kind for fault in faults}
    expected = {f"/p/{number}": kind for number in range(len(POSITIONS))}
    names = dict(zip(expected, POSITIONS, strict=True))
    assert [names[page] for page in expected if page not in found] == []
    assert found == expected
    assert len(faults) == len(POSITIONS)


@pytest.mark.parametrize("url", RIGHT.values(), ids=RIGHT.keys())
def test_a_right_url_is_no_fault_in_any_position(tmp_path: Path, url: str) -> None:
    app = scoped(tmp_path)
    serve(app, POSITIONS, url)
    assert told(check_app(app)) == []


def test_a_decoy_is_no_fault_in_any_position(tmp_path: Path) -> None:
    app = scoped(tmp_path)
    serve(app, DECOYS, "")
    assert told(check_app(app)) == []


def in_files(folder: Path, texts: Mapping[str, Text], url: str) -> dict[str, str]:
    """Write a text into a template or a static file.

    :return: The position of each file, by its name for people.
    """
    files = {}
    for number, (position, (media_type, text)) in enumerate(texts.items()):
        suffix = SUFFIXES.get(media_type)
        if suffix is not None:
            where = "templates" if suffix == "html" else "static"
            (folder / where).mkdir(exist_ok=True)
            file = folder / where / f"{number}.{suffix}"
            file.write_text(text.replace("URL", url), "utf-8")
            files[str(file)] = position
    names = " ".join(Path(file).name for file in files)
    (folder / "templates" / "index.html").write_text(f"<!-- {names} -->", "utf-8")
    return files


def unwalked(folder: Path) -> Flask:
    """Return an app that renders templates only for those who send a form."""
    app = scoped(folder)

    def index(name: str) -> str:
        return render_template(f"{name}.html")

    app.add_url_rule("/p/<name>", "index", index, methods=["POST"])
    return app


@pytest.mark.parametrize(("kind", "url"), KINDS.items(), ids=KINDS.keys())
def test_the_sources_have_a_fault_in_each_position(
    tmp_path: Path, kind: str, url: str
) -> None:
    files = in_files(tmp_path, POSITIONS, url)
    faults = check_app(unwalked(tmp_path)).faults
    found = {f.source.file: f.kind for f in faults if f.source is not None}
    assert [files[file] for file in files if file not in found] == []
    assert found == dict.fromkeys(files, kind)
    assert len(faults) == len(files)


def test_a_decoy_in_the_sources_is_no_fault(tmp_path: Path) -> None:
    in_files(tmp_path, DECOYS, "")
    assert told(check_app(unwalked(tmp_path))) == []
