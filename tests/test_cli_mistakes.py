"""What is probably a mistake: each has its fix, and no right app is accused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Blueprint, Flask, request, url_for
from readme import BLOCKS
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, Rule

from flask_prefix_urls import PrefixURLs, forwarded_prefix
from flask_prefix_urls.cli.inside.mistakes import mistakes
from flask_prefix_urls.cli.inside.played import parse_options, played
from flask_prefix_urls.cli.report import Mistake
from flask_prefix_urls.testing import ProxyClient

SVC = "'/svc' (from the argument prefix)"
CONFIG = "'/svc' (from PREFIX_URLS_PREFIX)"


def nothing(app: Flask) -> None:
    pass


def make(
    prefix: Any = "/svc",
    config: Mapping[str, Any] | None = None,
    before: Callable[[Flask], object] = nothing,
    after: Callable[[Flask], object] = nothing,
    **options: Any,
) -> Flask:
    """Make an app with the endpoint ``foo`` and a prefix.

    :param before: What to do to it before ``PrefixURLs``.
    :param after: What to do to it after that.
    :param options: Those of ``Flask``.
    """
    app = Flask("tests", **options)
    app.config.update(config or {})
    app.add_url_rule("/foo/", "foo", str)
    app.add_url_rule("/items/<int:number>", "item", str)
    before(app)
    PrefixURLs(app, prefix)
    after(app)
    return app


def make_plain(config: Mapping[str, Any] | None = None) -> Flask:
    """Make an app without ``PrefixURLs``."""
    app = Flask("tests")
    app.config.update(config or {})
    app.add_url_rule("/foo/", "foo", str)
    return app


@dataclass(frozen=True)
class Asked:
    """What is asked about, and the request that is played."""

    endpoint: str | None = "foo"
    path: str | None = None
    headers: tuple[str, ...] = ()
    script_name: str = ""
    base_url: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)

    def find(self, app: Flask) -> list[Mistake]:
        request = parse_options(app, self.headers, self.script_name, self.base_url)
        with pytest.MonkeyPatch.context() as patch, played(app, request):
            for name, value in self.environ.items():
                patch.setenv(name, value)
            return [*mistakes(app, self.endpoint, self.path)]


FOO = Asked()


def register(**options: Any) -> Callable[[Flask], None]:
    """Return what registers a blueprint ``part`` with the endpoint ``page``."""

    def register(app: Flask) -> None:
        part = Blueprint("part", "tests", **options)
        part.add_url_rule("/page", "page", str)
        app.register_blueprint(part)

    return register


def register_at(url_prefix: str, **options: Any) -> Callable[[Flask], None]:
    def register(app: Flask) -> None:
        part = Blueprint("part", "tests", **options)
        part.add_url_rule("/page", "page", str)
        app.register_blueprint(part, url_prefix=url_prefix)

    return register


def register_twice(app: Flask) -> None:
    part = Blueprint("part", "tests")
    part.add_url_rule("/page", "page", str)
    for name in ("one", "two"):
        app.register_blueprint(part, name=name)


def rule(path: str, endpoint: str, **options: Any) -> Callable[[Flask], None]:
    return lambda app: app.add_url_rule(path, endpoint, str, **options)


def make_part(
    config: Mapping[str, Any] | None = None,
    before: Callable[[Flask], object] = nothing,
    after: Callable[[Flask], object] = nothing,
) -> Flask:
    """Make an app in which only the blueprint ``part`` has a prefix."""
    by_name = {"PREFIX_URLS_BLUEPRINTS": {"part": "/public"}}

    def register_and(app: Flask) -> None:
        register()(app)
        before(app)

    return make(None, {**by_name, **(config or {})}, register_and, after)


def make_part_by(prefix: Any) -> Flask:
    """Make an app in which only ``part`` has a prefix, from a function."""
    return make_part({"PREFIX_URLS_BLUEPRINTS": {"part": prefix}})


def redirect_rule(target: str) -> Callable[[Flask], None]:
    return lambda app: app.url_map.add(
        Rule("/old/<int:number>", endpoint="old", redirect_to=target)
    )


def wrap(**counts: int) -> Callable[[Flask], None]:
    """Return what wraps a ``ProxyFix`` around an app."""

    def wrap(app: Flask) -> None:
        app.wsgi_app = ProxyFix(app.wsgi_app, **counts)  # type: ignore[method-assign]

    return wrap


def replace_adapter(app: Flask) -> None:
    def own_adapter(request: Any) -> Any:
        return None if request is None else app.url_map.bind_to_environ(request.environ)

    app.create_url_adapter = own_adapter  # type: ignore[method-assign]


def own_url_for(endpoint: str, **values: Any) -> str:
    return f"/static/{values['filename']}" if values else f"/own/{endpoint}"


OWN = {"url_for": own_url_for}


def give_own_url_for() -> dict[str, Any]:
    return {"url_for": own_url_for}


def give_flasks_url_for() -> dict[str, Any]:
    return {"url_for": url_for}


def of_own_url_for(where: str, url: str, by_flask: str) -> Mistake:
    line = own_url_for.__code__.co_firstlineno
    return Mistake(
        "url-for-replaced",
        f"{__name__}.own_url_for (test_cli_mistakes.py, line {line}) is the url_for"
        f" {where}, and returns {url!r} where Flask's returns {by_flask!r}: wrong if"
        " the proxy does not serve that path.",
        "return Flask.url_for(app, endpoint, **values)",
    )


OWN_ADAPTER = replace_adapter.__code__.co_firstlineno + 1


def have_swagger(app: Flask, **config: Any) -> Any:
    """Give an app what Flasgger leaves on it."""

    class Swagger:
        template = None

    app.swag = Swagger()  # type: ignore[attr-defined]
    app.swag.config = config  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Case:
    """A mistake, and the same app with its fix."""

    wrong: Callable[[], Flask]
    right: Callable[[], Flask]
    mistake: Mistake
    asked: Asked = FOO
    #: If it is not the app that the fix changes.
    asked_then: Asked | None = None


def without_prefix(fix: str, extra: str = "") -> Mistake:
    text = f"Neither the app nor a blueprint was given a prefix{extra}: links are wrong"
    return Mistake("no-prefix", f"{text} if a proxy strips one.", fix)


def by_environment(prefix: str) -> str:
    return (
        f'PrefixURLs(app, "{prefix}"), or FLASK_PREFIX_URLS_PREFIX={prefix} in the'
        " environment and app.config.from_prefixed_env() before init_app"
    )


SECRET = {"SECRET_KEY": "a key"}
PART = Asked("part.page")
TWICE = "so URLs have it twice: wrong if it is not a path of the app."
CASES = {
    "no-PrefixURLs": Case(make_plain, make, without_prefix('PrefixURLs(app, "/svc")')),
    "no-prefix": Case(
        lambda: make(None),
        lambda: make(None, {"PREFIX_URLS_PREFIX": "/svc"}),
        without_prefix(by_environment("/svc")),
    ),
    "no-prefix-but-APPLICATION_ROOT": Case(
        lambda: make(None, {"APPLICATION_ROOT": "/app"}),
        lambda: make("/app", {"APPLICATION_ROOT": "/app"}),
        without_prefix(
            by_environment("/app"),
            ", and APPLICATION_ROOT='/app' does not change links",
        ),
    ),
    "no-prefix-but-a-header": Case(
        lambda: make(None),
        lambda: make("/v1"),
        without_prefix(by_environment("/v1")),
        Asked(headers=("X-Forwarded-Prefix: /v1/",)),
    ),
    "no-prefix-but-in-the-path": Case(
        lambda: make(None),
        lambda: make("/deep/v1"),
        without_prefix(by_environment("/deep/v1")),
        Asked(None, "/deep/v1/foo/"),
    ),
    "no-prefix-and-a-rule-for-every-path": Case(
        lambda: make(None, before=rule("/<path:page>", "page")),
        lambda: make(before=rule("/<path:page>", "page")),
        without_prefix(by_environment("/svc")),
        Asked("page", "/a/b"),
        Asked("page", "/svc/a/b"),
    ),
    "unread-environment": Case(
        lambda: make(None),
        lambda: make(None, {"PREFIX_URLS_PREFIX": "/svc"}),
        Mistake(
            "environment-unread",
            "The environment has FLASK_PREFIX_URLS_PREFIX, but app.config does not have"
            " PREFIX_URLS_PREFIX.",
            "app.config.from_prefixed_env() before PrefixURLs(app) or init_app(app)",
        ),
        Asked(environ={"FLASK_PREFIX_URLS_PREFIX": "/svc"}),
    ),
    "unread-mapping-in-environment": Case(
        make,
        lambda: make(config={"PREFIX_URLS_BLUEPRINTS": {}}),
        Mistake(
            "environment-unread",
            "The environment has FLASK_PREFIX_URLS_BLUEPRINTS__api, but app.config does"
            " not have PREFIX_URLS_BLUEPRINTS.",
            "app.config.from_prefixed_env() before PrefixURLs(app) or init_app(app)",
        ),
        Asked(environ={"FLASK_PREFIX_URLS_BLUEPRINTS__api": "/public"}),
    ),
    "SCRIPT_NAME": Case(
        make,
        make,
        Mistake(
            "script-name",
            "The environment has SCRIPT_NAME='/svc': if the proxy strips '/svc',"
            " gunicorn answers 500, since paths do not begin with it.",
            'unset SCRIPT_NAME, and PrefixURLs(app, "/svc")',
        ),
        Asked(environ={"SCRIPT_NAME": "/svc"}),
        FOO,
    ),
    "Celery": Case(
        lambda: make("/v1", before=lambda app: app.extensions.update(celery=1)),
        lambda: make(
            None,
            {"PREFIX_URLS_PUBLIC_URL": "https://example.com/v1"},
            before=lambda app: app.extensions.update(celery=1),
        ),
        Mistake(
            "no-public-url",
            "The app has Celery, but neither a public URL nor SERVER_NAME: a task that"
            " builds a URL fails.",
            'PrefixURLs(app, public_url="https://example.com/v1")',
        ),
    ),
    "adapter-replaced": Case(
        lambda: make(after=replace_adapter),
        lambda: make(before=replace_adapter),
        Mistake(
            "adapter-replaced",
            f"app.create_url_adapter was set to {__name__}.replace_adapter.<locals>"
            f".own_adapter (test_cli_mistakes.py, line {OWN_ADAPTER}) after PrefixURLs,"
            " and does not call that of PrefixURLs, so URLs have no prefix.",
            "PrefixURLs(app, ...) below the line that sets app.create_url_adapter",
        ),
    ),
    "url_for-replaced-before": Case(
        lambda: make(before=lambda app: setattr(app, "url_for", own_url_for)),
        make,
        of_own_url_for("of the app", "/static/a.css", "/svc/static/a.css"),
        Asked("static"),
    ),
    "url_for-replaced-after": Case(
        lambda: make(after=lambda app: setattr(app, "url_for", own_url_for)),
        make,
        of_own_url_for("of the app", "/own/foo", "/svc/foo/"),
    ),
    "url_for-replaced-in-templates": Case(
        lambda: make(after=lambda app: app.jinja_env.globals.update(OWN)),
        lambda: make(after=lambda app: app.jinja_env.globals.update(url_for=url_for)),
        of_own_url_for("of templates", "/own/foo", "/svc/foo/"),
    ),
    "url_for-replaced-by-a-context-processor": Case(
        lambda: make(after=lambda app: app.context_processor(give_own_url_for)),
        lambda: make(after=lambda app: app.context_processor(give_flasks_url_for)),
        of_own_url_for("of templates", "/own/foo", "/svc/foo/"),
    ),
    "prefix-in-route": Case(
        lambda: make(before=rule("/svc/bar", "bar")),
        lambda: make(before=rule("/bar", "bar")),
        Mistake(
            "prefix-twice",
            f"The route '/svc/bar' begins with the prefix {SVC}, {TWICE}",
            '"/bar", not "/svc/bar"',
        ),
        Asked("bar"),
    ),
    "prefix-as-route": Case(
        lambda: make("/ü", before=rule("/ü", "bar")),
        lambda: make("/ü", before=rule("/", "bar")),
        Mistake(
            "prefix-twice",
            "The route '/ü' begins with the prefix '/%C3%BC' (from the argument"
            f" prefix), {TWICE}",
            '"/", not "/ü"',
        ),
        Asked("bar"),
    ),
    "prefix-in-url_prefix": Case(
        lambda: make(before=register(url_prefix="/svc/part")),
        lambda: make(before=register(url_prefix="/part")),
        Mistake(
            "prefix-twice",
            "The url_prefix='/svc/part' of the blueprint 'part' begins with the prefix"
            f" {SVC}, {TWICE}",
            'url_prefix="/part"',
        ),
        PART,
    ),
    "prefix-as-url_prefix": Case(
        lambda: make(before=register(url_prefix="/svc/")),
        lambda: make(before=register(url_prefix=None)),
        Mistake(
            "prefix-twice",
            "The url_prefix='/svc/' of the blueprint 'part' begins with the prefix"
            f" {SVC}, {TWICE}",
            "url_prefix=None",
        ),
        PART,
    ),
    "prefix-where-a-blueprint-is-registered": Case(
        lambda: make(before=register_at("/svc")),
        lambda: make(before=register_at("/part")),
        Mistake(
            "prefix-twice",
            "The rule '/svc/page', by its route or by the url_prefix that the blueprint"
            f" 'part' is registered with, begins with the prefix {SVC}, {TWICE}",
            '"/page", not "/svc/page"',
        ),
        PART,
    ),
    "prefix-in-route-with-a-dot-in-its-name": Case(
        lambda: make(before=rule("/svc/bar", "no.blueprint")),
        lambda: make(before=rule("/bar", "no.blueprint")),
        Mistake(
            "prefix-twice",
            f"The route '/svc/bar' begins with the prefix {SVC}, {TWICE}",
            '"/bar", not "/svc/bar"',
        ),
        Asked("no.blueprint"),
    ),
    "prefix-in-static_url_path": Case(
        lambda: make(static_url_path="/svc/static"),
        lambda: make(static_url_path="/static"),
        Mistake(
            "prefix-twice",
            "The static_url_path='/svc/static' of the app begins with the prefix"
            f" {SVC}, {TWICE}",
            'static_url_path="/static"',
        ),
        Asked("static"),
    ),
    "prefix-in-route-and-in-static_url_path": Case(
        lambda: make(before=rule("/svc/bar", "bar"), static_url_path="/svc/static"),
        lambda: make(before=rule("/bar", "bar"), static_url_path="/svc/static"),
        Mistake(
            "prefix-twice",
            f"The route '/svc/bar' begins with the prefix {SVC}, {TWICE}",
            '"/bar", not "/svc/bar"',
        ),
        Asked("bar"),
    ),
    "prefix-where-a-blueprint-with-static-files-is-registered": Case(
        lambda: make(before=register_at("/svc", static_folder="static")),
        lambda: make(before=register_at("/part", static_folder="static")),
        Mistake(
            "prefix-twice",
            "The rule '/svc/static/<path:filename>', by its route or by the url_prefix"
            f" that the blueprint 'part' is registered with, begins with the prefix"
            f" {SVC}, {TWICE}",
            '"/static/<path:filename>", not "/svc/static/<path:filename>"',
        ),
        Asked("part.static"),
    ),
    "prefix-in-static_url_path-of-a-blueprint": Case(
        lambda: make(
            before=register(static_folder="static", static_url_path="/svc/files")
        ),
        lambda: make(before=register(static_folder="static", static_url_path="/files")),
        Mistake(
            "prefix-twice",
            "The static_url_path='/svc/files' of the blueprint 'part' begins with the"
            f" prefix {SVC}, {TWICE}",
            'static_url_path="/files"',
        ),
        Asked("part.static"),
    ),
    "APPLICATION_ROOT": Case(
        lambda: make(config={"APPLICATION_ROOT": "/app/"}),
        lambda: make(config={"APPLICATION_ROOT": "/"}),
        Mistake(
            "application-root",
            f"APPLICATION_ROOT is '/app/', which is neither '/' nor the prefix {SVC}:"
            " URLs outside of a request begin with '/svc/app', and the session cookie"
            " has the path '/app/', which is wrong if the server does not mount the app"
            " there.",
            'app.config["APPLICATION_ROOT"] = "/"',
        ),
    ),
    "APPLICATION_ROOT-that-is-not-the-path-of-the-cookie": Case(
        lambda: make(config={"APPLICATION_ROOT": "/app", "SESSION_COOKIE_PATH": "/"}),
        lambda: make(config={"APPLICATION_ROOT": "/", "SESSION_COOKIE_PATH": "/"}),
        Mistake(
            "application-root",
            f"APPLICATION_ROOT is '/app', which is neither '/' nor the prefix {SVC}:"
            " URLs outside of a request begin with '/svc/app', which is wrong if the"
            " server does not mount the app there.",
            'app.config["APPLICATION_ROOT"] = "/"',
        ),
    ),
    "APPLICATION_ROOT-beside-cookie_path": Case(
        lambda: make(
            config={"APPLICATION_ROOT": "/app", "PREFIX_URLS_COOKIE_PATH": True}
        ),
        lambda: make(config={"APPLICATION_ROOT": "/", "PREFIX_URLS_COOKIE_PATH": True}),
        Mistake(
            "application-root",
            f"APPLICATION_ROOT is '/app', which is neither '/' nor the prefix {SVC}:"
            " URLs outside of a request begin with '/svc/app', which is wrong if the"
            " server does not mount the app there.",
            'app.config["APPLICATION_ROOT"] = "/"',
        ),
    ),
    "ProxyFix-with-a-prefix": Case(
        lambda: make(after=wrap(x_for=0, x_host=2, x_prefix=1)),
        lambda: make(after=wrap(x_for=0, x_proto=1, x_host=2)),
        Mistake(
            "proxy-fix-prefix",
            f"ProxyFix has x_prefix=1, but the prefix {SVC} is given here: the URL has"
            " it once, but what a client sends as X-Forwarded-Prefix is written to"
            " SCRIPT_NAME.",
            "app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=1, x_host=2)",
        ),
    ),
    "header-that-nobody-reads": Case(
        lambda: make("/old"),
        lambda: make(forwarded_prefix(allowed=["/svc", "/old"], default="/svc")),
        Mistake(
            "header-unread",
            "The request has X-Forwarded-Prefix: /svc, which PrefixURLs does not"
            " read, but the prefix is '/old' (from the argument prefix): wrong if the"
            " proxy sets that header.",
            'PrefixURLs(app, forwarded_prefix(allowed=["/svc", "/old"],'
            ' default="/svc"))',
        ),
        Asked(headers=("X-Forwarded-Prefix: /svc",)),
    ),
    "header-of-another-name": Case(
        lambda: make("/old"),
        lambda: make(
            forwarded_prefix(
                2,
                header="X-Script-Name",
                allowed=["/svc/v1", "/old"],
                default="/svc/v1",
            )
        ),
        Mistake(
            "header-unread",
            "The request has X-Script-Name: /svc/v1, which PrefixURLs does not"
            " read, but the prefix is '/old' (from the argument prefix): wrong if the"
            " proxy sets that header.",
            'PrefixURLs(app, forwarded_prefix(2, header="X-Script-Name",'
            ' allowed=["/svc/v1", "/old"], default="/svc/v1"))',
        ),
        Asked(headers=("X-Script-Name: /svc/, /v1",)),
    ),
    "header-beside-one-that-is-read": Case(
        lambda: make(forwarded_prefix(default="/svc")),
        lambda: make(forwarded_prefix(header="X-Script-Name", default="/svc")),
        Mistake(
            "header-unread",
            "The request has X-Script-Name: /v1, which PrefixURLs does not read, but"
            f" the prefix is {SVC}: wrong if the proxy sets that header.",
            'PrefixURLs(app, forwarded_prefix(header="X-Script-Name",'
            ' allowed=["/v1", "/svc"], default="/v1"))',
        ),
        Asked(headers=("X-Script-Name: /v1",)),
    ),
    "header-that-nobody-reads-for-a-blueprint": Case(
        lambda: make_part(),
        lambda: make_part_by(
            forwarded_prefix(allowed=["/svc", "/public"], default="/svc")
        ),
        Mistake(
            "header-unread",
            "The request has X-Forwarded-Prefix: /svc, which PrefixURLs does not"
            " read, but the prefix is '/public' (from PREFIX_URLS_BLUEPRINTS): wrong"
            " if the proxy sets that header.",
            'PrefixURLs(app, blueprints={"part": forwarded_prefix(allowed=["/svc",'
            ' "/public"], default="/svc")})',
        ),
        Asked("part.page", headers=("X-Forwarded-Prefix: /svc",)),
    ),
    "header-of-a-blueprint-that-is-not-allowed": Case(
        lambda: make_part_by(forwarded_prefix(allowed=["/blue"])),
        lambda: make_part_by(forwarded_prefix(allowed=["/blue", "/green"])),
        Mistake(
            "header-untrusted",
            "The header X-Forwarded-Prefix has '/green', which is ignored, since it is"
            " not one of ['/blue'].",
            'forwarded_prefix(allowed=["/blue", "/green"]), if the proxy sets it',
        ),
        Asked("part.page", headers=("X-Forwarded-Prefix: /green",)),
    ),
    "header-that-is-not-allowed": Case(
        lambda: make(forwarded_prefix(allowed=["/blue"])),
        lambda: make(forwarded_prefix(allowed=["/blue", "/green"])),
        Mistake(
            "header-untrusted",
            "The header X-Forwarded-Prefix has '/green', which is ignored, since it is"
            " not one of ['/blue'].",
            'forwarded_prefix(allowed=["/blue", "/green"]), if the proxy sets it',
        ),
        Asked(headers=("X-Forwarded-Prefix: /green",)),
    ),
    "header-that-is-not-plain": Case(
        lambda: make(forwarded_prefix(default="/svc")),
        lambda: make(forwarded_prefix(allowed=["/user/a@b"], default="/svc")),
        Mistake(
            "header-untrusted",
            "The header X-Forwarded-Prefix has '/user/a@b', which is ignored, since it"
            " is not plain segments of A-Z a-z 0-9 . _ ~ - that do not begin with a"
            " dot.",
            'forwarded_prefix(allowed=["/user/a@b"]), if the proxy sets it',
        ),
        Asked(headers=("X-Forwarded-Prefix: /user/a@b",)),
    ),
    "header-that-is-no-prefix": Case(
        lambda: make(forwarded_prefix(default="/svc")),
        lambda: make(forwarded_prefix(default="/svc")),
        Mistake(
            "header-untrusted",
            "The header X-Forwarded-Prefix has '//evil.com', which is ignored, since it"
            " is not plain segments of A-Z a-z 0-9 . _ ~ - that do not begin with a"
            " dot.",
            "the proxy must set X-Forwarded-Prefix itself, to plain segments of A-Z a-z"
            " 0-9 . _ ~ - that do not begin with a dot",
        ),
        Asked(headers=("X-Forwarded-Prefix: //evil.com",)),
        Asked(headers=("X-Forwarded-Prefix: /svc",)),
    ),
    "header-with-too-few-values": Case(
        lambda: make(forwarded_prefix(2, default="/svc")),
        lambda: make(forwarded_prefix(1, default="/svc")),
        Mistake(
            "header-untrusted",
            "The header X-Forwarded-Prefix has '/a', which is ignored, since 2 values"
            " are trusted (from the argument prefix), and it has 1.",
            "forwarded_prefix(1, ...), if as many proxies strip",
        ),
        Asked(headers=("X-Forwarded-Prefix: /a",)),
    ),
    "scheme-and-host": Case(
        lambda: make(after=wrap(x_for=2, x_proto=0)),
        lambda: make(after=wrap(x_for=2, x_proto=1, x_host=1)),
        Mistake(
            "header-unread",
            "No ProxyFix reads X-Forwarded-Proto: https and X-Forwarded-Host:"
            " example.com, so external URLs begin with http://localhost, if the server"
            " does not read it either.",
            "app.wsgi_app = ProxyFix(app.wsgi_app, x_for=2, x_proto=1, x_host=1)",
        ),
        Asked(
            headers=(
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: example.com",
                "X-Forwarded-Port: 443",
            )
        ),
    ),
    "scheme-beside-the-prefix-of-ProxyFix": Case(
        lambda: make(None, after=wrap(x_proto=0, x_prefix=1)),
        lambda: make(None, after=wrap(x_for=1, x_proto=1, x_prefix=1)),
        Mistake(
            "header-unread",
            "No ProxyFix reads X-Forwarded-Proto: https, so external URLs begin with"
            " http://localhost, if the server does not read it either.",
            "app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_prefix=1)",
        ),
        Asked(headers=("X-Forwarded-Proto: https",)),
    ),
    "host-with-the-port": Case(
        make,
        lambda: make(after=wrap(x_host=1)),
        Mistake(
            "header-unread",
            "No ProxyFix reads X-Forwarded-Host: example.com:8443, so external URLs"
            " begin with http://localhost, if the server does not read it either.",
            "app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1)",
        ),
        Asked(headers=("X-Forwarded-Host: example.com:8443", "X-Forwarded-Port: 8443")),
    ),
    "port": Case(
        make,
        lambda: make(after=wrap(x_proto=0, x_port=1)),
        Mistake(
            "header-unread",
            "No ProxyFix reads X-Forwarded-Port: 8443, so external URLs begin with"
            " https://localhost, if the server does not read it either.",
            "app.wsgi_app = ProxyFix(app.wsgi_app, x_port=1)",
        ),
        Asked(headers=("X-Forwarded-Port: 8443",), base_url="https://localhost"),
    ),
    "ProxyFix-trusts-too-many": Case(
        lambda: make(after=wrap(x_proto=2)),
        lambda: make(after=wrap(x_proto=1)),
        Mistake(
            "header-untrusted",
            "ProxyFix has x_proto=2, but X-Forwarded-Proto only has 'https', which is"
            " ignored.",
            "ProxyFix(app.wsgi_app, ..., x_proto=1)",
        ),
        Asked(headers=("X-Forwarded-Proto: https",)),
    ),
    "cookie-path": Case(
        lambda: make(config={**SECRET, "SESSION_COOKIE_PATH": "/foo/"}),
        lambda: make(config={**SECRET, "SESSION_COOKIE_PATH": "/svc"}),
        Mistake(
            "cookie-path",
            "SESSION_COOKIE_PATH is '/foo/', but the URLs of the app begin with '/svc':"
            " browsers never send the cookie.",
            'app.config["SESSION_COOKIE_PATH"] = "/svc"',
        ),
    ),
    "cookie-path-of-Flask-Login": Case(
        lambda: make(config={"REMEMBER_COOKIE_PATH": "/svc2"}),
        lambda: make(config={"REMEMBER_COOKIE_PATH": "/svc"}),
        Mistake(
            "cookie-path",
            "REMEMBER_COOKIE_PATH is '/svc2', but the URLs of the app begin with"
            " '/svc': browsers never send the cookie.",
            'app.config["REMEMBER_COOKIE_PATH"] = "/svc"',
        ),
    ),
    "cookie-with-__Host-": Case(
        lambda: make(
            config={
                **SECRET,
                "SESSION_COOKIE_NAME": "__Host-id",
                "SESSION_COOKIE_PATH": "/svc",
            }
        ),
        lambda: make(
            config={
                **SECRET,
                "SESSION_COOKIE_NAME": "id",
                "SESSION_COOKIE_PATH": "/svc",
            }
        ),
        Mistake(
            "cookie-host",
            "The session cookie has the name '__Host-id' and the path '/svc', but"
            " browsers accept a name with __Host- only with the path '/'.",
            'app.config["SESSION_COOKIE_NAME"] = "id"',
        ),
    ),
    "redirect_to": Case(
        lambda: make(before=redirect_rule("/items/<number>?a=/b")),
        lambda: make(before=redirect_rule("items/<number>?a=/b")),
        Mistake(
            "redirect-absolute",
            "The rule '/old/<int:number>' has redirect_to='/items/<number>?a=/b', which"
            f" begins with a slash, so the redirect lacks the prefix {SVC}.",
            'redirect_to="items/<number>?a=/b"',
        ),
        Asked("old"),
    ),
    "path-by-hand": Case(
        make,
        make,
        Mistake(
            "path-by-hand",
            f"The path '/items/1' lacks the prefix of 'item', {SVC}: the proxy does not"
            " forward it, and no url_for wrote it.",
            'url_for("item", number=1)',
        ),
        Asked("item", "/items/1"),
        Asked("item", "/svc/items/1"),
    ),
    "path-by-hand-below-a-mount": Case(
        make,
        make,
        Mistake(
            "path-by-hand",
            f"The path '/m/foo/' lacks the prefix of 'foo', {SVC}: the proxy does not"
            " forward it, and no url_for wrote it.",
            'url_for("foo")',
        ),
        Asked("foo", "/m/foo/", script_name="/m"),
        Asked("foo", "/svc/m/foo/", script_name="/m"),
    ),
    "prefix-twice-in-path": Case(
        make,
        make,
        Mistake(
            "path-twice",
            f"The path '/svc/svc/foo/' has the prefix of 'foo' twice, {SVC}: something"
            " adds it to what url_for returns.",
            'url_for("foo"), not request.script_root + url_for(...)',
        ),
        Asked(None, "/svc/svc/foo/"),
        Asked("foo", "/svc/foo/"),
    ),
    "path-with-the-prefix-of-another-scope": Case(
        lambda: make(
            None,
            {
                "PREFIX_URLS_PREFIX": "/svc",
                "PREFIX_URLS_BLUEPRINTS": {"part": "/public"},
            },
            before=register(),
        ),
        make,
        Mistake(
            "path-of-another-scope",
            "The path '/public/foo/' has the prefix '/public', but 'foo' has"
            f" {CONFIG}.",
            'url_for("foo")',
        ),
        Asked(None, "/public/foo/"),
        Asked("foo", "/svc/foo/"),
    ),
    "path-of-a-scope-that-opts-out": Case(
        lambda: make(
            None,
            {"PREFIX_URLS_PREFIX": "/svc", "PREFIX_URLS_BLUEPRINTS": {"part": ""}},
            before=register(),
        ),
        lambda: make(before=register()),
        Mistake(
            "path-of-another-scope",
            "The path '/svc/page' has the prefix '/svc', but 'part.page' has '' (from"
            " PREFIX_URLS_BLUEPRINTS).",
            'url_for("part.page")',
        ),
        Asked(None, "/svc/page"),
    ),
    "test-client": Case(
        lambda: make(config={"TESTING": True}),
        lambda: make(
            config={"TESTING": True},
            after=lambda app: setattr(app, "test_client_class", ProxyClient),
        ),
        Mistake(
            "test-client",
            "The app is being tested, and Flask's own test client does not strip"
            f" {SVC}: it gets a 404 for '/svc/foo/'.",
            "app.test_client_class = ProxyClient",
        ),
        Asked("foo", "/svc/foo/"),
    ),
    "test-client-that-asks-for-the-prefix-alone": Case(
        lambda: make(config={"TESTING": True}, before=rule("/", "home")),
        lambda: make(
            config={"TESTING": True},
            before=rule("/", "home"),
            after=lambda app: setattr(app, "test_client_class", ProxyClient),
        ),
        Mistake(
            "test-client",
            "The app is being tested, and Flask's own test client does not strip"
            f" {SVC}: it gets a 404 for '/svc'.",
            "app.test_client_class = ProxyClient",
        ),
        Asked("home", "/svc"),
    ),
    "SWAGGER": Case(
        lambda: make(config={"SWAGGER": {"basePath": "/api"}}),
        lambda: make(config={"SWAGGER": {"basePath": "/svc/api"}}),
        Mistake(
            "spec-base",
            f"SWAGGER has the basePath '/api', which lacks the prefix {SVC}: the page"
            " of the API calls the wrong path.",
            '"/svc/api", not "/api"',
        ),
    ),
    "API_SPEC_OPTIONS": Case(
        lambda: make(
            config={"API_SPEC_OPTIONS": {"servers": [{"url": "https://example.com/"}]}}
        ),
        lambda: make(
            config={
                "API_SPEC_OPTIONS": {"servers": [{"url": "https://example.com/svc/"}]}
            }
        ),
        Mistake(
            "spec-base",
            "API_SPEC_OPTIONS has the server 'https://example.com/', which lacks the"
            f" prefix {SVC}: the page of the API calls the wrong path.",
            '"https://example.com/svc/", not "https://example.com/"',
        ),
    ),
    "Flasgger": Case(
        lambda: make(after=have_swagger),
        lambda: make(after=lambda app: have_swagger(app, basePath="/svc")),
        Mistake(
            "spec-base",
            "Flasgger has no base path, so its page calls paths without the prefix"
            f" {SVC}.",
            'swagger.config["basePath"] = prefix_of(app) or "/"',
        ),
    ),
    "Flasgger-with-OpenAPI": Case(
        lambda: make(after=lambda app: have_swagger(app, openapi="3.0.2")),
        lambda: make(
            after=lambda app: have_swagger(
                app, openapi="3.0.2", servers=[{"url": "/svc"}]
            )
        ),
        Mistake(
            "spec-base",
            "Flasgger has no base path, so its page calls paths without the prefix"
            f" {SVC}.",
            'swagger.config["servers"] = [{"url": prefix_of(app) or "/"}]',
        ),
    ),
}


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no variable of the machine have a say."""
    monkeypatch.delenv("SCRIPT_NAME", raising=False)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_mistake_is_told_with_the_line_to_change(case: Case) -> None:
    assert case.asked.find(case.wrong()) == [case.mistake]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_line_takes_the_mistake_away(case: Case) -> None:
    assert (case.asked_then or case.asked).find(case.right()) == []


