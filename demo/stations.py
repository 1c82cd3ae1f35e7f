"""What becomes of a request on its way: asked by the browser, stripped, received."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


# What a path may have beside letters, digits and "-._~": RFC 3986, section 3.3.
_IN_PATH = "/:@!$&'()*+,;="


@dataclass(frozen=True)
class Stations:
    """The stations of a request.

    ``stripped`` is what the proxy took off the path, ``received`` the path and the
    query that were left. Both are percent-encoded, as in the request itself.
    """

    method: str
    stripped: str
    received: str

    @property
    def asked(self) -> str:
        """The path and the query that the browser asked for."""
        return self.stripped + self.received


def stations_of(environ: WSGIEnvironment) -> Stations:
    """Return the stations of the request that a WSGI server received.

    The proxy says in a header what it stripped. The server cannot know that by itself.
    """
    received = _encoded(environ["SCRIPT_NAME"] + environ["PATH_INFO"], safe=_IN_PATH)
    if environ["QUERY_STRING"]:
        received += f"?{_printable(environ['QUERY_STRING'])}"
    return Stations(
        method=_printable(environ["REQUEST_METHOD"]),
        stripped=_printable(environ.get("HTTP_X_FORWARDED_PREFIX", "")),
        received=received,
    )


def show_stations() -> dict[str, Stations]:
    """Give each template the stations of its request."""
    return {"stations": stations_of(request.environ)}


def _printable(text: str) -> str:
    """Encode what does not belong into a request line: a control character, say.

    A terminal would obey it.
    """
    return _encoded(text, safe=string.punctuation)


def _encoded(text: str, *, safe: str) -> str:
    # A server decodes the bytes of a request as Latin-1. PEP 3333 says so.
    return quote(text.encode("latin-1"), safe=safe)
