"""The blog of Flask's tutorial."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from ..application import Application, Decoy, Fault, Replacement, imported_anew


def make_app(folder: Path) -> Flask:
    module = imported_anew("flaskr")
    app: Flask = module.create_app({"DATABASE": str(folder / "flaskr.sqlite")})
    with app.app_context():
        module.db.init_db()
        db = module.db.get_db()
        db.execute("INSERT INTO user (username, password) VALUES ('Ada', 'a hash')")
        db.execute(
            "INSERT INTO post (title, body, author_id)"
            " VALUES ('Ways', 'See /auth/login, or <a href=\"/\">all</a>.', 1)"
        )
        db.commit()
    return app


AUTH = "flaskr/auth.py"
BASE = "flaskr/templates/base.html"
INDEX = "flaskr/templates/blog/index.html"
UPDATE = "flaskr/templates/blog/update.html"

APPLICATION = Application(
    "flaskr",
    make_app,
    example="tutorial",
    decoys=(
        Decoy(AUTH, 16, '"/auth"', "it is what the routes of a blueprint begin with"),
        Decoy("flaskr/__init__.py", 26, '"/hello"', "it is a route"),
        Decoy("flaskr/blog.py", 16, '"/"', "it is a route"),
    ),
    replacements=(
        Replacement(
            """href="{{ url_for('static', filename='style.css') }}">""",
            """href="/static/style.css">""",
            Fault(BASE, 3, 30, "/static/style.css", "static", "/static/style.css"),
        ),
        Replacement(
            """<a href="{{ url_for('index') }}">Flaskr</a>""",
            """<a href="/">Flaskr</a>""",
            Fault(BASE, 5, 16, "/", "blog.index", "/"),
        ),
        Replacement(
            "{{ url_for('blog.update', id=post['id']) }}",
            "/{{ post['id'] }}/update",
            Fault(
                INDEX,
                19,
                35,
                "/{{ post['id'] }}/update",
                "blog.update",
                "/1/update",
                met=False,
            ),
        ),
        Replacement(
            "{{ url_for('blog.delete', id=post['id']) }}",
            "/{{ post['id'] }}/delete",
            Fault(
                UPDATE,
                16,
                17,
                "/{{ post['id'] }}/delete",
                "blog.delete",
                "/1/delete",
                "POST",
                met=False,
            ),
        ),
        # For a user who is not logged in.
        Replacement(
            """            return redirect(url_for("auth.login"))

        return view""",
            """            return redirect("/auth/login")

        return view""",
            Fault(AUTH, 25, 30, "/auth/login", "auth.login", "/auth/login", met=False),
        ),
        # After a POST.
        Replacement(
            """            return redirect(url_for("index"))

        flash""",
            """            return redirect("/")

        flash""",
            Fault(AUTH, 105, 30, "/", "blog.index", "/", met=False),
        ),
    ),
)
