"""The judge that we did not write: plain Flask, mounted where the prefix would be.

Hypothesis makes random applications and requests. Each request is asked of plain Flask
with ``SCRIPT_NAME=prefix+mount``, and of the same application with ``PrefixURLs`` and
``SCRIPT_NAME=mount``. Status, headers, URLs and request attributes must be equal.

Plain Flask has one prefix for all of an application. So a URL is compared with that of
plain Flask mounted at the prefix of *its* endpoint (rule 1 of the design).

``test_oracle.py`` runs this for a few seconds. To run it for longer::

    python tests/oracle.py --minutes 30 --seed 1
"""

from __future__ import annotations

import argparse
import logging
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from uuid import UUID

from flask import Blueprint, Flask, request, url_for
from flask.globals import request_ctx
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Gone, HTTPException, MethodNotAllowed
from werkzeug.routing import (
    BaseConverter,
    BuildError,
    IntegerConverter,
    MapAdapter,
    RequestRedirect,
    WebsocketMismatch,
)
from werkzeug.routing.converters import ValidationError
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.urls import iri_to_uri

from flask_prefix_urls import PrefixURLs, unprefixed

# What an application is: plain data, from which the same one is made several times.


@dataclass(frozen=True)
class Variable:
    """A variable part of a rule, with one value that URLs are built and asked with."""

    converter: str
    value: Any
    text: str


Segments = tuple["str | Variable", ...]


@dataclass(frozen=True)
class Redirect:
    """What a rule has as its ``redirect_to``: a path or URL of another endpoint."""

    form: str
    to: int
    function: bool


@dataclass(frozen=True)
class Page:
    """One endpoint. It has a second rule if it has defaults or an alias."""

    segments: Segments
    slash: bool
    methods: tuple[str, ...] | None = None
    websocket: bool = False
    strict_slashes: bool | None = None
    merge_slashes: bool | None = None
    domain: str | None = None
    second: str | None = None
    redirect: Redirect | None = None


@dataclass(frozen=True)
class Scope:
    """What a prefix is given to, and how it is."""

    pages: tuple[Page, ...]
    prefix: str | None = None
    by_name: bool = False
    #: What a Blueprint object is given whose name is given the prefix, which wins.
    by_object: str | None = None
    by_function: bool = False
    segments: Segments = ()
    domain: str | None = None
    static: bool = False
    children: tuple[Scope, ...] = ()


@dataclass(frozen=True)
class Application:
    """A whole application: its own scope, and what counts for all."""

    scope: Scope
    matching: str = ""
    strict_slashes: bool = True
    merge_slashes: bool = True
    mount: str = ""
    proxy_strips: bool = True
    handles_build_errors: bool = False
    #: What a before_request function assigns to the adapter of the context.
    assigns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Asked:
    """A request: the route of an endpoint, changed in some way."""

    to: int
    change: str = ""
    method: str = "GET"
    query: str = ""
    host: str | None = None
    websocket: bool = False
    https: bool = False


# How they are made at random. There are few words, so that routes, prefixes and mounts
# are often alike.

UUIDS = ("6ba7b810-9dad-11d1-80b4-00c04fd430c8",)
VARIABLES = [
    *(Variable("", text, text) for text in ("a", "é ü", "x%y", "a?b#c", "svc", "..")),
    Variable("string(length=2)", "ab", "ab"),
    Variable("string(minlength=2, maxlength=4)", "éé", "éé"),
    *(Variable("int", number, str(number)) for number in (0, 7)),
    Variable("int(signed=True)", -3, "-3"),
    Variable("int(fixed_digits=3)", 7, "007"),
    Variable("int(min=1, max=5)", 9, "9"),
    Variable("float", 1.5, "1.5"),
    Variable("float(signed=True)", -1.5, "-1.5"),
    *(Variable("path", text, text) for text in ("a/b", "é/x y/", "a//b", "svc/a")),
    *(Variable("uuid", UUID(text), text) for text in UUIDS),
    Variable("any(a, b, 'c d')", "a", "a"),
    Variable("any(a, b, 'c d')", "z", "z"),
    Variable("words", ["a", "é"], "a+é"),
    Variable("words", ["bad"], "bad"),
    Variable("words", ["gone"], "gone"),
]
WORDS = ["a", "b", "svc", "v1", "é", "a b", "x;y=1", "a%20b"]
PREFIXES = ["/svc", "/svc/v1", "/a", "/é", "/x%20y", "/b/", "/@:+=~", "", "/a%2Bb"]
MOUNTS = ["", "", "", "/m", "/svc", "/svc/m", "/svcm", "/é", "/a b/m", "/m/"]
HOSTS = {
    "": {None: "localhost"},
    "server name": {None: "example.com:8080"},
    "subdomain": {
        None: "example.com:8080",
        "api": "api.example.com:8080",
        "<sub>": "x.example.com:8080",
    },
    "host": {None: "a.example", "b.example:8080": "b.example:8080", "<sub>": "c.de"},
}
DOMAIN_VALUES = {"subdomain": "x", "host": "c.de"}
FORMS = [
    "relative",
    "no slash",
    "many slashes",
    "../",
    "../../",
    "./",
    "/",
    "http://localhost/",
    "//other.example/",
    "https://example.com:8080/",
    "?x=1#y",
    "empty",
]
FUNCTION_FORMS = [*FORMS, "build", "build external", "url_for", "in query", "raise"]
CHANGES = [
    *("", "", "", ""),
    "no slash",
    "slash",
    "slashes",
    "slashes in front",
    "more",
    "more/",
    "empty",
    "second",
    "not UTF-8",
    "double prefix",
]
#: How deep blueprints are nested.
DEPTH = 3
#: What one call of ``url_for`` is given as its own.
CALL_PREFIX = "/one/é"

maybe = st.none() | st.booleans()
segments = st.lists(
    st.sampled_from(WORDS) | st.sampled_from(VARIABLES), max_size=2
).map(tuple)
redirects = st.builds(
    Redirect, st.sampled_from(FORMS), st.integers(0, 20), st.just(False)
) | st.builds(
    Redirect, st.sampled_from(FUNCTION_FORMS), st.integers(0, 20), st.just(True)
)
METHODS = [None, None, None, ("GET", "POST"), ("POST",), ("PUT", "DELETE")]
# A method of each of them.
ONE_OF_EACH = ("GET", "POST", "PUT")