def middleware(app: Flask) -> None:
    """Wrap a middleware around an app that may read any header."""
    app.wsgi_app = Wrapper(app.wsgi_app)  # type: ignore[method-assign]


class Wrapper:
    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: Any, start_response: Any) -> Any:
        raise NotImplementedError


class NoCookie:
    """A session interface that sets no cookie of Flask's."""

    def open_session(self, *_: Any) -> dict[str, Any]:
        return {}

    def is_null_session(self, _: Any) -> bool:
        return True


def tenant() -> str | None:
    return "/ada"


def from_own_header() -> str | None:
    return request.headers.get("X-Script-Name")


def fail() -> str:
    raise LookupError


def fail_with_url_for() -> dict[str, Any]:
    raise LookupError("url_for")


def at_cdn(endpoint: str, **_: Any) -> str:
    return f"https://cdn.example.com/{endpoint}"


def take_prefix_off(_: str, values: dict[str, Any]) -> None:
    values["_prefix"] = ""


class OwnFlask(Flask):
    """An app that adds to what Flask builds."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        PrefixURLs(self, "/svc")

    def url_for(self, *args: Any, **values: Any) -> str:
        return f"{super().url_for(*args, **values)}?v=1"


HTTPS = ("X-Forwarded-Proto: https", "X-Forwarded-Host: example.com")

RIGHT = {
    "nothing-is-given-and-the-server-mounts": (
        lambda: make(None),
        Asked(script_name="/svc"),
    ),
    "a-blueprint-is-given-one": (make_part, FOO),
    "the-environment-is-read": (
        lambda: make(None, {"PREFIX_URLS_PREFIX": "/svc"}),
        Asked(environ={"FLASK_PREFIX_URLS_PREFIX": "/svc", "FLASK_OTHER": "1"}),
    ),
    "another-program-reads-the-environment": (
        make,
        Asked(environ={"PREFIX_URLS_PREFIX": "/v1"}),
    ),
    "SCRIPT_NAME-is-the-mount": (
        make,
        Asked(script_name="/svc", environ={"SCRIPT_NAME": "/svc"}),
    ),
    "SCRIPT_NAME-and-the-proxy-does-not-strip": (
        lambda: make(config={"PREFIX_URLS_PROXY_STRIPS": False}),
        Asked(environ={"SCRIPT_NAME": "/svc"}),
    ),
    "Celery-and-SERVER_NAME": (
        lambda: make(
            config={"SERVER_NAME": "localhost"},
            before=lambda app: app.extensions.update(celery=1),
        ),
        FOO,
    ),
    "url_for-calls-that-of-Flask": (
        lambda: OwnFlask("tests"),
        Asked("static"),
    ),
    "url_for-leads-to-another-host": (
        lambda: make(after=lambda app: setattr(app, "url_for", at_cdn)),
        FOO,
    ),
    "url_for-fails": (
        lambda: make(after=lambda app: setattr(app, "url_for", fail)),
        FOO,
    ),
    "url_for-is-replaced-below-no-prefix": (
        lambda: make("", before=lambda app: setattr(app, "url_for", own_url_for)),
        FOO,
    ),
    "url_for-needs-values": (
        lambda: make(before=lambda app: setattr(app, "url_for", own_url_for)),
        Asked("item"),
    ),
    "an-own-url_defaults-function-takes-the-prefix-off": (
        lambda: make(
            before=lambda app: setattr(app, "url_for", own_url_for),
            after=lambda app: app.url_defaults(take_prefix_off),
        ),
        FOO,
    ),
    "a-context-processor-that-fails": (
        lambda: make(after=lambda app: app.context_processor(fail_with_url_for)),
        FOO,
    ),
    "a-route-begins-like-the-prefix": (
        lambda: make(before=rule("/svc-status", "status")),
        Asked("status"),
    ),
    "a-variable-may-be-the-prefix": (
        lambda: make(before=rule("/<tenant>/page", "page")),
        Asked("page"),
    ),
    "the-prefix-in-the-route-of-another-endpoint": (
        lambda: make(before=rule("/svc/bar", "bar")),
        FOO,
    ),
    "a-scope-that-opts-out-has-it-in-its-route": (
        lambda: make(
            None,
            {"PREFIX_URLS_PREFIX": "/svc", "PREFIX_URLS_BLUEPRINTS": {"part": ""}},
            before=register(url_prefix="/svc"),
        ),
        PART,
    ),
    "another-static-of-the-blueprint": (
        lambda: make(
            before=register(static_folder="static", static_url_path="/svc2/files")
        ),
        Asked("part.static"),
    ),
    "APPLICATION_ROOT-is-the-prefix": (
        lambda: make(config={"APPLICATION_ROOT": "/svc/"}),
        FOO,
    ),
    "APPLICATION_ROOT-of-an-app-that-opts-out": (
        lambda: make("", {"APPLICATION_ROOT": "/m"}),
        FOO,
    ),
    "ProxyFix-has-the-prefix-of-an-app-that-opts-out": (
        lambda: make("", after=wrap(x_prefix=1)),
        FOO,
    ),
    "the-prefix-comes-from-another-header": (
        lambda: make(forwarded_prefix(header="X-Script-Name")),
        Asked(headers=("X-Script-Name: /v1", "X-Forwarded-Prefix: /v1")),
    ),
    "APPLICATION_ROOT-is-None": (
        lambda: make(config={"APPLICATION_ROOT": None}),
        FOO,
    ),
    "APPLICATION_ROOT-is-the-mount": (
        lambda: make(config={"APPLICATION_ROOT": "/m"}),
        Asked(script_name="/m"),
    ),
    "ProxyFix-has-the-only-prefix": (
        lambda: make(None, after=wrap(x_prefix=1)),
        FOO,
    ),
    "ProxyFix-has-read-the-only-prefix": (
        lambda: make(None, after=wrap(x_prefix=1)),
        Asked(headers=("X-Forwarded-Prefix: /svc",)),
    ),
    "the-header-has-the-prefix": (
        make,
        Asked(headers=("X-Forwarded-Prefix: /svc/", "X-Script-Name: /svc")),
    ),
    "the-header-has-the-prefix-of-another-scope": (
        lambda: make(
            None,
            {
                "PREFIX_URLS_PREFIX": "/svc",
                "PREFIX_URLS_BLUEPRINTS": {"part": "/public"},
            },
            before=register(),
        ),
        Asked(headers=("X-Forwarded-Prefix: /public",)),
    ),
    "the-header-has-no-prefix": (
        make,
        Asked(headers=("X-Forwarded-Prefix: //evil.com", "X-Script-Name: ")),
    ),
    "a-prefix-function-of-another-scope-reads-the-header": (
        lambda: make(
            None,
            {
                "PREFIX_URLS_PREFIX": "/svc",
                "PREFIX_URLS_BLUEPRINTS": {"part": from_own_header},
            },
            before=register(),
        ),
        Asked(headers=("X-Script-Name: /v1",)),
    ),
    "a-prefix-function-reads-the-header": (
        lambda: make(from_own_header),
        Asked(headers=("X-Script-Name: /v1", "X-Forwarded-Prefix: /v2")),
    ),
    "a-middleware-may-read-the-headers": (
        lambda: make(after=middleware),
        Asked(headers=("X-Forwarded-Prefix: /v1", *HTTPS)),
    ),
    "the-header-is-read": (
        lambda: make(forwarded_prefix(default="/svc")),
        Asked(headers=("X-Forwarded-Prefix: /v1/",)),
    ),
    "the-header-is-not-sent": (
        lambda: make(forwarded_prefix(2, default="/svc")),
        FOO,
    ),
    "the-header-has-more-values-than-are-trusted": (
        lambda: make(forwarded_prefix(default="/svc")),
        Asked(headers=("X-Forwarded-Prefix: //evil.com, /v1",)),
    ),
    "the-server-has-read-scheme-and-host": (
        make,
        Asked(
            headers=(*HTTPS, "X-Forwarded-Port: 443"), base_url="https://example.com"
        ),
    ),
    "the-host-has-its-default-port": (
        make,
        Asked(
            headers=("X-Forwarded-Host: example.com:443", "X-Forwarded-Port: 443"),
            base_url="https://example.com",
        ),
    ),
    "the-host-is-an-address": (
        make,
        Asked(headers=("X-Forwarded-Port: 80",), base_url="http://[::1]"),
    ),
    "the-host-ends-with-a-digit": (
        make,
        Asked(headers=("X-Forwarded-Port: 80",), base_url="http://web1"),
    ),
    "the-host-has-the-port": (
        make,
        Asked(headers=("X-Forwarded-Port: 8443",), base_url="https://example.com:8443"),
    ),
    "ProxyFix-reads-scheme-and-host": (
        lambda: make(after=wrap(x_proto=1, x_host=1)),
        Asked(headers=HTTPS),
    ),
    "ProxyFix-reads-the-scheme-of-a-WebSocket": (
        lambda: make(after=wrap(x_proto=1)),
        Asked(
            headers=(
                "X-Forwarded-Proto: wss",
                "X-Forwarded-Host: example.com",
                "X-Forwarded-Port: 443",
            ),
            base_url="http://example.com:443",
        ),
    ),
    "the-scheme-of-a-WebSocket": (
        make,
        Asked(headers=("X-Forwarded-Proto: wss",), base_url="https://example.com"),
    ),
    "sessions-without-a-cookie": (
        lambda: make(
            config=SECRET,
            before=lambda app: setattr(app, "session_interface", NoCookie()),
        ),
        FOO,
    ),
    "a-cookie-for-a-part-of-the-app": (
        lambda: make(config={"REMEMBER_COOKIE_PATH": "/svc/account"}),
        FOO,
    ),
    "a-cookie-for-more-than-the-app": (
        lambda: make("/org/svc", config={"REMEMBER_COOKIE_PATH": "/org"}),
        FOO,
    ),
    "a-cookie-for-the-mount": (
        lambda: make(config={"REMEMBER_COOKIE_PATH": "/svc/m"}),
        Asked(script_name="/m"),
    ),
    "a-cookie-for-a-blueprint": (
        lambda: make(
            None,
            {
                "PREFIX_URLS_PREFIX": "/svc",
                "PREFIX_URLS_BLUEPRINTS": {"part": "/public"},
                "REMEMBER_COOKIE_PATH": "/public",
            },
            before=register(),
        ),
        FOO,
    ),
    "a-cookie-of-an-app-whose-prefix-is-a-function": (
        lambda: make(tenant, config={"REMEMBER_COOKIE_PATH": "/bob"}),
        FOO,
    ),
    "a-cookie-path-that-browsers-ignore": (
        lambda: make(config={"REMEMBER_COOKIE_PATH": "svc2"}),
        FOO,
    ),
    "a-cookie-with-__Host-": (
        lambda: make(config={**SECRET, "SESSION_COOKIE_NAME": "__Host-id"}),
        FOO,
    ),
    "redirect_to-is-public": (
        lambda: make(before=redirect_rule("/svc/items/<number>")),
        Asked("old"),
    ),
    "redirect_to-has-a-host": (
        lambda: make(before=redirect_rule("//example.com/items/<number>")),
        Asked("old"),
    ),
    "redirect_to-leads-to-another-app": (
        lambda: make(before=redirect_rule("/others/<number>")),
        Asked("old"),
    ),
    "redirect_to-leads-to-a-route-without-a-prefix": (
        lambda: make("", before=redirect_rule("/items/<number>")),
        Asked("old"),
    ),
    "redirect_to-leads-to-an-endpoint-that-no-scope-covers": (
        lambda: make_part(before=redirect_rule("/items/<number>")),
        Asked("old"),
    ),
    "redirect_to-of-another-endpoint": (
        lambda: make(before=redirect_rule("/items/<number>")),
        FOO,
    ),
    "a-public-path": (make, Asked("foo", "/svc/foo/")),
    "a-public-path-that-the-router-corrects": (make, Asked("foo", "/svc/foo")),
    "the-prefix-alone": (
        lambda: make(before=rule("/", "home")),
        Asked("home", "/svc"),
    ),
    "a-public-path-whose-route-has-the-prefix-too": (
        lambda: make(before=rule("/svc/bar", "bar")),
        Asked(None, "/svc/svc/bar"),
    ),
    "a-public-path-in-a-catch-all": (
        lambda: make(before=rule("/<path:page>", "page")),
        Asked("page", "/svc/svc/foo/"),
    ),
    "a-public-path-whose-route-is-hidden-by-another": (
        lambda: make(
            None,
            {"PREFIX_URLS_BLUEPRINTS": {"one": "/one", "two": "/two"}},
            before=register_twice,
        ),
        Asked(None, "/two/page"),
    ),
    "a-path-without-a-route": (make, Asked(None, "/svc/nope")),
    "a-path-of-another-tenant": (
        lambda: make(tenant),
        Asked(None, "/bob/foo/"),
    ),
    "a-path-of-a-scope-without-a-prefix": (
        make_part,
        Asked("foo", "/foo/"),
    ),
    "tests-behind-a-proxy-that-does-not-strip": (
        lambda: make(config={"TESTING": True, "PREFIX_URLS_PROXY_STRIPS": False}),
        Asked("foo", "/svc/foo/"),
    ),
    "tests-of-a-path-that-begins-like-the-prefix": (
        lambda: make(config={"TESTING": True}),
        Asked(None, "/svcfoo/"),
    ),
    "tests-and-no-path": (lambda: make(config={"TESTING": True}), FOO),
    "tests-of-an-endpoint-that-no-scope-covers": (
        lambda: make_part({"TESTING": True}),
        Asked("foo", "/foo/"),
    ),
    "tests-of-an-app-that-is-mounted": (
        lambda: make(config={"TESTING": True}),
        Asked("foo", "/svc/foo/", script_name="/svc"),
    ),
    "tests-of-a-scope-without-a-prefix": (
        lambda: make("", config={"TESTING": True}),
        Asked("foo", "/foo/"),
    ),
    "relative-servers": (
        lambda: make(
            config={
                "SWAGGER": "on",
                "API_SPEC_OPTIONS": {"servers": [{"url": "../"}, {}, "a"]},
            }
        ),
        FOO,
    ),
    "a-base-path-of-an-app-without-a-prefix": (
        lambda: make("", config={"SWAGGER": {"basePath": "/api"}}),
        FOO,
    ),
    "base-paths-of-an-app-that-only-has-prefixes-of-blueprints": (
        lambda: make_part({"SWAGGER": {"basePath": "/api"}}, after=have_swagger),
        FOO,
    ),
    "Flasgger-of-an-app-without-a-prefix": (
        lambda: make("", after=have_swagger),
        FOO,
    ),
    "an-attribute-of-the-same-name": (
        lambda: make(after=lambda app: setattr(app, "swag", "bag")),
        FOO,
    ),
}


@pytest.mark.parametrize(("make_app", "asked"), RIGHT.values(), ids=RIGHT)
def test_an_app_that_is_right_is_not_accused(
    make_app: Callable[[], Flask], asked: Asked
) -> None:
    assert asked.find(make_app()) == []


def test_what_the_log_warns_of_is_told(app: Flask) -> None:
    app.config["PREFIX_URLS_PREFX"] = "/old"
    PrefixURLs(app, "/svc")
    assert Asked("static").find(app) == [
        Mistake(
            "set-up",
            "The config key 'PREFIX_URLS_PREFX' is unknown: did you mean"
            " 'PREFIX_URLS_PREFIX'?",
        )
    ]


def test_a_converter_that_fails_is_no_mistake_of_these(app: Flask) -> None:
    class Failing(BaseConverter):
        def to_python(self, _: str) -> str:
            raise LookupError

    app.url_map.converters["failing"] = Failing
    app.add_url_rule("/<failing:name>", "page", str)
    PrefixURLs(app, "/svc")
    assert Asked(None, "/svc/page").find(app) == []


@pytest.mark.parametrize("path", [None, "/svc/foo/"], ids=["endpoint", "path"])
def test_a_prefix_function_that_fails_is_no_mistake_of_these(path: str | None) -> None:
    headers = ("X-Forwarded-Prefix: /svc", "X-Forwarded-Proto: http")
    assert Asked("foo", path, headers).find(make(fail, config=SECRET)) == []


def test_tasks_of_an_app_without_prefix_urls_are_told_of_too() -> None:
    app = make_plain()
    app.extensions["celery"] = 1
    _, outside = FOO.find(app)
    assert outside.fix == 'PrefixURLs(app, public_url="https://example.com/svc")'


def test_an_adapter_that_was_replaced_is_no_matter_without_a_prefix() -> None:
    (mistake,) = FOO.find(make(None, after=replace_adapter))
    assert mistake.code == "no-prefix"


def test_a_header_that_proxy_fix_reads_is_not_unread() -> None:
    app = make("/old", after=wrap(x_prefix=1))
    (mistake,) = Asked(headers=("X-Forwarded-Prefix: /svc",)).find(app)
    assert mistake.code == "proxy-fix-prefix"


def test_two_mistakes_with_one_proxy_fix_have_lines_that_agree() -> None:
    asked = Asked(headers=("X-Forwarded-Host: example.com",))
    of_prefix, of_host = asked.find(make(after=wrap(x_prefix=1)))
    line = "app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1"
    assert of_prefix.fix == f"{line})"
    assert of_host.fix == f"{line}, x_host=1)"


def test_two_rules_with_one_url_prefix_are_one_mistake() -> None:
    def register_both(app: Flask) -> None:
        part = Blueprint("part", "tests", url_prefix="/svc")
        for path in ("/page", "/pages"):
            part.add_url_rule(path, "page", str)
        app.register_blueprint(part)

    (mistake,) = PART.find(make(before=register_both))
    assert mistake.text == (
        "The url_prefix='/svc' of the blueprint 'part' begins with the prefix"
        f" {SVC}, {TWICE}"
    )


def test_an_app_without_an_adapter_has_no_route(app: Flask) -> None:
    PrefixURLs(app, "/svc")
    app.create_url_adapter = lambda _: None  # type: ignore[method-assign]
    assert Asked(None, "/foo/").find(app) == []


# But for the one that is a fixture.
APPS_OF_README = [
    code for _, code in BLOCKS if "Flask(__name__)" in code and "pytest" not in code
]


@pytest.mark.parametrize("code", APPS_OF_README)
def test_the_apps_of_readme_are_not_accused(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One of them sets it by itself: then it is removed again.
    monkeypatch.setenv("FLASK_PREFIX_URLS_PREFIX", "")
    monkeypatch.delenv("FLASK_PREFIX_URLS_PREFIX")
    names: dict[str, Any] = {"__name__": "tests"}
    exec(code, names)
    app = names["create_app"]() if "create_app" in names else names["app"]
    for endpoint in {rule.endpoint for rule in app.url_map.iter_rules()}:
        assert Asked(endpoint).find(app) == []


def test_a_header_is_unread_though_a_function_of_another_scope_fails() -> None:
    by_name = {"PREFIX_URLS_BLUEPRINTS": {"part": fail}, "PREFIX_URLS_PREFIX": "/svc"}
    app = make(None, by_name, before=register())
    (mistake,) = Asked(headers=("X-Forwarded-Prefix: /v1",)).find(app)
    assert mistake.code == "header-unread"
    assert Asked("part.page", headers=("X-Forwarded-Prefix: /v1",)).find(app) == []
