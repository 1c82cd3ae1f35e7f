"""Where a URL of a page was written: the one place, or none."""

from __future__ import annotations

import sysconfig
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from marked import references, source

from flask_prefix_urls.check.page import Page
from flask_prefix_urls.check.places import written as written_module
from flask_prefix_urls.check.places.written import Places, Written
from flask_prefix_urls.check.sources.source import Source
from flask_prefix_urls.check.texts.reference import HOLE

STRING = {"position": "string", "language": "python", "use": "text", "element": ()}
PYTHON = {"kind": "python", "name": "shop.py", **STRING}
REDIRECT = {**PYTHON, "position": "redirect()", "use": "link"}
SCRIPT = {"position": "fetch()", "language": "javascript", "element": ()}
PAGES = ("page.html",)


def page(
    marked: str,
    templates: tuple[str, ...] = PAGES,
    endpoint: str = "shop.view",
    filename: str | None = None,
    **values: Any,
) -> Page:
    text, found = references(marked, **values)
    return Page(
        target="/x",
        url="http://localhost/svc/x",
        status=200,
        headers=(),
        text=text,
        references=found,
        endpoint=endpoint,
        values={} if filename is None else {"filename": filename},
        templates=templates,
    )


def place(written: Written | None) -> tuple[str, int] | None:
    """Return the file of a place, and the number of its URL there."""
    if written is None:
        return None
    return written.source.file, written.source.references.index(written.reference)


def places(shown: Page, sources: Sequence[Source]) -> list[tuple[str, int] | None]:
    """Return the place of each URL of a page."""
    finder = Places(sources)
    return [place(finder.of(shown, reference)) for reference in shown.references]


@pytest.mark.parametrize(
    ("template", "shown", "expected"),
    [
        ('<a href="«/about»">', '<a href="«/about»">', [0]),
        ('<a href="«/b»"><a href="«/about»">', '<a href="«/about»">', [1]),
        ('<img src="«/about»">', '<a href="«/about»">', [None]),
        ('<link href="«/about»">', '<a href="«/about»">', [None]),
        (
            '<a href="«/items/{{ id }}»"><a href="«/items/{{ id }}/edit»">',
            '<a href="«/items/7/edit»"><a href="«/items/7»">',
            [1, 0],
        ),
        (
            '<a href="«/items/{{ id }}»"><a href="«/items/new»">',
            '<a href="«/items/new»">',
            [1],
        ),
        ('<a href="«/{{ lang }}»"><a href="«/»">', '<a href="«/»">', [1]),
        (
            '<a class="x" href="«/a»"><a class="y {{ z }}" href="«/a»">',
            '<a class="y z" href="«/a»">',
            [1],
        ),
        (
            '<a class="x" href="«/a»">',
            '<a id="y" class="x" href="«/a»">',
            [None],
        ),
        (
            '<a {{ attributes }}="" href="«/a»">',
            '<a id="y" class="x" href="«/a»">',
            [0],
        ),
        (
            '<a {% if x %}class="x"{% endif %} id="y" href="«/a»">\n'
            '<a class="y" href="«/a»">',
            '<a class="x" href="«/a»">',
            [0],
        ),
        (
            '<a {% if x %}class="x"{% endif %} href="«/a»">',
            '<a id="y" href="«/a»">',
            [None],
        ),
        (
            '<a class="x" id="y" href="«/a»"><a class="x" href="«/a»">',
            '<a class="x" href="«/a»">',
            [1],
        ),
        (
            '<p><a href="«/a»">One</a></p><p><a href="«/a»">Two</a></p>',
            '<p><a href="«/a»">Two</a></p>',
            [1],
        ),
        (
            '<p><a href="«/a»">A</a><p><a href="«/a»">A</a>',
            '<p><a href="«/a»">A</a><p><a href="«/a»">A</a>',
            [0, 1],
        ),
        (
            '<p><a href="«/a»">A</a>\n<p><a href="«/a»">A</a>',
            '<p><a href="«/a»">A</a>',
            [None],
        ),
        (
            '<p><a href="«/a»">A</a><p><a href="«/a»">A</a>',
            '<p><a href="«/a»">A</a>',
            [0],
        ),
    ],
    ids=[
        "the same",
        "the second",
        "another attribute",
        "another tag",
        "more literal text",
        "no HOLE",
        "a HOLE that came out as nothing",
        "class",
        "an attribute more",
        "attributes that are not known",
        "an attribute that a statement may leave out",
        "an attribute that no statement writes",
        "the same attributes",
        "text of the link",
        "two for two",
        "one for two",
        "one for two on a line",
    ],
)
def test_a_template_wrote_it(
    template: str, shown: str, expected: list[int | None]
) -> None:
    found = places(page(shown), [source(template)])
    assert found == [None if n is None else ("page.html", n) for n in expected]


