"""The API: pages of books, and single books, with links between them.

It answers with JSON. Browsers, which prefer HTML, get a page that shows the JSON.
"""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
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
    answer = _answer(
        f"Books, page {page} of {last}",
        items=[_as_json(book) for book in books[start : start + _PAGE_SIZE]],
        links=links,
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
    return _answer(BOOKS[number].title, **_as_json(BOOKS[number]))


@api.errorhandler(404)
def not_found(error: NotFound) -> tuple[Response, int]:
    """Return the error as JSON, or as a page."""
    return _answer("Not found", error=error.description), 404


def _answer(heading: str, **values: Any) -> Response:
    """Answer with JSON, or with a page that shows it.

    :param heading: The heading of the page.
    :param values: The values of the JSON.
    """
    answer = jsonify(**values, received=_received())
    # Of two that are equally welcome, the first is the best match: curl gets JSON.
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    if best == "text/html":
        text = answer.get_data(as_text=True)
        answer = make_response(render_template("api.html", heading=heading, json=text))
    answer.vary.add("Accept")
    return answer


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
