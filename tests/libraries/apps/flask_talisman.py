"""flask-talisman: the way to https, a policy that reports, a session, and headers."""

from __future__ import annotations

import re

from flask import (
    Blueprint,
    Flask,
    redirect,
    render_template_string,
    request,
    session,
    url_for,
)
from flask_talisman import Talisman
from werkzeug.wrappers import Response

from flask_prefix_urls import prefix_of

from ..library import Library, SetUp, Way
from ..person import Person

PAGE = """
    <!doctype html>
    <script nonce="{{ csp_nonce() }}" src="{{ url_for('pages.script') }}"></script>
    <p>{{ session.name or "nobody" }}</p>
    <form method="post"><input name="name"><input type="submit"></form>
"""


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.secret_key = "a key"
    set_up.first(app)
    talisman = Talisman(
        app,
        content_security_policy={"default-src": "'self'"},
        content_security_policy_nonce_in=["default-src"],
        content_security_policy_report_uri="/csp",
        # What asks here has no TLS.
        session_cookie_secure=False,
    )
    pages = Blueprint("pages", __name__)

    @pages.route("/", methods=["GET", "POST"])
    def index() -> str | Response:
        if request.method == "GET":
            return render_template_string(PAGE)
        session["name"] = request.form["name"]
        return redirect(url_for("pages.index"))

    @pages.get("/script.js")
    def script() -> Response:
        return Response("", mimetype="text/javascript")

    @pages.get("/health")
    @talisman(force_https=False, content_security_policy=None)
    def health() -> str:
        return "ok"

    @pages.post("/csp")
    def csp() -> tuple[str, int]:
        return "", 204

    app.register_blueprint(pages)
    set_up.last(app)
    if set_up.line:
        talisman.content_security_policy_report_uri = prefix_of(app) + "/csp"
        # Its blueprint may have a prefix of its own.
        if (own := prefix_of(app, "pages")) != prefix_of(app):
            talisman.content_security_policy_report_uri = own + "/csp"
    return app


def use(person: Person) -> None:
    healthy = person.send("GET", "/health")
    assert "Content-Security-Policy" not in healthy.headers
    sent = person.send("GET", "/?q=a%20b", 302, allow_redirects=False)
    https = person.url("/?q=a%20b").replace("http:", "https:")
    assert sent.headers["Location"] == https
    # As a proxy that has TLS says it.
    person.browser.session.headers["X-Forwarded-Proto"] = "https"
    person.open("/")
    assert "max-age" in person.answer.headers["Strict-Transport-Security"]
    policy = person.answer.headers["Content-Security-Policy"]
    (nonce,) = re.findall("'nonce-(.*?)'", policy)
    assert nonce == person.browser.page.script["nonce"]
    person.submit(name="Ada")
    assert "Ada" in person.text
    (uri,) = re.findall("report-uri (.*)", policy)
    assert uri == f"{person.prefix}/csp", f"the browser reports to {uri}"
    person.send("POST", person.root + uri, 204, json={"csp-report": {}})


LIBRARY = Library(
    "flask-talisman",
    make_app,
    use,
    blueprints=("pages",),
    line='talisman.content_security_policy_report_uri = prefix_of(app) + "/csp"',
    faults={
        Way.WITHOUT_LINE: "the browser reports to /csp",
        Way.PROXY_FIX: "the browser reports to /csp",
    },
    note="You need the line only if you collect reports of the policy.",
)
