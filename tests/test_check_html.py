"""Which URLs stand in HTML, and which words do not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from found_by import lines_of
from hypothesis import given
from hypothesis import strategies as st
from justhtml import JustHTML
from justhtml.dom import Element

from flask_prefix_urls.check.texts.html import read_html, tags_of
from flask_prefix_urls.check.texts.reference import HOLE, Reference


def _found(text: str) -> list[str]:
    return lines_of(text, read_html(text, "text/html"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param('<a href="/x">', ["link href /x"], id="a"),
        pytest.param("<A HREF = '/x'>", ["link href /x"], id="single-quotes"),
        pytest.param("<a href=/x>", ["link href /x"], id="no-quotes"),
        pytest.param('<a href=" /x\n">', ["link href /x"], id="white-space"),
        pytest.param("<a download href=/x>", ["link href /x"], id="download"),
        pytest.param("<pre><code><a href=/x></a>", ["link href /x"], id="in-code"),
        pytest.param("<area href=/x>", ["link href /x"], id="area"),
        pytest.param("<link rel=icon href=/x>", ["link href /x"], id="link-icon"),
        pytest.param("<link rel=canonical href=/x>", ["link href /x"], id="link-rel"),
        pytest.param("<link href=/x>", ["link href /x"], id="link-no-rel"),
        pytest.param(
            "<link rel=preload as=image imagesrcset='/a 1x, /b 2x'>",
            ["link imagesrcset /a", "link imagesrcset /b"],
            id="imagesrcset",
        ),
        pytest.param("<script src=/x></script>", ["link src /x"], id="script"),
        pytest.param("<img src=x>", ["link src x"], id="img"),
        pytest.param("<image src=/x>", ["link src /x"], id="image"),
        pytest.param("<input type=image src=/x>", ["link src /x"], id="input-image"),
        pytest.param("<iframe src=/x></iframe>", ["link src /x"], id="iframe"),
        pytest.param("<frameset><frame src=/x>", ["link src /x"], id="frame"),
        pytest.param("<embed src=/x>", ["link src /x"], id="embed"),
        pytest.param("<object data=/x></object>", ["link data /x"], id="object"),
        pytest.param(
            "<object classid=/c codebase=/b/ archive='/a /d'></object>",
            [
                "link classid /c",
                "link codebase /b/",
                "link archive /a",
                "link archive /d",
            ],
            id="object-obsolete",
        ),
        pytest.param(
            "<param name=movie value=/x>", ["link value /x"], id="param-movie"
        ),
        pytest.param(
            "<video poster=/p src=/v><track src=/t><source src=/s></video>",
            ["link poster /p", "link src /v", "link src /t", "link src /s"],
            id="video",
        ),
        pytest.param("<audio src=/x></audio>", ["link src /x"], id="audio"),
        pytest.param("<q cite=/x>", ["link cite /x"], id="cite"),
        pytest.param("<html manifest=/x>", ["link manifest /x"], id="manifest"),
        pytest.param("<head profile=/x>", ["link profile /x"], id="profile"),
        pytest.param("<body background=/x>", ["link background /x"], id="body"),
        pytest.param(
            "<img longdesc=/l lowsrc=/o dynsrc=/d>",
            ["link longdesc /l", "link lowsrc /o", "link dynsrc /d"],
            id="img-obsolete",
        ),
        pytest.param(
            "<menuitem icon=x><command icon=y>",
            ["link icon x", "link icon y"],
            id="icon",
        ),
        pytest.param("<embed pluginspage=x>", ["link pluginspage x"], id="pluginspage"),
        pytest.param(
            "<a ping='/p /q' href=/x>",
            ["link ping /p by POST", "link ping /q by POST", "link href /x"],
            id="ping",
        ),
        pytest.param(
            "<img attributionsrc='/a /b'>",
            ["link attributionsrc /a", "link attributionsrc /b"],
            id="attributionsrc",
        ),
        pytest.param("<p itemscope itemid=/x>", ["link itemid /x"], id="itemid"),
        pytest.param(
            "<p itemtype=http://localhost/T>",
            ["text itemtype http://localhost/T"],
            id="itemtype",
        ),
        pytest.param(
            "<p about=/a resource=/r>",
            ["text about /a", "text resource /r"],
            id="rdfa",
        ),
        pytest.param("<form action=/x>", ["link action /x"], id="form"),
        pytest.param(
            "<form action=/x method=post>", ["link action /x by POST"], id="form-post"
        ),
        pytest.param(
            "<form action=/x method=dialog>", ["link action /x"], id="form-dialog"
        ),
        pytest.param(
            "<form method=post><button formaction=/x>"
            "<input formmethod=get formaction=/y></form>",
            ["link formaction /x by POST", "link formaction /y"],
            id="formaction",
        ),
        pytest.param(
            "<form id=f method=post></form><form></form><button form=f formaction=/x>",
            ["link formaction /x by POST"],
            id="formaction-of-another-form",
        ),
        pytest.param(
            "<option value=/x><option value=/>", ["text value /x"], id="option"
        ),
        pytest.param(
            "<input type=hidden name=next value=/x>", ["note value /x"], id="hidden"
        ),
        pytest.param(
            "<link rel=preconnect href='http://localhost/'>",
            ["note href http://localhost/"],
            id="preconnect",
        ),
    ],
)
def test_attributes_of_html(text: str, found: list[str]) -> None:
    assert _found(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("/a", ["/a"], id="one"),
        pytest.param("/a 1x, /b 2x", ["/a", "/b"], id="density"),
        pytest.param("/a 100w,\n/b 200w", ["/a", "/b"], id="width"),
        pytest.param("/a,b 1x, /c,d", ["/a,b", "/c,d"], id="commas-inside"),
        pytest.param("/a, /b", ["/a", "/b"], id="no-descriptors"),
        pytest.param(",, /a 1x,,, /b", ["/a", "/b"], id="more-commas"),
        pytest.param("/a,, /b", ["/a", "/b"], id="commas-after-a-url"),
        pytest.param("/a f(1, 2), /b", ["/a", "/b"], id="parentheses"),
        pytest.param("/a f(1, /b", ["/a"], id="open-parenthesis"),
        pytest.param("data:image/png;base64,x= 1x, /b", ["/b"], id="data"),
        pytest.param(", ", [], id="nothing"),
    ],
)
def test_a_srcset_has_several(text: str, found: list[str]) -> None:
    urls = [line for line in _found(f'<img srcset="{text}">') if "data:" not in line]
    assert urls == [f"link srcset {url}" for url in found]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param("0; url=/x", ["/x"], id="usual"),
        pytest.param("0;URL='/x'", ["/x"], id="quotes"),
        pytest.param('1.5 , url = "/x" y', ["/x"], id="comma"),
        pytest.param("0;url='/x", ["/x"], id="open-quote"),
        pytest.param("0;/x", ["/x"], id="no-url-word"),
        pytest.param("0 /x", ["/x"], id="space"),
        pytest.param(".5;url=/x", ["/x"], id="dot"),
        pytest.param(f"{HOLE};url=/x", ["/x"], id="hole"),
        pytest.param("5", [], id="reload"),
        pytest.param("5;", [], id="reload-semicolon"),
        pytest.param("url=/x", [], id="no-seconds"),
        pytest.param("0/x", [], id="no-separator"),
    ],
)
def test_a_meta_refresh_has_one(content: str, found: list[str]) -> None:
    text = f"<meta http-equiv=Refresh content='{content}'>"
    if "'" in content:
        text = f'<meta http-equiv=Refresh content="{content}">'
    assert _found(text) == [f"link content {url}" for url in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "<meta property=og:url content=/x>", ["link content /x"], id="og:url"
        ),
        pytest.param(
            "<meta property=og:image content=/x>", ["link content /x"], id="og:image"
        ),
        pytest.param(
            "<meta property=og:image:secure_url content=/x>",
            ["link content /x"],
            id="og:secure-url",
        ),
        pytest.param(
            "<meta name=twitter:image:src content=/x>",
            ["link content /x"],
            id="twitter",
        ),
        pytest.param(
            "<meta itemprop=thumbnailUrl content=/x>",
            ["link content /x"],
            id="microdata",
        ),
        pytest.param(
            "<meta name=msapplication-square70x70logo content=/x>",
            ["link content /x"],
            id="tile",
        ),
        pytest.param(
            "<meta name=msapplication-config content=/x>",
            ["link content /x"],
            id="browserconfig",
        ),
        pytest.param(
            "<meta name=msapplication-task content='name=A;action-uri=/x;icon-uri=/y'>",
            ["link content /x", "link content /y"],
            id="task",
        ),
        pytest.param(
            "<meta name=apple-itunes-app content='app-id=1, app-argument=/x'>",
            ["link content /x"],
            id="apple",
        ),
        pytest.param(
            "<meta property=article:author content=/x>",
            ["text content /x"],
            id="another",
        ),
        pytest.param(
            "<meta name=settings content='{\"url\": 1}'>",
            ['application/json content: {"url": 1}'],
            id="json",
        ),
        pytest.param(
            "<meta http-equiv=Link content='</x>; rel=next'>",
            ["link content /x"],
            id="link",
        ),
        pytest.param(
            "<meta http-equiv=Content-Security-Policy "
            "content='img-src http://localhost/i/ /j; report-uri /r'>",
            ["text content http://localhost/i/", "note content /r"],
            id="policy",
        ),
        pytest.param("<meta property=og:title content=/x>", [], id="title"),
        pytest.param("<meta name=description content=/x>", [], id="description"),
        pytest.param("<meta name=viewport content='width=1'>", [], id="viewport"),
        pytest.param("<meta name=a content='/x and /y'>", [], id="words"),
        pytest.param(
            "<meta http-equiv=set-cookie content='a=b; path=/x'>", [], id="cookie"
        ),
        pytest.param("<meta name=refresh>", [], id="no-content"),
        pytest.param("<p content=/x>", ["text content /x"], id="rdfa"),
    ],
)
def test_a_meta_has_what_its_name_says(text: str, found: list[str]) -> None:
    assert _found(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("<a hx-get=/x>", ["link hx-get /x"], id="htmx"),
        pytest.param(
            "<a hx-post=x hx-put=y hx-patch=z data-hx-delete=/y>",
            [
                "link hx-post x by POST",
                "link hx-put y by PUT",
                "link hx-patch z by PATCH",
                "link data-hx-delete /y by DELETE",
            ],
            id="htmx-methods",
        ),
        pytest.param(
            "<a hx-push-url=/x hx-replace-url=true>",
            ["link hx-push-url /x"],
            id="htmx-history",
        ),
        pytest.param(
            "<a sse-connect=s ws-connect=w hx-sse='connect:/t swap:m' "
            "hx-ws=connect:/u>",
            [
                "link sse-connect s",
                "link ws-connect w",
                "link hx-sse /t",
                "link hx-ws /u",
            ],
            id="htmx-streams",
        ),
        pytest.param(
            "<a hx-on::after-request=\"go('/x')\" hx-on:click='f()'>",
            [
                "text/javascript hx-on::after-request: go('/x')",
                "text/javascript hx-on:click: f()",
            ],
            id="htmx-on",
        ),
        pytest.param(
            "<a up-href=/x up-source=y up-location=z up-content='<a href=/v>'>",
            [
                "link up-href /x",
                "link up-source y",
                "link up-location z",
                "text/html up-content: <a href=/v>",
            ],
            id="unpoly",
        ),
        pytest.param(
            "<turbo-frame src=/x></turbo-frame>", ["link src /x"], id="turbo-frame"
        ),
        pytest.param(
            "<a data-turbo-method=delete href=/x>",
            ["link href /x by DELETE"],
            id="turbo-method",
        ),
        pytest.param(
            "<a :href=\"'/x'\" v-bind:src='y' @click='f()' x-data='{}'>",
            [
                "text/javascript :href: '/x'",
                "text/javascript v-bind:src: y",
                "text/javascript @click: f()",
                "text/javascript x-data: {}",
            ],
            id="vue-and-alpine",
        ),
        pytest.param(
            "<a [href]=\"'/x'\" (click)='f()' routerLink=/y>",
            [
                "text/javascript [href]: '/x'",
                "text/javascript (click): f()",
                "note routerlink /y",
            ],
            id="angular",
        ),
        pytest.param(
            "<p data-list-url-value=/x>", ["link data-list-url-value /x"], id="stimulus"
        ),
        pytest.param(
            "<p data-url=/x data-href=/ data-src=y/z>",
            ["link data-url /x", "link data-href /", "link data-src y/z"],
            id="data",
        ),
        pytest.param(
            "<p data-lazy-srcset='/x 1x, /y'>",
            ["link data-lazy-srcset /x", "link data-lazy-srcset /y"],
            id="data-srcset",
        ),
        pytest.param(
            "<p data-remote=/x data-a=http://localhost/y data-b=//localhost/z>",
            [
                "text data-remote /x",
                "text data-a http://localhost/y",
                "text data-b //localhost/z",
            ],
            id="data-by-its-looks",
        ),
        pytest.param(
            "<p data-a='/x, /y' data-b=/x,y>",
            ["text data-a /x", "text data-a /y", "text data-b /x,y"],
            id="data-with-several",
        ),
        pytest.param(
            "<p data-bg='url(\"/x\"), URL(/y)'>",
            ["link data-bg url() /x", "link data-bg url() /y"],
            id="data-with-css",
        ),
        pytest.param(
            '<p data-a=\'{"a": 1}\' data-urls="[&quot;/x&quot;]">',
            [
                'application/json data-a: {"a": 1}',
                'application/json data-urls: ["/x"] in [&quot;/x&quot;]',
            ],
            id="data-with-json",
        ),
        pytest.param(
            '<p data-content="<a href=/x>">',
            ["text/html data-content: <a href=/x>"],
            id="data-with-html",
        ),
        pytest.param(
            "<my-card image=/x page-href=/y></my-card>",
            ["text image /x", "link page-href /y"],
            id="custom-element",
        ),
        pytest.param(
            "<a data-route=/x to=/y data-pathname=/a data-pattern=/b data-rule=/c>",
            [
                "note data-route /x",
                "note to /y",
                "note data-pathname /a",
                "note data-pattern /b",
                "note data-rule /c",
            ],
            id="route",
        ),
    ],
)
def test_attributes_of_libraries(text: str, found: list[str]) -> None:
    assert _found(text) == found


@pytest.mark.parametrize(
    "name",
    [
        *("onclick", "on:click", "data-on-click", "data-on:click", "hx-on", "hx-on:a"),
        *("data-hx-on:a", "up-on-loaded", "@click", ":href", "v-on:click", "v-html"),
        *("x-on:click", "x-bind:href", "x-data", "x-init", "x-show", "x-if", "x-for"),
        *("x-text", "x-html", "x-effect", "x-model", "data-bind", "(click)", "[href]"),
        *("*ngif", "ng-click", "ng-init", "ng-include"),
    ],
)
def test_an_attribute_may_be_a_script(name: str) -> None:
    assert _found(f"<p {name}=\"f('/x')\">") == [f"text/javascript {name}: f('/x')"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "<svg><a xlink:href=x></a><use href='/y#i'/></svg>",
            ["link xlink:href x", "link href /y#i"],
            id="href",
        ),
        pytest.param("<svg><image href=/x /></svg>", ["link href /x"], id="image"),
        pytest.param(
            "<svg><rect fill=\"url('/x#a') red\" clip-path='url(/y#b)'/></svg>",
            ["link fill url() /x#a", "link clip-path url() /y#b"],
            id="presentation",
        ),
        pytest.param(
            "<svg><set attributeName=href to=/x />"
            "<animate attributeName=xlink:href values='/y; /z'/>"
            "<animate attributeName=href from=/a to=/b by=/c />"
            "<animate attributeName=width values='/1;/2'/></svg>",
            [
                "link to /x",
                "link values /y",
                "link values /z",
                "link from /a",
                "link to /b",
                "link by /c",
            ],
            id="animation",
        ),
        pytest.param(
            "<svg><style>a{b:url(/x)}</style><script>f(1)</script></svg>",
            ["text/css a{b:url(/x)}", "text/javascript f(1)"],
            id="texts",
        ),
        pytest.param(
            "<svg><foreignObject><script>a &lt; b</script></foreignObject></svg>",
            ["text/javascript a &lt; b"],
            id="html-in-svg",
        ),
        pytest.param(
            "<svg><style><![CDATA[a > b {}]]></style>"
            "<script>a &lt; b</script><script/></svg>",
            ["text/css a > b {}", "text/javascript a < b in a &lt; b"],
            id="texts-with-escapes",
        ),
        pytest.param(
            "<svg><script href=/x>f()</script></svg>", ["link href /x"], id="script"
        ),
        pytest.param("<svg><title><a href=/x>", ["link href /x"], id="title"),
        pytest.param(
            "<math altimg=x definitionURL=/y><mi href=/z></mi></math>",
            ["link altimg x", "link definitionurl /y", "link href /z"],
            id="mathml",
        ),
    ],
)
def test_attributes_of_svg_and_mathml(text: str, found: list[str]) -> None:
    assert _found(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "<p style='a:url(/x)'>",
            ["text/x-declarations style: a:url(/x)"],
            id="declarations",
        ),
        pytest.param("<style>a{}</style>", ["text/css a{}"], id="style"),
        pytest.param("<style>a{}", ["text/css a{}"], id="style-without-end"),
        pytest.param("<style type=text/less>a{}</style>", [], id="style-type"),
        pytest.param("<script>a<b</script>", ["text/javascript a<b"], id="script"),
        pytest.param(
            "<script type=module>a</script>", ["text/javascript a"], id="module"
        ),
        pytest.param(
            "<script type=' Text/JavaScript '>a</script>",
            ["text/javascript a"],
            id="script-type",
        ),
        pytest.param(
            "<script><!-- <script> </script> --></script><a href=/x>",
            ["text/javascript <!-- <script> </script> -->", "link href /x"],
            id="script-in-script",
        ),
        pytest.param(
            "<script type=importmap>{}</script>",
            ["application/importmap+json {}"],
            id="importmap",
        ),
        pytest.param(
            "<script type=speculationrules>{}</script>",
            ["application/speculationrules+json {}"],
            id="speculationrules",
        ),
        pytest.param(
            "<script type=application/ld+json>{}</script>",
            ["application/ld+json {}"],
            id="json-ld",
        ),
        pytest.param(
            "<script type=application/json>{}</script>",
            ["application/json {}"],
            id="json",
        ),
        pytest.param(
            "<script type=text/x-handlebars><a href=/x></script>",
            ["text/html <a href=/x>"],
            id="template",
        ),
        pytest.param("<script type=text/plain>'/x'</script>", [], id="no-script"),
        pytest.param("<script src=/x>'/y'</script>", ["link src /x"], id="src"),
        pytest.param(
            '<a onclick="f(&quot;/x&quot;)">',
            ['text/javascript onclick: f("/x") in f(&quot;/x&quot;)'],
            id="event",
        ),
        pytest.param(
            "<a href=' JavaScript:f(1)'>",
            ["text/javascript href: f(1)"],
            id="javascript",
        ),
        pytest.param(
            "<a href='javascript:f(%22/x%22)'>",
            ['text/javascript href: f("/x") in javascript:f(%22/x%22)'],
            id="javascript-encoded",
        ),
        pytest.param(
            "<iframe srcdoc='<a href=/x>'></iframe>",
            ["text/html srcdoc: <a href=/x>"],
            id="srcdoc",
        ),
        pytest.param(
            "<base href=/b/><iframe srcdoc=x></iframe>",
            ["base href /b/", "text/html srcdoc: x from /b/"],
            id="srcdoc-with-base",
        ),
    ],
)
def test_texts_in_html(text: str, found: list[str]) -> None:
    assert _found(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "<a href=x><base target=t><base href=/b/><base href=/c/>",
            ["link href x from /b/", "base href /b/", "base href /c/"],
            id="first-with-href",
        ),
        pytest.param(
            "<template><base href=/b/></template><a href=x>",
            ["base href /b/", "link href x"],
            id="in-template",
        ),
        pytest.param(
            "<svg><base href=/b/></base></svg><a href=x>",
            ["base href /b/", "link href x"],
            id="in-svg",
        ),
    ],
)
def test_a_base_counts_for_the_whole_page(text: str, found: list[str]) -> None:
    assert _found(text) == found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<!-- <a href=/x> -->", id="comment"),
        pytest.param("<!--[if IE]><a href=/x><![endif]-->", id="conditional"),
        pytest.param("<!-- > <a href=/x> --!>", id="comment-with-bang"),
        pytest.param("<?php <a href=/x ?>", id="instruction"),
        pytest.param("<textarea><a href=/x></textarea>", id="textarea"),
        pytest.param("<title><a href=/x></title>", id="title"),
        pytest.param("<xmp><a href=/x></xmp>", id="xmp"),
        pytest.param("<iframe><a href=/x></iframe>", id="iframe"),
        pytest.param("<noembed><a href=/x></noembed>", id="noembed"),
        pytest.param("<plaintext><a href=/x>", id="plaintext"),
        pytest.param("</a href=/x>", id="end-tag"),
        pytest.param("<a href=/x", id="half-a-tag"),
        pytest.param("a < b href=/x >", id="less-than"),
        pytest.param("<pre>/x</pre><code>/x</code>/x", id="text"),
        pytest.param("<a href='' src>", id="empty"),
        pytest.param("<svg xmlns=http://localhost/x></svg>", id="namespace"),
        pytest.param("<p data-a=/ data-b='/x or /y z' data-c=x/y>", id="data"),
        pytest.param("<p data-date=1/2 data-type=text/html>", id="no-path"),
        pytest.param("<p data-url-mode=true data-imgsrc=large>", id="named-as-a-url"),
        pytest.param("<input value=x><input value='/x y'>", id="value"),
        pytest.param("<p data-route=x>", id="route"),
        pytest.param('<a hx-vals=\'{"a": "/x"}\'>', id="htmx-values"),
        pytest.param('<a hx-headers=\'{"a": "/x"}\'>', id="htmx-headers"),
    ],
)
def test_what_is_no_url(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(
    "name",
    [
        *("class", "id", "name", "title", "alt", "placeholder", "label", "pattern"),
        *("summary", "abbr", "property", "aria-label", "data-title", "data-label"),
        *("data-text", "data-name", "data-placeholder", "xml:base"),
    ],
)
def test_an_attribute_may_be_prose(name: str) -> None:
    assert _found(f"<p {name}=/x>") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("<tr><td background=/x>", ["link background /x"], id="row"),
        pytest.param("<td><a href=/x>", ["link href /x"], id="cell"),
        pytest.param("<li><a href=/x>", ["link href /x"], id="item"),
        pytest.param("<option value=/x>", ["text value /x"], id="option"),
        pytest.param("<caption><a href=/x>", ["link href /x"], id="caption"),
        pytest.param(
            "<form action=/x><form action=/y>",
            ["link action /x", "link action /y"],
            id="branches-with-forms",
        ),
        pytest.param(
            "<p>x<body background=/x><html manifest=/y>",
            ["link background /x", "link manifest /y"],
            id="late-body",
        ),
        pytest.param(
            f"<{HOLE * 7} href=/x></{HOLE * 7}>", ["link href /x"], id="tag-is-a-hole"
        ),
        pytest.param(
            f"<a {HOLE * 9} href={HOLE * 5}/x>",
            [f"link href {HOLE * 5}/x"],
            id="attribute-is-a-hole",
        ),
        pytest.param(
            f"<p data-a={HOLE * 5} class={HOLE * 5}>",
            [f"text data-a {HOLE * 5}"],
            id="value-is-a-hole",
        ),
        pytest.param(
            "<template shadowrootmode=open><tr><td background=/x></template>",
            ["link background /x"],
            id="template",
        ),
        pytest.param(
            "<head><noscript><img src=/x></noscript>", ["link src /x"], id="noscript"
        ),
    ],
)
def test_a_part_of_a_page_loses_nothing(text: str, found: list[str]) -> None:
    assert _found(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("<a href='/x' href='/y'>", ["link href /x"], id="twice"),
        pytest.param('<a class="b"href="/x">', ["link href /x"], id="no-space"),
        pytest.param("<a/href=/x/>", ["link href /x/"], id="slashes"),
        pytest.param('<a href="/x"">', ["link href /x"], id="one-quote-more"),
        pytest.param("<a href=/x=b =c>", ["link href /x=b"], id="equals-signs"),
        pytest.param("<a href=/x?a&amp;b>", ["link href /x?a&b"], id="amp"),
        pytest.param("<a href=/x?a&copy=b>", ["link href /x?a&copy=b"], id="bare"),
        pytest.param("<a href='/x?a&copy'>", ["link href /x?a©"], id="bare-at-end"),
        pytest.param("<a href=/x?a&copyb>", ["link href /x?a&copyb"], id="longer"),
        pytest.param("<a href=/&notit;>", ["link href /&notit;"], id="no-such-name"),
        pytest.param("<a href=&#47;&#x78;>", ["link href /x"], id="numbers"),
        pytest.param("<a href=&sol;x>", ["link href /x"], id="name"),
        pytest.param(
            "<img srcset='/x?a&amp;b 1x, /y'>",
            [
                "link srcset /x?a&b in /x?a&amp;b 1x, /y",
                "link srcset /y in /x?a&amp;b 1x, /y",
            ],
            id="part-with-escapes",
        ),
        pytest.param("\ufeff<a href=/x>", ["link href /x"], id="byte-order-mark"),
        pytest.param("ä😀\r\n\0<a\r\nhref=/x>", ["link href /x"], id="places"),
        pytest.param(
            """<a a=x"y b="d>/e" href=/x><a a=x'y b='d><p c="/z">' href=/y>""",
            ["link href /x", "link href /y"],
            id="quotation-mark-in-a-value",
        ),
        pytest.param(
            "<p flask-prefix-urls-place=x><p flask-prefix-urls-place=0 data-a=/x>",
            ["text data-a /x"],
            id="places-of-its-own",
        ),
        pytest.param(
            "<b><a href=/x><b><p>x<a href=/y>",
            ["link href /x", "link href /y"],
            id="misnested",
        ),
    ],
)
def test_it_reads_as_a_browser_does(text: str, found: list[str]) -> None:
    assert _found(text) == found


