"""Flask-MonitoringDashboard: its login, and its pages, which a script fills."""

from __future__ import annotations

import atexit
import re
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from jinja2 import FunctionLoader
from selenium.webdriver.common.by import By
from xstatic.pkg import angular

from ..library import Library, SetUp, Way
from ..person import Person

NAME = "flask_monitoringdashboard"


def make_app(set_up: SetUp) -> Flask:
    # The dashboard's template knows scripts on other hosts only.
    app = Flask("library", static_folder=angular.BASE_DIR, static_url_path="/static")
    app.secret_key = "a key"
    set_up.first(app)
    # The dashboard is for one app in a process: it is a blueprint of the module.
    for name in list(sys.modules):
        if name.partition(".")[0] == NAME:
            del sys.modules[name]
    dashboard = import_module(NAME)
    folder = set_up.stack.enter_context(TemporaryDirectory())
    dashboard.config.database_name = f"sqlite:///{folder}/dashboard.db"

    def with_own_scripts(name: str) -> str | None:
        if name != "fmd_base.html":
            return None
        text = Path(dashboard.loc(), "templates", name).read_text("utf-8")
        own = r"{{ url_for('static', filename='\1') }}"
        return re.sub(r"https://[^\"]*/(angular[a-z-]*\.js)", own, text)

    app.jinja_loader = FunctionLoader(with_own_scripts)

    @app.get("/hello")
    def hello() -> str:
        return "Hello"

    dashboard.bind(app, schedule=False)
    set_up.stack.callback(
        atexit.unregister, import_module(f"{NAME}.core.cache").flush_cache
    )
    set_up.last(app)
    return app


def use(person: Person) -> None:
    person.send("GET", "/hello")
    person.open("/dashboard/")
    assert person.path == f"{person.prefix}/dashboard/login"
    person.submit(name="admin", password="wrong")
    assert person.path == f"{person.prefix}/dashboard/login"
    person.submit(name="admin", password="admin")
    assert person.path == f"{person.prefix}/dashboard/"
    person.open("/dashboard/logout")
    assert person.path == f"{person.prefix}/dashboard/login"
    person.submit(name="admin", password="admin")
    with person.chromium("/dashboard/") as driver:
        find = (By.XPATH, "//td[contains(., 'hello')]")
        (row,) = person.wait(driver, lambda _: driver.find_elements(*find))
        assert driver.current_url == person.url("/dashboard/overview")
        # A click of the mouse may meet the footer.
        driver.execute_script("arguments[0].click()", row)
        path = "/dashboard/endpoint/"
        person.wait(driver, lambda _: driver.current_url.startswith(person.url(path)))
        body = (By.TAG_NAME, "body")
        title = "Hourly API Utilization"
        person.wait(driver, lambda _: title in driver.find_element(*body).text)


LIBRARY = Library(
    "flask-monitoringdashboard",
    make_app,
    use,
    blueprints=("dashboard",),
    faults=dict.fromkeys(
        (Way.BEFORE, Way.AFTER, Way.BLUEPRINT, Way.PROXY_FIX),
        "The browser refers to /dashboard/telemetry/get_is_telemetry_answered,"
        " which has no prefix",
    ),
    note="This path stands in its script; all else that was seen has the prefix.",
)
