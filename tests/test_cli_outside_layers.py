"""What follows from answers: the parts of ``explain --url``, without a network."""

from __future__ import annotations

from dataclasses import replace
from email.message import Message
from typing import Any

import pytest
from played import APACHE, GUNICORN, NGINX

from flask_prefix_urls.asking import Unseen
from flask_prefix_urls.cli.outside import clients, conclusions, fixes, routing, urls
from flask_prefix_urls.cli.outside.asking import Answer
from flask_prefix_urls.cli.outside.references import Reference, references
from flask_prefix_urls.cli.outside.seeing import https_of
from flask_prefix_urls.cli.outside.seen import Forgery, Seen
from flask_prefix_urls.cli.outside.site import Address, Site, parse_url
from flask_prefix_urls.cli.outside.speakers import speaker
from flask_prefix_urls.cli.report import Mistake

FLASK_404 = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n"
FLASK_302 = "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n"


def answer(target: str, status: int = 200, text: str = "", **headers: str) -> Answer:
    message = Message()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return Answer(target, status, message, text)


def html(target: str, text: str) -> Answer:
    return answer(target, 200, text, Content_Type="text/html")


def redirected(target: str, location: str, status: int = 308, **more: str) -> Answer:
    return answer(target, status, FLASK_302, Location=location, **more)


def seen(
    *answers: Answer, site: str = "https://example.com/svc", **fields: Any
) -> Seen:
    """Return what was seen behind nginx: some answers, and nothing wrong in others."""
    page = fields.pop("page", None) or html("/svc/", "home")
    nothing = Unseen("nobody asked")
    known = Seen(
        site=parse_url(site).site,
        first=page,
        page=page,
        outside=answer("/token", 404, NGINX.format("404 Not Found")),
        missing=answer("/svc/token", 404, FLASK_404),
        bare=nothing,
        neighbour=nothing,
        slash=nothing,
        long=nothing,
        file=nothing,
        encoded=nothing,
        merged=nothing,
        forgeries=(nothing,),
        answers={found.target: found for found in (page, *answers)},
    )
    return replace(known, **fields)


@pytest.mark.parametrize(
    ("found", "mistake"),
    [
        (
            redirected("/svc/foo", "http://example.com/svc/foo/"),
            (
                "http-scheme",
                "The redirect of '/svc/foo' leads to 'http://example.com/svc/foo/',"
                " which is http.",
                "nginx: `proxy_set_header X-Forwarded-Proto $scheme;`, app:"
                " `app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)`",
            ),
        ),
        (
            redirected("/svc/foo", "https://example.com/svc/foo", 302),
            (
                "http-scheme",
                "'/svc/foo' is redirected to itself: the app takes https for http.",
                "nginx: `proxy_set_header X-Forwarded-Proto $scheme;`, app:"
                " `app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)`",
            ),
        ),
        (
            redirected("/svc/foo", "https://example.com:8443/svc/foo/"),
            (
                "internal-host",
                "The redirect of '/svc/foo' leads to"
                " 'https://example.com:8443/svc/foo/', which no browser reaches.",
                "nginx: `proxy_set_header Host $http_host;`",
            ),
        ),
        (
            redirected("/svc/foo", "/old/foo/"),
            (
                "other-prefix",
                "The redirect of '/svc/foo' leads to '/old/foo/', with the prefix"
                " '/old' instead of '/svc'.",
                '`PrefixURLs(app, "/svc")`, or for several prefixes `PrefixURLs(app,'
                ' forwarded_prefix(allowed=["/svc", "/old"], default="/svc"))`',
            ),
        ),
        (
            answer(
                "/svc",
                301,
                NGINX.format("301 Moved Permanently"),
                Location="http://example.com/svc/",
            ),
            (
                "http-scheme",
                "The redirect of '/svc' leads to 'http://example.com/svc/', which is"
                " http: nginx itself says so.",
                "nginx: `absolute_redirect off;`",
            ),
        ),
    ],
    ids=["scheme", "loop", "port", "other-prefix", "nginxs-own"],
)
def test_a_redirect_is_wrong(found: Answer, mistake: tuple[str, str, str]) -> None:
    _, mistakes = urls.redirect(seen(found))
    assert mistakes == (Mistake(*mistake),)


