"""The URLs in the Python of an app."""

from __future__ import annotations

import ast
import random
from textwrap import dedent

import pytest
from jinja2 import Environment

from flask_prefix_urls.check.sources.python import read_python
from flask_prefix_urls.check.sources.python_values import Values
from flask_prefix_urls.check.texts.reference import HOLE, Reference

SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    "<url><loc>/x</loc></url></urlset>"
)

# The URL with an underscore for each HOLE, what is written for it, the position, how
# much it says, and what stands at its place.
Row = tuple[str, str, str, str]


def read(text: str, only: set[int] | None = None) -> tuple[Reference, ...]:
    tree = ast.parse(text)
    return read_python(Values(text, tree), tree, Environment(), only)


def rows(text: str, only: set[int] | None = None) -> list[Row]:
    return [
        (
            one.url.replace(HOLE, "_"),
            " ".join([one.position, *one.holes]),
            one.use,
            text[one.start : one.end],
        )
        for one in read(text, only)
    ]


@pytest.mark.parametrize(
    ("code", "url", "position", "written"),
    [
        ('redirect("/x")', "/x", "redirect()", "/x"),
        ('flask.redirect(location="/x", code=303)', "/x", "redirect()", "/x"),
        ('from flask import redirect as go\ngo("/x")', "/x", "redirect()", "/x"),
        ('raise RequestRedirect("/x")', "/x", "RequestRedirect()", "/x"),
        ('redirect("é/x")', "é/x", "redirect()", "é/x"),
        ('é = 1; redirect("/x")', "/x", "redirect()", "/x"),
        (r'redirect("\x2fx")', "/x", "redirect()", r"\x2fx"),
        ('redirect("/x" "/y")', "/x/y", "redirect()", "/x"),
        ('redirect("/x/" + name)', "/x/_", "redirect() name", "/x/"),
        ('redirect("/x/%s" % name)', "/x/_", "redirect() name", "/x/%s"),
        ('redirect("/%s/%d" % (a, b))', "/_/_", "redirect() a b", "/%s/%d"),
        ('redirect("/%s/%d" % a)', "/_/_", "redirect() a ", "/%s/%d"),
        (
            'redirect("/x/{}/{b}".format(a, b=c.d))',
            "/x/_/_",
            "redirect() a c.d",
            "/x/{}/{b}",
        ),
        ('redirect(f"/x/{a.b}/{c}")', "/x/_/_", "redirect() a.b c", "/x/{a.b}/{c}"),
        ("redirect(f'/x/{a[\"}\"]}')", "/x/_", "redirect() a['}']", '/x/{a["}"]}'),
        ('redirect(f"/x/{{y}}/{a}")', "/x/{y}/_", "redirect() a", "/x/{{y}}/{a}"),
        (r'redirect("\x2fx/%s" % a)', "/x/_", "redirect() a", r"\x2fx/%s"),
        (r'redirect(f"\x2fx/{a}")', "/x/_", "redirect() a", r"\x2fx/{a}"),
        ('redirect(f"/{a}"  # "\n  "/xyz")', "/_/xyz", "redirect() a", "/{a}"),
        ('redirect(f"/{a}"  # "x{\n  f"/{b}")', "/_/_", "redirect() a b", "/{a}"),
        ('redirect("/x" f"/{a}")', "/x/_", "redirect() a", "/x"),
        ('redirect("/".join(["/x", a]))', "/x/_", "redirect() a", "/x"),
        ('URL = "/x"\nredirect(URL)', "/x", "redirect()", "/x"),
        (
            'URL = "/x"\ndef f():\n    return redirect(URL + "/y")',
            "/x/y",
            "redirect()",
            "/x",
        ),
        ('URL = "/x"\nredirect(f"{URL}/y")', "/x/y", "redirect()", "/x"),
        ('URL: str = "/x"\nredirect(URL)', "/x", "redirect()", "/x"),
        ('a, URL = 1, "/x"\nredirect(URL)', "/x", "redirect()", "/x"),
        ('redirect(url := "/x")', "/x", "redirect()", "/x"),
        ('def f(a, url="/x"):\n    redirect(url)', "/x", "redirect()", "/x"),
        ('def f(*, a, url="/x"):\n    redirect(url)', "/x", "redirect()", "/x"),
        (
            'class A:\n    url = "/x"\n    def f(self):\n        redirect(self.url)',
            "/x",
            "redirect()",
            "/x",
        ),
        ('def f():\n    return "/x"\nredirect(f())', "/x", "redirect()", "/x"),
        ('redirect(args.get("next", "/x"))', "/x", "redirect()", "/x"),
        ('redirect(args.get("next") or "/x")', "/x", "redirect()", "/x"),
        ('redirect(getattr(a, "b", "/x"))', "/x", "redirect()", "/x"),
        ('redirect(str("/x ").strip())', "/x ", "redirect()", "/x "),
        ('response.headers["Location"] = "/x"', "/x", "Location", "/x"),
        ('response.headers.add("Location", "/x")', "/x", "Location", "/x"),
        ('response.headers.set("Link", "</x>; rel=next")', "/x", "Link", "/x"),
        ('response.headers["Refresh"] = "0; url=/x"', "/x", "Refresh", "/x"),
        ('response.location = "/x"', "/x", "Location", "/x"),
        ('response.content_location: str = "/x"', "/x", "Content-Location", "/x"),
        ('def f():\n    return "", 302, {"Location": "/x"}', "/x", "Location", "/x"),
        ('Response(headers=[("Location", "/x")])', "/x", "Location", "/x"),
        ('Response(headers={"location": "/x", **more})', "/x", "location", "/x"),
        ('CODES = {302: dict(headers=dict(location="/x"))}', "/x", "location", "/x"),
        ('CODES = {302: {"headers": {"location": "/x"}}}', "/x", "location", "/x"),
        ('api.namespace("a", description="<a href=/x>")', "/x", "href", "/x"),
        ('Api(description="A <a href=/x>guide</a> to /y")', "/x", "href", "/x"),
        ('Response("<a href=/x>")', "/x", "href", "/x"),
        ('Response(response="a{b:url(/x)}", mimetype="text/css")', "/x", "url()", "/x"),
        (
            'Response("a{b:url(/x)}", content_type="text/CSS; charset=utf-8")',
            "/x",
            "url()",
            "/x",
        ),
        (f"Response('{SITEMAP}')", "/x", "loc", "/x"),
        ('make_response({"url": "/x"})', "/x", "$.url", "/x"),
        ('Response(json.dumps({"url": "/x"}))', "/x", "$.url", "/x"),
        ('jsonify(url="/x")', "/x", "$.url", "/x"),
        ('jsonify({"urls": [{"url": "/x"}, 1, []]})', "/x", "$.urls[0].url", "/x"),
        ('jsonify(1, {"url": "/x/%s" % a, b: 1})', "/x/_", "$[1].url a", "/x/%s"),
        ('jsonify({"url": dict(url="/x"), "b": dict()})', "/x", "$.url.url", "/x"),
        ('@app.get("/")\ndef f():\n    return {"url": "/x"}, 200', "/x", "$.url", "/x"),
        (
            'jsonify(urls=[{"url": f"/x/{a}"} for a in b])',
            "/x/_",
            "$.urls[0].url a",
            "/x/{a}",
        ),
        (
            '@app.get("/")\ndef f():\n    return [{"url": "/x"} for a in b]',
            "/x",
            "$[0].url",
            "/x",
        ),
        (
            '@app.errorhandler(404)\nasync def f(e):\n    return [{"url": "/x"}]',
            "/x",
            "$[0].url",
            "/x",
        ),
        (
            "class A(MethodView):\n    a = 1\n"
            '    def get(self):\n        return {"url": "/x"}',
            "/x",
            "$.url",
            "/x",
        ),
        (
            'app.add_url_rule("/a", view_func=lambda: {"url": "/x"})',
            "/x",
            "$.url",
            "/x",
        ),
        ('def f():\n    return "<a href=/x>"', "/x", "href", "/x"),
        ('Markup("<a href=/x>")', "/x", "href", "/x"),
        ('flash(f"""<p>\n<a href="/x/{a}">""")', "/x/_", "href a", "/x/{a}"),
        (
            "html = (\"<a class='b' \"\n  f\"id='{c}' \"\n  f\"href='/x'>\")",
            "/x",
            "href",
            "/x",
        ),
        ('html = "<a href=\\"/x\\">"', "/x", "href", '<a href=\\"/x\\">'),
        (
            'html = "<p>" + "".join(f"<a href=/x/{a}>" for a in b)',
            "/x/_",
            "href a",
            "/x/{a}",
        ),
        (
            'render_template_string("{% if a %}<a href=/x/{{ b }}>{% endif %}")',
            "/x/_",
            "href b",
            "/x/{{ b }}",
        ),
        ('render_template("a.html", url="/x")', "/x", "string", "/x"),
        (
            'render_template("a.html", nav=[("/x", "X"), {"a": 1}])',
            "/x",
            "string",
            "/x",
        ),
        (
            'NAV = [{"url": "/x"}]\nrender_template("a.html", **dict(nav=NAV))',
            "/x",
            "string",
            "/x",
        ),
        (
            '@app.context_processor\ndef f():\n    return dict(home="/x")',
            "/x",
            "string",
            "/x",
        ),
        ('app.jinja_env.globals["home"] = "/x"', "/x", "string", "/x"),
        ('app.jinja_env.globals.update(home="/x")', "/x", "string", "/x"),
        ('emit("go", {"url": "/x"})', "/x", "$.url", "/x"),
        ('StringField(render_kw={"hx-get": "/x"})', "/x", "string", "/x"),
        ('app.jinja_env.globals.update({"a": "/x"})', "/x", "string", "/x"),
        (
            'app.add_url_rule("/a", redirect_to="/x/<int:id>")',
            "/x/_",
            "redirect_to id",
            "/x/<int:id>",
        ),
        ('login_manager.login_view = "/x"', "/x", "login_view", "/x"),
    ],
)
def test_each_way_to_a_browser_is_known(
    code: str, url: str, position: str, written: str
) -> None:
    found = [row for row in rows(code) if row[2] != "note"]
    assert [(row[0], row[1], row[3]) for row in found] == [(url, position, written)]


