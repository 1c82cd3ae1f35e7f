"""What check says: as text at 80 and 120 columns, in colour, and as plain values."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from marked import source
from terminal import run_in_terminal

from flask_prefix_urls.check.findings import Fault, Findings, Note, Place, Replacement
from flask_prefix_urls.check.page import Skipped
from flask_prefix_urls.check.report import as_dict, as_text
from flask_prefix_urls.check.texts.reference import HOLE, Reference
from flask_prefix_urls.check.verdicts.verdict import Verdict

WRITE = "{{ url_for('about') }}"
LACKING = Verdict("no-prefix", "about", root="/svc/v1")
IN_LAYOUT = Place("templates/base.html", 12, 9)


def fault(
    url: str = "/about",
    position: str = "href",
    language: Any = "html",
    *,
    verdict: Verdict = LACKING,
    source: Place | None = IN_LAYOUT,
    count: int = 184,
    page: str = "/",
    suggestion: str = WRITE,
    is_certain: bool = True,
    **values: Any,
) -> Fault:
    return Fault(
        url=url,
        page=page,
        position=position,
        verdict=verdict,
        reference=Reference(url, position, 0, len(url), language, **values),
        source=source,
        written_in=None,
        suggestion=suggestion,
        replacement=Replacement(0, 1, suggestion) if is_certain else None,
        count=count,
    )


def findings(*faults: Fault, **values: Any) -> Findings:
    given: dict[str, Any] = {
        "notes": (),
        "skipped": (),
        "asked": 1,
        "read": {},
        "dead": (),
        "limit": "",
    }
    return Findings(faults=faults, **{**given, **values})


@pytest.fixture(autouse=True)
def columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")


def text_of(found: Findings) -> str:
    return click.unstyle(as_text(found))


def first_line(found: Fault) -> str:
    return text_of(findings(found)).partition("\n")[0]


def test_a_fault_is_one_line_that_says_all() -> None:
    assert first_line(fault()) == (
        'templates/base.html:12:9: href="/about" lacks the prefix /svc/v1'
        " (on 184 pages, first /): write {{ url_for('about') }}"
    )


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        (Verdict("no-prefix", "a", root="/svc"), "lacks the prefix /svc"),
        (
            Verdict("no-prefix", "a", root="/svc/mount", found="/mount"),
            "lacks the prefix /svc",
        ),
        (
            Verdict("other-prefix", "a", root="/svc", found="/public"),
            "has the prefix /public of another scope, not /svc",
        ),
        (
            Verdict("other-prefix", "a", root="/public", found="/svc/public"),
            "has the prefix /svc of another scope before its own, /public",
        ),
        (
            Verdict("prefix-twice", "a", root="/svc", found="/svc/svc"),
            "has the prefix /svc twice",
        ),
        (
            Verdict("needless-prefix", "a", root="", found="/svc"),
            "has the prefix /svc, but its scope has none",
        ),
        (
            Verdict("needless-prefix", "a", root="/mount", found="/svc/mount"),
            "has the prefix /svc, but its scope has none",
        ),
    ],
    ids=[
        "none",
        "only the mount",
        "that of another scope",
        "that of another scope and its own",
        "twice",
        "needless",
        "needless, before a mount",
    ],
)
def test_each_kind_has_a_message_of_its_own(verdict: Verdict, sentence: str) -> None:
    found = fault(verdict=verdict, count=0, suggestion="")
    assert first_line(found) == f'templates/base.html:12:9: href="/about" {sentence}'


@pytest.mark.parametrize(
    ("position", "language", "element", "shown"),
    [
        ("href", "html", (("", "a"), ("href", "/x")), 'href="/x"'),
        ("xlink:href", "xml", (("", "use"), ("xlink:href", "/x")), 'xlink:href="/x"'),
        ("loc", "xml", (), "loc: /x"),
        ("Location", "header", (), "Location: /x"),
        ("url()", "css", (), "url(/x)"),
        ("style url()", "css", (), "style url(/x)"),
        ("image-set()", "css", (), 'image-set("/x")'),
        ("@import", "css", (), '@import "/x"'),
        ("fetch()", "javascript", (), 'fetch("/x")'),
        ("onclick fetch()", "javascript", (), 'onclick fetch("/x")'),
        ("string", "javascript", (), '"/x"'),
        ("onclick string", "javascript", (), 'onclick "/x"'),
        ("import", "javascript", (), 'import "/x"'),
        ("location.href", "javascript", (), 'location.href: "/x"'),
        ("$.icons[0].src", "json", (), '$.icons[0].src: "/x"'),
        ("redirect()", "python", (), 'redirect("/x")'),
    ],
)
def test_a_url_is_shown_as_it_stands_in_its_text(
    position: str, language: str, element: Any, shown: str
) -> None:
    found = fault("/x", position, language, element=element, count=0, suggestion="")
    assert first_line(found) == (
        f"templates/base.html:12:9: {shown} lacks the prefix /svc/v1"
    )


@pytest.mark.parametrize(
    ("url", "holes", "shown"),
    [
        (f"/items/{HOLE}", ("item.id",), "/items/{item.id}"),
        (f"/{HOLE}/{HOLE}", ("a",), "/{a}/{...}"),
        (f"/items/{HOLE}", ("x" * 31,), "/items/{...}"),
        (f"/items/{HOLE}", (f'"a" + {HOLE}',), '/items/{"a" +}'),
        (" /x\n\x1b[31m\ud800 ", (), "/x\\n\\x1b[31m\\ud800"),
    ],
    ids=["HOLE", "code not known", "long code", "HOLE in code", "control characters"],
)
def test_a_url_says_what_is_not_known_of_it(
    url: str, holes: tuple[str, ...], shown: str
) -> None:
    found = fault(url, holes=holes, count=0, suggestion="")
    assert f'href="{shown}" lacks' in first_line(found)


def test_a_url_in_a_template_has_its_expressions() -> None:
    template = source('<a href="«/{{ a }}/{{ post.id }}»">')
    (reference,) = template.references
    found = fault(reference.url, count=0, suggestion="")
    found = replace(found, written_in=template, reference=reference)
    assert 'href="/{{ a }}/{{ post.id }}" lacks' in first_line(found)
    assert as_dict(findings(found))["faults"][0]["url"] == "/{{ a }}/{{ post.id }}"
    module = replace(found, written_in=replace(template, kind="python"))
    assert 'href="/{{ a }}/{{ post.id }}" lacks' in first_line(module)
    script = replace(found, reference=reference._replace(is_plain=False))
    assert 'href="/{a}/{post.id}" lacks' in first_line(script)


@pytest.mark.parametrize(
    ("values", "line"),
    [
        (
            {"count": 1, "page": "/items"},
            'templates/base.html:12:9: href="/about" lacks the prefix /svc/v1'
            " (on /items): write {{ url_for('about') }}",
        ),
        (
            {"count": 0, "suggestion": ""},
            'templates/base.html:12:9: href="/about" lacks the prefix /svc/v1',
        ),
        (
            {"source": None, "page": "/items", "count": 1},
            '/items: href="/about" lacks the prefix /svc/v1:'
            " write {{ url_for('about') }}",
        ),
        (
            {"source": None, "page": "/items", "count": 2, "suggestion": ""},
            '/items: href="/about" lacks the prefix /svc/v1 (on 2 pages)',
        ),
    ],
    ids=["one page", "no page", "no place", "no place, two pages"],
)
def test_a_fault_says_what_is_known(values: dict[str, Any], line: str) -> None:
    assert first_line(fault(**values)) == line


def many() -> Findings:
    """Findings with some of all."""
    return findings(
        fault(),
        fault("/login", source=Place("templates/base.html", 14, 9), count=0),
        fault(
            f"/api/items/{HOLE}",
            "fetch()",
            "javascript",
            source=Place("shop/frontend/static/application/main.js", 1204, 19),
            suggestion='the root from the page, such as data-root="{{ root }}"',
            is_certain=False,
            holes=("item.id",),
        ),
        fault("/login", "Location", "header", source=None, page="/logout", count=3),
        notes=tuple(
            Note(
                f"/note{number}",
                "/",
                Place("static/a.js", number, 3) if number else None,
                "fits the route of 'about'",
            )
            for number in range(10)
        ),
        skipped=(
            *(Skipped(f"/logout{n}", "a GET may change something") for n in range(9)),
            Skipped("/items/<int:id>", "nothing links to it"),
        ),
        asked=1212,
        read={"template": 34, "static": 12, "python": 1},
        dead=("old.html", "older.html"),
        limit="The walk ended at the limit of --max-pages, 1000: 3 were not asked.",
    )


AT_80 = """\
templates/base.html:12:9: href="/about" lacks the prefix /svc/v1
    (on 184 pages, first /): write {{ url_for('about') }}
