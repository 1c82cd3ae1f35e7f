"""The files of an app: which are read, and which nothing names."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import pytest
from flask import Blueprint, Flask
from jinja2 import FunctionLoader

from flask_prefix_urls.check.page import Page, Walk
from flask_prefix_urls.check.sources import installed, sent_files
from flask_prefix_urls.check.sources.app_files import Sources, read_sources
from flask_prefix_urls.check.texts.reference import HOLE

NO_WALK = Walk((), ())


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose modules can be imported."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    known = {*sys.modules}
    yield tmp_path
    for name in {*sys.modules} - known:
        if getattr(sys.modules[name], "__file__", None) and str(
            sys.modules[name].__file__
        ).startswith(str(tmp_path)):
            del sys.modules[name]


def app_of(folder: Path, files: dict[str, str], name: str = "shop") -> Flask:
    write(folder, files)
    app = import_module(name).app
    assert isinstance(app, Flask)
    return app


APP = """
from flask import Flask, render_template
app = Flask(__name__)

@app.route("/")
def index():
    return render_template("index.html")
"""


def page(endpoint: str = "index", filename: str = "", *templates: str) -> Page:
    values = {"filename": filename}
    return Page(
        *("/", "http://localhost/", 200, (), "", (), endpoint, values, templates)
    )


def files_of(sources: Sources) -> list[str]:
    return [source.file for source in sources.live]


def test_a_package_is_read_with_its_files(folder: Path) -> None:
    app = app_of(
        folder,
        {
            "shop/__init__.py": APP,
            "shop/later/views.py": "URL = '/later'",
            "shop/tests/test_shop.py": "redirect('/no')",
            "shop/conftest.py": "redirect('/no')",
            "shop/.hidden/a.py": "redirect('/no')",
            "shop/node_modules/a.py": "redirect('/no')",
            "shop/templates/index.html": '<a href="/x">\n<link href="site.css">',
            "shop/static/site.css": "a { background: url(/static/y.png) }",
            "shop/static/.hidden.css": "",
            "shop/static/picture.png": "",
            "shop/static/folder.css/picture.png": "",
        },
    )
    sources = read_sources(app, NO_WALK)
    assert [
        (source.kind, source.file, source.name, source.endpoint)
        for source in sources.live
    ] == [
        ("template", "shop/templates/index.html", "index.html", ""),
        ("static", "shop/static/site.css", "site.css", "static"),
        ("python", "shop/__init__.py", "shop", ""),
        ("python", "shop/later/views.py", "shop.later.views", ""),
    ]
    assert [source.path for source in sources.live] == [
        folder / source.file for source in sources.live
    ]
    assert not any(source.is_installed for source in sources.live)
    assert (sources.dead, sources.unread) == ((), ())
    (link, _), (image,) = (source.references for source in sources.live[:2])
    assert (link.url, link.position) == ("/x", "href")
    assert (image.url, image.position) == ("/static/y.png", "url()")


def test_a_module_is_read_with_those_beside_it_that_were_imported(folder: Path) -> None:
    app = app_of(
        folder,
        {
            "shop.py": f"import other, inner.views, node_modules.lib\n{APP}",
            "node_modules/lib.py": "",
            "other.py": "",
            "inner/views.py": "",
            "never.py": "",
        },
    )
    assert files_of(read_sources(app, NO_WALK)) == [
        "inner/views.py",
        "other.py",
        "shop.py",
    ]


def test_the_package_of_a_blueprint_is_read(folder: Path) -> None:
    write(
        folder,
        {
            "parts/__init__.py": "from flask import Blueprint\n"
            "part = Blueprint('part', __name__, static_folder='files')",
            "parts/files/a.js": "fetch('/x')",
            "parts/files/b.js": "import '/files/a.js'",
        },
    )
    app = app_of(
        folder,
        {
            "shop/__init__.py": f"from parts import part\n{APP}"
            "app.register_blueprint(part, url_prefix='/part')\n# b.js"
        },
    )
    sources = read_sources(app, NO_WALK)
    assert files_of(sources) == [
        "parts/files/b.js",
        "parts/files/a.js",
        "parts/__init__.py",
        "shop/__init__.py",
    ]
    assert {one.endpoint for one in sources.live if one.kind == "static"} == {
        "part.static"
    }


def test_a_module_of_tests_counts_for_the_functions_of_the_app(folder: Path) -> None:
    app = app_of(
        folder,
        {
            "test_shop.py": """
            from flask import Flask, redirect
            from flask.views import MethodView

            app, other = Flask(__name__), Flask("other")

            @app.route("/")
            def view():
                return redirect("/view")

            @app.errorhandler(404)
            def missing(error):
                return redirect("/missing")

            class Item(MethodView):
                def get(self):
                    return redirect("/item")

            app.add_url_rule("/items", view_func=Item.as_view("item"))
            app.add_url_rule("/callable", "callable", dict)

            @other.route("/")
            def other_view():
                return redirect("/no")
            """,
            "conftest.py": "",
        },
        "test_shop",
    )
    import_module("conftest")
    (source,) = read_sources(app, NO_WALK).live
    assert [one.url for one in source.references] == ["/view", "/missing", "/item"]


def test_templates_that_nothing_names_are_dead(folder: Path) -> None:
    app = app_of(
        folder,
        {
            "shop/__init__.py": f"""{APP}
