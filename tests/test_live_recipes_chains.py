"""Recipes for a cache, for https, and for two proxies in a row."""

from __future__ import annotations

import re
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from crawler import Answer, send
from flask import Flask, Response, request
from forged import FORGED, echo, keeps_its_headers
from live import make_certificate, need
from nginx import behind_nginx, running_nginx_recipe
from pages import faults, home_links, make_app
from readme import Row, code_in
from recipes import NOTHING, copy_recipe, mistake, recipe, set_up
from symptoms import see
from traefik import THROTTLE, running_traefik
from werkzeug.middleware.proxy_fix import ProxyFix

from demo.addresses import HOST
from demo.proxy import free_port
from demo.servers import running

pytestmark = pytest.mark.live

CDN = "A CDN before the proxy"
CACHE = "A cache between proxy and app"
HTTPS = "https outside, http at the app"
FIXED = "Two that strip a part each"
NGINX_FIRST = "nginx before Traefik, each with a header"
TRAEFIK_FIRST = "Traefik before nginx, each with a header"


def cached_app(cell: str) -> Flask:
    """Return an app that allows caches to keep what has no session in it."""
    app = make_app()

    @app.after_request
    def allow(response: Response) -> Response:
        if request.path not in ("/login", "/private"):
            response.cache_control.public = True
            response.cache_control.max_age = 60
        return response

    return set_up(app, cell)


# Below the directory that nginx runs in.
CDN_HERE = {"/var/lib/nginx/cdn": "cdn"}
CACHE_HERE = {"/var/lib/nginx/pages": "pages"}


def cached(root: str, path: str, **options: str) -> Answer:
    """Ask twice, and return the second answer, which comes from the cache."""
    send(root, "GET", path, **options)
    answer = send(root, "GET", path, **options)
    assert answer.headers["X-Cache"] == "HIT"
    return answer


def has_own_redirects(host: str, prefix: str) -> None:
    """Fail if a redirect that comes from the cache is that of another name."""
    for name in (host, "internal:8000"):
        location = cached(f"http://{host}", f"{prefix}/foo", host=name).location
        # The app's are absolute, nginx's are not.
        assert location == f"http://{name}{prefix}/foo/"
    assert send(f"http://{host}", "GET", prefix).location == f"{prefix}/"


@recipe(CDN)
def test_a_cdn_keeps_pages_and_redirects(row: Row, tmp_path: Path) -> None:
    app = cached_app(row.cells[3])
    with behind_nginx("chains/cdn.conf", tmp_path, app, changes=CDN_HERE) as host:
        root = f"http://{host}"
        for _ in range(2):
            assert faults(root) == []
        for path in ("/svc/", "/svc/foo/", "/svc/style.css"):
            assert cached(root, path).status == 200
        has_own_redirects(host, "/svc")
        # What has a session is not kept.
        for _ in range(2):
            assert send(root, "GET", "/svc/private").headers["X-Cache"] == "MISS"


@recipe(CDN)
def test_a_client_cannot_fill_a_cdn_for_all(row: Row, tmp_path: Path) -> None:
    app = cached_app(row.cells[3])
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
    with behind_nginx("chains/cdn.conf", tmp_path, app, changes=CDN_HERE) as host:
        send(f"http://{host}", "GET", "/svc/foo", headers=FORGED)
        has_own_redirects(host, "/svc")


@recipe(CACHE)
def test_a_client_cannot_fill_a_cache_for_all(row: Row, tmp_path: Path) -> None:
    app = cached_app(row.cells[3])
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
    with behind_nginx("chains/cache.conf", tmp_path, app, changes=CACHE_HERE) as host:
        send(f"http://{host}", "GET", "/svc/foo", headers=FORGED)
        has_own_redirects(host, "/svc")


@pytest.mark.parametrize("directory", [*CDN_HERE, *CACHE_HERE])
def test_nginx_can_make_the_directory_of_a_cache(directory: str) -> None:
    done = subprocess.run([need("nginx"), "-V"], capture_output=True, text=True)
    # nginx makes the last directory, as it does for its own.
    (own,) = re.findall(r"--http-proxy-temp-path=(\S+)", done.stderr)
    assert Path(directory).parent == Path(own).parent


@mistake(CDN)
def test_a_cached_redirect_to_another_host(row: Row, tmp_path: Path) -> None:
    assert "default key, without `Host`" in row.cells[4]
    changes = {**CDN_HERE, "proxy_cache_key $scheme$http_host$request_uri;": ""}
    app = cached_app(row.cells[3])
    with behind_nginx("chains/cdn.conf", tmp_path, app, changes=changes) as host:
        # The check asks by HEAD, which fills the cache, too.
        send(f"http://{host}", "GET", "/svc/foo", host="internal:8000")
        lines = see(row, f"http://{host}/svc")
        assert lines == ["Location: http://internal:8000/svc/foo/"]