def pages(matching: str) -> st.SearchStrategy[Page]:
    """Return a strategy for pages."""
    page = partial(
        st.builds,
        Page,
        segments,
        st.booleans(),
        strict_slashes=maybe,
        merge_slashes=maybe,
        domain=st.sampled_from([*HOSTS[matching]]),
    )
    methods = st.sampled_from(METHODS)
    return (
        page(methods=methods, second=st.sampled_from([None, "defaults", "alias"]))
        | page(websocket=st.just(True))
        | page(methods=methods, redirect=redirects)
    )


def scopes(matching: str, depth: int) -> st.SearchStrategy[Scope]:
    """Return a strategy for scopes with blueprints nested up to a depth."""
    children = st.just(())
    if depth:
        most = 2 if depth == DEPTH else 1
        inner = scopes(matching, depth - 1)
        children = st.lists(inner, max_size=most).map(tuple)
    return st.builds(
        Scope,
        st.lists(pages(matching), max_size=3).map(tuple),
        st.none() | st.sampled_from(PREFIXES),
        by_name=st.booleans(),
        by_object=st.none() | st.sampled_from(PREFIXES),
        by_function=st.booleans(),
        segments=segments,
        # A nested blueprint's subdomain means different things to Flask 2.2 and 2.3.
        domain=st.sampled_from([*HOSTS[matching]])
        if matching == "subdomain" and depth == DEPTH - 1
        else st.none(),
        static=st.booleans(),
        children=children,
    )


@st.composite
def applications(draw: st.DrawFn) -> Application:
    """Make an application."""
    matching = draw(st.sampled_from([*HOSTS]))
    return Application(
        draw(scopes(matching, DEPTH)),
        matching,
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.sampled_from(MOUNTS)),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(
            st.lists(
                st.sampled_from(
                    [
                        ("url_scheme", "https"),
                        ("server_name", "else.example"),
                        ("subdomain", "api"),
                        ("default_method", "POST"),
                    ]
                ),
                max_size=1,
            ).map(tuple)
            | st.just(())
        ),
    )


requests = st.builds(
    Asked,
    st.integers(0, 60),
    st.sampled_from(CHANGES),
    st.sampled_from(["GET", "GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH"]),
    st.sampled_from(["", "", "q=1&r=/x", "a=%C3%A9&b=c+d", "x=//svc&x=2", "?"]),
    st.none() | st.sampled_from(["localhost", "api.example.com:8080", "other.org"]),
    st.sampled_from([False, False, False, True]),
    st.booleans(),
)


# What the applications are made of.


class WordsConverter(BaseConverter):
    """A list of words, with two that make it fail in different ways."""

    regex = "[^/]+"

    def to_python(self, value: str) -> list[str]:
        """Refuse ``bad`` as Werkzeug documents it, and ``gone`` by an answer."""
        if value == "bad":
            raise ValidationError
        if value == "gone":
            raise Gone
        return value.split("+")

    def to_url(self, value: Any) -> str:
        """Join the words."""
        return "+".join(quote(word, safe="") for word in value)


class LenientWords(WordsConverter):
    """Refuses nothing."""

    def to_python(self, value: str) -> list[str]:
        """Split any words."""
        return value.split("+")


class LenientInteger(IntegerConverter):
    """Refuses no number, however many digits it has."""

    def to_python(self, value: str) -> int:
        """Return any number."""
        return int(value)


class Moved(RequestRedirect):
    """A redirect with a class and a status code of its own."""

    code = 307


@dataclass(frozen=True)
class Endpoint:
    """What the judge knows of an endpoint without asking either side."""

    name: str
    #: Its prefix as it stands in a URL; ``None`` if no scope covers it.
    prefix: str | None
    values: dict[str, Any]
    path: str
    domain: str | None = None
    page: Page | None = None
    second_path: str | None = None


def rule_of(parts: Segments, name: str) -> str:
    """Return a part of a rule, with variables that are named after their place."""
    return "".join(
        f"/{part}"
        if isinstance(part, str)
        else f"/<{part.converter or 'default'}:{name}{number}>"
        for number, part in enumerate(parts)
    )


def values_of(parts: Segments, name: str) -> dict[str, Any]:
    """Return the values of these variables."""
    return {
        f"{name}{number}": part.value
        for number, part in enumerate(parts)
        if isinstance(part, Variable)
    }


def path_of(parts: Segments) -> str:
    """Return the path that these variables make, not percent-encoded."""
    return "".join(f"/{p if isinstance(p, str) else p.text}" for p in parts)


def written(prefix: str) -> str:
    """Return a prefix as it stands in a URL."""
    path = quote(prefix.strip("/"), safe="/%@:+=~")
    # An escape that nobody needs is not written.
    path = path.replace("%2B", "+")
    return f"/{path}" if path else ""


def names(scopes_: tuple[Scope, ...], outer: str = "") -> Iterator[tuple[str, Scope]]:
    """Yield the blueprints by the names that they are registered by."""
    for number, scope in enumerate(scopes_):
        name = f"{outer}b{number}"
        yield name, scope
        yield from names(scope.children, f"{name}.")


def endpoints_of(application: Application) -> list[Endpoint]:
    """Return all endpoints, each with the prefix of its nearest scope."""
    app = application.scope
    prefix = None if app.prefix is None else written(app.prefix)
    return [
        Endpoint("static", prefix, {"filename": "é/x y.css"}, "/static/é/x y.css"),
        *_endpoints(app, application, "", prefix, "", {}, 0, None),
    ]


def _endpoints(
    scope: Scope,
    application: Application,
    name: str,
    prefix: str | None,
    before: str,
    outer: dict[str, Any],
    depth: int,
    domain: str | None,
) -> Iterator[Endpoint]:
    domain = scope.domain or domain
    if depth:
        before += path_of(scope.segments)
        outer = {**outer, **values_of(scope.segments, f"p{depth}_")}
    if scope.static and depth and application.matching != "host":
        values = {**outer, **domain_values(domain, application)}
        path = f"{before}/files/x.css"
        yield Endpoint(
            f"{name}static", prefix, {**values, "filename": "x.css"}, path, domain
        )
    for number, page in enumerate(scope.pages):
        page_domain = page.domain or domain
        values = {**outer, **values_of(page.segments, "r")}
        values.update(domain_values(page_domain, application))
        path = before + path_of(page.segments)
        second = None
        if page.second == "defaults":
            path, second = f"{path}/7", f"{path}/1"
            values["d"] = 7
        else:
            path += "/" if page.slash or not path else ""
            if page.second == "alias":
                second = f"{before}/alias{path_of(page.segments)}"
        yield Endpoint(
            f"{name}e{number}", prefix, values, path, page_domain, page, second
        )
    for number, child in enumerate(scope.children):
        own = prefix if child.prefix is None else written(child.prefix)
        yield from _endpoints(
            child,
            application,
            f"{name}b{number}.",
            own,
            before,
            outer,
            depth + 1,
            domain,
        )


