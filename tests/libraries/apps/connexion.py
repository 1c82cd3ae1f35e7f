"""Connexion: what a specification says, two base paths, a password, and two pages."""

from __future__ import annotations

from typing import Any

import connexion
import yaml
from flask import Flask, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from ..library import Library, SetUp
from ..person import Person
from ..swagger_ui import try_it_out

SPECIFICATION = """
    openapi: 3.0.0
    info: {title: Pets, version: "1"}
    servers:
      - url: /v1
    paths:
      /pets:
        get:
          operationId: libraries.apps.connexion.all_pets
          parameters:
            - {name: page, in: query, schema: {type: integer, default: 1}}
          responses: {200: {description: The pets on a page.}}
        post:
          operationId: libraries.apps.connexion.add_pet
          security: [password: []]
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  required: [name]
                  properties: {name: {type: string}}
          responses: {201: {description: The pet.}}
      /pets/{pet_id}:
        get:
          operationId: libraries.apps.connexion.get_pet
          parameters: &number
            - {name: pet_id, in: path, required: true, schema: {type: integer}}
          responses: {200: {description: The pet.}}
      /pets/{pet_id}/photo:
        post:
          operationId: libraries.apps.connexion.add_photo
          parameters: *number
          requestBody:
            content:
              multipart/form-data:
                schema:
                  type: object
                  properties: {photo: {type: string, format: binary}}
          responses: {200: {description: The size of the photo.}}
    components:
      securitySchemes:
        password:
          type: http
          scheme: basic
          x-basicInfoFunc: libraries.apps.connexion.log_in
"""
PETS = {1: "Max", 2: "Ada"}


def log_in(username: str, password: str, **_: Any) -> dict[str, str] | None:
    return {"sub": username} if password == "a password" else None


def all_pets(page: int) -> dict[str, Any]:
    found: dict[str, Any] = {"pets": [pet(page)]}
    if page < len(PETS):
        found["next"] = url_for(".libraries_apps_connexion_all_pets", page=page + 1)
    return found


def add_pet(body: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    made = {"name": body["name"], "here": url_of(2)}
    return made, 201, {"Location": url_of(2, _external=True)}


def get_pet(pet_id: int) -> dict[str, Any] | Response:
    if pet_id not in PETS:
        return connexion.problem(410, "Gone", "The pet has left.")
    return pet(pet_id)


def add_photo(pet_id: int, photo: FileStorage) -> dict[str, Any]:
    return {"of": PETS[pet_id], "size": len(photo.read())}


def pet(number: int) -> dict[str, Any]:
    return {"name": PETS[number], "here": url_of(number)}


def url_of(number: int, **values: Any) -> str:
    return url_for(".libraries_apps_connexion_get_pet", pet_id=number, **values)


def make_app(set_up: SetUp) -> Flask:
    connexion_app = connexion.FlaskApp("library")
    app: Flask = connexion_app.app
    set_up.first(app)
    specification = yaml.safe_load(SPECIFICATION)
    # Connexion changes what it is given.
    again = yaml.safe_load(SPECIFICATION)
    options = {"swagger_url": "/docs", "swagger_ui_config": {"docExpansion": "list"}}
    connexion_app.add_api(specification)
    connexion_app.add_api(again, base_path="/v2", options=options)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    first = person.send("GET", "/v1/pets").json()
    assert first["pets"] == [{"name": "Max", "here": f"{person.prefix}/v1/pets/1"}]
    second = person.send("GET", person.root + first["next"]).json()
    (ada,) = second["pets"]
    assert person.send("GET", person.root + ada["here"]).json() == ada
    sent = {"json": {"name": "Ada"}, "auth": ("ada", "a password")}
    person.send("POST", "/v1/pets", 401, json={"name": "Ada"})
    refused = person.send("POST", "/v1/pets", 400, json={}, auth=sent["auth"]).json()
    assert refused["detail"] == "'name' is a required property"
    made = person.send("POST", "/v1/pets", 201, **sent)
    assert made.headers["Location"] == person.root + made.json()["here"]
    file = {"photo": ("ada.jpg", b"12345")}
    added = person.send("POST", f"{made.headers['Location']}/photo", files=file)
    assert added.json() == {"of": "Ada", "size": 5}
    gone = person.send("GET", "/v2/pets/3", 410).json()
    assert gone["detail"] == "The pet has left."
    # The router adds the slash.
    assert person.open("/v1/ui").url == person.url("/v1/ui/")
    described = person.send("GET", "/v1/openapi.yaml").text
    assert yaml.safe_load(described)["servers"] == [{"url": f"{person.prefix}/v1"}]
    assert '"name": "Max"' in try_it_out(person, "/v2/docs/", "/pets")


LIBRARY = Library("connexion", make_app, use, blueprints=("/v1", "/v2"))