def more(page):
    return render_template(f"pages/{{page}}.html")
class View:
    template_name = "class.html"
lambda: open("shop/templates/opened.html")
"{{}}/{{}}".format(1, 2), "missing.html"
""",
            "shop/templates/index.html": "{% extends 'base.html' %}"
            "{% include ['parts/' ~ part ~ '.html', any] %}",
            "shop/templates/base.html": "{% import 'macros.html' as macros %}",
            "shop/templates/macros.html": "",
            "shop/templates/parts/a.html": "",
            "shop/templates/pages/a.html": "",
            "shop/templates/class.html": "",
            "shop/templates/opened.html": "",
            "shop/templates/rendered.html": "",
            "shop/templates/dead.html": "{% include 'of_dead.html' %}",
            "shop/templates/of_dead.html": "",
        },
    )
    walk = Walk((page("index", "", "rendered.html"),), ())
    sources = read_sources(app, walk)
    assert sources.dead == ("dead.html", "of_dead.html")
    assert [source.name for source in sources.live if source.kind == "template"] == [
        "base.html",
        "class.html",
        "index.html",
        "macros.html",
        "opened.html",
        "pages/a.html",
        "parts/a.html",
        "rendered.html",
    ]


def test_static_files_that_nothing_names_are_dead(folder: Path) -> None:
    app = app_of(
        folder,
        {
            "shop/__init__.py": APP,
            "shop/templates/index.html": "<script src='/static/app.js'></script>"
            "<script src='{{ asset('main.js') }}'></script> /pages/named.html",
            "shop/static/app.js": "import './far/by_app.js'; load('folder/' + name);"
            " templateUrl = '/static/partials/user/' + page + '.html'",
            "shop/static/far/by_app.js": "",
            "shop/static/folder/a.js": "",
            "shop/static/main.0123abcd.js": "",
            "shop/static/got.js": "",
            "shop/static/dead.js": "import 'by_dead.js'",
            "shop/static/by_dead.js": f"{'x' * 400}.js",
            "shop/static/pages/named.html": "",
            "shop/static/demo/named.html": "",
            "shop/static/partials/user/edit.html": "",
            "shop/static/demo/user/edit.html": "",
            "shop/static/demo/index.html": "",
        },
    )
    sources = read_sources(app, Walk((page("static", "got.js"),), ()))
    assert sources.dead == (
        "by_dead.js",
        "dead.js",
        "demo/index.html",
        "demo/named.html",
        "demo/user/edit.html",
    )
    assert len(sources.live) == 9


def test_a_file_that_is_a_page_is_read_once(folder: Path) -> None:
    files = {"shop/pages/a.html": "a", "shop/templates/b.html": "b"}
    app = app_of(folder, {"shop/__init__.py": APP, **files})
    pages = (
        replace(page(), target="/a.html", text="a"),
        replace(page(), target="/x/a.html", text="a"),
        replace(page("index", "", "b.html"), target="/b.html", text="b"),
    )
    sources = read_sources(app, Walk(pages, ()))
    assert [source.file for source in sources.live if source.kind == "static"] == [
        "shop/pages/a.html"
    ]


def test_files_that_a_view_sends_are_read(folder: Path) -> None:
    app = app_of(
        folder,
        {
            "backend/shop.py": f"""{APP}
