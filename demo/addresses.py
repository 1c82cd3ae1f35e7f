"""Where everything is: what the proxies strip, and what the demo must find by itself.

The app takes only the URLs of its switch from here. The others come from ``url_for``.
"""

from __future__ import annotations

HOST = "127.0.0.1"

_APP = "/some-service/v1"

PREFIXES = (_APP, "/public-api", "/back-office")

#: The page that the root of each proxy redirects to.
TOUR = f"{_APP}/"

#: The reading room, for those who come while its links are broken.
ROOM = f"{_APP}/books/"

#: The switch, as a browser asks for it. With the extension off, ``url_for`` would leave
#: the prefix out, and nobody could switch it on again.
SWITCH = f"{_APP}/switch"
