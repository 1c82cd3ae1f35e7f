"""The recipes of WSGI and ASGI servers, each run from its file behind nginx."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from crawler import send
from live import HERE, listens, need
from nginx import running_nginx_recipe
from pages import faults
from readme import Row
from recipes import INDEX, NOTHING, copy_recipe, mistake, name_of, recipe
from servers import mod_wsgi
from serving import front, serving
from symptoms import see

from demo.proxy import free_port

pytestmark = pytest.mark.live

PREFIX = "FLASK_PREFIX_URLS_PREFIX=/svc"


@dataclass(frozen=True)
class Server:
    """A recipe: its program, its files below ``servers``, and how they are started."""

    program: str
    files: tuple[str, ...]
    command: tuple[str, ...]


SERVERS = {
    "gunicorn": Server("gunicorn", ("gunicorn.conf.py",), ("gunicorn",)),
    "uWSGI": Server("uwsgi", ("uwsgi.ini",), ("uwsgi", "uwsgi.ini")),
    "waitress": Server("waitress-serve", ("waitress.sh",), ("sh", "waitress.sh")),
    "cheroot": Server("cheroot", ("cheroot.sh",), ("sh", "cheroot.sh")),
    "granian": Server("granian", ("granian.sh",), ("sh", "granian.sh")),
    "uvicorn": Server("uvicorn", ("uvicorn.sh", "asgi.py"), ("sh", "uvicorn.sh")),
    "Hypercorn": Server(
        "hypercorn", ("hypercorn.sh", "asgi.py"), ("sh", "hypercorn.sh")
    ),
}


@dataclass(frozen=True)
class Site:
    """A server behind nginx: the roots of nginx's URLs and of its own, and its log."""

    root: str
    own: str
    log: Path


@contextmanager
def deployed(
    name: str,
    work: Path,
    changes: Mapping[str, str] = NOTHING,
    *,
    strips: bool = True,
    environ: Mapping[str, str] = NOTHING,
    warns: bool = False,
) -> Iterator[Site]:
    """Run a recipe, and its nginx.

    :param changes: What to replace in its first file, beside the port.
    :param strips: Whether nginx strips ``/svc``, as its file has it.
    :param environ: What to add to the environment.
    :param warns: Whether the package warns of something in the log.
    """
    server = SERVERS[name]
    need(server.program)
    port = free_port()
    main, *others = (f"servers/{file}" for file in server.files)
    copy_recipe(main, work, {**changes, "5000": str(port)})
    for file in others:
        copy_recipe(file, work)
    with (
        serving(server.command, work, port, environ, warns=warns) as own,
        front(own, work, strips=strips) as root,
    ):
        yield Site(root, own, work / "output.log")


@recipe(*SERVERS)
def test_a_server_behind_a_proxy_that_strips(row: Row, tmp_path: Path) -> None:
    assert f"`{PREFIX}`" in row.cells[3]
    with deployed(name_of(row), tmp_path) as site:
        assert faults(site.root) == []


MOUNTS = {
    "waitress": "--url-prefix=/svc",
    "uvicorn": "--root-path /svc",
    "Hypercorn": "--root-path /svc",
}


@pytest.mark.parametrize("setting", ["export", ": no"], ids=["prefix", "no-prefix"])
@recipe(*MOUNTS)
def test_a_mount_that_is_the_prefix_is_right_behind_a_proxy_that_strips(
    row: Row, setting: str, tmp_path: Path
) -> None:
    name = name_of(row)
    option = MOUNTS[name]
    assert f"`{option}`" in row.cells[3]
    app = "wsgi:app" if name == "waitress" else "asgi:app"
    changes = {f" {app}": f" {option} {app}", "export": setting}
    with deployed(name, tmp_path, changes) as site:
        assert faults(site.root) == []
        if name != "Hypercorn":
            # A route that begins like the mount is none of it.
            assert send(site.root, "GET", "/svc/svc-status").status == 200


def test_waitress_keeps_the_headers_of_its_proxy(tmp_path: Path) -> None:
    sent = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.com"}
    with deployed("waitress", tmp_path) as site:
        # The test stands in for nginx.
        answer = send(site.own, "GET", "/foo", headers=sent)
        assert answer.location == "https://example.com/svc/foo/"


