"""The tour: what the proxy does to a request, and what the app does to its URLs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Flask, redirect, render_template, request, url_for

from .pair import pair

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

tour = Blueprint("tour", __name__)


@dataclass(frozen=True)
class Row:
    """A URL as each app of the pair builds it."""

    what: str
    prefixed: str
    plain: str

    @property
    def parts(self) -> tuple[str, str, str]:
        """The URL with the extension, and which part of it the other one lacks."""
        path = urlsplit(self.plain).path
        root = self.plain.removesuffix(path)
        added = self.prefixed.removeprefix(root).removesuffix(path)
        return root, added, path


@tour.get("/")
def page() -> str:
    """Compare the URLs of both apps for this request."""
    prefixed, plain = (_build(app, request.environ) for app in pair())
    rows = [Row(what, prefixed[what], plain[what]) for what in plain]
    return render_template("tour.html", rows=rows)


def _build(app: Flask, environ: WSGIEnvironment) -> dict[str, str]:
    """Let an app build its URLs, as it does when it answers a request."""
    with app.request_context(dict(environ)):
        return {
            "Link": url_for("pages.book", number=7),
            "Style sheet": url_for("static", filename="style.css"),
            "Picture": url_for("static", filename="room.svg"),
            "Redirect": redirect(url_for("pages.hours")).headers["Location"],
            "Form action": url_for("pages.login"),
            "JSON self link": url_for("api.item", number=7, _external=True),
        }
