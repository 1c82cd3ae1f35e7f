"""The URLs in JavaScript, and what is none."""

from __future__ import annotations

import random

import pytest

from flask_prefix_urls.check.texts import syntax_tree
from flask_prefix_urls.check.texts.javascript import LANGUAGE
from flask_prefix_urls.check.texts.reading import read
from flask_prefix_urls.check.texts.reference import HOLE, Reference

Found = list[tuple[str, str, str]]

LINKS: dict[str, tuple[str, Found]] = {
    "fetch": ('fetch("/x")', [("link", "/x", "fetch()")]),
    "fetch of a window": ("window.fetch('/x')", [("link", "/x", "fetch()")]),
    "optional call": ('window.fetch?.("/x")', [("link", "/x", "fetch()")]),
    "template literal": ("fetch(`/x`)", [("link", "/x", "fetch()")]),
    "relative": ('fetch("../x")', [("link", "../x", "fetch()")]),
    "root": ('fetch("/")', [("link", "/", "fetch()")]),
    "scheme-relative": ('fetch("//host/x")', [("link", "//host/x", "fetch()")]),
    "comment between": ('fetch(/* , */ "/x")', [("link", "/x", "fetch()")]),
    "Request": ('fetch(new Request("/x"))', [("link", "/x", "new Request()")]),
    "XMLHttpRequest": ('xhr.open("get", "/x")', [("link", "/x", "open()")]),
    "axios": ('axios("/x")', [("link", "/x", "axios()")]),
    "axios options": ('axios({url: "/x"})', [("link", "/x", "axios()")]),
    "axios.get": ('axios.get("/x")', [("link", "/x", "get()")]),
    "axios of an app": ('this.$axios.get("/x")', [("link", "/x", "get()")]),
    "client": ('apiClient.get("/x")', [("link", "/x", "get()")]),
    "jQuery get": ('$.get("/x", function () {})', [("link", "/x", "get()")]),
    "jQuery getJSON": ('jQuery.getJSON("/x")', [("link", "/x", "getJSON()")]),
    "jQuery ajax": ('$.ajax("/x")', [("link", "/x", "ajax()")]),
    "jQuery ajax url": ('$.ajax({"url": "/x"})', [("link", "/x", "ajax()")]),
    "jQuery load": ('$("#a").load("/x #b")', [("link", "/x", "load()")]),
    "jQuery attr": ('$(a).attr("href", "/x")', [("link", "/x", "href")]),
    "jQuery attrs": ('$(a).attr({src: "/x"})', [("link", "/x", "src")]),
    "htmx": ('htmx.ajax("GET", "/x")', [("link", "/x", "ajax()")]),
    "d3": ('d3.json("/x")', [("link", "/x", "json()")]),
    "DataTable": ('t.DataTable({ajax: "/x"})', [("link", "/x", "ajax")]),
    "Dropzone": ('new Dropzone(a, {url: "/x"})', [("link", "/x", "url")]),
    "location": ('location = "/x"', [("link", "/x", "location")]),
    "location of window": ('window.location = "/x"', [("link", "/x", "location")]),
    "location.href": ('location.href = "/x"', [("link", "/x", "location.href")]),
    "location.pathname": (
        'document.location.pathname = "/x"',
        [("link", "/x", "location.pathname")],
    ),
    "location.assign": ('location.assign("/x")', [("link", "/x", "assign()")]),
    "location.replace": (
        'window.location.replace("/x")',
        [("link", "/x", "replace()")],
    ),
    "window.open": ('window.open("/x")', [("link", "/x", "open()")]),
    "open": ('open("/x")', [("link", "/x", "open()")]),
    "href": ('a.href = "/x"', [("link", "/x", "href")]),
    "href with a default": ('a.href ||= "/x"', [("link", "/x", "href")]),
    "src": ('a.src = "/x"', [("link", "/x", "src")]),
    "form action": ('f.action = "/x"', [("link", "/x", "action")]),
    "formAction": ('f.formAction = "/x"', [("link", "/x", "formAction")]),
    "data": ('o.data = "/x"', [("link", "/x", "data")]),
    "poster": ('v.poster = "/x"', [("link", "/x", "poster")]),
    "baseVal": ('use.href.baseVal = "/x"', [("link", "/x", "baseVal")]),
    "srcset": (
        'i.srcset = "/x 1x, /y 2x"',
        [("link", "/x", "srcset"), ("link", "/y", "srcset")],
    ),
    "property": ('options.uploadUrl = "/x"', [("link", "/x", "uploadUrl")]),
    "setAttribute": ('a.setAttribute("href", "/x")', [("link", "/x", "href")]),
    "setAttributeNS": (
        'a.setAttributeNS(ns, "xlink:href", "/x")',
        [("link", "/x", "xlink:href")],
    ),
    "pushState": ('history.pushState({}, "", "/x")', [("link", "/x", "pushState()")]),
    "replaceState": (
        'history.replaceState({}, "", "/x")',
        [("link", "/x", "replaceState()")],
    ),
    "EventSource": ('new EventSource("/x")', [("link", "/x", "new EventSource()")]),
    "WebSocket": (
        'new WebSocket("wss://h/x")',
        [("link", "wss://h/x", "new WebSocket()")],
    ),
    "Worker": ('new Worker("/x")', [("link", "/x", "new Worker()")]),
    "SharedWorker": ('new SharedWorker("/x")', [("link", "/x", "new SharedWorker()")]),
    "Audio": ('new Audio("/x")', [("link", "/x", "new Audio()")]),
    "service worker": (
        'navigator.serviceWorker.register("/x", {scope: "/"})',
        [("link", "/x", "register()"), ("link", "/", "register()")],
    ),
    "importScripts": (
        'importScripts("/x", "/y")',
        [("link", "/x", "importScripts()"), ("link", "/y", "importScripts()")],
    ),
    "addModule": (
        'audio.audioWorklet.addModule("/x")',
        [("link", "/x", "addModule()")],
    ),
    "import": ('import "/x"', [("link", "/x", "import")]),
    "import from": ('import a, {b} from "/x"', [("link", "/x", "import")]),
    "import of JSON": (
        'import a from "/x" with {type: "a/json"}',
        [("link", "/x", "import")],
    ),
    "export from": ('export * from "./x"', [("link", "./x", "import")]),
    "dynamic import": ('import("/x")', [("link", "/x", "import()")]),
    "import.meta.resolve": (
        'import.meta.resolve("/x")',
        [("link", "/x", "resolve()")],
    ),
    "new URL": ('new URL("/x", location.href)', [("link", "/x", "new URL()")]),
    "new URL of a module": (
        'new URL("/x", import.meta.url)',
        [("link", "/x", "new URL()")],
    ),
    "link with a variable": ('fetch("/x/:id")', [("link", "/x/@", "fetch()")]),
    "link with a variable and a value": (
        'fetch("/x/:id/" + page + "/:part")',
        [("link", "/x/@/@/@", "fetch()")],
    ),
    "AngularJS resource": (
        '$resource("/x/:id", {id: "@id"}, {add: {url: "/x/:id/add", method: "POST"}})',
        [("link", "/x/@", "$resource()"), ("link", "/x/@/add", "$resource()")],
    ),
    "redirect that is no route": (
        'f({redirect: "/x", id: 1})',
        [("link", "/x", "redirect")],
    ),
    "new URL of a host": (
        'new URL("/x", "https://h")',
        [("link", "/x", "new URL()")],
    ),
    "URL.parse": ('URL.parse("/x", document.baseURI)', [("link", "/x", "new URL()")]),
    "cache.add": ('cache.add("/x")', [("link", "/x", "add()")]),
    "cache.addAll": ('cache.addAll(["/x"])', [("link", "/x", "addAll()")]),
    "caches.match": ('caches.match("/x")', [("link", "/x", "match()")]),
    "precache": (
        'precacheAndRoute([{url: "/x", revision: "a/b"}])',
        [("link", "/x", "url")],
    ),
    "openWindow": ('clients.openWindow("/x")', [("link", "/x", "openWindow()")]),
    "Response.redirect": ('Response.redirect("/x")', [("link", "/x", "redirect()")]),
    "Notification": (
        'new Notification("a/b", {icon: "/x", data: {url: "/y"}})',
        [("link", "/x", "new Notification()"), ("link", "/y", "url")],
    ),
    "PaymentRequest": (
        'new PaymentRequest([{supportedMethods: "/x"}])',
        [("link", "/x", "new PaymentRequest()")],
    ),
    "protocol handler": (
        'navigator.registerProtocolHandler("web+a", "/x?u=%s")',
        [("link", "/x?u=%s", "registerProtocolHandler()")],
    ),
    "Turbo.visit": ('Turbo.visit("/x")', [("link", "/x", "visit()")]),
    "SockJS": ('new SockJS("/x")', [("link", "/x", "new SockJS()")]),
    "urlRoot": ('M.extend({urlRoot: "/x"})', [("link", "/x", "urlRoot")]),
    "navigation": ('navigation.navigate("/x")', [("link", "/x", "navigate()")]),
    "namespace of Socket.IO on the own host": (
        'io.connect("http://" + document.domain + ":" + location.port + "/x")',
        [("note", "/x", "string")],
    ),
    "socket.io": (
        'io("/chat", {path: "/x"})',
        [("note", "/chat", "string"), ("link", "/x", "io()")],
    ),
    "JSX": ('<a href="/x">b</a>', [("link", "/x", "href")]),
    "JSX expression": ("<a href={`/x`}>b</a>", [("link", "/x", "href")]),
    "default": ('fetch(a || "/x")', [("link", "/x", "fetch()")]),
    "alternatives": (
        'fetch(a ? "/x" : ("/y"))',
        [("link", "/x", "fetch()"), ("link", "/y", "fetch()")],
    ),
    "awaited": ('a.href = await "/x"', [("link", "/x", "href")]),
    "replaced later": (
        'fetch("/x/0".replace("0", id))',
        [("link", "/x/0", "fetch()")],
    ),
    "root of an option": ('f({url: "/"})', [("link", "/", "url")]),
    "option of a name": ('f({exportUrl: "/x"})', [("link", "/x", "exportUrl")]),
}

