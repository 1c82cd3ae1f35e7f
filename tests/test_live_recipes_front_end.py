"""Recipes for a front end in JavaScript: built by Vite, and used in a browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import pytest
from crawler import LIMIT, send
from flask import Flask, request
from forged import echo, keeps_its_headers
from live import chromium, need, need_node_package
from nginx import behind_nginx
from readme import Row, code_in
from recipes import DIRECTORY, mistake, recipe
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait
from symptoms import see

pytestmark = pytest.mark.live

ANY = "One build of Vite for every prefix"
ONE = "A build of Vite for one prefix"

Build = Callable[..., Path]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Build a front end in a copy of its recipe, once for all that needs it."""
    built: dict[tuple[str, ...], Path] = {}

    def build(folder: str, *change: str, options: str = "") -> Path:
        """Return the copy.

        :param change: A file of it, what to replace there, and by what.
        :param options: What to write after ``npm run build``.
        """
        key = (folder, *change, options)
        if key not in built:
            built[key] = make(folder, *change, options=options)
        return built[key]

    def make(folder: str, *change: str, options: str) -> Path:
        npm = need("npm")
        copy = tmp_path_factory.mktemp("front-end") / folder
        shutil.copytree(DIRECTORY / "front-end" / folder, copy)
        (copy / "node_modules").symlink_to(need_node_package("vite").parent)
        if change:
            file, right, wrong = change
            text = (copy / file).read_text("utf-8")
            assert right in text
            (copy / file).write_text(text.replace(right, wrong), "utf-8")
        done = subprocess.run(
            # npm would ask the registry for a newer npm.
            [npm, "run", "--no-update-notifier", "build", *options.split()],
            cwd=copy,
            # npm keeps its log in HOME.
            env={**os.environ, "HOME": str(copy.parent)},
            capture_output=True,
            timeout=LIMIT,
        )
        assert done.returncode == 0, done.stderr.decode()
        return copy

    return build


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


