"""A proxy that is played: what a browser sees of one, right or with a mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NGINX = """<html>\r
<head><title>{0}</title></head>\r
<body>\r
<center><h1>{0}</h1></center>\r
<hr><center>nginx/1.22.1</center>\r
</body>\r
</html>\r
"""
APACHE = """<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head>
<title>{0}</title>
</head><body>
<h1>{0}</h1>
</body></html>
"""
GUNICORN = """<html>
  <head>
    <title>Internal Server Error</title>
  </head>
  <body>
    <h1><p>Internal Server Error</p></h1>

  </body>
</html>
"""

# What an answer is made of: its status, its headers, its body.
Page = tuple[str, list[tuple[str, str]], bytes]


def page(status: str, template: str = NGINX, **headers: str) -> Page:
    """Return a proxy's own page."""
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    if not any(name == "Content-Type" for name, _ in fields):
        fields.append(("Content-Type", "text/html"))
    return status, fields, template.format(status).encode()


def not_found(path: str) -> Page:  # noqa: ARG001
    return page("404 Not Found")


def with_slash(path: str, query: str) -> Page:
    """Redirect the prefix to the one with a slash."""
    location = f"{path}/?{query}" if query else f"{path}/"
    return page("301 Moved Permanently", Location=location)


@dataclass
class Front:
    """A proxy that strips ``/svc``, with all that can be wrong in it.

    :param app: What is behind it.
    :param strips: What it does with a path below the prefix.
    :param matches: Tells whether a path is one.
    :param bare: What it answers to the prefix itself; else it forwards that.
    :param outside: What it answers to other paths.
    :param answers_itself: What it answers to a request in place of the app, by what
        stands in the request line.
    :param forwards: Changes what the app gets.
    :param returns: Changes the headers of what it answers, or the whole answer.
    """

    app: WSGIApplication
    strips: Callable[[str], str] = lambda path: path.removeprefix("/svc")
    matches: Callable[[str], bool] = lambda path: path.startswith("/svc/")
    bare: Callable[[str, str], Page] | None = with_slash
    outside: Callable[[str], Page] = not_found
    answers_itself: Callable[[str], Page | None] = lambda target: None  # noqa: ARG005
    forwards: Callable[[WSGIEnvironment], object] = lambda environ: None  # noqa: ARG005
    returns: Callable[[Page], Page] = lambda made: made
    asked: list[str] = field(default_factory=list)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        status, headers, body = self._answer(environ)
        start_response(status, headers)
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> Page:
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['RAW_URI']}")
        own = self.answers_itself(environ["RAW_URI"])
        if own is not None:
            return own
        if path == "/svc" and self.bare is not None:
            return self.bare(path, query)
        if not self.matches(path):
            return self.outside(path)
        environ["PATH_INFO"] = self.strips(path)
        self.forwards(environ)
        made: list[Any] = []
        body = b"".join(self.app(environ, lambda *start: made.extend(start)))  # type: ignore[arg-type,return-value]
        return self.returns((made[0], made[1], body))
