"""``flask prefix-urls explain --url`` behind real proxies: right, and with mistakes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask, redirect, render_template_string, url_for
from fronts import running_changed_proxy, running_echo
from live import make_certificate
from pages import HOME, make_app
from readme import code_in
from werkzeug.middleware.proxy_fix import ProxyFix

from demo.addresses import HOST
from demo.proxy import PROXIES, free_port
from demo.servers import running
from flask_prefix_urls import PrefixURLs, forwarded_prefix
from flask_prefix_urls.cli import prefix_urls

pytestmark = pytest.mark.live

PREFIX = "/public-api"


def own_app() -> Flask:
    """Return an app whose first page leads to each of its kinds of answers."""
    app = make_app()
    links = """
        <a href="{{ url_for('item', number=1) }}">Item</a>
        <a href="{{ url_for('login') }}">Log in</a>
        <a href="{{ url_for('private') }}">Private</a>
    """
    app.add_url_rule("/items/<number>", "item", lambda number: number)
    app.view_functions["home"] = lambda: render_template_string(links + HOME)
    return app


def without_prefix() -> Flask:
    return own_app()


def with_prefix(prefix: str = PREFIX, **settings: Any) -> Flask:
    app = own_app()
    PrefixURLs(app, prefix, **settings)
    return app


def with_another_prefix() -> Flask:
    return with_prefix("/old")


def for_unstripped_paths() -> Flask:
    return with_prefix(proxy_strips=False)


def for_the_header() -> Flask:
    app = own_app()
    PrefixURLs(app, forwarded_prefix(default=PREFIX))
    return app


def with_prefix_by_hand_too() -> Flask:
    app = with_prefix()
    app.view_functions["home"] = lambda: f'<a href="{PREFIX}{url_for("foo")}">'
    return app


def with_a_link_by_hand() -> Flask:
    app = with_prefix()
    page = HOME + '<a href="/login">Log in</a>'
    app.view_functions["home"] = lambda: render_template_string(page)
    return app


def with_a_redirect_by_hand() -> Flask:
    app = with_prefix()
    app.view_functions["private"] = lambda: redirect("/login")
    return app


def with_proxy_fix() -> Flask:
    app = with_prefix()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


@dataclass(frozen=True)
class Front:
    """A proxy with changes of its configuration's text, and what it is asked by."""

    proxy: str
    changes: tuple[tuple[str, str], ...] = ()
    strips: bool = True
    scheme: str = "http"


class Site:
    """A proxy that runs, and the app behind it, which each test chooses."""

    def __init__(self, proxy: str) -> None:
        self.proxy = proxy
        self.root = ""
        self.app: Any = None

    def __call__(self, *arguments: Any) -> Any:
        return self.app(*arguments)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """Run a proxy once for all tests of its configuration, which follow each other."""
    front: Front = request.param
    options: dict[str, Any] = {}
    site = Site(front.proxy)
    with pytest.MonkeyPatch.context() as patch, running(site) as address:
        if front.scheme == "https":
            certificate = request.getfixturevalue("certificate")
            options = {"certificate": certificate, "https_port": free_port()}
            patch.setenv("SSL_CERT_FILE", str(certificate))
        with running_changed_proxy(
            front.proxy,
            dict(front.changes),
            strips=front.strips,
            app_port=int(address.rpartition(":")[2]),
            **options,
        ) as site.root:
            if options:
                site.root = f"https://{HOST}:{options['https_port']}"
            yield site


def explain(url: str) -> dict[str, Any]:
    """Return what the command says about a deployed app, as JSON."""
    done = CliRunner().invoke(prefix_urls, ["explain", "--url", url, "--json"])
    report: dict[str, Any] = json.loads(done.stdout)
    assert done.exit_code == bool(report["mistakes"])
    return report


