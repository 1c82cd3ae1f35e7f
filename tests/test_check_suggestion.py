"""What to write in place of a wrong URL: proved by running what was written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, url_for
from marked import source

from flask_prefix_urls import PrefixURLs, forwarded_prefix
from flask_prefix_urls.check.findings import Replacement
from flask_prefix_urls.check.places.written import Written
from flask_prefix_urls.check.sources.source import Source
from flask_prefix_urls.check.suggestions.suggestion import suggest
from flask_prefix_urls.check.texts.reference import HOLE, Reference
from flask_prefix_urls.check.verdicts.address import Address
from flask_prefix_urls.check.verdicts.judge import Judge
from flask_prefix_urls.check.verdicts.verdict import Verdict

PYTHON = {"kind": "python", "name": "shop.py", "language": "python"}
STATIC = {"kind": "static", "position": "url()", "language": "css"}
SCRIPT = {"position": "fetch()", "language": "javascript"}


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    static = tmp_path / "static"
    (static / "css").mkdir(parents=True)
    (static / "img").mkdir()
    for name in ("x.css", "css/site.css", "img/x.png", "img/a b.png", "app.js", "a:b"):
        (static / name).write_text("")
    app = Flask("shop", root_path=str(tmp_path))
    for rule, endpoint in {
        "/": "index",
        "/about": "about",
        "/team/": "team",
        "/login": "login",
        "/items/<int:id>": "item",
        "/items/<int:id>/<path:rest>": "rest",
        "/files/<name>.txt": "file",
        "/lists/<any('new', 'old'):kind>": "list",
        "/keyword/<class>": "keyword",
    }.items():
        app.add_url_rule(rule, endpoint, lambda **_: "")
    blog = Blueprint("blog", "shop", url_prefix="/blog")
    blog.add_url_rule("/<slug>", "post", lambda **_: "")
    app.register_blueprint(blog)
    return app


@pytest.fixture
def prefixed(app: Flask) -> Flask:
    PrefixURLs(app, "/svc")
    return app


@pytest.fixture
def scoped(app: Flask) -> Flask:
    """An app whose blueprint has a prefix of its own."""
    PrefixURLs(app, "/svc", blueprints={"blog": "/public"})
    return app


def judged(app: Flask, reference: Reference) -> Verdict:
    judge = Judge(app)
    verdict = judge.verdict_of(reference, f"{judge.base_url}svc/", {})
    assert verdict is not None
    assert verdict.kind != "right"
    return verdict


def suggested(
    app: Flask, written_in: Source, shown: Reference | None = None
) -> tuple[str, Replacement | None]:
    """Return what is suggested for the one URL of a source."""
    (reference,) = written_in.references
    shown = shown or reference
    return suggest(app, judged(app, shown), shown, Written(written_in, reference))


def changed(text: str, change: Replacement | None) -> str:
    assert change is not None
    return text[: change.start] + change.text + text[change.end :]


@pytest.mark.parametrize(
    ("marked", "words", "rendered"),
    [
        ('<a href="«/about»">', "{{ url_for('about') }}", '<a href="/svc/about">'),
        ("<a href='«/about»'>", "{{ url_for('about') }}", "<a href='/svc/about'>"),
        ("<a href=«/about»>", "{{ url_for('about') }}", "<a href=/svc/about>"),
        ('<a href="«/»">', "{{ url_for('index') }}", '<a href="/svc/">'),
        ('<a href="«/team»">', "{{ url_for('team') }}", '<a href="/svc/team/">'),
        (
            '<a href="«/about?q={{ q }}&amp;n=1#{{ id }}»">',
            "{{ url_for('about') }}?q={{ q }}&amp;n=1#{{ id }}",
            '<a href="/svc/about?q=word&amp;n=1#7">',
        ),
        (
            '<a href="«/items/{{ id }}»">',
            "{{ url_for('item', id=id) }}",
            '<a href="/svc/items/7">',
        ),
        (
            '<a href="«/items/7»">',
            "{{ url_for('item', id=7) }}",
            '<a href="/svc/items/7">',
        ),
        (
            '<a href="«/items/{{ id }}/a/{{ q|urlencode }}»">',
            "{{ url_for('rest', id=id, rest='a/' ~ q) }}",
            '<a href="/svc/items/7/a/word">',
        ),
        (
            '<a href="«/files/{{ q or id }}-{{ id }}.txt»">',
            "{{ url_for('file', name=(q or id) ~ '-' ~ id) }}",
            '<a href="/svc/files/word-7.txt">',
        ),
        (
            '<a href="«/items/{{ void }}{{ id }}»">',
            "{{ url_for('item', id=void ~ id) }}",
            '<a href="/svc/items/7">',
        ),
        (
            '<a href="«/blog/{{ post.slug }}»">',
            "{{ url_for('blog.post', slug=post.slug) }}",
            '<a href="/svc/blog/hello">',
        ),
        (
            '<link href="«/static/x.css»">',
            "{{ url_for('static', filename='x.css') }}",
            '<link href="/svc/static/x.css">',
        ),
        (
            '<img src="«/static/img/{{ q }}.png»">',
            "{{ url_for('static', filename='img/' ~ q ~ '.png') }}",
            '<img src="/svc/static/img/word.png">',
        ),
        (
            '<img src="«/static/{{ q }}.png»">',
            "{{ url_for('static', filename=q ~ '.png') }}",
            '<img src="/svc/static/word.png">',
        ),
        (
            '<img srcset="/svc/a.png 1x, «/static/x.css» 2x">',
            "{{ url_for('static', filename='x.css') }}",
            '<img srcset="/svc/a.png 1x, /svc/static/x.css 2x">',
        ),
        (
            '<a href="«/svc/svc/about»">',
            "{{ url_for('about') }}",
            '<a href="/svc/about">',
        ),
        (
            '<a href="«/svc{{ url_for("about") }}#a»">',
            '{{ url_for("about") }}#a',
            '<a href="/svc/about#a">',
        ),
        (
            '<a href="«{{ request.path }}?page=2»">',
            "{{ request.script_root }}{{ request.path }}?page=2",
            '<a href="/svc/about?page=2">',
        ),
        (
            '<script>fetch("«/items/{{ id }}»")</script>',
            "{{ url_for('item', id=id) }}",
            '<script>fetch("/svc/items/7")</script>',
        ),
        (
            "<b onclick=\"go('«/about»')\">",
            "{{ url_for('about') }}",
            "<b onclick=\"go('/svc/about')\">",
        ),
        ('<base href="«/»">', "{{ url_for('index') }}", '<base href="/svc/">'),
    ],
    ids=lambda value: value if "«" in value else "",
)
def test_a_template_calls_url_for(
    prefixed: Flask, marked: str, words: str, rendered: str
) -> None:
    template = source(marked)
    (reference,) = template.references
    shown = None
    if reference.url.startswith(HOLE) or "url_for" in marked:
        # Only the page shows what is wrong.
        url = "/about" if "path" in marked else "/svc/svc/about"
        shown = Reference(url, "href", 0, 0, "html")
    text, change = suggested(prefixed, template, shown)
    assert text == words
    new = changed(template.text, change)
    context = {"id": 7, "void": "", "q": "word", "post": {"slug": "hello"}}
    with prefixed.test_request_context("/about"):
        assert prefixed.jinja_env.from_string(new).render(context) == rendered


@pytest.mark.parametrize(
    ("marked", "values", "rendered"),
    [
        (
            '<script>fetch("«/items/»" + id)</script>',
            {"url": f"/items/{HOLE}", "holes": ("id",), "is_plain": False, **SCRIPT},
            '<script>fetch("/svc/items/" + id)</script>',
        ),
        (
            '<base href="«/blog/»">',
            {"use": "base"},
            '<base href="/svc/blog/">',
        ),
    ],
    ids=["beginning", "base"],
)
def test_a_template_puts_the_root_before_a_beginning(
    prefixed: Flask, marked: str, values: dict[str, Any], rendered: str
) -> None:
    template = source(marked, **values)
    words, change = suggested(prefixed, template)
    assert words.startswith("{{ request.script_root }}/")
    new = changed(template.text, change)
    with prefixed.test_request_context():
        assert prefixed.jinja_env.from_string(new).render(id=7) == rendered


@pytest.mark.parametrize(
    ("marked", "values", "words"),
    [
        (
            '{% set nav = ["«/about»"] %}',
            {"position": "string", "language": "python", "use": "text"},
            "url_for('about')",
        ),
        (
            '{% set nav = ["«/items/»" ~ id] %}',
            {
                "url": f"/items/{HOLE}",
                "holes": ("id",),
                "position": "string",
                "language": "python",
            },
            "",
        ),
        (
            '<link href="«http://localhost/about»">',
            {},
            "{{ url_for('about', _external=True) }}",
        ),
        (
            '<a href="«/about{% if q %}?q={{ q }}{% endif %}»">',
            {"url": "/about"},
            "{{ request.script_root }}/about{% if q %}?q={{ q }}{% endif %}",
        ),
        ('<a href="«&#x2f;about»">', {"is_plain": False}, ""),
        ('<a href="«/lists/{{ kind }}»">', {}, "{{ url_for('list', kind=kind) }}"),
        (
            '<a href="«/items/{{ id }}»">',
            {"holes": ()},
            "{{ request.script_root }}/items/{{ id }}",
        ),
    ],
    ids=[
        "in code",
        "a beginning in code",
        "host",
        "statement",
        "escapes",
        "a converter that refuses samples",
        "no code for a HOLE",
    ],
)
def test_a_template_gets_words(
    prefixed: Flask, marked: str, values: dict[str, Any], words: str
) -> None:
    text, _ = suggested(prefixed, source(marked, **values))
    assert text == words


def test_a_template_of_a_library_is_overridden(prefixed: Flask) -> None:
    template = source('<a href="«/»">', name="admin/base.html", is_installed=True)
    assert suggested(prefixed, template) == (
        "{{ url_for('index') }} in a template of the app that is named"
        " admin/base.html, too",
        None,
    )


@pytest.mark.parametrize("kind", ["python", "static"])
def test_nobody_edits_the_code_of_a_library(prefixed: Flask, kind: str) -> None:
    library = source('x = "«/about»"', kind=kind, is_installed=True)
    assert suggested(prefixed, library) == ("", None)


def test_each_scope_has_its_own_root(scoped: Flask) -> None:
    """So no root can stand in front of what any of them may answer."""
    template = source('<base href="«/blog/»">', use="base")
    assert suggested(scoped, template) == ("", None)
    template = source('<a href="«/svc/blog/{{ slug }}»">')
    words, change = suggested(scoped, template)
    assert words == "{{ url_for('blog.post', slug=slug) }}"
    with scoped.test_request_context():
        new = changed(template.text, change)
        shown = scoped.jinja_env.from_string(new).render(slug="hello")
    assert shown == '<a href="/public/blog/hello">'


def test_a_prefix_function_needs_no_request(app: Flask) -> None:
    PrefixURLs(app, forwarded_prefix())
    template = source('<a href="«/about»">')
    (reference,) = template.references
    verdict = Judge(app).verdict_of(reference, None, {})
    assert verdict is not None
    written = Written(template, reference)
    _, change = suggest(app, verdict, reference, written)
    assert changed(template.text, change) == "<a href=\"{{ url_for('about') }}\">"


def test_an_app_in_a_mount_gets_its_prefix_and_its_mount(app: Flask) -> None:
    app.config["APPLICATION_ROOT"] = "/mount"
    PrefixURLs(app, "/svc")
    template = source('<a href="«/mount/about»">')
    _, change = suggested(app, template)
    assert changed(template.text, change) == "<a href=\"{{ url_for('about') }}\">"


def test_a_subdomain_that_is_a_variable_is_not_guessed(app: Flask) -> None:
    app.add_url_rule("/mine", "mine", str, subdomain="<tenant>")
    reference = Reference("/mine", "href", 0, 0, "html")
    address = Address("one.example.com", "/mine", "", "")
    verdict = Verdict("no-prefix", "mine", root="/svc", address=address)
    assert suggest(app, verdict, reference, None) == ("", None)


def test_a_host_that_was_written_by_hand_is_not_changed(prefixed: Flask) -> None:
    """The app may not know its own, where nothing tells it."""
    template = source('<link href="«http://localhost/about»">')
    assert suggested(prefixed, template)[1] is None


@pytest.mark.parametrize(
    "host",
    [
        "{{ request.host_url }}",
        "{{ request.host_url }}/",
        "{{ request.host_url | safe }}",
        "{{ request.host_url.rstrip('/') }}/",
        "{{ request.scheme }}://{{ request.host }}/",
        "https://{{ request.host }}/",
        "//{{ request.host }}/",
    ],
)
def test_the_host_of_the_request_stays(prefixed: Flask, host: str) -> None:
    template = source(f'<a href="«{host}items/{{{{ id }}}}»">')
    shown = Reference("http://localhost/items/7", "href", 0, 0, "html")
    words, change = suggested(prefixed, template, shown)
    assert words == "{{ url_for('item', id=id, _external=True) }}"
    new = changed(template.text, change)
    with prefixed.test_request_context():
        rendered = prefixed.jinja_env.from_string(new).render(id=7)
    assert rendered == '<a href="http://localhost/svc/items/7">'


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("//[{{ host }}/about", "http://localhost/about"),
        ("{{ root }}/about/x", "/about"),
        ("/svc{{ a }}/about", "/about"),
        ("/{{ a }}/{{ b }}/{{ c }}", "/about"),
        ("{{ root }}/about", "/svc/svc/about"),
    ],
    ids=["no host", "another path", "a part", "other parts", "a HOLE before a path"],
)
def test_a_url_that_no_rule_fits_gets_no_words(
    scoped: Flask, marked: str, shown: str
) -> None:
    reference = Reference(shown, "href", 0, 0, "html")
    template = source(f'<a href="«{marked}»">')
    assert suggested(scoped, template, reference) == ("", None)


def test_a_rule_with_defaults_gets_only_what_its_path_has(app: Flask) -> None:
    app.add_url_rule("/pages/", "pages", str, defaults={"page": 1})
    app.add_url_rule("/pages/<int:page>", "pages", str)
    PrefixURLs(app, "/svc")
    template = source('<a href="«/pages/{{ n }}»">')
    words, change = suggested(app, template)
    assert (words, change is None) == ("{{ url_for('pages', page=n) }}", False)


def test_what_is_not_proven_is_no_change(app: Flask) -> None:
    """Here a function of the app gives each URL another value."""

    @app.url_defaults
    def add_anchor(_: str, values: dict[str, Any]) -> None:
        values["_anchor"] = "x"

    PrefixURLs(app, "/svc")
    assert suggested(app, source('<a href="«/about»">')) == (
        "{{ url_for('about') }}",
        None,
    )


def test_a_function_that_fails_proves_nothing(app: Flask) -> None:
    @app.url_defaults
    def fail(*_: object) -> None:
        raise RuntimeError

    PrefixURLs(app, "/svc")
    css = source("a { background: url(«/about») }", **STATIC)
    assert suggested(app, source('<a href="«/about»">'))[1] is None
    assert suggested(app, css)[1] is None


@pytest.mark.parametrize(
    ("module", "values", "words", "location"),
    [
        (
            "from flask import redirect\n"
            'def view(id):\n    return redirect("«/login»")',
            {},
            'url_for("login")',
            "/svc/login",
        ),
        (
            "from flask import redirect, url_for as u\n"
            "def view(id):\n    return redirect(«'/login'»)",
            {"url": "/login"},
            'u("login")',
            "/svc/login",
        ),
        (
            "import re, flask\ndef view(id):\n"
            "    return flask.redirect(f'«/items/{id}»')",
            {"url": f"/items/{HOLE}", "holes": ("id",), "is_plain": False},
            'flask.url_for("item", id=id)',
            "/svc/items/7",
        ),
        (
            "from flask import *\ndef view(id):\n"
            '    return redirect("«/items/»" + str(id) + "/a" + "/é")',
            {"url": f"/items/{HOLE}/a/é", "is_plain": False},
            'url_for("rest", id=str(id), rest="a/é")',
            "/svc/items/7/a/%C3%A9",
        ),
        (
            "from flask import *\ndef view(id):\n"
            "    return redirect(f'«/files/é{id + 1}-{id}.txt»')",
            {"url": f"/files/é{HOLE}-{HOLE}.txt", "is_plain": False},
            'url_for("file", name="é" + str((id + 1)) + "-" + str(id))',
            "/svc/files/%C3%A98-7.txt",
        ),
        (
            "from flask import *\ndef view(id):\n"
            '    return redirect(request.args.get("next") or "«/login?a=1#b»")',
            {},
            'url_for("login") + "?a=1#b"',
            "/svc/login?a=1#b",
        ),
        (
            "from flask import *\ndef view(id):\n"
            "    return redirect(request.host_url + '«items/7»')",
            {"url": f"{HOLE}items/7", "is_plain": False},
            'url_for("item", id=7, _external=True)',
            "http://localhost/svc/items/7",
        ),
        (
            "from flask import *\nview = lambda id: redirect('«/items/7»')",
            {},
            'url_for("item", id=7)',
            "/svc/items/7",
        ),
        (
            "from flask import *\ndef view(id):\n"
            "    é = '«/login»'; return redirect(é)",
            {},
            'url_for("login")',
            "/svc/login",
        ),
    ],
    ids=[
        "an import to add",
        "another name",
        "f-string",
        "sum",
        "f-string within a value",
        "or",
        "host",
        "lambda",
        "after a letter of two bytes",
    ],
)
def test_python_calls_url_for(
    prefixed: Flask, module: str, values: dict[str, Any], words: str, location: str
) -> None:
    python = source(module, position="redirect()", **{**PYTHON, **values})
    shown = None
    if "host_url" in module:
        shown = Reference("http://localhost/items/7", "Location", 0, 0, "header")
    text, change = suggested(prefixed, python, shown)
    assert text == words
    new = changed(python.text, change)
    assert change is not None
    assert change.imports == ("url_for" if "import redirect\n" in module else "")
    names: dict[str, Any] = {"url_for": url_for} if change.imports else {}
    exec(new, names)
    with prefixed.test_request_context():
        assert names["view"](7).location == location


IN_VIEW = "from flask import *\ndef view(id):\n    return "


@pytest.mark.parametrize(
    ("module", "values", "words"),
    [
        ('from flask import *\nNAV = ["«/about»"]', {}, 'url_for("about")'),
        ('from flask import *\ndef f(url="«/about»"): 1', {}, 'url_for("about")'),
        ('from flask import *\n@f("«/about»")\ndef f(): 1', {}, 'url_for("about")'),
        ('def view():\n    return "«/about»"', {}, 'url_for("about")'),
        (
            'from flask import *\nfrom a import url_for\ndef f(): return "«/about»"',
            {},
            'url_for("about")',
        ),
        (
            'from flask import *\ndef url_for(): 1\ndef f(): return "«/about»"',
            {},
            'url_for("about")',
        ),
        (
            'from flask import *\ndef f(url_for): return "«/about»"',
            {},
            'url_for("about")',
        ),
        (
            'from flask import *\nurl_for = 1\ndef f(): return "«/about»"',
            {},
            'url_for("about")',
        ),
        ('syntax error\n"«/about»"', {}, 'url_for("about")'),
        (f'{IN_VIEW}"«/about»"', {"use": "text"}, 'url_for("about")'),
        (f'{IN_VIEW}"«/about?a»" * 2', {}, 'url_for("about") + "?a"'),
        (
            f"{IN_VIEW}f'«/about?{{id}}»'",
            {"url": f"/about?{HOLE}", "is_plain": False},
            'url_for("about")',
        ),
        (
            f"{IN_VIEW}f'«/items/{{id:03}}»'",
            {"url": f"/items/{HOLE}", "is_plain": False},
            "",
        ),
        (
            f"{IN_VIEW}'«/blog/»' + quote(id)",
            {"url": f"/blog/{HOLE}", "is_plain": False},
            'url_for("blog.post", slug=quote(id))',
        ),
        (
            f"{IN_VIEW}'«/blog/%s»' % id",
            {"url": f"/blog/{HOLE}", "holes": ("id",), "is_plain": False},
            'url_for("blog.post", slug=id)',
        ),
        (f"{IN_VIEW}'«/keyword/x»'", {}, ""),
        (
            f"{IN_VIEW}'<a href=\"«/about»\">'",
            {"position": "href", "language": "html"},
            'url_for("about") in an f-string',
        ),
    ],
    ids=[
        "module",
        "default of an argument",
        "decorator",
        "no import of Flask",
        "another url_for imported",
        "another url_for defined",
        "another url_for as an argument",
        "another url_for assigned",
        "syntax",
        "free text",
        "within an operation",
        "query with a HOLE",
        "format",
        "quoted twice",
        "old formatting",
        "keyword as a name",
        "HTML",
    ],
)
def test_python_gets_words(
    prefixed: Flask, module: str, values: dict[str, Any], words: str
) -> None:
    given = {"position": "redirect()", **PYTHON, **values}
    assert suggested(prefixed, source(module, **given)) == (words, None)


@pytest.mark.parametrize(
    "module",
    [
        "render_template_string('<a href=\"«/about»\">')",
        'render_template_string("""<a href=\'«/about»\'>""")',
        "shop.jinja_env.from_string(\"<a href='«/about»'>\").render()",
        "render_template_string(PAGE)\nPAGE = '<a href=\"«/about»\">'",
    ],
)
def test_a_template_in_a_module_calls_url_for(prefixed: Flask, module: str) -> None:
    given = {**PYTHON, "language": "html"}
    marked = f"from flask import *\ndef view():\n    return {module}"
    python = source(marked, element=(("", "a"), ("href", "/about")), **given)
    words, change = suggested(prefixed, python)
    assert words in ("{{ url_for('about') }}", '{{ url_for("about") }}')
    names: dict[str, Any] = {"shop": prefixed}
    exec(changed(python.text, change), names)
    with prefixed.test_request_context():
        assert "/svc/about" in names["view"]()


