"""``explain --url`` by https, with a certificate that ``openssl`` makes."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from live import make_certificate
from pages import make_app
from werkzeug.serving import make_server

from demo.addresses import HOST
from flask_prefix_urls.cli.outside import explain_deployed

pytestmark = pytest.mark.live


@pytest.fixture
def https(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Serve an app by https; return its root, and the certificate."""
    certificate = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = make_server(HOST, 0, make_app(), ssl_context=context)
    # Seconds, as in demo.servers.
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"https://{HOST}:{server.port}", certificate
    server.shutdown()
    thread.join()


def test_a_certificate_that_is_known(
    https: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, certificate = https
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    report = explain_deployed(root, max_pages=1)
    assert report.steps[0].text[0] == "'/' answers 200."


def test_a_certificate_that_is_not_known(https: tuple[str, Path]) -> None:
    root, _ = https
    report = explain_deployed(root, max_pages=30)
    host = root.partition("//")[2]
    (mistake,) = report.mistakes
    assert mistake.code == "unreachable"
    assert (
        report.steps[0]
        .text[0]
        .startswith(
            f"There is no answer: the certificate of {host!r} is not valid: self"
        )
    )