@pytest.mark.parametrize(
    "expression",
    ["{{ id }}", "${id}", "[[ id ]]", "<%= id %>", "{id}"],
    ids=["mustache", "literal", "brackets", "underscore", "uri-template"],
)
def test_what_a_script_puts_in_is_a_hole(expression: str) -> None:
    [found] = read_html(f"<a href='/x/{expression}/y'>", "text/html")

    assert isinstance(found, Reference)
    assert (found.url, found.holes) == (f"/x/{HOLE}/y", ("",))


def test_a_pattern_in_free_text_stays_as_it_is() -> None:
    assert _found("<p data-a=/x/{id}>") == ["text data-a /x/{id}"]


def test_a_url_has_its_element() -> None:
    [found] = read_html("<A Class=b HREF=/x&amp; download>", "text/html")

    assert isinstance(found, Reference)
    assert found.element == (
        ("", "a"),
        ("class", "b"),
        ("href", "/x&"),
        ("download", ""),
    )


_PIECES = st.sampled_from(
    [
        *"<>/='\"&;#! \n\r\0-x?",
        *(
            "<a ",
            "href",
            "=/x",
            "&amp",
            "<!--",
            "-->",
            "<svg>",
            "<td>",
            "<style",
            "]]>",
        ),
        *("<script>", "</script>", "<![CDATA[", "srcset=", "<template>", "content="),
        *("<a href=/x ", "<P HREF='/y' ", '<a srcset="/x 1x" '),
        *("http-equiv=refresh", HOLE, "\ud800", "\ufeff", "é😀"),
    ]
)


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_text_can_be_read(text: str) -> None:
    for found in read_html(text, "text/html"):
        assert 0 <= found.start <= found.end <= len(text)