@pytest.mark.parametrize(
    "found",
    [
        redirected("/svc/foo", "https://example.com/svc/foo/"),
        redirected("/svc/foo", "//example.com/svc/foo/"),
        redirected("/svc/foo", "https://login.example.org/?next=/svc/svc/", 302),
        redirected("/svc/foo", "http://sso/login", 302),
        redirected("/svc/foo", "http://example.com/login", 302),
        redirected("/svc/foo", "https://[bad/", 302),
        redirected("/svc/foo", "mailto:ada@example.com", 302),
        redirected("/svc/foo", "/svc/foo", 302, Set_Cookie="seen=1"),
        redirected("/svc/login", "/sso/login/", 302),
        redirected("/other/foo", "http://example.com/"),
        redirected("/svc", "/", 302),
    ],
    ids=lambda found: found.location,
)
def test_a_redirect_is_right_or_may_be(found: Answer) -> None:
    _, mistakes = urls.redirect(seen(found))
    assert mistakes == ()


@pytest.mark.parametrize(
    ("url", "code", "fault"),
    [
        ("http://example.com/svc/foo/", "http-scheme", "which is http"),
        ("http://app/svc/foo/", "internal-host", "which no browser reaches"),
        ("https://10.0.0.7/svc/foo/", "internal-host", "which no browser reaches"),
        ("https://app.local/svc/foo/", "internal-host", "which no browser reaches"),
        ("https://example.com:1/svc/foo/", "internal-host", "which no browser reaches"),
    ],
)
def test_a_link_is_wrong_in_front_of_its_path(url: str, code: str, fault: str) -> None:
    _, mistakes = urls.links(seen(page=html("/svc/", f'<a href="{url}"><a href=/x>')))
    (mistake,) = mistakes
    assert (mistake.code, mistake.text) == (
        code,
        f"'/svc/' refers to '{url}', {fault}.",
    )


def test_a_link_loses_the_port() -> None:
    page = html("/svc/", '<a href="https://example.com/svc/foo/">')
    found = seen(page=page, site="https://example.com:8443/svc")
    assert [mistake.code for mistake in urls.links(found)[1]] == ["lost-port"]


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/svc/",
        "http://example.com/about",
        "/about",
        "mailto:ada@example.com",
        "https://[bad/",
        "#top",
        "data:text/plain,x",
    ],
)
def test_a_link_that_leads_elsewhere_is_no_mistake(link: str) -> None:
    found = seen(answer("/about"), page=html("/svc/", f'<a href="{link}">'))
    assert urls.links(found)[1] == ()


def test_a_site_that_answers_every_path_hides_no_dead_link() -> None:
    site = html("/token", "site")
    known = seen(
        html("/foo/", "site"),
        html("/svc/foo/", "foo"),
        page=html("/svc/", "<a href=/foo/>"),
        outside=site,
    )
    step, (mistake,) = urls.links(known)
    assert mistake.code == "no-prefix"
    assert step.text[-1] == "With '/svc' once: 0, twice: 0, without: 1."


def test_an_app_that_answers_every_path_proves_nothing() -> None:
    known = seen(
        answer("/foo/", 404, NGINX.format("404 Not Found")),
        html("/svc/foo/", "app"),
        page=html("/svc/", "<a href=/foo/>"),
        missing=html("/svc/token", "app"),
    )
    assert urls.links(known)[1] == ()


def test_the_links_of_a_redirect_do_not_count() -> None:
    page = answer("/svc/private", 302, "<a href=/login>", Content_Type="text/html")
    step, _ = urls.links(seen(page=page))
    assert step.text == ("Not seen: '/svc/private' answers 302.",)


def test_links_to_another_host_do_not_count() -> None:
    page = html("/svc/", "<link rel=stylesheet href=https://cdn.example/a.css>")
    step, _ = urls.links(seen(page=page))
    assert step.text == ("Not seen: '/svc/' refers to nothing of this host.",)