@pytest.mark.parametrize(
    "code",
    [
        'path = "/x"',
        'ROUTES = ["/x"]',
        'if request.path == "/x": pass',
        'if request.path in ("/x", "/y"): pass',
        'if request.path.startswith("/x"): pass',
        'TREE = {"/x": "X"}',
        'session["next"] = "/x"',
        'response.headers[name] = "/x"',
    ],
)
def test_a_string_that_may_be_a_path_is_a_note(code: str) -> None:
    found = rows(code)
    assert found[0] == ("/x", "string", "note", "/x")
    assert {row[2] for row in found} == {"note"}


@pytest.mark.parametrize(
    "code",
    [
        '"""/x"""',
        'def f():\n    """/x"""',
        'def f(a: "/x") -> "/x":\n    b: "/x"',
        '@app.route("/x")\ndef f(): pass',
        '@app.route("/x")\nclass A: pass',
        'app.add_url_rule("/x", "x", f)',
        'Blueprint("x", __name__, url_prefix="/x")',
        'url_for("/x")',
        'redirect(url_for("x"))',
        "redirect(target)",
        "redirect()",
        "jsonify()",
        "f = lambda: 1",
        'client.get("/x")',
        'requests.post("/x", timeout=1)',
        'open("/x")',
        'Path("/x") / "y"',
        'log.info("/x")',
        'print("<a href=/x>")',
        'assert page == "/x"',
        'raise ValueError("/x")',
        'd["/x"]',
        'a = "see /x"',
        'a = "/x y"',
        'a = "text/html"',
        'a = b"/x"',
        "a = 1 + 2 - 3 % 4",
        'if "<a href=/x>" in page: pass',
        're.sub("<a href=/x>", "", page)',
        'Api(description="/x")',
        'page.count("", description="<a href=/x>")',
        "Response(headers=[a, *b])",
        'page.replace("<a href=/x>", "")',
        'page.startswith("<a href=/x>")',
        'render_template_string("{{ <a href=/x>")',
        'Response("", mimetype="text/plain")',
        'response.headers[name] = "/x/y z"',
        'response.headers.add("/x y")',
        'redirect("")',
        'render_template("a.html", a="", b=b"")',
        'render_template("a.html", a="x y")',
        "x = x or x\nredirect(x)",
        "x = x or x\nrender_template('a.html', x=x)",
        "Response(json.dumps(a))",
        "Response('', mimetype=a)",
        "Response(json.dumps())",
        "@a.b[0]\n@a\ndef f(): pass",
        "login_manager.user = a",
        'response.headers[a] = response.headers["a"] = "a"',
        "a[0] = 1",
        "a.b, c = 'x', 1\nredirect(a.b)",
        "app.add_url_rule('/x', view_func=lambda: 'a')",
        "jsonify(%s)" % ("[" * 30 + "]" * 30),
        "render_template('a.html', a=%s)" % ("[" * 30 + "]" * 30),
        "redirect(',/'.join(a))",
    ],
)
def test_what_no_browser_asks_for_is_left_alone(code: str) -> None:
    assert [row for row in rows(code) if row[0]] == []


