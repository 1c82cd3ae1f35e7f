"""The recipes for Jupyter: jupyter-server-proxy, and a service of JupyterHub."""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from crawler import send
from live import asked, need, running_program
from pages import faults, home_links, is_the_apps
from readme import Row, code_in
from recipes import DIRECTORY, NOTHING, ROWS, copy_recipe, mistake, recipe
from serving import PREFIXED
from symptoms import see

from demo.addresses import HOST
from demo.proxy import free_port

pytestmark = pytest.mark.live

PROCESS = "jupyter-server-proxy runs the app"
PROCESS_FILE = "jupyter/jupyter_server_config.py"
LEFT_ON = "`/proxy/absolute/5000/` of jupyter-server-proxy"
LEFT_ON_FILE = "jupyter/proxy-absolute.sh"
STRIPS = "`/proxy/5000/` of jupyter-server-proxy"
STRIPS_FILE = "jupyter/proxy.sh"
HEADER = "`/proxy/5000/` by its header"
HEADER_FILE = "jupyter/proxy-header.sh"
SERVICE = "A service of JupyterHub"
SERVICE_FILE = "jupyter/jupyterhub_config.py"

ABSOLUTE_REDIRECTS = """
from absolute_redirects import AbsoluteRedirects
app.response_class = AbsoluteRedirects
"""
# JupyterHub leaves an "@" as it is in the path of a user.
ADA = "/user/ada@example.com/"
# And encodes what is not ASCII.
JUERGEN = "/user/j%C3%BCrgen/"


def run(
    command: list[str],
    work: Path,
    url: str,
    *,
    says: str = "",
    environ: Mapping[str, str] = NOTHING,
) -> AbstractContextManager[None]:
    """Run a program for as long as the block runs.

    :param work: A directory of its own, which has ``wsgi.py``.
    :param url: What is asked until a server for Python answers.
    :param says: What the program says before that.
    """

    def is_ready() -> bool:
        if says not in (work / "output.log").read_text("utf-8"):
            return False
        answer = asked(url, url)
        server = (answer and answer.headers["Server"]) or ""
        return server.startswith(("gunicorn", "TornadoServer", "Werkzeug"))

    return running_program([need(command[0]), *command[1:]], work, is_ready, environ)


@pytest.fixture(scope="module", autouse=True)
def _long_start() -> Iterator[None]:
    """Wait longer for JupyterHub, which starts several programs, one by one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("demo.proxy._START_LIMIT", 60)
        yield


@contextmanager
def running_jupyter(work: Path, base_url: str, without: str = "") -> Iterator[str]:
    """Run a Jupyter server without a token, with the recipe's configuration.

    :param work: A directory of its own.
    :param without: What to leave out of the configuration.
    """
    (work / "wsgi.py").write_text(PREFIXED, "utf-8")
    changes = {without: ""} if without else {}
    copy_recipe(PROCESS_FILE, work, changes)
    port = free_port()
    command = [
        *("jupyter-server", "--no-browser", "--allow-root", f"--ip={HOST}"),
        *(f"--port={port}", f"--ServerApp.base_url={base_url}"),
        *("--IdentityProvider.token=", "--config=jupyter_server_config.py"),
    ]
    root = f"http://{HOST}:{port}"
    with run(command, work, f"{root}{base_url}api"):
        yield root


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the Jupyter server of Ada, and yield the root of its URLs."""
    with running_jupyter(tmp_path_factory.mktemp("jupyter"), ADA) as root:
        yield root


Terminal = Callable[..., AbstractContextManager[str]]


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """Run a script of a recipe, as in a terminal of a user; yield the port."""

    @contextmanager
    def terminal(
        file: str, user: str = ADA, wsgi: str = PREFIXED, without: str = ""
    ) -> Iterator[str]:
        port = str(free_port())
        (tmp_path / "wsgi.py").write_text(wsgi.replace("5000", port), "utf-8")
        copy_recipe("jupyter/absolute_redirects.py", tmp_path)
        changes = {"5000": port} | ({without: ""} if without else {})
        copy_recipe(file, tmp_path, changes)
        command = ["sh", Path(file).name]
        environ = {"JUPYTERHUB_SERVICE_PREFIX": user}
        with run(command, tmp_path, f"http://{HOST}:{port}/", environ=environ):
            yield port

    return terminal