def test_a_404_that_names_its_path_is_known_again() -> None:
    known = seen(
        page=answer("/svc/", 404, "No '/svc/' here."),
        outside=answer("/token", 404, "No '/token' here."),
    )
    (mistake,) = routing.answer(known)[1]
    assert mistake.text == (
        "The proxy itself answers 404 to '/svc/': it forwards no such path."
    )


def test_a_link_beyond_ascii_is_found_among_the_answers() -> None:
    page = html("/svc/", "<a href='/ü?ö=ä'>")
    target = "/%C3%BC?%C3%B6=%C3%A4"
    known = seen(answer(target, 404), answer(f"/svc{target}"), page=page)
    assert [mistake.code for mistake in urls.links(known)[1]] == ["no-prefix"]


def test_a_link_out_of_the_app_is_told() -> None:
    found = seen(
        answer("/about"), page=html("/svc/", "<a href=/about><form action=/logout>")
    )
    step, _ = urls.links(found)
    assert step.text == (
        "References of '/svc/' to this host: 2.",
        "With '/svc' once: 0, twice: 0, without: 2.",
        "Not asked for, of those without it: 1.",
        "'/about' leads out of the app, and is there.",
    )


def test_a_link_is_told_where_no_other_path_was_asked_for() -> None:
    page = html("/svc/", "<a href=/about>")
    step, mistakes = urls.links(
        seen(answer("/about"), page=page, outside=Unseen("nobody asked"))
    )
    assert step.text[-1] == "'/about' leads out of the app, and is there."
    assert mistakes == ()


HTTP = parse_url("http://example.com:80/svc/")


@pytest.mark.parametrize(
    ("first", "host"),
    [
        (redirected("/svc/", "https://example.com/svc/", 301), "example.com"),
        (redirected("/svc/", "https://example.com:444/svc/", 301), "example.com:444"),
        (redirected("/svc/", "https://example.com/other", 301), None),
        (redirected("/svc/", "https://a.example/svc/", 301), None),
        (redirected("/svc/", "http://example.com/svc/login", 302), None),
        (redirected("/svc/", "https://[bad/", 302), None),
        (answer("/svc/"), None),
        (Unseen("nobody asked"), None),
    ],
)
def test_an_app_that_is_had_by_https_alone(
    first: Answer | Unseen, host: str | None
) -> None:
    moved = https_of(HTTP, first)
    if host is None:
        assert moved is None
    else:
        assert moved == replace(HTTP, site=Site("https", host, "/svc"))


@pytest.mark.parametrize(
    ("found", "by_hand"),
    [
        ((), False),
        ((redirected("/svc/private", "/svc/login", 302),), True),
        ((redirected("/svc/private", "https://[bad/", 302),), False),
    ],
    ids=["no-redirect", "a-redirect-with-it", "no-url"],
)
def test_a_redirect_shows_that_the_app_knows_its_prefix(
    found: tuple[Answer, ...], by_hand: bool
) -> None:
    known = seen(
        answer("/foo/", 404, NGINX.format("404 Not Found")),
        answer("/svc/foo/"),
        *found,
        page=html("/svc/", "<a href=/foo/>"),
    )
    (mistake,) = urls.links(known)[1]
    assert mistake.code == ("link-by-hand" if by_hand else "no-prefix")


def test_a_link_that_is_dead_everywhere_is_no_matter_of_a_prefix() -> None:
    known = seen(
        answer("/a/b", 404),
        answer("/svc/a/b", 404, FLASK_404),
        answer("/svc/b", 404, FLASK_404),
        answer("/c/", 404),
        answer("/svc/c/", 404, FLASK_404),
        page=html("/svc/", "<a href=/a/b><a href=/c/>"),
    )
    assert urls.links(known)[1] == ()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            answer("/svc/a.css", Content_Type="text/css"),
            "'/svc/a.css' answers 200, text/css.",
        ),
        (
            answer("/svc/a.css", 404, FLASK_404),
            "'/svc/a.css' answers 404, by Flask.",
        ),
        (Unseen("nobody asked"), "Not seen: nobody asked."),
    ],
)
def test_a_static_file(file: Answer | Unseen, text: str) -> None:
    step, mistakes = urls.static(seen(file=file))
    assert (step.text, mistakes) == ((text,), ())