def assert_found(report: Mapping[str, Any], proxy: str, code: str, fix: str) -> None:
    """Assert that one mistake is found, what is said of it, and a part of its fix."""
    (mistake,) = report["mistakes"]
    text = mistake["text"].replace(NAMES[proxy], "PROXY")
    # The root of the proxy's URLs, and then another one.
    text = text.replace(report["target"].partition(PREFIX)[0], "")
    text = re.sub(r"127\.0\.0\.1:\d+", "HOST", text)
    # What nobody can know.
    text = re.sub(r"\b[0-9a-f]{8}\b", "TOKEN", text)
    assert (mistake["code"], text) == (code, SENTENCES[code])
    assert fix in mistake["fix"]


def step(report: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the one step of a name."""
    (found,) = (step for step in report["steps"] if step["name"] == name)
    return dict(found)


#: How each proxy is called in what is said.
NAMES = {
    "nginx": "nginx",
    "apache": "Apache",
    "haproxy": "HAProxy",
    "caddy": "Caddy",
    "traefik": "Traefik",
    "envoy": "Envoy",
}
SLASH_REDIRECT = "The redirect of '/public-api/foo' leads to"
#: What is said of each mistake, without what differs.
SENTENCES = {
    "not-stripped": "The app answers 404 to '/public-api/': the proxy does not strip"
    " '/public-api', if the app has such a page.",
    "no-prefix": "'/items/1' leads nowhere, and '/public-api/items/1' to a page:"
    " the app does not know its prefix.",
    "other-prefix": "'/old/items/1' has the prefix '/old' instead of '/public-api'.",
    "prefix-twice-in-links": "'/public-api/public-api/foo/' has '/public-api' twice.",
    "prefix-twice-in-location": f"{SLASH_REDIRECT}"
    " '/public-api/public-api/foo/?TOKEN=1', with the prefix twice.",
    "link-by-hand": "'/login' leads nowhere, and '/public-api/login' to a page: the"
    " link was written by hand.",
    "redirect-by-hand": "The redirect of '/public-api/private' leads to '/login', which"
    " leads nowhere, and '/public-api/login' to a page.",
    "http-scheme": f"{SLASH_REDIRECT} 'http://HOST/public-api/foo/?TOKEN=1', which is"
    " http.",
    "internal-host": f"{SLASH_REDIRECT} 'http://HOST/public-api/foo/?TOKEN=1', which no"
    " browser reaches.",
    "lost-port": f"{SLASH_REDIRECT} 'http://127.0.0.1/public-api/foo/?TOKEN=1', without"
    " the port of the URL.",
    "first-page-everywhere": "Every path below '/public-api' shows the first page,"
    " '/public-api/items/1' too: the proxy forwards none of them.",
    "matches-too-much": "The proxy forwards '/public-api-TOKEN', which only begins like"
    " '/public-api'.",
    "bare-prefix-missing": "PROXY answers 404 to '/public-api', though '/public-api/'"
    " is there.",
    "query-lost": "The redirect from '/public-api' to '/public-api/' loses the query.",
    "double-slash": "PROXY itself answers 500 to '/public-api/TOKEN': ProxyPass has a"
    " slash at the end on one side only.",
    "encoded-slash": "PROXY itself answers 404 to a path with '%2F'.",
    "long-redirect": "PROXY answers 502 to a long redirect: the headers of the answer"
    " do not fit into its buffer.",
    "client-prefix-trusted": "'/public-api/' has the X-Forwarded-Prefix that a client"
    " sends in its URLs.",
    "client-host-trusted": "A cache keeps what '/public-api/foo' answers to the"
    " X-Forwarded-Host of one client for all others.",
}

# What is wrong with the app: behind each proxy as it is, what is found and fixed.
APPS = {
    "no-prefix": (without_prefix, 'PrefixURLs(app, "/public-api")'),
    "other-prefix": (with_another_prefix, "forwarded_prefix("),
    "prefix-twice-in-links": (with_prefix_by_hand_too, "request.script_root"),
    "link-by-hand": (with_a_link_by_hand, "url_for"),
    "redirect-by-hand": (with_a_redirect_by_hand, 'redirect(url_for("..."))'),
}

# Its own links make an app of these warn.
WARNED = {"other-prefix", "prefix-twice-in-links"}


@dataclass(frozen=True)
class Mistake:
    """A change of a proxy's configuration, and what is found and fixed."""

    proxy: str
    name: str
    changes: Mapping[str, str]
    code: str
    fix: str
    make_app: Callable[[], Flask] = with_prefix
    scheme: str = "http"


NGINX_LOCATION = r"location /public-api/ \{"
NGINX_HOST = r"proxy_set_header Host \$http_host;"
APACHE_LINE = 'ProxyPass "/public-api/" "http://127.0.0.1:5000/"'
HAPROXY_HOST = r"http-request set-header X-Forwarded-Host .*"
CADDY_HEADER = "(?<=header_up X-Forwarded-Prefix /public-api)"
CADDY_HANDLE = r"handle_path /public-api/\*"
CADDY_BARE = "(@bare path .*) /public-api"
TRAEFIK_RULE = r"(\n      rule: .*PathPrefix\(`/public-api)/`"
ENVOY_ROUTE = r"(match: \{prefix: /public-api)/(\}\s+route: \{cluster: app), (.*)\}"

MISTAKES = [
    Mistake(
        "nginx",
        "proxy_pass without its slash",
        {r"(location /public-api/ \{[^}]*:5000)/;": r"\1;"},
        "not-stripped",
        "proxy_pass http://127.0.0.1:5000/;",
    ),
    Mistake(
        "nginx",
        "the headers of the server dropped",
        {NGINX_LOCATION: r"\g<0> proxy_set_header X-Own 1;"},
        "internal-host",
        "proxy_set_header Host $http_host;",
    ),
    Mistake(
        "nginx",
        "$host",
        {NGINX_HOST: "proxy_set_header Host $host;"},
        "lost-port",
        "proxy_set_header Host $http_host;",
    ),
    Mistake(
        "nginx",
        "its own proxy_redirect",
        {NGINX_HOST: "", "proxy_redirect off;": ""},
        "prefix-twice-in-location",
        "proxy_set_header Host $http_host;",
    ),
    Mistake(
        "nginx",
        "no X-Forwarded-Proto",
        {r"proxy_set_header X-Forwarded-Proto \$scheme;": ""},
        "http-scheme",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        with_proxy_fix,
        "https",
    ),
    Mistake(
        "nginx",
        "the client's X-Forwarded-Prefix",
        {r"proxy_set_header X-Forwarded-Prefix \$prefix;": ""},
        "client-prefix-trusted",
        "proxy_set_header X-Forwarded-Prefix /public-api;",
        for_the_header,
    ),
    Mistake(
        "nginx",
        "the client's X-Forwarded-Host in a cache",
        {
            r"proxy_set_header X-Forwarded-Host .*": "",
            "access_log off;": r"\g<0> proxy_cache_path cache keys_zone=pages:1m;",
            NGINX_LOCATION: r"\g<0> proxy_cache pages; proxy_cache_valid 308 1m;",
        },
        "client-host-trusted",
        "proxy_set_header X-Forwarded-Host $http_host;",
        with_proxy_fix,
    ),
    Mistake(
        "nginx",
        "no proxy_buffer_size",
        {"proxy_buffer_size 8k;": ""},
        "long-redirect",
        "proxy_buffer_size 8k;",
    ),
    Mistake(
        "apache",
        "the path on both sides",
        {APACHE_LINE: f'{APACHE_LINE[:-1]}public-api/"'},
        "not-stripped",
        'ProxyPass "/public-api/" "http://127.0.0.1:5000/"',
    ),
    Mistake(
        "apache",
        "a slash on the left only",
        {APACHE_LINE: 'ProxyPass "/public-api/" "http://127.0.0.1:5000"'},
        "double-slash",
        'ProxyPass "/public-api/" "http://127.0.0.1:5000/"',
    ),
    Mistake(
        "apache",
        "ProxyPassReverse",
        {APACHE_LINE: rf"ProxyPassReverse /public-api/ /\n{APACHE_LINE}"},
        "prefix-twice-in-location",
        "ProxyPassReverse",
    ),
    Mistake(
        "apache",
        "no ProxyPreserveHost",
        {"ProxyPreserveHost On": ""},
        "internal-host",
        "ProxyPreserveHost On",
    ),
    Mistake(
        "apache",
        "no AllowEncodedSlashes",
        {r"\nAllowEncodedSlashes On": "\n"},
        "encoded-slash",
        "AllowEncodedSlashes On",
    ),
    Mistake(
        "apache",
        "no X-Forwarded-Proto",
        {"RequestHeader set X-Forwarded-Proto .*": ""},
        "http-scheme",
        "RequestHeader set X-Forwarded-Proto",
        with_proxy_fix,
        "https",
    ),
    Mistake(
        "apache",
        "the client's X-Forwarded-Prefix",
        {'RequestHeader set X-Forwarded-Prefix "/public-api"': ""},
        "client-prefix-trusted",
        "RequestHeader set X-Forwarded-Prefix",
        for_the_header,
    ),
    Mistake(
        "apache",
        "no redirect of the prefix itself",
        {r"\|/public-api\|": "|"},
        "bare-prefix-missing",
        "RedirectMatch",
    ),
    Mistake(
        "haproxy",
        "no replace-path",
        {r"(replace-path .*)\|/public-api": r"\1"},
        "not-stripped",
        "replace-path",
    ),
    Mistake(
        "haproxy",
        "replace-path without the rest",
        {r"\(/\.\*\)\$ \\2": "/ /"},
        "first-page-everywhere",
        "replace-path",
    ),
    Mistake(
        "haproxy",
        "another Host",
        {HAPROXY_HOST: "http-request set-header Host 127.0.0.1:5000"},
        "internal-host",
        "Host",
    ),
    Mistake(
        "haproxy",
        "a Host without its port",
        {HAPROXY_HOST: "http-request set-header Host %[req.hdr(Host),field(1,:)]"},
        "lost-port",
        "Host",
    ),
    Mistake(
        "haproxy",
        "no X-Forwarded-Proto",
        {"http-request set-header X-Forwarded-Proto .*": ""},
        "http-scheme",
        "http-request set-header X-Forwarded-Proto",
        with_proxy_fix,
        "https",
    ),
    Mistake(
        "haproxy",
        "the client's X-Forwarded-Prefix",
        {"http-request set-header X-Forwarded-Prefix /public-api .*": ""},
        "client-prefix-trusted",
        "http-request set-header X-Forwarded-Prefix",
        for_the_header,
    ),
    Mistake(
        "haproxy",
        "no redirect of the prefix itself",
        {"(acl bare_prefix path .*) /public-api": r"\1"},
        "bare-prefix-missing",
        "/public-api/",
    ),
    Mistake(
        "haproxy",
        "a redirect without the query",
        {".*if bare_prefix { query -m len gt 0 }\n": ""},
        "query-lost",
        "query",
    ),
    Mistake(
        "haproxy",
        "path_beg without its slash",
        {r"(acl below_a_prefix path_beg .*/public-api)/": r"\1"},
        "matches-too-much",
        "/public-api/",
    ),
    Mistake(
        "caddy",
        "handle",
        {CADDY_HANDLE: "handle /public-api/*"},
        "not-stripped",
        "handle_path",
    ),
    Mistake(
        "caddy",
        "a star after the slash, and no redirect",
        {CADDY_BARE: r"\1"},
        "bare-prefix-missing",
        "/public-api/",
    ),
    Mistake(
        "caddy",
        "a star without a slash",
        {CADDY_BARE: r"\1", CADDY_HANDLE: "handle_path /public-api*"},
        "matches-too-much",
        "handle_path /public-api/*",
    ),
    Mistake(
        "caddy",
        "a redir without the query",
        {CADDY_BARE: r"\1", "redir / ": r"redir /public-api /public-api/\n\g<0>"},
        "query-lost",
        "redir",
    ),
    Mistake(
        "caddy",
        "another Host",
        {CADDY_HEADER: "\nheader_up Host {upstream_hostport}"},
        "internal-host",
        "Host",
    ),
    Mistake(
        "caddy",
        "a Host without its port",
        {CADDY_HEADER: "\nheader_up Host {host}"},
        "lost-port",
        "Host",
    ),
    Mistake(
        "caddy",
        "the client's X-Forwarded-Prefix",
        {"header_up X-Forwarded-Prefix /public-api": ""},
        "client-prefix-trusted",
        "header_up X-Forwarded-Prefix /public-api",
        for_the_header,
    ),
    Mistake(
        "traefik",
        "no strip",
        {"\n          - /public-api": ""},
        "not-stripped",
        "stripPrefix",
    ),
    Mistake(
        "traefik",
        "PathPrefix without its slash",
        {TRAEFIK_RULE: r"\1`"},
        "matches-too-much",
        "PathPrefix(`/public-api/`)",
    ),
    Mistake(
        "traefik",
        "passHostHeader: false",
        {"loadBalancer:": r"\g<0>\n        passHostHeader: false"},
        "internal-host",
        "passHostHeader",
    ),
    Mistake(
        "traefik",
        "no redirect of the prefix itself",
        {r" \|\| Path\(`/public-api`\)": ""},
        "bare-prefix-missing",
        "Path(`/public-api`)",
    ),
    Mistake(
        "envoy",
        "no prefix_rewrite",
        {ENVOY_ROUTE: r"\1/\2}"},
        "not-stripped",
        "prefix_rewrite: /",
    ),
    Mistake(
        "envoy",
        "a prefix without its slash",
        {ENVOY_ROUTE: r"\1\2, \3}"},
        "matches-too-much",
        "prefix: /public-api/",
    ),
    Mistake(
        "envoy",
        "another Host",
        {ENVOY_ROUTE: r"\1/\2, \3, host_rewrite_literal: '127.0.0.1:5000'}"},
        "internal-host",
        "host_rewrite_literal",
    ),
    Mistake(
        "envoy",
        "the client's X-Forwarded-Prefix",
        {"X-Forwarded-Prefix, value: /public-api": "X-Own, value: /public-api"},
        "client-prefix-trusted",
        "X-Forwarded-Prefix",
        for_the_header,
    ),
    Mistake(
        "envoy",
        "no redirect of the prefix itself",
        {"match: {path: /public-api}": "match: {path: /nothing}"},
        "bare-prefix-missing",
        "/public-api/",
    ),
]


def each_proxy(**settings: Any) -> pytest.MarkDecorator:
    """Return a mark that runs a test behind each proxy, as its configuration is."""
    fronts = [Front(name, **settings) for name in PROXIES]
    return pytest.mark.parametrize("site", fronts, indirect=True, ids=PROXIES)


# From outside, they look alike.
REACHES = (
    "'/public-api/' reaches its route: the proxy strips '/public-api', or it does not"
    " and the app knows (proxy_strips=False, or a mount)."
)
MERGED = (
    "'/public-api/items//1' shows the page: the proxy or the server merges slashes."
)

STRIPPING = each_proxy()
UNSTRIPPED = each_proxy(strips=False)
BY_HTTPS = each_proxy(scheme="https")


@STRIPPING
@pytest.mark.parametrize("make_app", [with_prefix, for_the_header, with_proxy_fix])
def test_nothing_is_wrong_behind_a_proxy_that_strips(
    site: Site, make_app: Callable[[], Flask]
) -> None:
    site.app = make_app()
    report = explain(f"{site.root}{PREFIX}/")
    assert report["mistakes"] == []
    assert step(report, "stripped")["text"][-1] == REACHES


@STRIPPING
@pytest.mark.parametrize(
    "code",
    [
        pytest.param(code, marks=[pytest.mark.warns] if code in WARNED else [])
        for code in APPS
    ],
)
def test_what_is_wrong_with_the_app(site: Site, code: str) -> None:
    make_app, fix = APPS[code]
    site.app = make_app()
    report = explain(f"{site.root}{PREFIX}/")
    assert_found(report, site.proxy, code, fix)


@UNSTRIPPED
def test_nothing_is_wrong_behind_a_proxy_that_does_not_strip(site: Site) -> None:
    site.app = for_unstripped_paths()
    report = explain(f"{site.root}{PREFIX}/")
    assert report["mistakes"] == []
    assert step(report, "stripped")["text"][-1] == REACHES


@pytest.mark.warns
@UNSTRIPPED
def test_the_app_does_not_expect_the_prefix(site: Site) -> None:
    site.app = with_prefix()
    report = explain(f"{site.root}{PREFIX}/")
    line = 'PrefixURLs(app, "/public-api", proxy_strips=False)'
    assert_found(report, site.proxy, "not-stripped", line)


@BY_HTTPS
def test_nothing_is_wrong_by_https(site: Site) -> None:
    site.app = with_proxy_fix()
    assert explain(f"{site.root}{PREFIX}/")["mistakes"] == []


@BY_HTTPS
def test_the_app_does_not_read_the_scheme(site: Site) -> None:
    site.app = with_prefix()
    report = explain(f"{site.root}{PREFIX}/")
    line = "app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)"
    assert_found(report, site.proxy, "http-scheme", line)


@pytest.mark.parametrize(
    ("site", "mistake"),
    [
        pytest.param(
            Front(mistake.proxy, tuple(mistake.changes.items()), scheme=mistake.scheme),
            mistake,
            id=f"{mistake.proxy}: {mistake.name}",
            marks=[pytest.mark.warns] if mistake.code == "not-stripped" else [],
        )
        for mistake in MISTAKES
    ],
    indirect=["site"],
)
def test_what_is_wrong_with_the_proxy(site: Site, mistake: Mistake) -> None:
    site.app = mistake.make_app()
    report = explain(f"{site.root}{PREFIX}/")
    assert_found(report, site.proxy, mistake.code, mistake.fix)


@pytest.mark.parametrize(
    ("site", "repeated"),
    [
        (Front("nginx", ((r"proxy_set_header X-Forwarded-Host .*", ""),)), True),
        (Front("apache"), False),
        (Front("haproxy", ((HAPROXY_HOST, ""),)), True),
        (Front("caddy"), False),
        (Front("traefik"), False),
        (Front("envoy", (("(?<=header: {key: )X-Forwarded-Host", "X-Own"),)), True),
    ],
    indirect=["site"],
    ids=PROXIES,
)
def test_whose_host_is_in_a_redirect(site: Site, repeated: bool) -> None:
    # Without a cache, whoever asks for another host gets it, and nobody else.
    site.app = with_proxy_fix()
    report = explain(f"{site.root}{PREFIX}/")
    assert report["mistakes"] == []
    repeats = step(report, "client")["facts"]["repeated"]
    assert ("X-Forwarded-Host" in repeats) == repeated


@STRIPPING
def test_who_makes_one_of_two_slashes(site: Site) -> None:
    site.app = with_prefix()
    report = explain(f"{site.root}{PREFIX}/")
    # Flask redirects a path with two slashes to the one with one.
    seen = [
        f"'/public-api/items//1' is redirected to '{site.root}/public-api/items/1'.",
        "Both slashes arrive.",
    ]
    if site.proxy in ("nginx", "apache", "caddy", "traefik"):
        seen = [MERGED]
    assert step(report, "slashes")["text"] == seen
    assert report["mistakes"] == []


# Where the line that fixes a mistake is put in.
PLACES = {
    "nginx: the headers of the server dropped": r"(?<=proxy_set_header X-Own 1;)",
    "nginx: the client's X-Forwarded-Prefix": r"\n +proxy_redirect off;",
    "nginx: no proxy_buffer_size": r"\n +proxy_redirect off;",
    "apache: no ProxyPreserveHost": "\nRedirectMatch permanent",
    "apache: no AllowEncodedSlashes": "\nRedirectMatch permanent",
    "apache: the client's X-Forwarded-Prefix": "\nRedirectMatch permanent",
    "apache: no redirect of the prefix itself": "\nRedirectMatch permanent",
    "haproxy: no replace-path": "\n +default_backend app",
    "haproxy: the client's X-Forwarded-Prefix": "\n +acl bare_prefix",
    "haproxy: no redirect of the prefix itself": "\n +acl bare_prefix",
    "haproxy: a redirect without the query": "\n +acl bare_prefix",
    "caddy: the client's X-Forwarded-Prefix": (
        r"(?<=handle_path /public-api/\* {\n\t\treverse_proxy 127.0.0.1:5000 {)"
    ),
}


# An app that the proxy does not strip for warns.
@pytest.mark.warns
@pytest.mark.parametrize("name", PLACES)
def test_the_line_that_is_named_fixes_it(name: str) -> None:
    (wrong,) = (row for row in MISTAKES if f"{row.proxy}: {row.name}" == name)

    def explain_with(changes: Mapping[str, str]) -> dict[str, Any]:
        with (
            running(wrong.make_app()) as app,
            running_changed_proxy(
                wrong.proxy, changes, app_port=int(app.rpartition(":")[2])
            ) as root,
        ):
            return explain(f"{root}{PREFIX}/")

    (mistake,) = explain_with(wrong.changes)["mistakes"]
    line = code_in(mistake["fix"])[0].replace("\\", r"\\")
    fixed = explain_with({**wrong.changes, PLACES[name]: rf"\n{line}\n\g<0>"})
    assert fixed["mistakes"] == []


# Flask's router takes slashes at the start of a path for one.
@pytest.mark.parametrize(
    "site",
    [
        Front(
            "apache",
            ((APACHE_LINE, 'ProxyPass "/public-api" "http://127.0.0.1:5000/"'),),
        )
    ],
    indirect=True,
    ids=["apache"],
)
def test_two_slashes_at_the_start_do_no_harm(site: Site) -> None:
    site.app = with_prefix()
    assert explain(f"{site.root}{PREFIX}/")["mistakes"] == []


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("nginx", 502),
        ("apache", 503),
        ("haproxy", 503),
        ("caddy", 502),
        ("traefik", 502),
        ("envoy", 503),
    ],
    ids=PROXIES,
)
def test_nothing_serves_the_app(name: str, status: int) -> None:
    # It would try again for seconds.
    changes = {"mode http": r"\g<0>\n    retries 0"} if name == "haproxy" else {}
    with running_changed_proxy(name, changes, app_port=free_port()) as root:
        report = explain(f"{root}{PREFIX}/")
    (mistake,) = report["mistakes"]
    assert mistake["text"] == (
        f"{NAMES[name]} answers {status} to '/public-api/': it gets no answer of the"
        " app."
    )


