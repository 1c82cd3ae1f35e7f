"""Flask-AppBuilder: log in, a table from the menu, its API in Swagger UI, log out."""

from __future__ import annotations

from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelRestApi, ModelView
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.utils.legacy import get_sqla_class
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from sqlalchemy import Column, Integer, String
from sqlalchemy.pool import StaticPool

from flask_prefix_urls import prefix_of

from ..library import Library, SetUp, Way
from ..person import Person


class Book(Model):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    title = Column(String(80), nullable=False)


class BookView(ModelView):
    datamodel = SQLAInterface(Book)
    list_columns = ("title",)
    page_size = 2


class BookApi(ModelRestApi):
    datamodel = SQLAInterface(Book)
    resource_name = "book"
    allow_browser_login = True


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"poolclass": StaticPool}
    app.config["FAB_API_SWAGGER_UI"] = True
    app.secret_key = "a key"
    set_up.first(app)
    db = get_sqla_class()(app)
    with app.app_context():
        builder = AppBuilder(app, db.session)
        builder.add_view(BookView, "Books", category="Shelf")
        builder.add_api(BookApi)
        Model.metadata.create_all(db.engine)
        db.session.add_all(Book(title=title) for title in ("Emma", "Dune", "Iliad"))
        role = builder.sm.find_role("Admin")
        builder.sm.add_user("ada", "Ada", "Lovelace", "ada@example.com", role, "engine")
    set_up.last(app)
    if set_up.line:
        app.config["FAB_OPENAPI_SERVERS"] = [{"url": prefix_of(app) or "/"}]
        # Its blueprint may have a prefix of its own.
        if (own := prefix_of(app, "BookApi")) != prefix_of(app):
            app.config["FAB_OPENAPI_SERVERS"] = [{"url": own}]
    return app


def use(person: Person) -> None:
    person.open("/bookview/list/")
    assert person.path.startswith(f"{person.prefix}/login/?next=")
    person.submit("form[name=login]", username="ada", password="wrong")
    assert "Invalid login" in person.text
    person.submit("form[name=login]", username="ada", password="engine")
    assert person.path == f"{person.prefix}/bookview/list/"
    person.follow("F.A.B.")
    assert person.path == f"{person.prefix}/"
    person.follow("Books")
    person.follow("2")
    assert "Iliad" in person.text
    person.follow("Add")
    person.submit("#model_form", title="Faust")
    assert "Added Row" in person.text
    assert person.path == f"{person.prefix}/bookview/list/?page_BookView=1"
    person.follow("Edit")
    person.submit("#model_form", title="Odyssey")
    assert "Changed Row" in person.text
    assert "Odyssey" in person.text
    person.follow("Show")
    person.follow("Back")
    assert person.path == f"{person.prefix}/bookview/list/?page_BookView=1"
    add_by_the_api(person)
    person.follow("Logout")
    assert person.path == f"{person.prefix}/"
    assert "Login" in person.text


def add_by_the_api(person: Person) -> None:
    """Press the buttons of Swagger UI, which calls what the spec names."""
    with person.chromium("/swagger/v1") as driver:

        def first(selector: str) -> WebElement:
            find = (By.CSS_SELECTOR, selector)
            found: list[WebElement]
            found = person.wait(driver, lambda _: driver.find_elements(*find))
            return found[0]

        first("[id$=post_api_v1_book_] .opblock-summary-control").click()
        first(".try-out__btn").click()
        first(".execute").click()
        status = first(".live-responses-table tbody .response-col_status").text
        url = first(".request-url pre").text
    assert status.startswith("201")
    assert url == person.url("/api/v1/book/")


LIBRARY = Library(
    "Flask-AppBuilder",
    make_app,
    use,
    blueprints=(
        "IndexView",
        "AuthDBView",
        "UtilView",
        "BookView",
        "BookApi",
        "OpenApi",
        "SwaggerView",
    ),
    line='app.config["FAB_OPENAPI_SERVERS"] = [{"url": prefix_of(app) or "/"}]',
    faults=dict.fromkeys(
        (Way.WITHOUT_LINE, Way.PROXY_FIX),
        "The browser refers to /api/v1/book/, which has no prefix",
    ),
    note="The line is for the API that Swagger UI calls.",
)
