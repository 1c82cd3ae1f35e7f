"""Which reader a text has, and the place of a URL in a text that stands in another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flask_prefix_urls.check.texts import reading
from flask_prefix_urls.check.texts.once import once
from flask_prefix_urls.check.texts.reading import media_type_of_file, read
from flask_prefix_urls.check.texts.reference import HOLE, Reference

HTML = '<a href="/x">'
SCRIPT = 'fetch("/x")'
CSS = "a { b: url(/x) }"
JSON = '{"href": "/x"}'
XML = '<a xmlns="http://www.w3.org/1999/xhtml" href="/x"/>'

TEXTS = {
    HTML: ["text/html", "text/vnd.turbo-stream.html"],
    CSS: ["text/css"],
    "b: url(/x)": ["text/x-declarations"],
    SCRIPT: [
        "text/javascript",
        "application/javascript",
        "application/x-javascript",
        "text/ecmascript",
        "application/ecmascript",
        "text/x-ecmascript",
        "text/javascript1.5",
        "text/jscript",
        "text/livescript",
        "text/babel",
        "text/jsx",
    ],
    JSON: [
        "application/json",
        "text/json",
        "application/hal+json",
        "application/vnd.api+json",
        "application/problem+json",
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
    ],
    XML: ["text/xml", "application/xml", "application/xhtml+xml", "image/svg+xml"],
}
READ = [(kind, text) for text, kinds in TEXTS.items() for kind in kinds]


@pytest.mark.parametrize(("media_type", "text"), READ, ids=[kind for kind, _ in READ])
def test_a_text_has_the_reader_of_its_media_type(media_type: str, text: str) -> None:
    assert [one.url for one in read(text, media_type)] == ["/x"]


@pytest.mark.parametrize(
    "media_type",
    [
        "",
        "text/plain",
        "text/csv",
        "text/markdown",
        "text/vtt",
        "text/event-stream",
        "text/javascript1.9",
        "application/octet-stream",
        "application/pdf",
        "image/png",
        "xml",
    ],
)
def test_a_text_of_another_media_type_has_no_reader(media_type: str) -> None:
    assert [read(text, media_type) for text in TEXTS] == [()] * len(TEXTS)


FILES = {
    "a.html": "text/html",
    "A.HTM": "text/html",
    "js/app.min.js": "text/javascript",
    "a.mjs": "text/javascript",
    "a.cjs": "text/javascript",
    "a.jsx": "text/javascript",
    "a.css": "text/css",
    "a.json": "application/json",
    "manifest.webmanifest": "application/manifest+json",
    "a.jsonld": "application/ld+json",
    "a.ndjson": "application/x-ndjson",
    "a.importmap": "application/importmap+json",
    "a.xml": "text/xml",
    "a.xsl": "text/xml",
    "a.svg": "image/svg+xml",
    "a.rss": "application/rss+xml",
    "a.atom": "application/atom+xml",
    "a.xhtml": "application/xhtml+xml",
    "a.m3u8": "application/vnd.apple.mpegurl",
    "robots.txt": "text/x-robots",
    r".well-known\security.txt": "text/x-robots",
    "a.txt": "",
    "a.md": "",
    "a.csv": "",
    "a.js.map": "",
    "a.ts": "",
    "a.png": "",
    "html": "text/html",
    "a": "",
    "": "",
}


@pytest.mark.parametrize(("name", "media_type"), FILES.items(), ids=FILES.keys())
def test_a_file_has_the_media_type_of_its_ending(name: str, media_type: str) -> None:
    assert media_type_of_file(name) == media_type


LINES = {
    "playlist": (
        "application/vnd.apple.mpegurl",
        '#EXTM3U\n#EXT-X-KEY:METHOD=A,URI="/k"\n#EXTINF:4,"/t"\n'
        " /x.ts \r\n\n# /c\ny.ts",
        [("link", "/x.ts", "line"), ("link", "y.ts", "line"), ("link", "/k", "URI")],
    ),
    "list of URLs": ("text/uri-list", "# /c\r\n/x\r\n", [("link", "/x", "line")]),
    "robots.txt": (
        "text/x-robots",
        "User-agent: *\nDisallow: /x\nAllow:\n# Sitemap: /c\nSitemap: /s.xml",
        [("note", "/x", "Disallow"), ("link", "/s.xml", "Sitemap")],
    ),
    "security.txt": (
        "text/x-robots",
        "Contact: mailto:a@b\nPolicy: /p\nExpires: 2030-01-01",
        [("link", "mailto:a@b", "Contact"), ("link", "/p", "Policy")],
    ),
}


@pytest.mark.parametrize(
    ("media_type", "text", "expected"), LINES.values(), ids=LINES.keys()
)
def test_a_text_made_of_lines_is_read(
    media_type: str, text: str, expected: list[tuple[str, str, str]]
) -> None:
    found = read(text, media_type)
    assert [(one.use, one.url, one.position) for one in found] == expected
    assert [text[one.start : one.end] for one in found] == [one.url for one in found]


NESTED = {
    "script of a page": (f"<script>{SCRIPT}</script>", "text/html", "fetch()"),
    "handler": ("""<a onclick='fetch("/x")'>""", "text/html", "onclick fetch()"),
    "style of a page": (f"<style>{CSS}</style>", "text/html", "url()"),
    "style attribute": ('<a style="b: url(/x)">', "text/html", "style url()"),
    "style of an element of a script": (
        "f(\"<a style='b: url(/x)'>\")",
        "text/javascript",
        "style url()",
    ),
    "page of a script of a page": (
        """<script>a.innerHTML = '<a href="/x">'</script>""",
        "text/html",
        "href",
    ),
}


@pytest.mark.parametrize(
    ("text", "media_type", "position"), NESTED.values(), ids=NESTED.keys()
)
def test_a_url_of_an_inner_text_has_its_place_in_the_outer_one(
    text: str, media_type: str, position: str
) -> None:
    (found,) = read(text, media_type)
    assert (found.url, found.position, found.is_plain) == ("/x", position, True)
    assert text[found.start : found.end] == "/x"


def test_an_inner_text_with_escapes_has_the_place_of_the_whole() -> None:
    text = r'{"html": "<a href=\"/x\">"}'
    (found,) = read(text, "application/json")
    assert (found.url, found.is_plain) == ("/x", False)
    assert text[found.start : found.end] == r"<a href=\"/x\">"


@pytest.mark.parametrize(("depth", "found"), [(5, 1), (6, 0)])
def test_texts_stand_in_others_only_so_deep(depth: int, found: int) -> None:
    text = "<a href=/x>"
    for _ in range(depth):
        escaped = text.replace("&", "&amp;").replace("'", "&#39;")
        text = f"<iframe srcdoc='{escaped}'>"
    assert len(read(text, "text/html")) == found


CODE = {
    "one": ("`<a href='/x/${a}'>`", [("/x/@", ("a",))]),
    "three": (
        "`<a href='/x/${a}/${b + c}?d=${d}'>`",
        [("/x/@/@?d=@", ("a", "b + c", "d"))],
    ),
    "in another": (
        "`<p title='${a}'><a href='/x'><a href='/y/${b}'>`",
        [("/x", ()), ("/y/@", ("b",))],
    ),
    "in a style": ("`<p style='b: url(/x/${a})'>`", [("/x/@", ("a",))]),
    "beside a template's": (
        f"`<a href='/{HOLE * 2}/x/${{a}}'>`",
        [("/@@/x/@", ("a",))],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CODE.values(), ids=CODE.keys())
def test_code_in_an_inner_text_is_one_hole(
    text: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    found = read(text, "text/javascript")
    assert [(one.url.replace(HOLE, "@"), one.holes) for one in found] == expected


@pytest.mark.parametrize(("length", "count"), [(9, 1), (10, 1), (11, 3)])
def test_a_short_text_is_read_once(length: int, count: int) -> None:
    read: list[str] = []

    @once(most=2, longest=10)
    def reads(text: str, number: int) -> int:
        read.append(text)
        return number

    text = "a" * length
    assert [reads(text, 5) for _ in range(3)] == [5] * 3
    assert read == [text] * count
    assert reads(text, 6) == 6


def test_a_script_that_pages_have_in_common_is_read_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read_texts: list[str] = []

    def remembered(text: str, _: str) -> Iterator[Reference]:
        read_texts.append(text)
        yield from ()

    monkeypatch.setattr(reading, "read_javascript", remembered)
    for _ in range(2):
        read("<script>once()</script>", "text/html")
    assert read_texts == ["once()"]
