"""The app: an API, and one page for all paths of the front end."""

import json

from flask import Flask, abort, render_template

from flask_prefix_urls import PrefixURLs

app = Flask(__name__)
# FLASK_PREFIX_URLS_PREFIX=/svc in the environment of the service is its prefix.
app.config.from_prefixed_env()
PrefixURLs(app)

BOOKS = {1: "Emma", 2: "Ulysses"}

# Vite's file: the names of what it has built, by those of the sources.
with app.open_resource("static/dist/manifest.json") as file:
    MANIFEST = json.load(file)


@app.get("/api/books/")
def books():
    """Return all books."""
    return [{"id": number, "title": title} for number, title in BOOKS.items()]


@app.get("/api/books/<int:number>")
def book(number):
    """Return one book."""
    if number not in BOOKS:
        abort(404)
    return {"id": number, "title": BOOKS[number]}


@app.get("/")
@app.get("/<path:path>")
def page(path=""):
    """Return the page of the front end, which looks at the path itself."""
    # Else a wrong path of the API would answer with a page, and 200.
    if path.startswith("api/"):
        abort(404)
    return render_template("index.html", entry=MANIFEST["src/main.js"])