def domain_values(domain: str | None, application: Application) -> dict[str, str]:
    """Return the value of the variable that a subdomain or host may have."""
    return {"sub": DOMAIN_VALUES[application.matching]} if domain == "<sub>" else {}


@dataclass
class Log:
    """What one application saw while it answered one request."""

    records: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


class Side:
    """One of the applications that are compared.

    :param kind: ``plain`` or ``prefixed``; ``landing``: plain Flask in which no rule
        redirects on to another, so that it tells where a redirect leads; or
        ``lenient``: plain Flask whose converters refuse nothing.
    :param only: The prefix of the endpoints that it has; by default it has all.
    """

    def __init__(
        self, application: Application, kind: str, only: str | None = None
    ) -> None:
        self.kind = kind
        self.only = only
        self.application = application
        self.endpoints = endpoints_of(application)
        self.prefixes = {endpoint.name: endpoint.prefix for endpoint in self.endpoints}
        self.log = Log()
        #: Where it is mounted now.
        self.root = ""
        self.app = self._make()

    def _make(self) -> Flask:
        application = self.application
        scope = application.scope
        hosts = application.matching == "host"
        app = Flask(
            "oracle",
            host_matching=hosts,
            static_host="a.example" if hosts else None,
            subdomain_matching=application.matching == "subdomain",
        )
        app.logger.disabled = True
        if application.matching in ("server name", "subdomain"):
            app.config["SERVER_NAME"] = "example.com:8080"
        app.url_map.converters["words"] = WordsConverter
        if self.kind == "lenient":
            app.url_map.converters.update(words=LenientWords, int=LenientInteger)
        app.url_map.strict_slashes = application.strict_slashes
        app.url_map.merge_slashes = application.merge_slashes
        app.url_map.redirect_defaults = self.kind != "landing"
        if application.handles_build_errors:
            app.url_build_error_handlers.append(self._handle_build_error)
        app.before_request(self._before)
        app.register_error_handler(Exception, self._handle_error)
        by_name = {}
        for name, blueprint in names(scope.children):
            if blueprint.by_name and blueprint.prefix is not None:
                by_name[name] = given_to(blueprint)
        if self.kind == "prefixed":
            PrefixURLs(
                app,
                given_to(scope),
                blueprints=by_name,
                proxy_strips=application.proxy_strips,
            )
        self._add_pages(app, scope, "")
        for number, child in enumerate(scope.children):
            blueprint, url_prefix = self._blueprint(child, f"b{number}", "", 1)
            app.register_blueprint(blueprint, url_prefix=url_prefix)
        return app

    def _blueprint(
        self, scope: Scope, name: str, outer: str, depth: int
    ) -> tuple[Blueprint, str | None]:
        has_static = scope.static and self.application.matching != "host"
        blueprint = Blueprint(
            name,
            "oracle",
            static_folder="static" if has_static else None,
            static_url_path="/files",
            subdomain=scope.domain,
        )
        self._add_pages(blueprint, scope, f"{outer}{name}.")
        is_given = self.kind == "prefixed" and scope.prefix is not None
        if is_given and not scope.by_name:
            PrefixURLs(blueprint, given_to(scope))
        elif is_given and scope.by_object is not None:
            PrefixURLs(blueprint, scope.by_object)
        for number, child in enumerate(scope.children):
            inner, url_prefix = self._blueprint(
                child, f"b{number}", f"{outer}{name}.", depth + 1
            )
            blueprint.register_blueprint(inner, url_prefix=url_prefix)
        return blueprint, rule_of(scope.segments, f"p{depth}_") or None

    def _add_pages(self, to: Flask | Blueprint, scope: Scope, name: str) -> None:
        for number, page in enumerate(scope.pages):
            endpoint = f"e{number}"
            if self.only not in (None, self.prefixes[f"{name}{endpoint}"]):
                continue
            options: dict[str, Any] = {
                "methods": page.methods,
                "strict_slashes": page.strict_slashes,
                "merge_slashes": page.merge_slashes,
            }
            if page.websocket:
                options["websocket"] = True
            if self.application.matching == "subdomain":
                # Without it, the blueprint's counts.
                options.update({"subdomain": page.domain} if page.domain else {})
            if self.application.matching == "host":
                options["host"] = page.domain or "a.example"
            if page.redirect and self.kind != "landing":
                options["redirect_to"] = self._redirect_to(
                    f"{name}{endpoint}", page.redirect
                )
            rule = rule_of(page.segments, "r")
            add = partial(to.add_url_rule, endpoint=endpoint, **options)
            if page.second == "defaults":
                add(f"{rule}/", view_func=view, defaults={"d": 1})
                add(f"{rule}/<int:d>", view_func=view)
                continue
            add(rule + "/" if page.slash or not rule else rule, view_func=view)
            if page.second == "alias":
                add(f"/alias{rule}", alias=True, view_func=view)

    def _redirect_to(self, name: str, redirect: Redirect) -> Any:
        target = target_of(redirect, self.endpoints)
        text = written_redirect(redirect.form, target.path)

        def function(adapter: MapAdapter, **_: Any) -> str:
            self.log.calls.append(name)
            match redirect.form:
                case "build":
                    return adapter.build(target.name, target.values)
                case "build external":
                    return adapter.build(
                        target.name, target.values, force_external=True
                    )
                case "url_for":
                    return url_for(target.name, **target.values)
                case "in query":
                    built = url_for(target.name, **target.values)
                    return f"{text}?next={quote(built, safe='')}"
                case "raise":
                    built = url_for(target.name, _external=True, **target.values)
                    raise Moved(built)
            return text

        return function if redirect.function else text

    # What it sees.

    def _before(self) -> None:
        for name, value in self.application.assigns:
            setattr(request_ctx.url_adapter, name, value)
        # Those of the request itself, before we match and build.
        calls = [*self.log.calls]
        self.log.records.append(
            {
                "place": "before_request",
                "calls": calls,
                "attributes": attributes(),
                "urls": self._urls(),
                "matches": self._matches(),
            }
        )

    def _handle_error(self, error: Exception) -> Any:
        seen = {"error": f"{type(error).__name__}: {error}", **attributes()}
        self.log.records.append({"place": "error", "attributes": seen})
        return error if isinstance(error, HTTPException) else ("failed", 500)

    def _handle_build_error(
        self, _: Exception, endpoint: str, values: dict[str, Any]
    ) -> str:
        return f"/handled?{endpoint}&{sorted(values)}"

    def _urls(self) -> dict[tuple[str, str], str]:
        adapter = request_ctx.url_adapter
        found = {}
        for endpoint in self.endpoints:
            name = endpoint.name
            build = partial(url_for, name, **endpoint.values)
            ours = self.kind == "prefixed"
            own = {"_prefix": CALL_PREFIX} if ours else {}
            calls: dict[str, Callable[[], str]] = {
                "relative": build,
                "external": partial(build, _external=True, q="é /?"),
                "https": partial(build, _external=True, _scheme="https"),
                "no scheme": partial(build, _external=True, _scheme=""),
                "anchor": partial(build, _anchor="é #", q=["a", "/b"]),
                "method": partial(build, _method="POST"),
                "wrong": partial(build, _external=False, _scheme="https"),
                "_prefix": partial(build, **own),
                "_prefix external": partial(build, _external=True, **own),
                "missing values": partial(url_for, name, q=1),
                "build": partial(adapter.build, name, endpoint.values),
                "build external": partial(
                    adapter.build, name, endpoint.values, "PUT", True, False, "wss"
                ),
                "build MultiDict": partial(
                    adapter.build, name, MultiDict({**endpoint.values, "q": "1"})
                ),
            }
            if name.rpartition(".")[0] == (request.blueprint or ""):
                dotted = f".{name.rpartition('.')[2]}"
                calls["dotted"] = partial(url_for, dotted, **endpoint.values)
            for kind, call in calls.items():
                if self.counts_for(endpoint.prefix, kind):
                    found[name, kind] = result_of(call)
            if self.counts_for(endpoint.prefix, "unprefixed"):
                with unprefixed() if ours else nullcontext():
                    found[name, "unprefixed"] = result_of(build)
        if self.counts_for(self.endpoints[0].prefix, "missing"):
            found["static", "missing"] = result_of(partial(url_for, "missing", q=1))
        return found

    def counts_for(self, prefix: str | None, kind: str) -> bool:
        """Tell whether plain Flask is asked for a URL under the root where it is."""
        if self.kind == "prefixed":
            return True
        prefix = prefix_of_url(prefix, kind)
        return root_of(prefix, self.application.mount) == self.root

    def _matches(self) -> dict[str, Any]:
        adapter = request_ctx.url_adapter
        # By default the path of the request, and the first few of the others.
        paths = [None, *(endpoint.path for endpoint in often(self.endpoints)[:6:2])]
        return {str(path): self._match(adapter, path) for path in paths}

    def _match(self, adapter: MapAdapter, path: str | None) -> dict[str, Any]:
        calls = len(self.log.calls)
        found: dict[str, Any] = {"url": None}
        try:
            rule, values = adapter.match(path, return_rule=True)
            found["result"] = (rule.endpoint, str(rule), repr(values))
        except RequestRedirect as redirect:
            found["result"] = redirect.code
            found["class"] = type(redirect)
            found["url"] = redirect.new_url
        except Exception as error:
            found["result"] = f"{type(error).__name__}: {error}"
        found["calls"] = self.log.calls[calls:]
        return found


