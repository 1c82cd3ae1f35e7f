"""The router's own redirects, with the prefix of the endpoint that they lead to.

Werkzeug makes their URLs while it matches, in four ways: for a missing slash or too
many, for defaults, for an alias, and for ``redirect_to``. In each of them it writes the
adapter's ``script_name`` in front of the route. While our adapters match, that is a
stand-in that no route can have. So it is known which redirects lead into the app, and
which part of the URL is the route, however a ``redirect_to`` is written. One with a
leading slash or a host is not joined to ``script_name``, and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

# As many segments as a relative redirect_to may climb out of by "..".
_DEPTH = 32
# Werkzeug percent-encodes these brackets in all that a client sends.
_SEGMENT = "/<root>"
_UNDER_STAND_IN = re.compile(
    rf"(?P<host>[^/]*//[^/]*)(?P<root>(?:{_SEGMENT}){{1,{_DEPTH}}})/(?P<route>.*)",
    re.DOTALL,
)

#: The ``script_name`` of an adapter that matches.
STAND_IN = f"{_SEGMENT * _DEPTH}/"


class Target(NamedTuple):
    """Where a redirect into the app leads.

    :param host: Scheme and host of the URL.
    :param route: What follows the public root: the route, with its query and fragment.
    :param climbed: How many segments of the public root a ``redirect_to`` leaves.
    """

    host: str
    route: str
    climbed: int

    @property
    def path(self) -> str:
        """The route alone, percent-encoded."""
        return re.split("[?#]", self.route)[0]

    def under(self, root: str) -> str:
        """Return the URL under a public root."""
        segments = root.split("/")
        kept = segments[: max(1, len(segments) - self.climbed)]
        return f"{self.host}{'/'.join(kept)}/{self.route}"


def target_of(url: str) -> Target | None:
    """Return where a redirect leads that was made under the stand-in.

    :param url: The URL that Werkzeug made.
    :return: ``None`` if it was not joined to ``script_name``.
    """
    match = _UNDER_STAND_IN.fullmatch(url)
    if match is None:
        return None
    climbed = _DEPTH - match["root"].count(_SEGMENT)
    return Target(match["host"], match["route"], climbed)


class PublicRedirect(RequestRedirect):
    """A redirect into the app.

    Its URL is made when it is first asked for, since a prefix may depend on what a
    ``before_request`` function does after the request was routed.

    :param make_url: Makes the URL.
    """

    def __init__(self, make_url: Callable[[], str]) -> None:
        # Not that of RequestRedirect, which has the URL.
        HTTPException.__init__(self)
        self._make_url = make_url

    @cached_property
    def new_url(self) -> str:  # type: ignore[override]
        """The absolute URL that it redirects to."""
        return self._make_url()

    @cached_property
    def description(self) -> str:  # type: ignore[override]
        """The same, as in any other ``RequestRedirect``."""
        return self.new_url

    def get_response(self, *args: Any, **kwargs: Any) -> Response:
        """Return the redirect, or the answer of a prefix function that aborts."""
        try:
            return super().get_response(*args, **kwargs)
        except HTTPException as abort:
            # Flask is past the place where it looks for the app's error handlers.
            answer: Response = abort.get_response(*args, **kwargs)
            return answer
