"""The app: an API, and one page for all paths of the front end."""

from flask import Flask, abort, send_from_directory

from flask_prefix_urls import PrefixURLs

# Vite puts all but index.html into dist/assets.
app = Flask(__name__, static_folder="dist/assets", static_url_path="/assets")
# FLASK_PREFIX_URLS_PREFIX=/svc in the environment of the service is its prefix.
app.config.from_prefixed_env()
PrefixURLs(app)

BOOKS = {1: "Emma", 2: "Ulysses"}


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
    return send_from_directory("dist", "index.html")