def test_an_app_refuses_hosts_that_are_not_its_own(tmp_path: Path) -> None:
    (setting,) = re.findall(r"`FLASK_TRUSTED_HOSTS='(.*)'`", INDEX)
    environ = {"FLASK_TRUSTED_HOSTS": setting}
    with deployed("gunicorn", tmp_path, environ=environ) as site:
        for host in ("example.com", "example.com:8000"):
            answer = send(site.root, "GET", "/svc/foo", host=host)
            assert answer.location == f"http://{host}/svc/foo/"
        assert send(site.root, "GET", "/svc/foo", host="evil.com").status == 400


@mistake("gunicorn")
def test_gunicorn_has_a_script_name(row: Row, tmp_path: Path) -> None:
    assert "`SCRIPT_NAME=/svc`" in row.cells[4]
    with deployed("gunicorn", tmp_path, environ={"SCRIPT_NAME": "/svc"}) as wrong:
        assert see(row, f"{wrong.root}/svc", wrong.own) == ["500"]
        sentence = "Request path '/' does not start with SCRIPT_NAME '/svc'"
        assert sentence in wrong.log.read_text("utf-8")


@recipe("gunicorn")
def test_gunicorn_has_a_script_name_that_the_proxy_does_not_strip(
    row: Row, tmp_path: Path
) -> None:
    assert "a proxy that does not strip, `SCRIPT_NAME=/svc` is right" in row.cells[4]
    environ = {"SCRIPT_NAME": "/svc"}
    without = {f'"{PREFIX}"': ""}
    with deployed("gunicorn", tmp_path, without, strips=False, environ=environ) as site:
        assert faults(site.root) == []


@mistake("uWSGI")
def test_uwsgi_mounts_what_nginx_strips(row: Row, tmp_path: Path) -> None:
    assert "`mount = /svc=wsgi:app`" in row.cells[4]
    mount = "mount = /svc=wsgi:app\nmanage-script-name = true"
    changes = {f"env = {PREFIX}": "", "module = wsgi:app": mount}
    with deployed("uWSGI", tmp_path, changes) as wrong:
        assert 'href="/foo/' in see(row, f"{wrong.root}/svc", wrong.own)
        assert "/foo/ answers 404" in faults(wrong.root)


@mistake("waitress")
def test_application_root_in_place_of_the_prefix(row: Row, tmp_path: Path) -> None:
    wrong_setting = "FLASK_APPLICATION_ROOT=/svc"
    assert f"`{wrong_setting}`" in row.cells[4]
    with deployed("waitress", tmp_path, {PREFIX: wrong_setting}) as wrong:
        assert 'href="/foo/' in see(row, f"{wrong.root}/svc", wrong.own)
        assert "/foo/ answers 404" in faults(wrong.root)


@mistake("cheroot")
def test_the_name_of_the_config_key_in_the_environment(
    row: Row, tmp_path: Path
) -> None:
    wrong_setting = PREFIX.removeprefix("FLASK_")
    assert f"`{wrong_setting}`" in row.cells[4]
    with deployed("cheroot", tmp_path, {PREFIX: wrong_setting}, warns=True) as wrong:
        assert 'href="/foo/' in see(row, f"{wrong.root}/svc", wrong.own)
        sentence = "The environment has PREFIX_URLS_PREFIX, which Flask does not read"
        assert sentence in wrong.log.read_text("utf-8")


@mistake("granian")
def test_granian_cuts_a_path_that_nginx_has_stripped(row: Row, tmp_path: Path) -> None:
    option = "--url-path-prefix /svc"
    assert f"`{option}`" in row.cells[4]
    changes = {" wsgi:app": f" {option} wsgi:app"}
    with deployed("granian", tmp_path, changes) as wrong:
        assert see(row, f"{wrong.root}/svc", wrong.own, X="/style.css") == ["1"]
        # It is the home page.
        assert "<!doctype html>" in send(wrong.root, "GET", "/svc/foo").text


@mistake("uvicorn")
def test_uvicorn_puts_its_root_path_before_a_path_that_has_it(
    row: Row, tmp_path: Path
) -> None:
    option = MOUNTS["uvicorn"]
    assert f"`{option}` behind a proxy that does not strip" in row.cells[4]
    changes = {" asgi:app": f" {option} asgi:app"}
    with deployed("uvicorn", tmp_path, changes, strips=False) as wrong:
        assert see(row, f"{wrong.root}/svc", wrong.own) == ["404"]