BASES: dict[str, tuple[str, Found]] = {
    "axios.create": (
        'const a = axios.create({baseURL: "/x"}); axios.get("/y")',
        [("base", "/x", "baseURL"), ("note", "/y", "string")],
    ),
    "axios.defaults": (
        'axios.defaults.baseURL = "/x"',
        [("base", "/x", "baseURL")],
    ),
    "base with white space": ('ky.create({prefixUrl: "/x y"})', []),
    "ky": ('ky.create({prefixUrl: "/x"})', [("base", "/x", "prefixUrl")]),
}

TEXTS: dict[str, tuple[str, Found]] = {
    "variable": ('let u = "/x"', [("text", "/x", "string")]),
    "array": (
        'let u = ["/x", "/y"]',
        [("text", "/x", "string"), ("text", "/y", "string")],
    ),
    "argument": ('go("/x")', [("text", "/x", "string")]),
    "property": ('({items: "/x"})', [("text", "/x", "string")]),
    "field of a class": (
        'class A { home = "/x"; static url = "/y" }',
        [("text", "/x", "string"), ("link", "/y", "url")],
    ),
    "returned": ('function f() { return "/x" }', [("text", "/x", "string")]),
    "default of a parameter": ('(a = "/x") => a', [("text", "/x", "string")]),
    "full URL": ('let u = "https://h/x"', [("text", "https://h/x", "string")]),
    "attribute of JSX": ('<A to2="/x" />', [("text", "/x", "string")]),
    "unknown base": ('new URL("/x", base)', [("text", "/x", "string")]),
    "URL without a base": ('new URL("/x")', [("text", "/x", "string")]),
    "client of any name": ('rest.post("/x")', [("text", "/x", "post()")]),
    "unknown open": ('modal.open("/x")', [("text", "/x", "string")]),
    "pushed to an array": ('list.push("/x")', [("text", "/x", "string")]),
    "template of an address": (
        'L.tileLayer("/x/{z}/{y}.png")',
        [("text", "/x/@/@.png", "string")],
    ),
    "called at once": (
        '(function () { return "/x" })()',
        [("text", "/x", "string")],
    ),
    "long function": (
        f'{"a" * 300}("/x")',
        [("text", "/x", "string")],
    ),
    "tag of an object": ("a.b`/x`", [("text", "/x", "string")]),
    "attribute of another kind": (
        'a.setAttribute("data-a", "/x"); b.setAttribute("/y", c)',
        [("text", "/x", "string"), ("text", "/y", "string")],
    ),
    "beginning by its name": ('a = {url: "/x/" + b}', [("text", "/x/@", "url")]),
    "broken": ('f(fetch("/x"', [("text", "/x", "string")]),
}

