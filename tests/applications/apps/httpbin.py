"""httpbin: answers of every kind, and a page of its API by flasgger."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from ..application import Application, Decoy, Fault, imported_anew


def make_app(_: Path) -> Flask:
    app: Flask = imported_anew("httpbin").app
    return app


CORE = "httpbin/core.py"
HELPERS = "httpbin/helpers.py"

APPLICATION = Application(
    "httpbin",
    make_app,
    faults=(
        # A view has it for /status/302. The headers are a value in a dict.
        Fault(
            HELPERS, 44, 22, "/redirect/1", "redirect_n_times", "/redirect/1", met=False
        ),
    ),
    # The document names another host, which the script of the page replaces.
    shown_by_a_browser=(Fault(CORE, 122, 22, "/", "view_origin", "/ip"),),
    decoys=(
        Decoy(HELPERS, 66, "Disallow: /deny", "robots.txt is not for what is below"),
        Decoy(CORE, 161, '"/spec.json"', "it is a route"),
        Decoy(CORE, 166, '"/flasgger_static"', "it is a part of routes"),
        Decoy(
            "flasgger/base.py", 368, '"/tos"', "nothing is there, with or without it"
        ),
        Decoy(CORE, 659, 'args["url"]', "the client says where it goes"),
        Decoy("httpbin/templates/httpbin.1.html", 13, "/post", "it is in <code>"),
        Decoy("httpbin/templates/footer.html", 10, "/forms/post", "it is shown"),
    ),
)
