"""Flask-WTF: forms with a token, what they say to an error, and a file sent up."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import (
    Blueprint,
    Flask,
    flash,
    redirect,
    render_template_string,
    send_from_directory,
    url_for,
)
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import CSRFError
from flask_wtf.file import FileAllowed, FileField, FileRequired
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response
from wtforms import StringField, SubmitField
from wtforms.validators import DataRequired

from ..library import Library, SetUp
from ..person import Person, file_of

PAGE = """
    <!doctype html>
    {% for message in get_flashed_messages() %}<p>{{ message }}</p>{% endfor %}
    <form method="post" action="{{ url_for(request.endpoint) }}"
          enctype="multipart/form-data">
        {{ form.csrf_token }}
        {% for field in form if field.name != "csrf_token" %}
        {{ field }}
        {% for error in field.errors %}<p>{{ error }}</p>{% endfor %}
        {% endfor %}
    </form>
    <a href="{{ url_for('pages.new_photo') }}">Send a photo</a>
    {% for name in photos %}
    <a href="{{ url_for('pages.photo', name=name) }}">{{ name }}</a>
    {% endfor %}
"""


class NameForm(FlaskForm):
    name = StringField(validators=[DataRequired("A name is missing.")])
    submit = SubmitField()


class PhotoForm(FlaskForm):
    photo = FileField(
        validators=[FileRequired(), FileAllowed(["png"], "Only pictures.")]
    )
    submit = SubmitField()


def make_app(set_up: SetUp) -> Flask:
    app = Flask("library")
    app.secret_key = "a key"
    set_up.first(app)
    CSRFProtect(app)
    photos = Path(set_up.stack.enter_context(TemporaryDirectory()))
    pages = Blueprint("pages", __name__)

    @app.errorhandler(CSRFError)
    def no_token(error: CSRFError) -> tuple[str, int]:
        return str(error.description), 400

    @pages.route("/", methods=["GET", "POST"])
    def name() -> str | Response:
        form = NameForm()
        if form.validate_on_submit():
            flash(f"Hello {form.name.data}")
            return redirect(url_for("pages.name"))
        return render_template_string(PAGE, form=form)

    @pages.route("/photos/new", methods=["GET", "POST"])
    def new_photo() -> str | Response:
        form = PhotoForm()
        if form.validate_on_submit():
            file = form.photo.data
            file.save(photos / secure_filename(file.filename))
            return redirect(url_for("pages.new_photo"))
        names = [path.name for path in photos.iterdir()]
        return render_template_string(PAGE, form=form, photos=names)

    @pages.get("/photos/<name>")
    def photo(name: str) -> Response:
        return send_from_directory(photos, name)

    app.register_blueprint(pages)
    set_up.last(app)
    return app


def use(person: Person) -> None:
    person.open("/")
    person.submit()
    assert "A name is missing." in person.text
    person.submit(name="Ada")
    assert person.path == f"{person.prefix}/"
    assert "Hello Ada" in person.text
    answer = person.send("POST", "/", 400, data={"name": "Eve"})
    assert answer.text == "The CSRF token is missing."
    person.follow("Send a photo")
    person.submit(photo=file_of(b"a note", "notes.txt"))
    assert "Only pictures." in person.text
    person.submit(photo=file_of(b"a picture", "ada.png"))
    assert "Only pictures." not in person.text
    person.follow("ada.png")
    assert person.path == f"{person.prefix}/photos/ada.png"
    assert person.answer.content == b"a picture"


LIBRARY = Library("Flask-WTF", make_app, use, blueprints=("pages",))