NOTES: dict[str, tuple[str, Found]] = {
    "compared": ('location.pathname === "/x"', [("note", "/x", "string")]),
    "in": ('"/x" in routes', [("note", "/x", "string")]),
    "case": ('switch (a) { case "/x": b() }', [("note", "/x", "string")]),
    "startsWith": ('a.startsWith("/x")', [("note", "/x", "string")]),
    "asked itself": ('"/x/y".startsWith(a)', [("note", "/x/y", "string")]),
    "includes": ('["/x"].includes(a)', [("note", "/x", "string")]),
    "split": ('a.split("/x")', [("note", "/x", "string")]),
    "replace": (
        'a.replace("/x", "/y")',
        [("note", "/x", "string"), ("note", "/y", "string")],
    ),
    "property name": ('({"/x": 1})', [("note", "/x", "string")]),
    "computed name": ('({["/x"]: 1})', [("note", "/x", "string")]),
    "subscript": ('routes["/x"]', [("note", "/x", "string")]),
    "route of a client": ('({path: "/x"})', [("note", "/x", "string")]),
    "route with a component": (
        '[{path: "/x", component: X}, {path: "/y", redirect: "/x"}]',
        [("note", "/x", "route"), ("note", "/y", "route"), ("note", "/x", "route")],
    ),
    "route of AngularJS": (
        'p.when("/x", {templateUrl: "a.html"}).otherwise({redirectTo: "/y"})',
        [("note", "/x", "route"), ("note", "/y", "route")],
    ),
    "path of AngularJS": (
        '$location.path("/x"); $location.url("/y").replace()',
        [("note", "/x", "route"), ("note", "/y", "route")],
    ),
    "route of Express": ('app.get("/x", (a) => b)', [("note", "/x", "string")]),
    "route with a variable": ('go("/x/:id")', [("note", "/x/:id", "string")]),
    "name with a variable": ('f({url: "/y/:id"})', [("note", "/y/:id", "url")]),
    "route of JSX": ('<Route path="/x" />', [("note", "/x", "route")]),
    "link of a router": ('<Link to="/x" />', [("note", "/x", "route")]),
    "push of a router": ('router.push("/x")', [("note", "/x", "string")]),
    "push of a router by path": (
        'router.push({path: "/x"})',
        [("note", "/x", "string")],
    ),
    "state of a router": ('p.state("a", {url: "/x"})', [("note", "/x", "route")]),
    "selector": (
        "document.querySelector('a[href^=\"/x\"]')",
        [("note", "/x", "selector")],
    ),
    "argument of a selector": ('$("/x")', [("note", "/x", "string")]),
    "text of an element": ('a.textContent = "/x"', [("note", "/x", "string")]),
    "source map": (
        "a()\n//# sourceMappingURL=/x\n",
        [("note", "/x", "sourceMappingURL")],
    ),
}