@pytest.mark.parametrize(
    ("spec", "asked", "codes"),
    [
        ('{"swagger": "2.0", "basePath": "/svc/api"}', (), []),
        ('{"openapi": "3.0", "servers": [{"url": "/svc"}]}', (), []),
        ('{"openapi": "3.0", "servers": [{"url": "https://a.example/"}]}', (), None),
        ('{"openapi": "3.0", "servers": ["/svc"]}', (), None),
        ('{"swagger": "2.0", "basePath": 1}', (), None),
        ('{"openapi": "3.0"}', (), ["specification-without-prefix"]),
        ('{"swagger": "2.0", "paths": []}', (), ["specification-without-prefix"]),
        (
            '{"swagger": "2.0", "basePath": "/api",'
            ' "paths": {"/{id}": {"get": {}}, "/reset": {"get": {}},'
            ' "/b": {"post": {}}, "/c": {"get": {}}}}',
            (answer("/api/c"),),
            [],
        ),
        (
            '{"swagger": "2.0", "basePath": "/api", "paths": {"/c": {"get": {}}}}',
            (answer("/api/c", 404),),
            ["specification-without-prefix"],
        ),
        ('{"swagger": ', (), None),
        ("[" * 100_000, (), None),
        ('["swagger"]', (), None),
        ('{"name": "Ada"}', (), None),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)
def test_a_specification(
    spec: str, asked: tuple[Answer, ...], codes: list[str] | None
) -> None:
    page = answer("/svc/spec.json", 200, spec, Content_Type="application/json")
    layer = urls.specification(seen(*asked, page=page))
    if codes is None:
        assert layer is None
    else:
        assert layer is not None
        assert [mistake.code for mistake in layer[1]] == codes


@pytest.mark.parametrize(
    ("path", "more", "fault"),
    [
        ("/svc", (), None),
        ("/svc/part", (), None),
        (
            "/",
            (
                "Another app of this host overwrites one of '/' with one of the same"
                " name: cookie_path=True in both.",
            ),
            None,
        ),
        (
            "/svc2",
            (),
            "The cookie 'a' has the path '/svc2', so no browser sends it to '/svc'.",
        ),
    ],
)
def test_the_path_of_a_cookie(
    path: str, more: tuple[str, ...], fault: str | None
) -> None:
    login = answer("/svc/login", Set_Cookie=f"a=1; Path={path}; HttpOnly")
    step, mistakes = clients.cookie(seen(login))
    assert step.text == (f"'a' has the path {path!r}.", *more)
    assert [mistake.text for mistake in mistakes] == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("header", "paths"),
    [
        ("a=1", {"a": "/svc"}),
        ("a=1; Path=svc", {"a": "/svc"}),
        ("a=; Path=/old; Max-Age=0", {}),
        ("a@b=1; Path=/", {}),
        ("", {}),
    ],
    ids=["no-path", "no-slash", "deleted", "malformed", "empty"],
)
def test_a_cookie_without_a_path_and_one_that_is_none(
    header: str, paths: dict[str, str]
) -> None:
    step, mistakes = clients.cookie(seen(answer("/svc/login", Set_Cookie=header)))
    assert step.facts.get("paths", {}) == paths
    assert mistakes == ()