def test_a_url_that_was_read_twice_is_one_place() -> None:
    """A template with a statement in a tag is read with each of its branches."""
    plain = source('<a href="«/a»">')
    (reference,) = plain.references
    with_class = reference._replace(element=(("", "a"), ("class", "x"), ("href", "/a")))
    template = replace(plain, references=(reference, with_class))
    assert places(page('<a href="«/a»">'), [template]) == [("page.html", 0)]
    assert places(page('<a class="x" href="«/a»">'), [template]) == [("page.html", 1)]


def test_only_templates_of_the_page_count() -> None:
    marked = '<a href="«/about»">'
    sources = [
        source("", refers_to=("base.html", "page.html", "gone.html")),
        source("", name="base.html", refers_to=("nav.html",)),
        source(marked, name="nav.html"),
        source(marked, name="other.html"),
    ]
    shown = page(marked)
    assert places(shown, sources) == [("nav.html", 0)]
    finder = Places(sources)
    assert finder.of(shown, shown.references[0]) == finder.of(
        page(marked), shown.references[0]
    )
    assert places(shown, [*sources[:2], sources[3]]) == [None]
    # Jinja without Flask does not tell what it renders.
    unknown = page(marked, templates=())
    assert places(unknown, sources) == [None]
    assert places(unknown, sources[:3]) == [("nav.html", 0)]


NAV = '<li><a class="nav" href="«{{ item.url }}»">{{ item.title }}</a></li>'
SHOWN_NAV = '<li><a class="nav" href="«/about»">About</a></li>'


@pytest.mark.parametrize(
    ("template", "shown", "expected"),
    [
        (NAV, SHOWN_NAV, 0),
        (NAV, SHOWN_NAV.replace('"nav"', '"other"'), None),
        (NAV, SHOWN_NAV.replace('class="nav"', 'id="x"'), None),
        (NAV.replace(' class="nav"', ""), SHOWN_NAV, None),
        (
            NAV.replace(' class="nav"', ""),
            SHOWN_NAV.replace(' class="nav"', ""),
            0,
        ),
        (
            NAV.replace(' class="nav"', ""),
            '<p>See <a href="«/about»">About</a></p>',
            None,
        ),
        (
            '<ul>{% for i in nav %}<a href="«{{ i }}»">{{ i }}</a>{% endfor %}</ul>',
            '<ul><a href="/">/</a><a href="«/about»">/about</a><a href="/b">b</a></ul>',
            0,
        ),
        ('<a href="«{{ url }}»">', '<a href="«/about»">', None),
        (
            '<a class="x" href="«{{ url_for("about") }}»">',
            '<a class="x" href="«/about»">',
            None,
        ),
        (
            '<a class="x" href="«{{ prefix }}{{ url_for("about") }}»">',
            '<a class="x" href="«/svc/svc/about»">',
            0,
        ),
        (
            '<a class="x" href="«{{ a }}»"><a class="x" href="«{{ b }}»">\n'
            '<a class="x" href="«{{ c }}»">',
            '<a class="x" href="«/about»">',
            None,
        ),
    ],
    ids=[
        "list of links",
        "another class",
        "an attribute more",
        "an attribute less",
        "only what stands around",
        "HTML from elsewhere",
        "loop",
        "nothing tells",
        "url_for",
        "url_for after something else",
        "several",
    ],
)
def test_a_url_with_no_literal_text_needs_more(
    template: str, shown: str, expected: int | None
) -> None:
    found = places(page(shown), [source(template)])
    assert found == [None if expected is None else ("page.html", expected)]


