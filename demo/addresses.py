"""Where everything is: what the proxies strip, and what the demo must find by itself.

The app takes nothing from here: its URLs come from ``url_for``.
"""

from __future__ import annotations

HOST = "127.0.0.1"

PREFIXES = ("/some-service/v1", "/public-api", "/back-office")

#: The page that the root of each proxy redirects to.
TOUR = "/some-service/v1/"

#: The reading room, for those who come while its links are broken.
ROOM = "/some-service/v1/books/"

#: The switch, as a browser asks for it. With the extension off, ``url_for`` would leave
#: the prefix out, and nobody could switch it on again.
SWITCH = "/some-service/v1/switch"