def forgery(header: str, *, cached: bool) -> Forgery:
    made = redirected("/svc/foo", "http://evil.invalid/svc/foo/")
    return Forgery(header, "evil.invalid", made, made if cached else Unseen("no"))


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_the_host_of_a_client_is_a_mistake_where_a_cache_keeps_it(header: str) -> None:
    step, mistakes = clients.client_headers(
        seen(forgeries=(forgery(header, cached=False),))
    )
    assert step.text[-1] == f"What {header} says is in a link or a redirect."
    assert mistakes == ()
    _, mistakes = clients.client_headers(
        seen(forgeries=(forgery(header, cached=True),))
    )
    assert mistakes == (
        Mistake(
            "client-host-trusted",
            f"A cache keeps what '/svc/foo' answers to the {header} of one client for"
            " all others.",
            "nginx: `proxy_set_header X-Forwarded-Host $http_host;`, and a"
            " `server_name`",
        ),
    )


def test_what_caches_are_told() -> None:
    page = answer("/svc/", Vary="Cookie", Cache_Control="no-store", Age="7")
    step, _ = clients.caching(seen(page=page))
    assert step.text == (
        "Vary is 'Cookie'.",
        "Cache-Control is 'no-store'.",
        "It comes from a cache.",
    )


OUTSIDE = answer("/token", 404, NGINX.format("404 Not Found"))


@pytest.mark.parametrize(
    ("handshake", "outside", "fault"),
    [
        (answer("/svc/ws", 101), OUTSIDE, None),
        (answer("/svc/ws", 401), OUTSIDE, None),
        (answer("/svc/ws", 403, "no"), OUTSIDE, None),
        (
            answer("/svc/ws", 200),
            OUTSIDE,
            (
                "No WebSocket opens at '/svc/ws': the answer is 200.",
                "nginx: `proxy_http_version 1.1;`, `proxy_set_header Upgrade"
                " $http_upgrade;`, `proxy_set_header Connection $connection_upgrade;`",
            ),
        ),
        (
            answer("/svc/ws", 403, Server="envoy"),
            answer("/token", 404, Server="envoy"),
            (
                "No WebSocket opens at '/svc/ws': the answer is 403, by Envoy.",
                "Envoy: `upgrade_configs: [{upgrade_type: websocket}]`",
            ),
        ),
        (
            answer("/svc/ws", 404, FLASK_404),
            Unseen("nobody asked"),
            (
                "No WebSocket opens at '/svc/ws': the answer is 404, by Flask.",
                "the proxy must pass Upgrade and Connection on",
            ),
        ),
        (
            answer("/svc/ws", 404, NGINX.format("404 Not Found")),
            OUTSIDE,
            (
                "No WebSocket opens at '/svc/ws': the answer is 404, by nginx.",
                "a link to it needs the prefix, or the proxy must forward it",
            ),
        ),
        (
            answer("/svc/ws", 502, NGINX.format("502 Bad Gateway")),
            OUTSIDE,
            (
                "No WebSocket opens at '/svc/ws': the answer is 502, by nginx.",
                "start the app, and check its address in the proxy",
            ),
        ),
    ],
    ids=[
        *("opens", "login", "forbidden", "not-passed-on", "envoy", "no-route"),
        *("not-forwarded", "no-app"),
    ],
)
def test_a_websocket(
    handshake: Answer, outside: Answer | Unseen, fault: tuple[str, str] | None
) -> None:
    _, mistakes = clients.websocket(handshake, outside, "/svc/ws")
    found = [(mistake.text, mistake.fix) for mistake in mistakes]
    assert found == ([fault] if fault else [])


def test_a_neighbour_is_not_seen_where_flask_has_all_other_paths() -> None:
    step, mistakes = routing.neighbour(
        seen(
            outside=answer("/token", 404, FLASK_404),
            neighbour=answer("/svc-token", 404, FLASK_404),
        )
    )
    assert step.text == ("'/svc-token' reaches Flask, as every other path does.",)
    assert mistakes == ()


def test_a_neighbour_is_not_seen_without_another_path() -> None:
    step, _ = routing.neighbour(
        seen(outside=Unseen("nobody asked"), neighbour=answer("/svc-token", 404))
    )
    assert step.text == ("Not seen: nobody asked.",)


