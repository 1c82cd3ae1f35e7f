"""Recipes for several apps and prefixes on one host, behind nginx."""

from __future__ import annotations

from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from crawler import Browser, send
from flask import Flask
from forged import echo, keeps_its_headers
from nginx import behind_nginx
from pages import faults, home_links, make_app
from readme import Row, code_in
from recipes import ROWS, mistake, recipe, set_up
from symptoms import see

pytestmark = pytest.mark.live

SITE = "Two apps and a static site on one host"
TWO_PREFIXES = "One app under two prefixes at once"
MOVED = "An app that has moved"
RELEASES = "Blue and green"


def named(name: str) -> Flask:
    """Return an app that can be told from others by its page ``/name``."""
    app = make_app()
    app.add_url_rule("/name", "name", lambda: name)
    return app


def pair(cell: str) -> list[Flask]:
    """Return two apps with the settings of a cell, the second at another prefix."""
    settings = {"/svc": cell, "/desk": cell.replace("=/svc", "=/desk")}
    return [set_up(named(prefix), settings[prefix]) for prefix in settings]


def site(work: Path) -> dict[str, str]:
    """Make the static site, and return what to replace in the recipe."""
    (work / "docs").mkdir()
    (work / "docs" / "index.html").write_text('<a href="more/">', "utf-8")
    # Below the directory that nginx runs in.
    return {"/var/www/docs/": "docs/"}


@recipe(SITE)
def test_two_apps_and_a_site(row: Row, tmp_path: Path) -> None:
    apps = pair(row.cells[3])
    file = "several/apps-and-site.conf"
    with behind_nginx(file, tmp_path, *apps, changes=site(tmp_path)) as host:
        for prefix in ("/svc", "/desk"):
            assert faults(f"http://{host}", prefix) == []
            assert send(f"http://{host}", "GET", f"{prefix}/name").text == prefix
            login = send(f"http://{host}", "GET", f"{prefix}/login")
            assert login.headers["Set-Cookie"].endswith(f"; Path={prefix}")
            # Without its slash, nginx redirects.
            assert send(f"http://{host}", "GET", prefix).location == f"{prefix}/"
        docs = send(f"http://{host}", "GET", "/docs/")
        assert (docs.status, docs.text) == (200, '<a href="more/">')
        assert send(f"http://{host}", "GET", "/docs").location == "/docs/"


@mistake(SITE)
def test_one_cookie_of_two_apps(row: Row, tmp_path: Path) -> None:
    (left_out,) = code_in(row.cells[4])
    apps = pair(row.cells[3].replace(left_out, ""))
    file = "several/apps-and-site.conf"
    with behind_nginx(file, tmp_path, *apps, changes=site(tmp_path)) as host:
        for prefix in ("/svc", "/desk"):
            (cookie,) = see(row, f"http://{host}{prefix}")
            assert cookie.endswith("; Path=/")


@recipe(TWO_PREFIXES)
def test_links_stay_under_the_prefix_of_the_page(row: Row, tmp_path: Path) -> None:
    app = set_up(make_app(), row.cells[3])
    with behind_nginx("several/two-prefixes.conf", tmp_path, app) as host:
        for prefix in ("/svc", "/old"):
            assert faults(f"http://{host}", prefix) == []


@mistake(TWO_PREFIXES)
def test_links_leave_the_prefix_of_the_page(row: Row, tmp_path: Path) -> None:
    app = set_up(make_app(), row.cells[4])
    with behind_nginx("several/two-prefixes.conf", tmp_path, app) as host:
        links = see(row, f"http://{host}/old")
    assert links == home_links("/svc")


@recipe(MOVED)
def test_an_old_address_leads_to_the_new_one(row: Row, tmp_path: Path) -> None:
    app = set_up(make_app(), row.cells[3])
    with behind_nginx("several/moved.conf", tmp_path, app) as host:
        root = f"http://{host}"
        assert faults(root) == []
        moved = {
            "/old": "/svc/",
            "/old/": "/svc/",
            "/old/foo/": "/svc/foo/",
            # As it was: nothing is decoded, and nothing is lost.
            "/old/a%20b%2Fc%0d%0aX:%20d?q=%26&r": "/svc/a%20b%2Fc%0d%0aX:%20d?q=%26&r",
            "/old//evil.com": "/svc//evil.com",
            # Written in another way, it is not found in the map.
            "/%6fld/foo/": "/svc/",
        }
        for old, new in moved.items():
            for method in ("GET", "POST"):
                answer = send(root, method, old)
                assert (answer.status, answer.location) == (308, new)