BEGINNINGS: dict[str, tuple[str, Found]] = {
    "sum": ('fetch("/x/" + id)', [("link", "/x/@", "fetch()")]),
    "sum of several": (
        'fetch("/x/" + id + "/y/" + a.b)',
        [("link", "/x/@/y/@", "fetch()")],
    ),
    "sum of two that are unknown": (
        'fetch("/x/" + a + b)',
        [("link", "/x/@", "fetch()")],
    ),
    "sum of literals": ('fetch("/x" + "/y")', [("link", "/x/y", "fetch()")]),
    "sum in parentheses": ('fetch("/x/" + ("y" + id))', [("link", "/x/y@", "fetch()")]),
    "template literal": ("fetch(`/x/${id}/y`)", [("link", "/x/@/y", "fetch()")]),
    "template literal with two": (
        "fetch(`/x/${a}${b}`)",
        [("link", "/x/@", "fetch()")],
    ),
    "concat": ('fetch("/x".concat("/", id))', [("link", "/x/@", "fetch()")]),
    "join": ('fetch(["/x", id].join("/"))', [("link", "/x/@", "fetch()")]),
    "query": ('fetch("/x?a=" + a)', [("link", "/x?a=@", "fetch()")]),
    "free text": ('let u = "/x/" + id', [("text", "/x/@", "string")]),
    "slash in a link": ('fetch("/" + a)', [("link", "/@", "fetch()")]),
    "in the code of another": (
        'fetch("/x/" + get("/y") + `${f("/z/")}`)',
        [
            ("link", "/x/@", "fetch()"),
            ("text", "/y", "get()"),
            ("text", "/z/", "string"),
        ],
    ),
    "unknown beginning": ('fetch(base + "/x")', []),
    "later part": ('fetch("/x/" + (a ? "/y" : ""))', [("link", "/x/@", "fetch()")]),
    "appended": ('url += "/x"', []),
    "slash in free text": ('let u = "/" + a', []),
}