def _tags_of(page: Any) -> dict[int, dict[str, str]]:
    """Return the tags that another parser finds, by their places."""
    found = {}
    waiting = [page.root]
    while waiting:
        node = waiting.pop()
        waiting += node.children or ()
        if isinstance(node, Element) and node._start_tag_start is not None:
            found[node._start_tag_start] = {
                name.lower(): value or "" for name, value in node.attrs.items()
            }
            if node.template_content is not None:
                waiting.append(node.template_content)
    return found


def _has_url(attributes: dict[str, str]) -> bool:
    return any(attributes.get(name, "").strip() for name in ("href", "srcset"))


@given(st.lists(_PIECES, max_size=25).map("".join))
def test_the_tags_are_those_of_another_parser(text: str) -> None:
    # What our reader takes for a <br>, a browser may drop; the other one replaces NUL,
    # and counts from behind a byte order mark.
    text = re.sub("<td|\0|\ufeff|\ud800|\r", "", text)
    page = JustHTML(
        text, sanitize=False, scripting_enabled=False, track_node_locations=True
    )
    ours = {tag.start: tag.written.values for tag in tags_of(text)}
    # Ours leaves out those without a URL.
    theirs = {s: a for s, a in _tags_of(page).items() if s in ours or _has_url(a)}
    assert ours == theirs
