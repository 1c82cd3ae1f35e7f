"""A call of ``url_for``, in the language of a template or of a module."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..texts.reference import HOLE
from .url_for_call import Call, Holed

# These would escape what url_for escapes as well.
_FILTERS = re.compile(r"\s*\|\s*(?:urlencode|e|escape|forceescape)\s*$")
# What binds more closely than an operator.
_ATOM = re.compile(r"[\w.]+|[\w.]+\([^()]*\)|[\w.]+\[[^][]*\]")


def as_template(call: Call, holes: Sequence[str], quote: str = "'") -> str:
    """Return a call as a template has it between its braces.

    :param holes: The code of the URL's HOLEs.
    :param quote: The quotation mark to write.
    """
    arguments = [_string(call.endpoint, quote)]
    for name, value in call.values.items():
        if not isinstance(value, Holed):
            code = _constant(value, quote)
        else:
            codes = [_FILTERS.sub("", hole) for hole in holes[value.first :]]
            parts = _string_parts(value, codes, quote)
            code = codes[0] if value.text == HOLE else " ~ ".join(parts)
        arguments.append(f"{name}={code}")
    return _call("url_for", arguments, call)


def as_python(call: Call, holes: Sequence[str], name: str = "url_for") -> str:
    """Return a call as a module has it.

    :param holes: The code of the URL's HOLEs.
    :param name: How the module names ``url_for``.
    """
    arguments = [_string(call.endpoint, '"')]
    for variable, value in call.values.items():
        if not isinstance(value, Holed):
            code = _constant(value, '"')
        else:
            codes = holes[value.first :]
            parts = [
                part if part.startswith('"') else f"str({part})"
                for part in _string_parts(value, codes, '"')
            ]
            code = codes[0] if value.text == HOLE else " + ".join(parts)
        arguments.append(f"{variable}={code}")
    return _call(name, arguments, call)


def string_in_python(text: str) -> str:
    """Return a string as a module has it."""
    return _string(text, '"')


def _call(name: str, arguments: list[str], call: Call) -> str:
    if call.is_external:
        arguments = [*arguments, "_external=True"]
    return f"{name}({', '.join(arguments)})"


def _constant(value: object, quote: str) -> str:
    return repr(value) if isinstance(value, int | float) else _string(str(value), quote)


def _string_parts(value: Holed, codes: Sequence[str], quote: str) -> list[str]:
    parts = []
    for number, literal in enumerate(value.text.split(HOLE)):
        if number:
            code = codes[number - 1]
            parts.append(code if _ATOM.fullmatch(code) else f"({code})")
        if literal:
            parts.append(_string(literal, quote))
    return parts


def _string(text: str, quote: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"
