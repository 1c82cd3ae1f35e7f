"""For the tests of an app: a client that plays the proxy, and a search for wrong links.

Flask's own test client hands each path to the app as it is. So a URL that ``url_for``
built is a 404, and a link that was written by hand works: the opposite of production.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, unquote
from weakref import ref

from flask import Flask, Request
from flask.sessions import SessionMixin
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from .checkable import need_prefix, parsers
from .forwarded import ForwardedPrefix, default_of
from .mount import mount_of, public_root
from .prefix import parse_fixed_prefix, starts_with
from .routes import routes_at
from .scopes import Ask, PrefixFunction, Scopes
from .state import state_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from .check.findings import Fault

__all__ = ["ProxyClient", "unprefixed_links"]

# Marks the environ of each request of a ProxyClient, until it is forwarded to the app.
# The value is the prefix that the client was given.
_CLIENT_PREFIX = "flask_prefix_urls.client_prefix"
# What a path has as it is: RFC 3986, section 3.3.
_PATH_CHARACTERS = "/:@!$&'()*+,;="


class ProxyClient(FlaskClient):
    """A test client with a proxy between itself and the app.

    It asks for what a browser asks for: ``client.get(url_for("foo"))``. The proxy
    strips the longest prefix that the path starts with. It answers 404 to a path
    without a prefix, unless the path leads to an endpoint that has none. With
    ``proxy_strips=False``, it leaves the prefix on.

    .. code-block:: python

        @pytest.fixture
        def client(app):
            app.test_client_class = ProxyClient
            return app.test_client()

    The proxy stands before ``app.wsgi_app``, and forwards the requests of other clients
    as they are. It does not ask prefix functions.

    :param prefix: What the app's prefix functions will return for the requests of this
        client, as in ``app.test_client(prefix="/ada")``, so that the proxy can strip
        it. It also sends it in the header that a
        :func:`~flask_prefix_urls.forwarded_prefix` reads. Without it, a
        ``forwarded_prefix`` has its default; below the prefix of another function each
        path is a 404, and a link that was written by hand is not noticed.
    :raise TypeError: If ``prefix`` is not a string.
    :raise ValueError: If ``prefix`` is not a prefix.

    .. versionadded:: 1.0
    """

    def __init__(self, *args: Any, prefix: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prefix = "" if prefix is None else parse_fixed_prefix(prefix, "prefix")

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make a request, as :meth:`flask.testing.FlaskClient.open` does."""
        # At each request, since a test may have replaced environ_base or wsgi_app.
        self.environ_base[_CLIENT_PREFIX] = self._prefix
        if not isinstance(self.application.wsgi_app, _Proxy):
            proxy = _Proxy(self.application)
            self.application.wsgi_app = proxy  # type: ignore[method-assign]
        if kwargs.get("base_url") is None:
            # Flask's client would take APPLICATION_ROOT for the mount.
            overrides = kwargs.get("environ_overrides") or {}
            kwargs["environ_overrides"] = {"SCRIPT_NAME": "", **overrides}
        return super().open(*args, **kwargs)

    @contextmanager
    def session_transaction(self, *args: Any, **kwargs: Any) -> Iterator[SessionMixin]:
        """Open the session, as :meth:`flask.testing.FlaskClient.session_transaction`.

        With ``cookie_path``, its cookie is that for the paths below the app's prefix.
        """
        app = self.application
        state = state_of(app)
        if state is not None and state.cookie_path:
            prefix = state.scopes.prefix_of("", _ask_for(self._prefix)) or ""
            mount = app.config["APPLICATION_ROOT"].rstrip("/")
            root = _as_in_environ(public_root(unquote(prefix), mount))
            kwargs.setdefault("environ_overrides", {"SCRIPT_NAME": root})
        with super().session_transaction(*args, **kwargs) as session:
            yield session


def unprefixed_links(
    app: Flask,
    *,
    start: Iterable[str] = (),
    max_pages: int = 1000,
    max_seconds: float = 120,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    exclude: Iterable[str] = (),
) -> list[Fault]:
    """Return the links of an app that no ``url_for`` built, and print the report.

    It is what ``flask prefix-urls check`` does. A view runs as in any GET; so give the
    app the database of its tests, and the cookie of a user who is logged in.

    .. code-block:: python

        def test_links(app):
            assert not unprefixed_links(app)

    :param app: The app.
    :param start: Paths to ask for, too, even if a GET of them may change something.
    :param max_pages: The most requests.
    :param max_seconds: The most seconds that the requests may take.
    :param headers: Headers of each request, as Flask's test client takes them.
    :param exclude: Regular expressions. What has one in its path or its query is not
        asked.
    :return: The faults. Each has ``url``, ``page``, ``position``, ``source``, ``kind``,
        ``endpoint``, ``suggestion`` and ``count``.
    :raise RuntimeError: If the app has no prefix, or the parsers are not installed:
        they come with ``flask-prefix-urls[check]``.
    :raise TypeError: If ``start`` or ``exclude`` is one string.
    :raise ValueError: If a limit is not positive.

    .. versionadded:: 1.0
    """
    for name, several in (("start", start), ("exclude", exclude)):
        if isinstance(several, str):
            raise TypeError(
                f"{name} is {several!r}, but must be several strings: write it like"
                f" [{several!r}]."
            )
    for name, limit in (("max_pages", max_pages), ("max_seconds", max_seconds)):
        if limit <= 0:
            raise ValueError(
                f"{name} is {limit!r}, but must be positive: write it like 60."
            )
    with parsers():
        from .check.inspection import check_app
        from .check.limits import Limits
        from .check.report import print_report
    need_prefix(app)
    limits = Limits(
        tuple(start),
        max_pages,
        max_seconds,
        tuple(Headers(headers)),
        tuple(exclude),
    )
    findings = check_app(app, limits)
    if findings.faults:
        print_report(findings)
    return [*findings.faults]


