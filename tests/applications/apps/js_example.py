"""Flask's example of requests by JavaScript."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from ..application import Application, Decoy, Fault, Replacement, imported_anew


def make_app(_: Path) -> Flask:
    app: Flask = imported_anew("js_example").app
    return app


TEMPLATES = "js_example/templates"
BASE = f"{TEMPLATES}/base.html"
FETCH = f"{TEMPLATES}/fetch.html"
JQUERY = f"{TEMPLATES}/jquery.html"
XHR = f"{TEMPLATES}/xhr.html"
VIEWS = "js_example/views.py"

APPLICATION = Application(
    "js_example",
    make_app,
    example="javascript",
    decoys=(
        Decoy(VIEWS, 9, '"/<any(xhr, jquery, fetch):js>"', "it is a route"),
        Decoy(XHR, 4, "https://developer.mozilla.org/", "it is another host"),
        Decoy(VIEWS, 11, 'f"{js}.html"', "it is the name of a template"),
    ),
    replacements=(
        Replacement(
            "fetch({{ url_for('add')|tojson }},",
            'fetch("/add",',
            Fault(FETCH, 13, 14, "/add", "add", "/add", "POST"),
        ),
        Replacement(
            "request.open('POST', {{ url_for('add')|tojson }});",
            "request.open('POST', '/add');",
            Fault(XHR, 16, 29, "/add", "add", "/add", "POST"),
        ),
        Replacement(
            "url: {{ url_for('add')|tojson }},",
            "url: `/add`,",
            Fault(JQUERY, 16, 15, "/add", "add", "/add", "POST"),
        ),
        Replacement(
            """<a href="{{ url_for("index", js="fetch") }}">""",
            "<a href=/fetch>",
            Fault(XHR, 7, 11, "/fetch", "index", "/fetch"),
        ),
        Replacement(
            """href="{{ url_for('index', js='jquery') }}">""",
            """href="{{ request.host_url }}jquery">""",
            Fault(BASE, 21, 14, "{{ request.host_url }}jquery", "index", "/jquery"),
        ),
    ),
)