def prefix_of_url(prefix: str | None, kind: str) -> str | None:
    """Return the prefix of a URL: that of its endpoint, or one of its own: rule 2."""
    if kind.startswith("_prefix"):
        return written(CALL_PREFIX)
    return "" if kind == "unprefixed" else prefix


def view(**_: Any) -> str:
    """Answer."""
    return "page"


def given_to(scope: Scope) -> Any:
    """Return what a scope is given as its prefix."""
    prefix = scope.prefix
    return (lambda: prefix) if scope.by_function else prefix


def gives_both(scope: Scope) -> bool:
    """Tell whether a blueprint is given a prefix by its name and another as object."""
    both = scope.prefix is not None and scope.by_object is not None
    return scope.by_name and both


def target_of(redirect: Redirect, endpoints: list[Endpoint]) -> Endpoint:
    """Return the endpoint that a redirect is written for."""
    return endpoints[redirect.to % len(endpoints)]


def written_redirect(form: str, path: str) -> str:
    """Return what a redirect_to of this form has, for the path of an endpoint."""
    path = path.lstrip("/")
    match form:
        case "no slash":
            return path.rstrip("/")
        case "many slashes":
            return path.replace("/", "//")
        case "?x=1#y":
            return f"{path}?x=1#y"
        case "empty":
            return ""
        case "../" | "../../" | "./" | "/":
            return form + path
        case form if form.endswith("/"):
            return form + path
    return path


def result_of(call: Callable[[], str]) -> str:
    """Return a URL, or the error that there was instead."""
    try:
        return call()
    except BuildError as error:
        # What it says is worked out slowly, so only the two of which it matters.
        says = str(error) if set(error.values) == {"q"} else error.endpoint
        return f"BuildError: {says} {sorted(error.values)} {error.method}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


ATTRIBUTES = [
    "url",
    "base_url",
    "root_url",
    "url_root",
    "root_path",
    "script_root",
    "path",
    "full_path",
    "host",
    "host_url",
    "endpoint",
    "view_args",
    "url_rule",
    "blueprint",
    "blueprints",
    "method",
    "query_string",
    "is_secure",
    "scheme",
    "args",
]


def attributes() -> dict[str, Any]:
    """Return what the request says of itself."""
    found: dict[str, Any] = {
        name: result_of(lambda name=name: repr(getattr(request, name)))  # type: ignore[misc]
        for name in ATTRIBUTES
    }
    exception = request.routing_exception
    found["routing code"] = getattr(exception, "code", None)
    found["routing redirects"] = isinstance(exception, RequestRedirect)
    found["found"] = request.endpoint
    return found


# How a request is asked, of either side.


@dataclass
class Answer:
    """What one side answered, and saw."""

    status: str
    headers: list[tuple[str, str]]
    location: str | None
    body: str
    log: Log
    new_keys: set[str]