FOLDER = "frontend"
def view(name):
    return send_from_directory(FOLDER, name or "index.html")
def other():
    return send_file("pages/one.html"), send_file("frontend/js/a.js")
names = "backend", "static"
""",
            "frontend/index.html": '<a href="/item/{{ item.id }}">'
            "<script src='js/a.js'>",
            "frontend/js/a.js": "fetch('/')",
            "frontend/js/dead.js": "",
            "frontend/node_modules/a.js": "",
            "frontend/picture.png": "",
            "backend/pages/one.html": "",
            "backend/static/b.js": "'b.js'",
            "backend/other.py": "names = 'notes'",
            "notes/a.js": "",
        },
        "backend.shop",
    )
    sources = read_sources(app, NO_WALK)
    assert [
        (source.file, source.name, source.endpoint)
        for source in sources.live
        if source.kind == "static"
    ] == [
        ("frontend/index.html", "index.html", ""),
        ("frontend/js/a.js", "js/a.js", ""),
        ("backend/pages/one.html", "one.html", ""),
    ]
    assert sources.dead == ("b.js", "js/dead.js")
    link = sources.live[0].references[0]
    assert (link.url, link.holes) == (f"/item/{HOLE}", ("item.id",))


def test_a_folder_with_too_many_files_is_not_read_to_its_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_files, "_MOST_FILES", 1)
    app = app_of(
        folder,
        {
            "shop.py": f"{APP}\nlambda: send_from_directory('pages', 'a.js')",
            "pages/a.js": "",
            "pages/b.js": "'b.js'",
        },
    )
    sources = read_sources(app, NO_WALK)
    assert len(sources.live) + len(sources.dead) == 2


def test_a_template_may_be_named_by_the_url(folder: Path) -> None:
    view = """
@app.route("/<name>")
def page(name):
    name += ".html"
    return render_template(name)