@pytest.mark.parametrize(
    ("encoded", "missing", "text"),
    [
        (
            answer("/svc/a%2Fb", 400, "", Server="envoy"),
            answer("/svc/token", 404, FLASK_404),
            "Envoy itself answers 400 to a path with '%2F'.",
        ),
        (
            answer("/svc/a%2Fb", 404, "", Server="envoy"),
            answer("/svc/token", 404, "", Server="envoy"),
            "A path with '%2F' answers 404, as other unknown ones do.",
        ),
    ],
    ids=["refused", "like-others"],
)
def test_an_encoded_slash_is_no_mistake(
    encoded: Answer, missing: Answer, text: str
) -> None:
    step, mistakes = routing.encoded_slash(seen(encoded=encoded, missing=missing))
    assert (step.text, mistakes) == ((text,), ())


@pytest.mark.parametrize(
    ("merged", "text"),
    [
        (
            redirected("/svc//foo/", "/svc/foo/"),
            ("'/svc//foo/' is redirected to '/svc/foo/'.", "Both slashes arrive."),
        ),
        (answer("/svc//foo/", 404), ("'/svc//foo/' answers 404.",)),
    ],
)
def test_two_slashes(merged: Answer, text: tuple[str, ...]) -> None:
    step, _ = routing.slashes(seen(merged=merged))
    assert step.text == text


def test_a_first_page_everywhere_may_be_a_route_for_all_paths() -> None:
    page = html("/svc/", "home")
    found = seen(page=page, missing=html("/svc/token", "home"))
    step, mistakes = routing.stripped(found)
    assert step.text[-1] == "It shows the first page."
    assert mistakes == ()


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (answer("/", 200, FLASK_404), None),
        (answer("/", 404, FLASK_404), "Flask"),
        (answer("/", 308, FLASK_302), "Flask"),
        (answer("/", 404, "<!doctype html>\n<html lang=en>\n<title>Oh</title>"), None),
        (answer("/", 404, NGINX.format("404 Not Found")), "nginx"),
        (answer("/", 404, APACHE.format("404 Not Found")), "Apache"),
        (
            answer("/", 503, "<html><body><h1>503 Service Unavailable</h1>\nNo"),
            "HAProxy",
        ),
        (answer("/", 404, Content_Length="0"), "HAProxy"),
        (answer("/", 404, Server="Caddy", Content_Length="0"), "Caddy"),
        (answer("/", 404, "404 page not found\n"), "Traefik"),
        (answer("/", 502, "Bad Gateway"), "Traefik"),
        (answer("/", 404, Server="envoy"), "Envoy"),
        (answer("/", 503, "upstream connect error or disconnect"), "Envoy"),
        (answer("/", 500, GUNICORN), "gunicorn"),
        (answer("/", 403, '{"message":"Forbidden"}'), "API Gateway"),
        (
            answer("/", 403, '{"message": "Missing Authentication Token"}'),
            "API Gateway",
        ),
        (answer("/", 404, "Not here."), None),
        (answer("/", 404, Server="Werkzeug", Date="today"), None),
    ],
)
def test_who_answered(made: Answer, name: str | None) -> None:
    assert speaker(made) == name


