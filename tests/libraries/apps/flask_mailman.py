"""Flask-Mailman: links in mails, from a request and from a task."""

from __future__ import annotations

from threading import Thread

from flask import (
    Blueprint,
    Flask,
    current_app,
    redirect,
    render_template_string,
    request,
    url_for,
)
from flask_mailman import EmailMessage, Mail
from werkzeug.wrappers import Response

from ..library import Library, SetUp, Way
from ..person import Person

PAGE = """
    <!doctype html>
    {% for name in ("sign_up", "remind") %}
    <form method="post" id="{{ name }}" action="{{ url_for('pages.' + name) }}">
        <input name="name"><input type="submit">
    </form>
    {% endfor %}
    {% for mail in mails %}<pre>{{ mail.body }}</pre>{% endfor %}
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.config["MAIL_BACKEND"] = "locmem"
    # Flask needs it for links outside of requests.
    app.config["SERVER_NAME"] = "example.com"
    set_up.first(app)
    Mail(app)
    pages = Blueprint("pages", __name__)

    def send(name: str) -> None:
        link = url_for("pages.confirm", name=name, _external=True)
        EmailMessage("Hello", link, to=[f"{name}@example.com"]).send()

    def task(name: str) -> None:
        with app.app_context():
            send(name)

    @pages.get("/")
    def home() -> str:
        mails = getattr(current_app.extensions["mailman"], "outbox", [])
        return render_template_string(PAGE, mails=mails)

    @pages.post("/sign-up")
    def sign_up() -> Response:
        send(request.form["name"])
        return redirect(url_for("pages.home"))

    @pages.post("/remind")
    def remind() -> Response:
        thread = Thread(target=task, args=(request.form["name"],))
        thread.start()
        thread.join()
        return redirect(url_for("pages.home"))

    @pages.get("/confirm/<name>")
    def confirm(name: str) -> str:
        return f"Welcome {name}"

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    def link() -> str:
        (mail,) = person.browser.page.select("pre")[-1:]
        # The person's computer knows this name as the host that it has here.
        return mail.text.strip().replace("http://example.com", person.root)

    person.open("/")
    person.submit("#sign_up", name="Ada")
    assert person.send("GET", link()).text == "Welcome Ada"
    person.submit("#remind", name="Eve")
    assert link() == person.url("/confirm/Eve"), "a link from a task has no prefix"


LIBRARY = Library(
    "Flask-Mailman",
    make_app,
    use,
    blueprints=("pages",),
    faults={Way.PROXY_FIX: "a link from a task has no prefix"},
    note="A task has no request, and so no header.",
)
