"""How the report names a URL, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .findings import Fault
from .texts.reference import HOLE
from .verdicts.verdict import Verdict

# More code than that says less.
_LONGEST_CODE = 30
_STATEMENT = re.compile(r"(?:.* )?(?:import|export|@import|@namespace)$")


def url_of(fault: Fault) -> str:
    """Return the URL of a fault as it stands, with ``{id}`` for what is not known."""
    reference = fault.reference
    if _is_in_template(fault):
        # There each of them is an expression of the template.
        codes = iter(reference.holes)
        return re.sub(HOLE, lambda _: f"{{{{ {next(codes, '...')} }}}}", fault.url)
    return with_code(fault.url, reference.holes)


def with_code(url: str, holes: Sequence[str]) -> str:
    """Return a URL with ``{id}`` for a part that is not known.

    :param url: The URL, with HOLEs or as it stands.
    :param holes: The code of its HOLEs.
    """
    codes = iter(holes)

    def code(_: re.Match[str]) -> str:
        text = " ".join(next(codes, "").replace(HOLE, "").split())
        return f"{{{text}}}" if text and len(text) <= _LONGEST_CODE else "{...}"

    return re.sub(HOLE, code, url)


def shown(fault: Fault) -> str:
    """Return a URL as it stands in its text: ``href="/about"``."""
    url = printable(url_of(fault).strip())
    position = printable(fault.position)
    language = fault.reference.language
    if language in ("header", "xml") and not _is_attribute(fault):
        return f"{position}: {url}"
    if language == "html" or _is_attribute(fault):
        return f'{position}="{url}"'
    if language == "css" and position.endswith("url()"):
        return f"{position[:-1]}{url})"
    before, _, last = position.rpartition(" ")
    if last == "string":
        return f'{before} "{url}"'.lstrip()
    if position.endswith("()"):
        return f'{position[:-1]}"{url}")'
    if _STATEMENT.match(position):
        return f'{position} "{url}"'
    # A member of a variable, or of JSON: "$.icons[0].src".
    return f'{position}: "{url}"'


def wrong(verdict: Verdict) -> str:
    """Return what is wrong with a URL: ``lacks the prefix /svc``."""
    root, found = verdict.root, verdict.found
    if verdict.kind == "no-prefix":
        # A mount that the URL has is not what it lacks.
        return f"lacks the prefix {root.removesuffix(found)}"
    if verdict.kind == "prefix-twice":
        return f"has the prefix {root} twice"
    if verdict.kind == "other-prefix" and root and found.endswith(root):
        other = found.removesuffix(root)
        return f"has the prefix {other} of another scope before its own, {root}"
    if verdict.kind == "other-prefix":
        return f"has the prefix {found} of another scope, not {root}"
    return f"has the prefix {found.removesuffix(root)}, but its scope has none"


def printable(text: str) -> str:
    """Return a text with escapes for what would confuse a terminal."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def _is_in_template(fault: Fault) -> bool:
    """Tell whether a URL stands in a template, or in one that is a string in Python."""
    source, reference = fault.written_in, fault.reference
    if source is None:
        return False
    if source.kind == "template":
        return reference.is_plain
    return "{{" in source.text[reference.start : reference.end]


def _is_attribute(fault: Fault) -> bool:
    return fault.position in dict(fault.reference.element)
