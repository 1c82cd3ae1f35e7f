"""Dash: pages with links, a callback and a style sheet, on the server of an app."""

from __future__ import annotations

from dash import Dash, Input, Output, dcc, html, page_container, register_page
from flask import Blueprint, Flask, render_template_string
from live import click_through

from flask_prefix_urls import prefix_of

from ..library import Library, SetUp, Way
from ..person import Person

PAGE = """
    <!doctype html>
    <a href="{{ url_for('/dash/') }}">Dash</a>
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    set_up.first(app)
    pages = Blueprint("pages", __name__)
    pages.add_url_rule("/", "index", lambda: render_template_string(PAGE))
    app.register_blueprint(pages)
    # It adds assets/style.css to its pages.
    dash = Dash(
        __name__,
        server=app,
        routes_pathname_prefix="/dash/",
        use_pages=True,
        pages_folder="",
    )
    set_up.last(app)
    if set_up.line:
        dash.init_app(requests_pathname_prefix=f"{prefix_of(app)}/dash/")

    link = dcc.Link("Greeting", href=dash.get_relative_path("/greeting"))
    dash.layout = html.Div([html.H1("Welcome"), link, page_container])
    register_page("home", path="/", layout=html.P("Come in!"))
    form = [dcc.Input(id="name", value="Ada"), html.P(id="answer")]
    register_page("greeting", path="/greeting", layout=html.Div(form))

    @dash.callback(Output("answer", "children"), Input("name", "value"))
    def answer(name: str) -> str:
        return f"Hello, {name}!"

    return app


def use(person: Person) -> None:
    def wait_for(words: str) -> None:
        person.wait(
            driver, lambda driver: words in driver.find_element("tag name", "body").text
        )

    person.open("/")
    person.follow("Dash")
    with person.chromium("/") as driver:
        click_through(driver, driver.find_element("link text", "Dash"))
        wait_for("WELCOME")
        wait_for("Come in!")
        driver.find_element("link text", "Greeting").click()
        wait_for("Hello, Ada!")
        assert driver.current_url.endswith("/svc/dash/greeting")
        driver.find_element("id", "name").send_keys(" and Jack")
        wait_for("Hello, Ada and Jack!")
        # Typed in, the address leads there, too.
        driver.refresh()
        wait_for("Hello, Ada!")


LIBRARY = Library(
    "dash",
    make_app,
    use,
    blueprints=("pages",),
    line='dash.init_app(requests_pathname_prefix=f"{prefix_of(app)}/dash/")',
    faults=dict.fromkeys(
        (Way.WITHOUT_LINE, Way.PROXY_FIX),
        "/svc/dash/ refers to /dash/_favicon.ico, which has no prefix",
    ),
    note="Before Dash 4.2, give `requests_pathname_prefix=` to the constructor, after"
    " `PrefixURLs`. If Dash is at the root, give a page `image_url`: the URL of its"
    " `image` has the prefix twice.",
)