def test_the_proxy_is_told_by_server_where_it_has_no_page_of_its_own() -> None:
    passed_on = answer("/token", 404, "Not here.", Server="Apache/2.4 (Debian)")
    assert seen(outside=passed_on).proxy == "Apache"
    assert seen(outside=answer("/token", 404, "Not here.")).proxy is None
    assert seen(outside=Unseen("nobody asked")).proxy is None


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        (
            "text/html",
            """<base href="/svc/"><base href="/old/">
            <link rel="stylesheet" href="a.css"><link rel="next" href="2">
            <script src="a.js"></script><iframe src="b"></iframe>
            <img src="" srcset="a.png 1x, b.png 2x" alt>
            <form action="c" method=POST><button formaction="d"></form>
            <a href="#top"><a href="//[bad"><a href="data:,x">""",
            [
                Reference("/svc/"),
                Reference("/old/"),
                Reference("/svc/a.css", is_file=True),
                Reference("/svc/2"),
                Reference("/svc/a.js", is_file=True),
                Reference("/svc/b"),
                Reference("/svc/a.png", is_file=True),
                Reference("/svc/b.png", is_file=True),
                Reference("/svc/c", is_get=False),
                Reference("/svc/d"),
            ],
        ),
        (
            "application/hal+json",
            '{"self": "/a", "path": "/b", "items": [{"href": "https://a.example/c"}],'
            ' "next": null, "url": "d", "id": 7}',
            [Reference("/a"), Reference("https://a.example/c")],
        ),
        ("application/json", "{", []),
        ("text/plain", "<a href=/x>", []),
    ],
)
def test_what_a_page_refers_to(kind: str, text: str, found: list[Reference]) -> None:
    assert [*references(answer("/", 200, text, Content_Type=kind))] == found


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (
            "https://example.com",
            Address(Site("https", "example.com", ""), True, "", False),
        ),
        (
            "wss://example.com:8443/svc/ws?a=b c#d",
            Address(
                Site("https", "example.com:8443", "/svc/ws"), False, "?a=b%20c", True
            ),
        ),
        (
            "http://[::1]:8000/ü/",
            Address(Site("http", "[::1]:8000", "/%C3%BC"), True, "", False),
        ),
    ],
)
def test_what_a_url_says(url: str, address: Address) -> None:
    assert parse_url(url) == address


def test_one_mistake_of_a_kind_remains_and_none_that_follows_from_another() -> None:
    found = [
        Mistake("long-redirect", "a"),
        Mistake("http-scheme", "b"),
        Mistake("link-by-hand", "c"),
        Mistake("no-prefix", "d"),
        Mistake("no-prefix", "e"),
    ]
    assert conclusions.conclude(found) == (found[3], found[1])
    assert conclusions.conclude(found[:1]) == (found[0],)
    cookie, other = Mistake("cookie-path", "f"), Mistake("other-prefix", "g")
    assert conclusions.conclude([cookie, other]) == (other,)


def test_each_mistake_has_a_line_to_change() -> None:
    lines = fixes._ANY.keys()
    assert (
        lines - {"no-page", "own-redirect", "script-name", "unreached"}
        == conclusions._FOLLOW.keys()
    )
    assert fixes._PROXIES.keys() <= lines


def test_a_page_without_server_is_told() -> None:
    step, _ = routing.answer(seen(outside=answer("/token", 404, "Not here.")))
    assert step.text == ("'/svc/' answers 200.",)


@pytest.mark.parametrize(
    ("page", "asked", "codes"),
    [
        ("<a href=/svc/svc/><a href=/svc/b>", (answer("/svc/svc/"),), []),
        ("<a href=/svc/svc/><a href=/svc/b>", (), []),
        (
            "<a href=/svc/svc/><a href=/svc/b>",
            (answer("/svc/svc/", 404, FLASK_404),),
            ["prefix-twice-in-links"],
        ),
        (
            "<a href=/svc/svc/><a href=/svc/><link rel=icon href=/svc/i>",
            (answer("/svc/svc/"),),
            ["prefix-twice-in-links"],
        ),
    ],
    ids=["a-route", "not-asked", "dead", "each"],
)
def test_a_link_with_the_prefix_twice(
    page: str, asked: tuple[Answer, ...], codes: list[str]
) -> None:
    _, mistakes = urls.links(seen(*asked, page=html("/svc/", page)))
    assert [mistake.code for mistake in mistakes] == codes


@pytest.mark.parametrize(
    ("found", "codes"),
    [
        ((redirected("/svc/foo", "/svc/svc/foo/"),), ["prefix-twice-in-location"]),
        ((redirected("/svc/svc", "/svc/svc/"),), []),
        ((redirected("/svc/", "/svc/svc/?a=1", 302), html("/svc/svc/?a=1", "")), []),
    ],
    ids=["doubled", "a-route", "the-first-page"],
)
def test_a_redirect_with_the_prefix_twice(
    found: tuple[Answer, ...], codes: list[str]
) -> None:
    _, mistakes = urls.redirect(seen(*found))
    assert [mistake.code for mistake in mistakes] == codes


