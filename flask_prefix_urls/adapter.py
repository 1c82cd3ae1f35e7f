"""The URL adapter that writes the prefix into a URL.

Flask makes one adapter for each context and asks it for every URL that the app gives
out: those of ``url_for``, of the router's redirects, and of code that calls ``build``
itself. So the prefix of a URL is written here, that of a redirect in :mod:`.router`,
and this is the last gate: a ``_prefix`` that nobody has checked is checked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.routing import BuildError, MapAdapter

from .prefix import parse_prefix
from .router import PublicRouter
from .scopes import ScopePrefix
from .siblings import PublicAdapter
from .state import AppState


class PublicBuilder(PublicAdapter):
    """An adapter that builds public URLs.

    It stands in front of an application's own adapter class, whose ``build`` then sees
    the public root as its ``script_name``, and no ``_prefix``.
    """

    def build(
        self,
        endpoint: str,
        values: Mapping[str, Any] | None = None,
        method: str | None = None,
        force_external: bool = False,
        append_unknown: bool = True,
        url_scheme: str | None = None,
    ) -> str:
        """Build a public URL, as :meth:`werkzeug.routing.MapAdapter.build` would.

        :param values: May have the prefix of this URL as ``_prefix``. By default, it is
            that of the endpoint's scope.
        :raise TypeError: If ``_prefix`` is not a string.
        :raise ValueError: If ``_prefix`` is not a prefix.
        :raise BuildError: As Werkzeug does.
        """
        prefix = values.get("_prefix") if values else None
        if type(prefix) is ScopePrefix:
            # Flask made the dict for this URL, so it may change. A url_build_error
            # handler sees no default of ours in it.
            del values["_prefix"]  # type: ignore[union-attr]
        else:
            if values and "_prefix" in values:
                values = _without_prefix(values)
            if prefix is None:
                prefix = self.public_scopes.default_of(endpoint)
            else:
                prefix = parse_prefix(prefix, "_prefix")
        sibling = self._siblings.get(prefix)
        if (
            sibling is None
            # What the application assigns to the adapter of a context counts. Equal
            # strings may not be the same one: that costs a sibling, and is rare.
            or sibling.url_scheme is not self.url_scheme
            or sibling.server_name is not self.server_name
            or sibling.subdomain is not self.subdomain
            or sibling.default_method is not self.default_method
        ):
            sibling = self.new_sibling(prefix)
        try:
            return sibling.build(
                endpoint, values, method, force_external, append_unknown, url_scheme
            )
        except BuildError as error:
            # A url_build_error handler gets the adapter of the context.
            if error.adapter is sibling:
                error.adapter = self
            raise


class PublicURLAdapter(PublicBuilder, PublicRouter):
    """The public adapter of an app whose own adapters are Werkzeug's."""


def public_adapter(
    own: MapAdapter, state: AppState, *, is_flasks: bool
) -> PublicURLAdapter:
    """Return the adapter that an app is to use instead of its own.

    :param own: The app's own adapter for a context. It is left as it is.
    :param state: The state of the app.
    :param is_flasks: Whether Flask itself made it, and nobody had it before.
    """
    if is_flasks:
        adapter = PublicURLAdapter(
            own.map,
            own.server_name,
            own.script_name,
            own.subdomain,
            own.url_scheme,
            own.path_info,
            own.default_method,
            own.query_args,
        )
    else:
        # Not by its constructor, which has parameters of the application's choice.
        own_class = type(own)
        if own_class not in state.adapter_classes:
            state.adapter_classes[own_class] = _public_class(own_class)
        adapter = object.__new__(state.adapter_classes[own_class])
        vars(adapter).update(vars(own))
        # The property keeps it elsewhere than vars(own) has it.
        adapter.script_name = own.script_name
    adapter.public_scopes = state.scopes
    adapter.public_state = state
    return adapter


def _public_class(own: type[MapAdapter]) -> type[PublicURLAdapter]:
    """Return the class of public adapters for an application's own adapter class."""
    # MapAdapter itself, or one of ours: it cannot stand between our own bases.
    if issubclass(PublicURLAdapter, own):
        return PublicURLAdapter

    def make_sibling(self: PublicAdapter, script_name: str) -> MapAdapter:
        adapter = object.__new__(own)
        vars(adapter).update(vars(self))
        adapter.script_name = script_name
        return adapter

    bases = (PublicBuilder, own, PublicRouter)
    return type(own.__name__, bases, {"make_sibling": make_sibling})


def _without_prefix(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return URL values without ``_prefix``; those of the caller stay as they are."""
    copied = values.copy() if isinstance(values, MultiDict) else dict(values)
    del copied["_prefix"]
    return copied