def environ_of(
    asked: Asked, host: str, path: str, script_name: str = ""
) -> dict[str, Any]:
    """Return the environ of a request.

    :param path: Not percent-encoded.
    :param script_name: Likewise.
    """
    scheme = "https" if asked.https else "http"
    builder = EnvironBuilder(method=asked.method, base_url=f"{scheme}://{host}/")
    environ = builder.get_environ()
    builder.close()
    environ["PATH_INFO"] = _for_wsgi(path)
    environ["SCRIPT_NAME"] = _for_wsgi(script_name)
    environ["QUERY_STRING"] = asked.query
    if asked.websocket:
        environ.update(HTTP_CONNECTION="Upgrade", HTTP_UPGRADE="websocket")
    return environ


def _for_wsgi(text: str) -> str:
    return text.encode(errors="surrogateescape").decode("latin-1")


@contextmanager
def quiet() -> Iterator[None]:
    """Ignore what Werkzeug warns of for a host that is not below ``SERVER_NAME``."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Current server name")
        yield


def ask(side: Side, environ: dict[str, Any]) -> Answer:
    """Ask one side, and see that it leaves the environ as it was."""
    side.log = Log()
    before = dict(environ)
    with quiet():
        body, status, headers = run_wsgi_app(side.app, environ, buffered=True)
    assert {key: environ.get(key) for key in before} == before, "the environ changed"
    return Answer(
        status,
        [item for item in headers if item[0] != "Location"],
        headers.get("Location"),
        b"".join(body).decode(),
        side.log,
        set(environ) - set(before),
    )


# The judge.


@dataclass
class Judge:
    """Plain Flask, asked for one request under every root that may be the right one."""

    plain: Side
    landing: Side
    asked: Asked
    host: str
    path: str
    answers: dict[str, Answer] = field(default_factory=dict)

    def at(self, root: str) -> Answer:
        """Return what plain Flask answers when it is mounted at a root."""
        if root not in self.answers:
            environ = environ_of(self.asked, self.host, self.path, root)
            self.plain.root = root
            self.answers[root] = ask(self.plain, environ)
        return self.answers[root]

    @property
    def endpoint(self) -> str | None:
        """The endpoint that routing finds."""
        records = self.at(self.plain.application.mount).log.records
        return records[0]["attributes"]["found"]

    @property
    def routing_code(self) -> int | None:
        """The status of the exception that routing ends in."""
        records = self.at(self.plain.application.mount).log.records
        return records[0]["attributes"]["routing code"]

    @property
    def redirects(self) -> bool:
        """Whether routing ends in a redirect."""
        records = self.at(self.plain.application.mount).log.records
        return records[0]["attributes"]["routing redirects"]


def root_of(prefix: str | None, mount: str) -> str:
    """Return where plain Flask is mounted to have a prefix: rule 3 of the design."""
    if prefix is None:
        return mount
    decoded = unquote(prefix)
    if mount == decoded or mount.startswith(f"{decoded}/"):
        return mount
    return decoded + mount


def prefix_in(endpoints: list[Endpoint], name: str | None) -> str | None:
    """Return the prefix of an endpoint, or that of the app if there is none."""
    prefixes = {endpoint.name: endpoint.prefix for endpoint in endpoints}
    return prefixes.get(name or "", prefixes["static"])


def leads_to(
    judge: Judge, host: str, path: str, asked: Asked, hops: int = 5, others: bool = True
) -> list[str]:
    """Return the endpoints that a path leads to.

    :param others: Whether to look for those that answer other methods, or a WebSocket
        instead of HTTP, if there is none.
    """
    # What a before_request function assigned, and a request does not know.
    if judge.plain.app.config["SERVER_NAME"]:
        host = host.replace("else.example", "example.com:8080")
    with quiet(), judge.landing.app.request_context(environ_of(asked, host, path)):
        if request.endpoint is not None:
            return [request.endpoint]
        error = request.routing_exception
        listed = request_ctx.url_adapter.allowed_methods()
    if isinstance(error, RequestRedirect):
        if not hops:
            return []
        url = urlsplit(error.new_url)
        path = unquote(url.path)
        return leads_to(judge, url.netloc, path, asked, hops - 1, others)
    if not others or not isinstance(error, HTTPException):
        return []
    methods = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    if isinstance(error, WebsocketMismatch):
        # It does not say which methods there are, nor those where a slash is missing.
        methods = [*listed] or ONE_OF_EACH
    other = [with_(asked, method=method) for method in methods or ()]
    # Werkzeug says 404, and not 400, where slashes are missing to a WebSocket.
    other += [
        with_(asked, method=method, websocket=not asked.websocket)
        for method in (asked.method, *(methods or ()))
    ]
    return [e for o in other for e in leads_to(judge, host, path, o, hops, False)]


def with_(asked: Asked, **changes: Any) -> Asked:
    """Return a request that is another in some way."""
    return Asked(**{**vars(asked), **changes})


# Two roots that no application of ours has, deeper than any redirect climbs.
NEUTRAL, OTHER = "/0/0/0/0/0", "/1/1/1/1/1"


def expected_redirects(
    judge: Judge,
    url_at: Callable[[str], str],
    calls: list[str],
    method: str | None = None,
) -> list[tuple[str, str | None]]:
    """Return the URLs that a redirect may have, each with the prefix that is in it.

    There are several only where the path that it leads to answers with an error, so
    that there is no one endpoint which it leads to.

    :param url_at: Returns the URL that plain Flask gives when it is mounted at a root.
    :param calls: The ``redirect_to`` functions that were called for it.
    :param method: The method that was matched; by default that of the request.
    """
    mount = judge.plain.application.mount
    endpoints = judge.plain.endpoints

    def at(prefix: str | None) -> tuple[str, str | None]:
        return url_at(root_of(prefix, mount)), prefix

    redirect, target = None, None
    if calls:
        called = next(e for e in endpoints if e.name == calls[-1])
        assert called.page
        redirect = called.page.redirect
        assert redirect
        target = target_of(redirect, endpoints)
        if redirect.form in ("build", "build external", "url_for", "raise"):
            return [at(target.prefix)]
    neutral = url_at(NEUTRAL)
    split = urlsplit(neutral)
    if split.path.startswith(f"{NEUTRAL}/"):
        path = unquote(split.path.removeprefix(NEUTRAL))
        prefixes = prefixes_at(judge, split.netloc, path, method)
    elif neutral == url_at(OTHER):
        # A redirect_to with a leading slash or a host: rule 5 of the design.
        return [(neutral, None)]
    else:
        # It climbs out of the app by "..".
        prefixes = [prefix_in(endpoints, None)]
    expected = [at(prefix) for prefix in prefixes]
    if redirect is not None and target is not None and redirect.form == "in query":
        query = url_at(root_of(target.prefix, mount)).partition("?")[2]
        expected = [(f"{u.partition('?')[0]}?{query}", p) for u, p in expected]
    return expected


def prefixes_at(
    judge: Judge, host: str, path: str, method: str | None
) -> list[str | None]:
    """Return the prefixes of the endpoints that a redirect to a path leads to."""
    asked = with_(judge.asked, method=method or judge.asked.method)
    found: list[str | None] = [*leads_to(judge, host, path, asked)]
    if not found:
        # An error that does not say whether something else is answered there.
        found = [None]
        for each in ONE_OF_EACH:
            found += leads_to(judge, host, path, with_(asked, method=each))
    prefixes = (prefix_in(judge.plain.endpoints, name) for name in found)
    return [*dict.fromkeys(prefixes)]


def is_written_alike(prefix: str | None) -> bool:
    """Tell whether plain Flask writes a prefix as we do, without an escape in it."""
    return prefix is None or "%" not in prefix


def same_url(ours: str, plain: str, *prefixes: str | None) -> bool:
    """Compare a URL with that of plain Flask.

    We write a prefix percent-encoded everywhere, Flask only in some places: section 4
    of the design.

    :param prefixes: The prefixes that are in it.
    """
    if all(is_written_alike(prefix) for prefix in prefixes):
        return ours == plain
    base, mark, query = ours.partition("?next=")
    plain_base, plain_mark, plain_query = plain.partition("?next=")
    return (iri_to_uri(base), mark, iri_to_uri(unquote(query))) == (
        iri_to_uri(plain_base),
        plain_mark,
        iri_to_uri(unquote(plain_query)),
    )


def often(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Return all endpoints, and first and more often those that redirect."""
    redirecting = [
        e for e in endpoints if e.page and (e.page.redirect or e.page.second)
    ]
    return [*redirecting, *endpoints, *redirecting, *redirecting]