OWN_HOST: dict[str, tuple[str, Found]] = {
    "origin": ('fetch(location.origin + "/x")', [("link", "/x", "fetch()")]),
    "origin of window": (
        "fetch(`${window.location.origin}/x/${id}`)",
        [("link", "/x/@", "fetch()")],
    ),
    "origin of a worker": ('fetch(self.origin + "/x")', [("link", "/x", "fetch()")]),
    "origin in free text": (
        'let u = location.origin + "/x"',
        [("text", "/x", "string")],
    ),
    "protocol and host": (
        'a.href = location.protocol + "//" + location.host + "/x"',
        [("link", "/x", "href")],
    ),
    "scheme and host": (
        "new WebSocket(`wss://${location.host}/x`)",
        [("link", "/x", "new WebSocket()")],
    ),
    "hostname and port": (
        'fetch("//" + location.hostname + ":" + location.port + "/x")',
        [("link", "/x", "fetch()")],
    ),
    "hostname and perhaps a port": (
        'fetch("//" + location.hostname + (p ? ":" + p : "") + "/x")',
        [("link", "/x", "fetch()")],
    ),
    "scheme in a choice": (
        'new WebSocket((s ? "wss://" : "ws://") + location.host + "/x")',
        [("link", "/x", "new WebSocket()")],
    ),
    "domain and port": (
        'fetch("http://" + document.domain + ":" + location.port + "/x")',
        [("link", "/x", "fetch()")],
    ),
    "name of the origin": (
        'const here = location.origin; fetch(here + "/x")',
        [("link", "/x", "fetch()")],
    ),
    "another port": ('fetch("http://" + location.hostname + ":5000/x")', []),
    "host alone": ('fetch("http://" + location.host)', []),
    "host that is shown": ('f(location.host + "/x")', []),
    "origin alone": ("fetch(location.origin)", []),
}

NAMES: dict[str, tuple[str, Found]] = {
    "constant": ('const API = "/x"; fetch(API)', [("link", "/x", "fetch()")]),
    "beginning": (
        'const API = "/x"; fetch(API + "/y"); fetch(`${API}/z/${id}`)',
        [("link", "/x/y", "fetch()"), ("link", "/x/z/@", "fetch()")],
    ),
    "asked twice": (
        'const API = "/x"; fetch(API); fetch(API)',
        [("link", "/x", "fetch()")],
    ),
    "used before": (
        'function f() { fetch(API + "/y") } const API = "/x"',
        [("link", "/x/y", "fetch()")],
    ),
    "built from another": (
        'const API = "/x"; const items = API + "/y"; fetch(items)',
        [("link", "/x/y", "fetch()")],
    ),
    "property": (
        'const urls = {a: {items: "/x"}}; fetch(urls.a.items)',
        [("link", "/x", "fetch()")],
    ),
    "elements": (
        'const urls = ["/x", "/y"]; cache.addAll(urls)',
        [("link", "/x", "addAll()"), ("link", "/y", "addAll()")],
    ),
    "assigned twice": (
        'let url = "/x"; url = f(); fetch(url)',
        [("text", "/x", "string")],
    ),
    "declared twice": (
        'function f() { let url = "/x" } function g() { let url = "/y"; fetch(url) }',
        [("text", "/x", "string"), ("text", "/y", "string")],
    ),
    "parameter of the same name": (
        'const url = "/x"; function f(url) { fetch(url) }',
        [("text", "/x", "string")],
    ),
    "property assigned": (
        'const urls = {items: "/x"}; urls.items = "/y"; fetch(urls.items)',
        [("text", "/x", "string"), ("text", "/y", "string")],
    ),
    "name of a minified script": ('var a = "/x"; fetch(a)', [("text", "/x", "string")]),
    "pattern": ('const {url} = "/x"; fetch(url)', [("text", "/x", "string")]),
    "too deep": (
        "const urls = {a: {b: {c: {d: {e: '/x'}}}}}; fetch(urls.a.b.c.d.e)",
        [("text", "/x", "string")],
    ),
    "name in quotation marks": (
        "const urls = {'a': '/x'}; fetch(urls.a)",
        [("text", "/x", "string")],
    ),
}

