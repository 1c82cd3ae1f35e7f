"""Flask-JWT-Extended: tokens in cookies, each for its own path, and their renewal."""

from __future__ import annotations

from flask import Blueprint, Flask, jsonify, request
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    create_refresh_token,
    get_jwt_identity,
    jwt_required,
    set_access_cookies,
    set_refresh_cookies,
    unset_jwt_cookies,
)
from werkzeug.wrappers import Response

from flask_prefix_urls import prefix_of

from ..library import Library, SetUp, Way
from ..person import Person


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.config["JWT_SECRET_KEY"] = "a key that is long enough for HS256"
    app.config["JWT_TOKEN_LOCATION"] = ["cookies"]
    # Each token goes where it is needed, and nowhere else.
    app.config["JWT_ACCESS_COOKIE_PATH"] = "/api"
    app.config["JWT_REFRESH_COOKIE_PATH"] = "/token/refresh"
    set_up.first(app)
    JWTManager(app)
    pages = Blueprint("pages", __name__)

    @pages.post("/token/login")
    def login() -> Response:
        name = request.get_json()["name"]
        response = jsonify(login=True)
        set_access_cookies(response, create_access_token(identity=name))
        set_refresh_cookies(response, create_refresh_token(identity=name))
        return response

    @pages.post("/token/refresh")
    @jwt_required(refresh=True)
    def refresh() -> Response:
        response = jsonify(refresh=True)
        set_access_cookies(response, create_access_token(identity=get_jwt_identity()))
        return response

    @pages.post("/token/logout")
    def logout() -> Response:
        response = jsonify(logout=True)
        unset_jwt_cookies(response)
        return response

    @pages.post("/api/me")
    @jwt_required()
    def me() -> Response:
        return jsonify(name=get_jwt_identity())

    app.register_blueprint(pages)
    set_up.last(app)
    if set_up.line:
        app.config["JWT_ACCESS_COOKIE_PATH"] = prefix_of(app) + "/api"
        app.config["JWT_REFRESH_COOKIE_PATH"] = prefix_of(app) + "/token/refresh"
        # Its blueprint may have a prefix of its own.
        if (own := prefix_of(app, "pages")) != prefix_of(app):
            app.config["JWT_ACCESS_COOKIE_PATH"] = own + "/api"
            app.config["JWT_REFRESH_COOKIE_PATH"] = own + "/token/refresh"
    return app


def use(person: Person) -> None:
    def post(path: str, token: str, status: int = 200) -> object:
        # A script reads the cookies that are not for it alone, and sends what is there.
        headers = {"X-CSRF-TOKEN": person.cookies.get(f"csrf_{token}_token")}
        return person.send("POST", path, status, headers=headers).json()

    person.send("POST", "/token/login", json={"name": "Ada"})
    paths = {cookie.name: cookie.path for cookie in person.cookies}
    assert post("/api/me", "access") == {"name": "Ada"}
    assert paths["access_token_cookie"] == f"{person.prefix}/api"
    assert paths["refresh_token_cookie"] == f"{person.prefix}/token/refresh"
    # The access token has expired.
    person.cookies.clear("127.0.0.1", f"{person.prefix}/api", "access_token_cookie")
    assert "Missing" in str(post("/api/me", "access", 401))
    post("/token/refresh", "refresh")
    assert post("/api/me", "access") == {"name": "Ada"}
    person.send("POST", "/token/logout")
    assert "Missing" in str(post("/api/me", "access", 401))


LIBRARY = Library(
    "Flask-JWT-Extended",
    make_app,
    use,
    blueprints=("pages",),
    line='app.config["JWT_ACCESS_COOKIE_PATH"] = prefix_of(app) + "/api"',
    faults={
        Way.WITHOUT_LINE: "/svc/api/me answers 401",
        Way.PROXY_FIX: "/svc/api/me answers 401",
    },
    note="`JWT_REFRESH_COOKIE_PATH` needs the same.",
)
