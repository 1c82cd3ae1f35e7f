"""Where a URL may stand, by the specifications, and what only looks like one.

Each text of :data:`POSITIONS` has ``URL`` where a URL stands that a browser asks for.
Each of :data:`DECOYS` has a path of the app, ``/about``, that nobody asks for.
"""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """A body, or a header if ``media_type`` is ``""``."""

    media_type: str
    text: str


def html(text: str) -> Text:
    return Text("text/html", text)


def script(text: str) -> Text:
    return Text("text/javascript", text)


def css(text: str) -> Text:
    return Text("text/css", text)


def json(text: str, media_type: str = "application/json") -> Text:
    return Text(media_type, text)


def header(text: str) -> Text:
    return Text("", text)


_MANIFEST = "application/manifest+json"
_RSS = '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>{}</channel></rss>'
_ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>'
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
_SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml"><url>{}</url></urlset>'
)

POSITIONS: dict[str, Text] = {
    # HTML Standard: attributes.
    "a href": html('<a href="URL">x</a>'),
    "a href unquoted": html("<a href=URL>x</a>"),
    "a href in capitals": html('<A HREF="URL">x</A>'),
    "a href with white space": html('<a href=" URL\n">x</a>'),
    "a href with an entity": html('<a href="URL?a=1&amp;b=2">x</a>'),
    "a ping": html('<a href="https://example.com/" ping="https://example.com/p URL">x</a>'),
    "a download": html('<a href="URL" download>x</a>'),
    "a in pre": html('<pre><code><a href="URL">x</a></code></pre>'),
    "a in template": html('<template><a href="URL">x</a></template>'),
    "a in noscript": html('<noscript><a href="URL">x</a></noscript>'),
    "area href": html('<map name="m"><area href="URL"></map>'),
    "audio src": html('<audio src="URL"></audio>'),
    "blockquote cite": html('<blockquote cite="URL">x</blockquote>'),
    "q cite": html('<q cite="URL">x</q>'),
    "ins cite": html('<ins cite="URL">x</ins>'),
    "body background": html('<body background="URL">'),
    "td background": html('<table><tr><td background="URL">x</td></tr></table>'),
    "button formaction": html('<form action="https://example.com/"><button formaction="URL">x</button></form>'),
    "input formaction": html('<input type="submit" formaction="URL">'),
    "input image src": html('<input type="image" src="URL">'),
    "embed src": html('<embed src="URL">'),
    "form action": html('<form action="URL"></form>'),
    "frame src": html('<frameset><frame src="URL"></frameset>'),
    "frame longdesc": html('<img longdesc="URL">'),
    "html manifest": html('<html manifest="URL">'),
    "iframe src": html('<iframe src="URL"></iframe>'),
    "iframe srcdoc": html('<iframe srcdoc="&lt;a href=&quot;URL&quot;&gt;x&lt;/a&gt;"></iframe>'),
    "img src": html('<img src="URL">'),
    "img srcset": html('<img srcset="https://example.com/a,b.png 1x, URL 2x">'),
    "img srcset widths": html('<img srcset="URL 100w,https://example.com/b.png 200w">'),
    "img lowsrc": html('<img lowsrc="URL">'),
    "link href": html('<link rel="stylesheet" href="URL">'),
    "link icon": html('<link rel="icon" href="URL">'),
    "link canonical": html('<link rel="canonical" href="URL">'),
    "link alternate": html('<link rel="alternate" type="application/rss+xml" href="URL">'),
    "link imagesrcset": html('<link rel="preload" as="image" imagesrcset="URL 1x">'),
    "object data": html('<object data="URL"></object>'),
    "script src": html('<script src="URL"></script>'),
    "source src": html('<video><source src="URL"></video>'),
    "source srcset": html('<picture><source srcset="URL"></picture>'),
    "track src": html('<video><track src="URL"></video>'),
    "video poster": html('<video poster="URL"></video>'),
    "video src": html('<video src="URL"></video>'),
    "meta refresh": html('<meta http-equiv="refresh" content="5; url=URL">'),
    "meta refresh quoted": html("<meta http-equiv=Refresh content=\"0;Url='URL'\">"),
    "meta og:image": html('<meta property="og:image" content="URL">'),
    "meta og:url": html('<meta property="og:url" content="URL">'),
    "meta twitter:image": html('<meta name="twitter:image" content="URL">'),
    "meta msapplication": html('<meta name="msapplication-TileImage" content="URL">'),
    "meta itemprop": html('<div itemscope><meta itemprop="image" content="URL"></div>'),
    "style attribute": html('<p style="background: url(URL)">x</p>'),
    "style element": html("<style>p { background: url('URL') }</style>"),
    "script element": html('<script>fetch("URL")</script>'),
    "script module": html('<script type="module">import "URL"</script>'),
    "onclick": html("<button onclick=\"location.href = 'URL'\">x</button>"),
    "javascript: URL": html("<a href=\"javascript:location.assign('URL')\">x</a>"),
    "import map": html('<script type="importmap">{"imports": {"a": "URL"}}</script>'),
    "JSON-LD": html('<script type="application/ld+json">{"@type": "Thing", "url": "URL"}</script>'),
    "data island": html('<script type="application/json">{"next": "URL"}</script>'),
    "speculation rules": html('<script type="speculationrules">{"prefetch": [{"urls": ["URL"]}]}</script>'),
    "script template": html('<script type="text/x-template"><a href="URL">x</a></script>'),
    "data attribute": html('<div data-url="URL"></div>'),
    "data attribute with JSON": html("<div data-options='{\"url\": \"URL\"}'></div>"),
    "custom element": html('<my-list source="URL"></my-list>'),
    "hx-get": html('<div hx-get="URL"></div>'),
    "hx-post": html('<div hx-post="URL"></div>'),
    "data-hx-delete": html('<div data-hx-delete="URL"></div>'),
    "hx-push-url": html('<div hx-push-url="URL"></div>'),
    "sse-connect": html('<div sse-connect="URL"></div>'),
    "up-href": html('<div up-href="URL"></div>'),
    "turbo-frame": html('<turbo-frame src="URL"></turbo-frame>'),
    "Vue binding": html("<a :href=\"'URL'\">x</a>"),
    "Alpine handler": html("<a @click=\"fetch('URL')\">x</a>"),
    "SVG a": html('<svg><a href="URL"><text>x</text></a></svg>'),
    "SVG use": html('<svg><use xlink:href="URL#i"/></svg>'),
    "SVG image": html('<svg><image href="URL"/></svg>'),
    "SVG fill": html('<svg><path fill="url(URL#g)"/></svg>'),
    "MathML href": html('<math><mi href="URL">x</mi></math>'),
    # JavaScript.
    "fetch": script('fetch("URL")'),
    "fetch with options": script("await fetch('URL', {method: 'POST'})"),
    "Request": script('new Request("URL")'),
    "XMLHttpRequest": script('const r = new XMLHttpRequest(); r.open("GET", "URL")'),
    "axios": script('axios.get("URL").then(show)'),
    "jQuery": script('$.getJSON("URL", show)'),
    "jQuery ajax": script('$.ajax({url: "URL", success: show})'),
    "location": script('location = "URL"'),
    "location.href": script('window.location.href = "URL"'),
    "location.replace": script('location.replace("URL")'),
    "window.open": script('window.open("URL", "_blank")'),
    "img.src": script('const i = new Image(); i.src = "URL"'),
    "setAttribute": script('a.setAttribute("href", "URL")'),
    "pushState": script('history.pushState({}, "", "URL")'),
    "EventSource": script('new EventSource("URL")'),
    "WebSocket": script('new WebSocket("URL")'),
    "Worker": script('new Worker("URL")'),
    "service worker": script('navigator.serviceWorker.register("URL")'),
    "sendBeacon": script('navigator.sendBeacon("URL", data)'),
    "importScripts": script('importScripts("URL")'),
    "import": script('import a from "URL"'),
    "export from": script('export * from "URL"'),
    "dynamic import": script('const a = await import("URL")'),
    "cache.addAll": script('cache.addAll(["URL"])'),
    "clients.openWindow": script('clients.openWindow("URL")'),
    "innerHTML": script("e.innerHTML = '<a href=\"URL\">x</a>'"),
    "HTML in a template literal": script('e.innerHTML = `<a href="URL">${x}</a>`'),
    "constant": script('const PAGE = "URL"; open(PAGE)'),
    "property": script('const urls = {page: "URL"}'),
    "template literal": script("fetch(`URL`)"),
    "escaped slash": script('fetch("URL".slice(0))'),
    "style": script('e.style.backgroundImage = "url(URL)"'),
    # CSS.
    "url()": css("p { background: url(URL) }"),
    "url() quoted": css('p { background: url("URL") }'),
    "url() in capitals": css("p { background: URL(URL) }".replace("URL(", "Url(")),
    "@import": css('@import "URL";'),
    "@import url()": css("@import url(URL) layer(a) screen;"),
    "image-set()": css('p { background: image-set("URL" 1x, url(https://example.com/) 2x) }'),
    "@font-face": css("@font-face { font-family: a; src: url(URL) format('woff2') }"),
    "custom property": css("p { --image: url(URL) }"),
    "nested rule": css("p { a & { cursor: url(URL), auto } }"),
    "@media": css("@media screen { p { background: url(URL) } }"),
    # JSON.
    "JSON": json('{"items": [{"url": "URL"}]}'),
    "JSON list": json('["URL"]'),
    "problem details": json('{"instance": "URL"}', "application/problem+json"),
    "HAL": json('{"_links": {"self": {"href": "URL"}}}', "application/hal+json"),
    "HTML in JSON": json('{"html": "<a href=\\"URL\\">x</a>"}'),
    "manifest start_url": json('{"start_url": "URL"}', _MANIFEST),
    "manifest icons": json('{"icons": [{"src": "URL"}]}', _MANIFEST),
    "manifest shortcuts": json('{"shortcuts": [{"name": "x", "url": "URL"}]}', _MANIFEST),
    "manifest share_target": json('{"share_target": {"action": "URL"}}', _MANIFEST),
    "OpenAPI externalDocs": json('{"openapi": "3.1.0", "externalDocs": {"url": "URL"}, "servers": [{"url": "https://example.com/"}]}'),
    # XML.
    "RSS link": Text("application/rss+xml", _RSS.format("<link>URL</link>")),
    "RSS item": Text("application/rss+xml", _RSS.format("<item><link> URL </link></item>")),
    "RSS enclosure": Text("application/rss+xml", _RSS.format('<item><enclosure url="URL"/></item>')),
    "RSS atom:link": Text("application/rss+xml", _RSS.format('<atom:link rel="self" href="URL"/>')),
    "RSS description": Text(
        "application/rss+xml",
        _RSS.format('<item><description><![CDATA[<a href="URL">x</a>]]></description></item>'),
    ),
    "Atom link": Text("application/atom+xml", _ATOM.format('<entry><link href="URL"/></entry>')),
    "Atom content": Text("application/atom+xml", _ATOM.format('<entry><content src="URL"/></entry>')),
    "Atom HTML": Text(
        "application/atom+xml",
        _ATOM.format('<entry><content type="html">&lt;a href="URL"&gt;x&lt;/a&gt;</content></entry>'),
    ),
    "sitemap loc": Text("application/xml", _SITEMAP.format("<loc>URL</loc>")),
    "sitemap image": Text("application/xml", _SITEMAP.format("<image:image><image:loc>URL</image:loc></image:image>")),
    "sitemap alternate": Text("application/xml", _SITEMAP.format('<xhtml:link rel="alternate" href="URL"/>')),
    "xml-stylesheet": Text("application/xml", '<?xml-stylesheet href="URL"?><a/>'),
    "SVG file": Text("image/svg+xml", _SVG.format('<image xlink:href="URL"/>')),
    "SVG style": Text("image/svg+xml", _SVG.format("<style>p { fill: url(URL) }</style>")),
    "XHTML": Text(
        "application/xhtml+xml",
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><a href="URL">x</a></body></html>',
    ),
    # Headers.
    "Location": header("Location: URL"),
    "Content-Location": header("Content-Location: URL"),
    "Link": header("Link: <https://example.com/>; rel=next, <URL>; rel=preload"),
    "Refresh": header("Refresh: 5; url=URL"),
    "SourceMap": header("SourceMap: URL"),
    "HX-Redirect": header("HX-Redirect: URL"),
    "HX-Location": header('HX-Location: {"path": "URL"}'),
    "CSP report-uri": header("Content-Security-Policy: default-src 'self'; report-uri URL"),
    "Reporting-Endpoints": header('Reporting-Endpoints: default="URL"'),
}  # fmt: skip

