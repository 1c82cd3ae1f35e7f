"""flask-openapi3: operations from Pydantic models, and its page with Swagger UI."""

from __future__ import annotations

from typing import Any

from flask import Flask, url_for
from flask_openapi3 import APIBlueprint, FileStorage, Info, OpenAPI, Server
from pydantic import BaseModel

from flask_prefix_urls import prefix_of

from ..library import Library, SetUp, Way
from ..person import Person
from ..swagger_ui import try_it_out


class BookPath(BaseModel):
    book_id: int


class BookBody(BaseModel):
    title: str


class Cover(BaseModel):
    cover: FileStorage


def make_app(set_up: SetUp) -> Flask:
    app = OpenAPI("library", info=Info(title="Books", version="1"))
    set_up.first(app)
    books = APIBlueprint("books", __name__, url_prefix="/books")
    titles = ["Emma"]

    def book(number: int) -> dict[str, Any]:
        return {"title": titles[number], "here": url_for(".get_book", book_id=number)}

    @books.get("/")
    def all_books() -> list[dict[str, Any]]:
        return [book(number) for number in range(len(titles))]

    @books.post("/")
    def add_book(body: BookBody) -> tuple[dict[str, Any], int, dict[str, str]]:
        titles.append(body.title)
        made = book(len(titles) - 1)
        return made, 201, {"Location": made["here"]}

    @books.get("/<int:book_id>")
    def get_book(path: BookPath) -> dict[str, Any]:
        return book(path.book_id)

    @books.post("/<int:book_id>/cover")
    def add_cover(path: BookPath, form: Cover) -> dict[str, Any]:
        return {"of": titles[path.book_id], "size": len(form.cover.read())}

    app.register_api(books)
    set_up.last(app)
    if set_up.line:
        app.spec.servers = [Server(url=prefix_of(app) or "/")]
        # Its blueprint may have a prefix of its own.
        if (own := prefix_of(app, "books")) != prefix_of(app):
            app.spec.servers = [Server(url=own)]
    return app


def use(person: Person) -> None:
    # The router adds the slash.
    (emma,) = person.send("GET", "/books").json()
    assert person.send("GET", person.root + emma["here"]).json() == emma
    refused = person.send("POST", "/books/", 422, json={}).json()
    assert refused[0]["msg"] == "Field required"
    made = person.send("POST", "/books/", 201, json={"title": "Persuasion"})
    assert made.headers["Location"] == made.json()["here"]
    file = {"cover": ("cover.jpg", b"12345")}
    cover = person.send("POST", f"{person.root}{made.json()['here']}/cover", files=file)
    assert cover.json() == {"of": "Persuasion", "size": 5}
    person.open("/openapi")
    assert person.path == f"{person.prefix}/openapi/"
    assert "Swagger" in person.text
    assert '"title": "Emma"' in try_it_out(person, "/openapi/swagger", "/books/")


LIBRARY = Library(
    "flask-openapi3",
    make_app,
    use,
    blueprints=("books", "openapi", "swagger"),
    line='app.spec.servers = [Server(url=prefix_of(app) or "/")]',
    faults={
        Way.WITHOUT_LINE: "the page of the API calls /books/",
        Way.PROXY_FIX: "the page of the API calls /books/",
    },
)