def test_a_link_with_another_text_is_another_link() -> None:
    template = """
        <a href="«/svc/svc/about»">By  hand</a>
        <a href="«{{ root }}{{ url_for('about') }}»">In parts</a>
        <a href="«/svc/svc/about/{{ id }}»">{{ text }}</a>
    """
    shown = """
        <a href="«/svc/svc/about»">By
        hand</a>
        <a href="«/svc/svc/about»">In parts</a>
        <a href="«/svc/svc/about/1»">Anything</a>
    """
    assert places(page(shown), [source(template)]) == [
        ("page.html", 0),
        ("page.html", 1),
        ("page.html", 2),
    ]


def test_a_list_of_links_wrote_what_a_template_shows() -> None:
    in_python = source('NAV = [("«/about»", "About"), ("«/b»", "B")]', **PYTHON)
    in_jinja = source('{% set nav = ["«/about»"] %}', name="page.html", **STRING)
    template = source(NAV)
    shown = page(SHOWN_NAV)
    assert places(shown, [template, in_python]) == [("shop.py", 0)]
    assert places(shown, [in_jinja]) == [("page.html", 0)]
    note = source('request.path == "«/about»"', **{**PYTHON, "use": "note"})
    assert places(shown, [template, note]) == [("page.html", 0)]
    redirect = source('redirect("«/about»")', **REDIRECT)
    assert places(shown, [template, redirect]) == [("page.html", 0)]
    # A template that has it as it is wrote it itself.
    literal = source(SHOWN_NAV)
    assert places(shown, [literal, in_python]) == [("page.html", 0)]


@pytest.mark.parametrize(
    ("shown", "is_known"),
    [
        ('<a class="x" href="«/about»">', True),
        ('<a class="y" href="«/about»">', False),
        ('<a href="«/about»">', False),
        ('<a class="x" id="y" href="«/about»">', False),
    ],
)
def test_html_in_a_module_wrote_only_the_same_tag(shown: str, is_known: bool) -> None:
    module = source('\'<a class="x" href="«/about»">\'', kind="python", name="shop.py")
    expected = ("shop.py", 0) if is_known else None
    assert places(page(shown), [module]) == [expected]


def test_html_in_a_module_wrote_a_page_without_a_template() -> None:
    marked = '<a href="«/about»">'
    sources = [source(marked), source(marked, kind="python", name="shop.py")]
    assert places(page(marked, templates=()), sources) == [("shop.py", 0)]
    assert places(page(marked), sources) == [None]


def test_a_string_of_the_same_module_wrote_json() -> None:
    values = {"position": "$.next", "element": ()}
    view = source('jsonify(next="«/about»")', **{**PYTHON, **values})
    shown = page('{"next": "«/about»"}', templates=(), language="json", **values)
    assert places(shown, [view]) == [("shop.py", 0)]


def test_one_string_wrote_each_item_of_a_list_in_json() -> None:
    values = {"position": "$.items[0].href", "element": ()}
    view = source(
        'jsonify(items=[{"href": "«/items/{{ i }}»"} for i in items])',
        **{**PYTHON, **values},
    )
    shown = page(
        '{"items": [{"href": "«/items/0»"}, {"href": "«/items/1»"}]}',
        (),
        language="json",
        **values,
    )
    second = shown.references[1]._replace(position="$.items[1].href")
    shown = replace(shown, references=(shown.references[0], second))
    assert places(shown, [view]) == [("shop.py", 0)] * 2