@pytest.mark.parametrize(
    ("name", "marked", "values", "path"),
    [
        ("css/site.css", "url(«/static/img/x.png»)", {}, "../img/x.png"),
        (
            "css/site.css",
            "url(«/static/img/a%20b.png?v=1#a»)",
            {},
            "../img/a%20b.png?v=1#a",
        ),
        ("css/site.css", "url(«/static/css/site.css»)", {}, "site.css"),
        ("x.css", "url(«/static/a:b»)", {}, "a%3Ab"),
        (
            "manifest.json",
            '{"start_url": "«/»"}',
            {"language": "json", "position": "$.start_url"},
            "../",
        ),
        (
            "app.webmanifest",
            '{"icons": [{"src": "«/static/img/x.png»"}]}',
            {"language": "json", "position": "$.icons[0].src"},
            "img/x.png",
        ),
        (
            "app.js",
            'import "«/static/app.js»"',
            {"language": "javascript", "position": "import"},
            "./app.js",
        ),
    ],
    ids=[
        "picture",
        "query",
        "same folder",
        "colon",
        "start_url",
        "icon",
        "import",
    ],
)
def test_a_static_file_has_a_relative_path(
    prefixed: Flask, name: str, marked: str, values: dict[str, Any], path: str
) -> None:
    file = source(marked, name=name, **{**STATIC, **values})
    words, change = suggested(prefixed, file)
    assert words == path
    assert changed(file.text, change) == re.sub("«.*»", path, marked)
    (reference,) = file.references
    judge = Judge(prefixed)
    page = f"{judge.base_url}svc/static/{name}"
    verdict = judge.verdict_of(reference._replace(url=path), page, {})
    assert verdict is not None
    assert verdict.kind == "right"


