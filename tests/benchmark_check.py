"""What a page costs in ``flask prefix-urls check``, beside linkinator, in turns.

Both follow the links of the same app of 300 pages of 10 kB behind nginx, which strips
its prefix; ``check`` without ``--url`` reads it in one process, with its sources. All
are started anew in each round, one after the other, so that what else the machine does
hits all alike. A figure is a median; the second is without the start of the program:
what it takes for one picture, or for one page.

It needs nginx, gunicorn and linkinator, and the checkout on the path: ``PYTHONPATH=.``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from live import asked, environment, need, running_program
from nginx import running_nginx

from demo.addresses import HOST
from demo.proxy import free_port

PAGES = 300
SIZE = 10_000

LAYOUT = """\
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>{% block title %}{% endblock %}</title>
  <link rel="stylesheet" href="{{ url_for('static', filename='style.css') }}">
  <script src="{{ url_for('static', filename='script.js') }}" defer></script>
</head>
<body>
<nav><a href="{{ url_for('index') }}">Home</a></nav>
<main>{% block main %}{% endblock %}</main>
<script>const items = {{ url_for('index')|tojson }} + "items";</script>
</body>
</html>
"""
INDEX = """\
{% extends "layout.html" %}
{% block title %}Items{% endblock %}
{% block main %}
{% for id in range(count) %}
<a href="{{ url_for('item', id=id) }}">Item {{ id }}</a>
{% endfor %}
{% endblock %}
"""
ITEM = """\
{% extends "layout.html" %}
{% block title %}Item {{ id }}{% endblock %}
{% block main %}
<h1>Item {{ id }}</h1>
<ul>
{% for other in others %}
  <li class="item" id="item-{{ other }}">
    <a href="{{ url_for('item', id=other) }}" title="Other">Item {{ other }}</a>
    <img src="{{ url_for('static', filename='a.png') }}" alt="">
    <p>{{ text }}</p>
  </li>
{% endfor %}
</ul>
{% endblock %}
"""
TEXT = "The quick brown fox jumps over the lazy dog &amp; the next one. " * 2
OTHERS = 34


APP = f"""\
from flask import Flask, render_template
from flask_prefix_urls import PrefixURLs

app = Flask(__name__)
PrefixURLs(app, "/svc")

@app.get("/")
def index():
    return render_template("index.html", count={OTHERS})

@app.get("/items/<int:id>")
def item(id):
    others = [(id + step) % {PAGES} for step in range(1, {OTHERS} + 1)]
    return render_template("item.html", id=id, others=others, text={TEXT!r})
"""


def write_files(work: Path) -> None:
    """Write the templates and the static files of the app."""
    files = {
        "shop.py": APP,
        "templates/layout.html": LAYOUT,
        "templates/index.html": INDEX,
        "templates/item.html": ITEM,
        "static/style.css": "body { margin: 0 }",
        "static/script.js": "document.title += '.';",
        "static/a.png": "",
    }
    for name, text in files.items():
        path = work / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")


def seconds_of(command: Sequence[str], work: Path) -> tuple[float, str]:
    """Return how long a program takes, and what it prints."""
    start = perf_counter()
    result = subprocess.run(
        command,
        cwd=work,
        env={**os.environ, **environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = perf_counter() - start
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}: {result.stdout[-2000:]}{result.stderr[-2000:]}")
    return seconds, result.stdout


def asked_by_linkinator(printed: str) -> int:
    """Return how many pages it has asked for."""
    urls = {link["url"].partition("#")[0] for link in json.loads(printed)["links"]}
    return sum("/items/" in url for url in urls)


def main() -> None:
    """Measure, and print the milliseconds of one page, and the ratios to linkinator."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    parser.add_argument(
        "--python",
        default=sys.executable,
        help="which runs check, and should have nothing else (default: this one)",
    )
    arguments = parser.parse_args()
    rounds = arguments.rounds
    linkinator = need("linkinator")
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        write_files(work)
        port = free_port()
        gunicorn = [need("gunicorn"), "--workers", "2", "--bind", f"{HOST}:{port}"]
        locations = f"location /svc/ {{ proxy_pass http://{HOST}:{port}/; }}"
        (work / "nginx").mkdir()
        with (
            running_program(
                [*gunicorn, "shop:app"],
                work,
                lambda: asked(f"http://{HOST}:{port}") is not None,
            ),
            running_nginx(locations, work / "nginx") as root,
        ):
            size = len(asked(root, "/svc/items/7").text)  # type: ignore[union-attr]
            assert abs(size - SIZE) < SIZE / 10, size
            url = f"{root}/svc/"
            check = [arguments.python, "-m", "flask", "--app", "shop"]
            check += ["prefix-urls", "check", "--json"]
            link = [linkinator, "--format", "json"]
            # Each with what it takes to start.
            commands = {
                "linkinator": (
                    [*link, url, "--recurse"],
                    [*link, f"{url}static/a.png"],
                ),
                "check --url": (
                    [*check, "--url", url],
                    [*check, "--url", url, "--max-pages", "1"],
                ),
                "check": (check, [*check, "--max-pages", "1"]),
            }
            times: dict[str, list[float]] = {name: [] for name in commands}
            starts: dict[str, list[float]] = {name: [] for name in commands}
            for _ in range(rounds):
                for name, (command, start) in commands.items():
                    started, _nothing = seconds_of(start, work)
                    seconds, printed = seconds_of(command, work)
                    times[name].append(seconds)
                    starts[name].append(started)
                    if name == "linkinator":
                        assert asked_by_linkinator(printed) == PAGES
                    else:
                        found = json.loads(printed)
                        assert found["asked"] > PAGES, found
    print(f"Python {sys.version.split()[0]}, {PAGES} pages of {SIZE // 1000} kB")
    whole = {name: median(measured) for name, measured in times.items()}
    pages = {name: whole[name] - median(starts[name]) for name in times}
    for name in times:
        for what, seconds in (("in all", whole), ("without start", pages)):
            milliseconds = seconds[name] / PAGES * 1000
            ratio = seconds[name] / seconds["linkinator"]
            print(f"{name:12} {what:14} {milliseconds:6.2f} ms {ratio:6.2f}")


if __name__ == "__main__":
    main()