def path_asked(asked: Asked, endpoint: Endpoint) -> str:
    """Return the path that a proxy sends, before one that does not strip."""
    path = endpoint.path
    match asked.change:
        case "no slash":
            return path.rstrip("/")
        case "slash":
            return f"{path.rstrip('/')}/"
        case "slashes":
            return path.replace("/", "//")
        case "slashes in front":
            return f"//{path}"
        case "more":
            return f"{path}/more"
        case "more/":
            return f"{path}/more/"
        case "empty":
            return ""
        case "second":
            return endpoint.second_path or path
        case "not UTF-8":
            return f"{path}\udcff"
        case "double prefix":
            return unquote(endpoint.prefix or "") + path
    return path


@dataclass
class DifferenceError(Exception):
    """What we do and plain Flask does not do."""

    what: str
    ours: Any
    plain: Any

    def __str__(self) -> str:
        """Return both, one below the other."""
        return f"{self.what}\n  ours:  {self.ours!r}\n  plain: {self.plain!r}"


class Trial:
    """One application, made for all sides."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.ours = Side(application, "prefixed")
        self.plain = Side(application, "plain")
        self.landing = Side(application, "landing")
        self.lenient = Side(application, "lenient")
        #: Those that have only the endpoints with a prefix, made when they are needed.
        self.only: dict[str, Side] = {}
        self.endpoints = self.plain.endpoints
        self.prefixes = self.plain.prefixes
        self.app_prefix = self.prefixes["static"]

    def root(self, prefix: str | None) -> str:
        """Return where plain Flask is mounted to have a prefix."""
        return root_of(prefix, self.application.mount)

    def request(self, asked: Asked) -> None:
        """Compare one request.

        :raise DifferenceError: If it is not answered as plain Flask answers it.
        """
        application = self.application
        choice = often(self.endpoints)
        endpoint = choice[asked.to % len(choice)]
        hosts: dict[str | None, str] = HOSTS[application.matching]  # type: ignore[assignment]
        host = asked.host or hosts[endpoint.domain]
        path = path_asked(asked, endpoint)
        judge = self.judge(asked, host, path)
        if application.proxy_strips:
            self.compare(judge, path)
            # Rule 9: by default, no second path leads to the same.
            if endpoint.prefix:
                still_on = unquote(endpoint.prefix) + path
                self.compare(self.judge(asked, host, still_on), still_on)
            return
        for prefix in dict.fromkeys(["", unquote(endpoint.prefix or "")]):
            self.compare_unstripped(asked, host, prefix + path)

    def judge(self, asked: Asked, host: str, path: str) -> Judge:
        """Return the judge for a path."""
        return Judge(self.plain, self.landing, asked, host, path)

    def compare_unstripped(self, asked: Asked, host: str, path: str) -> None:
        """Compare a request whose path may have a prefix on: rule 9 of the design."""
        as_it_came = self.judge(asked, host, path)
        if self.application.mount:
            # No URL of ours has the prefix behind the mount.
            self.compare(as_it_came, path)
            return
        normal = f"/{path.lstrip('/')}"
        scopes_ = [self.application.scope]
        scopes_ += [scope for _, scope in names(self.application.scope.children)]
        given = {written(s.prefix) for s in scopes_ if s.prefix is not None} - {""}
        given |= {written(s.by_object) for s in scopes_[1:] if gives_both(s)} - {""}
        found = sorted(
            (p for p in given if f"{normal}/".startswith(f"{unquote(p)}/")),
            key=lambda p: -p.count("/"),
        )
        # With the methods that the scope has there, if others have the path as well.
        refused: tuple[Judge, str, set[str]] | None = None
        refusing: set[str] = set()
        for tried, prefix in enumerate(found):
            stripped = normal[len(unquote(prefix)) :]
            judge = self.judge(asked, host, stripped)
            if judge.endpoint is not None:
                if self.prefixes[judge.endpoint] == prefix:
                    self.compare(judge, path, tried=tried)
                    return
                # Another endpoint of the same path may be in the scope.
                methods = self.methods_in_scope(judge, prefix)
                if asked.method in methods:
                    self.compare_scope(judge, path, prefix)
                    return
                if methods:
                    refused = refused or (judge, prefix, methods)
                    refusing.add(prefix)
                continue
            if judge.routing_code == 404:
                if self.converter_refuses(judge):
                    refused = refused or (judge, prefix, set())
                    refusing.add(prefix)
                continue
            # A converter that answers by itself: nobody knows for which endpoint.
            leads = []
            if judge.routing_code != Gone.code:
                leads = leads_to(judge, host, stripped, asked)
            if leads and all(self.prefixes[name] != prefix for name in leads):
                continue
            if judge.redirects:
                self.compare(judge, path, error_prefix=prefix, tried=tried)
                return
            refused = refused or (judge, prefix, set())
            refusing.add(prefix)
        # Does the public URL of the endpoint have the prefix once more?
        name = as_it_came.endpoint
        has_it_twice = name and self.prefixes[name] in refusing
        if as_it_came.redirects or (name is not None and not has_it_twice):
            self.compare(as_it_came, path, tried=len(found))
        elif refused is not None:
            judge, prefix, methods = refused
            if methods:
                self.compare_other_methods(judge, path, prefix, methods)
            else:
                self.compare(judge, path, error_prefix=prefix, tried=len(found))
        elif found:
            stripped = normal[len(unquote(found[0])) :]
            judge = self.judge(asked, host, stripped)
            self.compare_error(judge, as_it_came, found[0], path)
        else:
            self.compare(as_it_came, path)

    def converter_refuses(self, judge: Judge) -> bool:
        """Tell whether a 404 is that of a converter, and not that of no rule."""
        environ = environ_of(judge.asked, judge.host, judge.path)
        with quiet():
            context = self.lenient.app.request_context(environ)
            try:
                context.push()
            except Exception:
                # The redirect_to function of a rule failed, so the path matches it.
                return True
            finally:
                context.pop()
        error = context.request.routing_exception
        return getattr(error, "code", None) != judge.routing_code

    def methods_in_scope(self, judge: Judge, prefix: str) -> set[str]:
        """Return the methods that endpoints of the path have which are in a scope.

        By the rules of the application, since plain Flask tells the first one only.
        """
        asked = judge.asked
        found: set[str] = set()
        for method in ONE_OF_EACH:
            other = with_(asked, method=method)
            for name in leads_to(judge, judge.host, judge.path, other, others=False):
                if self.prefixes[name] != prefix:
                    continue
                page = next(e.page for e in self.endpoints if e.name == name)
                if page is not None and page.websocket != asked.websocket:
                    continue
                own = {*((page and page.methods) or ("GET",)), "OPTIONS"}
                found |= own | ({"HEAD"} if "GET" in own else set())
        return found

    def compare_scope(self, stripped: Judge, path: str, prefix: str) -> None:
        """Compare an answer of the one scope, for a path that others have as well."""
        ours = self.ask_ours(stripped, path)
        seen = ours.log.records[0]["attributes"]
        if seen["routing redirects"]:
            return
        pages = [e.page for e in self.endpoints if e.prefix == prefix and e.page]
        if seen["found"] is None and any(
            p.second == "alias" or p.redirect for p in pages
        ):
            # The scope only redirects at this path, which Flask gives to another one.
            same("status", ours.status, "404 NOT FOUND")
        else:
            same("prefix", self.prefixes.get(seen["found"]), prefix)
            self.compare_shown(seen, stripped, prefix)
            if prefix not in self.only:
                self.only[prefix] = Side(self.application, "plain", prefix)
            asked, host = stripped.asked, stripped.host
            environ = environ_of(asked, host, stripped.path, unquote(prefix))
            plain = ask(self.only[prefix], environ)
            expected = plain.log.records[0]["attributes"]
            # Of several in the scope, any may be found.
            if expected["found"] == seen["found"]:
                same("status", ours.status, plain.status)
                for name in ("view_args", "url_rule"):
                    same(f"request.{name}", seen[name], expected[name])

    def compare_other_methods(
        self, stripped: Judge, path: str, prefix: str, methods: set[str]
    ) -> None:
        """Compare an answer of the one scope, which only has other methods there."""
        ours = self.ask_ours(stripped, path)
        if ours.status[:3] == "404" and self.has_alias(prefix):
            return
        same("status", ours.status, "405 METHOD NOT ALLOWED")
        allowed = dict(ours.headers)["Allow"]
        same("Allow", {*allowed.split(", ")}, methods)
        self.compare_shown(ours.log.records[0]["attributes"], stripped, prefix)

    def has_alias(self, prefix: str) -> bool:
        """Tell whether endpoints with a prefix have an alias, which has no methods."""
        pages = [e.page for e in self.endpoints if e.prefix == prefix and e.page]
        return any(page.second == "alias" for page in pages)

    def compare_error(
        self, stripped: Judge, as_it_came: Judge, prefix: str, path: str
    ) -> None:
        """Compare an error for a path that starts with a prefix and leads nowhere."""
        ours = self.ask_ours(as_it_came, path)
        plain = as_it_came.at(self.root(self.app_prefix))
        same("status", ours.status, plain.status)
        same("headers", ours.headers, plain.headers)
        self.compare_shown(ours.log.records[0]["attributes"], stripped, prefix)

    def compare_shown(self, seen: dict[str, Any], stripped: Judge, prefix: str) -> None:
        """Compare the public URL that a request shows: it has the prefix once."""
        shown = stripped.at(unquote(prefix)).log.records[0]["attributes"]
        for name in ("url", "base_url", "root_url", "path"):
            same(f"request.{name}", seen[name], shown[name])

    def ask_ours(self, judge: Judge, path: str) -> Answer:
        """Ask our side for a path as the proxy sends it."""
        environ = environ_of(judge.asked, judge.host, path, self.application.mount)
        return ask(self.ours, environ)

    def compare(
        self,
        judge: Judge,
        path: str,
        error_prefix: str | None = None,
        *,
        tried: int = 0,
    ) -> None:
        """Compare our answer with that of the judge.

        :param path: The path as the proxy sends it to us.
        :param error_prefix: The prefix that was on the path of a request for which
            routing found no endpoint. It stays in the public URL.
        :param tried: How many prefixes of the path were tried before. A redirect_to
            function of another scope may have been called for each, for nothing.
        """
        ours = self.ask_ours(judge, path)
        prefix = self.app_prefix if error_prefix is None else error_prefix
        if judge.endpoint is not None:
            prefix = self.prefixes[judge.endpoint]
        plain = judge.at(self.root(prefix))
        same("keys added to the environ", ours.new_keys, plain.new_keys)
        same("status", ours.status, plain.status)
        calls = ours.log.calls
        for_nothing = len(calls) - len(plain.log.calls)
        if 0 < for_nothing <= tried:
            calls = calls[for_nothing:]
        same("calls of redirect_to functions", calls, plain.log.calls)
        places = [record["place"] for record in ours.log.records]
        same("handlers", places, [record["place"] for record in plain.log.records])
        if plain.location is None:
            same("Location", ours.location, None)
            same("body", ours.body, plain.body)
            same("headers", ours.headers, plain.headers)
        else:
            self.compare_redirect(judge, ours)
        for number, (seen, expected) in enumerate(
            zip(ours.log.records, plain.log.records, strict=True)
        ):
            place = seen["place"]
            for name, value in seen["attributes"].items():
                same(f"{place} request.{name}", value, expected["attributes"][name])
            if "urls" in seen:
                self.compare_urls(judge, seen["urls"], number)
                self.compare_matches(judge, seen["matches"], number)

    def compare_redirect(self, judge: Judge, ours: Answer) -> None:
        """Compare a redirect of the router."""

        def location_at(root: str) -> str:
            location = judge.at(root).location
            assert location is not None
            return location

        calls = judge.at(self.root(None)).log.records[0]["calls"]
        expected = expected_redirects(judge, location_at, calls)
        location = ours.location or ""
        queried = self.queried(calls)
        if not any(same_url(location, url, p, *queried) for url, p in expected):
            raise DifferenceError("Location", location, [url for url, _ in expected])
        if len(expected) == 1 and not calls:
            url, prefix = expected[0]
            plain = judge.at(self.root(prefix))
            if plain.location == url and is_written_alike(prefix):
                same("body", ours.body, plain.body)
                same("headers", ours.headers, plain.headers)

    def queried(self, calls: list[str]) -> list[str | None]:
        """Return the prefix of the URL that a redirect_to function put in a query."""
        return [
            target_of(called.page.redirect, self.endpoints).prefix
            for called in self.endpoints
            if called.name in calls and called.page and called.page.redirect
        ]

    def compare_urls(
        self, judge: Judge, urls: dict[tuple[str, str], str], number: int
    ) -> None:
        """Compare each URL with that of plain Flask under its endpoint's prefix."""
        for (name, kind), url in urls.items():
            prefix = prefix_of_url(self.prefixes[name], kind)
            plain = judge.at(self.root(prefix)).log.records[number]["urls"][name, kind]
            if not same_url(url, plain, prefix):
                raise DifferenceError(f"URL {kind} of {name!r}", url, plain)

    def compare_matches(
        self, judge: Judge, matches: dict[str, Any], number: int
    ) -> None:
        """Compare what ``adapter.match`` returned or raised."""
        for path, ours in matches.items():

            def at(root: str, path: str = path) -> dict[str, Any]:
                found: dict[str, Any] = judge.at(root).log.records[number]["matches"]
                return found[path]  # type: ignore[no-any-return]

            plain = at(self.root(self.app_prefix))
            same(f"match of {path!r}", ours["result"], plain["result"])
            same(f"match of {path!r}, calls", ours["calls"], plain["calls"])
            if plain["url"] is None:
                continue
            if not issubclass(ours["class"], plain["class"]):
                raise DifferenceError(
                    f"match of {path!r}", ours["class"], plain["class"]
                )
            assigned = dict(self.application.assigns)
            expected = expected_redirects(
                judge,
                lambda root, at=at: at(root)["url"],
                plain["calls"],
                assigned.get("default_method"),
            )
            if not any(
                same_url(ours["url"], url, p, *self.queried(plain["calls"]))
                for url, p in expected
            ):
                raise DifferenceError(
                    f"match of {path!r}", ours["url"], [url for url, _ in expected]
                )

    def outside(self) -> None:
        """Compare URLs that are built outside of a request."""
        mount = self.application.mount
        if self.application.matching not in ("server name", "subdomain"):
            return
        for endpoint in self.endpoints:
            urls = []
            for side, root in (
                (self.ours, mount),
                (self.plain, self.root(endpoint.prefix)),
            ):
                side.app.config["APPLICATION_ROOT"] = root or "/"
                with side.app.app_context():
                    build = partial(url_for, endpoint.name, **endpoint.values)
                    https = partial(build, _scheme="https")
                    urls.append((result_of(build), result_of(https)))
            for ours, plain in zip(*urls, strict=True):
                if not same_url(ours, plain, endpoint.prefix):
                    raise DifferenceError(
                        f"URL of {endpoint.name!r} outside", ours, plain
                    )


