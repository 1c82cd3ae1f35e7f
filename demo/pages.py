"""The pages of the reading room.

Their blueprint has no prefix of its own, so they have the app's.
"""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from .books import BOOKS
from .reservations import reservations

pages = Blueprint("pages", __name__)

HOURS = {
    "Tuesday": "10:00 to 18:00",
    "Wednesday": "10:00 to 18:00",
    "Thursday": "12:00 to 20:00",
    "Saturday": "9:00 to 14:00",
}

_LONGEST_NAME = 40

# These are endpoints and not URLs, so nobody can be sent to another site.
_AFTER_LOGIN = ("pages.home", "admin.ledger")


@pages.get("/books/")
def home() -> str:
    """Show all books, and things to try."""
    return render_template("home.html", books=BOOKS)


@pages.route("/books/<int:number>", methods=["GET", "POST"])
def book(number: int) -> str | Response:
    """Show a book, or reserve it."""
    if number not in BOOKS:
        abort(404)
    faults = {}
    if request.method == "POST":
        name, day = _field("name"), _field("day")
        faults = _faults(name, day)
        if not faults:
            reservations().add(BOOKS[number], name, day)
            flash(f"Reserved. It is at the desk for you on {day}.")
            return redirect(url_for(".book", number=number))
    return render_template(
        "book.html",
        book=BOOKS[number],
        hours=HOURS,
        faults=faults,
        longest=_LONGEST_NAME,
    )


@pages.get("/hours/")
def hours() -> str:
    """Show when the room is open."""
    return render_template("hours.html", hours=HOURS)


@pages.route("/login", methods=["GET", "POST"])
def login() -> str | Response:
    """Sign in by any name, and go on to the endpoint in ``next``."""
    after = request.args.get("next")
    if after not in _AFTER_LOGIN:
        after = "pages.home"
    fault = None
    if request.method == "POST":
        name = _field("name")
        fault = _fault_in_name(name)
        if fault is None:
            session["name"] = name
            flash(f"You are signed in as {name}.")
            return redirect(url_for(after))
    return render_template(
        "login.html", after=after, fault=fault, longest=_LONGEST_NAME
    )


@pages.post("/logout")
def logout() -> Response:
    """Sign out."""
    session.pop("name", None)
    flash("You are signed out.")
    return redirect(url_for(".home"))


@pages.app_errorhandler(404)
def not_found(_: NotFound) -> tuple[str, int]:
    """Show the 404 page of the app."""
    return render_template("not_found.html"), 404


def _field(name: str) -> str:
    return request.form.get(name, "").strip()


def _faults(name: str, day: str) -> dict[str, str]:
    """Return a sentence for each field of a reservation that is wrong."""
    faults = {}
    fault = _fault_in_name(name)
    if fault is not None:
        faults["name"] = fault
    if day not in HOURS:
        faults["day"] = "Choose a day on which the room is open."
    return faults


def _fault_in_name(name: str) -> str | None:
    if not name:
        return "Enter a name."
    if len(name) > _LONGEST_NAME:
        return f"Enter a name of at most {_LONGEST_NAME} characters."
    return None
