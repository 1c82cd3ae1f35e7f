"""Random apps: ``explain`` gives what a client gets for the same request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

import pytest
from flask import json, request, url_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import (
    VARIABLES,
    Application,
    Asked,
    Side,
    applications,
    environ_of,
    often,
    path_asked,
    quiet,
    requests,
    result_of,
)
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import run_wsgi_app

from flask_prefix_urls.cli.inside import explain

# What the converter refuses cannot be written in the command line.
REFUSED = (["bad"], ["gone"])
TEXTS = {repr(v.value): v.text for v in VARIABLES}
# The same examples in each run.
FIXED = settings(
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
HOSTS = ["localhost", "example.com:8080", "api.example.com:8080", "a.example", "c.de"]


def written(values: dict[str, Any]) -> list[str]:
    """Return values as they are written in the command line."""
    return [f"{k}={TEXTS.get(repr(v), v)}" for k, v in values.items()]


def answers(side: Side, environ: dict[str, Any]) -> dict[str, str]:
    """Return the URLs that a client gets through the ``wsgi_app`` of an app."""

    def urls() -> Any:
        return json.jsonify(
            {
                endpoint.name: result_of(
                    lambda e=endpoint: url_for(e.name, **e.values)  # type: ignore[misc]
                )
                for endpoint in side.endpoints
            }
        )

    side.app.before_request_funcs = {None: [urls]}
    body, status, _ = run_wsgi_app(side.app.wsgi_app, environ, buffered=True)
    assert status == "200 OK"
    found: dict[str, str] = json.loads(b"".join(body))
    return found


@pytest.mark.warns
@given(
    application=applications(),
    asked=requests,
    host=st.sampled_from(HOSTS),
    prefix=st.sampled_from(["", "/x", "/svc", "/a/b"]),
    x_prefix=st.booleans(),
)
@settings(FIXED, max_examples=60)
def test_explain_gives_what_a_client_gets(
    application: Application, asked: Asked, host: str, prefix: str, x_prefix: bool
) -> None:
    # What before_request functions assign is not there when a request is played.
    side = Side(replace(application, assigns=()), "prefixed")
    side.app.wsgi_app = ProxyFix(side.app.wsgi_app, x_prefix=int(x_prefix))  # type: ignore[method-assign]
    get = replace(asked, method="GET", websocket=False, query="")
    environ = environ_of(get, host, "/", application.mount)
    headers = []
    if prefix:
        environ["HTTP_X_FORWARDED_PREFIX"] = prefix
        headers = [f"X-Forwarded-Prefix: {prefix}"]
    scheme = "https" if asked.https else "http"
    with quiet():
        for name, url in answers(side, environ).items():
            (endpoint,) = [e for e in side.endpoints if e.name == name]
            if any(value in REFUSED for value in endpoint.values.values()):
                continue
            report = explain(
                side.app,
                name,
                written(endpoint.values),
                headers=headers,
                script_name=application.mount,
                base_url=f"{scheme}://{host}",
            )
            if report.result is None:
                error = url.partition(":")[0]
                (text,) = [s.text for s in report.steps if s.name == "adapter"]
                assert f"raises {error}" in text[-1]
            else:
                assert report.result == url


def routed(side: Side, environ: dict[str, Any]) -> tuple[str | None, int | None]:
    """Return what the router of an app says: an endpoint, or a status code."""

    def told() -> Any:
        error = request.routing_exception
        return json.jsonify([request.endpoint, getattr(error, "code", None)])

    side.app.before_request_funcs = {None: [told]}
    body, *_ = run_wsgi_app(side.app.wsgi_app, environ, buffered=True)
    endpoint, code = json.loads(b"".join(body))
    return endpoint, code


@pytest.mark.warns
@given(
    application=applications(),
    asked=st.lists(requests, min_size=1, max_size=5),
    host=st.sampled_from(HOSTS),
)
@settings(FIXED, max_examples=100)
def test_explain_says_where_a_proxy_leads_a_path(
    application: Application, asked: list[Asked], host: str
) -> None:
    # Below a mount, a proxy that does not strip is one that mounts.
    application = replace(application, assigns=(), mount="")
    side = Side(application, "prefixed")
    given = {e.prefix for e in side.endpoints if e.prefix}
    for one in asked:
        choice = often(side.endpoints)
        endpoint = choice[one.to % len(choice)]
        path = unquote(endpoint.prefix or "") + path_asked(one, endpoint)
        if not path.startswith("/") or "//" in path or "\udcff" in path:
            continue  # A browser asks for no such path, or takes it for a host.
        environ_path = path
        if application.proxy_strips:
            # The longest prefix decides.
            of_path = [p for p in given if f"{path}/".startswith(f"{unquote(p)}/")]
            longest = max(of_path, key=len, default="")
            environ_path = path.removeprefix(unquote(longest)) or "/"
        get = replace(one, method="GET", websocket=False, query="", https=False)
        with quiet():
            real = routed(side, environ_of(get, host, environ_path))
            report = explain(
                side.app,
                quote(path),
                [],
                headers=[],
                script_name="",
                base_url=f"http://{host}",
            )
        facts = {step.name: step.facts for step in report.steps}
        kind = "proxy strips" if application.proxy_strips else "proxy does not strip"
        if facts[kind]["path"] is None or "routing" not in facts:
            continue
        assert facts[kind]["path"] == environ_path
        assert facts["routing"]["code"] == real[1]
        if real[0] is not None and facts[kind]["reached"]:
            assert facts[kind]["endpoint"] == real[0]


BY_HAND = {"path-by-hand", "path-not-built", "path-twice", "path-of-another-scope"}


@pytest.mark.warns
@given(application=applications(), host=st.sampled_from(HOSTS))
@settings(FIXED, max_examples=100)
def test_what_url_for_built_is_not_told_to_be_written_by_hand(
    application: Application, host: str
) -> None:
    # What a handler of build errors returns is written by hand.
    application = replace(application, assigns=(), handles_build_errors=False)
    side = Side(application, "prefixed")
    get = Asked(0)
    with quiet():
        # The index may be a redirect that fails.
        built = answers(side, environ_of(get, host, "/-", application.mount))
        for endpoint in side.endpoints:
            url = built[endpoint.name]
            if "://" not in url and not url.startswith("/"):
                continue  # None was built.
            if any(value in REFUSED for value in endpoint.values.values()):
                continue  # No rule matches what was built.
            report = explain(
                side.app,
                url,
                [],
                headers=[],
                script_name=application.mount,
                base_url=f"http://{host}",
            )
            found = [m for m in report.mistakes if m.code in BY_HAND]
            assert found == [], url
