"""``PrefixURLs``: every effect on an app or a blueprint, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState
from werkzeug.local import LocalProxy

from .contexts import wrapped_create_url_adapter
from .cookies import with_public_cookie_path
from .public_url import PublicURL, without_default_port
from .request import public_request_class
from .scopes import PrefixFunction, Scopes, Setting
from .settings import (
    Settings,
    fault_in_server_name,
    parse_arguments,
    parse_config,
    same,
    values_in,
)
from .state import AppState, log_of, state_of
from .url_for import url_defaults_function, wrapped_url_for
from .vary import vary_by_headers

Prefix = str | PrefixFunction


class PrefixURLs:
    """Give an app or a blueprint the prefix that a reverse proxy strips.

    Every URL that the app gives out then has it: those of ``url_for``, in views and in
    templates, and those of the router's own redirects. Set an ``app.request_class`` or
    an ``app.session_interface`` of your own before; one that is set later is warned of.

    .. code-block:: python

        PrefixURLs(app, "/some-service/v1")
        PrefixURLs(api_blueprint, "/public-api")

        prefix_urls = PrefixURLs()  # for an application factory
        prefix_urls.init_app(app, "/some-service/v1")

    :param app: The app, or a blueprint with everything nested in it. Without one, call
        :meth:`init_app` later, as often as there are apps.
    :param prefix: The prefix, such as ``/svc/v1``. ``""`` opts the scope out: its URLs
        get no prefix, and none from an outer scope. ``None`` means not given. A
        function without parameters is asked whenever a URL is built, in the current
        context; it returns ``None`` to leave the URL to the next scope. What it returns
        is checked like any other prefix. It must not build a URL that needs its own
        answer: read ``request.host``, ``request.environ`` or ``g`` in it.
    :param blueprints: Prefixes for blueprints by registered, dotted name, which win
        over those that were given to the Blueprint objects. For an app only, as are
        the following.
    :param proxy_strips: Whether the proxy strips the prefix, which is the default. If
        ``False``, a request that still has it is routed as if the proxy had, but only
        to an endpoint with that prefix; other requests are routed as they come. Do not
        set it behind a proxy that strips: the access rules of the proxy see one path,
        and the app would answer to a second one.
    :param public_url: Scheme, host and prefix of the app in one, such as
        ``https://example.com/svc/v1``. In a request, only its path counts; outside of
        one, URLs are built without ``SERVER_NAME``.
    :param cookie_path: Whether the session cookie is for paths below the app's prefix.
        ``SESSION_COOKIE_PATH`` wins if it is set.
    :raise TypeError: If the first argument is neither a Flask app nor a blueprint, or
        if something is of the wrong type, or is for an app and given with a blueprint;
        or if a prefix function is async, needs an argument, or is
        ``forwarded_prefix`` itself.
    :raise ValueError: If a prefix is not a plain path, the public URL is malformed, or
        the scope was given something else before; or if ``cookie_path`` is set, and
        the name of the session cookie begins with ``__Host-``; or if the app gets a
        prefix and ``SERVER_NAME`` has a slash.
    :raise RuntimeError: If an app has registered the blueprint already.

    .. versionadded:: 1.0
    """

    def __init__(
        self,
        app: Flask | Blueprint | None = None,
        prefix: Prefix | None = None,
        *,
        blueprints: Mapping[str, Prefix | None] | None = None,
        proxy_strips: bool | None = None,
        public_url: str | None = None,
        cookie_path: bool | None = None,
    ) -> None:
        self._settings = parse_arguments(
            {
                "prefix": prefix,
                "blueprints": blueprints,
                "proxy_strips": proxy_strips,
                "public_url": public_url,
                "cookie_path": cookie_path,
            }
        )
        if app is not None:
            self.init_app(app)

    def __repr__(self) -> str:
        """Return what was given."""
        given = (f"{name}={value!r}" for name, value in self._settings.given().items())
        return f"{type(self).__name__}({', '.join(given)})"

    def init_app(
        self,
        app: Flask | Blueprint,
        prefix: Prefix | None = None,
        *,
        blueprints: Mapping[str, Prefix | None] | None = None,
        proxy_strips: bool | None = None,
        public_url: str | None = None,
        cookie_path: bool | None = None,
    ) -> None:
        """Give an app or a blueprint its prefix.

        The parameters are those of the constructor, and win over what that was given.
        For an app, what neither was given comes from these config keys, which are read
        once. ``app.config.from_prefixed_env()`` takes them from environment variables
        such as ``FLASK_PREFIX_URLS_PREFIX``; a mapping is written as JSON there.

        - ``PREFIX_URLS_PREFIX``: the app's prefix.
        - ``PREFIX_URLS_BLUEPRINTS``: a mapping of registered names to prefixes.
        - ``PREFIX_URLS_FORWARDED``: how many proxies to trust with the header
          ``X-Forwarded-Prefix``; the app's prefix is then the default.
        - ``PREFIX_URLS_PROXY_STRIPS``: whether the proxy strips the prefix.
        - ``PREFIX_URLS_PUBLIC_URL``: scheme, host and prefix in one.
        - ``PREFIX_URLS_COOKIE_PATH``: whether the session cookie has the prefix as its
          path.

        An app is changed as a whole or, if something is refused, not at all. A
        blueprint does the same to an app that registers it, but reads no config.

        :param app: The app or the blueprint.
        :raise TypeError: As the constructor does, naming the config key where the
            value came from one.
        :raise ValueError: In the same way.
        :raise RuntimeError: If an app has registered the blueprint already.
        :raise AssertionError: Flask's own, if the app has served a request already.

        .. versionadded:: 1.0
        """
        arguments = parse_arguments(
            {
                "prefix": prefix,
                "blueprints": blueprints,
                "proxy_strips": proxy_strips,
                "public_url": public_url,
                "cookie_path": cookie_path,
            }
        )
        settings = arguments.over(self._settings)
        if isinstance(app, LocalProxy):  # current_app
            app = app._get_current_object()
        if isinstance(app, Blueprint):
            _init_blueprint(app, settings)
            return
        if not isinstance(app, Flask):
            raise TypeError(_not_an_app(app, settings))
        # Flask's check behind each of its setup methods; not documented on its own.
        app._check_setup_finished("PrefixURLs.init_app")
        state = state_of(app)
        reads_config = state is None or state.config is None
        if reads_config:
            settings = settings.over(parse_config(app.config))
        state = set_up(app, settings)
        if reads_config:
            state.config = values_in(app.config)


def set_up(app: Flask, settings: Settings) -> AppState:
    """Put everything in place on an app: the rest of :meth:`PrefixURLs.init_app`.

    That is its state, ``url_for``, ``url_defaults``, ``create_url_adapter``, the
    request class and, where asked for, the session interface and ``Vary``. It warns of
    a public URL whose host is not that of ``SERVER_NAME``. Other probable mistakes are
    warned of at the first request and at the first 404s: see :mod:`.hints`.

    :param app: The app, which may have been set up before.
    :param settings: What it is given now.
    :return: The app's state.
    :raise ValueError: If it cannot be given that. Then the app is as it was.
    """
    state = state_of(app)
    is_new = state is None
    if state is None:
        state = AppState(Scopes(app.view_functions))
    joined = state.settings.joined(settings)
    _refuse_host_cookie(app, joined)
    _refuse_server_name(app, joined)
    request_class = public_request_class(app.request_class)

    # Nothing has changed until here, and nothing is refused from here on.
    if is_new:
        app.extensions["prefix_urls"] = state
        app.url_for = wrapped_url_for(app)  # type: ignore[method-assign]
        app.url_defaults(url_defaults_function(app, state))
        create_url_adapter = wrapped_create_url_adapter(app, state)
        app.create_url_adapter = create_url_adapter  # type: ignore[method-assign,assignment]
    app.request_class = request_class
    state.settings = joined
    state.proxy_strips = joined.given().get("proxy_strips", True)
    state.scopes.set_app(joined.prefixes_of_app(), joined.blueprints)
    if state.cookie_path:
        app.session_interface = with_public_cookie_path(app.session_interface)
    vary_by_headers(
        app, state, [*joined.prefixes_of_app(), *joined.blueprints.values()]
    )
    if settings.public_url is not None:
        _compare_hosts(app, settings.public_url.value)
    return state


def _not_an_app(given: object, settings: Settings) -> str:
    """Return a message about what was given as the app."""
    prefix = settings.given().get("prefix", "/svc")
    if isinstance(given, str) and given.startswith("/"):
        prefix = given
    elif _is_wsgi_app(given):
        return (
            f"{given!r} is a WSGI application, but PrefixURLs takes the Flask app"
            f" itself: write PrefixURLs(app, {prefix!r}), and do not assign it to"
            " app.wsgi_app."
        )
    return (
        f"{given!r} is neither a Flask app nor a Blueprint: write PrefixURLs(app,"
        f" {prefix!r}), or PrefixURLs(prefix={prefix!r}) and init_app(app) later."
    )


def _is_wsgi_app(given: object) -> bool:
    """Tell whether something takes an environ and ``start_response``, and no less."""
    if not callable(given) or isinstance(given, type):
        return False
    try:
        parameters = signature(given).parameters.values()
    except (TypeError, ValueError):
        return False
    return len([p for p in parameters if p.default is p.empty]) == 2


def _init_blueprint(blueprint: Blueprint, settings: Settings) -> None:
    for_app = [name for name in settings.given() if name != "prefix"]
    if for_app:
        raise TypeError(
            f"The blueprint {blueprint.name!r} is given {' and '.join(for_app)}, but"
            " only an app takes that: give it to the app, and each blueprint its own"
            " prefix."
        )
    if settings.prefix is None:
        return
    # Flask has no documented way to ask, and 2.2 only warns when it is too late.
    if blueprint._got_registered_once:
        value = settings.prefix.value
        prefix = repr(value) if isinstance(value, str) else "..."
        raise RuntimeError(
            f"The blueprint {blueprint.name!r} is registered already: give it its"
            " prefix before that, or give the app"
            f" blueprints={{{blueprint.name!r}: {prefix}}}, with the dotted name if it"
            " is nested."
        )
    # The blueprint keeps it, so that another one is refused here and now, and not where
    # some app registers it.
    old = getattr(blueprint, "_prefix_urls", None)
    scope = f"The blueprint {blueprint.name!r}"
    prefix = same(scope, "prefix", old, settings.prefix)
    blueprint._prefix_urls = prefix  # type: ignore[attr-defined]

    # Refers to the blueprint by its name: a function that held the blueprint would make
    # a reference cycle.
    given = Setting(prefix.value, f"given to the blueprint {blueprint.name!r}")

    def register(setup: BlueprintSetupState) -> None:
        name = f"{setup.name_prefix}.{setup.name}".lstrip(".")
        app = cast(Flask, setup.app)
        state = set_up(app, Settings())
        state.scopes.set_blueprint(name, given)
        vary_by_headers(app, state, [given])

    blueprint.record(register)


def _compare_hosts(app: Flask, public_url: PublicURL) -> None:
    server_name = app.config["SERVER_NAME"] or public_url.host
    host = without_default_port(server_name.lower(), public_url.scheme)
    if host != public_url.host:
        log_of(app).warning(
            "The public URL has the host %r, but SERVER_NAME is %r and decides on the"
            " host of URLs outside of a request: give both the same.",
            public_url.host,
            server_name,
        )


def _refuse_server_name(app: Flask, settings: Settings) -> None:
    fault = fault_in_server_name(app)
    if fault is not None and any(given.value for given in settings.prefixes_of_app()):
        raise ValueError(fault)


def _refuse_host_cookie(app: Flask, settings: Settings) -> None:
    cookie_path = settings.cookie_path
    if (
        cookie_path is None
        or not cookie_path.value
        or app.config["SESSION_COOKIE_PATH"]
    ):
        return
    name = app.config["SESSION_COOKIE_NAME"]
    if name.lower().startswith("__host-"):
        raise ValueError(
            f"cookie_path is True, but SESSION_COOKIE_NAME is {name!r}, and browsers"
            " accept a name with __Host- only with the path '/': use another name, or"
            " leave cookie_path out."
        )
