"""The ledger: who has reserved what. It is for those who have signed in."""

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
    """Send those who have not signed in to do so."""
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
    """Take a reservation off the list, the book having been handed over."""
    reservation = reservations().remove(number)
    if reservation is None:
        abort(404)
    flash(f"Handed over: {reservation.book.title}, to {reservation.name}.")
    return redirect(url_for(".ledger"))
