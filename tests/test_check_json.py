"""The URLs in JSON, by what the document is."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from flask_prefix_urls.check.texts import syntax_tree
from flask_prefix_urls.check.texts.reading import read
from flask_prefix_urls.check.texts.reference import HOLE

Found = list[tuple[str, str, str]]

ANYTHING: dict[str, tuple[Any, Found]] = {
    "a string": ("/x", [("text", "/x", "$")]),
    "array": (["/x", 1, ["/y"]], [("text", "/x", "$[0]"), ("text", "/y", "$[2][0]")]),
    "object": ({"a": {"b_1": "/x"}}, [("text", "/x", "$.a.b_1")]),
    "odd name": ({"a b": ["/x"]}, [("text", "/x", '$["a b"][0]')]),
    "full URL": ({"a": "http://h/x"}, [("text", "http://h/x", "$.a")]),
    "host": (
        {"a": "http://h", "b": "http://h/", "url": "http://h/"},
        [("link", "http://h/", "$.url")],
    ),
    "title of a link": (
        {"links": [{"href": "/x", "title": "/y"}]},
        [("link", "/x", "$.links[0].href"), ("note", "/y", "$.links[0].title")],
    ),
    "no scheme": ({"a": "//h/x"}, [("text", "//h/x", "$.a")]),
    "href": ({"href": "/x"}, [("link", "/x", "$.href")]),
    "url": ({"image_url": "/x"}, [("link", "/x", "$.image_url")]),
    "endpoint": ({"token_endpoint": "/x"}, [("link", "/x", "$.token_endpoint")]),
    "redirect": ({"redirect": "/x?a=b"}, [("link", "/x?a=b", "$.redirect")]),
    "next": ({"next": "/x?page=2"}, [("link", "/x?page=2", "$.next")]),
    "root": ({"home_page_url": "/", "a": "/"}, [("link", "/", "$.home_page_url")]),
    "base": ({"baseURL": "/x"}, [("base", "/x", "$.baseURL")]),
    "HAL": (
        {"_links": {"self": {"href": "/x"}, "find": {"href": "/y{?q}"}}},
        [("link", "/x", "$._links.self.href"), ("link", "/y", "$._links.find.href")],
    ),
    "JSON:API": (
        {"links": {"related": "/x"}},
        [("link", "/x", "$.links.related")],
    ),
    "template": ({"url": "/x/{id}"}, [("link", "/x/@", "$.url")]),
    "path": ({"path": "/x"}, [("note", "/x", "$.path")]),
    "title": ({"title": "/x"}, [("note", "/x", "$.title")]),
    "name": ({"/x": "a/b"}, [("note", "/x", '$["/x"]')]),
    "HTML": ({"html": '<a href="/x">'}, [("link", "/x", "$.html href")]),
    "prose": ({"a": "Yes / no", "b": "/x y", "c": "a/b", "title": "a/b"}, []),
    "reference": ({"$ref": "/x", "$schema": "/x", "$id": "/x"}, []),
    "relative": ({"href": "x/y"}, []),
}

MANIFEST: dict[str, tuple[Any, Found]] = {
    "start": ({"start_url": "/"}, [("link", "/", "$.start_url")]),
    "relative start": ({"start_url": "./?a"}, [("link", "./?a", "$.start_url")]),
    "scope": ({"start_url": ".", "scope": "/x/"}, [("base", "/x/", "$.scope")]),
    "id": ({"id": "/x"}, [("link", "/x", "$.id")]),
    "icons": (
        {"icons": [{"src": "/x", "type": "image/png"}]},
        [("link", "/x", "$.icons[0].src")],
    ),
    "screenshots": (
        {"screenshots": [{"src": "/x"}]},
        [("link", "/x", "$.screenshots[0].src")],
    ),
    "shortcuts": (
        {"shortcuts": [{"url": "/x", "icons": [{"src": "/y"}]}]},
        [
            ("link", "/x", "$.shortcuts[0].url"),
            ("link", "/y", "$.shortcuts[0].icons[0].src"),
        ],
    ),
    "share target": (
        {"share_target": {"action": "/x"}},
        [("link", "/x", "$.share_target.action")],
    ),
    "protocol handlers": (
        {"protocol_handlers": [{"url": "/x?a=%s"}]},
        [("link", "/x?a=%s", "$.protocol_handlers[0].url")],
    ),
    "file handlers": (
        {"file_handlers": [{"action": "/x", "accept": {"a/b": [".c"]}}]},
        [("link", "/x", "$.file_handlers[0].action")],
    ),
    "notes": (
        {"note_taking": {"new_note_url": "/x"}},
        [("link", "/x", "$.note_taking.new_note_url")],
    ),
    "other texts": (
        {"name": "/x", "description": "/x", "start_url": "a b/", "categories": ["/x"]},
        [],
    ),
    "a string": ("/x", []),
}

LINKED_DATA: dict[str, tuple[Any, Found]] = {
    "id": ({"@id": "/x"}, [("link", "/x", '$["@id"]')]),
    "url": ({"url": "/"}, [("link", "/", "$.url")]),
    "image": ({"image": ["/x"]}, [("link", "/x", "$.image[0]")]),
    "sameAs": ({"sameAs": "/x"}, [("link", "/x", "$.sameAs")]),
    "item": ({"item": "/x"}, [("link", "/x", "$.item")]),
    "graph": ({"@graph": [{"logo": "/x"}]}, [("link", "/x", '$["@graph"][0].logo')]),
    "target": ({"target": "/x?q={q}"}, [("link", "/x?q=@", "$.target")]),
    "target with a template": (
        {"target": {"urlTemplate": "/x?q={q}"}},
        [("link", "/x?q=@", "$.target.urlTemplate")],
    ),
    "name": ({"name": "/x"}, [("note", "/x", "$.name")]),
    "other": ({"a": "/x"}, [("text", "/x", "$.a")]),
    "context": ({"@context": ["/x", {"url": "/x"}], "@type": "/x"}, []),
    "no URL": ({"@id": "a/b", "image": "a/b"}, []),
    "names of types": ({"@type": "/x"}, []),
    "a string": ("/x", []),
}

IMPORT_MAP: dict[str, tuple[Any, Found]] = {
    "imports": (
        {"imports": {"a": "/x", "b/": "./y/"}},
        [("link", "/x", "$.imports.a"), ("link", "./y/", '$.imports["b/"]')],
    ),
    "name that is a URL": (
        {"imports": {"/x": "/y"}},
        [("link", "/x", '$.imports["/x"]'), ("link", "/y", '$.imports["/x"]')],
    ),
    "scopes": (
        {"scopes": {"/x/": {"a": "/y"}}},
        [("link", "/x/", '$.scopes["/x/"]'), ("link", "/y", '$.scopes["/x/"].a')],
    ),
    "integrity": (
        {"integrity": {"/x": "sha384-a/b"}},
        [("link", "/x", '$.integrity["/x"]')],
    ),
    "package": ({"imports": {"a/b": "b/c"}}, []),
    "a string": ("/x", []),
}

SPECULATION: dict[str, tuple[Any, Found]] = {
    "urls": (
        {"prefetch": [{"urls": ["/x", "y/"]}]},
        [
            ("link", "/x", "$.prefetch[0].urls[0]"),
            ("link", "y/", "$.prefetch[0].urls[1]"),
        ],
    ),
    "document": (
        {"prerender": [{"where": {"href_matches": "/x/*"}}]},
        [("note", "/x/*", "$.prerender[0].where.href_matches")],
    ),
    "others": ({"prefetch": [{"urls": ["a /b"], "tag": "/x"}]}, []),
    "a string": ("/x", []),
}

OPENAPI: dict[str, tuple[Any, Found]] = {
    "servers": (
        {"openapi": "3", "servers": [{"url": "/"}, {"url": "/{a}/x"}]},
        [("base", "/", "$.servers[0].url"), ("base", "/@/x", "$.servers[1].url")],
    ),
    "servers of a path": (
        {"openapi": "3", "servers": [], "paths": {"/x": {"servers": [{"url": "/y"}]}}},
        [("base", "/y", '$.paths["/x"].servers[0].url')],
    ),
    "no servers": (
        {"openapi": "3", "paths": {"/x": {}}},
        [("note", "/", "$.servers")],
    ),
    "basePath": ({"swagger": "2.0", "basePath": "/x"}, [("base", "/x", "$.basePath")]),
    "no basePath": (
        {"swagger": "2.0", "host": "h", "paths": {"/x": {}}},
        [("note", "/", "$.basePath")],
    ),
    "links": (
        {
            "openapi": "3",
            "servers": [],
            "info": {
                "termsOfService": "/a",
                "contact": {"url": "/b"},
                "license": {"url": "/c"},
            },
            "externalDocs": {"url": "/d"},
        },
        [
            ("link", "/a", "$.info.termsOfService"),
            ("link", "/b", "$.info.contact.url"),
            ("link", "/c", "$.info.license.url"),
            ("link", "/d", "$.externalDocs.url"),
        ],
    ),
    "oauth": (
        {"swagger": "2.0", "basePath": "", "a": {"b": {"tokenUrl": "/x"}}},
        [("link", "/x", "$.a.b.tokenUrl")],
    ),
    "oauth of 3": (
        {
            "openapi": "3",
            "servers": [],
            "a": {
                "openIdConnectUrl": "/x",
                "authorizationUrl": "/y",
                "refreshUrl": "/z",
            },
        },
        [
            ("link", "/x", "$.a.openIdConnectUrl"),
            ("link", "/y", "$.a.authorizationUrl"),
            ("link", "/z", "$.a.refreshUrl"),
        ],
    ),
    "server of a link": (
        {"openapi": "3", "servers": [], "links": {"a": {"server": {"url": "/x"}}}},
        [("base", "/x", "$.links.a.server.url")],
    ),
    "example elsewhere": (
        {"openapi": "3", "servers": [], "examples": {"a": {"externalValue": "/x"}}},
        [("link", "/x", "$.examples.a.externalValue")],
    ),
    "what it describes": (
        {
            "openapi": "3",
            "servers": [],
            "paths": {"/x": {"get": {"operationId": "/x", "url": "/x"}}},
            "a": {"$ref": "/x", "example": {"servers": {"url": "/x"}}, "default": "/x"},
            "tags": [{"name": "/x", "description": "yes / no"}],
        },
        [],
    ),
}

SOURCE_MAP: dict[str, tuple[Any, Found]] = {
    "root": ({"sourceRoot": "/x"}, [("note", "/x", "$.sourceRoot")]),
    "others": ({"sources": ["/x"], "sourcesContent": ["/x"], "file": "/x"}, []),
}

DOCUMENTS = {
    f"{name}: {row}": (media_type, {**extra, **document} if extra else document, found)
    for name, media_type, extra, table in (
        ("anything", "application/json", {}, ANYTHING),
        ("manifest", "application/manifest+json", {}, MANIFEST),
        ("JSON-LD", "application/ld+json", {}, LINKED_DATA),
        ("import map", "application/importmap+json", {}, IMPORT_MAP),
        ("speculation rules", "application/speculationrules+json", {}, SPECULATION),
        ("OpenAPI", "application/json", {}, OPENAPI),
        ("source map", "application/json", {"mappings": "A", "sources": 1}, SOURCE_MAP),
    )
    for row, (document, found) in table.items()
}


def found_in(text: str, media_type: str = "application/json") -> Found:
    return [
        (one.use, one.url.replace(HOLE, "@"), one.position)
        for one in read(text, media_type)
    ]


@pytest.mark.parametrize(
    ("media_type", "document", "expected"), DOCUMENTS.values(), ids=DOCUMENTS.keys()
)
def test_each_url_is_found_with_its_json_path(
    media_type: str, document: object, expected: Found
) -> None:
    assert found_in(json.dumps(document), media_type) == expected


SHAPES: dict[str, tuple[str, Found]] = {
    "manifest": ('{"start_url": "/", "a": "/x"}', [("link", "/", "$.start_url")]),
    "JSON-LD": ('[{"@context": "/c", "item": "/x"}]', [("link", "/x", "$[0].item")]),
    "import map": ('{"imports": {"a": "/x"}}', [("link", "/x", "$.imports.a")]),
    "speculation rules": (
        '{"prefetch": [{"urls": ["/x"]}]}',
        [("link", "/x", "$.prefetch[0].urls[0]")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), SHAPES.values(), ids=SHAPES.keys())
def test_a_document_is_known_by_its_names(text: str, expected: Found) -> None:
    assert found_in(text) == expected


def test_each_line_may_be_a_document() -> None:
    text = '{"a": "/x"}\n{"b": "/y"}\n'
    expected = [("text", "/x", "$.a"), ("text", "/y", "$.b")]
    assert found_in(text, "application/x-ndjson") == expected


METHODS = {
    "Siren": ('{"actions": [{"method": "post", "href": "/x"}]}', "POST"),
    "share target": (
        '{"start_url": "", "share_target": {"action": "/x", "method": "POST"}}',
        "POST",
    ),
    "no method": ('{"method": 1, "href": "/x"}', "GET"),
    "another word": ('{"method": "a", "href": "/x"}', "GET"),
}


@pytest.mark.parametrize(("text", "method"), METHODS.values(), ids=METHODS.keys())
def test_a_url_has_the_method_that_its_object_names(text: str, method: str) -> None:
    assert [one.method for one in read(text, "application/json")] == [method]


PLACES: dict[str, tuple[str, str, str, bool, tuple[str, ...]]] = {
    "plain": ('["/x"]', "/x", "/x", True, ()),
    "after other letters": ('["ü\N{GRINNING FACE}", "/x"]', "/x", "/x", True, ()),
    "escaped": (r'["\/x"]', "/x", r"\/x", False, ()),
    "escaped as a number": (r'["\u002fx"]', "/x", r"\u002fx", False, ()),
    "surrogates": (
        r'["/\ud83d\ude00\ud83d"]',
        "/\N{GRINNING FACE}\N{REPLACEMENT CHARACTER}",
        r"/\ud83d\ude00\ud83d",
        False,
        (),
    ),
    "braces": ('["/x/{id}"]', f"/x/{HOLE}", "/x/{id}", False, ("id",)),
    "expression": (f'["/x/{HOLE * 2}"]', f"/x/{HOLE * 2}", f"/x/{HOLE * 2}", True, ()),
    "after an expression": (f'{{"a": {HOLE * 2}, "b": "/x"}}', "/x", "/x", True, ()),
    "comment": ('// a\n{"a": /* b */ "/x"}', "/x", "/x", True, ()),
    "comma too many": ('{"a": ["/x",  ]}', "/x", "/x", True, ()),
    "wrong escape": (r'{"start_url": "/\x"}', r"/\x", r"/\x", True, ()),
}


@pytest.mark.parametrize(
    ("text", "url", "written", "is_plain", "holes"),
    PLACES.values(),
    ids=PLACES.keys(),
)
def test_a_url_has_the_place_where_it_is_written(
    text: str, url: str, written: str, is_plain: bool, holes: tuple[str, ...]
) -> None:
    (found,) = read(text, "application/json")
    assert (found.url, text[found.start : found.end]) == (url, written)
    assert (found.is_plain, found.holes) == (is_plain, holes)


def test_a_deep_path_is_cut_at_its_beginning() -> None:
    text = "[" * 20_000 + '"/x"' + "]" * 20_000
    ((_, url, position),) = found_in(text)
    assert (url, position) == ("/x", "$.." + "[0]" * 60)


def test_a_text_that_takes_too_long_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(syntax_tree, "_SHORT", 100)
    monkeypatch.setattr(syntax_tree, "_SECONDS", -1)
    assert found_in('["/x"]' * 1000) == []


@pytest.mark.parametrize("text", ["", "{}", '{"a": 1}', "/x", '"', "//"])
def test_a_text_without_strings_has_no_url(text: str) -> None:
    assert found_in(text) == []


def test_no_text_makes_the_reader_fail() -> None:
    chosen = random.Random(1)
    words = [
        *'"/\\{}[]:,1- \n\0\ud800ü', '"/x"', '"url":', '"openapi":', '"swagger":',
        '"@context":', '"start_url":', "\\u002f", "\\ud800", HOLE * 3, '"imports":{',
        "<a href=", "//", "/*", "*/", "true",
    ]  # fmt: skip
    for _ in range(500):
        text = "".join(chosen.choices(words, k=40))
        for one in read(text, "application/json"):
            assert 0 <= one.start <= one.end <= len(text)
            assert not one.is_plain or text[one.start : one.end] == one.url, text


@pytest.mark.parametrize(
    ("document", "base"),
    [
        ({"swagger": "2.0", "host": "h:80", "basePath": "/x"}, "//h:80/"),
        ({"swagger": "2.0", "host": "h", "info": {"license": "/x y"}}, "//h/"),
        ({"swagger": "2.0", "host": None, "basePath": "/x"}, ""),
        ({"openapi": "3", "host": "h", "servers": [{"url": "/x"}]}, ""),
    ],
)
def test_a_path_of_swagger_is_joined_to_its_host(document: Any, base: str) -> None:
    (found,) = read(json.dumps(document), "application/json")
    assert found.base == base