templates/base.html:14:9: href="/login" lacks the prefix /svc/v1:
    write {{ url_for('about') }}

shop/frontend/static/application/main.js:1204:19:
    fetch("/api/items/{item.id}") lacks the prefix /svc/v1
    (on 184 pages, first /):
    write the root from the page, such as data-root="{{ root }}"

/logout: Location: /login lacks the prefix /svc/v1 (on 3 pages):
    write {{ url_for('about') }}

Only possible, and no fault: a browser may never ask for these
  /: "/note0" fits the route of 'about'
  static/a.js:1:3: "/note1" fits the route of 'about'
  static/a.js:2:3: "/note2" fits the route of 'about'
  static/a.js:3:3: "/note3" fits the route of 'about'
  static/a.js:4:3: "/note4" fits the route of 'about'
  static/a.js:5:3: "/note5" fits the route of 'about'
  static/a.js:6:3: "/note6" fits the route of 'about'
  static/a.js:7:3: "/note7" fits the route of 'about'
  and 2 more, which --json lists

Not asked, or not read to the end
  a GET may change something: /logout0, /logout1, /logout2, /logout3, /logout4,
    /logout5, /logout6, /logout7 and 1 more
  nothing links to it: /items/<int:id>

Asked for 1,212 pages, and read 34 templates, 12 static files and 1 Python file.
Left out 2 files that nothing names: old.html, older.html.
The walk ended at the limit of --max-pages, 1000: 3 were not asked.
Found 4 URLs with a wrong prefix.
flask prefix-urls check --diff prints a patch for 3 of them."""


def test_a_report_is_readable_at_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = text_of(many())
    assert text == AT_80
    assert max(map(len, text.splitlines())) <= 80


def test_a_url_and_what_to_write_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    assert text_of(findings(fault())).startswith(
        "templates/base.html:12:9:\n"
        '    href="/about" lacks the prefix /svc/v1\n'
        "    (on 184 pages, first /):\n"
        "    write {{ url_for('about') }}\n"
    )


def test_a_report_has_colours_in_a_terminal(tmp_path: Path) -> None:
    program = (
        "import click; from test_check_report import *; click.echo(as_text(many()))"
    )
    shown = run_in_terminal(
        [sys.executable, "-c", program],
        80,
        directory=tmp_path,
        environ={"PYTHONPATH": str(Path(__file__).parent)},
    )
    assert shown.status == 0
    assert shown.plain.replace("\r\n", "\n").strip() == AT_80
    assert click.style("templates/base.html:12:9:", bold=True) in shown.text
    assert f"write {click.style(WRITE, fg='green')}" in shown.text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "Asked for 1 page.\nFound no URL with a wrong prefix."),
        (
            {"asked": 2, "read": {"static": 1, "python": 0}},
            "Asked for 2 pages, and read 1 static file.\n"
            "Found no URL with a wrong prefix.",
        ),
        (
            {"dead": [f"{n}.html" for n in range(10)]},
            "Asked for 1 page.\n"
            "Left out 10 files that nothing names: 0.html, 1.html, 2.html, 3.html,"
            " 4.html, 5.html, 6.html, 7.html and 2 more.\n"
            "Found no URL with a wrong prefix.",
        ),
    ],
    ids=["one page", "files", "dead"],
)
def test_it_says_when_nothing_was_found(values: dict[str, Any], text: str) -> None:
    assert text_of(findings(**values)) == text


def test_no_patch_is_promised_if_nothing_is_certain() -> None:
    assert text_of(findings(fault(is_certain=False))).endswith(
        "\nFound 1 URL with a wrong prefix."
    )


def test_programs_get_plain_values() -> None:
    found = findings(
        fault(count=2, page="/items"),
        fault(f"/a/{HOLE}", source=None, holes=("id",), suggestion=""),
        notes=(Note("/x", "/", None, "fits the route of 'x'"),),
        skipped=(Skipped("/logout", "a GET may change something"),),
        read={"template": 3},
        dead=("old.html",),
        limit="The walk ended.",
    )
    nowhere = {"file": None, "line": None, "column": None}
    as_json = json.loads(json.dumps(as_dict(found)))
    assert as_json == {
        "faults": [
            {
                "url": "/about",
                "page": "/items",
                "position": "href",
                "source": {"file": "templates/base.html", "line": 12, "column": 9},
                "kind": "no-prefix",
                "endpoint": "about",
                "suggestion": WRITE,
                "count": 2,
            },
            {
                "url": "/a/{id}",
                "page": "/",
                "position": "href",
                "source": nowhere,
                "kind": "no-prefix",
                "endpoint": "about",
                "suggestion": "",
                "count": 184,
            },
        ],
        "notes": [
            {
                "url": "/x",
                "page": "/",
                "source": nowhere,
                "text": "It fits the route of 'x'.",
            }
        ],
        "skipped": [{"what": "/logout", "reason": "a GET may change something"}],
        "asked": 1,
        "read": {"template": 3},
        "dead": ["old.html"],
        "limit": "The walk ended.",
    }
