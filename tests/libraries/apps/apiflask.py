"""APIFlask: pages of a list, links in answers, errors, a token, and the API's page."""

from __future__ import annotations

import re
from typing import Any

from apiflask import (
    APIBlueprint,
    APIFlask,
    HTTPTokenAuth,
    PaginationSchema,
    Schema,
    abort,
    pagination_builder,
)
from apiflask.fields import (
    AbsoluteURLFor,
    File,
    Integer,
    List,
    Nested,
    String,
    URLFor,
)
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from swagger_ui_bundle import swagger_ui_path

from ..library import PREFIX, Library, SetUp, Way
from ..person import Person
from ..swagger_ui import try_it_out


class PetIn(Schema):
    name = String(required=True)


class PetOut(Schema):
    name = String()
    here = URLFor("pets.pet", values={"pet_id": "<id>"})
    everywhere = AbsoluteURLFor("pets.pet", values={"pet_id": "<id>"})


class PetsOut(Schema):
    pets = List(Nested(PetOut))
    pagination = Nested(PaginationSchema)


class PageIn(Schema):
    page = Integer(load_default=1)


class PhotoIn(Schema):
    photo = File(required=True)


def make_app(set_up: SetUp) -> Flask:
    app = APIFlask("library", static_folder=swagger_ui_path, static_url_path="/static")
    app.config.update(
        SQLALCHEMY_DATABASE_URI="sqlite://",
        # The newest that this Swagger UI knows.
        OPENAPI_VERSION="3.0.3",
        # In place of a CDN.
        DOCS_FAVICON=f"{PREFIX}/static/favicon-32x32.png",
        SWAGGER_UI_CSS=f"{PREFIX}/static/swagger-ui.css",
        SWAGGER_UI_BUNDLE_JS=f"{PREFIX}/static/swagger-ui-bundle.js",
        SWAGGER_UI_STANDALONE_PRESET_JS=f"{PREFIX}/static/swagger-ui-standalone-preset.js",
    )
    set_up.first(app)
    db = SQLAlchemy(app)
    auth = HTTPTokenAuth()
    auth.verify_token(lambda token: token == "a token")
    pets = APIBlueprint("pets", __name__, url_prefix="/pets")

    class Pet(db.Model):  # type: ignore[name-defined]
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String)

    @pets.get("/")
    @pets.input(PageIn, location="query")
    @pets.output(PetsOut)
    def all_pets(query_data: dict[str, Any]) -> dict[str, Any]:
        page = db.paginate(db.select(Pet), page=query_data["page"], per_page=1)
        return {"pets": page.items, "pagination": pagination_builder(page)}

    @pets.post("/")
    @pets.auth_required(auth)
    @pets.input(PetIn)
    @pets.output(PetOut, status_code=201)
    def add_pet(json_data: dict[str, Any]) -> Pet:
        pet = Pet(**json_data)
        db.session.add(pet)
        db.session.commit()
        return pet

    @pets.get("/<int:pet_id>")
    @pets.output(PetOut)
    def pet(pet_id: int) -> Pet:
        found = db.session.get(Pet, pet_id)
        if found is None:
            abort(410, "The pet has left.")
        return found

    @pets.post("/<int:pet_id>/photo")
    @pets.input(PhotoIn, location="files")
    def add_photo(pet_id: int, files_data: dict[str, Any]) -> dict[str, Any]:
        return {"of": pet_id, "size": len(files_data["photo"].read())}

    app.register_blueprint(pets)
    set_up.last(app)
    if set_up.line:
        app.docs_oauth2_redirect_path_external = True
    with app.app_context():
        db.create_all()
        db.session.add_all([Pet(name="Max"), Pet(name="Ada")])
        db.session.commit()
    return app


def use(person: Person) -> None:
    first = person.send("GET", "/pets/").json()
    second = person.send("GET", first["pagination"]["next"]).json()
    assert [pet["name"] for pet in second["pets"]] == ["Ada"]
    assert second["pagination"]["prev"] == person.url("/pets/?page=1&per_page=1")
    (ada,) = second["pets"]
    assert person.send("GET", person.root + ada["here"]).json() == ada
    assert person.send("GET", ada["everywhere"]).json() == ada
    person.send("POST", "/pets/", 401, json={"name": "Eve"})
    token = {"Authorization": "Bearer a token"}
    refused = person.send("POST", "/pets/", 422, json={}, headers=token).json()
    assert refused["message"] == "Validation error"
    person.send("POST", "/pets", 201, json={"name": "Eve"}, headers=token)
    file = {"photo": ("ada.jpg", b"12345")}
    added = person.send("POST", f"{ada['everywhere']}/photo", files=file).json()
    assert added == {"of": 2, "size": 5}
    gone = person.send("GET", "/pets/4", 410).json()
    assert gone["message"] == "The pet has left."
    assert '"name": "Max"' in try_it_out(person, "/docs", "/pets/")
    page = person.send("GET", "/docs").text
    (redirect,) = re.findall(r'oauth2RedirectUrl: "(.*?)"', page)
    own = person.url("/docs/oauth2-redirect")
    assert redirect == own, f"OAuth2 on the page of the API leads to {redirect}"
    person.send("GET", redirect)


LIBRARY = Library(
    "APIFlask",
    make_app,
    use,
    blueprints=("pets", "openapi"),
    line="app.docs_oauth2_redirect_path_external = True",
    faults={
        Way.WITHOUT_LINE: (
            "OAuth2 on the page of the API leads to /docs/oauth2-redirect"
        ),
        Way.PROXY_FIX: "OAuth2 on the page of the API leads to /docs/oauth2-redirect",
    },
    note="You need the line only if you log in by OAuth2 on the page of the API.",
)
