"""The text of a body, as a browser decodes it."""

from __future__ import annotations

import gzip
import zlib

import pytest

from flask_prefix_urls.check.texts.decoding import (
    decode,
    decompress,
    is_attachment,
    is_text,
    media_type_of,
)

MOST = 10_000


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("ü".encode(), ""),
        ("ü".encode(), "text/html; charset=utf-8"),
        ("ü".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("ü".encode("utf-8-sig"), "text/html; charset=latin1"),
        ("\ufeffü".encode("utf-16-le"), ""),
        ("\ufeffü".encode("utf-16-be"), "text/html; charset=utf-8"),
        ("ü".encode("utf-16-le"), "text/html; charset=utf-16"),
        ("ü".encode(), "text/html; charset=nonsense"),
        ("ü".encode(), "text/html; charset"),
    ],
    ids=[
        *("default", "header", "latin-1", "mark-wins", "utf-16-le-mark"),
        *("utf-16-be-mark", "utf-16", "unknown-label", "no-label"),
    ],
)
def test_a_body_is_decoded(body: bytes, content_type: str) -> None:
    assert decode(body, content_type) == "ü"


@pytest.mark.parametrize(
    ("start", "name"),
    [
        ("<meta charset=windows-1251>", "cp1251"),
        ('<!doctype html><META  CharSet = "windows-1251">', "cp1251"),
        (
            '<meta http-equiv=content-type content="text/html; charset=koi8-r">',
            "koi8-r",
        ),
        ("<!-- <meta charset=koi8-r> --><meta charset=windows-1251>", "cp1251"),
        ('<?xml version="1.0" encoding="koi8-r"?>', "koi8-r"),
        ('@charset "koi8-r";', "koi8-r"),
        ("<meta charset=utf-16>", "utf-8"),
        ("<meta charset=nonsense>", "utf-8"),
        ("<!-- <meta charset=koi8-r>", "utf-8"),
        (f"{' ' * 1024}<meta charset=koi8-r>", "utf-8"),
    ],
    ids=[
        *("meta", "capitals", "http-equiv", "comment", "xml", "css", "utf-16"),
        *("unknown", "open-comment", "too-late"),
    ],
)
def test_a_text_says_its_own_encoding(start: str, name: str) -> None:
    text = f"{start}я"
    assert decode(text.encode(name), "text/html") == text


def test_what_is_wrong_in_a_text_is_replaced() -> None:
    assert decode(b"a\xff\xed\xa0z", "text/html") == "a\ufffd\ufffd\ufffdz"


RAW = zlib.compress(b"text")[2:-4]


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"text", ""),
        (b"text", "identity"),
        (gzip.compress(b"text"), "gzip"),
        (gzip.compress(b"text"), " X-GZip "),
        (zlib.compress(b"text"), "deflate"),
        (RAW, "deflate"),
        (gzip.compress(zlib.compress(b"text")), "deflate, gzip"),
    ],
    ids=["none", "identity", "gzip", "x-gzip", "zlib", "raw", "two"],
)
def test_a_body_is_decompressed(body: bytes, encoding: str) -> None:
    assert decompress(body, encoding, MOST) == b"text"


def test_a_part_of_a_body_is_decompressed() -> None:
    whole = b"".join(b"%d," % number for number in range(2000))
    part = decompress(gzip.compress(whole)[:-100], "gzip", MOST)
    assert part
    assert whole.startswith(part)


def test_a_small_body_that_hides_a_large_one_is_cut() -> None:
    assert decompress(gzip.compress(bytes(MOST * 9)), "gzip", MOST) == bytes(MOST)
    twice = gzip.compress(gzip.compress(bytes(MOST * 9)))
    assert decompress(twice, "gzip, gzip", MOST) == bytes(MOST)


def test_a_body_that_is_not_what_it_says_is_empty() -> None:
    assert decompress(b"text", "gzip", MOST) == b""
    assert decompress(b"\xff\xfftext", "deflate", MOST) == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br"])
def test_another_compression_is_not_read(encoding: str) -> None:
    assert decompress(b"text", encoding, MOST) is None


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/html; charset=utf-8", True),
        ("TEXT/CSS", True),
        ("text/javascript", True),
        ("application/javascript", True),
        ("application/x-javascript", True),
        ("application/json", True),
        ("application/x-ndjson", True),
        ("application/ld+json", True),
        ("application/manifest+json", True),
        ("application/xhtml+xml", True),
        ("image/svg+xml", True),
        ("application/vnd.apple.mpegurl", True),
        ("audio/x-mpegurl", True),
        ("audio/mpeg", False),
        ("image/png", False),
        ("font/woff2", False),
        ("application/octet-stream", False),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml", False),
        ("", False),
    ],
)
def test_a_media_type_tells_whether_there_may_be_urls(
    content_type: str, expected: bool
) -> None:
    assert is_text(media_type_of(content_type)) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("attachment", True),
        ('Attachment; filename="a.html"', True),
        ("inline", False),
        ("", False),
    ],
)
def test_an_attachment_is_known(header: str, expected: bool) -> None:
    assert is_attachment(header) is expected
