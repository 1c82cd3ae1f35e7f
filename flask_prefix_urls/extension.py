"""``PrefixURLs``: everything that this package does to an app or to a blueprint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast
from weakref import ref

from flask import Blueprint, Flask, Request
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import MapAdapter

from .adapter import PublicURLAdapter
from .mount import mount_of
from .prefix import parse_prefix
from .scopes import Scopes, agreed


class PrefixURLs:
    """Give an app or a blueprint the prefix that a reverse proxy cuts off.

    Every URL that the app gives out then carries it: those from ``url_for``, in views
    and in templates, and those of the router's own redirects.

    .. code-block:: python

        PrefixURLs(app, "/some-service/v1")
        PrefixURLs(api_blueprint, "/public-api")

        prefix_urls = PrefixURLs()  # for an application factory
        prefix_urls.init_app(app)

    :param scope: The app, or the blueprint with everything nested in it. Without one,
        call :meth:`init_app` later, as often as there are apps.
    :param prefix: The prefix, such as ``/svc/v1``. ``""`` opts the scope out: its URLs
        get no prefix, and none from an outer scope. ``None`` means not given.
    :param blueprints: Prefixes for blueprints by registered, dotted name, which win
        over those that were given to the blueprint objects. For an app only.
    :raise TypeError: If the scope is neither a Flask app nor a blueprint, if a prefix
        is no string, or if ``blueprints`` is no mapping or comes with a blueprint.
    :raise ValueError: If a prefix is not a plain path, or if the scope has another.
    :raise RuntimeError: If an app has registered the blueprint already.

    .. versionadded:: 1.0
    """

    def __init__(
        self,
        scope: Flask | Blueprint | None = None,
        prefix: str | None = None,
        *,
        blueprints: Mapping[str, str | None] | None = None,
    ) -> None:
        self._prefix = _parse(prefix, "prefix")
        self._blueprints = _parse_names(blueprints, "blueprints")
        if scope is not None:
            self.init_app(scope)

    def init_app(self, scope: Flask | Blueprint) -> None:
        """Give the prefixes of this object, and those in the config, to a scope.

        What it does to an app: it wraps ``app.create_url_adapter``, keeps the app's
        scopes in ``app.extensions["prefix_urls"]``, and reads two config keys, for
        what was not given as an argument:

        - ``PREFIX_URLS_PREFIX``: the app's prefix.
        - ``PREFIX_URLS_BLUEPRINTS``: a mapping of registered names to prefixes.

        A blueprint does the same to each app that registers it, but reads no config.

        :param scope: The app or the blueprint.
        :raise TypeError: As the constructor does, naming the config key where the
            value came from one.
        :raise ValueError: In the same way.
        :raise RuntimeError: If an app has registered the blueprint already.
        :raise AssertionError: Flask's own, if the app has served a request already.

        .. versionadded:: 1.0
        """
        if isinstance(scope, Flask):
            self._init_app(scope)
        elif isinstance(scope, Blueprint):
            self._init_blueprint(scope)
        else:
            raise TypeError(
                f"{scope!r} is neither a Flask app nor a Blueprint: pass one of them"
                " first, or write PrefixURLs(prefix=...)."
            )

    def _init_app(self, app: Flask) -> None:
        # Flask's check behind each of its setup methods; not documented on its own.
        app._check_setup_finished("PrefixURLs.init_app")
        prefix = self._prefix
        if prefix is None:
            key = "PREFIX_URLS_PREFIX"
            prefix = _parse(app.config.get(key), key)
        key = "PREFIX_URLS_BLUEPRINTS"
        names = _parse_names(app.config.get(key), key) | self._blueprints
        scopes = _scopes_of(app)
        if prefix is not None:
            scopes.give_app(prefix)
        for name, name_prefix in names.items():
            scopes.give_name(name, name_prefix)

    def _init_blueprint(self, blueprint: Blueprint) -> None:
        if self._blueprints:
            raise TypeError(
                f"blueprints={self._blueprints!r} was given with the blueprint"
                f" {blueprint.name!r}, but is for an app: give each blueprint its own"
                " prefix."
            )
        # Flask has no documented way to ask, and 2.2 only warns when it is too late.
        if blueprint._got_registered_once:
            raise RuntimeError(
                f"The blueprint {blueprint.name!r} is registered already: give it its"
                " prefix before that, or give the app"
                f" blueprints={{{blueprint.name!r}: {self._prefix!r}}}."
            )
        if self._prefix is None:
            return
        prefix = self._prefix
        # Kept by the blueprint itself, to refuse another one here and now and not
        # where some app registers it.
        kept = vars(blueprint)
        kept["_prefix_urls"] = agreed(
            f"The blueprint {blueprint.name!r}", kept.get("_prefix_urls"), prefix
        )

        def give(state: BlueprintSetupState) -> None:
            name = f"{state.name_prefix}.{state.name}".lstrip(".")
            _scopes_of(cast(Flask, state.app)).give_blueprint(name, prefix)

        blueprint.record(give)


def _scopes_of(app: Flask) -> Scopes:
    """Return the scopes of an app, after making its URL adapters public ones."""
    if "prefix_urls" not in app.extensions:
        # The app holds all that is made here, so it is held weakly in turn: else it
        # would not be freed when its last user lets it go.
        this = cast("Callable[[], Flask]", ref(app))
        replaced = vars(app).get("create_url_adapter")
        scopes = Scopes(app.blueprints, lambda text: this().logger.warning(text))

        def create_url_adapter(request: Request | None) -> MapAdapter | None:
            if replaced is None:
                app = this()
                own = type(app).create_url_adapter(app, request)
            else:
                own = replaced(request)
            if own is None:
                return None
            if request is None:
                mount = own.script_name.rstrip("/")
            else:
                mount = mount_of(request.environ)
            return PublicURLAdapter(own, mount, scopes)

        app.create_url_adapter = create_url_adapter  # type: ignore[method-assign]
        app.extensions["prefix_urls"] = scopes
    return cast(Scopes, app.extensions["prefix_urls"])


def _parse(prefix: object, source: str) -> str | None:
    return None if prefix is None else parse_prefix(prefix, source)


def _parse_names(prefixes: object, source: str) -> dict[str, str]:
    """Return the prefixes that are given by name, without those that are not."""
    if prefixes is None:
        return {}
    if not isinstance(prefixes, Mapping):
        raise TypeError(
            f"{source} is {prefixes!r}, but must be a mapping: write it like"
            " {'admin': '/back-office'}."
        )
    for name in prefixes:
        if not isinstance(name, str):
            raise TypeError(
                f"{source} has the key {name!r}, but a key must be the name that a"
                " blueprint is registered by: write it like"
                " {'admin': '/back-office'}."
            )
    return {
        name: parse_prefix(prefix, f"{source}[{name!r}]")
        for name, prefix in prefixes.items()
        if prefix is not None
    }