@mistake("Hypercorn")
def test_hypercorn_and_a_route_that_begins_like_its_root_path(
    row: Row, tmp_path: Path
) -> None:
    option = MOUNTS["Hypercorn"]
    assert f"`{option}` and a route" in row.cells[4]
    changes = {" asgi:app": f" {option} asgi:app"}
    with deployed("Hypercorn", tmp_path, changes) as wrong:
        assert see(row, f"{wrong.root}/svc", wrong.own, X="/svc-status") == ["1"]


def test_hypercorn_mounts_behind_a_proxy_that_does_not_strip(tmp_path: Path) -> None:
    changes = {" asgi:app": f" {MOUNTS['Hypercorn']} asgi:app", "export": ": no"}
    with deployed("Hypercorn", tmp_path, changes, strips=False) as site:
        assert faults(site.root) == []


@contextmanager
def deployed_by_uwsgi_pass(work: Path, *, strips: bool) -> Iterator[str]:
    """Run uWSGI with its own protocol, and its nginx; yield the root of nginx's URLs.

    :param strips: Whether nginx strips ``/svc``, as its file has it.
    """
    command = [need("uwsgi"), "uwsgi.ini"]
    port = free_port()
    copy_recipe("servers/uwsgi-pass/uwsgi.ini", work, {"5000": str(port)})
    rewrite = "rewrite ^/svc(/.*)$ $1 break;"
    changes = {rewrite: rewrite if strips else "", "5000": str(port)}
    with (
        serving(command, work, port, warns=not strips, is_ready=lambda: listens(port)),
        running_nginx_recipe(
            "servers/uwsgi-pass/nginx.conf", work / "nginx", changes
        ) as host,
    ):
        yield f"http://{host}"


@recipe("uWSGI by `uwsgi_pass`")
def test_nginx_rewrites_what_it_passes_to_uwsgi(row: Row, tmp_path: Path) -> None:
    assert f"`{PREFIX}`" in row.cells[3]
    with deployed_by_uwsgi_pass(tmp_path, strips=True) as root:
        assert faults(root) == []
        # uWSGI takes the scheme from nginx's header, which is no client's.
        sent = {"X-Forwarded-Proto": "https"}
        answer = send(root, "GET", "/svc/foo", headers=sent)
        assert answer.location == f"{root}/svc/foo/"


@mistake("uWSGI by `uwsgi_pass`")
def test_uwsgi_pass_does_not_strip(row: Row, tmp_path: Path) -> None:
    assert "No `rewrite`" in row.cells[4]
    with deployed_by_uwsgi_pass(tmp_path, strips=False) as root:
        assert see(row, f"{root}/svc") == ["404"]


@contextmanager
def deployed_by_mod_wsgi(work: Path, script: str, directive: str) -> Iterator[Site]:
    """Run Apache with mod_wsgi, and its nginx.

    :param script: The script file, which is in the directory.
    :param directive: What to add to the configuration.
    """
    port = free_port()
    command = mod_wsgi(port, "", work)
    conf = work / "httpd.conf"
    text = conf.read_text("utf-8")
    text = text.replace(f"{HERE}/wsgi.py", f"{work}/{script}")
    text = text.replace(f"<Directory {HERE}>", f"<Directory {work}>")
    conf.write_text(f"{text}\n{directive}\n", "utf-8")
    with (
        serving(command.arguments, work, port) as own,
        front(own, work) as root,
    ):
        yield Site(root, own, work / "output.log")


@recipe("mod_wsgi")
def test_the_script_of_mod_wsgi_sets_the_environment(row: Row, tmp_path: Path) -> None:
    assert "`os.environ`" in row.cells[3]
    script = copy_recipe("servers/wsgi_svc.py", tmp_path).name
    with deployed_by_mod_wsgi(tmp_path, script, "") as site:
        assert faults(site.root) == []


@mistake("mod_wsgi")
def test_set_env_of_apache_sets_no_environment(row: Row, tmp_path: Path) -> None:
    modules = "/usr/lib/apache2/modules"
    directive = PREFIX.replace("=", " ")
    assert f"`SetEnv {directive}`" in row.cells[4]
    env = f"LoadModule env_module {modules}/mod_env.so\nSetEnv {directive}"
    with deployed_by_mod_wsgi(tmp_path, "wsgi.py", env) as wrong:
        assert 'href="/foo/' in see(row, f"{wrong.root}/svc", wrong.own)
        assert "/foo/ answers 404" in faults(wrong.root)
