"""For the tests of an app: a test client that plays the proxy.

Flask's own test client hands each path to the app as it is. So a URL that ``url_for``
built is a 404, and a link that was written by hand works: the opposite of production.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, unquote
from weakref import ref

from flask import Flask, Request
from flask.sessions import SessionMixin
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from .mount import mount_of
from .prefix import starts_with
from .routes import routes_at
from .scopes import PrefixFunction, ask_function
from .state import prefix_of, state_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["ProxyClient"]

# Those that a path has as they are: RFC 3986, section 3.3.
_PATH_CHARACTERS = "/:@!$&'()*+,;=~"
# In the environ of each request of a ProxyClient, until it is forwarded to the app.
_FROM_PROXY_CLIENT = "flask_prefix_urls.from_proxy_client"


class ProxyClient(FlaskClient):
    """A test client with a proxy between itself and the app.

    It asks for what a browser asks for: ``client.get(url_for("foo"))``. The proxy
    strips the prefix, the longest one that the path starts with, and answers 404 by
    itself to a path without one. It forwards a path without a prefix only to an
    endpoint that has none. With ``proxy_strips=False``, it leaves the prefix on.

    .. code-block:: python

        @pytest.fixture
        def client(app):
            app.test_client_class = ProxyClient
            return app.test_client()

    A function that returns a prefix is asked in a request context, before the request
    is routed. Send the header that ``forwarded_prefix`` reads with the request.

    .. versionadded:: 1.0
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environ_base[_FROM_PROXY_CLIENT] = "yes"
        app = self.application
        if not isinstance(app.wsgi_app, _Proxy):
            app.wsgi_app = _Proxy(app)  # type: ignore[method-assign]

    @contextmanager
    def session_transaction(self, *args: Any, **kwargs: Any) -> Iterator[SessionMixin]:
        """Open the session, as :meth:`flask.testing.FlaskClient.session_transaction`.

        With ``cookie_path``, the one whose cookie is for paths below the app's prefix.
        """
        state = state_of(self.application)
        if state is not None and state.cookie_path:
            prefix = unquote(prefix_of(self.application))
            kwargs.setdefault("environ_overrides", {"SCRIPT_NAME": prefix})
        with super().session_transaction(*args, **kwargs) as session:
            yield session


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
        if forwarded.pop(_FROM_PROXY_CLIENT, False):
            request = app.request_class(forwarded)
            path = _forwarded_path(request, app)
            if path is None:
                return _not_found(request.path)(environ, start_response)
            forwarded.update(_path_keys(path, environ["QUERY_STRING"]))
        if self._replaced is not None:
            return self._replaced(forwarded, start_response)
        return type(app).wsgi_app(app, forwarded, start_response)


def _forwarded_path(request: Request, app: Flask) -> str | None:
    """Return the path that a proxy forwards; ``None`` if it answers by itself."""
    state = state_of(app)
    if state is None:
        return request.path

    def ask(function: PrefixFunction) -> str | None:
        # Not the path of the request: the app would warn that it is not stripped.
        with app.request_context({**request.environ, "PATH_INFO": "/"}):
            try:
                return ask_function(function)
            except HTTPException:
                return None

    prefixes = state.scopes.prefixes_on(request.path, ask)
    if prefixes:
        _, rest = prefixes[0]
        return (rest or "/") if state.proxy_strips else request.path
    mount = mount_of(request.environ)
    for endpoint in _endpoints_at(request, app):
        prefix = state.scopes.prefix_of(endpoint, ask) or ""
        # The endpoint has none, or base_url has it.
        if starts_with(mount, unquote(prefix)):
            return request.path
    return None


def _endpoints_at(request: Request, app: Flask) -> list[str]:
    """Return the endpoints of a path; ``""``, which is for the app, if it has none."""
    try:
        adapter = app.create_url_adapter(request)
    except HTTPException:
        adapter = None  # The host is not one of the app's.
    with app.app_context():
        routes = [] if adapter is None else [*routes_at(request.path, adapter)]
    return [route.endpoint for route in routes] or [""]


def _path_keys(path: str, query: str) -> dict[str, str]:
    """Return what an environ has for a path, not percent-encoded, and a query."""
    line = quote(path, safe=_PATH_CHARACTERS) + (query and f"?{query}")
    path_info = path.encode().decode("latin-1")  # As PEP 3333 has it.
    return {"PATH_INFO": path_info, "REQUEST_URI": line, "RAW_URI": line}


def _not_found(path: str) -> Response:
    """Return what the proxy answers to a path without a prefix."""
    return Response(
        f"The proxy has no place for {path}, which has no prefix of the app: build the"
        " URL with url_for. This is said by flask_prefix_urls.testing.ProxyClient.",
        404,
    )
