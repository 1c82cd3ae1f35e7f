"""Whatever a prefix is made of: no URL leaves the host, or carries what it may not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

import pytest
from attacks import ATTACKS, REQUEST, WAYS, given_out, make_app, path_of
from flask import Flask, request, url_for
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_prefix_urls import PrefixURLs, forwarded_prefix

all_ways = pytest.mark.parametrize("way", WAYS)


@all_ways
@pytest.mark.parametrize("value", ATTACKS)
def test_an_attack_is_refused(way: str, value: str) -> None:
    with pytest.raises(ValueError, match=r" is ['\"].+, but .+: write it like '"):
        given_out(WAYS[way](value))


HARMLESS = {
    "/.evil.com": "/.evil.com",
    "/https:evil.com": "/https:evil.com",
    "/@evil.com": "/@evil.com",
    "/user:password@evil.com": "/user:password@evil.com",
    "/...": "/...",
    "/\uff0f\uff0fevil.com": "/%EF%BC%8F%EF%BC%8Fevil.com",
    "/\uff0e\uff0e/a": "/%EF%BC%8E%EF%BC%8E/a",
    "/\u2024\u2024/a": "/%E2%80%A4%E2%80%A4/a",
    "/\u2215evil\u3002com": "/%E2%88%95evil%E3%80%82com",
    "/\uff5c\uff02": "/%EF%BD%9C%EF%BC%82",
    "/%ef%bc%8f": "/%EF%BC%8F",
}


@all_ways
@pytest.mark.parametrize(("value", "prefix"), HARMLESS.items())
def test_what_only_looks_like_an_attack_stays_a_path(
    way: str, value: str, prefix: str
) -> None:
    if way == "public URL":
        value = value.removeprefix("/")
    for position, url in given_out(WAYS[way](value)).items():
        if position not in REQUEST:
            assert path_of(url) == f"{prefix}/b/page/", position


PIECES = st.sampled_from(
    re.findall(
        r"\S+",
        "/ // \\ . .. % %2e %2F %5c %25 %00 %0d%0a %22 %27 %3C %3b %3F %20 %c0%af"
        " %C3%A9 %E2%80%AE %E2%80%A8 %EF%BC%8F ? # @ : ; , + = ~ - _ ' \" < ` &"
        " evil.com https: javascript: localhost svc b page é ß 日"
        " \uff0f \uff0e \u3002 \u2024 \u2215",
    )
    + list(" \t\n\r\0\x85\xa0\u2028\u202e\ud800")
)
# Some that are accepted, since most of the others are not.
GOOD = st.text("ab1.~@:+=-_/é\uff0f\uff0e", max_size=12)
VALUES = (
    st.lists(PIECES, max_size=6).map("".join)
    | st.lists(PIECES | GOOD, max_size=4).map("/".join)
    | GOOD
    | st.text(max_size=8)
)


def given_out_unless_refused(way: str, value: str) -> dict[str, str]:
    try:
        return given_out(WAYS[way](value))
    except ValueError:
        return {}


@all_ways
@given(value=VALUES)
@settings(max_examples=150, deadline=None)
def test_any_value_in_links_and_redirects(way: str, value: str) -> None:
    root = unquote(value).strip("/")
    for position, url in given_out_unless_refused(way, value).items():
        if position not in REQUEST:
            path = unquote(path_of(url))
            assert path == (f"/{root}/b/page/" if root else "/b/page/"), position


@all_ways
@given(value=VALUES)
@settings(max_examples=150, deadline=None)
def test_any_value_in_the_request(way: str, value: str) -> None:
    root = unquote(value).strip("/")
    urls = given_out_unless_refused(way, value)
    for position in REQUEST:
        if position in urls:
            path = unquote(path_of(urls[position]))
            assert path == (f"/{root}/b/page/" if root else "/b/page/"), position


@pytest.mark.parametrize(
    ("prefix", "root"),
    [
        ("/a%22b", "http://localhost/a%22b/"),
        ("/a%27b", "http://localhost/a%27b/"),
        ("/a%3Cscript%3E", "http://localhost/a%3Cscript%3E/"),
        ("/a%3BDomain=x", "http://localhost/a%3BDomain=x/"),
        ("/a%3Fb%23c", "http://localhost/a%3Fb%23c/"),
        ("/a%20b", "http://localhost/a%20b/"),
        ("/a%E2%80%AEb", "http://localhost/a%E2%80%AEb/"),
        ("/a%E2%80%A8b", "http://localhost/a%E2%80%A8b/"),
        # As it is with Werkzeug alone, which shows letters as they are.
        ("/é", "http://localhost/é/"),
    ],
)
def test_an_escape_in_the_urls_of_the_request(prefix: str, root: str) -> None:
    """What is escaped in a prefix is so in ``request.url``, once; or it is refused."""
    app = make_app()
    try:
        PrefixURLs(app, prefix)
    except ValueError:
        return
    with app.test_request_context("/b/page/"):
        assert request.root_url == root
        assert request.url == f"{root}b/page/"


@pytest.mark.warns
@pytest.mark.parametrize("allowed", [None, ["/svc", "/a/b", "/"]], ids=["any", "list"])
@given(value=VALUES | st.sampled_from(["/svc", "/a/b/", "/", "/x, /svc", *ATTACKS]))
@settings(max_examples=300, deadline=None)
def test_any_value_of_a_header(allowed: list[str] | None, value: str) -> None:
    app = make_app()
    forwarded = forwarded_prefix(allowed=allowed, default="/default")
    PrefixURLs(app, forwarded, cookie_path=True)
    raw = value.encode("utf-8", "surrogatepass").decode("latin-1")
    members = [m for m in (m.strip(" \t") for m in raw.split(",")) if m]
    sent = members[-1].removesuffix("/") if members else "/default"
    urls = given_out(app, HTTP_X_FORWARDED_PREFIX=raw)
    cookie = path_of(urls.pop("cookie"))
    paths = {path_of(url) for url in urls.values()}
    assert paths in ({f"{sent}/b/page/"}, {"/default/b/page/"})
    if allowed is not None:
        assert paths <= {f"{p}/b/page/" for p in ("/svc", "/a/b", "", "/default")}
        assert {cookie} == paths
    else:
        assert cookie == "/default/b/page/"


@pytest.mark.warns
@pytest.mark.parametrize(
    "value",
    [v for v in ATTACKS if "\ud800" not in v and not v.startswith((" ", "\t"))]
    + [".evil.com", "@evil.com", "/a/b.c%41"],
)
@pytest.mark.parametrize("allowed", [None, ["/svc"]], ids=["any", "list"])
def test_an_attack_in_a_header_is_dropped(
    value: str, allowed: list[str] | None
) -> None:
    app = make_app()
    PrefixURLs(app, forwarded_prefix(allowed=allowed, default="/d"), cookie_path=True)
    raw = value.encode().decode("latin-1")
    urls = given_out(app, HTTP_X_FORWARDED_PREFIX=raw)
    assert {path_of(url) for url in urls.values()} == {"/d/b/page/"}


def proxy_fix_paths(prefix: str, mounted: bool, header: str, kept: str) -> set[str]:
    """Return the paths of all URLs behind a ProxyFix that trusts any prefix."""
    app = make_app()
    PrefixURLs(app, prefix, cookie_path=True)
    mount = "/mount" if mounted else ""
    inner = app.wsgi_app
    if mounted:
        inner = DispatcherMiddleware(Flask("root"), {mount: inner})
    fixed = ProxyFix(inner, x_prefix=1)

    def at_mount(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["PATH_INFO"] = mount + environ["PATH_INFO"]
        return fixed(environ, start_response)

    app.wsgi_app = at_mount  # type: ignore[method-assign]
    raw = header.encode("utf-8", "surrogatepass").decode("latin-1")
    urls = given_out(app, HTTP_X_FORWARDED_PREFIX=raw, SCRIPT_NAME=kept)
    return {path_of(url) for url in urls.values()}


@pytest.mark.parametrize("prefix", ["/svc", ""], ids=["prefixed", "opted-out"])
@pytest.mark.parametrize("kept", ["", "/gun"])
@pytest.mark.parametrize("mounted", [False, True])
@given(header=VALUES | st.sampled_from(ATTACKS))
@settings(max_examples=100, deadline=None)
def test_any_header_beside_proxy_fix(
    prefix: str, kept: str, mounted: bool, header: str
) -> None:
    mount = "/mount" if mounted else ""
    paths = proxy_fix_paths(prefix, mounted, header, kept)
    assert paths == {f"{prefix}{kept}{mount}/b/page/"}


@pytest.mark.parametrize("prefix", ["/svc", ""], ids=["prefixed", "opted-out"])
@pytest.mark.parametrize("mounted", [False, True])
@pytest.mark.parametrize(
    ("kept", "header", "root"),
    [
        ("/gun", "/gun/../..", "/gun"),
        ("/gun", '/gun/"x', "/gun"),
        ("/gun", "/gun//evil.com", "/gun"),
        ("/", "//evil.com", ""),
        ("/", "//evil.com/", ""),
    ],
)
def test_a_header_that_begins_with_the_mount_beside_proxy_fix(
    prefix: str, mounted: bool, kept: str, header: str, root: str
) -> None:
    mount = "/mount" if mounted else ""
    paths = proxy_fix_paths(prefix, mounted, header, kept)
    assert paths == {f"{prefix}{root}{mount}/b/page/"}


@pytest.mark.parametrize(
    "value",
    [
        "http\u017f://localhost/a",
        "https://example.\u212aom/a",
        "https://\u0130.example/a",
        "https://evil.com@localhost/a",
        "https://localhost:80:90/a",
        "https://localhost:65536/a",
        "https://local host/a",
        "https://localhost\\@evil.com/a",
        "https://localhost?/a",
        "https://localhost#@evil.com/a",
        "https://%6cocalhost/a",
        "https:///a",
        "https:/localhost/a",
        "//localhost/a",
        "javascript://localhost/a",
        "https://localhost/a\n",
        "https://localhost\n",
        " https://localhost",
        "https://[::1/a",
        "https://[:]/a",
    ],
)
def test_a_bad_public_url_is_refused(value: str) -> None:
    sentence = (
        f"public_url is {value!r}, but must be http or https, a host, perhaps a port,"
        " and a path: write it like 'https://example.com/svc/v1'."
    )
    path = " is '/a\\n', but a prefix has no white space or control character: "
    with pytest.raises(ValueError, match=r"^(the path of )?public_url is ") as caught:
        PrefixURLs(make_app(), public_url=value)
    assert str(caught.value) == sentence or path in str(caught.value)


@given(value=VALUES)
@settings(max_examples=200, deadline=None)
def test_any_public_url_outside_of_a_request(value: str) -> None:
    app = make_app()
    try:
        PrefixURLs(app, public_url=f"http://localhost/{value}")
    except ValueError:
        return
    with app.app_context():
        path = path_of(url_for("b.page"))
        assert path_of(url_for("b.page", _external=False)) == path
    root = unquote(value).strip("/")
    assert unquote(path) == (f"/{root}/b/page/" if root else "/b/page/")


@given(value=GOOD | VALUES)
@settings(max_examples=300, deadline=None)
def test_what_is_accepted_leads_back_through_a_proxy(value: str) -> None:
    app = Flask("tests")
    app.testing = True
    app.add_url_rule("/page/<path:rest>", "page", lambda rest: f"page {rest}")
    try:
        PrefixURLs(app, value)
    except ValueError:
        return
    prefix, inner = f"/{unquote(value).strip('/')}".rstrip("/"), app.wsgi_app

    def proxy(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode()
        assert path.startswith(f"{prefix}/")
        environ["PATH_INFO"] = path[len(prefix) :].encode().decode("latin-1")
        return inner(environ, start_response)

    with app.test_request_context():
        url = path_of(url_for("page", rest="é/x"))
    app.wsgi_app = proxy  # type: ignore[method-assign]
    assert app.test_client().get(url).text == "page é/x"