@pytest.mark.parametrize("filename", ["a", None], ids=["file", "view"])
def test_a_long_page_with_many_urls_is_read_once(
    filename: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: Counter[str] = Counter()

    def count(name: str) -> None:
        called = getattr(written_module, name)

        def counted(argument: Any) -> Any:
            calls[name] += 1
            return called(argument)

        monkeypatch.setattr(written_module, name, counted)

    count("_key")
    count("with_plain_line_feeds")
    many = 200
    text, found = references("".join(f'<a href="«/{n}»">' for n in range(many)))
    file = replace(source("", kind="static", name="a"), text=text, references=found)
    endpoint = "static" if filename else "view"
    shown = page("", templates=(), endpoint=endpoint, filename=filename)
    shown = replace(shown, text=text, references=found)
    finder = Places([file])
    for reference in found:
        written = finder.of(shown, reference)
        assert written is not None
        assert written.reference is reference
    # Twice for each URL that is looked for, and once for each of the two texts.
    assert calls["_key"] == 4 * many
    assert calls["with_plain_line_feeds"] <= 1


def test_a_string_that_came_out_as_json_has_the_position_there() -> None:
    module = source('{"next": "«/about»"}', kind="python", name="shop.py")
    module = replace(module, references=())
    shown = page(
        '{"next": "«/about»"}', (), position="$.next", language="json", element=()
    )
    written = Places([module]).of(shown, shown.references[0])
    assert written is not None
    assert written.reference.position == "$.next"


def test_a_script_of_a_template_wrote_it() -> None:
    template = source('fetch("«/items/{{ id }}»"); fetch("«{{ url }}»")', **SCRIPT)
    shown = page('fetch("«/items/7»"); fetch("«/about»")', **SCRIPT)
    assert places(shown, [template]) == [("page.html", 0), ("page.html", 1)]


CHOSEN = "<a class=x href=\"«{{ url_for('a', _prefix='/public') }}»\">"


@pytest.mark.parametrize(
    ("template", "url", "is_chosen"),
    [
        (CHOSEN, "/public/a", True),
        (CHOSEN.replace("'/public'", "tenant.prefix"), "/any/a", True),
        (CHOSEN.replace("'/public'", "''"), "/a", True),
        (CHOSEN, "/a", None),
        ('<a class="x" href="«{{ f(_prefix=1) }}»">', "/a", False),
    ],
    ids=["literal", "expression", "none", "another prefix", "another function"],
)
def test_a_prefix_may_be_chosen(
    template: str, url: str, is_chosen: bool | None
) -> None:
    shown = page(f'<a class="x" href="«{url}»">')
    written = Places([source(template)]).of(shown, shown.references[0])
    assert (None if written is None else written.is_chosen) is is_chosen


@pytest.mark.parametrize(
    ("marked", "url", "expected"),
    [
        ('redirect("«/login»")', "/login", 0),
        ('redirect("«/login»")', "/other", None),
        ('X = "«/login»"', "/login", 0),
    ],
    ids=["the same", "another", "string"],
)
def test_a_module_wrote_a_header(marked: str, url: str, expected: int | None) -> None:
    values = REDIRECT if "redirect" in marked else PYTHON
    shown = page(f"«{url}»", position="Location", language="header")
    found = places(shown, [source(marked, **values)])
    assert found == [None if expected is None else ("shop.py", expected)]


def test_a_header_comes_from_its_view() -> None:
    module = (
        "def other():\n    return redirect('«/login»')\n"
        "def view():\n    return redirect('«/login»')\n"
    )
    sources = [source(module, **REDIRECT), source("X = '«/login»'", **PYTHON)]
    shown = page("«/login»", position="Location", language="header")
    finder = Places(sources)
    (reference,) = shown.references
    assert place(finder.of(shown, reference)) == ("shop.py", 1)
    # The second time it knows the functions.
    assert place(finder.of(shown, reference)) == ("shop.py", 1)
    elsewhere = page(
        "«/login»", endpoint="nothing", position="Location", language="header"
    )
    assert finder.of(elsewhere, reference) is None


def test_a_header_may_have_a_chosen_prefix() -> None:
    module = "redirect(«url_for('login', _prefix='/public')»)"
    hole: dict[str, Any] = {
        "url": HOLE,
        "holes": ("url_for('login', _prefix='/public')",),
    }
    shown = page("«/public/login»", position="Location", language="header")
    (reference,) = shown.references
    written = Places([source(module, **REDIRECT, **hole)]).of(shown, reference)
    assert written is not None
    assert written.is_chosen
    hole["holes"] = ("url_for('login')",)
    assert Places([source(module, **REDIRECT, **hole)]).of(shown, reference) is None


@pytest.mark.parametrize("use", ["note", "link"])
def test_what_is_only_compared_or_shown_wrote_no_header(use: str) -> None:
    language = "python" if use == "note" else "html"
    values = {**REDIRECT, "use": use, "language": language}
    shown = page("«/login»", position="Location", language="header")
    assert places(shown, [source("'«/login»'", **values)]) == [None]


GIVEN = """
@app.route("/")
def view():
    "/docstring"
    if request.path == "/compared" or request.path.startswith("/begun/"):
        add_url_rule("/rule")
    Blueprint(url_prefix="/blueprint/")

é = MenuLink(name="Home", url="«/»"); FileAdmin(folder, '«/files/»', 7)
B = b or "/default" if c else "/else"
A = {"/key": ("«/value»", "/a" + b, f"/f{b}"), 1: c["/index"]}
Twice("/twice"); Twice("/twice"); Escaped("/\\x65scaped")
F(f"«/joined/»{b}/end"); F("/other/" + b + "/end"); F("/other/" + c + "/end")
AdminIndexView(url="/views/")
class A:
    css = ["«/css/»" + it for it in ("a.css", f"{b}", "b.css")]
    js = ["/x" + it for it in items] + [f"/y{a}" for it in "a" for a in "b"]
    urls = [it + "/z" for it in ("/a", "/b")]
class B:
    css = ["/static/a.css"]; urls = ["/static/a.css"]
"""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/", 0),
        ("/files/", 1),
        ("/files/a/note.txt", 1),
        ("/value", 2),
        ("/about", None),
        ("/docstring", None),
        ("/key", None),
        ("/default", None),
        ("/else", None),
        ("/a", None),
        ("/f", None),
        ("/index", None),
        ("/compared", None),
        ("/begun/a", None),
        ("/rule", None),
        ("/blueprint/a", None),
        ("/twice", None),
        ("/escaped", None),
        ("/joined/a/end", 3),
        ("/joined/a", None),
        ("/other/a/end", None),
        ("/views/a", None),
        ("/css/a.css", 4),
        ("/css/b.css", 4),
        ("/css/c.css", None),
        ("/xa", None),
        ("/yb", None),
        ("/a/z", None),
        ("/static/a.css", None),
    ],
)
@pytest.mark.parametrize("language", ["html", "header"])
def test_a_string_that_a_function_gets_may_come_out_as_it_is(
    url: str, expected: int | None, language: str
) -> None:
    marked = source(GIVEN, kind="python", name="shop.py")
    module = replace(marked, references=())
    shown = page(f'<a class="x" href="«{url}»">', language=language)
    written = Places([module]).of(shown, shown.references[0])
    assert (written is None) is (expected is None)
    if written is not None and expected is not None:
        at = written.reference
        other = marked.references[expected]
        assert (at.start, at.end) == (other.start, other.end)
        at_start = module.text[at.start : at.end]
        assert at.url in (url, f"{at_start}{HOLE}", f"/joined/{HOLE}/end")