def same(what: str, ours: object, plain: object) -> None:
    """Compare one thing.

    :raise DifferenceError: If it is not the same.
    """
    if ours != plain:
        raise DifferenceError(what, ours, plain)


@dataclass
class Count:
    """How much was compared."""

    applications: int = 0
    requests: int = 0


def compare(application: Application, asked: list[Asked], count: Count) -> None:
    """Compare an application, and requests to it."""
    trial = Trial(application)
    trial.outside()
    for each in asked:
        trial.request(each)
    count.applications += 1
    count.requests += len(asked)


many_requests = st.lists(requests, min_size=1, max_size=8)


def run(number: int, examples: int, count: Count) -> None:
    """Compare so many applications, made from the seed of this number.

    :raise DifferenceError: The smallest that was found.
    """

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(applications(), many_requests)
    def compare_all(application: Application, asked: list[Asked]) -> None:
        compare(application, asked, count)

    compare_all()


def main() -> None:
    """Compare for as long as was asked for, and say how much was compared."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    # Some requests still have a prefix, which the package would warn of.
    logging.getLogger("oracle.prefix_urls").setLevel(logging.ERROR)
    end = monotonic() + 60 * arguments.minutes
    count = Count()
    number = arguments.seed * 1_000_000
    try:
        while monotonic() < end:
            run(number, 50, count)
            number += 1
    except Exception:
        traceback.print_exc()
        sys.exit(f"Different, with seed {number}, after {count}.")
    if not count.requests:
        sys.exit("Nothing was compared.")
    print(  # noqa: T201
        f"No difference in {count.applications:,} applications and"
        f" {count.requests:,} requests."
    )


if __name__ == "__main__":
    main()
