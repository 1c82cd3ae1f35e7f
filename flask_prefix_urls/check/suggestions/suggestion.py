"""What to write in place of a wrong URL."""

from __future__ import annotations

from flask import Flask

from ..findings import Replacement
from ..places.written import Written
from ..texts.reference import HOLE, Reference
from ..verdicts.verdict import Verdict
from .call_code import as_python, as_template
from .in_python import suggest_in_python
from .in_static_file import suggest_in_static_file
from .in_template import suggest_in_template
from .template_code import TemplateCode
from .url_for_call import call_for


def suggest(
    app: Flask, verdict: Verdict, reference: Reference, written: Written | None
) -> tuple[str, Replacement | None]:
    """Return what to write, and the change if it is certain to be right.

    :param app: The app.
    :param verdict: What is wrong.
    :param reference: The URL as a page, or a source, has it.
    :param written: Where it was written; ``None`` if that is not known.
    :return: A few words for ``write ...``, such as ``{{ url_for('about') }}``, and the
        change of the source. ``""`` if nobody can know what to write.
    """
    if not verdict.endpoint:
        # A deployed app has no endpoints that one knows.
        return "", None
    if written is None:
        return _without_place(app, verdict, reference), None
    if written.source.kind == "static":
        return suggest_in_static_file(app, verdict, written)
    if written.source.kind == "python":
        return suggest_in_python(app, verdict, written)
    return suggest_in_template(app, verdict, written)


def _without_place(app: Flask, verdict: Verdict, reference: Reference) -> str:
    call = None if HOLE in reference.url else call_for(app, verdict, reference.url)
    if call is None:
        return ""
    if reference.language in ("header", "json"):
        return as_python(call, ())
    return TemplateCode(app.jinja_env).output(as_template(call, ()))
