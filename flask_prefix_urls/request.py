"""The request as the outside sees it: its URL is public, and its path is a route.

Werkzeug builds ``url``, ``base_url``, ``root_url`` and ``url_root`` from ``root_path``,
and ``full_path`` from ``path``. So these two are all that is put right here, when they
are first asked for: a prefix may depend on what a ``before_request`` function did.
"""

from __future__ import annotations

from flask import Request

from .adapter import PublicURLAdapter


class PublicRequest(Request):
    """What a request class of an app is given on top.

    .. versionadded:: 1.0
    """

    #: The adapter for this request; ``None`` until the request has a context.
    public_adapter: PublicURLAdapter | None = None

    def show_public_url(self, adapter: PublicURLAdapter) -> None:
        """Show what an adapter knows from now on.

        :param adapter: The adapter in the context of this request.
        """
        self.public_adapter = adapter
        # Werkzeug keeps these when they are asked for, perhaps by a constructor.
        for name in ("url", "base_url", "root_url", "full_path"):
            vars(self).pop(name, None)

    @property
    def root_path(self) -> str:
        """Prefix and mount: what stands before the route in the public URL."""
        if self.public_adapter is None:
            return self._root_path
        return self.public_adapter.root_of(self.endpoint)

    @root_path.setter
    def root_path(self, value: str) -> None:
        self._root_path = value

    @property
    def path(self) -> str:
        """The path that is routed, without a prefix that the proxy left on it."""
        if self.public_adapter is None:
            return self._path
        return f"/{self.public_adapter.routed_path.lstrip('/')}"

    @path.setter
    def path(self, value: str) -> None:
        self._path = value


def public_request_class(base: type[Request]) -> type[Request]:
    """Return a request class that knows its public URL.

    :param base: The app's request class.

    .. versionadded:: 1.0
    """
    if issubclass(base, PublicRequest):
        return base
    return type(base.__name__, (PublicRequest, base), {"__module__": base.__module__})
