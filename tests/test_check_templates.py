"""The URLs in templates, and the templates of each loader of Jinja."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    DictLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    PrefixLoader,
    TemplateSyntaxError,
)

from flask_prefix_urls.check.sources.templates import (
    load,
    media_type_of_template,
    names_of,
    read_template,
    read_template_text,
)
from flask_prefix_urls.check.texts.reference import HOLE

# The URL with an underscore for each HOLE, what is written for it, the position, and
# what stands at its place.
Row = tuple[str, str, str, str]


def rows(text: str, environment: Environment | None = None) -> list[Row]:
    found = read_template_text(environment or Environment(), text, "text/html")
    return [
        (
            reference.url.replace(HOLE, "_"),
            " ".join([reference.position, *reference.holes]),
            reference.use,
            text[reference.start : reference.end],
        )
        for reference in found
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            '<a href="/about">About</a>',
            [("/about", "href", "link", "/about")],
            id="plain",
        ),
        pytest.param(
            '<a href="/items/{{ item.id }}/edit?q={{ q|e }}">',
            [
                (
                    "/items/_/edit?q=_",
                    "href item.id q|e",
                    "link",
                    "/items/{{ item.id }}/edit?q={{ q|e }}",
                )
            ],
            id="expressions",
        ),
        pytest.param(
            "<a href=\"{{ url_for('x') }}{{ tail }}\">",
            [("__", "href url_for('x') tail", "link", "{{ url_for('x') }}{{ tail }}")],
            id="expressions-side-by-side",
        ),
        pytest.param(
            '<a href="{% if a %}/x{% else %}/y{% endif %}">',
            [("/x", "href", "link", "/x"), ("/y", "href", "link", "/y")],
            id="either",
        ),
        pytest.param(
            '<a {% if a %}href="/1"{% elif b %}href="/2"{% else %}href="/3"'
            "{% endif %}>",
            [
                ("/1", "href", "link", "/1"),
                ("/2", "href", "link", "/2"),
                ("/3", "href", "link", "/3"),
            ],
            id="attribute-of-three",
        ),
        pytest.param(
            '<a href="/x{% if q %}?q={{ q }}{% endif %}">',
            [("/x", "href", "link", "/x"), ("/x?q=_", "href q", "link", "/x")],
            id="what-follows-may-be",
        ),
        pytest.param(
            '{% if a %}{% if b %}<p id="{% if c %}/x{% endif %}">{% else %}'
            '<a href="/b">{% endif %}{% else %}<a href="/a">{% endif %}',
            [("/b", "href", "link", "/b"), ("/a", "href", "link", "/a")],
            id="nested",
        ),
        pytest.param(
            '{% for a in b %}<a href="/b">{% else %}<a href="/none">{% endfor %}',
            [("/b", "href", "link", "/b"), ("/none", "href", "link", "/none")],
            id="loop",
        ),
        pytest.param(
            'é{%- if a -%}\n <a href="/x/{{- b -}} \n/y">\n{%- endif %}\n<a href="/z">',
            [
                ("/x/_/y", "href b", "link", "/x/{{- b -}}"),
                ("/z", "href", "link", "/z"),
            ],
            id="stripped-white-space",
        ),
        pytest.param(
            '{# <a href="/no"> #}{% raw %}<a href="/{{ x }}">{% endraw %}',
            [("/_", "href x", "link", "/{{ x }}")],
            id="comment-and-raw",
        ),
        pytest.param(
            '<a href="&#47;x/{{ y }}">',
            [("/x/_", "href y", "link", "&#47;x/{{ y }}")],
            id="escape",
        ),
        pytest.param(
            '<script>fetch("/x/{{ a }}/" + id + "/{{ b }}")</script>',
            [("/x/_/_/_", "fetch() a id b", "link", "/x/{{ a }}/")],
            id="script",
        ),
        pytest.param(
            '<script>fetch("/x/" + {{ a }})</script>',
            [("/x/_", "fetch() a", "link", "/x/")],
            id="code-of-a-script",
        ),
        pytest.param(
            '<button onclick="go(&quot;/x/{{ a }}&quot;)">',
            [("/x/_", "onclick string a", "text", "go(&quot;/x/{{ a }}&quot;)")],
            id="escaped-script",
        ),
        pytest.param(
            '{% endif %}{% else %}<a href="/x">{% if a %}',
            [("/x", "href", "link", "/x")],
            id="out-of-order",
        ),
    ],
)
def test_each_url_of_a_template_is_found(text: str, expected: list[Row]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param('{{ "/x" }}', [("/x", "text")], id="expression"),
        pytest.param('{% set url = "/x" %}', [("/x", "text")], id="set"),
        pytest.param('{{ link("/x", "A page") }}', [("/x", "text")], id="macro"),
        pytest.param('{{ ui.link(to="/x") }}', [("/x", "text")], id="imported-macro"),
        pytest.param(
            '{% set nav = [("/x", "X"), ("/", "Home")] %}',
            [("/x", "text"), ("/", "note")],
            id="list",
        ),
        pytest.param('{{ {"/x": "X"} }}', [("/x", "text")], id="dict"),
        pytest.param(
            '{{ "/x" if a else "/y" }}',
            [("/x", "text"), ("/y", "text")],
            id="if",
        ),
        pytest.param('{{ next or "/x" }}', [("/x", "text")], id="or"),
        pytest.param('{{ next|default("/x") }}', [("/x", "text")], id="default"),
        pytest.param(
            '{{ "/x/" ~ f(a, [1])|e ~ "/y" }}',
            [("/x/_ f(a, [1])|e", "text")],
            id="joined",
        ),
        pytest.param('{{ "/x/" + a }}', [("/x/_ a", "text")], id="added"),
        pytest.param(
            '{{ ("/x/" ~ a) }}',
            [("/x/_ a", "text")],
            id="joined-in-brackets",
        ),
        pytest.param('{{ "/x/" ~ }}', [("/x/_ ", "text")], id="joined-to-nothing"),
        pytest.param('{{ "/x/%s" % a }}', [("/x/_ ", "text")], id="percent"),
        pytest.param('{{ "/x/{}".format(a) }}', [("/x/_ ", "text")], id="format"),
        pytest.param(r'{{ "\/x" }}', [("/x", "text")], id="escape"),
        pytest.param(
            '{{ "http://localhost/x" }}',
            [("http://localhost/x", "text")],
            id="full",
        ),
        pytest.param('{% if ("/x") %}', [("/x", "text")], id="brackets"),
        pytest.param('{% if request.path == "/x" %}', [("/x", "note")], id="equal"),
        pytest.param('{% if "/x" != request.path %}', [("/x", "note")], id="not-equal"),
        pytest.param('{% if "/x" in path %}', [("/x", "note")], id="in"),
        pytest.param('{% if "/x" not in path %}', [("/x", "note")], id="not-in"),
        pytest.param(
            '{% if p in ("/x", "/y") %}',
            [("/x", "note"), ("/y", "note")],
            id="in-tuple",
        ),
        pytest.param(
            '{% if p in ["/x", f("/y")] %}',
            [("/x", "note"), ("/y", "note")],
            id="call-in-list",
        ),
        pytest.param('{% if p.startswith("/x") %}', [("/x", "note")], id="startswith"),
        pytest.param('{% if p is sameas("/x") %}', [("/x", "note")], id="test"),
        pytest.param('{% if p is not sameas "/x" %}', [("/x", "note")], id="bare-test"),
        pytest.param('{{ url_for("/x") }}', [], id="url_for"),
        pytest.param('{{ _("/x") }}', [("/x", "text")], id="gettext"),
        pytest.param("{% if a == '<a href=/x>' %}", [], id="compared-html"),
        pytest.param('{{ p|replace("/x", "/y") }}', [], id="filter"),
        pytest.param('{{ p.split("/x") }}', [], id="split"),
        pytest.param('{{ p["/x"] }}', [], id="index"),
        pytest.param('{{ p()["/x"] }}', [], id="index-of-a-call"),
        pytest.param('{% include "/x.html" %}', [], id="include"),
        pytest.param('{% extends "/x.html" %}', [], id="extends"),
        pytest.param('{{ "see /x" }}{{ "x" }}{{ "a/b" }}{{ "/a b" }}', [], id="prose"),
    ],
)  # fmt: skip
def test_strings_in_the_code_of_a_template(
    code: str, expected: list[tuple[str, str]]
) -> None:
    found = read_template_text(Environment(), code, "text/html")
    assert [
        (" ".join([one.url.replace(HOLE, "_"), *one.holes]), one.use) for one in found
    ] == expected
    assert {(one.position, one.language) for one in found} <= {("string", "python")}
    assert all(code[one.start : one.end].strip("\\")[:1] in "/h" for one in found)


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("{% set link = '<a href=\"/x\">' %}", "/x"),
        ("{{ _('See <a href=\"/x\">it</a>')|safe }}", "/x"),
        (r"""{{ '<a id="\'" href="/x">' }}""", r"""<a id="\'" href="/x">"""),
    ],
)
def test_a_string_in_code_may_be_html(code: str, place: str) -> None:
    (found,) = read_template_text(Environment(), code, "text/html")
    assert (found.url, found.position, found.use) == ("/x", "href", "link")
    assert code[found.start : found.end] == place


def test_a_string_in_code_is_plain_if_it_is_the_url() -> None:
    code = r'{{ "/x" }}{{ "\/x" }}{{ "/x" ~ y }}'
    found = read_template_text(Environment(), code, "text/html")
    assert [one.is_plain for one in found] == [True, False, False]


def test_what_follows_makes_a_url_not_plain() -> None:
    found = read_template_text(
        Environment(), '<a href="/x{% if q %}?q{% endif %}">', "text/html"
    )
    assert [(one.url, one.is_plain) for one in found] == [("/x", True), ("/x?q", False)]


def test_an_element_has_one_hole_for_an_expression() -> None:
    (found,) = read_template_text(
        Environment(), '<base href="{{ a }}"><a class="{{ b }}" href="/x">', "text/html"
    )[1:]
    assert found.element == (("", "a"), ("class", HOLE), ("href", "/x"))
    assert found.base == HOLE


def test_the_delimiters_of_the_app_count() -> None:
    environment = Environment(
        variable_start_string="[[",
        variable_end_string="]]",
        line_statement_prefix="#",
        line_comment_prefix="##",
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = '# if a\n  <a href="/x/[[ b ]]/{{ c }}">\n# endif\n## <a href="/no">\n'
    assert rows(text, environment) == [
        ("/x/_/_", "href b c", "link", "/x/[[ b ]]/{{ c }}")
    ]


def test_a_template_with_many_branches_has_all_of_them_at_once() -> None:
    filler = " " * 50_000
    branches = "".join(f'{{% elif a == {n} %}}<a href="/{n}">' for n in range(150))
    text = f"{filler}{{% if a %}}{branches}{{% endif %}}"
    assert {row[0] for row in rows(text)} == {f"/{n}" for n in range(150)}


def test_any_text_is_read_without_an_error_that_is_not_jinjas() -> None:
    pieces = ["{{", "}}", "{%", "%}", "{#", "#}", "if", "else", "endif", "for", "raw"]
    pieces += [
        '"/x"',
        "<a href=",
        ">",
        "~",
        "(",
        "[",
        " ",
        "\n",
        "-",
        HOLE,
        "\0",
        "\ud800",
    ]
    chance = random.Random(1)
    read = 0
    for _ in range(1000):
        text = "".join(chance.choices(pieces, k=chance.randint(1, 15)))
        try:
            found = read_template_text(Environment(), text, "text/html")
        except TemplateSyntaxError:
            continue
        read += 1
        assert all(0 <= one.start <= one.end <= len(text) for one in found)
    assert read > 100


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.html", "", "text/html"),
        ("a.html.j2", "", "text/html"),
        ("a.js.jinja2", "", "text/javascript"),
        ("a.css.tmpl", "", "text/css"),
        ("a.jinja", "<p>", "text/html"),
        ("a", "<!doctype html>", "text/html"),
        ("a.j2", "a < b", ""),
    ],
)
def test_a_template_is_what_its_name_says(name: str, text: str, expected: str) -> None:
    assert media_type_of_template(name, text) == expected


def test_each_loader_is_asked_for_its_names(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/own.html").write_text("own")
    (tmp_path / "templates/.hidden").write_text("")
    app = Flask("app", root_path=str(tmp_path))
    own = app.jinja_loader
    assert isinstance(own, BaseLoader)
    app.jinja_loader = ChoiceLoader(
        [
            own,
            PrefixLoader({"ext": DictLoader({"a.html": ""})}),
            FunctionLoader(lambda _: None),
        ]
    )
    (tmp_path / "blueprint").mkdir()
    (tmp_path / "blueprint/b.html").write_text("")
    blueprint = Blueprint(
        "b", "b", root_path=str(tmp_path), template_folder="blueprint"
    )
    app.register_blueprint(blueprint)
    assert names_of(app) == {"own.html", "ext/a.html", "b.html"}


def test_a_loader_of_ones_own_is_asked(app: Flask) -> None:
    app.jinja_env.loader = DictLoader({"a.html": '<a href="/x">'})
    template = load(app, "a.html")
    assert template is not None
    assert names_of(app) == {"a.html"}
    source = read_template(app, template, ["a.html"])
    assert (source.file, source.path, source.kind) == ("a.html", None, "template")
    assert [one.url for one in source.references] == ["/x"]


def test_a_loader_may_fail(app: Flask) -> None:
    class Broken(DictLoader):
        def list_templates(self) -> list[str]:
            raise RuntimeError

    app.jinja_env.loader = Broken({"a.html": ""})
    assert names_of(app) == set()


def test_an_app_without_a_loader_has_no_templates(app: Flask) -> None:
    app.jinja_env.loader = None
    assert names_of(app) == set()
    assert load(app, "a.html") is None


def test_a_nearer_loader_hides_a_template(tmp_path: Path, app: Flask) -> None:
    for folder in ("near", "far"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.html").write_bytes(folder.encode() + b"\r\n\r")
    app.jinja_loader = FileSystemLoader([tmp_path / "near", tmp_path / "far"])
    template = load(app, "a.html")
    assert template is not None
    assert (template.text, template.path) == ("near\n\n", tmp_path / "near/a.html")
    assert load(app, "b.html") is None


def test_a_source_says_what_a_template_refers_to(app: Flask) -> None:
    names = ["base.html", "parts/a.html", "parts/b.html", "c.html", "d.html", "e.html"]
    text = (
        '{% extends base or "base.html" %}{% include "parts/" ~ part %}'
        '{% import "c.html" if a else d as c %}'
        '{% include ["d.html", 1] %}{% include "e" + ".html" if x %}{% include any %}'
    )
    app.jinja_loader = DictLoader({"a.html": text, **dict.fromkeys(names, "")})
    template = load(app, "a.html")
    assert template is not None
    assert read_template(app, template, [*names, "f.html"]).refers_to == tuple(names)