def test_the_first_page_of_the_host_is_there_where_each_path_shows_it() -> None:
    portal = "<h1>All apps</h1>"
    known = seen(
        html("/", portal),
        html("/legal", portal),
        html("/svc/legal", "Legal"),
        page=html("/svc/", "<a href=/><a href=/svc/a>"),
        outside=html("/token", portal),
    )
    assert urls.links(known)[1] == ()
    assert known.is_dead("/legal")


def test_an_escape_in_lower_case_is_the_same() -> None:
    site = parse_url("https://example.com/caf%c3%a9").site
    target = site.split("/caf%c3%a9/?a=%c3", "/")
    assert target is not None
    assert (target.path, target.query) == ("/caf%C3%A9/", "a=%c3")
    assert site.below(target.path)


HOME = "<a href=/svc/a><a href=/svc/b>"


@pytest.mark.parametrize(
    ("kind", "text", "codes"),
    [
        ("text/html", HOME, []),
        ("text/html", f"{HOME}<img src=/svc/b>", ["first-page-everywhere"]),
        ("application/json", '{"self": "/svc/a"}', ["first-page-everywhere"]),
        ("text/html", f"{HOME}<img src=/svc/c>", []),
        ("application/json", "{}", []),
    ],
    ids=["an-app-in-the-browser", "a-file", "json", "another-file", "no-links"],
)
def test_what_shows_the_first_page_everywhere(
    kind: str, text: str, codes: list[str]
) -> None:
    known = seen(
        *(answer(f"/svc/{name}", 200, text, Content_Type=kind) for name in "ab"),
        answer("/svc/c", Content_Type="image/png"),
        page=answer("/svc/", 200, text, Content_Type=kind),
        missing=answer("/svc/token", 200, text, Content_Type=kind),
    )
    step, mistakes = routing.stripped(known)
    assert step.text[-1] == "It shows the first page."
    assert [mistake.code for mistake in mistakes] == codes


def test_an_app_at_the_root_may_have_no_prefix() -> None:
    step, mistakes = routing.stripped(seen(outside=answer("/token", 404, FLASK_404)))
    assert step.text[1:] == (
        "'/svc/' reaches its route: the proxy strips '/svc', or it does not and the app"
        " knows (proxy_strips=False, or a mount).",
        "All other paths reach Flask too, so there may be no prefix.",
    )
    assert mistakes == ()


def test_a_login_hides_what_is_behind_it() -> None:
    page, missing = (answer(path, 401) for path in ("/svc/", "/svc/token"))
    step, mistakes = routing.stripped(seen(page=page, missing=missing))
    assert step.text == (
        "An unknown path below '/svc' answers 401.",
        "So does '/svc/': it is not seen what is behind that.",
    )
    assert (step.facts["strips"], mistakes) == (None, ())


@pytest.mark.parametrize(
    ("text", "code"),
    [(NGINX.format("503 Service Unavailable"), "bad-gateway"), ("", "server-error")],
)
def test_who_answers_503_is_told_where_that_is_seen(text: str, code: str) -> None:
    (mistake,) = routing.answer(seen(page=answer("/svc/", 503, text)))[1]
    assert mistake.code == code


@pytest.mark.parametrize(
    ("neighbour", "text", "reaches"),
    [
        (
            answer("/svc-token", 404, NGINX.format("404 Not Found")),
            "'/svc-token' answers 404, and does not reach the app.",
            False,
        ),
        (
            answer("/svc-token", 404, "No page."),
            "'/svc-token' answers 404: it is not seen by whom.",
            None,
        ),
    ],
    ids=["the-proxys", "anybodys"],
)
def test_a_neighbour_that_does_not_reach_the_app(
    neighbour: Answer, text: str, reaches: bool | None
) -> None:
    step, mistakes = routing.neighbour(seen(neighbour=neighbour))
    assert (step.text, step.facts["reaches_app"], mistakes) == ((text,), reaches, ())
