"""``unprefixed_links`` in the tests of an app, whatever those have set up."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Blueprint, Flask, g, render_template, request
from jinja2 import DictLoader

from flask_prefix_urls import PrefixURLs, forwarded_prefix, unprefixed
from flask_prefix_urls.check.inspection import check_app
from flask_prefix_urls.testing import ProxyClient, unprefixed_links

WRONG = '<a href="/about">About</a>'
# Nobody takes it for URLs.
LINKS = "/items/1 /items/2 /about /static/a.css /static/b.css"
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


@pytest.mark.parametrize(
    ("limits", "error", "sentence"),
    [
        (
            {"max_pages": 0},
            ValueError,
            "max_pages is 0, but must be positive: write it like 60.",
        ),
        (
            {"max_seconds": -1.5},
            ValueError,
            "max_seconds is -1.5, but must be positive: write it like 60.",
        ),
        (
            {"start": "/about"},
            TypeError,
            "start is '/about', but must be several strings: write it like ['/about'].",
        ),
        (
            {"exclude": "^/api"},
            TypeError,
            "exclude is '^/api', but must be several strings: write it like ['^/api'].",
        ),
    ],
    ids=["max_pages", "max_seconds", "start", "exclude"],
)
def test_what_is_no_limit_is_refused(
    app: Flask, limits: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        unprefixed_links(app, **limits)


def answering() -> str | None:
    return request.headers.get("X-Root")


@pytest.mark.parametrize(
    ("prefix", "headers", "expected"),
    [
        (forwarded_prefix(), {}, None),
        (answering, {}, None),
        (forwarded_prefix(), {"X-Forwarded-Prefix": "/svc"}, [("/", "/about")]),
        (answering, {"X-Root": "/svc"}, [("/", "/about")]),
        (forwarded_prefix(default="/svc"), {}, [("/", "/about")]),
    ],
    ids=[
        "no header",
        "no answer",
        "header",
        "answer",
        "default",
    ],
)
def test_a_prefix_that_no_page_has_is_told(
    prefix: Any, headers: dict[str, str], expected: list[tuple[str, str]] | None
) -> None:
    app = make_app()
    PrefixURLs(app, prefix)
    if expected is not None:
        assert found(app, headers=headers) == expected
        return
    sentence = (
        "The prefix function of the app 'tests' returned none for each page, so no link"
        " can lack one: send the header that it reads, such as"
        " 'X-Forwarded-Prefix: /svc'."
    )
    with pytest.raises(RuntimeError, match=f"^{re.escape(sentence)}$"):
        unprefixed_links(app)


def test_a_prefix_of_one_blueprint_needs_no_header() -> None:
    app = make_app()
    PrefixURLs(app, answering, blueprints={"shop": "/shop"})
    app.register_blueprint(Blueprint("shop", "tests"))
    assert found(app) == []


def test_an_assertion_that_fails_is_short(app: Flask) -> None:
    assert repr(unprefixed_links(app)) == "[<Fault '/about' in index.html:1>]"


def test_a_list_that_code_made_is_one_fault() -> None:
    app = make_app(RIGHT)
    app.add_url_rule("/items/<int:number>", "item", lambda number: {"id": number})

    @app.get("/api/items")
    def items() -> dict[str, Any]:
        return {"items": [{"href": link} for link in LINKS.split()]}

    PrefixURLs(app, "/svc")
    faults = unprefixed_links(app)
    assert sorted((fault.position, fault.url, fault.count) for fault in faults) == [
        ("$.items[0].href", "/items/1", 1),
        ("$.items[2].href", "/about", 1),
        ("$.items[3].href", "/static/a.css", 1),
        ("$.items[4].href", "/static/b.css", 1),
    ]


def test_the_prefix_itself_is_no_note() -> None:
    app = make_app(RIGHT)
    prefixes = {"shop": "/shop"}

    @app.get("/other")
    def other() -> dict[str, bool]:
        return {"": request.path in ("/shop", "/shop/", "/about")}

    PrefixURLs(app, "/svc", blueprints=prefixes)
    app.register_blueprint(Blueprint("shop", "tests"))
    notes = [note.url for note in check_app(app).notes]
    assert notes == ["/about"]
