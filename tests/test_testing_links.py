"""``unprefixed_links`` in the tests of an app, whatever those have set up."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, g, render_template, request
from jinja2 import DictLoader

from flask_prefix_urls import PrefixURLs, unprefixed
from flask_prefix_urls.testing import ProxyClient, unprefixed_links

WRONG = '<a href="/about">About</a>'
RIGHT = "<a href=\"{{ url_for('about') }}\">About</a>"


def make_app(link: str = WRONG) -> Flask:
    """Make an app with a link that stands in a template, and with no other."""
    app = Flask("tests")
    app.jinja_loader = DictLoader({"index.html": link})  # type: ignore[misc]
    app.add_url_rule("/", "index", lambda: render_template("index.html"))
    app.add_url_rule("/about", "about", lambda: "about")
    return app


@pytest.fixture
def app() -> Flask:
    app = make_app()
    PrefixURLs(app, "/svc")
    return app


def found(app: Flask, **limits: Any) -> list[tuple[str, str]]:
    return [(fault.page, fault.url) for fault in unprefixed_links(app, **limits)]


def test_the_report_is_printed(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(app) == [("/", "/about")]
    printed = capsys.readouterr().out
    # Without colours.
    assert 'href="/about" lacks the prefix /svc' in printed
    assert "write {{ url_for('about') }}" in printed


def test_nothing_is_printed_of_an_app_without_a_fault(
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = make_app(RIGHT)
    PrefixURLs(app, "/svc")
    assert found(app) == []
    assert capsys.readouterr().out == ""


def test_a_fault_tells_what_json_does(app: Flask) -> None:
    (fault,) = unprefixed_links(app)
    assert (fault.url, fault.page, fault.position) == ("/about", "/", "href")
    assert (fault.kind, fault.endpoint, fault.count) == ("no-prefix", "about", 1)
    assert fault.suggestion == "{{ url_for('about') }}"


@pytest.mark.parametrize("testing", [False, True], ids=["", "testing"])
@pytest.mark.parametrize("proxy_strips", [False, True], ids=["unstripped", "stripped"])
def test_it_does_not_matter_what_the_test_has_set_up(
    testing: bool, proxy_strips: bool
) -> None:
    app = make_app()
    PrefixURLs(app, "/svc", proxy_strips=proxy_strips)
    app.testing = testing
    app.test_client_class = ProxyClient
    app.add_url_rule("/raises", "raises", lambda: 1 / 0)
    # The client stands before the app from here on.
    assert app.test_client().get("/svc/about").status_code == 200
    expected = [("/", "/about")]
    assert found(app) == expected
    with app.test_request_context("/about"), unprefixed():
        assert found(app) == expected
        assert request.path == "/about"
    assert app.test_client().get("/about").status_code == 404


def test_requests_share_no_context_with_the_test() -> None:
    app = make_app(RIGHT)
    PrefixURLs(app, "/svc")
    kept = []

    @app.before_request
    def look() -> None:
        kept.append("user" in g)

    with app.app_context():
        g.user = "ada"
        assert found(app) == []
        assert g.user == "ada"
    assert kept
    assert not any(kept)


def test_the_limits_are_those_of_the_command() -> None:
    app = make_app(RIGHT)
    asked: list[tuple[str, str | None]] = []

    @app.get("/items/<int:number>")
    def item(number: int) -> str:
        return render_template("index.html", number=number)

    @app.before_request
    def look() -> None:
        asked.append((request.path, request.headers.get("X-User")))

    PrefixURLs(app, "/svc")
    for headers in ({"X-User": "ada"}, [("X-User", "ada")]):
        asked.clear()
        unprefixed_links(app, start=["/items/3"], headers=headers, exclude=["^/about$"])
        assert {("/", "ada"), ("/items/3", "ada")} <= {*asked}
        assert "/about" not in dict(asked)
    asked.clear()
    unprefixed_links(app, max_pages=1)
    assert len(asked) == 1