DECOYS: dict[str, Text] = {
    "comment": html('<!-- <a href="/about">x</a> -->'),
    "conditional comment": html('<!--[if IE]><a href="/about">x</a><![endif]-->'),
    "text": html("<p>Go to /about or href=\"/about\"</p>"),
    "pre": html("<pre>&lt;a href=\"/about\"&gt;</pre>"),
    "code": html("<code>fetch('/about')</code>"),
    "textarea": html('<textarea><a href="/about">x</a></textarea>'),
    "title": html('<title><a href="/about">x</a></title>'),
    "alt": html('<img src="https://example.com/" alt="/about">'),
    "placeholder": html('<input placeholder="/about" title="/about">'),
    "hidden input": html('<input type="hidden" name="path" value="/about">'),
    "data-path": html('<p data-note="see /about for more">x</p>'),
    "CSS selector in style": html('<style>a[href^="/about"] { color: red }</style>'),
    "unknown script": html('<script type="text/x-unknown">fetch("/about")</script>'),
    "meta description": html('<meta name="description" content="/about">'),
    "end tag": html('</a href="/about">'),
    "JavaScript comment": script('// fetch("/about")\n/* "/about" */'),
    "regular expression": script('const r = /"\\/about"/; r.test(x)'),
    "comparison": script('if (location.pathname === "/about") show()'),
    "switch": script('switch (location.pathname) { case "/about": show() }'),
    "startsWith": script('location.pathname.startsWith("/about")'),
    "includes": script('["/about", "/"].includes(location.pathname)'),
    "property name": script('const titles = {"/about": "About"}'),
    "client route": script('const routes = [{path: "/about", component: About}]'),
    "selector": script("document.querySelector('a[href=\"/about\"]')"),
    "prose": script('alert("Go to /about now")'),
    "lone slash": script('const parts = x.split("/"); const y = "/"'),
    "CSS comment": css("/* url(/about) */ p { color: red }"),
    "CSS selector": css('a[href="/about"] { color: red }'),
    "CSS content": css('p::before { content: "/about" }'),
    "CSS namespace": css('@namespace a "/about";'),
    "JSON name": json('{"/about": 1}'),
    "JSON path": json('{"path": "/about", "pattern": "/about", "title": "/about"}'),
    "JSON prose": json('{"text": "Go to /about"}'),
    "OpenAPI paths": json('{"openapi": "3.1.0", "servers": [{"url": "/svc/v1"}], "paths": {"/about": {"get": {"operationId": "/about"}}}}'),
    "manifest name": json('{"name": "/about", "start_url": "/svc/v1/about"}', _MANIFEST),
    "RSS title": Text("application/rss+xml", _RSS.format("<title>/about</title>")),
    "RSS guid": Text("application/rss+xml", _RSS.format('<item><guid isPermaLink="false">/about</guid></item>')),
    "XML comment": Text("application/xml", '<a><!-- <loc>/about</loc> --></a>'),
    "plain text": Text("text/plain", "/about <a href=\"/about\">"),
    "CSV": Text("text/csv", "/about,/about"),
    "cookie path": header("Set-Cookie: a=b; Path=/about"),
    "internal redirect": header("X-Accel-Redirect: /about"),
    "other header": header("X-Handled-By: /about"),
}  # fmt: skip
