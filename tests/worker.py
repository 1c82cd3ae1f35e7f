"""A shop, and the Celery worker that writes its mails: ``celery --app worker worker``.

Both are configured by the environment alone.
"""

from __future__ import annotations

import os
from pathlib import Path

from celery import Celery
from flask import Blueprint, Flask, url_for

from flask_prefix_urls import PrefixURLs

# The directory for what the two tell each other.
DIRECTORY = Path(os.environ["WORKER_DIRECTORY"])


def create_app() -> Flask:
    app = Flask("tests")
    app.config.from_prefixed_env()
    PrefixURLs(app)
    api = Blueprint("api", "tests", url_prefix="/api")
    app.add_url_rule("/confirm/<token>", "confirm", lambda token: f"confirmed {token}")
    api.add_url_rule("/<token>", "order", lambda token: f"ordered {token}")
    app.register_blueprint(api)
    return app


celery = Celery("worker", broker="filesystem://", backend=DIRECTORY.as_uri())
celery.conf.broker_transport_options = {
    "data_folder_in": str(DIRECTORY),
    "data_folder_out": str(DIRECTORY),
    "control_folder": str(DIRECTORY / "control"),
    # Seconds.
    "polling_interval": 0.02,
}


@celery.task
def write_mail(endpoint: str, token: str) -> tuple[int, str]:
    """Return the process that writes it, and the link that it has."""
    with create_app().app_context():
        return os.getpid(), url_for(endpoint, token=token)