NOTHING = {
    "comments": '/* fetch("/x") */ // fetch("/x")\n<!-- "/x"',
    "regular expression": 'a.match(/"\\/x"/)',
    "text of JSX": "<p>Go to '/x' now</p>",
    "directive": '"use strict"',
    "media type": 'a.type = "text/html"',
    "date": 'format("YYYY/MM/DD")',
    "slash": 'let a = "/"; path.join("/"); if (a === "/") b()',
    "prose": 'let a = "Yes / no", b = "/x y", c = "and/or"',
    "slash by its name": 'a = {url: "/", next: "/"}; url.pathname = "/"',
    "dots": 'a = "/./", b = "/..", c = "/$"',
    "word by its name": 'a = {next: "b/c", url: "d e/"}',
    "glob": 'let a = "/*", b = "/**/*.js"',
    "pattern": 'let a = "^/x$", b = "/x(.*)", c = "/x|/y"',
    "end of a tag": 'let a = "/>", b = "</div>"',
    "package": 'import a from "lodash/fp"; import("react-dom/client")',
    "host": 'a = "https://h"; b = "https://h/"; c = "//h"',
    "log": 'console.log("/x"); throw new Error("/x"); alert("/x")',
    "relative in free text": 'let a = "x/y"',
    "white space in a link": 'fetch("/x y")',
    "empty": "",
}

TABLE = LINKS | {
    f"{kind}: {name}": row
    for kind, rows in {
        "base": BASES, "text": TEXTS, "note": NOTES, "beginning": BEGINNINGS,
        "own host": OWN_HOST, "name": NAMES,
    }.items()
    for name, row in rows.items()
}  # fmt: skip


def found_in(text: str) -> list[Reference]:
    return [*read(text, "text/javascript")]


def plain(url: str) -> str:
    return url.replace(HOLE, "@")


@pytest.mark.parametrize(("text", "expected"), TABLE.values(), ids=TABLE.keys())
def test_each_url_is_found_with_what_it_is_given_to(text: str, expected: Found) -> None:
    found = [(one.use, plain(one.url), one.position) for one in found_in(text)]
    assert found == expected


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING.keys())
def test_what_is_no_url_is_left_alone(text: str) -> None:
    uses = {one.use for one in found_in(text)}
    assert uses == set()


def test_a_url_that_is_joined_to_a_literal_has_it_as_its_base() -> None:
    (found,) = found_in('new URL("/x", "https://h")')
    assert (found.url, found.base) == ("/x", "https://h")


METHODS = {
    "fetch": ('fetch("/x", {method: "POST"})', "POST"),
    "fetch with other options": ('fetch("/x", {mode: "a/b", body: b, ...c})', "GET"),
    "Request": ('new Request("/x", {"method": "delete"})', "DELETE"),
    "XMLHttpRequest": ('xhr.open("put", "/x")', "PUT"),
    "axios.post": ('axios.post("/x")', "POST"),
    "axios options": ('axios({method: "patch", url: "/x"})', "PATCH"),
    "jQuery type": ('$.ajax({url: "/x", type: "POST"})', "POST"),
    "jQuery data type": ('$.ajax({url: "/x", type: "text"})', "GET"),
    "jQuery options later": ('$.ajax("/x", {method: "POST"})', "POST"),
    "client of any name": ('rest.post("/x")', "POST"),
    "sendBeacon": ('navigator.sendBeacon("/x")', "POST"),
    "htmx": ('htmx.ajax("POST", "/x")', "POST"),
    "options of their own": ('const o = {url: "/x", method: "POST"}', "POST"),
    "options without a name": ('f({url: "/x", type: "a"}, {method: "POST"})', "POST"),
}


@pytest.mark.parametrize(("text", "method"), METHODS.values(), ids=METHODS.keys())
def test_a_url_has_the_method_that_asks_for_it(text: str, method: str) -> None:
    found = [(one.url, one.method) for one in found_in(text)]
    assert found == [("/x", method)]


