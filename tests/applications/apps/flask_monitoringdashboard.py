"""Flask-MonitoringDashboard: pages that a script fills, for users who are logged in."""

from __future__ import annotations

import atexit
from importlib import import_module
from pathlib import Path

from flask import Flask

from ..application import Application, Decoy, Fault, imported_anew

NAME = "flask_monitoringdashboard"


def make_app(folder: Path) -> Flask:
    app = Flask(__name__)
    app.secret_key = "a key"

    @app.get("/overview")
    def overview() -> str:
        return "An overview, which is not that of the dashboard"

    dashboard = imported_anew(NAME)
    dashboard.config.database_name = f"sqlite:///{folder}/dashboard.db"
    dashboard.bind(app, schedule=False)
    atexit.unregister(import_module(f"{NAME}.core.cache").flush_cache)
    return app


SCRIPT = f"{NAME}/static/js/app.js"


def fault(column: int, view: str, method: str = "GET", name: str = "") -> Fault:
    url = f"/dashboard/{view}"
    endpoint = f"dashboard.{name or view.partition('/')[2]}"
    return Fault(SCRIPT, 2, column, url, endpoint, url, method)


APPLICATION = Application(
    "flask-monitoringdashboard",
    make_app,
    # webpack has put the script into two lines.
    faults=(
        fault(1493888, "telemetry/get_is_telemetry_accepted"),
        fault(1494124, "telemetry/accept_telemetry_consent", "POST"),
        fault(1494419, "database_pruning/get_database_size"),
        fault(
            *(1495117, "database_pruning/prune_on_demand", "POST"),
            "prune_database_on_demand",
        ),
        fault(1495431, "database_pruning/get_pruning_schedule"),
        fault(1507026, "telemetry/get_is_telemetry_answered"),
        fault(1507313, "telemetry/accept_telemetry_consent", "POST"),
        fault(1507815, "telemetry/submit_follow_up", "POST"),
    ),
    decoys=(
        Decoy(SCRIPT, 2, '.when("/overview",', "it is a route of AngularJS"),
        Decoy(SCRIPT, 2, 'redirectTo:"/overview"', "it is a route of AngularJS"),
        Decoy(SCRIPT, 2, 't+"/external"', "it is appended to the URL of another host"),
        Decoy(SCRIPT, 2, 'n.p="/static/"', "nothing is appended to it"),
        Decoy(SCRIPT, 2, '"api/overview"', "the page has a base that has the prefix"),
        Decoy(
            f"{NAME}/static/elements/menu.html",
            9,
            'href="overview"',
            "the page that it is put into has a base",
        ),
        Decoy(
            f"{NAME}/static/pages/configuration.html",
            10,
            ">/{{ details.link }}<",
            "it is shown",
        ),
    ),
)