def test_strings_that_are_given_to_one_name_wrote_the_same() -> None:
    code = """
class A:
    css = ["/x/" + it for it in ("a", "b")]
class B:
    css = ["/x/a"]
    js = ["/x/b"]
"""
    module = source(code, kind="python", name="shop.py")
    finder = Places([module])
    shown = page('<a href="«/x/a»"><a href="«/x/b»">')
    assert [
        [
            code[: one.reference.start].count("\n")
            for one in finder.candidates(shown, url)[::-1]
        ]
        for url in shown.references
    ] == [[2, 4], []]


def test_a_string_that_a_function_gets_wrote_what_a_template_shows() -> None:
    module = source('Link("«/about»")', kind="python", name="shop.py")
    module = replace(module, references=())
    written = Places([source(NAV), module])
    shown = page(SHOWN_NAV)
    found = written.of(shown, shown.references[0])
    assert found is not None
    assert found.source is module
    other = page(SHOWN_NAV.replace("/about", "/b"))
    assert place(written.of(other, other.references[0])) == ("page.html", 0)


def test_a_slash_in_a_template_counts_more_than_a_string_elsewhere() -> None:
    module = source('Link("«/about»")', kind="python", name="shop.py")
    module = replace(module, references=())
    template = source(NAV.replace("«", "«/"))
    assert places(page(SHOWN_NAV), [template, module]) == [("page.html", 0)]
    # Unless nothing else tells that the link came from there.
    other = page(SHOWN_NAV.replace('"nav"', '"other"'))
    assert Places([template, module]).of(other, other.references[0]) is not None
    assert places(other, [template]) == [None]


