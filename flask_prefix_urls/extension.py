"""``PrefixURLs``: everything that this package does to an app or to a blueprint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast
from weakref import ref

from flask import Blueprint, Flask, Request, Response
from flask.blueprints import BlueprintSetupState
from werkzeug.local import LocalProxy
from werkzeug.routing import MapAdapter

from .adapter import PublicURLAdapter
from .cookies import PublicSessionInterface, public_session_interface
from .forwarded import ForwardedPrefix
from .mount import mount_of
from .public_url import PublicURL, without_default_port
from .request import PublicRequest, public_request_class
from .scopes import Given, Scopes, agreed
from .settings import parse_settings, settings_in


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
        get no prefix, and none from an outer scope. ``None`` means not given. A
        function without parameters is asked whenever a URL is built, in the current
        context; with ``None`` it leaves the URL to the next scope.
    :param blueprints: Prefixes for blueprints by registered, dotted name, which win
        over those that were given to the blueprint objects. For an app only, as are
        the following.
    :param proxy_strips: Whether the proxy cuts the prefix off, which is the default. If
        ``False``, a request that still has it is routed as if it were cut off.
    :param public_url: Scheme, host and prefix of the app in one, such as
        ``https://example.com/svc/v1``. In a request, only its path counts; outside of
        one, URLs are built without ``SERVER_NAME``.
    :param cookie_path: Whether the session cookie is for paths below the app's prefix.
    :raise TypeError: If the scope is neither a Flask app nor a blueprint, or if
        something is of the wrong type, or is for an app and given with a blueprint.
    :raise ValueError: If a prefix is not a plain path, the public URL is malformed, or
        the scope was given another one.
    :raise RuntimeError: If an app has registered the blueprint already.

    .. versionadded:: 1.0
    """

    def __init__(
        self,
        scope: Flask | Blueprint | None = None,
        prefix: str | Callable[[], str | None] | None = None,
        *,
        blueprints: Mapping[str, str | Callable[[], str | None] | None] | None = None,
        proxy_strips: bool | None = None,
        public_url: str | None = None,
        cookie_path: bool | None = None,
    ) -> None:
        self._arguments = parse_settings(
            {
                "prefix": prefix,
                "blueprints": blueprints,
                "proxy_strips": proxy_strips,
                "public_url": public_url,
                "cookie_path": cookie_path,
            }
        )
        if scope is not None:
            self.init_app(scope)

    def init_app(self, scope: Flask | Blueprint) -> None:
        """Give the settings of this object, and those in the config, to a scope.

        What it does to an app: it wraps ``app.create_url_adapter``, derives
        ``app.request_class``, keeps what it was given in
        ``app.extensions["prefix_urls"]``, and, where that is asked for, replaces
        ``app.session_interface`` and adds an ``after_request`` function for ``Vary``.
        For what was not given as an argument it reads these config keys, once:

        - ``PREFIX_URLS_PREFIX``: the app's prefix.
        - ``PREFIX_URLS_BLUEPRINTS``: a mapping of registered names to prefixes.
        - ``PREFIX_URLS_FORWARDED``: how many proxies to trust with the header
          ``X-Forwarded-Prefix``; the app's prefix is then the default.
        - ``PREFIX_URLS_PROXY_STRIPS``: whether the proxy cuts the prefix off.
        - ``PREFIX_URLS_PUBLIC_URL``: scheme, host and prefix in one.
        - ``PREFIX_URLS_COOKIE_PATH``: whether the session cookie has the prefix as its
          path.

        A blueprint makes an app that registers it ready too, but reads no config.

        :param scope: The app or the blueprint.
        :raise TypeError: As the constructor does, naming the config key where the
            value came from one.
        :raise ValueError: In the same way.
        :raise RuntimeError: If an app has registered the blueprint already.
        :raise AssertionError: Flask's own, if the app has served a request already.

        .. versionadded:: 1.0
        """
        if isinstance(scope, LocalProxy):  # current_app
            scope = scope._get_current_object()
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
        settings = self._arguments
        if not getattr(app.extensions.get("prefix_urls"), "config_is_read", False):
            settings = settings.over(settings_in(app.config))
        urls = _urls_of(app)
        urls.config_is_read = True
        if settings.prefix is not None:
            urls.scopes.give_app(settings.prefix)
            _vary(app, settings.prefix)
        for name, prefix in settings.blueprints.items():
            urls.scopes.give_name(name, prefix)
            _vary(app, prefix)
        if settings.proxy_strips is not None:
            urls.proxy_strips = agreed(
                "The app", "proxy_strips", urls.proxy_strips, settings.proxy_strips
            )
        if settings.public_url is not None:
            _give_public_url(app, urls, settings.public_url)
        if settings.cookie_path:
            _give_cookie_path(app, urls.scopes)

    def _init_blueprint(self, blueprint: Blueprint) -> None:
        if app_wide := self._arguments.app_wide():
            raise TypeError(
                f"{' and '.join(app_wide)} was given with the blueprint"
                f" {blueprint.name!r}, but is for an app: give it to the app, and each"
                " blueprint its own prefix."
            )
        # Flask has no documented way to ask, and 2.2 only warns when it is too late.
        if blueprint._got_registered_once:
            raise RuntimeError(
                f"The blueprint {blueprint.name!r} is registered already: give it its"
                " prefix before that, or give the app"
                f" blueprints={{{blueprint.name!r}: {self._arguments.prefix!r}}}."
            )
        prefix = self._arguments.prefix
        if prefix is None:
            return
        # Kept by the blueprint itself, to refuse another one here and now and not
        # where some app registers it.
        kept = vars(blueprint)
        kept["_prefix_urls"] = agreed(
            f"The blueprint {blueprint.name!r}",
            "prefix",
            kept.get("_prefix_urls"),
            prefix,
        )

        def give(state: BlueprintSetupState) -> None:
            name = f"{state.name_prefix}.{state.name}".lstrip(".")
            app = cast(Flask, state.app)
            _urls_of(app).scopes.give_blueprint(name, prefix)
            _vary(app, prefix)

        blueprint.record(give)


