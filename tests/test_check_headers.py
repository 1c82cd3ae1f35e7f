"""Which URLs stand in the headers of a response, and which words do not."""

from __future__ import annotations

import pytest
from found_by import lines_of
from hypothesis import given
from hypothesis import strategies as st

from flask_prefix_urls.check.texts.headers import read_headers


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        pytest.param("Location", "/x", ["link Location /x"], id="location"),
        pytest.param("location", " /x ", ["link location /x"], id="lower-case"),
        pytest.param("Refresh", "0; url=/x", ["link Refresh /x"]),
        pytest.param("Refresh", "5", [], id="refresh-alone"),
        pytest.param("HX-Location", "/x", ["link HX-Location /x"], id="htmx-path"),
        pytest.param(
            "HX-Location",
            '{"target": "/t", "path": "/x", "push": "/y", "replace": "false"}',
            ["link HX-Location /x", "link HX-Location /y"],
            id="htmx-json",
        ),
        pytest.param("HX-Push-Url", "/x", ["link HX-Push-Url /x"]),
        pytest.param("HX-Replace-Url", "false", [], id="htmx-false"),
        pytest.param(
            "Content-Security-Policy",
            "default-src 'self' http://localhost/s/; report-uri /x /y;",
            [
                "text Content-Security-Policy http://localhost/s/",
                "link Content-Security-Policy /x",
                "link Content-Security-Policy /y",
            ],
            id="policy",
        ),
        pytest.param(
            "Content-Security-Policy-Report-Only",
            "Report-URI /x",
            ["link Content-Security-Policy-Report-Only /x"],
            id="policy-report-only",
        ),
        pytest.param(
            "Reporting-Endpoints",
            'a="/x", b="/y"',
            ["link Reporting-Endpoints /x", "link Reporting-Endpoints /y"],
        ),
        pytest.param(
            "Report-To",
            '{"group": "/a", "endpoints": [{"url": "/x"}, {"url":"/y"}]}',
            ["link Report-To /x", "link Report-To /y"],
        ),
        pytest.param("Speculation-Rules", '"/x"', ["link Speculation-Rules /x"]),
        pytest.param(
            "WWW-Authenticate",
            'Bearer realm="/r", resource_metadata="/x", authorization_uri="/y"',
            ["link WWW-Authenticate /x", "link WWW-Authenticate /y"],
        ),
        pytest.param("P3P", 'policyref="/x", CP="A"', ["link P3P /x"]),
        pytest.param(
            "Use-As-Dictionary", 'match="/x/*"', ["text Use-As-Dictionary /x/*"]
        ),
        pytest.param(
            "Service-Worker-Allowed", "/x/", ["base Service-Worker-Allowed /x/"]
        ),
        pytest.param(
            "Service-Worker-Allowed", "/", ["note Service-Worker-Allowed /"], id="scope"
        ),
        pytest.param("X-Next-Link", "/x", ["text X-Next-Link /x"]),
        pytest.param("X-Next", "/x", ["note X-Next /x"]),
        pytest.param("Location", "", [], id="empty"),
        pytest.param("Set-Cookie", "a=b; Path=/x", []),
        pytest.param("Alt-Svc", 'h3="/x"', []),
        pytest.param("Content-Type", "text/html", []),
        pytest.param("Content-Disposition", "attachment; filename=/x", []),
        pytest.param("ETag", '"/x"', []),
        pytest.param("X-Words", "/x or /y z", []),
    ],
)
def test_headers(name: str, value: str, found: list[str]) -> None:
    assert lines_of(value, read_headers([(name, value)])) == found


@pytest.mark.parametrize(
    "name",
    [
        *("Location", "Content-Location", "SourceMap", "X-SourceMap", "X-Pingback"),
        *("HX-Location", "HX-Redirect", "HX-Push", "HX-Push-Url", "HX-Replace-Url"),
        *("Turbolinks-Location", "X-Inertia-Location", "X-Up-Location"),
    ],
)
def test_a_header_has_one(name: str) -> None:
    # Without a slash, so that it is none by its looks.
    assert lines_of("x", read_headers([(name, "x")])) == [f"link {name} x"]


@pytest.mark.parametrize(
    "name",
    [
        *("Access-Control-Allow-Origin", "Origin", "X-Accel-Redirect", "X-Sendfile"),
        *("X-Forwarded-Prefix", "X-Lighttpd-Send-File", "X-Original-URI"),
        *("X-Rewrite-URL", "X-Script-Name", "X-Send-File"),
    ],
)
def test_a_header_has_none(name: str) -> None:
    assert lines_of("/x", read_headers([(name, "/x")])) == []


@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param("</x>; rel=next", ["link /x"], id="one"),
        pytest.param('</x>;rel="next", </y> ; rel=prev', ["link /x", "link /y"]),
        pytest.param("</x>", ["link /x"], id="no-parameters"),
        pytest.param("</x,y>;a;b=c,,</z>", ["link /x,y", "link /z"], id="commas"),
        pytest.param(
            '</x>; title="a, </n>; \\" b"; rel=next, </y>',
            ["link /x", "link /y"],
            id="quoted",
        ),
        pytest.param(
            '</x>; anchor="/a"; anchor=#b; anchor; rel=next',
            ["link /x", "text /a", "text #b"],
            id="anchor",
        ),
        pytest.param("<//localhost/>; rel=Preconnect", ["note //localhost/"]),
        pytest.param("<//localhost/>; rel='a'", ["link //localhost/"], id="rel"),
        pytest.param("/x; rel=next", [], id="no-brackets"),
        pytest.param("</x", [], id="half"),
        pytest.param("<>; rel=self", [], id="empty"),
    ],
)
def test_a_link_header_has_several(value: str, found: list[str]) -> None:
    lines = lines_of(value, read_headers([("Link", value)]))
    assert [line.replace(" Link", "") for line in lines] == found


def test_each_header_counts() -> None:
    headers = [("Location", "/x"), ("A", "b"), ("Link", "</y>"), ("Link", "</z>")]
    assert [found.position for found in read_headers(headers)] == [
        "Location",
        "Link",
        "Link",
    ]


@given(
    st.sampled_from(["Link", "Refresh", "Report-To", "Content-Security-Policy", "X"]),
    st.text("<>;,=\"'\\/ax: 0", max_size=40),
)
def test_any_value_can_be_read(name: str, value: str) -> None:
    for found in read_headers([(name, value)]):
        assert value[found.start : found.end] == found.url
