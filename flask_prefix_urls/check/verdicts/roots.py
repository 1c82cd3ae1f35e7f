"""What the public paths of an app begin with: prefix and mount."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from flask import Flask

from ...forwarded import default_of
from ...mount import public_root
from ...scopes import PrefixFunction
from ...state import state_of


class Roots:
    """The roots of an app, while one request is served.

    :param app: The app.
    :param mount: The mount, without a trailing slash.
    :param prefixes: What each prefix function answered, by its ``id()``. One that was
        not asked has its default.
    """

    def __init__(
        self, app: Flask, mount: str, prefixes: Mapping[int, str | None]
    ) -> None:
        state = state_of(app)
        self._scopes = None if state is None else state.scopes
        #: What stands before a route whose scope has no prefix.
        self.mount = mount
        self._prefixes = prefixes
        given = [] if self._scopes is None else self._scopes.given()
        values = (setting.value for setting in given)
        found = {self._with(v if isinstance(v, str) else self._ask(v)) for v in values}
        #: Each root, not percent-encoded, the longest first.
        self.all: list[str] = sorted({"", mount, *found}, key=len, reverse=True)

    def of(self, endpoint: str) -> str:
        """Return the root of an endpoint, not percent-encoded."""
        if self._scopes is None:
            return self.mount
        return self._with(self._scopes.prefix_of(endpoint, self._ask))

    def _with(self, prefix: str | None) -> str:
        return unquote(public_root(prefix or "", self.mount))

    def _ask(self, function: PrefixFunction) -> str | None:
        return self._prefixes.get(id(function), default_of(function))