def load(copy: Path, prefix: str = "/svc") -> Flask:
    """Return the app of a recipe.

    :param copy: The recipe.
    :param prefix: What the environment of the service says.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLASK_PREFIX_URLS_PREFIX", prefix)
        spec = spec_from_file_location("wsgi", copy / "wsgi.py")
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        # Flask looks there for where the app lies.
        patch.setitem(sys.modules, "wsgi", module)
        spec.loader.exec_module(module)
    app: Flask = module.app
    return app


@contextmanager
def serving(app: Flask, work: Path, prefix: str = "/svc") -> Iterator[str]:
    """Serve an app behind nginx, and yield the root of nginx's URLs.

    :param work: A directory of its own.
    """
    changes = {"location /svc/": f"location {prefix}/"}
    if not prefix:
        # nginx allows one location of a path.
        changes["location / {"] = "location = /404 {"
    with behind_nginx("servers/nginx.conf", work, app, changes=changes) as host:
        yield f"http://{host}"


def wait_for(driver: WebDriver, heading: str) -> None:
    # Not by an element, which may be replaced before it is read.
    script = "return document.querySelector('h1')?.textContent"
    WebDriverWait(driver, LIMIT, 0.02).until(
        lambda driver: driver.execute_script(script) == heading
    )


def errors_of(driver: WebDriver) -> list[str]:
    """Return the path of each error that the browser has logged."""
    paths = [
        urlsplit(entry["message"].split()[0]).path
        for entry in driver.get_log("browser")
        if entry["level"] == "SEVERE"
    ]
    # The browser asks for it by itself, at the root of the host.
    return [path for path in paths if path != "/favicon.ico"]


def visit(driver: WebDriver, app: str) -> None:
    """Use the front end as a person does: follow links, reload, go back and forward.

    :param app: The public URL of the app, without a trailing slash.
    """

    def is_at(path: str, heading: str) -> None:
        wait_for(driver, heading)
        assert driver.current_url == f"{app}{path}"
        style = driver.execute_script(
            "return getComputedStyle(document.querySelector('main > a')).display"
        )
        assert style == "block"

    errors_of(driver)
    driver.get(f"{app}/")
    is_at("/", "Books")
    driver.execute_script("window.isFirst = true")
    driver.find_element(By.LINK_TEXT, "Emma").click()
    is_at("/books/1/edit", "Edit Emma")
    # Nothing was loaded but what the API answers.
    assert driver.execute_script("return window.isFirst")
    driver.refresh()
    assert not driver.execute_script("return window.isFirst")
    is_at("/books/1/edit", "Edit Emma")
    driver.back()
    is_at("/", "Books")
    driver.forward()
    is_at("/books/1/edit", "Edit Emma")
    driver.find_element(By.LINK_TEXT, "Books").click()
    is_at("/", "Books")
    # The first page may also be a deep one.
    driver.get(f"{app}/books/2/edit")
    is_at("/books/2/edit", "Edit Ulysses")
    assert errors_of(driver) == []


def has_picture(driver: WebDriver) -> bool:
    picture = driver.find_element(By.TAG_NAME, "img")
    WebDriverWait(driver, LIMIT, 0.02).until(lambda _: picture.get_property("complete"))
    return picture.get_property("naturalWidth") > 0


@recipe(ANY)
@pytest.mark.parametrize("prefix", ["/svc", "/a/b/c", ""], ids=["svc", "deep", "none"])
def test_one_build_for_every_prefix(
    row: Row, build: Build, driver: WebDriver, tmp_path: Path, prefix: str
) -> None:
    assert code_in(row.cells[3]) == ["FLASK_PREFIX_URLS_PREFIX=/svc"]
    with serving(load(build("one-build"), prefix), tmp_path, prefix) as root:
        visit(driver, f"{root}{prefix}")
        assert has_picture(driver)
        # A wrong path of the API is no page.
        for path in ("/api/nope", "/api/books/3", "/static/dist/nope.js"):
            assert send(root, "GET", f"{prefix}{path}").status == 404


def test_a_late_answer_does_not_replace_the_next_page(
    build: Build, driver: WebDriver, tmp_path: Path
) -> None:
    app = load(build("one-build"))
    may_answer = Event()
    late = "/api/books/1"

    @app.before_request
    def wait() -> None:
        if request.path == late:
            may_answer.wait(LIMIT)

    with serving(app, tmp_path) as root:
        driver.get(f"{root}/svc/")
        wait_for(driver, "Books")
        driver.find_element(By.LINK_TEXT, "Emma").click()
        driver.find_element(By.LINK_TEXT, "Ulysses").click()
        wait_for(driver, "Edit Ulysses")
        may_answer.set()
        script = "return performance.getEntriesByName(arguments[0]).length"
        url = f"{root}/svc{late}"
        WebDriverWait(driver, LIMIT, 0.02).until(
            lambda driver: driver.execute_script(script, url)
        )
        # It has come. Once another has been read, so has been the first.
        driver.execute_async_script(
            "fetch(arguments[0]).then((found) => found.json()).then(arguments[1])", url
        )
        wait_for(driver, "Edit Ulysses")


@recipe(ONE)
def test_a_build_for_one_prefix(
    row: Row, build: Build, driver: WebDriver, tmp_path: Path
) -> None:
    base = code_in(row.cells[3])[1]
    assert f"{base}," in (DIRECTORY / "front-end/fixed-base/vite.config.js").read_text()
    with serving(load(build("fixed-base")), tmp_path) as root:
        visit(driver, f"{root}/svc")
        for path in ("/api/nope", "/api/books/3", "/assets/nope.js"):
            assert send(root, "GET", f"/svc{path}").status == 404


def test_a_build_for_another_prefix(
    build: Build, driver: WebDriver, tmp_path: Path
) -> None:
    config = (DIRECTORY / "front-end/fixed-base/vite.config.js").read_text("utf-8")
    (options,) = re.findall(
        r": npm run build (-- --base=/other/)$", config, re.MULTILINE
    )
    copy = build("fixed-base", options=options)
    with serving(load(copy, "/other"), tmp_path, "/other") as root:
        visit(driver, f"{root}/other")


@mistake(ANY)
def test_a_path_of_the_api_that_was_written_by_hand(
    row: Row, build: Build, driver: WebDriver, tmp_path: Path
) -> None:
    (wrong,) = code_in(row.cells[4])
    change = ("fetch(`${root}/api${path}`)", wrong)
    copy = build("one-build", "src/main.js", *change)
    with serving(load(copy), tmp_path) as root:
        driver.get(f"{root}/svc/")
        missing = "/api/books/"
        WebDriverWait(driver, LIMIT, 0.02).until(lambda _: missing in errors_of(driver))
        assert driver.find_elements(By.TAG_NAME, "h1") == []
        # It is not Flask's, and the app has no line of it.
        assert see(row, f"{root}/svc", X=f"/..{missing}") == ["0"]
        assert "<center>nginx" in send(root, "GET", missing).text


def test_without_a_relative_base_a_picture_is_missing(
    build: Build, driver: WebDriver, tmp_path: Path
) -> None:
    copy = build("one-build", "vite.config.js", 'base: "./"', 'base: "/"')
    with serving(load(copy), tmp_path) as root:
        driver.get(f"{root}/svc/")
        wait_for(driver, "Books")
        assert not has_picture(driver)


@mistake(ONE)
def test_a_base_that_is_left_at_its_default(
    row: Row, build: Build, driver: WebDriver, tmp_path: Path
) -> None:
    wrong = code_in(row.cells[4])[0]
    change = (code_in(row.cells[3])[1], wrong)
    copy = build("fixed-base", "vite.config.js", *change)
    with serving(load(copy), tmp_path) as root:
        lines = see(row, f"{root}/svc")
        assert [line.partition("-")[0] for line in lines] == [
            'src="/assets/index',
            'href="/assets/index',
        ]
        errors_of(driver)
        driver.get(f"{root}/svc/")
        assert len(errors_of(driver)) == 2
        assert driver.find_elements(By.TAG_NAME, "h1") == []


@recipe(ANY)
def test_no_client_sets_a_header_of_nginx(row: Row, tmp_path: Path) -> None:
    with serving(echo(), tmp_path) as root:
        keeps_its_headers(row, root, "/svc/")