@pytest.mark.parametrize(
    ("name", "marked", "values", "words"),
    [
        (
            "app.js",
            'fetch("«/items/7»")',
            SCRIPT,
            "the URL from the page, such as data-url=\"{{ url_for('item', id=7) }}\"",
        ),
        (
            "app.js",
            'fetch("«/items/»" + id)',
            {"url": f"/items/{HOLE}", "is_plain": False, **SCRIPT},
            'the root from the page, such as data-root="{{ request.script_root }}"',
        ),
        (
            "sw.js",
            "self.addEventListener('install', () => cache.addAll(['«/about»']))",
            {**SCRIPT, "position": "addAll()"},
            "../about",
        ),
        (
            "js/worker.js",
            "importScripts('«/static/app.js»')",
            {**SCRIPT, "position": "importScripts()"},
            "../app.js",
        ),
        (
            "data.json",
            '{"url": "«/about»"}',
            {"language": "json", "position": "$.url"},
            'url_for("about"), and serve it from a view',
        ),
        (
            "manifest.json",
            '{"id": "«/about»"}',
            {"language": "json", "position": "$.id"},
            'url_for("about"), and serve it from a view',
        ),
        (
            "page.html",
            '<a href="«/about»">',
            {"language": "html", "position": "href"},
            "{{ url_for('about') }}, and serve it as a template",
        ),
        (
            "page.html",
            '<a href="«/keyword/x»">',
            {"language": "html", "position": "href"},
            "",
        ),
        (
            "x.css",
            r"url(«\2f about»)",
            {"url": "/about", "is_plain": False},
            "../about",
        ),
    ],
    ids=[
        "script",
        "beginning",
        "service worker",
        "worker",
        "JSON",
        "id",
        "HTML",
        "no call",
        "escapes",
    ],
)
def test_a_static_file_gets_words(
    prefixed: Flask, name: str, marked: str, values: dict[str, Any], words: str
) -> None:
    file = source(marked, name=name, **{**STATIC, **values})
    assert suggested(prefixed, file) == (words, None)


