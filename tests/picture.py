"""Writes the pictures that README shows, into ``.github``.

As a command: ``python tests/picture.py`` for that of the demo, ``demo.png``, and
``python tests/picture.py explain`` or ``check`` for that of a command, ``explain.png``
or ``check.png``. It needs Chromium and its driver.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from urllib.parse import quote

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from terminal import run_in_terminal

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / ".github"

# Seconds, for what takes a fraction of one.
LIMIT = 20

# What stands in the picture of the demo, whichever port is free.
HOST = "127.0.0.1:8000"

SCREEN = {"width": 1280, "height": 800, "deviceScaleFactor": 1.5, "mobile": False}

# What is typed in the pictures of the terminal, and the files of the app that it is
# about.
TYPED = {
    "explain": "flask prefix-urls explain books.book id=1",
    "check": "flask prefix-urls check",
}
FILES = {
    "explain": {
        "wsgi.py": """
from flask import Blueprint, Flask
from flask_prefix_urls import PrefixURLs

app = Flask(__name__)
books = Blueprint("books", __name__, url_prefix="/svc/books")
books.add_url_rule("/<int:id>", endpoint="book", view_func=str)
app.register_blueprint(books)
PrefixURLs(app, "/svc")
"""
    },
    "check": {
        "wsgi.py": """
from flask import Flask, redirect, render_template
from flask_prefix_urls import PrefixURLs

app = Flask(__name__)
PrefixURLs(app, "/svc")


@app.get("/")
def index():
    return render_template("index.html")


@app.get("/books/<int:id>")
def book(id):
    return render_template("book.html", id=id)


@app.post("/login")
def login():
    return redirect("/")


@app.get("/api/books")
def books():
    return []


@app.get("/logout")
def logout():
    return ""
""",
        "templates/base.html": """\
<!doctype html>
<link rel="stylesheet" href="/static/style.css">
<nav><a href="{{ url_for('index') }}">Books</a> <a href="/logout">Log out</a></nav>
{% block main %}{% endblock %}
""",
        "templates/index.html": """\
{% extends "base.html" %}
{% block main %}
{% for id in range(1, 181) %}
<a href="{{ url_for('book', id=id) }}">Book {{ id }}</a>
{% endfor %}
{% endblock %}
""",
        "templates/book.html": """\
{% extends "base.html" %}
{% block main %}
{% if id < 180 %}<a href="/books/{{ id + 1 }}">Next</a>{% endif %}
<script>fetch("/api/books")</script>
{% endblock %}
""",
        "static/style.css": "body { background: url(/static/paper.png) }\n",
        "static/paper.png": "",
    },
}
COLUMNS = 80

# Rich fills in its fields.
TERMINAL = """\
<!doctype html>
<style>
body {{ margin: 0; overflow: hidden; background: {background}; color: {foreground}; }}
pre {{ display: inline-block; margin: 0; padding: 20px;
       font: 15px/1.4 "DejaVu Sans Mono", monospace; }}
</style>
<pre>{code}</pre>
"""


def main(name: str = "demo") -> None:
    """Write one of the pictures."""
    picture = take_demo() if name == "demo" else take_terminal(name)
    (PICTURES / f"{name}.png").write_bytes(picture)


def take_demo() -> bytes:
    """Start the demo, return a picture of its first page as PNG, and end the demo."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "demo", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert demo.stdout is not None
        # To the line of the address, and no further: after it come the requests.
        opened = (re.search(r"http://(\S+)/", line) for line in demo.stdout)
        address = next(found[1] for found in opened if found)
        with chromium(f"--host-resolver-rules=MAP {HOST} {address}") as driver:
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SCREEN)
            driver.get(f"http://{HOST}/")
            # The page has asked for all URLs once it says what came of it.
            WebDriverWait(driver, LIMIT, 0.02).until(
                lambda driver: driver.find_element(By.CSS_SELECTOR, ".outcome").text
            )
            return driver.get_screenshot_as_png()
    finally:
        demo.terminate()
        demo.communicate()


def take_terminal(name: str) -> bytes:
    """Run a command in a terminal; return a picture of it as PNG."""
    program, *arguments = shlex.split(TYPED[name])
    with tempfile.TemporaryDirectory() as directory:
        for file, text in FILES[name].items():
            path = Path(directory) / file
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        shown = run_in_terminal(
            [sys.executable, "-m", program, *arguments],
            COLUMNS,
            directory=Path(directory),
            environ={"PYTHONPATH": str(ROOT)},
        )
    console = Console(record=True, width=COLUMNS, file=StringIO())
    # Without the progress bar, which shows the cursor again in the end.
    text = shown.text.rpartition("\x1b[?25h\n")[2].rstrip()
    console.print(Text.from_ansi(f"$ {TYPED[name]}\n{text}"), soft_wrap=True)
    page = console.export_html(
        theme=DIMMED_MONOKAI, code_format=TERMINAL, inline_styles=True
    )
    with chromium() as driver:
        driver.get(f"data:text/html;charset=utf-8,{quote(page)}")
        size = driver.find_element(By.CSS_SELECTOR, "pre").size
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**SCREEN, **size})
        return driver.get_screenshot_as_png()


@contextmanager
def chromium(*arguments: str) -> Iterator[webdriver.Chrome]:
    """Run Chromium for as long as the block runs.

    :param arguments: More of its arguments.
    """
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        *arguments,
    ):
        options.add_argument(argument)
    with webdriver.Chrome(options, Service(shutil.which("chromedriver"))) as driver:
        yield driver


if __name__ == "__main__":
    main(*sys.argv[1:])