@recipe(CACHE)
@pytest.mark.parametrize("first", ["/svc", "/beta"])
def test_a_cached_page_has_its_own_links(row: Row, tmp_path: Path, first: str) -> None:
    app = cached_app(row.cells[3])
    with behind_nginx("chains/cache.conf", tmp_path, app, changes=CACHE_HERE) as host:
        root = f"http://{host}"
        for prefix in (first, "/svc", "/beta", first):
            assert faults(root, prefix) == []
            assert f'"{prefix}/foo/"' in cached(root, f"{prefix}/").text
            has_own_redirects(host, prefix)
        # What a client sends does not count, and does not end up in the cache.
        for sent in ("/evil", "/beta"):
            headers = {"X-Forwarded-Prefix": sent}
            with urlopen(Request(f"{root}/svc/", headers=headers)) as answer:
                assert b'"/svc/foo/"' in answer.read()
                assert answer.headers["X-Cache"] == "HIT"


@mistake(CACHE)
def test_a_cache_that_ignores_vary(row: Row, tmp_path: Path) -> None:
    (wrong,) = code_in(row.cells[4])
    changes = {**CACHE_HERE, "proxy_cache pages;": f"proxy_cache pages; {wrong}"}
    app = cached_app(row.cells[3])
    with behind_nginx("chains/cache.conf", tmp_path, app, changes=changes) as host:
        send(f"http://{host}", "GET", "/beta/")
        links = see(row, f"http://{host}/svc")
    assert links == home_links("/beta")


