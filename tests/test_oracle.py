"""A few seconds of the judge in ``oracle.py``: what plain Flask gives, we give."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from flask import Flask, Response, redirect, url_for
from hypothesis import HealthCheck, given, settings
from oracle import (
    Application,
    Asked,
    Count,
    DifferenceError,
    Page,
    Redirect,
    Scope,
    Trial,
    Variable,
    applications,
    compare,
    main,
    many_requests,
)
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from flask_prefix_urls import PrefixURLs, unstripped
from flask_prefix_urls.redirects import PublicRedirect
from flask_prefix_urls.router import PublicRouter
from flask_prefix_urls.siblings import PublicAdapter


@pytest.mark.warns
@given(application=applications(), asked=many_requests)
@settings(
    max_examples=100,
    deadline=None,
    database=None,
    # The same for each run: ``oracle.py`` itself looks further, by a seed.
    derandomize=True,
    print_blob=True,
    # An application takes a while to make, and that is what it is about.
    suppress_health_check=list(HealthCheck),
)
def test_plain_flask_under_the_prefix_gives_the_same(
    application: Application, asked: list[Asked]
) -> None:
    compare(application, asked, Count())


def test_comparing_nothing_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["oracle.py", "--minutes", "0"])
    with pytest.raises(SystemExit, match=r"^Nothing was compared\.$"):
        main()


SLASH = Page(("a",), slash=True)
NO_SLASH = Page(("a",), slash=False)
POST_ONLY = Page(("a",), slash=False, methods=("POST",))
ITEM = Page((Variable("int", 7, "7"),), slash=False)
POST_ITEM = Page(ITEM.segments, slash=False, methods=("POST",))
MOVED = Page(("b",), slash=False, redirect=Redirect("raise", 1, function=True))


def in_blueprint(*pages: Page, outer: Page | None = None) -> Scope:
    """Return an app whose one blueprint has these pages, and the prefix ``/svc``."""
    blueprint = Scope(pages, "/svc")
    return Scope((outer,) if outer else (), children=(blueprint,))


def no_endpoint(*_: object) -> str:
    return ""


def no_prefix(self: PublicAdapter, _: str | None) -> str:
    return self._script_name or "/"


def no_other_rule(*_: object) -> NoReturn:
    raise NotFound


rule_in_scope = unstripped._rule_in_scope


def no_values(*asked: Any) -> unstripped.Match | None:
    found = rule_in_scope(*asked)
    return found and (found[0], {})


def other_methods(*_: object) -> NoReturn:
    raise MethodNotAllowed(["TRACE"])


public_redirect = PublicRouter._public_redirect


def no_class_of_its_own(
    self: PublicRouter, redirect: RequestRedirect, *asked: bool | None
) -> RequestRedirect:
    public = public_redirect(self, redirect, *asked)  # type: ignore[arg-type]
    return PublicRedirect(lambda: public.new_url)


@pytest.mark.warns
@pytest.mark.parametrize(
    ("owner", "name", "broken", "application", "asked", "what"),
    [
        pytest.param(
            PublicRouter,
            "_endpoint_at",
            no_endpoint,
            Application(in_blueprint(SLASH)),
            Asked(1, "no slash"),
            "Location",
            id="redirect-with-the-prefix-of-the-app",
        ),
        pytest.param(
            PublicRouter,
            "_public_redirect",
            no_class_of_its_own,
            Application(in_blueprint(NO_SLASH, MOVED)),
            Asked(0),
            "status",
            id="redirect-without-its-own-status",
        ),
        pytest.param(
            PublicAdapter,
            "script_name_for",
            no_prefix,
            Application(Scope((NO_SLASH,), "/svc")),
            Asked(1),
            "URL relative of 'static'",
            id="url-without-prefix",
        ),
        pytest.param(
            unstripped,
            "_rule_in_scope",
            no_other_rule,
            Application(in_blueprint(POST_ONLY, outer=NO_SLASH), proxy_strips=False),
            Asked(2, method="OPTIONS"),
            "prefix",
            id="options-of-the-first-rule-only",
        ),
        pytest.param(
            unstripped,
            "_rule_in_scope",
            no_values,
            Application(in_blueprint(POST_ITEM, outer=ITEM), proxy_strips=False),
            Asked(2, method="OPTIONS"),
            "request.view_args",
            id="rule-without-its-values",
        ),
        pytest.param(
            unstripped,
            "_rule_in_scope",
            other_methods,
            Application(in_blueprint(POST_ONLY, outer=NO_SLASH), proxy_strips=False),
            Asked(2),
            "Allow",
            id="methods-of-nobody",
        ),
    ],
)
def test_the_judge_sees_a_fault(
    owner: object,
    name: str,
    broken: Callable[..., object],
    application: Application,
    asked: Asked,
    what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Trial(application).request(asked)
    monkeypatch.setattr(owner, name, broken)
    with pytest.raises(DifferenceError) as difference:
        Trial(application).request(asked)
    assert difference.value.what == what


class Absolute(Response):
    """A response whose ``Location`` Werkzeug makes absolute, with ``SCRIPT_NAME``."""

    autocorrect_location_header = True


def ask_for_location(app: Flask, path: str, script_name: str) -> str:
    app.response_class = Absolute
    app.add_url_rule("/relative", "relative", lambda: redirect("built"))
    app.add_url_rule("/built", "built", lambda: redirect(url_for("relative")))
    environ = {"SCRIPT_NAME": script_name}
    response = app.test_client().get(path, environ_overrides=environ)
    return response.headers["Location"]


@pytest.mark.parametrize(
    ("path", "ours", "plain"),
    [
        pytest.param("/built", "/svc/relative", "/svc/relative", id="url_for"),
        pytest.param("/relative", "/built", "/svc/built", id="relative"),
    ],
)
def test_what_reads_script_name_by_itself(path: str, ours: str, plain: str) -> None:
    """A known difference: the environ has no prefix, and is never written to."""
    app = Flask("tests")
    PrefixURLs(app, "/svc")
    host = "http://localhost"
    assert ask_for_location(app, path, "") == host + ours
    assert ask_for_location(Flask("tests"), path, "/svc") == host + plain