def test_each_value_of_a_name_counts() -> None:
    code = dedent(
        """
        HOME = "/home"
        def view():
            if request.args:
                target = "/one" if a else "/two"
            else:
                target = args.get("next", HOME)
            return redirect(target)
        def other():
            return redirect(target)
        """
    )
    found = [row for row in rows(code) if row[2] == "link"]
    assert [row[0] for row in found] == ["/home", "/one", "/two"]


def test_a_url_is_plain_if_it_is_one_literal() -> None:
    code = dedent(
        r"""
        redirect("/a")
        redirect("/b" "/c")
        redirect("/d/%s" % x)
        redirect("\x2fe")
        flash(f"<a href='/f'>{x}</a>")
        flash(f"<a href='/g/{x}'>")
        """
    )
    found = read(code)
    assert [(one.url[1], one.is_plain) for one in found] == [
        ("a", True),
        ("b", False),
        ("d", False),
        ("e", False),
        ("f", True),
        ("g", False),
    ]


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ('redirect("/x")', "python"),
        ('response.headers["Location"] = "/x"', "python"),
        ('response.headers["Link"] = "</x>; rel=next"', "header"),
        ('jsonify(url="/x")', "python"),
        ('flash("<a href=/x>")', "html"),
    ],
)
def test_a_url_has_the_language_in_which_another_is_written(
    code: str, language: str
) -> None:
    assert [one.language for one in read(code)] == [language]


