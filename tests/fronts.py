"""The proxies of the demo, with a mistake in their configuration."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha1
from http.server import BaseHTTPRequestHandler
from typing import Any

from http_server import running_handler
from live import need, running_proxy
from traefik import THROTTLE

from demo.proxy import free_port

# What opens a WebSocket, in both directions, and what the app then sends.
UPGRADE = ("Connection: Upgrade", "Upgrade: websocket")
HELLO = b"\x81\x05hello"
# RFC 6455, section 1.3.
_WEBSOCKET_ID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@contextmanager
def running_changed_proxy(
    name: str, changes: Mapping[str, str], *, strips: bool = True, **options: Any
) -> Iterator[str]:
    """Run a proxy of the demo after some changes of its configuration's text.

    :param changes: What to replace, a regular expression that is found once, by what.
    :param options: Those of the demo's function.
    """
    need(name)
    port = options.pop("port", 0) or free_port()
    # In a change, the ports stand as they do in the files of demo/proxies.
    ports = {
        "8000": port,
        "8443": options.get("https_port"),
        "5000": options["app_port"],
    }

    if name == "traefik":
        changes = {**changes, "\nproviders:": rf"\g<0>\n  {THROTTLE}"}

    def change(files: Mapping[str, str]) -> dict[str, str]:
        texts = {**files}
        for pair in changes.items():
            old, new = (
                re.sub(
                    r"\b(8000|8443|5000)\b", lambda found: str(ports[found[0]]), part
                )
                for part in pair
            )
            assert sum(len(re.findall(old, t)) for t in texts.values()) == 1, old
            texts = {file: re.sub(old, new, text) for file, text in texts.items()}
        return texts

    with running_proxy(
        name, strips=strips, port=port, change=change, **options
    ) as root:
        yield root


def running_echo(
    record: Callable[[str, str], None],
) -> AbstractContextManager[int]:
    """Serve what answers each path, opens WebSockets, and redirects if told to.

    Werkzeug's server would take several slashes at the start for one.

    :param record: Gets the path and the host of each request.
    :return: The port.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.requestline.split()[1]
            record(path, self.headers["Host"])
            # By HTTP/1.0, there is no other protocol to change to.
            if self.request_version == "HTTP/1.1" and self._is_upgrade():
                self._open_websocket()
                return
            _, _, location = path.partition("?to=")
            self.send_response(302 if location else 200)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _is_upgrade(self) -> bool:
            fields = (self.headers[line.partition(":")[0]] for line in UPGRADE)
            return [str(field).lower() for field in fields] == ["upgrade", "websocket"]

        def _open_websocket(self) -> None:
            # HAProxy compares it with the key that the browser has sent.
            key = self.headers.get("Sec-WebSocket-Key", "") + _WEBSOCKET_ID
            accept = b64encode(sha1(key.encode()).digest()).decode()
            answer = f"Sec-WebSocket-Accept: {accept}"
            lines = ["HTTP/1.1 101 Switching Protocols", *UPGRADE, answer, "", ""]
            self.wfile.write("\r\n".join(lines).encode() + HELLO)
            # It stays open until the browser closes it.
            self.rfile.read(1)

    return running_handler(Handler)
