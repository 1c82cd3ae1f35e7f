"""Celery: a worker, outside of any request, writes a mail with a link in it."""

from __future__ import annotations

from celery import Celery, Task, current_app, shared_task
from celery.contrib.testing.worker import start_worker
from celery.result import AsyncResult
from crawler import LIMIT
from flask import Blueprint, Flask, redirect, render_template_string, request, url_for
from werkzeug.wrappers import Response

from ..library import Library, SetUp, Way
from ..person import Person

HOST = "shop.example.com"
MAIL = "Confirm: {{ url_for('pages.confirm', name=name) }}"
PAGE = """
    <!doctype html>
    <form method="post"><input name="name"><input type="submit"></form>
    <a href="{{ url_for('pages.mails') }}">Mails</a>
"""


def celery_init_app(app: Flask) -> Celery:
    """Do what Flask's documentation says."""

    class FlaskTask(Task):  # type: ignore[misc]
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery_app = Celery(app.name, task_cls=FlaskTask)
    celery_app.config_from_object(app.config["CELERY"])
    celery_app.set_default()
    app.extensions["celery"] = celery_app
    return celery_app


@shared_task
def write_mail(name: str) -> str:
    return render_template_string(MAIL, name=name)


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.config.update(
        CELERY={
            "broker_url": "memory://",
            "result_backend": "cache+memory://",
            # Seconds.
            "broker_transport_options": {"polling_interval": 0.02},
        },
        # Flask's way to URLs outside of a request.
        SERVER_NAME=HOST,
        PREFERRED_URL_SCHEME="https",
    )
    set_up.first(app)
    celery_init_app(app)
    pages = Blueprint("pages", __name__)
    sent: list[AsyncResult[str]] = []

    @pages.route("/", methods=["GET", "POST"])
    def sign_up() -> str | Response:
        if request.method == "GET":
            return render_template_string(PAGE)
        sent.append(write_mail.delay(request.form["name"]))
        return redirect(url_for("pages.sign_up"))

    @pages.get("/mails")
    def mails() -> str:
        return " ".join(mail.get(timeout=LIMIT, interval=0.02) for mail in sent)

    @pages.get("/confirm/<name>")
    def confirm(name: str) -> str:
        return f"Welcome, {name}."

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    with start_worker(current_app, perform_ping_check=False):
        person.open("/")
        person.submit(name="Ada")
        person.follow("Mails")
        # Else the worker waits for seconds before it ends.
        current_app.control.shutdown()
    link = person.text.removeprefix(f"Confirm: https://{HOST}")
    assert link.startswith(f"{person.prefix}/"), f"the link in a mail leads to {link}"
    assert person.send("GET", person.root + link).text == "Welcome, Ada."


LIBRARY = Library(
    "celery",
    make_app,
    use,
    blueprints=("pages",),
    faults={Way.PROXY_FIX: "the link in a mail leads to /confirm/Ada"},
    note="ProxyFix sees requests only. The host is from `SERVER_NAME` or `public_url`.",
)
