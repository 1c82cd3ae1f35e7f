"""How ``explain --url`` asks: politely, and without a traceback."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from click.testing import CliRunner
from http_server import running_handler
from pages import make_app
from played import Front

from demo.addresses import HOST
from demo.proxy import free_port
from demo.servers import running
from flask_prefix_urls import PrefixURLs
from flask_prefix_urls.asking import Unseen, _say
from flask_prefix_urls.cli.explain import command
from flask_prefix_urls.cli.outside import explain_deployed
from flask_prefix_urls.cli.outside.asking import Answer, Asking

URL = "'https://example.com/svc/'"


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("example.com/svc", "it has no scheme that is http, https, ws or wss"),
        ("", "it has no scheme that is http, https, ws or wss"),
        ("ftp://example.com/", "it has no scheme that is http, https, ws or wss"),
        ("https:///svc/", "it needs a host, without a user name"),
        ("https://ada:pw@example.com/", "it needs a host, without a user name"),
        ("https://a b/", "it needs a host, without a user name"),
        ("https://[::1/", "its host or its port is malformed"),
        ("https://example.com:port/", "its host or its port is malformed"),
        ("https://example.com:99999/", "its host or its port is malformed"),
        ("https://example.com/svc//", "its path is not a plain one"),
        ("https://example.com/../svc", "its path is not a plain one"),
        ("https://example.com/a b", "its path is not a plain one"),
    ],
)
def test_a_url_of_no_app_is_refused_in_one_sentence(url: str, fault: str) -> None:
    result = CliRunner().invoke(command, ["--url", url])
    assert result.exit_code == 2
    last = result.output.splitlines()[-1]
    assert last == f"Error: --url is {url!r}, but {fault}: write it like {URL}."


@pytest.mark.parametrize(
    ("arguments", "beside"),
    [
        (["index"], "The target is 'index'"),
        (["index", "id=1"], "The target is 'index'"),
        (
            ["--header", "X-Forwarded-Prefix: /x"],
            "--header is 'X-Forwarded-Prefix: /x'",
        ),
        (["--script-name", "/m"], "--script-name is '/m'"),
        (["--base-url", "http://a.example"], "--base-url is 'http://a.example'"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_request_to_play_is_refused_beside_a_deployed_app(
    arguments: list[str], beside: str
) -> None:
    url = f"http://{HOST}:{free_port()}/svc/"
    result = CliRunner().invoke(command, [*arguments, "--url", url])
    assert result.exit_code == 2
    assert result.output.splitlines()[-1] == (
        f"Error: {beside}, but --url asks a deployed app and plays no request: leave"
        " out one of the two."
    )


def test_a_limit_is_refused_where_nothing_is_asked() -> None:
    result = CliRunner().invoke(command, ["index", "--max-pages", "5"])
    assert result.exit_code == 2
    assert result.output.splitlines()[-1] == (
        "Error: --max-pages is 5, but nothing is asked without --url: give that, or"
        " leave out --max-pages."
    )


Answers = Callable[[BaseHTTPRequestHandler], object]


def html(handler: BaseHTTPRequestHandler, body: bytes, **headers: str) -> None:
    handler.send_response(200)
    fields = {"Content_Type": "text/html", **headers}
    for name, value in fields.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    # Who asked may have read enough.
    with suppress(OSError):
        handler.wfile.write(body)


@contextmanager
def served(answers: Answers) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers(self)

    with running_handler(Handler) as port:
        yield f"{HOST}:{port}"


def ask(host: str, scheme: str = "http") -> Answer | Unseen:
    return Asking(scheme, host, 30).ask("/")


def body_of(answers: Answers) -> str:
    with served(answers) as host:
        answer = ask(host)
    assert isinstance(answer, Answer)
    return answer.text


def test_it_says_who_it_is_and_wants_no_compression() -> None:
    found = []

    def answers(handler: BaseHTTPRequestHandler) -> None:
        found.append({name: handler.headers[name] for name in handler.headers})
        html(handler, b"")

    with served(answers) as host:
        ask(host)
    assert found == [
        {
            "Host": host,
            "User-Agent": "flask-prefix-urls",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
    ]


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        (lambda handler: html(handler, b"x" * 10_000_000), "x" * 1_000_000),
        (
            lambda handler: html(handler, b"\xe9", Content_Type="text/html; charset=x"),
            "�",
        ),
        (
            lambda handler: html(
                handler, b"\xe9", Content_Type="text/html; charset=latin-1"
            ),
            "é",
        ),
        (lambda handler: html(handler, b"short", Content_Length="99"), "short"),
        (
            lambda handler: html(
                handler, b"5\r\nshort\r\nno chunk\r\n", Transfer_Encoding="chunked"
            ),
            "short",
        ),
    ],
    ids=["ten-megabytes", "no-charset", "latin-1", "cut-short", "bad-chunk"],
)
def test_a_body_is_read_as_far_as_it_goes(answers: Answers, text: str) -> None:
    assert body_of(answers) == text


def test_a_body_that_never_ends_is_read_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Seconds.
    monkeypatch.setattr("flask_prefix_urls.asking._PATIENCE", 0.2)
    ended = threading.Event()

    def drips(handler: BaseHTTPRequestHandler) -> None:
        html(handler, b"x")
        with suppress(OSError):
            while not ended.wait(0.02):
                handler.wfile.write(b"x")

    with served(drips) as host:
        answer = ask(host)
        ended.set()
    assert isinstance(answer, Answer)
    assert 0 < len(answer.text) < 100


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (gzip.compress(b"<a href=/x>"), "<a href=/x>"),
        (gzip.compress(b"x" * 3_000_000), "x" * 1_000_000),
        (gzip.compress(b"<a href=/x>")[:-8], "<a href=/x>"),
        (b"<a href=/x>", "<a href=/x>"),
    ],
    ids=["whole", "large", "cut", "not"],
)
def test_a_page_that_is_compressed_all_the_same_is_read(body: bytes, text: str) -> None:
    def answers(handler: BaseHTTPRequestHandler) -> None:
        html(handler, body, Content_Encoding="gzip")

    with served(answers) as host:
        answer = Asking("http", host, 1).ask("/")
    assert isinstance(answer, Answer)
    assert answer.text == text


def test_a_redirect_to_itself_is_followed_a_few_times() -> None:
    asked = []

    def answers(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        handler.send_response(302)
        handler.send_header("Location", f"{handler.path}x")
        handler.end_headers()

    with served(answers) as host:
        report = explain_deployed(f"http://{host}/svc/", max_pages=30)
    assert asked[:4] == ["/svc/", "/svc/x", "/svc/xx", "/svc/xxx"]
    assert len(asked) < 30
    assert report.steps[0].text[0] == "'/svc/' answers 302."


@contextmanager
def speaking(said: bytes) -> Iterator[str]:
    """Serve something that is not HTTP."""
    with socket.create_server((HOST, 0)) as server:

        def speak() -> None:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(1_000)
                connection.sendall(said)

        thread = threading.Thread(target=speak)
        thread.start()
        yield f"{HOST}:{server.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(
    ("scheme", "said", "reason"),
    [
        ("http", b"SSH-2.0-OpenSSH\r\n", "'HOST' does not answer by HTTP/1.1"),
        ("http", b"", "'HOST' does not answer by HTTP/1.1"),
        ("https", b"HTTP/1.1 400 Bad Request\r\n\r\n", "'HOST' does not answer by TLS"),
    ],
    ids=["ssh", "nothing", "no-tls"],
)
def test_what_is_not_http_is_told(scheme: str, said: bytes, reason: str) -> None:
    with speaking(said) as host:
        answer = ask(host, scheme)
    assert answer == Unseen(reason.replace("HOST", host))


def test_a_server_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flask_prefix_urls.asking._PATIENCE", 0.1)
    with socket.create_server((HOST, 0)) as server:
        host = f"{HOST}:{server.getsockname()[1]}"
        answer = ask(host)
    assert answer == Unseen(f"{host!r} does not answer within 0.1 seconds")


INVALID = ssl.SSLCertVerificationError()
INVALID.verify_message = "self-signed certificate"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            INVALID,
            "the certificate of 'a.example' is not valid: self-signed certificate",
        ),
        (socket.gaierror(), "the name of 'a.example' has no address"),
        (ssl.SSLError(), "'a.example' does not answer by TLS"),
        (OSError("No route"), "'a.example' cannot be reached: No route"),
    ],
)
def test_what_went_wrong_is_told(error: Exception, reason: str) -> None:
    assert _say(error, "a.example") == reason


@pytest.mark.parametrize("name", ["a" * 70 + ".example", "é" * 70])
def test_a_name_that_no_host_has_is_told(name: str) -> None:
    assert ask(name) == Unseen(f"the name of {name!r} has no address")


def test_an_app_that_is_not_there_is_a_mistake_and_no_traceback() -> None:
    url = f"http://{HOST}:{free_port()}/svc/"
    result = CliRunner().invoke(command, ["--url", url], terminal_width=80)
    assert result.exit_code == 1
    host = url.split("/")[2]
    assert result.output == (
        f"answer        There is no answer: nothing listens at '{host}'.\n"
        "result        none\n"
        "\nProbably a mistake\n"
        f"  - '{url}' gives no answer here.\n"
        "    Fix: check the scheme, host and port of --url, and that the proxy runs\n"
    )


@pytest.mark.parametrize("most", [*range(1, 14), 30])
def test_it_asks_no_more_than_it_may_and_says_so(most: int) -> None:
    app = make_app()
    PrefixURLs(app, "/svc")
    front = Front(app)
    with running(front) as root:
        report = explain_deployed(f"{root}/svc/", max_pages=most)
    assert len(front.asked) == min(most, 14)
    assert report.mistakes == ()
    told = f"the limit of --max-pages, {most}, is reached."
    said = [text for step in report.steps for text in step.text]
    assert any(text.endswith(told) for text in said) == (most < 13)


def test_a_header_of_ones_own_is_sent_and_nothing_is_asked_twice() -> None:
    asked: list[Any] = []

    def answers(handler: BaseHTTPRequestHandler) -> None:
        asked.append((handler.path, handler.headers["Host"]))
        html(handler, b"")

    with served(answers) as host:
        asking = Asking("http", host, 30)
        asking.ask("/é b")
        asking.ask("/é b")
        asking.ask("/é b", {"Host": "a.invalid"})
    assert asked == [("/%C3%A9%20b", host), ("/%C3%A9%20b", "a.invalid")]


def test_https_is_asked_where_http_leads_to_it() -> None:
    def answers(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(301)
        handler.send_header("Location", f"https://{handler.headers['Host']}/svc/")
        handler.end_headers()

    with served(answers) as host:
        report = explain_deployed(f"http://{host}/svc/", max_pages=30)
    assert [mistake.code for mistake in report.mistakes] == ["unreachable"]
    told = f"There is no answer: {host!r} does not answer by TLS."
    assert report.steps[0].text == (told,)


def test_a_server_that_fails_again_and_again_is_left_alone() -> None:
    asked = []

    def answers(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        if handler.path == "/svc/":
            html(handler, b"")

    with served(answers) as host:
        report = explain_deployed(f"http://{host}/svc/", max_pages=30)
    assert len(asked) == 4
    assert report.mistakes == ()
    client = next(step for step in report.steps if step.name == "client")
    assert client.text == (f"Not seen: {host!r} did not answer 3 times.",)
