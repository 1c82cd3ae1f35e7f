"""Two apps below one host and behind one nginx, in a browser that uses both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask, redirect, render_template_string, request, session, url_for
from live import chromium, click_through
from nginx import running_nginx
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from werkzeug.wrappers import Response

from demo.servers import running
from flask_prefix_urls import PrefixURLs

pytestmark = pytest.mark.live

PAGE = """
    <!doctype html>
    <link rel="icon" href="data:,">
    <h1>{{ session.get("user", "nobody") }}</h1>
    <form method="post" action="{{ url_for('log_in') }}">
        <input name="user"><button id="in">Sign in</button>
    </form>
    <form method="post" action="{{ url_for('log_out') }}">
        <button id="out">Sign out</button>
    </form>
"""


def make_app(prefix: str, *, cookie_path: bool) -> Flask:
    app = Flask("tests")
    app.secret_key = f"the key of {prefix}"
    PrefixURLs(app, prefix, cookie_path=cookie_path)

    @app.get("/")
    def home() -> str:
        return render_template_string(PAGE)

    @app.post("/login")
    def log_in() -> Response:
        session["user"] = request.form["user"]
        return redirect(url_for("home"))

    @app.post("/logout")
    def log_out() -> Response:
        session.clear()
        return redirect(url_for("home"))

    return app


@dataclass
class App:
    """One of the apps, as a person at the browser sees it."""

    driver: WebDriver
    url: str

    @property
    def user(self) -> str:
        self.driver.get(self.url)
        return self.driver.find_element(By.TAG_NAME, "h1").text

    def log_in(self, name: str) -> None:
        assert self.user == "nobody"
        self.driver.find_element(By.NAME, "user").send_keys(name)
        self._click("in")

    def log_out(self) -> None:
        assert self.user != "nobody"
        self._click("out")

    def _click(self, button: str) -> None:
        click_through(self.driver, self.driver.find_element(By.ID, button))


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


MakeApps = Callable[..., AbstractContextManager[tuple[App, App]]]


@pytest.fixture
def two_apps(driver: WebDriver, tmp_path: Path) -> MakeApps:
    @contextmanager
    def two_apps(
        first: str, second: str, *, cookie_path: bool
    ) -> Iterator[tuple[App, App]]:
        driver.get("about:blank")
        driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        with (
            running(make_app(first, cookie_path=cookie_path)) as one,
            running(make_app(second, cookie_path=cookie_path)) as two,
            running_nginx(
                f"location {first}/ {{ proxy_pass {one}/; }}"
                f"location {second}/ {{ proxy_pass {two}/; }}",
                tmp_path,
            ) as root,
        ):
            yield App(driver, f"{root}{first}/"), App(driver, f"{root}{second}/")

    return two_apps


@pytest.mark.parametrize(
    ("first", "second"),
    [("/shop", "/desk"), ("/shop", "/shop-2"), ("/shop", "/shop/desk")],
    ids=["apart", "alike", "nested"],
)
def test_logging_in_to_one_leaves_the_session_of_the_other_alone(
    two_apps: MakeApps, driver: WebDriver, first: str, second: str
) -> None:
    with two_apps(first, second, cookie_path=True) as (shop, desk):
        shop.log_in("Ada")
        desk.log_in("Grace")
        assert (shop.user, desk.user) == ("Ada", "Grace")
        jar = driver.execute_cdp_cmd("Network.getAllCookies", {})["cookies"]
        assert {(cookie["name"], cookie["path"]) for cookie in jar} == {
            ("session", first),
            ("session", second),
        }

        desk.log_out()
        assert (shop.user, desk.user) == ("Ada", "nobody")
        desk.log_in("Grace")
        shop.log_out()
        assert (shop.user, desk.user) == ("nobody", "Grace")


def test_without_a_cookie_path_it_ends_the_session_of_the_other(
    two_apps: MakeApps,
) -> None:
    with two_apps("/shop", "/desk", cookie_path=False) as (shop, desk):
        shop.log_in("Ada")
        desk.log_in("Grace")
        assert (shop.user, desk.user) == ("nobody", "Grace")