def test_a_string_that_a_reader_takes_for_a_url_has_its_own_use() -> None:
    module = source('redirect("«/about»")', **REDIRECT)
    assert places(page('<a href="«/about»">'), [module]) == [None]


def test_html_in_a_module_with_no_literal_text_is_not_guessed() -> None:
    module = source('f\'<a class="x" href="«{{ page }}»">\'', kind="python")
    shown = page('<a class="x" href="«/about»">')
    assert places(shown, [module]) == [None]


def test_a_module_that_is_no_python_has_no_strings() -> None:
    module = source("no python", kind="python", name="shop.py")
    assert places(page('<a href="«/about»">'), [module]) == [None]


def test_a_template_may_name_another_by_a_variable() -> None:
    sources = [
        source("{% extends layout %}"),
        source('<a class="x" href="«{{ home }}»">', name="layout.html"),
    ]
    assert places(page('<a class="x" href="«/»">'), sources) == [("layout.html", 0)]


@pytest.mark.parametrize(
    ("library", "expected"), [("flask_admin", "base.html"), ("flasgger", None)]
)
def test_a_template_of_a_library_names_none_of_another_by_a_variable(
    library: str, expected: str | None
) -> None:
    installed = Path(sysconfig.get_path("purelib")).resolve()
    of_library = {"kind": "template", "is_installed": True}
    sources = [
        source("{% extends 'list.html' %}", refers_to=("list.html",)),
        source(
            "{% extends base %}",
            name="list.html",
            path=installed / "flask_admin/list.html",
            **of_library,
        ),
        source(
            '<a class="x" href="«{{ home }}»">',
            name="base.html",
            path=installed / library / "base.html",
            **of_library,
        ),
    ]
    shown = page('<a class="x" href="«/»">')
    assert places(shown, sources) == [expected and (expected, 0)]
    sources[0] = source("{% extends list %}", refers_to=("list.html",))
    assert places(shown, sources) == [("base.html", 0)]


def test_a_page_in_json_came_from_a_string() -> None:
    module = source("text = \"<a href='«/guide»'>\"", kind="python", name="shop.py")
    element = (("", "a"), ("href", "/guide"))
    module = replace(
        module, references=(module.references[0]._replace(element=element),)
    )
    shown = page(
        '{"text": "<a href=\'«/guide»\'>"}',
        (),
        position="$.text href",
        element=element,
    )
    assert places(shown, [module]) == [("shop.py", 0)]


CSS = {"position": "url()", "language": "css", "element": ()}


def test_a_static_file_is_its_own_place() -> None:
    marked = "a { b: url(«/x»); c: url(«/y») }\nd { e: url(«/x») }"
    file = source(marked, kind="static", name="a.css", **CSS)
    other = source(marked, kind="static", name="b.css", **CSS)
    shown = page(marked.replace("\n", "\r\n"), (), "static", filename="a.css", **CSS)
    finder = Places([other, file])
    found = [finder.of(shown, reference) for reference in shown.references]
    assert [place(one) for one in found] == [("a.css", n) for n in range(3)]
    assert all(one is not None and one.is_as_served for one in found)
    # Something in between has changed it.
    changed = page("a { b: url(«/x») }", (), "static", filename="a.css", **CSS)
    assert places(changed, [file]) == [None]


def test_a_view_may_answer_with_a_static_file() -> None:
    marked = "a { b: url(«/x») }\r\n"
    file = source(marked.replace("\r", ""), kind="static", name="a.css", **CSS)
    twin = source(marked.replace("\r", ""), kind="static", name="b.css", **CSS)
    shown = page(marked, (), **CSS)
    (reference,) = shown.references
    written = Places([file]).of(shown, reference)
    assert place(written) == ("a.css", 0)
    assert written is not None
    assert not written.is_as_served
    assert Places([file, twin]).of(shown, reference) is None


def test_without_a_source_there_is_no_place() -> None:
    assert places(page('<a href="«/about»">'), []) == [None]
