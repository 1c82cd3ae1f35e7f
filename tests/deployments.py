"""README's "Symptoms" behind nginx: the apps and the locations that show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    redirect,
    render_template_string,
    request,
    session,
    url_for,
)
from nginx import running_nginx
from pages import HOME, make_app
from readme import Row
from symptoms import run_check

from demo.servers import running
from flask_prefix_urls import PrefixURLs, forwarded_prefix, prefix_of

STRIPS = "location /svc/ { proxy_pass APP/; }"
#: With a line that a test writes.
STRIPS_WITH = "location /svc/ { LINE proxy_pass APP/; }"
LEAVES = "location /svc/ { proxy_pass APP; }"
#: What nginx adds to a ``Location`` shows, which the tests' nginx has switched off.
REDIRECTS_WITH = "location /svc/ { LINE proxy_pass APP/; proxy_redirect default; }"
#: What ingress-nginx writes for the path ``/svc(/|$)(.*)`` and a ``rewrite-target``.
INGRESS = (
    'location ~* "^/svc(/|$)(.*)" { rewrite "(?i)/svc(/|$)(.*)" TARGET break;'
    " proxy_pass APP; }"
)
# A proxy_set_header drops those of the server.
SENDS_PREFIX = STRIPS_WITH.replace(
    "LINE",
    "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Prefix /svc;",
)
# nginx plays API Gateway, which knows what is below the stage.
GATEWAY = "location ^~ /svc/ { proxy_pass APP/; } location ~ ^/ { return 403 'BODY'; }"
_OTHERS = "location / { return 404; }"


@dataclass(frozen=True)
class Deployment:
    """An app behind nginx: its public URL, its own address, nginx's certificate."""

    public: str
    own: str
    certificate: Path | None

    @property
    def root(self) -> str:
        """The root of nginx's URLs."""
        return self.public.removesuffix("/svc")

    def check(self, row: Row, **paths: str) -> list[str]:
        """Run the check of a row; the paths are those of the function."""
        return run_check(row, self.public, self.own, self.certificate, **paths)


Deploy = Callable[..., AbstractContextManager[Deployment]]


@contextmanager
def deployed(
    work: Path, app: Any, locations: str = STRIPS, certificate: Path | None = None
) -> Iterator[Deployment]:
    """Deploy an app behind nginx for as long as the block runs.

    :param work: A directory of its own.
    :param locations: Those of nginx, with APP for the app's address.
    :param certificate: What nginx serves https with, and no http then.
    """
    with (
        running(app) as address,
        running_nginx(
            locations.replace("APP", address) + _OTHERS, work, certificate=certificate
        ) as root,
    ):
        yield Deployment(f"{root}/svc", address, certificate)


def run(code: str, **names: Any) -> Any:
    """Run code of README on what a test gives it."""
    known = {
        "PrefixURLs": PrefixURLs,
        "forwarded_prefix": forwarded_prefix,
        "prefix_of": prefix_of,
        "redirect": redirect,
        "request": request,
        "url_for": url_for,
    }
    return eval(code, {**known, **names})


def app_by(code: str) -> Flask:
    """Return an app that a line of README was run on."""
    app = make_app()
    run(code, app=app)
    return app


def prefixed_app() -> Flask:
    """Return an app that has its prefix."""
    return app_by('PrefixURLs(app, "/svc")')


def app_with_form(html: str) -> Flask:
    """Return an app whose first page is what a test writes."""
    app = Flask("tests")
    app.add_url_rule("/", "home", lambda: render_template_string(html))
    PrefixURLs(app, "/svc")
    return app


def app_with_login(code: str) -> Flask:
    """Return an app that sends those who are not logged in where a code says."""
    app = prefixed_app()
    page = HOME + "<a href=\"{{ url_for('private') }}\">Private</a>"
    app.view_functions["home"] = lambda: render_template_string(page)
    app.view_functions["private"] = lambda: run(code)
    return app


def app_with_link(code: str) -> Flask:
    """Return an app whose first page has the link that a code makes."""
    app = prefixed_app()
    app.view_functions["home"] = lambda: f'<a href="{run(code)}">'
    return app


def app_with_prefix_in_route(prefix: str) -> Flask:
    """Return an app with a link to a route that begins with a prefix."""
    app = make_app()
    app.add_url_rule(f"{prefix}/bar", "bar", str)
    app.view_functions["home"] = lambda: f'<a href="{url_for("bar")}">'
    return app


def app_with_prefix_in_url_prefix(prefix: str) -> Flask:
    """Return an app with a link to a blueprint that begins with a prefix."""
    app = make_app()
    part = Blueprint("part", "tests", url_prefix=prefix or None)
    part.add_url_rule("/bar", "bar", str)
    app.register_blueprint(part)
    app.view_functions["home"] = lambda: f'<a href="{url_for("part.bar")}">'
    return app


def app_with_prefix_in_static_url_path(prefix: str) -> Flask:
    """Return an app with a link to a static file whose path begins with a prefix."""
    app = Flask("tests", static_url_path=f"{prefix}/static")
    page = "<a href=\"{{ url_for('static', filename='a.css') }}\">"
    app.add_url_rule("/", "home", lambda: render_template_string(page))
    return app


def app_with_user(prefix: str, setting: str = "") -> Flask:
    """Return an app that keeps who is logged in.

    :param setting: Another argument of ``PrefixURLs``, as code.
    """
    app = make_app()
    app.secret_key = f"the key of {prefix}"
    app.add_url_rule("/user", "user", lambda: session.get("user", "nobody"))
    run(f"PrefixURLs(app, prefix, {setting})", app=app, prefix=prefix)
    return app
