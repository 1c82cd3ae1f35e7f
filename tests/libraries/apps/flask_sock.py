"""Flask-Sock: a page that talks to the server through a WebSocket."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template_string, url_for
from flask_sock import Sock
from simple_websocket import Server

from ..library import Library, SetUp
from ..person import Person

PAGE = """
    <!doctype html>
    <form><input></form>
    <p></p>
    <script>
        const [form, answer] = document.querySelectorAll("form, p");
        const socket = new WebSocket({{ url|tojson }});
        socket.onopen = () => { answer.textContent = "Ready"; };
        socket.onmessage = (event) => { answer.innerHTML = event.data; };
        socket.onerror = () => { answer.textContent = "no connection"; };
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
    def talk(name: str) -> str:
        url = url_for("pages.reverse", name=name, _scheme="ws", _external=True)
        return render_template_string(PAGE, url=url)

    @sock.route("/reverse/<name>", bp=pages)
    def reverse(ws: Server, name: str) -> None:
        while True:
            text = ws.receive()[::-1]
            link = url_for("pages.talk", name=text)
            ws.send(f"{name} says <a href='{link}'>{text}</a>")

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    with person.chromium("/Ada") as driver:
        answer = driver.find_element("tag name", "p")
        person.wait(driver, lambda _: answer.text)
        assert answer.text == "Ready"
        driver.find_element("tag name", "input").send_keys("kcaJ\n")
        person.wait(driver, lambda _: answer.text != "Ready")
        assert answer.text == "Ada says Jack"
        driver.find_element("link text", "Jack").click()
        person.wait(driver, lambda driver: driver.current_url == person.url("/Jack"))
        answer = driver.find_element("tag name", "p")
        person.wait(driver, lambda _: answer.text)
        assert answer.text == "Ready"


LIBRARY = Library("flask-sock", make_app, use, blueprints=("pages",))
