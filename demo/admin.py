"""The ledger lists all reservations. Only users who have signed in can see it."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from .reservations import reservations

admin = Blueprint("admin", __name__, url_prefix="/ledger")


@admin.before_request
def require_login() -> Response | None:
    """Redirect to the login page, unless the user has signed in."""
    if "name" in session:
        return None
    flash("Sign in to open the ledger.")
    return redirect(url_for("pages.login", next="admin.ledger"))


@admin.get("/")
def ledger() -> str:
    """List the reservations."""
    return render_template("ledger.html", reservations=reservations().all())


@admin.post("/<int:number>/done")
def done(number: int) -> Response:
    """Remove a reservation, because the book was handed over."""
    reservation = reservations().remove(number)
    if reservation is None:
        abort(404)
    flash(f"Handed over: {reservation.book.title}, to {reservation.name}.")
    return redirect(url_for(".ledger"))
