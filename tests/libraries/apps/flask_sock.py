"""Flask-Sock: a page that talks to the server through a WebSocket."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template_string, url_for
from flask_sock import Sock
from live import click_through
from simple_websocket import Server

from ..library import Library, SetUp
from ..person import Person

PAGE = """
    <!doctype html>
    <form><input></form>
    <p></p>
    <a></a>
    <script>
        const [form, state, link] = document.querySelectorAll("form, p, a");
        const socket = new WebSocket({{ url|tojson }});
        socket.onopen = () => { state.textContent = "Ready"; };
        socket.onmessage = (event) => { link.textContent = link.href = event.data; };
        socket.onerror = () => { state.textContent = "no connection"; };
        form.onsubmit = (event) => {
            event.preventDefault();
            socket.send(form.elements[0].value);
        };
    </script>
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    set_up.first(app)
    sock = Sock(app)
    pages = Blueprint("pages", __name__)

    @pages.get("/<name>")
    def page(name: str) -> str:
        url = url_for("pages.find", name=name, _scheme="ws", _external=True)
        return render_template_string(PAGE, url=url)

    @sock.route("/find/<name>", bp=pages)
    def find(ws: Server, name: str) -> None:
        while True:
            ws.send(url_for("pages.page", name=ws.receive(), friend=name))

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    with person.chromium("/Ada") as driver:
        state = driver.find_element("tag name", "p")
        person.wait(driver, lambda _: state.text)
        assert state.text == "Ready"
        driver.find_element("tag name", "input").send_keys("Jack\n")
        found = "partial link text", "Jack"
        link = person.wait(driver, lambda driver: driver.find_element(*found))
        assert link.text == f"{person.prefix}/Jack?friend=Ada"
        click_through(driver, link)
        assert driver.current_url == person.url("/Jack?friend=Ada")
        state = driver.find_element("tag name", "p")
        person.wait(driver, lambda _: state.text)
        assert state.text == "Ready"


LIBRARY = Library("flask-sock", make_app, use, blueprints=("pages",))