def test_only_some_functions_may_count() -> None:
    code = dedent(
        """
        redirect("/no")
        @app.route("/")
        def view():
            return redirect("/x")
        def other():
            return redirect("/no")
        app.add_url_rule("/", view_func=lambda: redirect("/y"))
        app.add_url_rule("/", view_func=lambda: {"url": "/z"})
        """
    )
    found = [(one.url, one.use) for one in read(code, {3, 8, 9})]
    assert found == [("/x", "link"), ("/y", "link"), ("/z", "link")]


def test_a_string_of_many_parts_ends() -> None:
    doubled = "\n".join(f"a{n + 1} = a{n} + a{n}" for n in range(60))
    chained = "b = '<a href=/x>' + " + " + ".join(["c"] * 1000)
    own = "d = '/d'\n" + "\n".join("d = d + 'e'" for _ in range(50))
    code = f"a0 = '/x'\n{doubled}\nredirect(a60)\n{chained}\n{own}\nredirect(d)"
    assert "/x" in [row[0] for row in rows(code)]


def test_an_expression_too_deep_to_be_written_is_a_hole() -> None:
    deep = "(" + " - ".join(["a"] * 900) + ")"
    assert rows(f"redirect('/x/' + {deep})")[0][:2] == ("/x/_", "redirect() ")


def test_any_code_is_read() -> None:
    pieces = ['"/x"', 'f"/{a}"', "redirect(", ")", "a", "=", "\n", "+", "%", ".format("]
    pieces += [
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        " if ",
        " else ",
        "'é'",
        "lambda: ",
        "return ",
    ]
    chance = random.Random(1)
    parsed = 0
    for _ in range(3000):
        text = "".join(chance.choices(pieces, k=chance.randint(1, 12)))
        try:
            ast.parse(text)
        except SyntaxError:
            continue
        parsed += 1
        assert all(0 <= one.start <= one.end <= len(text) for one in read(text))
    assert parsed > 50