@recipe(HTTPS)
def test_https_outside(row: Row, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    context = ssl.create_default_context(cafile=certificate)
    app = set_up(make_app(), row.cells[3])
    changes = {"/etc/nginx/front.pem": str(certificate)}
    with behind_nginx("chains/https.conf", tmp_path, app, changes=changes) as host:
        root = f"https://{host}"
        assert faults(root, context=context) == []
        answer = send(root, "GET", "/svc/foo", context=context)
        assert answer.location == f"{root}/svc/foo/"
        assert send(root, "GET", "/svc", context=context).location == "/svc/"


@mistake(HTTPS)
def test_the_second_proxy_says_http(row: Row, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    changes = {"/etc/nginx/front.pem": str(certificate)}
    changes["location /svc/ {"] = f"location /svc/ {{ {code_in(row.cells[4])[0]}"
    app = set_up(make_app(), row.cells[3])
    with behind_nginx("chains/https.conf", tmp_path, app, changes=changes) as host:
        lines = see(row, f"https://{host}/svc", certificate=certificate)
        assert lines == [f"Location: http://{host}/svc/foo/"]


@recipe(FIXED)
def test_both_parts_are_the_prefix(row: Row, tmp_path: Path) -> None:
    app = set_up(make_app(), row.cells[3])
    with behind_nginx("chains/two-strip.conf", tmp_path, app) as host:
        root = f"http://{host}"
        assert faults(root, "/outer/svc") == []
        assert send(root, "GET", "/outer/svc").location == "/outer/svc/"


@mistake(FIXED)
def test_one_part_is_not_enough(row: Row, tmp_path: Path) -> None:
    app = set_up(make_app(), row.cells[4])
    with behind_nginx("chains/two-strip.conf", tmp_path, app) as host:
        links = see(row, f"http://{host}/outer/svc")
        assert links == home_links("/svc")
        missing = send(f"http://{host}", "GET", "/svc/foo/")
        assert (missing.status, "<center>nginx" in missing.text) == (404, True)


def traefik_of_recipe(
    folder: str, work: Path, start: dict[str, str], routes: dict[str, str], path: str
) -> AbstractContextManager[str]:
    """Run Traefik with a recipe; yield the root of its URLs.

    :param start: What to replace in its static configuration, by what.
    :param routes: What to replace in its routes, by what.
    :param path: A path that it has a route for.
    """
    work.mkdir()
    quick = {"\nproviders:": f"\nproviders:\n  {THROTTLE}"}
    copy_recipe(f"{folder}/traefik.yaml", work, {**start, **quick})
    copy_recipe(f"{folder}/routes.yaml", work, routes)
    (address,) = [new for old, new in start.items() if old.startswith(HOST)]
    return running_traefik(["--configFile=traefik.yaml"], work, address, path)


@contextmanager
def nginx_first(
    app: Flask, work: Path, changes: Mapping[str, str] = NOTHING
) -> Iterator[str]:
    """Run nginx before Traefik, and yield the root of nginx's URLs.

    :param changes: What to replace in Traefik's static configuration.
    """
    folder = "chains/nginx-before-traefik"
    with running(app) as root:
        inner = f"{HOST}:{free_port()}"
        start = {f"{HOST}:8001": inner, **changes}
        routes = {f"http://{HOST}:5000": root}
        to_inner = {f"{HOST}:8001": inner}
        with (
            traefik_of_recipe(folder, work / "traefik", start, routes, "/svc/"),
            running_nginx_recipe(f"{folder}/nginx.conf", work, to_inner) as host,
        ):
            yield f"http://{host}"


@contextmanager
def traefik_first(
    app: Flask, work: Path, changes: Mapping[str, str] = NOTHING
) -> Iterator[str]:
    """Run Traefik before nginx, and yield the root of Traefik's URLs.

    :param changes: What to replace in nginx's configuration.
    """
    folder = "chains/traefik-before-nginx"
    conf = f"{folder}/nginx.conf"
    with behind_nginx(conf, work, app, changes=changes) as inner:
        start = {f"{HOST}:8000": f"{HOST}:{free_port()}"}
        routes = {f"{HOST}:8001": inner}
        traefik = work / "traefik"
        path = "/outer/svc/"
        with traefik_of_recipe(folder, traefik, start, routes, path) as root:
            yield root


def has_both_parts(root: str) -> None:
    """Fail if a URL lacks a part, or a client's header counts."""
    assert faults(root, "/outer/svc") == []
    headers = {"X-Forwarded-Prefix": "/evil"}
    with urlopen(Request(f"{root}/outer/svc/", headers=headers)) as answer:
        assert b'"/outer/svc/foo/"' in answer.read()


@recipe(NGINX_FIRST)
def test_traefik_appends_its_part(row: Row, tmp_path: Path) -> None:
    app = set_up(make_app(), row.cells[3])
    with nginx_first(app, tmp_path) as root:
        has_both_parts(root)
        assert '"/outer/svc/foo/"' in send(root, "GET", "/outer/svc").text
        # This is Traefik's own.
        assert send(root, "GET", "/outer/svc2/").text == "404 page not found\n"


@mistake(NGINX_FIRST)
def test_traefik_drops_a_header_that_it_does_not_trust(
    row: Row, tmp_path: Path
) -> None:
    assert code_in(row.cells[4]) == ["trustedIPs"]
    app = set_up(make_app(), row.cells[3])
    changes = {f"trustedIPs: [{HOST}]": "trustedIPs: []"}
    with nginx_first(app, tmp_path, changes) as root:
        links = see(row, f"{root}/outer/svc")
        assert links == home_links()


@recipe(TRAEFIK_FIRST)
def test_nginx_appends_its_part(row: Row, tmp_path: Path) -> None:
    app = set_up(make_app(), row.cells[3])
    with traefik_first(app, tmp_path) as root:
        has_both_parts(root)
        assert send(root, "GET", "/outer/svc").location == "/outer/svc/"


@mistake(TRAEFIK_FIRST)
def test_nginx_replaces_the_header(row: Row, tmp_path: Path) -> None:
    (wrong,) = code_in(row.cells[4])
    changes = {'X-Forwarded-Prefix "$http_x_forwarded_prefix, /svc"': wrong}
    app = set_up(make_app(), row.cells[3])
    with traefik_first(app, tmp_path, changes) as root:
        links = see(row, f"{root}/outer/svc")
        assert links == home_links()


@recipe(CDN)
def test_no_client_sets_a_header_of_a_cdn(row: Row, tmp_path: Path) -> None:
    with behind_nginx("chains/cdn.conf", tmp_path, echo(), changes=CDN_HERE) as host:
        keeps_its_headers(row, f"http://{host}", "/svc/")


@recipe(CACHE)
def test_no_client_sets_a_header_of_a_cache(row: Row, tmp_path: Path) -> None:
    conf = "chains/cache.conf"
    with behind_nginx(conf, tmp_path, echo(), changes=CACHE_HERE) as host:
        keeps_its_headers(row, f"http://{host}", "/svc/")


@recipe(HTTPS)
def test_no_client_sets_a_header_by_https(row: Row, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    context = ssl.create_default_context(cafile=certificate)
    changes = {"/etc/nginx/front.pem": str(certificate)}
    with behind_nginx("chains/https.conf", tmp_path, echo(), changes=changes) as host:
        keeps_its_headers(row, f"https://{host}", "/svc/", context=context)


@recipe(FIXED)
def test_no_client_sets_a_header_of_two_that_strip(row: Row, tmp_path: Path) -> None:
    with behind_nginx("chains/two-strip.conf", tmp_path, echo()) as host:
        keeps_its_headers(row, f"http://{host}", "/outer/svc/")


@recipe(NGINX_FIRST)
def test_no_client_sets_a_header_of_nginx_before_traefik(
    row: Row, tmp_path: Path
) -> None:
    with nginx_first(echo(), tmp_path) as root:
        keeps_its_headers(row, root, "/outer/svc/")


@recipe(TRAEFIK_FIRST)
def test_no_client_sets_a_header_of_traefik_before_nginx(
    row: Row, tmp_path: Path
) -> None:
    with traefik_first(echo(), tmp_path) as root:
        keeps_its_headers(row, root, "/outer/svc/")
