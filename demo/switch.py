"""The switch behind the proxy: one browser, by its cookie, turns the extension off."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import request as current_request
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from .addresses import PREFIXES, ROOM, SWITCH, TOUR
from .pair import Pair

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_COOKIE = "reading_room_extension"

# The switch as it arrives here, without its prefix.
_PATH = SWITCH.removeprefix(PREFIXES[0])

# A path of this host. A browser takes "//host" and "/\host" for another one.
_LOCAL = re.compile(r"/(?!/)[!-\[\]-~]*")


class Switch:
    """A WSGI app that hands each request to one of two apps.

    :param pair: The app with the extension and the app without it.
    """

    def __init__(self, pair: Pair) -> None:
        self._pair = pair

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request by the app that the browser has chosen."""
        request = Request(environ)
        if request.method == "POST" and request.path == _PATH:
            return _switch(request)(environ, start_response)
        app = self._pair.prefixed if is_on(request) else self._pair.plain
        return app(environ, start_response)


def is_on(request: Request) -> bool:
    """Tell whether the browser of a request has the extension on."""
    return request.cookies.get(_COOKIE) != "off"


def show_switch() -> dict[str, Any]:
    """Give each template what the form of the switch needs."""
    on = is_on(current_request)
    return {"switch_url": SWITCH, "room": ROOM, "extension_on": on}


def _switch(request: Request) -> Response:
    """Remember what a browser has chosen, and send it back to the page it was on."""
    back = request.form.get("back", "")
    answer = redirect(back if _LOCAL.fullmatch(back) else TOUR, 303)
    if request.form.get("extension") == "off":
        answer.set_cookie(_COOKIE, "off", httponly=True, samesite="Lax")
    else:
        answer.delete_cookie(_COOKIE, httponly=True, samesite="Lax")
    return answer