def settings_in(file: str) -> list[str]:
    """Return the settings that a recipe gives the app, as its row has them."""
    text = (DIRECTORY / file).read_text("utf-8")
    found = re.findall(r'(FLASK_\w+)(?:="?|": ")([^"\n]*)', text)
    user = "${JUPYTERHUB_SERVICE_PREFIX:-/}"
    return [f"{name}={value.replace(user, '/user/NAME/')}" for name, value in found]


def has_location_only(row: Row, root: str, prefix: str) -> None:
    """Fail unless the prefix is twice in a redirect, and once in links."""
    slash, login = see(row, f"{root}{prefix}")
    # This one has a host.
    assert slash == f"Location: {root}{prefix}/foo/"
    assert login == f"Location: {prefix}{prefix}/login"
    assert f'href="{prefix}/foo/"' in send(root, "GET", f"{prefix}/").text


def is_404_of_the_app(root: str, prefix: str) -> bool:
    home = send(root, "GET", f"{prefix}/")
    return home.status == 404 and is_the_apps(home)


@recipe(PROCESS)
def test_jupyter_runs_the_app(jupyter: str, row: Row) -> None:
    assert code_in(row.cells[3]) == settings_in(PROCESS_FILE)
    assert faults(jupyter, f"{ADA}svc") == []


@mistake(PROCESS)
def test_jupyter_strips_the_path_of_the_app(tmp_path: Path, row: Row) -> None:
    (option,) = code_in(row.cells[4])
    with running_jupyter(tmp_path, ADA, f'"{option}": True,') as root:
        has_location_only(row, root, f"{ADA}svc")


@recipe(LEFT_ON)
def test_jupyter_leaves_the_path_on(jupyter: str, terminal: Terminal, row: Row) -> None:
    assert code_in(row.cells[3]) == settings_in(LEFT_ON_FILE)
    with terminal(LEFT_ON_FILE) as port:
        assert faults(jupyter, f"{ADA}proxy/absolute/{port}") == []


@mistake(LEFT_ON)
def test_jupyter_leaves_the_path_on_and_the_app_does_not_know(
    jupyter: str, terminal: Terminal, row: Row
) -> None:
    (name,) = code_in(row.cells[4])
    line = f"export {name}=false\n"
    with terminal(LEFT_ON_FILE, without=line) as port:
        prefix = f"{ADA}proxy/absolute/{port}"
        assert see(row, jupyter + prefix) == ["404"]
        assert is_404_of_the_app(jupyter, prefix)


@recipe(STRIPS)
def test_jupyter_strips_the_path(jupyter: str, terminal: Terminal, row: Row) -> None:
    *settings, line = code_in(row.cells[3])
    assert settings == settings_in(STRIPS_FILE)
    assert line in ABSOLUTE_REDIRECTS
    wsgi = PREFIXED + ABSOLUTE_REDIRECTS
    with terminal(STRIPS_FILE, wsgi=wsgi) as port:
        assert faults(jupyter, f"{ADA}proxy/{port}") == []


@mistake(STRIPS)
def test_jupyter_adds_the_path_to_redirects(
    jupyter: str, terminal: Terminal, row: Row
) -> None:
    assert code_in(row.cells[4])[0] in ABSOLUTE_REDIRECTS
    with terminal(STRIPS_FILE) as port:
        has_location_only(row, jupyter, f"{ADA}proxy/{port}")