def explain_websocket(name: str, changes: Mapping[str, str]) -> dict[str, Any]:
    with (
        running_echo(lambda _path, _host: None) as port,
        running_changed_proxy(name, changes, app_port=port) as root,
    ):
        return explain(f"{root.replace('http', 'ws')}{PREFIX}/")


OPENED = ["The handshake of '/public-api/' is answered 101."]


@pytest.mark.parametrize("name", PROXIES)
def test_a_websocket_is_opened(name: str) -> None:
    report = explain_websocket(name, {})
    assert report["mistakes"] == []
    assert step(report, "websocket")["text"] == OPENED


def test_a_websocket_is_opened_by_https(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    https_port = free_port()
    options = {"certificate": certificate, "https_port": https_port}
    with (
        running_echo(lambda _path, _host: None) as port,
        running_changed_proxy("nginx", {}, app_port=port, **options),
    ):
        report = explain(f"wss://{HOST}:{https_port}{PREFIX}/")
    assert report["mistakes"] == []
    assert step(report, "websocket")["text"] == OPENED


@pytest.mark.parametrize(
    ("name", "changes", "answer", "fix"),
    [
        (
            "nginx",
            {r"proxy_set_header Upgrade \$http_upgrade;": ""},
            "200.",
            "proxy_set_header Upgrade $http_upgrade;",
        ),
        (
            "apache",
            {" upgrade=websocket": ""},
            "200.",
            "upgrade=websocket",
        ),
        ("envoy", {r"upgrade_configs: .*": ""}, "403, by Envoy.", "upgrade_configs"),
    ],
    ids=["nginx", "apache", "envoy"],
)
def test_a_websocket_is_refused(
    name: str, changes: dict[str, str], answer: str, fix: str
) -> None:
    (mistake,) = explain_websocket(name, changes)["mistakes"]
    text = f"No WebSocket opens at '/public-api/': the answer is {answer}"
    assert (mistake["code"], mistake["text"]) == ("websocket-refused", text)
    assert fix in mistake["fix"]
