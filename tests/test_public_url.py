"""Scheme, host and prefix in one setting: the same URLs in a request and outside."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from celery import Celery
from flask import Blueprint, Flask, request, url_for

from flask_prefix_urls import PrefixURLs, forwarded_prefix

URL = "https://example.com/svc/v1"


def urls() -> list[str]:
    return [
        url_for("page", _external=True),
        url_for("page", _external=False),
        url_for("api.page", _external=True),
        url_for("out.page", _external=True, q="1", _anchor="a"),
    ]


def with_pages(app: Flask) -> Flask:
    """Give an app a page, and one in a blueprint with a prefix and in one without."""
    api, out = Blueprint("api", "tests"), Blueprint("out", "tests")
    for scope in (app, api, out):
        scope.add_url_rule("/page", "page", urls)
    PrefixURLs(api, "/public")
    PrefixURLs(out, "")
    app.register_blueprint(api, url_prefix="/api")
    app.register_blueprint(out, url_prefix="/out")
    return app


@pytest.mark.parametrize("way", ["argument", "config", "environment", "factory"])
def test_every_way_to_give_it(
    app: Flask, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pages(app)
    if way == "argument":
        PrefixURLs(app, public_url=URL)
    elif way == "factory":
        PrefixURLs(public_url=URL).init_app(app)
    else:
        if way == "config":
            app.config["PREFIX_URLS_PUBLIC_URL"] = URL
        else:
            monkeypatch.setenv("FLASK_PREFIX_URLS_PUBLIC_URL", URL)
            app.config.from_prefixed_env()
        PrefixURLs(app)
    outside = [
        "https://example.com/svc/v1/page",
        "/svc/v1/page",
        "https://example.com/public/api/page",
        "https://example.com/out/page?q=1#a",
    ]
    with app.app_context():
        assert urls() == outside
        assert url_for("page") == "https://example.com/svc/v1/page"
        assert url_for("page", _scheme="http", _external=True) == (
            "http://example.com/svc/v1/page"
        )
        assert url_for("page", _prefix="/x") == "https://example.com/x/page"
    assert app.url_for("page") == "https://example.com/svc/v1/page"
    assert app.url_for("page", _external=False) == "/svc/v1/page"
    assert app.test_client().get("/page").json == [
        "http://localhost/svc/v1/page",
        "/svc/v1/page",
        "http://localhost/public/api/page",
        "http://localhost/out/page?q=1#a",
    ]


@pytest.mark.warns
def test_in_a_request_only_its_path_counts(app: Flask) -> None:
    PrefixURLs(with_pages(app), public_url=URL)
    with app.test_request_context("/page", base_url="http://other.example:8080"):
        assert url_for("page") == "/svc/v1/page"
        assert url_for("page", _external=True) == (
            "http://other.example:8080/svc/v1/page"
        )
        assert request.url == "http://other.example:8080/svc/v1/page"
    client = app.test_client()
    assert client.get("/svc/v1/page").status_code == 404


def test_the_adapter_that_an_application_keeps_stays_as_it_is(app: Flask) -> None:
    kept = app.url_map.bind("kept.example")
    app.create_url_adapter = lambda _: kept  # type: ignore[method-assign, assignment]
    PrefixURLs(with_pages(app), public_url=URL)
    with app.app_context():
        assert url_for("page") == "https://kept.example/svc/v1/page"
    assert kept.url_scheme == "http"


def test_the_argument_wins_over_the_config(app: Flask) -> None:
    app.config["PREFIX_URLS_PUBLIC_URL"] = "https://config.example/c"
    PrefixURLs(with_pages(app), public_url=URL)
    assert app.url_for("page") == "https://example.com/svc/v1/page"


@pytest.mark.parametrize(
    ("public_url", "url"),
    [
        ("http://example.com", "http://example.com/page"),
        ("https://example.com/", "https://example.com/page"),
        ("https://example.com/svc/", "https://example.com/svc/page"),
        ("http://example.com:80/s", "http://example.com/s/page"),
        ("https://example.com:443/s", "https://example.com/s/page"),
        ("http://example.com:443/s", "http://example.com:443/s/page"),
        ("https://example.com:8443", "https://example.com:8443/page"),
        ("HTTPS://Example.COM/Svc", "https://example.com/Svc/page"),
        ("http://localhost:5000/s", "http://localhost:5000/s/page"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000/page"),
        ("http://[::1]/s", "http://[::1]/s/page"),
        ("https://[2001:DB8::1]:8443/s", "https://[2001:db8::1]:8443/s/page"),
        ("http://my_service/s", "http://my_service/s/page"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example/page"),
        ("https://example.com/größe", "https://example.com/gr%C3%B6%C3%9Fe/page"),
    ],
)
def test_how_it_may_be_written(app: Flask, public_url: str, url: str) -> None:
    PrefixURLs(with_pages(app), public_url=public_url)
    assert app.url_for("page") == url


PARTS = (
    "must be http or https, a host, perhaps a port, and a path: write it like"
    " 'https://example.com/svc/v1'."
)
MALFORMED = [
    "",
    "/svc",
    "example.com/svc",
    "//example.com/svc",
    "ftp://example.com",
    "javascript://example.com",
    "https:example.com",
    "https:///svc",
    "https://",
    "https://user@example.com",
    "https://user:pw@example.com/",
    "https://example.com:",
    "https://example.com:port",
    "https://example.com:65536",
    "https://example.com:123456",
    "https://example.com:-1",
    "https://example.com:٤٤٣",
    "https://example.com?q",
    "https://example.com#f",
    "https://exa mple.com",
    "https://example.com\n",
    "https://example.com\\svc",
    "https://-example.com",
    "https://example.com.",
    "https://bücher.example",
    "https://::1/svc",
    "https://[::1",
    "https://[example.com]",
    " https://example.com",
    # Letters that are the same as ASCII ones when case is ignored.
    "http\u017f://example.com",
    "https://\u017f.example",
    "https://\u212a.example",
    # Hosts and ports that no browser goes to.
    "https://example.com:0",
    "https://a..b",
    "https://[:::::]",
]


@pytest.mark.parametrize("value", MALFORMED, ids=ascii)
@pytest.mark.parametrize("source", ["public_url", "PREFIX_URLS_PUBLIC_URL"])
def test_what_is_no_public_url(app: Flask, source: str, value: str) -> None:
    sentence = f"{source} is {value!r}, but {PARTS}"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        _give(app, source, value)


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("//svc", "a prefix has no scheme, host or empty segment"),
        ("/a?b", "a prefix has no query or fragment"),
        ("/a#b", "a prefix has no query or fragment"),
        ("/a/../b", "a prefix has no '.' or '..' as a segment"),
        ("/a b", "a prefix has no white space or control character"),
        ("/a\n", "a prefix has no white space or control character"),
        ("/a\\b", "a prefix has no backslash"),
        ('/a"b', "a prefix has no '\"' that is not percent-encoded"),
        ("/a%2Fb", "an escape must not hide one of / \\ . % ? # ; < > or a quote"),
    ],
)
@pytest.mark.parametrize("source", ["public_url", "PREFIX_URLS_PUBLIC_URL"])
def test_a_path_that_is_no_prefix(
    app: Flask, source: str, path: str, fault: str
) -> None:
    sentence = (
        f"the path of {source} is {path!r}, but {fault}: write it like '/svc/v1'."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        _give(app, source, f"https://example.com{path}")


@pytest.mark.parametrize("value", [1, b"https://example.com", True], ids=repr)
@pytest.mark.parametrize("source", ["public_url", "PREFIX_URLS_PUBLIC_URL"])
def test_what_is_no_string(app: Flask, source: str, value: Any) -> None:
    sentence = (
        f"{source} is {value!r}, but must be a string: write it like"
        " 'https://example.com/svc/v1'."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        _give(app, source, value)


def _give(app: Flask, source: str, value: Any) -> None:
    if source == "public_url":
        PrefixURLs(app, public_url=value)
    else:
        app.config[source] = value
        PrefixURLs(app)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param([{"prefix": "/svc", "public_url": URL}], id="at-once"),
        pytest.param([{"prefix": "/svc"}, {"public_url": URL}], id="prefix-first"),
        pytest.param([{"public_url": URL}, {"prefix": "/svc"}], id="public-url-first"),
        pytest.param(
            [{"PREFIX_URLS_PREFIX": "/svc", "PREFIX_URLS_PUBLIC_URL": URL}], id="config"
        ),
        pytest.param(
            [{"PREFIX_URLS_PREFIX": "/svc", "public_url": URL}],
            id="config-and-argument",
        ),
        pytest.param(
            [
                {
                    "PREFIX_URLS_PREFIX": "/svc",
                    "PREFIX_URLS_PUBLIC_URL": URL,
                    "PREFIX_URLS_FORWARDED": 1,
                }
            ],
            id="default-of-a-header",
        ),
    ],
)
def test_another_prefix(app: Flask, given: list[dict[str, Any]]) -> None:
    names = {name for settings in given for name in settings}
    prefix_source, url_source = (
        f"from {key}" if key in names else f"from the argument {argument}"
        for key, argument in (
            ("PREFIX_URLS_PREFIX", "prefix"),
            ("PREFIX_URLS_PUBLIC_URL", "public_url"),
        )
    )
    sentence = (
        f"The app has the prefix '/svc' ({prefix_source}), but the path of its public"
        f" URL is '/svc/v1' ({url_source}): leave the prefix out, or make them equal."
    )

    def give_all() -> None:
        for settings in given:
            config = {k: v for k, v in settings.items() if k.isupper()}
            app.config.update(config)
            PrefixURLs(app, **{k: settings[k] for k in settings.keys() - config.keys()})

    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        give_all()


def test_the_same_prefix_and_the_same_public_url_twice(app: Flask) -> None:
    for public_url in (URL, "HTTPS://example.com:443/svc/v1/"):
        PrefixURLs(with_pages(app) if public_url == URL else app, "svc/v1/")
        PrefixURLs(app, public_url=public_url)
    assert app.url_for("page") == "https://example.com/svc/v1/page"


def test_two_public_urls(app: Flask) -> None:
    PrefixURLs(app, public_url=URL)
    sentence = (
        "The app has the public URL 'https://example.com/svc/v1' (from the argument"
        " public_url) already and is given 'https://other.example/svc/v1' (from the"
        " argument public_url): decide on one of them."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        PrefixURLs(app, public_url="https://other.example/svc/v1")


@pytest.mark.warns
@pytest.mark.parametrize(
    ("server_name", "warned", "url"),
    [
        ("example.com", False, "https://example.com/svc/v1/page"),
        ("other.example:8080", True, "https://other.example:8080/svc/v1/page"),
    ],
)
def test_server_name_is_in_charge_of_the_host(
    app: Flask,
    caplog: pytest.LogCaptureFixture,
    server_name: str,
    warned: bool,
    url: str,
) -> None:
    app.config["SERVER_NAME"] = server_name
    PrefixURLs(with_pages(app), public_url=URL)
    sentence = (
        "The public URL has the host 'example.com', but SERVER_NAME is"
        " 'other.example:8080' and decides on the host of URLs outside of a request:"
        " give both the same."
    )
    log = "tests.prefix_urls"
    assert caplog.record_tuples == [(log, logging.WARNING, sentence)] * warned
    assert app.url_for("page") == url


@pytest.mark.parametrize(
    ("public_url", "server_name"),
    [
        (URL, "EXAMPLE.com"),
        (URL, "example.com:443"),
        ("http://a.example", "a.example:80"),
    ],
)
def test_the_same_host_written_otherwise_is_not_warned_of(
    app: Flask, caplog: pytest.LogCaptureFixture, public_url: str, server_name: str
) -> None:
    app.config["SERVER_NAME"] = server_name
    PrefixURLs(app, public_url=public_url)
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("root", "url"),
    [
        ("/m", "https://example.com/svc/v1/m/page"),
        ("/svc/v1", "https://example.com/svc/v1/page"),
        ("/svc/v1/m/", "https://example.com/svc/v1/m/page"),
        ("/svc", "https://example.com/svc/v1/svc/page"),
    ],
)
@pytest.mark.parametrize("server_name", [None, "example.com"])
def test_application_root_is_the_mount(
    app: Flask, server_name: str | None, root: str, url: str
) -> None:
    app.config.update(APPLICATION_ROOT=root, SERVER_NAME=server_name)
    PrefixURLs(with_pages(app), public_url=URL)
    assert app.url_for("page") == url


def test_without_a_public_url_flask_still_wants_a_server_name(app: Flask) -> None:
    PrefixURLs(with_pages(app), "/svc")
    with pytest.raises(RuntimeError, match="SERVER_NAME"):
        app.url_for("page")


def test_a_function_that_knows_nothing_outside_of_a_request(app: Flask) -> None:
    prefix = forwarded_prefix()
    PrefixURLs(with_pages(app), prefix, public_url=URL)
    assert app.url_for("page") == "https://example.com/svc/v1/page"
    client = app.test_client()
    assert client.get("/page").json[1] == "/svc/v1/page"
    headers = {"X-Forwarded-Prefix": "/green"}
    assert client.get("/page", headers=headers).json[1] == "/green/page"


@pytest.mark.parametrize("prefix", [None, "/svc/v1"])
def test_a_forwarded_header_by_config(app: Flask, prefix: str | None) -> None:
    app.config.update(
        PREFIX_URLS_FORWARDED=1, PREFIX_URLS_PREFIX=prefix, PREFIX_URLS_PUBLIC_URL=URL
    )
    PrefixURLs(with_pages(app))
    assert app.url_for("page") == "https://example.com/svc/v1/page"
    client = app.test_client()
    assert client.get("/page").json[1] == "/svc/v1/page"
    headers = {"X-Forwarded-Prefix": "/green"}
    assert client.get("/page", headers=headers).json[1] == "/green/page"


def test_a_celery_task_builds_the_urls_of_the_web_process(app: Flask) -> None:
    PrefixURLs(with_pages(app), public_url=URL)
    celery = Celery("tests", broker="memory://", set_as_current=False)
    celery.conf.update(task_always_eager=True, task_eager_propagates=True)

    @celery.task(name="mail")
    def mail() -> list[str]:
        with app.app_context():
            return urls()

    by_task = mail.delay().get()
    by_web = app.test_client().get("/page", base_url="https://example.com").json
    assert by_task == by_web
    assert by_task[0] == "https://example.com/svc/v1/page"


def test_another_process_builds_the_urls_of_the_web_process(tmp_path: Path) -> None:
    module = """
        import json
        from flask import Flask, url_for
        from flask_prefix_urls import PrefixURLs

        app = Flask(__name__)
        app.config["PREFIX_URLS_PUBLIC_URL"] = "https://example.com/svc/v1"
        PrefixURLs(app)

        @app.route("/page")
        def page():
            return [url_for("page", _external=True), url_for("page", _external=False)]
    """
    worker = "with app.app_context(): print(json.dumps(page()))"
    client = "app.test_client().get('/page', base_url='https://example.com')"
    printed = []
    for process in (worker, f"print(json.dumps({client}.json))"):
        script = tmp_path / "script.py"
        script.write_text(f"{dedent(module)}\n{process}\n")
        done = subprocess.run(
            [sys.executable, script],
            cwd=Path(__file__).parent.parent,
            env={"PYTHONPATH": "."},
            capture_output=True,
            check=True,
            text=True,
        )
        printed.append(json.loads(done.stdout))
    assert printed == [["https://example.com/svc/v1/page", "/svc/v1/page"]] * 2
