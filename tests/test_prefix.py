"""What counts as a prefix, and how two of them compare."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_prefix_urls.prefix import parse_fixed_prefix, parse_prefix, starts_with


@pytest.mark.parametrize(
    ("value", "prefix"),
    [
        pytest.param("", "", id="empty"),
        pytest.param("/", "", id="slash"),
        pytest.param("svc", "/svc", id="no-slash"),
        pytest.param("svc/", "/svc", id="trailing-slash"),
        pytest.param("/svc/", "/svc", id="both-slashes"),
        pytest.param("/some-service/v1", "/some-service/v1", id="two-segments"),
        pytest.param("/~u/a.b_c-d", "/~u/a.b_c-d", id="unreserved"),
        pytest.param("/@me/a:b/c+d/e=f", "/@me/a:b/c+d/e=f", id="other-allowed"),
        pytest.param("/...", "/...", id="three-dots"),
        pytest.param("/.well-known", "/.well-known", id="leading-dot"),
        pytest.param("/café", "/caf%C3%A9", id="non-ascii"),
        pytest.param("/caf%c3%a9", "/caf%C3%A9", id="escape-lower-case"),
        pytest.param("/%73vc", "/svc", id="escape-needless"),
        pytest.param("/a%20b", "/a%20b", id="escaped-space"),
        pytest.param("/a%26%5bb", "/a%26%5Bb", id="escaped-delimiters"),
        pytest.param("/1:2", "/1:2", id="colon-after-slash"),
    ],
)
def test_accepted(value: str, prefix: str) -> None:
    assert parse_prefix(value, "prefix") == prefix
    assert parse_prefix(prefix, "prefix") == prefix


_EMPTY = "a prefix has no scheme, host or empty segment"
_QUERY = "a prefix has no query or fragment"
_SPACE = "a prefix has no white space or control character"
_DOTS = "a prefix has no '.' or '..' as a segment"
_HIDES = r"an escape must not hide one of / \ . % ? # ; < > or a quote"
_HIDES_CONTROL = "an escape must not hide a control character"
_ESCAPE = "'%' must be followed by two hexadecimal digits"


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        pytest.param("https://example.com/svc", _EMPTY, id="url"),
        pytest.param("//evil.com", _EMPTY, id="host"),
        pytest.param("/svc//", _EMPTY, id="trailing-slashes"),
        pytest.param("/a//b", _EMPTY, id="empty-segment"),
        pytest.param("javascript:alert", "a prefix has no scheme", id="scheme"),
        pytest.param("localhost:8000/svc", "a prefix has no scheme", id="host-port"),
        pytest.param("/svc?x=1", _QUERY, id="query"),
        pytest.param("/svc#top", _QUERY, id="fragment"),
        pytest.param("/a\\b", "a prefix has no backslash", id="backslash"),
        pytest.param("/a b", _SPACE, id="space"),
        pytest.param("/svc\n", _SPACE, id="newline"),
        pytest.param("/s\tvc", _SPACE, id="tab"),
        pytest.param("/svc\x00", _SPACE, id="null"),
        pytest.param("/svc\x7f", _SPACE, id="delete"),
        pytest.param("/svc\x85", _SPACE, id="next-line"),
        pytest.param("/svc\u00a0", _SPACE, id="no-break-space"),
        pytest.param("/svc\u2028", _SPACE, id="line-separator"),
        pytest.param("/svc\ud800", _SPACE, id="lone-surrogate"),
        pytest.param(
            "/a'b", 'a prefix has no "\'" that is not percent-encoded', id="quote"
        ),
        pytest.param(
            '/a"b', "a prefix has no '\"' that is not percent-encoded", id="quotes"
        ),
        pytest.param(
            "/a;b", "a prefix has no ';' that is not percent-encoded", id="semicolon"
        ),
        pytest.param(
            "/<b>", "a prefix has no '<' that is not percent-encoded", id="angle"
        ),
        pytest.param("/svc%", _ESCAPE, id="percent-alone"),
        pytest.param("/svc%g1", _ESCAPE, id="percent-no-hex"),
        pytest.param("/a%2fb", _HIDES, id="hidden-slash"),
        pytest.param("/a%5Cb", _HIDES, id="hidden-backslash"),
        pytest.param("/%2e%2E", _HIDES, id="hidden-dots"),
        pytest.param("/a%252fb", _HIDES, id="hidden-percent"),
        pytest.param("/a%3fb", _HIDES, id="hidden-query"),
        pytest.param("/a%23b", _HIDES, id="hidden-fragment"),
        pytest.param("/a%22b", _HIDES, id="hidden-quotes"),
        pytest.param("/a%27b", _HIDES, id="hidden-quote"),
        pytest.param("/a%60b", _HIDES, id="hidden-backquote"),
        pytest.param("/a%3cb", _HIDES, id="hidden-tag"),
        pytest.param("/a%3Bb", _HIDES, id="hidden-semicolon"),
        pytest.param("/a%e2%80%ae", _HIDES_CONTROL, id="hidden-direction"),
        pytest.param("/a%0d%0ab", _HIDES_CONTROL, id="hidden-line-break"),
        pytest.param("/a%7f", _HIDES_CONTROL, id="hidden-delete"),
        pytest.param("/a%c2%85", _HIDES_CONTROL, id="hidden-next-line"),
        pytest.param("/%ff", "its escapes are not UTF-8", id="not-utf-8"),
        pytest.param(".", _DOTS, id="dot"),
        pytest.param("/a/../b", _DOTS, id="dots"),
        pytest.param("/a/./", _DOTS, id="dot-at-the-end"),
    ],
)
def test_refused(value: str, fault: str) -> None:
    sentence = f"prefix is {value!r}, but {fault}: write it like '/svc/v1'."
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_prefix(value, "prefix")


@pytest.mark.parametrize(
    "value",
    ["example.com/svc", "example.com", "v1.2/api", ".well-known", "a.b/c%C3%A9/"],
)
def test_what_may_begin_with_a_host_needs_its_slash_at_set_up(value: str) -> None:
    sentence = (
        f"prefix is {value!r}, which may begin with a host: write '/{value}' if it is a"
        " path, or for a full URL use public_url=."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_fixed_prefix(value, "prefix")
    prefix = f"/{value.removesuffix('/')}"
    assert parse_fixed_prefix(f"/{value}", "prefix") == prefix
    assert parse_prefix(value, "prefix") == prefix


@pytest.mark.parametrize(
    "value", ["https://example.com/svc", "localhost:8000/svc", "mailto:a", "HTTP://x"]
)
def test_a_full_url_at_set_up(value: str) -> None:
    sentence = (
        f"prefix is {value!r}, but a prefix has no scheme or host: write it like"
        " '/svc/v1', or for a full URL use public_url=."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_fixed_prefix(value, "prefix")


@pytest.mark.parametrize("value", ["svc/v1.2", "/v1.2", "svc", ""])
def test_what_cannot_begin_with_a_host(value: str) -> None:
    assert parse_fixed_prefix(value, "prefix") == parse_prefix(value, "prefix")


@pytest.mark.parametrize("value", [1, b"/svc", ["/svc"], True], ids=repr)
def test_no_string(value: object) -> None:
    sentence = f"_prefix is {value!r}, but must be a string: write it like '/svc/v1'."
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        parse_prefix(value, "_prefix")


@given(st.text(st.characters(codec=None)) | st.text("/.%2eE5cC\\:@?#a \n", max_size=12))
def test_whatever_is_accepted_is_one_plain_path(value: str) -> None:
    try:
        prefix = parse_prefix(value, "prefix")
    except ValueError:
        return
    assert prefix == "" or re.fullmatch(
        r"(/([A-Za-z0-9._~@:+=-]|%[0-9A-F]{2})+)+", prefix
    )
    assert not {".", ".."} & set(unquote(prefix).split("/"))
    assert parse_prefix(prefix, "prefix") == prefix


@pytest.mark.parametrize(
    ("path", "prefix", "expected"),
    [
        pytest.param("/app", "/app", True, id="equal"),
        pytest.param("/app/v1", "/app", True, id="below"),
        pytest.param("/apple", "/app", False, id="no-boundary"),
        pytest.param("/ap", "/app", False, id="shorter"),
        pytest.param("/x/app", "/app", False, id="elsewhere"),
        pytest.param("/app", "", True, id="below-the-root"),
        pytest.param("", "", True, id="root"),
        pytest.param("", "/app", False, id="above"),
    ],
)
def test_starts_with(path: str, prefix: str, expected: bool) -> None:
    assert starts_with(path, prefix) is expected
