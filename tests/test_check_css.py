"""The URLs in CSS, and what is none."""

from __future__ import annotations

import random

import pytest

from flask_prefix_urls.check.texts.reading import read
from flask_prefix_urls.check.texts.reference import HOLE

Found = list[tuple[str, str, str]]

TABLE: dict[str, tuple[str, Found]] = {
    "url": ('a { b: url("/x") }', [("link", "/x", "url()")]),
    "url in single marks": ("a { b: url( '/x' ) }", [("link", "/x", "url()")]),
    "url without marks": ("a { b: url( /x ) }", [("link", "/x", "url()")]),
    "url in capitals": ("a { b: URL(/x) }", [("link", "/x", "url()")]),
    "url with an escape": (r"a { b: u\72l(/x) }", [("link", "/x", "url()")]),
    "relative": ("a { b: url(../x) }", [("link", "../x", "url()")]),
    "several": (
        "a { background: url(/x), url(/y) } b { cursor: url(/z), auto }",
        [("link", "/x", "url()"), ("link", "/y", "url()"), ("link", "/z", "url()")],
    ),
    "import": ('@import "/x";', [("link", "/x", "@import")]),
    "import of a url": ("@import url(/x) print;", [("link", "/x", "@import")]),
    "import with conditions": (
        '@import url("/x") layer(a) supports(content: "/y") screen;',
        [("link", "/x", "@import")],
    ),
    "after an import": (
        '@import "/x"; a { content: "/y"; b: url(/z) }',
        [("link", "/x", "@import"), ("link", "/z", "url()")],
    ),
    "image-set": (
        'a { b: image-set("/x" 1x, url(/y) 2x type("image/png")) }',
        [("link", "/x", "image-set()"), ("link", "/y", "image-set()")],
    ),
    "-webkit-image-set": (
        "a { b: -webkit-image-set(url(/x) 1x) }",
        [("link", "/x", "-webkit-image-set()")],
    ),
    "image": ('a { b: image("/x", red) }', [("link", "/x", "image()")]),
    "src": ('a { b: src("/x") }', [("link", "/x", "src()")]),
    "cross-fade": (
        'a { b: cross-fade("/x" 50%, "/y") }',
        [("link", "/x", "cross-fade()"), ("link", "/y", "cross-fade()")],
    ),
    "filter": ("a { filter: url(/x#f) blur(1px) }", [("link", "/x#f", "url()")]),
    "font": (
        '@font-face { src: local("/y"), url(/x) format("/z") }',
        [("link", "/x", "url()")],
    ),
    "custom property": ("a { --b: url(/x); --c: '/y' }", [("link", "/x", "url()")]),
    "nested": (
        "@media (a: b) { c { &:d { e: url(/x) } } }",
        [("link", "/x", "url()")],
    ),
    "in parentheses": ("@supports (a: url(/x)) {}", [("link", "/x", "url()")]),
    "end is missing": ("a { b: url(/x", [("link", "/x", "url()")]),
    "mark is missing": ('a { b: url("/x', [("link", "/x", "url()")]),
    "selector": ('a[href^="/x"] { b: c }', [("note", "/x", "selector")]),
    "source map": (
        "a { }\n/*# sourceMappingURL=/x */\n",
        [("note", "/x", "sourceMappingURL")],
    ),
    "namespace": ("@namespace url(/x); @namespace a '/x'; @namespace url('/x');", []),
    "document": ("@document url(/x) { }", []),
    "comment": ("/* url(/x) @import '/x'; */", []),
    "content": ('a { content: "/x" attr(href) }', []),
    "other selector": ('[title="/x"], [href] { b: image }', []),
    "fragment": ("a { b: url(#x); c: url('') }", []),
    "data": ("a { b: url(data:image/png,/x) }", []),
    "bad url": ("a { b: url(/x y) }", []),
    "nothing": ("a { b: c }", []),
}


@pytest.mark.parametrize(("text", "expected"), TABLE.values(), ids=TABLE.keys())
def test_each_url_is_found(text: str, expected: Found) -> None:
    found = [(one.use, one.url, one.position) for one in read(text, "text/css")]
    assert found == expected


@pytest.mark.parametrize("text", ["a: url(/x); b: c", "url(/x)", "a: b; url(/x)"])
def test_declarations_are_read_as_rules_are(text: str) -> None:
    (found,) = read(text, "text/x-declarations")
    assert (found.url, text[found.start : found.end]) == ("/x", "/x")


PLACES = {
    "plain": ("a{b:url(/x)}", "/x", "/x", True),
    "in marks": ('a{b:url(  "/x"  )}', "/x", "/x", True),
    "white space": ("a{b:url(\n/x\n)}", "/x", "/x", True),
    "after other line ends": ("ü{}\r\n\f\r\na{b:url(/x)}", "/x", "/x", True),
    "escaped": (r"a{b:url(\2f x)}", "/x", r"\2f x", False),
    "escaped mark": (r'a{b:url("/x\"y")}', '/x"y', r"/x\"y", False),
    "escaped end": (r"a{b:url(/x\)y)}", "/x)y", r"/x\)y", False),
    "expression": (f"a{{b:url({HOLE * 2}/x)}}", f"{HOLE * 2}/x", f"{HOLE * 2}/x", True),
}


@pytest.mark.parametrize(
    ("text", "url", "written", "is_plain"), PLACES.values(), ids=PLACES.keys()
)
def test_a_url_has_the_place_where_it_is_written(
    text: str, url: str, written: str, is_plain: bool
) -> None:
    (found,) = read(text, "text/css")
    assert (found.url, text[found.start : found.end]) == (url, written)
    assert found.is_plain == is_plain


@pytest.mark.parametrize("mark", ["(", "a(", "{", "["])
def test_a_deep_text_is_read(mark: str) -> None:
    text = mark * 20_000 + " url(/x)"
    assert [one.url for one in read(text, "text/css")] in (["/x"], [])


def test_no_text_makes_the_reader_fail() -> None:
    chosen = random.Random(1)
    words = [
        *"\"'/\\{}()[]<>=+:;,.#@* \n\r\f\0\ud800ü", "url(", "/x", "@import ", "/*",
        "*/", "image-set(", "[href^=", HOLE * 3, "\r\n", "\\2f ", "data:", "<!--",
    ]  # fmt: skip
    for _ in range(500):
        text = "".join(chosen.choices(words, k=40))
        for one in read(text, "text/css"):
            assert 0 <= one.start <= one.end <= len(text)
            assert not one.is_plain or text[one.start : one.end] == one.url, text
