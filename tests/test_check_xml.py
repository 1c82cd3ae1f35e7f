"""Which URLs stand in XML, and which words do not."""

from __future__ import annotations

import pytest
from found_by import lines_of
from hypothesis import given
from hypothesis import strategies as st

from flask_prefix_urls.check.texts.reference import HOLE, Reference
from flask_prefix_urls.check.texts.xml_text import read_xml

_ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
_SVG = 'xmlns="http://www.w3.org/2000/svg"'
_XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
_XLINK = 'xmlns:l="http://www.w3.org/1999/xlink"'
_XSI = 'xmlns:s="http://www.w3.org/2001/XMLSchema-instance"'


def _found(text: str) -> list[str]:
    return lines_of(text, read_xml(text, "text/xml"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "<rss><channel><link>/x</link><docs>/d</docs><item><comments>/c</comments>"
            "</item></channel></rss>",
            ["link link /x", "link docs /d", "link comments /c"],
            id="rss",
        ),
        pytest.param(
            "<image><url>\n /x </url><link>/y</link></image>",
            ["link url /x", "link link /y"],
            id="rss-image",
        ),
        pytest.param(
            "<item><guid>/x</guid><guid isPermaLink='false'>/y</guid>"
            "<guid isPermaLink='false'>y</guid></item>",
            ["link guid /x", "note guid /y"],
            id="rss-guid",
        ),
        pytest.param(
            "<item><enclosure url='/x' length='1'/><source url='/y'>S</source></item>",
            ["link url /x", "link url /y"],
            id="rss-attributes",
        ),
        pytest.param("<cloud domain='d' path='/x'/>", ["note path /x"], id="rss-cloud"),
        pytest.param(
            "<rss xmlns:itunes='http://i' xmlns:media='http://m'><itunes:image "
            "href='/x'/><media:thumbnail url='/y'/><itunes:new-feed-url>/z"
            "</itunes:new-feed-url></rss>",
            ["link href /x", "link url /y", "link new-feed-url /z"],
            id="rss-extensions",
        ),
        pytest.param(
            "<r xmlns:rdf='http://r'><i rdf:about='/x' rdf:resource='/y'/></r>",
            ["text rdf:about /x", "text rdf:resource /y"],
            id="rss-1.0",
        ),
        pytest.param(
            "<item><description>&lt;a href='/x'&gt;</description>"
            "<content:encoded><![CDATA[<a href='/y'>]]></content:encoded></item>",
            [
                "text/html description: <a href='/x'> in &lt;a href='/x'&gt;",
                "text/html encoded: <a href='/y'>",
            ],
            id="rss-html",
        ),
        pytest.param(
            f"<feed {_ATOM}><link href='/x'/><icon>/i</icon><logo>/l</logo><id>/d</id>"
            "<generator uri='/g'>G</generator><author><uri>/u</uri></author></feed>",
            [
                "link href /x",
                "link icon /i",
                "link logo /l",
                "note id /d",
                "link uri /g",
                "link uri /u",
            ],
            id="atom",
        ),
        pytest.param(
            f"<a:feed {_ATOM.replace('xmlns', 'xmlns:a')}><a:logo>/x</a:logo>"
            "<a:rights>/y</a:rights></a:feed>",
            ["link logo /x"],
            id="atom-with-a-prefix",
        ),
        pytest.param(
            f"<entry {_ATOM}><content type='html'>&lt;p></content><title type='text'>"
            "&lt;a href='/x'></title><summary>/y</summary><content src='/z'/></entry>",
            ["text/html content: <p> in &lt;p>", "link src /z"],
            id="atom-html",
        ),
        pytest.param(
            f"<entry {_ATOM}><content type='xhtml'><div {_XHTML}><a href='/x'>/y</a>"
            "</div></content></entry>",
            ["link href /x"],
            id="atom-xhtml",
        ),
        pytest.param(
            f"<feed {_ATOM} xml:base='/b/'><entry xml:base='c/'><link href='x'/>"
            "</entry><logo>y</logo></feed>",
            [
                "base xml:base /b/",
                "base xml:base c/",
                "link href x from c/",
                "link logo y from /b/",
            ],
            id="xml-base",
        ),
        pytest.param(
            "<urlset><url><loc>/x</loc><image:loc>/i</image:loc><lastmod>1/2</lastmod>"
            "<video:player_loc>/p</video:player_loc><xhtml:link href='/h'/></url>"
            "</urlset>",
            ["link loc /x", "link loc /i", "link player_loc /p", "link href /h"],
            id="sitemap",
        ),
        pytest.param(
            f"<urlset {_XSI} s:schemaLocation='/x /y' s:z='/z'><loc>/x</loc></urlset>",
            ["link loc /x"],
            id="schema-location",
        ),
        pytest.param(
            "<OpenSearchDescription><Url template='/s?q={searchTerms}'/>"
            "<Image>/i</Image></OpenSearchDescription>",
            [f"link template /s?q={HOLE}", "link image /i"],
            id="open-search",
        ),
        pytest.param(
            "<XRD><Link rel='lrdd' template='/x?r={uri}'/></XRD>",
            [f"link template /x?r={HOLE}"],
            id="host-meta",
        ),
        pytest.param(
            "<browserconfig><square70x70logo src='/x'/></browserconfig>",
            ["link src /x"],
            id="browserconfig",
        ),
        pytest.param(
            "<opml><outline xmlUrl='/x' htmlUrl='/y'/></opml>",
            ["link xmlurl /x", "link htmlurl /y"],
            id="opml",
        ),
        pytest.param(
            "<d:multistatus xmlns:d='DAV:'><d:href>/x</d:href></d:multistatus>",
            ["link href /x"],
            id="webdav",
        ),
        pytest.param(
            "<?xml-stylesheet type='text/xsl' href='/x'?><a/>",
            ["link href /x"],
            id="stylesheet",
        ),
        pytest.param("<?php href='/x'?><a/>", [], id="instruction"),
        pytest.param("<a><b>/x</b></a>", ["text b /x"], id="another"),
        pytest.param(
            "<a><title>/x</title><link>an x</link><b>x/y</b><c>/x<d/></c></a>",
            [],
            id="prose",
        ),
        pytest.param("<a><!-- <b href='/x'/> --></a>", [], id="comment"),
        pytest.param("<link>/x?a&amp;b</link>", ["link link /x?a&b"], id="escape"),
        pytest.param(
            "<link> /x?a&amp;b </link>", ["link link /x?a&b in  /x?a&amp;b "], id="both"
        ),
    ],
)
def test_feeds_and_others(text: str, found: list[str]) -> None:
    assert _found(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            f"<svg {_SVG} {_XLINK}><use l:href='/x'/><a href='/y'/></svg>",
            ["link xlink:href /x", "link href /y"],
            id="svg",
        ),
        pytest.param(
            f"<svg {_SVG}><style><![CDATA[a>b{{}}]]></style><script>f(1)</script>"
            "<text>/x</text><rect style='a:b' fill='url(/y#z)' onclick='g()'/></svg>",
            [
                "text/css a>b{}",
                "text/javascript f(1)",
                "text/x-declarations style: a:b",
                "link fill url() /y#z",
                "text/javascript onclick: g()",
            ],
            id="svg-texts",
        ),
        pytest.param(
            f"<svg {_SVG} xml:base='/b/'><a href='x'/></svg>",
            ["link href x"],
            id="svg-has-no-base",
        ),
        pytest.param(
            f"<html {_XHTML}><a href='x'/><base href='/b/'/><base href='/c/'/>"
            "<p onclick='f()'/></html>",
            [
                "link href x from /b/",
                "base href /b/",
                "base href /c/",
                "text/javascript onclick: f() from /b/",
            ],
            id="xhtml-base",
        ),
        pytest.param(
            f"<html {_XHTML}><form method='post' action='/x'><input formaction='/y'/>"
            "</form><form><input formaction='/z'/></form></html>",
            [
                "link action /x by POST",
                "link formaction /y by POST",
                "link formaction /z",
            ],
            id="xhtml-forms",
        ),
        pytest.param(
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
            f'"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><html {_XHTML}>'
            "<p>&nbsp;</p><a href='/x'/></html>",
            ["link href /x"],
            id="xhtml-entities",
        ),
    ],
)
def test_svg_and_xhtml(text: str, found: list[str]) -> None:
    assert _found(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("/x", [], id="no-element"),
        pytest.param(
            f"  {HOLE * 9}\n<?xml version='1.0' encoding='latin-1'?>\r\n<a>\r"
            "<b>😀é</b>\u2028<link>/x</link></a>",
            ["link link /x"],
            id="places",
        ),
        pytest.param("\ufeff<link>/x</link>", ["link link /x"], id="byte-order-mark"),
        pytest.param(
            "<link>/x</link>\n<link>/y</link>",
            ["link link /x", "link link /y"],
            id="several",
        ),
        pytest.param(
            "<a><link>/x</link><br></a><link>/y</link>", ["link link /x"], id="broken"
        ),
        pytest.param("<link>/x</link>\0<link>/y</link>", ["link link /x"], id="nul"),
        pytest.param(
            "<a><b>\ud800</b><link>/x</link></a>", ["link link /x"], id="surrogate"
        ),
        pytest.param(
            "<!DOCTYPE a [<!ENTITY x '/x'>]><a><link>&x;</link></a>", [], id="entity"
        ),
        pytest.param(
            f"<a {HOLE} class='{HOLE}'><link>{HOLE}</link><c href='{HOLE}'/></a>",
            [f"link link {HOLE}", f"link href {HOLE}"],
            id="hole",
        ),
    ],
)
def test_it_is_read_as_far_as_it_goes(text: str, found: list[str]) -> None:
    assert _found(text) == found


def test_a_url_has_its_element() -> None:
    [found] = read_xml("<a:B c='d'>/x</a:B>", "text/xml")

    assert isinstance(found, Reference)
    assert (found.language, found.element) == ("xml", (("", "b"), ("c", "d")))


_PIECES = st.sampled_from(
    [
        *"<>/='\"&;!? \n\r\0-x",
        *("<a ", "href=", "<link>/x", "</link>", "&amp;", "<!--", "-->", "</a>", "]]>"),
        *("<?xml ", "?>", "<![CDATA[", "xmlns='x' ", "xml:base='b'", HOLE, "\ud800"),
        *("\ufeff", "é😀", "<!DOCTYPE a [", "<!ENTITY x 'y'>", "]>", "<a>", "&x;"),
    ]
)


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_text_can_be_read(text: str) -> None:
    for found in read_xml(text, "text/xml"):
        assert 0 <= found.start <= found.end <= len(text)
