"""What to write in place of a URL in a module of the app."""

from __future__ import annotations

import re

from flask import Flask

from ..findings import Replacement
from ..places.python_code import Expression, expression_of
from ..places.written import Written
from ..texts.reference import HOLE
from ..verdicts.verdict import Verdict
from .call_code import as_python, string_in_python
from .flask_import import url_for_of
from .in_template import suggest_in_text
from .public_root import with_public_root
from .url_for_call import call_for

_OPENING = re.compile(r"\w*(['\"])\1{0,2}")


def suggest_in_python(
    app: Flask, verdict: Verdict, written: Written
) -> tuple[str, Replacement | None]:
    """Return what to write in a module, and the change if it is certain.

    :param app: The app.
    :param verdict: What is wrong.
    :param written: Where it was written.
    """
    source, reference = written.source, written.reference
    if source.is_installed:
        return "", None
    expression = expression_of(source.text, reference)
    is_text = reference.language not in ("python", "header", "json")
    if is_text and expression is not None and expression.is_template:
        # Not the quotation mark that ends the string.
        opening = _OPENING.match(source.text, expression.start)
        quote = '"' if opening is not None and opening[1] == "'" else "'"
        return suggest_in_text(app, verdict, reference, source.text, quote)
    holes = reference.holes
    if expression is not None and expression.url == reference.url:
        holes = expression.holes
    call = call_for(app, verdict, reference.url, holes)
    root = with_public_root(app, verdict, reference, source.text)
    if root[0] and (call is None or not verdict.is_literal):
        return root
    if call is None or not all(holes) or len(holes) != reference.url.count(HOLE):
        return "", None
    if is_text:
        return f"{as_python(call, holes)} in an f-string", None
    imported = url_for_of(source.text)
    name = "url_for" if imported is None else imported.name
    words = as_python(call, holes, name)
    mark = re.search(r"[?#]", reference.url)
    rest = "" if mark is None else reference.url[mark.start() :]
    if rest and HOLE not in rest:
        words += f" + {string_in_python(rest)}"
    if (
        expression is None
        or imported is None
        or expression.url != reference.url
        or not _is_simple(expression, rest)
        or not call.is_certain
        # Another string may be no URL.
        or not (reference.use == "link" or reference.position.startswith("$"))
    ):
        return words, None
    change = Replacement(expression.start, expression.end, words, imported.imports)
    return words, change


def _is_simple(expression: Expression, rest: str) -> bool:
    """Tell whether a call can stand in place of an expression."""
    return (
        # Outside of a function no request has begun, and url_for has no host.
        expression.function != ""
        # url_for quotes, too.
        and not any("quote" in code for code in expression.holes)
        and HOLE not in rest
        and (not rest or expression.may_be_sum)
    )