PLACES = {
    "whole": ('fetch("/x")', "/x", True, ()),
    "after other letters": ('"ü\N{GRINNING FACE}"; fetch("/x")', "/x", True, ()),
    "after half a character": ('"\ud83d"; fetch("/x")', "/x", True, ()),
    "template literal": ("fetch(`/x`)", "/x", True, ()),
    "escaped": (r'fetch("\/x")', r"\/x", False, ()),
    "escaped as numbers": (r'fetch("\x2fx\u{0}")', r"\x2fx\u{0}", False, ()),
    "sum": ('fetch("/x/" + a.b + "/y" + c)', "/x/", False, ("a.b", "c")),
    "two that are unknown": ('fetch("/x/" + a + b)', "/x/", False, ("a + b",)),
    "substitution": ("fetch(`/x/${a.b}/y`)", "/x/", False, ("a.b",)),
    "own host": ('fetch(location.origin + "/x")', "/x", True, ()),
    "constant": ('const API = "/x"; fetch(API)', "/x", True, ()),
    "before a selector": ('$(a).load("/x #y")', "/x", True, ()),
    "before a sum": ('$(a).load("/x #" + y)', "/x #", False, ("y",)),
    "name in braces": ('fetch("/x/{id}")', "/x/{id}", False, ("id",)),
    "selector": ("$('[href=\"/x\"]')", "/x", False, ()),
    "selector with a variable": ("$('[href=\"/x\"]' + y)", '[href="/x"]', False, ()),
    "long code": (f'fetch("/x/" + {"a" * 300})', "/x/", False, ("a" * 200,)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "written", "is_plain", "holes"), PLACES.values(), ids=PLACES.keys()
)
def test_a_url_has_the_place_of_the_literal_it_begins_with(
    text: str, written: str, is_plain: bool, holes: tuple[str, ...]
) -> None:
    (found,) = found_in(text)
    assert text[found.start : found.end] == written
    assert (found.is_plain, found.holes) == (is_plain, holes)


ESCAPES = {
    r"\/x": "/x",
    r"/\x78": "/x",
    r"/\u0078": "/x",
    r"/\u{78}": "/x",
    r"/\ud83d\ude00": "/\N{GRINNING FACE}",
    r"/\u{ffffff}": "/\N{REPLACEMENT CHARACTER}",
    r"/\ud83d": "/\N{REPLACEMENT CHARACTER}",
    "/x\\\ny": "/xy",
    r"/\0": "/\0",
}


@pytest.mark.parametrize(("written", "url"), ESCAPES.items(), ids=ascii)
def test_a_url_has_its_escapes_resolved(written: str, url: str) -> None:
    assert [one.url for one in found_in(f'fetch("{written}")')] == [url]


def test_an_expression_of_a_template_stays_as_it_is() -> None:
    text = f'fetch("{HOLE * 2}/x"); fetch("/x/" + {HOLE * 2}); f({HOLE * 2});'
    found = [(one.url, one.holes) for one in found_in(text)]
    assert found == [(f"{HOLE * 2}/x", ()), (f"/x/{HOLE * 2}", ())]


