"""One request of the app, as a proxy that has stripped makes it."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from threading import Event, current_thread
from threading import enumerate as enumerate_threads
from time import monotonic
from typing import Any

import pytest
from flask import (
    Blueprint,
    Flask,
    Response,
    g,
    redirect,
    render_template,
    render_template_string,
    request,
    request_finished,
    request_tearing_down,
    session,
    stream_with_context,
    template_rendered,
    url_for,
)
from flask.logging import default_handler
from jinja2 import DictLoader

from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.check.walk import asking_app, serving
from flask_prefix_urls.check.walk.asking_app import AppClient
from flask_prefix_urls.check.walk.serving import Answer

BASE_URL = "https://example.com/mount/"


@pytest.fixture
def app() -> Flask:
    app = Flask("tests")
    app.secret_key = "key"
    app.jinja_loader = DictLoader({"a.html": "{% include 'b.html' %}", "b.html": "b"})
    return app


@pytest.fixture
def forever() -> Iterator[Event]:
    """What a view waits for that never returns; it does when the test is over."""
    event = Event()
    yield event
    event.set()


def ask(
    app: Flask,
    target: str = "/",
    host: str = "",
    headers: tuple[tuple[str, str], ...] = (),
) -> Answer:
    with AppClient(app, BASE_URL, headers) as client:
        answer = client.ask(target, host, 30)
    assert answer is not None
    return answer


def body_of(answer: Answer) -> str:
    return b"".join(answer.body).decode()


def test_the_app_is_asked_as_by_a_proxy_that_has_stripped(app: Flask) -> None:
    PrefixURLs(app, "/svc")

    @app.get("/items/<int:number>")
    def item(number: int) -> list[object]:
        environ = request.environ
        names = ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_HOST")
        return [number, request.base_url, *(environ[name] for name in names)]

    answer = ask(app, "/items/3?a=%C3%BC")
    assert (answer.status, answer.endpoint, answer.values) == (
        200,
        "item",
        {"number": 3},
    )
    assert answer.headers["Content-Type"] == "application/json"
    assert app.json.loads(body_of(answer)) == [
        *(3, "https://example.com/svc/mount/items/3"),
        *("/mount", "/items/3", "a=%C3%BC", "example.com"),
    ]
    assert app.json.loads(body_of(ask(app, "/items/3", "b.example")))[-1] == "b.example"


def test_headers_are_sent(app: Flask) -> None:
    @app.get("/")
    def index() -> dict[str, str]:
        return {**request.headers}

    given = (("X-Token", "a: b"), ("accept", "text/plain"), ("Cookie", "a=1; b=2=3"))
    sent = app.json.loads(body_of(ask(app, headers=given)))
    assert sent == {
        "Host": "example.com",
        "User-Agent": "flask-prefix-urls",
        "Accept": "text/plain",
        "X-Token": "a: b",
        "Cookie": "a=1; b=2=3",
    }


def test_html_is_asked_for_as_a_browser_does(app: Flask) -> None:
    @app.get("/")
    def index() -> str:
        types = ["application/json", "text/html"]
        return request.accept_mimetypes.best_match(types) or ""

    assert body_of(ask(app)) == "text/html"


def test_cookies_are_kept_whatever_their_path(app: Flask) -> None:
    PrefixURLs(app, "/svc", cookie_path=True)

    @app.get("/")
    def index() -> str:
        session["visits"] = session.get("visits", 0) + 1
        return f"{session['visits']} {request.cookies.get('mine')}"

    @app.get("/end")
    def end() -> Response:
        response = Response()
        response.delete_cookie("mine")
        return response

    with AppClient(app, BASE_URL, [("cookie", "mine=1")]) as client:
        answers = [client.ask(t, "", 30) for t in ("/", "/", "/end", "/")]
    bodies = [body_of(answer) for answer in answers if answer is not None]
    assert bodies == ["1 1", "2 1", "", "3 None"]


def test_templates_are_told_in_the_order_of_their_rendering(app: Flask) -> None:
    @app.get("/")
    def index() -> str:
        render_template_string("no name")
        with app.test_request_context():
            render_template("a.html")
        app.test_client().get("/b")
        return render_template("b.html") + render_template("a.html")

    @app.get("/b")
    def b() -> str:
        return render_template("b.html")

    assert ask(app).templates == ["b.html", "a.html"]


def test_templates_outside_of_a_request_are_none_of_the_page(app: Flask) -> None:
    with app.app_context(), AppClient(app, BASE_URL, []) as client:
        render_template("a.html")
        answer = client.ask("/", "", 30)
    assert answer is not None
    assert answer.templates == []


def test_what_only_the_thread_of_the_caller_can_answer_is_answered(app: Flask) -> None:
    connection = sqlite3.connect(":memory:")

    @app.get("/")
    def index() -> str:
        return str(*connection.execute("SELECT 'x'").fetchone())

    assert body_of(ask(app)) == "x"
    connection.close()
    assert ask(app).status == 500


def test_the_template_of_an_async_view_is_told(app: Flask) -> None:
    @app.get("/")
    async def index() -> str:
        return render_template("b.html")

    assert ask(app).templates == ["b.html"]


def test_a_request_of_a_view_does_not_count_for_the_page(app: Flask) -> None:
    @app.get("/")
    def index() -> str:
        app.test_client().get("/other")
        with app.test_request_context("/other"):
            pass
        return ""

    @app.get("/other")
    def other() -> str:
        raise LookupError

    answer = ask(app)
    assert (answer.endpoint, answer.has_raised) == ("index", False)


def test_prefix_functions_are_asked_in_the_request(app: Flask) -> None:
    asked = []

    def of_tenant() -> str:
        asked.append(request.path)
        return f"/{g.tenant}"

    def broken() -> str:
        raise LookupError

    PrefixURLs(app, of_tenant, blueprints={"a": broken, "b": of_tenant, "c": "/c"})
    for name in "abc":
        app.register_blueprint(Blueprint(name, "tests", url_prefix=f"/{name}"))

    @app.before_request
    def set_tenant() -> None:
        g.tenant = request.args["tenant"]

    @app.get("/")
    def index() -> str:
        if "error" in request.args:
            raise ValueError
        return ""

    for target in ("/?tenant=ada", "/?tenant=ada&error", "/none?tenant=ada"):
        asked.clear()
        assert ask(app, target).prefixes == {id(of_tenant): "/ada", id(broken): None}
        # What raises is asked for in the thread of the caller, too.
        assert len(asked) == 1 + ("error" in target)


@pytest.mark.parametrize("config", [{}, {"TESTING": True}, {"DEBUG": True}])
@pytest.mark.parametrize(
    "error", [ValueError, SystemExit, RecursionError, KeyboardInterrupt]
)
def test_a_view_that_raises_is_a_page_with_status_500(
    app: Flask,
    config: dict[str, Any],
    error: type[BaseException],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As without pytest, which has a handler of its own.
    monkeypatch.setattr(app.logger, "handlers", [default_handler])
    app.config.update(config)
    names = ("TESTING", "DEBUG", "PROPAGATE_EXCEPTIONS")
    before = {name: app.config[name] for name in names}

    @app.get("/<name>")
    def index(name: str) -> str:
        raise error(name)

    answer = ask(app, "/a")
    assert (answer.status, answer.endpoint, answer.values) == (
        500,
        "index",
        {"name": "a"},
    )
    assert {name: app.config[name] for name in names} == before
    assert capfd.readouterr() == ("", "")


def test_an_app_of_plain_wsgi_is_asked(app: Flask) -> None:
    def middleware(_: object, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("content-type", "text/plain")])
        return [b"a", b"b"]

    app.wsgi_app = middleware  # type: ignore[method-assign]
    answer = ask(app)
    assert (answer.status, body_of(answer), answer.endpoint) == (200, "ab", "")


def test_another_app_in_the_middleware_is_not_this_one(app: Flask) -> None:
    other = Flask("other")
    other.add_url_rule("/", "index", lambda: "other")
    app.wsgi_app = other.wsgi_app  # type: ignore[method-assign]
    answer = ask(app)
    assert (answer.status, body_of(answer), answer.endpoint) == (200, "other", "")


def test_the_page_of_an_error_handler_is_read(app: Flask) -> None:
    def index() -> str:
        raise ValueError

    app.add_url_rule("/", view_func=index)
    app.register_error_handler(500, lambda _: ("an error page", 500))
    answer = ask(app)
    assert (answer.status, body_of(answer)) == (500, "an error page")


def test_an_app_that_answers_nothing_is_a_page_with_status_500(app: Flask) -> None:
    app.wsgi_app = lambda *_: sys.exit(1)  # type: ignore[method-assign]
    answer = ask(app)
    assert (answer.status, answer.endpoint, body_of(answer)) == (500, "", "")


def test_a_stream_that_raises_has_status_500_and_what_came(app: Flask) -> None:
    @app.get("/")
    def index() -> Response:
        def parts() -> Iterator[str]:
            yield "a"
            yield render_template("b.html")
            raise ValueError

        return Response(stream_with_context(parts()))

    answer = ask(app)
    assert (answer.status, body_of(answer), answer.cut) == (500, "ab", "")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.templates == ["b.html"]


def test_a_view_that_never_returns_is_left(
    app: Flask, forever: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking_app, "PATIENCE", 0.05)

    @app.get("/")
    def index() -> str:
        forever.wait()
        return ""

    @app.get("/next")
    def following() -> str:
        return "next"

    before = {*enumerate_threads()}
    with AppClient(app, BASE_URL, []) as client:
        assert client.ask("/", "", 30) is None
        # One that is left, and one for what follows, of which none must keep the
        # process from ending.
        workers = {*enumerate_threads()} - before
        assert [worker.daemon for worker in workers] == [True, True]
        answer = client.ask("/next", "", 30)
    assert answer is not None
    assert body_of(answer) == "next"
    forever.set()
    for worker in workers:
        worker.join(30)
        assert not worker.is_alive()


def test_one_thread_serves_all_that_ends(app: Flask) -> None:
    left = ContextVar("left", default="")
    seen = []

    @app.get("/<name>")
    def page(name: str) -> str:
        seen.append((current_thread(), left.get()))
        left.set(name)
        # Of the first, not all is read.
        return name * 11_000_000 if name == "a" else name

    before = {*enumerate_threads()}
    with AppClient(app, BASE_URL, []) as client:
        for name in "abc":
            assert client.ask(f"/{name}", "", 30) is not None
        [worker] = {*enumerate_threads()} - before
        # As in a thread of its own, nothing is left of the request before.
        assert seen == [(worker, "")] * 3
    worker.join(30)
    assert not worker.is_alive()


def test_no_more_time_is_taken_than_is_left(app: Flask, forever: Event) -> None:
    @app.get("/")
    def index() -> str:
        forever.wait()
        return ""

    start = monotonic()
    with AppClient(app, BASE_URL, []) as client:
        assert client.ask("/", "", 0.05) is None
    assert monotonic() - start < asking_app.PATIENCE / 2


@pytest.mark.parametrize("parts", [[], ["a"], ["a", "b"]])
def test_a_stream_that_stops_is_left_with_what_came(
    app: Flask, forever: Event, monkeypatch: pytest.MonkeyPatch, parts: list[str]
) -> None:
    monkeypatch.setattr(serving, "STREAM", 0.1)

    @app.get("/")
    def index() -> Response:
        def stream() -> Iterator[str]:
            yield from parts
            forever.wait()
            yield ""

        return Response(stream(), 203, {"X-A": "b"}, mimetype="text/plain")

    app.add_url_rule("/next", "next", lambda: "next")
    with AppClient(app, BASE_URL, []) as client:
        answer = client.ask("/", "", 30)
        following = client.ask("/next", "", 30)
    assert answer is not None
    assert following is not None
    assert body_of(following) == "next"
    assert (answer.status, body_of(answer)) == (203, "".join(parts))
    assert answer.cut == "its body did not end within 0.1 seconds"
    assert answer.endpoint == "index"
    assert answer.headers["X-A"] == "b"


def test_a_stream_that_does_not_end_is_closed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "STREAM", 0.05)
    closed = Event()

    @app.get("/")
    def index() -> Response:
        def stream() -> Iterator[str]:
            while True:
                yield "a"

        response = Response(stream())
        response.call_on_close(closed.set)
        return response

    answer = ask(app)
    assert answer.cut == "its body did not end within 0.05 seconds"
    assert set(body_of(answer)) == {"a"}
    assert closed.is_set()


@pytest.mark.parametrize(
    ("size", "cut"), [(20, ""), (21, "its body has more than 0 MB")]
)
def test_a_large_body_is_cut(
    app: Flask, monkeypatch: pytest.MonkeyPatch, size: int, cut: str
) -> None:
    monkeypatch.setattr(serving, "MOST_BYTES", 20)
    app.add_url_rule("/", view_func=lambda: Response(["a"] * 18 + ["b" * (size - 18)]))
    answer = ask(app)
    assert (body_of(answer), answer.cut) == ("a" * 18 + "bb", cut)


@pytest.mark.parametrize(
    "response",
    [
        Response("text", headers={"Content-Disposition": "attachment; filename=a"}),
        Response("text", mimetype="image/png"),
        redirect("/login"),
    ],
    ids=["attachment", "picture", "redirect"],
)
def test_what_no_browser_shows_is_not_read(app: Flask, response: Response) -> None:
    app.add_url_rule("/", view_func=lambda: response)
    answer = ask(app)
    assert (answer.status, answer.body) == (response.status_code, [])


def test_a_file_is_read_and_closed(app: Flask) -> None:
    # A file that stays open warns, which is an error.
    app.static_folder = Path(__file__).parent
    app.add_url_rule("/", view_func=lambda: app.send_static_file("conftest.py"))
    assert "def no_warnings" in body_of(ask(app))


def test_the_app_is_as_it_was(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    app.add_url_rule("/", view_func=lambda: render_template("a.html"))
    before = {**vars(app), "_got_first_request": True}
    ask(app)
    assert vars(app) == {**before, "jinja_env": app.jinja_env}
    for signal in (template_rendered, request_finished, request_tearing_down):
        assert not signal.receivers


def test_a_context_around_it_is_not_that_of_the_request(app: Flask) -> None:
    @app.get("/")
    def index() -> str:
        return f"{g.get('user')} {url_for('index')}"

    with app.test_request_context("/", base_url="http://other.example/x/"):
        g.user = "ada"
        assert body_of(ask(app)) == "None /mount/"
        assert request.host == "other.example"
