"""Flask-SocketIO: a chat, by HTTP and then through a WebSocket."""

from __future__ import annotations

from flask import (
    Blueprint,
    Flask,
    render_template_string,
    request,
    send_file,
    url_for,
)
from flask_socketio import SocketIO, emit
from live import click_through, need_node_package
from werkzeug.wrappers import Response

from ..library import Library, SetUp, Way
from ..person import Person

PAGE = """
    <!doctype html>
    <script src="{{ url_for('client') }}"></script>
    <h1>{{ name }}</h1>
    <form><input></form>
    <p></p>
    <a></a>
    <script>
        const [form, state, link] = document.querySelectorAll("form, p, a");
        const socket = io({path: {{ path|tojson }}, reconnection: false});
        // The transport is HTTP at first.
        socket.io.engine.on("upgrade", () => { state.textContent = "Ready"; });
        socket.on("connect_error", () => { state.textContent = "no connection"; });
        socket.on("said", (name, url) => {
            link.textContent = name;
            link.href = url;
        });
        form.onsubmit = (event) => {
            event.preventDefault();
            socket.emit("say", form.elements[0].value);
        };
    </script>
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    client = need_node_package("socket.io-client") / "dist/socket.io.min.js"
    set_up.first(app)
    socketio = SocketIO(app, async_mode="threading")
    pages = Blueprint("pages", __name__)

    @app.get("/socket.io.js", endpoint="client")
    def send_client() -> Response:
        return send_file(client)

    @pages.get("/<name>")
    def chat(name: str) -> str:
        path = "/socket.io"
        if set_up.line:
            path = f"{request.script_root}/socket.io"
        return render_template_string(PAGE, name=name, path=path)

    @socketio.on("say")
    def say(name: str) -> None:
        emit("said", (name, url_for("pages.chat", name=name)))

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    with person.chromium("/Ada") as driver:
        state = driver.find_element("tag name", "p")
        person.wait(driver, lambda _: state.text)
        assert state.text == "Ready", state.text
        driver.find_element("tag name", "input").send_keys("Jack\n")
        link = person.wait(driver, lambda _: driver.find_element("link text", "Jack"))
        click_through(driver, link)
        assert driver.current_url == person.url("/Jack")
        assert driver.find_element("tag name", "h1").text == "Jack"


LIBRARY = Library(
    "Flask-SocketIO",
    make_app,
    use,
    blueprints=("pages",),
    line='path = f"{request.script_root}/socket.io"',
    faults={
        Way.WITHOUT_LINE: "no connection",
        Way.PROXY_FIX: "no connection",
    },
    note="The page gives the path to its script: `io({path: ...})`.",
)
