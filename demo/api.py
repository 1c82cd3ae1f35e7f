"""The JSON API: pages of books, and single books, with links between them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request, url_for
from werkzeug.exceptions import NotFound

from .books import BOOKS, Book

api = Blueprint("api", __name__, url_prefix="/items")

_PAGE_SIZE = 4


@api.get("/")
def collection() -> Response:
    """Return a page of books. The links are also in the ``Link`` header."""
    books = list(BOOKS.values())
    last = -(-len(books) // _PAGE_SIZE)
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= last:
        abort(404, f"There are only the pages 1 to {last}.")
    links = {"self": _page_url(page)}
    if page < last:
        links["next"] = _page_url(page + 1)
    if page > 1:
        links["prev"] = _page_url(page - 1)
    start = (page - 1) * _PAGE_SIZE
    answer = jsonify(
        items=[_as_json(book) for book in books[start : start + _PAGE_SIZE]],
        links=links,
        received=_received(),
    )
    answer.headers["Link"] = ", ".join(
        f'<{url}>; rel="{relation}"' for relation, url in links.items()
    )
    return answer


@api.get("/<int:number>")
def item(number: int) -> Response:
    """Return one book."""
    if number not in BOOKS:
        abort(404, f"There is no book {number}.")
    return jsonify(**_as_json(BOOKS[number]), received=_received())


@api.errorhandler(404)
def not_found(error: NotFound) -> tuple[Response, int]:
    """Return the error as JSON."""
    return jsonify(error=error.description, received=_received()), 404


def _page_url(page: int) -> str:
    return url_for(".collection", page=page, _external=True)


def _as_json(book: Book) -> dict[str, Any]:
    return {
        "title": book.title,
        "author": book.author,
        "year": book.year,
        "links": {
            "self": url_for(".item", number=book.number, _external=True),
            "collection": url_for(".collection", _external=True),
            "html": url_for("pages.book", number=book.number, _external=True),
        },
    }


def _received() -> dict[str, str]:
    """Return the path as the app received it from the WSGI server."""
    return {key: request.environ[key] for key in ("SCRIPT_NAME", "PATH_INFO")}
