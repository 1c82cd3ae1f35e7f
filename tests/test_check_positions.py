"""A fault and a decoy in every position: both by a walk, and by what was not walked."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask, Response
from positions import DECOYS, POSITIONS, Text

from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.check import check_app
from flask_prefix_urls.check.findings import Findings

KINDS = {
    "no-prefix": "/about",
    "other-prefix": "/public/about",
    "prefix-twice": "/svc/v1/svc/v1/about",
    "needless-prefix": "/svc/v1/open",
}
RIGHT = {
    "right": "/svc/v1/about",
    "of another scope": "/open",
    "no route": "/nope",
    "only begins alike": "/svc/v10/about",
    "another host": "https://example.com/about",
    "another host without scheme": "//example.com/about",
    "another port": "http://localhost:5000/about",
    "mail": "mailto:/about",
    "relative": "about",
}


def page(text: Text, url: str) -> Response:
    body = text.text.replace("URL", url)
    if text.media_type:
        return Response(body, mimetype=text.media_type)
    response = Response()
    response.autocorrect_location_header = False
    name, _, value = body.partition(": ")
    response.headers[name] = value
    return response


def name_of(position: str) -> str:
    return "/p/" + "".join(c if c.isalnum() else "-" for c in position)


def app_with(texts: Mapping[str, Text], url: str) -> Flask:
    """Return an app with a page for each text."""
    app = Flask("positions", static_folder=None)
    app.add_url_rule("/about", "about", lambda: "", methods=["GET", "POST"])
    app.add_url_rule("/open", "open.page", lambda: "")
    for position, text in texts.items():
        app.add_url_rule(name_of(position), position, lambda text=text: page(text, url))
    PrefixURLs(app, "/svc/v1", blueprints={"open": "", "other": "/public"})
    return app


def found(findings: Findings) -> list[tuple[str, str, str]]:
    return [(fault.page, fault.kind, fault.url) for fault in findings.faults]


@pytest.mark.parametrize(("kind", "url"), KINDS.items(), ids=KINDS.keys())
def test_a_walk_finds_a_fault_in_each_position(kind: str, url: str) -> None:
    missed, wrong = [], []
    for position, text in POSITIONS.items():
        findings = check_app(app_with({position: text}, url))
        expected = [(name_of(position), kind)]
        told = [(fault.page, fault.kind) for fault in findings.faults]
        if not told:
            missed.append(position)
        elif told != expected:
            wrong.append((position, found(findings)))
    assert (missed, wrong) == ([], [])


@pytest.mark.parametrize("url", RIGHT.values(), ids=RIGHT.keys())
def test_a_right_url_is_no_fault_in_any_position(url: str) -> None:
    findings = check_app(app_with(POSITIONS, url))
    assert found(findings) == []


def test_a_decoy_is_no_fault_in_any_position() -> None:
    findings = check_app(app_with(DECOYS, "/about"))
    assert found(findings) == []