def test_a_static_file_that_a_view_answers_with_is_not_changed(
    prefixed: Flask,
) -> None:
    """Its other URL would need another path."""
    file = source("a { background: url(«/static/img/x.png») }", name="x.css", **STATIC)
    (reference,) = file.references
    written = Written(file, reference, is_as_served=False)
    verdict = judged(prefixed, reference)
    assert suggest(prefixed, verdict, reference, written) == ("img/x.png", None)


def test_no_relative_path_leads_to_another_scope(scoped: Flask) -> None:
    file = source("a { background: url(«/blog/x») }", name="x.css", **STATIC)
    assert suggested(scoped, file) == (
        "{{ url_for('blog.post', slug='x') }}, and serve it as a template",
        None,
    )


@pytest.mark.parametrize(
    ("url", "language", "words"),
    [
        ("/about", "html", "{{ url_for('about') }}"),
        ("/about", "header", 'url_for("about")'),
        (f"/items/{HOLE}", "javascript", ""),
    ],
    ids=["html", "header", "HOLE"],
)
def test_what_has_no_place_gets_words(
    prefixed: Flask, url: str, language: Any, words: str
) -> None:
    reference = Reference(url, "href", 0, 0, language)
    verdict = judged(prefixed, reference)
    assert suggest(prefixed, verdict, reference, None) == (words, None)


def test_a_deployed_app_has_no_endpoint_to_call(app: Flask) -> None:
    reference = Reference("/about", "href", 0, 0, "html")
    verdict = Verdict("no-prefix", "", root="/svc")
    assert suggest(app, verdict, reference, None) == ("", None)
