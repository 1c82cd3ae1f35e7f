"""What a public adapter writes in front of a route, and the siblings that write it.

Werkzeug writes an adapter's ``script_name`` in front of each route. So a URL under a
prefix is built by a sibling: an adapter with the same state, whose ``script_name`` is
prefix and mount. That is nearly as fast as Werkzeug, and no URL is taken apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING

from werkzeug.routing import MapAdapter

from .mount import mount_of, public_root
from .redirects import STAND_IN
from .scopes import Scopes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# How many siblings an adapter keeps. A prefix function may return any number of
# prefixes in one context, and a worker may keep its context for as long as it runs.
_MOST_SIBLINGS = 32

#: The adapter that is matching, whose ``script_name`` is the stand-in. It is a context
#: variable, since threads may share an adapter.
matching: ContextVar[MapAdapter | None] = ContextVar("matching", default=None)


class PublicAdapter(MapAdapter):
    """The state of a public adapter."""

    #: The scopes of the app.
    public_scopes: Scopes
    #: The environ of the request, which has the mount. ``None`` outside of a request,
    #: and where the application has assigned ``script_name``.
    public_environ: WSGIEnvironment | None = None
    # By prefix, the sibling that builds under it; by None, the one for endpoints that
    # no scope covers. Replaced when one is added, since threads may share it.
    _siblings: Mapping[str | None, MapAdapter] = MappingProxyType({})
    _script_name: str | None = None

    @property
    def script_name(self) -> str:
        """The mount with a slash, or the stand-in while this adapter matches."""
        return STAND_IN if matching.get() is self else self._script_name or "/"

    @script_name.setter
    def script_name(self, value: str) -> None:
        if self._script_name is not None:
            # Not the constructor, but the application: this is the mount now.
            self.public_environ = None
            self._siblings = {}
        self._script_name = value

    def script_name_for(self, prefix: str | None) -> str:
        """Return what stands in front of a route in its public path, with a slash.

        :param prefix: The prefix; ``None`` if no scope covers the endpoint.
        """
        script_name = self._script_name or "/"
        if prefix is None:
            return script_name
        if self.public_environ is None:
            mount = script_name.rstrip("/")
        else:
            mount = mount_of(self.public_environ)
        return f"{public_root(prefix, mount)}/"

    def make_sibling(self, script_name: str) -> MapAdapter:
        """Return an adapter with the state of this one, but another ``script_name``."""
        return MapAdapter(
            self.map,
            self.server_name,
            script_name,
            self.subdomain,
            self.url_scheme,
            self.path_info,
            self.default_method,
            self.query_args,
        )

    def new_sibling(self, prefix: str | None) -> MapAdapter:
        """Return a new sibling, and keep it for the next URL.

        One of an application's own class is not kept: its state may change unseen.

        :param prefix: As for :meth:`script_name_for`.
        """
        sibling = self.make_sibling(self.script_name_for(prefix))
        if type(sibling) is MapAdapter:
            kept = self._siblings if len(self._siblings) < _MOST_SIBLINGS else {}
            self._siblings = {**kept, prefix: sibling}
        return sibling