class _Proxy:
    """Stands before an app, and forwards the requests of a :class:`ProxyClient`.

    :param app: The app, which is to hold the proxy, and is not held by it.
    """

    def __init__(self, app: Flask) -> None:
        self._app = ref(app)
        # Not app.wsgi_app: a bound method would hold the app.
        self._replaced: WSGIApplication | None = vars(app).get("wsgi_app")

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        app = cast(Flask, self._app())
        forwarded = {**environ}
        client_prefix = forwarded.pop(_CLIENT_PREFIX, None)
        state = state_of(app)
        if client_prefix is not None and state is not None:
            request = app.request_class(forwarded)
            ask = _ask_for(client_prefix)
            prefixes = state.scopes.prefixes_on(request.path, ask)
            if prefixes:
                prefix, rest = prefixes[0]
                if prefix == client_prefix:
                    _add_headers(forwarded, state.scopes, prefix)
                if state.proxy_strips:
                    _set_path(forwarded, rest or "/")
            elif not _needs_no_prefix(request, app, state.scopes, ask):
                answer = _not_found(request.path, state.scopes, ask)
                return answer(environ, start_response)
        if self._replaced is not None:
            return self._replaced(forwarded, start_response)
        return type(app).wsgi_app(app, forwarded, start_response)


def _ask_for(client_prefix: str) -> Ask:
    """Return what says for a prefix function what it returns."""

    def ask(function: PrefixFunction) -> str | None:
        if client_prefix:
            return client_prefix
        return default_of(function)

    return ask


def _add_headers(environ: WSGIEnvironment, scopes: Scopes, prefix: str) -> None:
    """Send a prefix in each header that scopes read, if the request does not have it.

    :param environ: The environ that is forwarded, which changes.
    """
    for setting in scopes.given():
        if isinstance(setting.value, ForwardedPrefix):
            name = setting.value.header.upper().replace("-", "_")
            # All but one of the proxies that the app trusts have stripped nothing.
            others = ", /" * (setting.value.trusted - 1)
            environ.setdefault(f"HTTP_{name}", prefix + others)


def _set_path(environ: WSGIEnvironment, path: str) -> None:
    """Put another path into an environ.

    :param environ: The environ that is forwarded, which changes.
    :param path: The path, not percent-encoded.
    """
    environ["PATH_INFO"] = _as_in_environ(path)
    line = quote(path, safe=_PATH_CHARACTERS)
    if environ["QUERY_STRING"]:
        line += f"?{environ['QUERY_STRING']}"
    environ["REQUEST_URI"] = environ["RAW_URI"] = line


def _as_in_environ(path: str) -> str:
    """Return a path as :pep:`3333` has it."""
    return path.encode().decode("latin-1")


def _needs_no_prefix(request: Request, app: Flask, scopes: Scopes, ask: Ask) -> bool:
    """Tell whether a path is forwarded although it starts with no prefix.

    Its endpoint has none, or the ``base_url`` of the request has it as the mount.
    """
    try:
        adapter = app.create_url_adapter(request)
        with app.app_context():
            routes = [] if adapter is None else [*routes_at(request.path, adapter)]
    except Exception:
        # The app refuses the host, or a converter fails without a request.
        routes = []
    mount = mount_of(request.environ)
    # Without a route, that of the app counts.
    endpoints = [route.endpoint for route in routes] or [""]
    prefixes = [scopes.prefix_of(endpoint, ask) or "" for endpoint in endpoints]
    return any(starts_with(mount, unquote(prefix)) for prefix in prefixes)


def _not_found(path: str, scopes: Scopes, ask: Ask) -> Response:
    """Return what the proxy answers to a path without a prefix."""
    given = (setting.value for setting in scopes.given())
    prefixes = {value if isinstance(value, str) else ask(value) for value in given}
    known = " or ".join(sorted(repr(str(prefix)) for prefix in prefixes if prefix))
    return Response(
        f"The proxy does not forward {path}, which does not start with {known}: build"
        " the URL with url_for. This is said by flask_prefix_urls.testing.ProxyClient.",
        404,
    )
