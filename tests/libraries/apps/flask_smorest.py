"""flask-smorest: pages of a list, ETags, an upload, errors, and the page of the API."""

from __future__ import annotations

import json
from typing import Any

import marshmallow as ma
from flask import Flask, url_for
from flask.views import MethodView
from flask_smorest import Api, Blueprint, Page, abort
from flask_smorest.fields import Upload
from swagger_ui_bundle import swagger_ui_path

from flask_prefix_urls import prefix_of

from ..library import PREFIX, Library, SetUp, Way
from ..person import Person
from ..swagger_ui import try_it_out


class PetSchema(ma.Schema):
    id = ma.fields.Int(dump_only=True)
    name = ma.fields.String(required=True)
    link = ma.fields.Function(lambda pet: url_for("pets.Pet", pet_id=pet["id"]))


class PhotoSchema(ma.Schema):
    photo = Upload(required=True)


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library", static_folder=swagger_ui_path, static_url_path="/static")
    app.config.update(
        API_TITLE="Pets",
        API_VERSION="1",
        OPENAPI_VERSION="3.0.2",
        OPENAPI_URL_PREFIX="/docs",
        OPENAPI_SWAGGER_UI_PATH="/ui",
        # In place of a CDN.
        OPENAPI_SWAGGER_UI_URL=f"{PREFIX}/static/",
    )
    set_up.first(app)
    api = Api(app)
    pets_pages = Blueprint("pets", __name__, url_prefix="/pets")
    pets = [{"id": 0, "name": "Max"}, {"id": 1, "name": "Ada"}]

    @pets_pages.route("/")
    class Pets(MethodView):
        @pets_pages.response(200, PetSchema(many=True))
        @pets_pages.paginate(Page, page_size=1)
        def get(self) -> list[dict[str, Any]]:
            return pets

        @pets_pages.arguments(PetSchema)
        @pets_pages.response(201, PetSchema)
        def post(self, pet: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
            pet["id"] = len(pets)
            pets.append(pet)
            return pet, {"Location": url_for("pets.Pet", pet_id=pet["id"])}

    @pets_pages.route("/<int:pet_id>")
    class Pet(MethodView):
        @pets_pages.etag
        @pets_pages.response(200, PetSchema)
        def get(self, pet_id: int) -> dict[str, Any]:
            if pet_id >= len(pets):
                abort(410, message="The pet has left.")
            return pets[pet_id]

    @pets_pages.route("/<int:pet_id>/photo", methods=["POST"])
    @pets_pages.arguments(PhotoSchema, location="files")
    @pets_pages.response(200)
    def add_photo(files: dict[str, Any], pet_id: int) -> dict[str, Any]:
        return {"of": pets[pet_id]["name"], "size": len(files["photo"].read())}

    api.register_blueprint(pets_pages)
    set_up.last(app)
    if set_up.line:
        api.spec.options["servers"] = [{"url": prefix_of(app) or "/"}]
        # Its blueprint may have a prefix of its own.
        if (own := prefix_of(app, "pets")) != prefix_of(app):
            api.spec.options["servers"] = [{"url": own}]
    return app


def use(person: Person) -> None:
    first = person.send("GET", "/pets/")
    assert first.json() == [
        {"id": 0, "name": "Max", "link": f"{person.prefix}/pets/0"},
    ]
    number = json.loads(first.headers["X-Pagination"])["next_page"]
    (second,) = person.send("GET", "/pets", params={"page": number}).json()
    pet = person.send("GET", person.root + second["link"])
    unchanged = {"If-None-Match": pet.headers["ETag"]}
    person.send("GET", pet.url, 304, headers=unchanged)
    refused = person.send("POST", "/pets/", 422, json={}).json()["errors"]
    assert refused["json"]["name"] == ["Missing data for required field."]
    made = person.send("POST", "/pets/", 201, json={"name": "Eve"})
    assert made.headers["Location"] == made.json()["link"]
    file = {"photo": ("eve.jpg", b"12345")}
    added = person.send("POST", f"{person.root}{made.json()['link']}/photo", files=file)
    assert added.json() == {"of": "Eve", "size": 5}
    gone = person.send("GET", "/pets/3", 410)
    assert gone.json()["message"] == "The pet has left."
    assert '"name": "Max"' in try_it_out(person, "/docs/ui", "/pets/")


LIBRARY = Library(
    "flask-smorest",
    make_app,
    use,
    blueprints=("pets", "api-docs"),
    line='api.spec.options["servers"] = [{"url": prefix_of(app) or "/"}]',
    faults={
        Way.WITHOUT_LINE: "the page of the API calls /pets/",
        Way.PROXY_FIX: "the page of the API calls /pets/",
    },
    note="Between `PrefixURLs` and `Api`, it may be the key `API_SPEC_OPTIONS`.",
)
