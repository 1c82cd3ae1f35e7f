"""A site that people log in with, by OAuth 2, as GitHub is one."""

from __future__ import annotations

from secrets import token_urlsafe
from urllib.parse import urlencode

from flask import Flask, redirect, request
from werkzeug.wrappers import Response


def make_provider() -> Flask:
    """Return a provider who knows Ada, and asks her nothing."""
    app = Flask("provider")
    redirect_uris: dict[str, str] = {}

    @app.get("/authorize")
    def authorize() -> Response:
        code = token_urlsafe()
        redirect_uris[code] = request.args["redirect_uri"]
        query = urlencode({"code": code, "state": request.args["state"]})
        return redirect(f"{redirect_uris[code]}?{query}")

    @app.post("/token")
    def token() -> tuple[dict[str, str], int]:
        # RFC 6749, 4.1.3: it must be the one that the code was sent to.
        if redirect_uris.pop(request.form["code"]) != request.form["redirect_uri"]:
            return {"error": "invalid_grant"}, 400
        return {"access_token": "Ada's", "token_type": "Bearer"}, 200

    @app.get("/user")
    def user() -> dict[str, str]:
        return {"name": request.headers["Authorization"].removeprefix("Bearer ")}

    return app
