"""What to write in place of a wrong URL: proved by running what was written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, redirect, request, url_for
from marked import source

from flask_prefix_urls import PrefixURLs, forwarded_prefix
from flask_prefix_urls.check.findings import Replacement
from flask_prefix_urls.check.places import Written
from flask_prefix_urls.check.reference import HOLE, Reference
from flask_prefix_urls.check.source import Source
from flask_prefix_urls.check.suggestion import suggest
from flask_prefix_urls.check.verdict import Judge, Verdict

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
    context = {"id": 7, "q": "word", "post": {"slug": "hello"}}
    with prefixed.test_request_context("/about"):
        assert prefixed.jinja_env.from_string(new).render(context) == rendered