"""
    app = app_of(
        folder,
        {
            "shop/__init__.py": APP + view,
            "shop/templates/about.html": "<a href='/'>",
            "shop/templates/feed.xml": "",
        },
    )
    sources = read_sources(app, NO_WALK)
    assert files_of(sources) == ["shop/templates/about.html", "shop/__init__.py"]
    assert sources.dead == ("feed.xml",)


def test_what_cannot_be_read_is_said(folder: Path) -> None:
    app = app_of(
        folder,
        {
            "shop/__init__.py": APP,
            "shop/broken.py": "def",
            "shop/templates/index.html": "{{ ) }}",
            "shop/templates/names.html": "{% include %}",
        },
    )
    for name in ("binary.html", "picture.png"):
        (folder / "shop/templates" / name).write_bytes(b"\xff")
    sources = read_sources(app, NO_WALK)
    assert files_of(sources) == ["shop/__init__.py"]
    assert [(one.what, one.reason[:19]) for one in sources.unread] == [
        ("binary.html", "it cannot be read: "),
        ("index.html", "it cannot be read: "),
        ("names.html", "it cannot be read: "),
        ("shop.broken", "it cannot be read: "),
    ]


def test_a_loader_that_fails_is_said(app: Flask) -> None:
    def fail(_name: str) -> str:
        raise RuntimeError("No database.")

    app.jinja_env.loader = FunctionLoader(fail)
    walk = Walk((page("index", "", "a.html"),), ())
    (unread,) = read_sources(app, walk).unread
    assert (unread.what, unread.reason) == (
        "a.html",
        "it cannot be read: No database.",
    )


def test_a_library_names_its_own_templates(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = folder / "site-packages"
    write(
        library,
        {
            "lib/__init__.py": """
            from flask import Blueprint
            lib = Blueprint(
                "lib", __name__, template_folder="templates",
                static_folder="static", static_url_path="/lib-static",
            )
            template = "lib/page.html"
            """,
            "lib/templates/lib/page.html": '<a href="/x"><script src="lib.js">',
            "lib/templates/lib/dead.html": "",
            "lib/static/lib.js": "fetch('/lib-static/x'); '/ '",
            "lib/static/demo.html": "",
            "single.py": "class Extension: pass",
            "shapes/__init__.py": "name = 'shape.html'",
            "shapes/templates/shape.html": "",
        },
    )
    folders = installed._folders()
    monkeypatch.setattr(installed, "_folders", lambda: (library, *folders))
    monkeypatch.syspath_prepend(library)
    app = app_of(
        folder,
        {
            "shop/__init__.py": f"from lib import lib\nimport single\n{APP}"
            "app.register_blueprint(lib)\n"
            "app.extensions['single'] = single.Extension()\n"
            "from jinja2 import ChoiceLoader, PackageLoader\n"
            "loaders = [app.jinja_loader, PackageLoader('shapes')]\n"
            "app.jinja_loader = ChoiceLoader(loaders)\n",
            "shop/templates/index.html": "",
        },
    )
    sources = read_sources(app, NO_WALK)
    assert [(source.file, source.is_installed) for source in sources.live] == [
        ("shop/templates/index.html", False),
        ("lib/templates/lib/page.html", True),
        ("shapes/templates/shape.html", True),
        ("lib/static/lib.js", True),
        ("shop/__init__.py", False),
    ]
    assert sources.dead == ("demo.html", "lib/dead.html")


def test_the_app_itself_may_be_installed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = installed._folders()
    monkeypatch.setattr(installed, "_folders", lambda: (folder / "lib", *folders))
    monkeypatch.syspath_prepend(folder / "lib")
    app = app_of(
        folder / "lib", {"shop/__init__.py": APP, "shop/templates/index.html": ""}
    )
    sources = read_sources(app, NO_WALK)
    assert [(source.file, source.is_installed) for source in sources.live] == [
        ("shop/templates/index.html", False),
        ("shop/__init__.py", False),
    ]


@pytest.mark.parametrize(
    ("rule", "text", "is_read"),
    [
        ("/about", 'load("/about")', True),
        ("/about", 'load("/about-us")', False),
        ("/about", 'load("/")', True),
        ("/about", 'load("/x/y")', False),
        ("/<name>", 'load("/x/y")', True),
    ],
)
def test_a_script_is_read_if_it_names_a_route(
    folder: Path, rule: str, text: str, is_read: bool
) -> None:
    app = app_of(
        folder,
        {
            "shop/__init__.py": f"{APP}\napp.add_url_rule({rule!r}, 'rule')\n'a.js'",
            "shop/static/a.js": text,
        },
    )
    (script,) = (one for one in read_sources(app, NO_WALK).live if one.kind == "static")
    assert bool(script.references) == is_read


def test_what_is_not_served_is_not_read(folder: Path) -> None:
    app = app_of(folder, {"shop/__init__.py": APP, "shop/static/a.js": ""})
    blueprint = Blueprint("b", __name__)
    app.register_blueprint(blueprint)
    app.view_functions.pop("static")
    assert files_of(read_sources(app, NO_WALK)) == ["shop/__init__.py"]
    app.static_folder = None
    assert files_of(read_sources(app, NO_WALK)) == ["shop/__init__.py"]
    shutil.rmtree(folder / "shop")


def test_an_app_of_no_module_has_no_python(app: Flask) -> None:
    app.import_name = "not_imported"
    assert [one.kind for one in read_sources(app, NO_WALK).live] == []


def test_a_file_elsewhere_has_its_whole_path(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_of(folder, {"shop/__init__.py": APP, "elsewhere/empty": ""})
    monkeypatch.chdir(folder / "elsewhere")
    (source,) = read_sources(app, NO_WALK).live
    assert source.file == (folder / "shop/__init__.py").as_posix()