EMBEDDED = {
    "HTML": ("""a.innerHTML = '<a href="/x">b</a>'""", "href", "/x", True, ()),
    "HTML in a template literal": (
        'a.innerHTML = `<b class="${c}">\n<a href="/x">${d}</a>`',
        "href", "/x", True, (),
    ),
    "HTML in a sum": (
        """f('<b>' + c + '</b>' +\n ' <a href="/x">')""",
        "href", "/x", True, (),
    ),
    "HTML with a beginning": (
        "f(`<a href='/x/${a.b}/y'>${c}</a>`)",
        "href", "/x/@/y", False, ("a.b",),
    ),
    "HTML in a sum with a beginning": (
        """f("<a href='/x/" + a.b + "'>")""",
        "href", "/x/@", False, ("a.b",),
    ),
    "HTML with an expression of a template": (
        f"f(`<a href='/x/{HOLE * 2}/${{a}}'>`)",
        "href", "/x/@@/@", False, ("a",),
    ),
    "HTML with escapes": (r'f("<a href=\"/x\">")', "href", "/x", False, ()),
    "HTML in a sum with escapes": (
        r"""f("<a href=\"/x/" + a.b + "\">" + c)""",
        "href", "/x/@", False, ("a.b",),
    ),
    "HTML that is parted in a word": (
        """f('<a hr' + 'ef="/x">')""",
        "href", "/x", False, (),
    ),
    "HTML that is joined": (
        """f(['<a href="/x">', b, '</a>'].join(" "))""",
        "href", "/x", False, (),
    ),
    "HTML of JSX": ("<p title='<a href=\"/x\">' />", "href", "/x", True, ()),
    "HTML with a tag": ("html`<a href='/x'>${b}</a>`", "href", "/x", True, ()),
    "CSS value": ('a.style.backgroundImage = "url(/x)"', "url()", "/x", True, ()),
    "CSS declaration": ('a.style.cssText = "a: url(/x)"', "url()", "/x", True, ()),
    "CSS of an option": ('$(a).css({background: "url(/x)"})', "url()", "/x", True, ()),
    "CSS rule": ('sheet.insertRule("a { b: url(/x) }")', "url()", "/x", True, ()),
    "CSS of a name": ('a.href = "url(/x)"', "href url()", "/x", True, ()),
    "FontFace": (
        'new FontFace("a", "url(/x)")',
        "new FontFace() url()", "/x", True, (),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "position", "url", "is_plain", "holes"),
    EMBEDDED.values(),
    ids=EMBEDDED.keys(),
)
def test_a_text_of_another_language_is_read(
    text: str, position: str, url: str, is_plain: bool, holes: tuple[str, ...]
) -> None:
    (found,) = found_in(text)
    assert (found.position, plain(found.url)) == (position, url)
    assert (found.is_plain, found.holes) == (is_plain, holes)
    if is_plain:
        assert text[found.start : found.end] == url
    else:
        assert "<a h" in text[found.start :] or "/x/" in text[found.start :]


def test_a_text_that_has_a_name_is_read_once() -> None:
    text = """const link = '<a href="/x">'; a.innerHTML = link; b.innerHTML = link"""
    assert [one.url for one in found_in(text)] == ["/x"]


def test_markup_that_is_only_shown_is_left_alone() -> None:
    assert found_in("""console.log('<a href="/x">')""") == []


def test_a_long_text_is_read() -> None:
    text = "// \N{GRINNING FACE}\n" * 20_000 + 'fetch("/x")'
    (found,) = found_in(text)
    assert text[found.start : found.end] == "/x"


def test_a_text_that_takes_too_long_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(syntax_tree, "_SHORT", 100)
    monkeypatch.setattr(syntax_tree, "_SECONDS", -1)
    assert found_in('fetch("/x");' * 1000) == []


def test_a_place_between_two_nodes_leads_to_none() -> None:
    tree = syntax_tree.SyntaxTree("f  ;   g", LANGUAGE)
    names = [tree.text_of(visit.node) for visit in tree.down_to([1, 5, 7, 9])]
    assert names == ["f  ;   g", "f  ;", "g", "g"]


DEEP = {
    "parentheses": "(" * 5_000 + '"/x"' + ")" * 5_000,
    "open parentheses": '("/x",' * 5_000,
    "calls": 'f("/x" + ' * 5_000 + "1" + ")" * 5_000,
    "sum": "f(" + '"/x" + ' * 5_000 + "1)",
    "objects": "({a: " * 5_000 + '"/x"' + "})" * 5_000,
    "chain": "a" + '.b("/x")' * 5_000,
    "substitutions": "`/x${" * 5_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_a_deep_text_is_read(text: str) -> None:
    assert all(HOLE not in one.position for one in found_in(text))


def test_no_text_makes_the_reader_fail() -> None:
    chosen = random.Random(1)
    words = [
        *"\"'`/\\{}()[]<>=+?:;,.$#\n\0\ud800ü", HOLE * 3, "${", "/x", "fetch(", "=>",
        "<a href=", "url(", "location.origin", "const abc = ", "abc", "//", "/*", "*/",
        "[", "].join(", '.concat("', "new URL(", "import ", "\\u{", "\\x2f",
    ]  # fmt: skip
    for _ in range(300):
        text = "".join(chosen.choices(words, k=40))
        for one in found_in(text):
            assert 0 <= one.start <= one.end <= len(text)
            assert not one.is_plain or text[one.start : one.end] == one.url, text
