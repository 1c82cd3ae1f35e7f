"""What to write in place of a URL in a template."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask

from ...state import state_of
from ..findings import Replacement
from ..places.written import Written
from ..texts.reference import HOLE, Reference
from ..verdicts.verdict import Verdict
from .call_code import as_template
from .public_root import with_public_root
from .template_code import TemplateCode
from .url_for_call import call_for

# "request.script_root + url_for('x')": the prefix is in url_for's URL already.
_URL_FOR = re.compile(r"(?:[\w.]+\s*[+~]\s*)?(url_for\((?:[^()]|\([^()]*\))*\))")
# A URL without prefix, since it is the route.
_ROUTES = ("request.path", "request.full_path")
_ROOT = "request.script_root"


def suggest_in_template(
    app: Flask, verdict: Verdict, written: Written
) -> tuple[str, Replacement | None]:
    """Return what to write in a template, and the change if it is certain.

    :param app: The app.
    :param verdict: What is wrong.
    :param written: Where it was written.
    """
    source, reference = written.source, written.reference
    if TemplateCode(app.jinja_env).is_in_code(source.text, reference.start):
        words, change = _in_code(app, verdict, reference), None
    else:
        words, change = suggest_in_text(app, verdict, reference, source.text)
    if not source.is_installed:
        return words, change
    own = f" in a template of the app that is named {source.name}, too"
    return words and words + own, None


def suggest_in_text(
    app: Flask, verdict: Verdict, reference: Reference, text: str, quote: str = "'"
) -> tuple[str, Replacement | None]:
    """Return what to write in the text of a template.

    :param app: The app.
    :param verdict: What is wrong.
    :param reference: The URL.
    :param text: The template, or a module that has one in a string.
    :param quote: The quotation mark that may stand there.
    """
    code = TemplateCode(app.jinja_env)
    raw = text[reference.start : reference.end]
    shown = unescape(code.with_holes(raw)).strip()
    if (
        not reference.is_plain
        or shown != reference.url.strip()
        or not all(reference.holes)
        or len(reference.holes) != reference.url.count(HOLE)
    ):
        return _with_root(app, verdict, reference, text)
    rest = code.after_path(raw)
    built = _of_url_for(verdict, reference)
    if built is not None:
        words, is_certain = code.output(built) + rest, True
    elif _is_route(verdict, reference):
        words, is_certain = code.output(_ROOT) + raw, True
    else:
        call = call_for(app, verdict, reference.url, reference.holes)
        root = with_public_root(app, verdict, reference, text)
        if root[0] and (call is None or not verdict.is_literal):
            return root
        if call is None:
            return _with_root(app, verdict, reference, text)
        words = code.output(as_template(call, reference.holes, quote)) + rest
        is_certain = call.is_certain
    if not is_certain or code.has_statement(raw):
        return words, None
    return words, Replacement(reference.start, reference.end, words)


def _in_code(app: Flask, verdict: Verdict, reference: Reference) -> str:
    """Return what to write in place of a string; it may be compared as well."""
    call = None if HOLE in reference.url else call_for(app, verdict, reference.url)
    return "" if call is None else as_template(call, ())


def _of_url_for(verdict: Verdict, reference: Reference) -> str | None:
    """Return the ``url_for`` that a URL ends with, after a second prefix."""
    path = re.split(r"[?#]", reference.url)[0]
    if verdict.kind != "prefix-twice" or not path.endswith(HOLE):
        return None
    match = _URL_FOR.fullmatch(reference.holes[path.count(HOLE) - 1])
    return None if match is None else match[1]


def _is_route(verdict: Verdict, reference: Reference) -> bool:
    return (
        verdict.kind == "no-prefix"
        and not verdict.found
        and reference.url.startswith(HOLE)
        and reference.holes[0] in _ROUTES
    )


def _with_root(
    app: Flask, verdict: Verdict, reference: Reference, text: str
) -> tuple[str, Replacement | None]:
    """Return a URL with the root in front, if that is the same on all pages."""
    beginning = re.split(rf"[{HOLE}?#]", reference.url)[0]
    state = state_of(app)
    is_one_root = state is None or state.scopes.only_app
    if (
        not is_one_root
        or verdict.kind != "no-prefix"
        or verdict.found
        or not re.match(r"/(?![/\\])", beginning)
        or not text.startswith(beginning, reference.start)
    ):
        return "", None
    root = TemplateCode(app.jinja_env).output(_ROOT)
    shown = text[reference.start : reference.end] if reference.is_plain else beginning
    return root + shown, Replacement(reference.start, reference.start, root)