@dataclass
class _AppURLs:
    """What one app was given; ``app.extensions["prefix_urls"]``."""

    scopes: Scopes
    proxy_strips: bool | None = None
    public_url: PublicURL | None = None
    config_is_read: bool = False


def _urls_of(app: Flask) -> _AppURLs:
    """Return what an app was given, after making its adapters and requests public."""
    if "prefix_urls" not in app.extensions:
        # The app holds all that is made here, so it is held weakly in turn: else it
        # would not be freed when its last user lets it go.
        this = cast("Callable[[], Flask]", ref(app))
        replaced = vars(app).get("create_url_adapter")
        scopes = Scopes(app.blueprints, lambda text: this().logger.warning(text))
        urls = _AppURLs(scopes)

        def create_url_adapter(request: Request | None) -> MapAdapter | None:
            if replaced is None:
                app = this()
                own = type(app).create_url_adapter(app, request)
            else:
                own = replaced(request)
            if request is None and urls.public_url is not None:
                own = _adapter_for(urls.public_url, own, this())
            if own is None:
                return None
            if request is None:
                mount = own.script_name.rstrip("/")
            else:
                mount = mount_of(request.environ)
            strips = urls.proxy_strips is not False
            adapter = PublicURLAdapter(own, mount, scopes, proxy_strips=strips)
            if isinstance(request, PublicRequest):
                request.show_public_url(adapter)
            return adapter

        app.create_url_adapter = create_url_adapter  # type: ignore[method-assign]
        app.request_class = public_request_class(app.request_class)
        app.extensions["prefix_urls"] = urls
    return cast(_AppURLs, app.extensions["prefix_urls"])


def _adapter_for(
    public_url: PublicURL, own: MapAdapter | None, app: Flask
) -> MapAdapter:
    """Return the adapter for outside of a request.

    :param own: Flask's own, which has the host from ``SERVER_NAME``, or ``None``.
    """
    if own is None:
        own = app.url_map.bind(public_url.host, app.config["APPLICATION_ROOT"])
    own.url_scheme = public_url.scheme
    return own


def _give_public_url(app: Flask, urls: _AppURLs, public_url: PublicURL) -> None:
    agreed("The app", "public URL", urls.public_url, public_url)
    urls.scopes.give_public(public_url.prefix)
    urls.public_url = public_url
    server_name = app.config["SERVER_NAME"] or public_url.host
    host = without_default_port(server_name.lower(), public_url.scheme)
    if host != public_url.host:
        app.logger.warning(
            "The public URL has the host %r, but SERVER_NAME is %r and decides on the"
            " host of URLs outside of a request: give both the same.",
            public_url.host,
            server_name,
        )


def _give_cookie_path(app: Flask, scopes: Scopes) -> None:
    name = app.config["SESSION_COOKIE_NAME"]
    if name.lower().startswith("__host-") and not app.config["SESSION_COOKIE_PATH"]:
        raise ValueError(
            f"cookie_path is True, but SESSION_COOKIE_NAME is {name!r}, and browsers"
            " accept a name with __Host- only with the path '/': use another name, or"
            " leave cookie_path out."
        )
    if not isinstance(app.session_interface, PublicSessionInterface):
        app.session_interface = public_session_interface(app.session_interface, scopes)


def _vary(app: Flask, prefix: Given) -> None:
    """Have caches tell responses apart by the header that a prefix comes from.

    On every response: one that is streamed may build its URLs after its headers left.
    """
    if isinstance(prefix, ForwardedPrefix):
        header = prefix.header

        def add(response: Response) -> Response:
            # Werkzeug's response.vary knows the first line only, and writes but one.
            if lines := response.headers.getlist("Vary"):
                response.headers["Vary"] = ", ".join(lines)
            response.vary.add(header)
            return response

        app.after_request(add)
