"""README's "Do I need this?": each tool in the situation that it is named for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from crawler import send
from flask import Flask, url_for
from live import need
from nginx import running_nginx
from pages import faults, make_app
from readme import Row, choice, code_in
from recipes import NOTHING
from serving import PLAIN, serving
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from demo.addresses import HOST
from demo.proxy import free_port
from demo.servers import running
from flask_prefix_urls import PrefixURLs

pytestmark = pytest.mark.live

STRIPS = "location /svc/ {{ proxy_pass {app}/; }}"
LEAVES = "location /svc/ {{ proxy_pass {app}; }}"
SENDS = "location /svc/ {{ {headers} proxy_pass {app}/; }}"
# What the proxy does not know.
OTHERS = "location / { return 404; }"

Nginx = Callable[[str], AbstractContextManager[str]]


@pytest.fixture
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Nginx:
    work = tmp_path_factory.mktemp("nginx")
    return lambda locations: running_nginx(locations + OTHERS, work)


@contextmanager
def serving_plain(
    program: str, options: list[str], work: Path, environ: Mapping[str, str] = NOTHING
) -> Iterator[str]:
    """Run a WSGI server for plain Flask; yield the root of its URLs.

    :param options: Its options, with ``{port}`` for its port.
    :param work: A directory of its own.
    :param environ: What to add to the environment.
    """
    port = free_port()
    command = [need(program), *(option.format(port=port) for option in options)]
    with serving(command, work, port, environ, wsgi=PLAIN) as root:
        yield root


GUNICORN = ["--bind", f"{HOST}:{{port}}", "wsgi:app"]
UWSGI = ["--http-socket", f"{HOST}:{{port}}", "--master", "--die-on-term", "--need-app"]
WAITRESS = ["--listen", f"{HOST}:{{port}}"]


@choice("The proxy strips a prefix that you know")
def test_this_package_behind_a_proxy_that_strips(nginx: Nginx, row: Row) -> None:
    plain, app = make_app(), make_app()
    eval(row.code("PrefixURLs"), {"PrefixURLs": PrefixURLs, "app": app})
    with running(plain) as address, nginx(STRIPS.format(app=address)) as root:
        assert faults(root) == [
            "/style.css answers 404",
            "/picture answers 404",
            "/foo/ answers 404",
            f"{root}/foo/ answers 404",
            f"{root}/foo/ answers 404",
            "/login answers 404",
            "/login answers 404",
        ]
    with running(app) as address, nginx(STRIPS.format(app=address)) as root:
        assert faults(root) == []


@choice(
    "It strips one prefix and sends it as `X-Forwarded-Prefix`, and `SCRIPT_NAME` may"
    " change"
)
def test_proxy_fix_behind_a_proxy_that_sends_the_header(nginx: Nginx, row: Row) -> None:
    app = make_app()
    code = row.code("x_prefix")
    app.wsgi_app = eval(code, {"ProxyFix": ProxyFix, "app": app})  # type: ignore[method-assign]
    headers = (
        "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Prefix /svc;"
    )
    with running(app) as address:
        with nginx(SENDS.format(app=address, headers=headers)) as root:
            assert faults(root) == []
        # What a client sends is taken where the proxy does not set the header.
        headers = (
            "proxy_set_header Host $http_host;"
            ' proxy_set_header X-Forwarded-Prefix "//evil.com";'
        )
        with nginx(SENDS.format(app=address, headers=headers)) as root:
            assert send(root, "GET", "/svc/private").location == "//evil.com/login"


@choice("It strips, and gunicorn has `SCRIPT_NAME=/svc`")
def test_gunicorn_with_script_name_behind_a_proxy_that_strips(
    nginx: Nginx, row: Row, tmp_path: Path
) -> None:
    (setting,) = code_in(row.cells[0])
    name, _, value = setting.partition("=")
    with (
        serving_plain("gunicorn", GUNICORN, tmp_path, {name: value}) as address,
        nginx(STRIPS.format(app=address)) as root,
    ):
        assert send(root, "GET", "/svc/").status == 500


@choice("It strips or not, and waitress serves the app")
@pytest.mark.parametrize("location", [STRIPS, LEAVES], ids=["strips", "leaves"])
def test_waitress_behind_either(
    nginx: Nginx, row: Row, tmp_path: Path, location: str
) -> None:
    program, option = row.code("waitress").split()
    options = [*WAITRESS, option, "wsgi:app"]
    with (
        serving_plain(program, options, tmp_path) as address,
        nginx(location.format(app=address)) as root,
    ):
        assert faults(root) == []


MOUNTS = "It does not strip, and the server or a middleware can mount"


@choice(MOUNTS)
def test_gunicorn_behind_a_proxy_that_does_not_strip(
    nginx: Nginx, row: Row, tmp_path: Path
) -> None:
    name, _, value = row.code("SCRIPT_NAME").partition("=")
    with (
        serving_plain("gunicorn", GUNICORN, tmp_path, {name: value}) as address,
        nginx(LEAVES.format(app=address)) as root,
    ):
        assert faults(root) == []


@choice(MOUNTS)
def test_uwsgi_behind_a_proxy_that_does_not_strip(
    nginx: Nginx, row: Row, tmp_path: Path
) -> None:
    options = [*UWSGI, *row.code("--mount").split()]
    with (
        serving_plain("uwsgi", options, tmp_path) as address,
        nginx(LEAVES.format(app=address)) as root,
    ):
        assert faults(root) == []


@choice(MOUNTS)
def test_a_dispatcher_middleware_behind_a_proxy_that_does_not_strip(
    nginx: Nginx, row: Row
) -> None:
    assert row.code("Middleware") == DispatcherMiddleware.__name__
    app = DispatcherMiddleware(NotFound(), {"/svc": make_app()})
    with running(app) as address, nginx(LEAVES.format(app=address)) as root:
        assert faults(root) == []


@choice("It does not strip, and nothing mounts")
def test_this_package_behind_a_proxy_that_does_not_strip(
    nginx: Nginx, row: Row
) -> None:
    app = make_app()
    eval(
        f'PrefixURLs(app, "/svc", {row.code("proxy_strips")})',
        {"PrefixURLs": PrefixURLs, "app": app},
    )
    with running(app) as address, nginx(LEAVES.format(app=address)) as root:
        assert faults(root) == []


@choice("`APPLICATION_ROOT` is set")
def test_application_root_fixes_no_links(nginx: Nginx, row: Row) -> None:
    def make_rooted_app() -> Flask:
        app = make_app()
        (key,) = code_in(row.cells[0])
        app.config[key] = "/svc"
        return app

    app = make_rooted_app()
    with running(app) as address, nginx(STRIPS.format(app=address)) as root:
        assert "/foo/ answers 404" in faults(root)
        cookie = send(root, "GET", "/svc/login").headers["Set-Cookie"]
        assert cookie.endswith("; Path=/svc")
    outside = make_rooted_app()
    outside.config["SERVER_NAME"] = "example.com"
    with outside.app_context():
        assert url_for("foo") == "http://example.com/svc/foo/"
