"""Write the files of the six proxies in ``demo/proxies`` anew, as the command does."""

from __future__ import annotations

import json
from pathlib import Path

from demo.app import create_app
from demo.proxy import PROXIES
from flask_prefix_urls.cli import prefix_urls

DIRECTORY = Path(__file__).parent.parent / "demo" / "proxies"


def printed(proxy: str, *, strips: bool) -> dict[str, str]:
    """Return what the command prints for the demo's app: each text by its file."""
    app = create_app(prefixed=True, proxy_strips=strips)
    done = app.test_cli_runner().invoke(prefix_urls, ["proxy", proxy, "--json"])
    return {file["name"]: file["text"] for file in json.loads(done.output)["files"]}


def main() -> None:
    """Write each file."""
    for proxy in PROXIES:
        for strips in (True, False):
            for name, text in printed(proxy, strips=strips).items():
                (DIRECTORY / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
