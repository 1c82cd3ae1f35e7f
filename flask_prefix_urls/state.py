"""The state of one app, the prefix that it has, and the logger for messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from logging import Logger
from typing import Any, cast

from flask import Flask
from werkzeug.routing import MapAdapter

from .scopes import Scopes
from .settings import Settings

# In app.extensions, for an app that has no state yet.
_ASKED = "prefix_urls_asked"


@dataclass
class AppState:
    """The state of one app: ``app.extensions["prefix_urls"]``."""

    scopes: Scopes
    settings: Settings = field(default_factory=Settings)
    #: What the config had for our keys when it was read; ``None`` until then.
    config: dict[str, Any] | None = None
    #: Whether the proxy strips. Not left to ``settings``, since each request asks.
    proxy_strips: bool = True
    hints_are_given: bool = False
    #: How many 404s were looked at for a prefix that the proxy left on.
    looked_at_404s: int = 0
    #: What was warned of, and is not again.
    warned: set[str] = field(default_factory=set)
    #: The headers that responses vary by.
    vary_headers: list[str] = field(default_factory=list)
    #: The class of public adapters for each adapter class of the application.
    adapter_classes: dict[type[MapAdapter], Any] = field(default_factory=dict)
    #: Whether a context of the app has had an adapter of this package.
    has_made_adapter: bool = False

    @property
    def cookie_path(self) -> bool:
        """Whether the session cookie is for paths below the app's prefix."""
        setting = self.settings.cookie_path
        return setting is not None and setting.value


def state_of(app: Flask) -> AppState | None:
    """Return the state of an app; ``None`` if it has no ``PrefixURLs``."""
    return cast("AppState | None", app.extensions.get("prefix_urls"))


def log_of(app: Flask) -> Logger:
    """Return the logger for what is probably a mistake, so that one can silence it."""
    return app.logger.getChild("prefix_urls")


def prefix_of(app: Flask, blueprint: str | None = None) -> str:
    """Return the prefix that URLs of an app, or of a blueprint, have at this moment.

    For scripts, mails, cookies of other libraries and health pages. The mount is not in
    it; ``request.script_root`` has both. Functions are asked in the current context.
    Before ``PrefixURLs``, the call is remembered for a warning.

    .. code-block:: python

        app.config["REMEMBER_COOKIE_PATH"] = prefix_of(app) or "/"

    :param app: The app.
    :param blueprint: The name that the blueprint is registered by; ``outer.inner`` if
        it is nested. By default, that of no blueprint.
    :return: The prefix as it stands in a URL; ``""`` if there is none, or if the app
        has no ``PrefixURLs``.
    :raise ValueError: If no blueprint is registered by that name.

    .. versionadded:: 1.0
    """
    if blueprint is not None and blueprint not in app.blueprints:
        raise ValueError(
            f"No blueprint is registered as {blueprint!r}:"
            f" {did_you_mean(blueprint, app)}"
        )
    state = state_of(app)
    if state is None:
        # PrefixURLs may come later, and this too early: there is a hint for that.
        app.extensions.setdefault(_ASKED, set()).add(blueprint)
        return ""
    return str(state.scopes.prefix_of(endpoint_for(blueprint)) or "")


def endpoint_for(blueprint: str | None) -> str:
    """Return what stands for any endpoint of a blueprint, or of the app."""
    return "" if blueprint is None else f"{blueprint}."


def asked_too_early(app: Flask) -> set[str | None]:
    """Return what :func:`prefix_of` was asked about while there was no state."""
    return cast("set[str | None]", app.extensions.get(_ASKED, set()))


def did_you_mean(blueprint: str, app: Flask) -> str:
    """Return the end of a message about the name of a blueprint that does not exist."""
    nearest = get_close_matches(blueprint, app.blueprints, n=1, cutoff=0)
    return f"did you mean {nearest[0]!r}?" if nearest else "there is none."