@mistake(MOVED)
def test_links_that_take_a_redirect(row: Row, tmp_path: Path) -> None:
    app = set_up(make_app(), row.cells[4])
    with behind_nginx("several/moved.conf", tmp_path, app) as host:
        links = see(row, f"http://{host}/svc")
        assert links == home_links("/old")
        assert send(f"http://{host}", "GET", "/old/foo/").status == 308


RELEASE_CONF = "several/blue-green.conf"


def releases(cell: str) -> list[Flask]:
    return [set_up(named(name), cell) for name in ("blue", "green")]


@recipe(RELEASES)
def test_a_cookie_decides(row: Row, tmp_path: Path) -> None:
    with behind_nginx(RELEASE_CONF, tmp_path, *releases(row.cells[3])) as host:
        root = f"http://{host}"
        for cookie in ("blue", "green", "neither"):
            cookies = {"release": cookie}
            name = send(root, "GET", "/svc/name?x=1", cookies=cookies).text
            assert name == ("green" if cookie == "green" else "blue")
            assert faults(root, cookies=cookies) == []
        assert send(root, "GET", "/svc/name").text == "blue"
        assert send(root, "GET", "/svc").location == "/svc/"


@recipe(RELEASES)
@pytest.mark.parametrize("shared", [True, False], ids=["one-key", "two-keys"])
def test_a_session_goes_on_in_the_other_release(
    row: Row, tmp_path: Path, shared: bool
) -> None:
    assert "one `FLASK_SECRET_KEY`" in row.cells[3]
    blue, green = releases(row.cells[3])
    if not shared:
        green.secret_key = "another key"
    with behind_nginx(RELEASE_CONF, tmp_path, blue, green) as host:
        browser = Browser(f"http://{host}", {"release": "blue"})
        browser.get("/svc/login")
        browser.cookies["release"] = "green"
        assert browser.get("/svc/name").text == "green"
        assert (browser.get("/svc/private").text == "Ada") is shared


@recipe(RELEASES)
def test_a_header_decides(row: Row, tmp_path: Path) -> None:
    # As the comment says.
    changes = {"map $cookie_release": "map $http_x_release"}
    apps = releases(row.cells[3])
    with behind_nginx(RELEASE_CONF, tmp_path, *apps, changes=changes) as host:
        for sent, name in ({"X-Release": "green"}, "green"), ({}, "blue"):
            with urlopen(Request(f"http://{host}/svc/name", headers=sent)) as answer:
                assert answer.read().decode() == name


@pytest.mark.warns
@mistake(RELEASES)
def test_a_variable_in_proxy_pass_does_not_strip(row: Row, tmp_path: Path) -> None:
    assert code_in(row.cells[4]) == ["rewrite"]
    changes = {"rewrite ^/svc(/.*)$ $1 break;": ""}
    apps = releases(row.cells[3])
    with behind_nginx(RELEASE_CONF, tmp_path, *apps, changes=changes) as host:
        assert see(row, f"http://{host}/svc") == ["404"]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        (SITE, "apps-and-site.conf"),
        (TWO_PREFIXES, "two-prefixes.conf"),
        (MOVED, "moved.conf"),
        (RELEASES, "blue-green.conf"),
    ],
    ids=[SITE, TWO_PREFIXES, MOVED, RELEASES],
)
def test_no_client_sets_a_header(name: str, file: str, tmp_path: Path) -> None:
    apps = [echo() for _ in range(2 if name in (SITE, RELEASES) else 1)]
    with behind_nginx(f"several/{file}", tmp_path, *apps) as host:
        keeps_its_headers(ROWS[name], f"http://{host}", "/svc/")