def test_an_escape_in_the_name_needs_a_path_that_is_stripped(
    terminal: Terminal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    wsgi = PREFIXED + ABSOLUTE_REDIRECTS
    with running_jupyter(tmp_path_factory.mktemp("jupyter"), JUERGEN) as root:
        # jupyter-server-proxy encodes the "%" once more.
        assert is_404_of_the_app(root, f"{JUERGEN}svc")
        with terminal(LEFT_ON_FILE, JUERGEN) as port:
            assert is_404_of_the_app(root, f"{JUERGEN}proxy/absolute/{port}")
        with terminal(STRIPS_FILE, JUERGEN, wsgi) as port:
            assert faults(root, f"{JUERGEN}proxy/{port}") == []


@recipe(HEADER)
def test_jupyter_sends_the_path_that_it_strips(
    terminal: Terminal, tmp_path_factory: pytest.TempPathFactory, row: Row
) -> None:
    assert code_in(row.cells[3]) == settings_in(HEADER_FILE)
    user = "/user/ada/"
    wsgi = PREFIXED + ABSOLUTE_REDIRECTS
    with (
        running_jupyter(tmp_path_factory.mktemp("jupyter"), user) as root,
        terminal(HEADER_FILE, user, wsgi) as port,
    ):
        assert faults(root, f"{user}proxy/{port}") == []


@mistake(HEADER)
def test_a_name_that_a_header_may_not_have(
    jupyter: str, terminal: Terminal, tmp_path: Path, row: Row
) -> None:
    assert code_in(row.cells[4])[0] == "@"
    with terminal(HEADER_FILE) as port:
        prefix = f"{ADA}proxy/{port}"
        assert see(row, jupyter + prefix) == home_links()
        link = send(jupyter, "GET", "/foo/")
        assert (link.status, link.headers["Server"][:13]) == (404, "TornadoServer")
    said = (tmp_path / "output.log").read_text("utf-8")
    assert f"The header X-Forwarded-Prefix is '{prefix}', which is not trusted" in said


def test_a_name_that_the_app_allows(jupyter: str, terminal: Terminal) -> None:
    code = code_in(ROWS[HEADER].cells[4])[1].replace("/user/NAME/", ADA)
    imported = "from flask_prefix_urls import forwarded_prefix\n"
    wsgi = imported + PREFIXED.replace("PrefixURLs(app)", code) + ABSOLUTE_REDIRECTS
    with terminal(HEADER_FILE, wsgi=wsgi) as port:
        assert faults(jupyter, f"{ADA}proxy/{port}") == []


@contextmanager
def running_hub(work: Path, without: str = "") -> Iterator[str]:
    """Run JupyterHub, with its proxy and the app as a service; yield the root."""
    need("configurable-http-proxy")
    # The Hub looks for modules in its own directory, too.
    app = work / "app"
    app.mkdir()
    (app / "wsgi.py").write_text(PREFIXED, "utf-8")
    changes = {
        "127.0.0.1:5000": f"{HOST}:{free_port()}",
        "/srv/app": str(app),
        # Another user may not read the directory.
        "www-data": getpass.getuser(),
    }
    copy_recipe(SERVICE_FILE, work, changes | ({without: ""} if without else {}))
    root, hub, api = (f"http://{HOST}:{free_port()}" for _ in range(3))
    command = [
        *("jupyterhub", "--config=jupyterhub_config.py"),
        *(f"--JupyterHub.bind_url={root}", f"--JupyterHub.hub_bind_url={hub}"),
        f"--ConfigurableHTTPProxy.api_url={api}",
    ]
    # It has an answer for each service that is not there yet.
    says = "JupyterHub is now running"
    with run(command, work, f"{root}/services/svc/", says=says):
        yield root


@recipe(SERVICE)
def test_a_service_of_jupyterhub(tmp_path: Path, row: Row) -> None:
    assert code_in(row.cells[3]) == settings_in(SERVICE_FILE)
    with running_hub(tmp_path) as root:
        assert faults(root, "/services/svc") == []


def test_a_service_of_jupyterhub_has_its_own_user_and_directory() -> None:
    text = (DIRECTORY / SERVICE_FILE).read_text("utf-8")
    config = SimpleNamespace(JupyterHub=SimpleNamespace())
    exec(text, {"get_config": lambda: config})
    (service,) = config.JupyterHub.services
    assert (service["user"], service["cwd"]) == ("www-data", "/srv/app")


@mistake(SERVICE)
def test_a_service_of_jupyterhub_whose_path_is_left_on(
    tmp_path: Path, row: Row
) -> None:
    (name,) = code_in(row.cells[4])
    with running_hub(tmp_path, f'"{name}": "false",') as root:
        assert see(row, f"{root}/services/svc") == ["404"]
        assert is_404_of_the_app(root, "/services/svc")
