"""What to write in place of a URL in a static file, which has no ``url_for``."""

from __future__ import annotations

import re

from flask import Flask

from ..findings import Replacement
from ..places.written import Written
from ..texts.reference import HOLE
from ..verdicts.verdict import Verdict
from .call_code import as_python, as_template
from .relative import relative_path
from .template_code import TemplateCode
from .url_for_call import call_for

_MANIFEST = re.compile(r"\.webmanifest$|manifest[^/]*\.json$", re.IGNORECASE)
_IMPORT = re.compile(r"(?:import|export)\b")
# What only a worker does.
_WORKER = re.compile(
    r"\baddEventListener\(\s*[\"'](?:install|activate|fetch|push)[\"']"
    r"|\bimportScripts\("
)


def suggest_in_static_file(
    app: Flask, verdict: Verdict, written: Written
) -> tuple[str, Replacement | None]:
    """Return what to write in a static file, and the change if it is certain.

    :param app: The app.
    :param verdict: What is wrong.
    :param written: Where it was written.
    """
    source, reference = written.source, written.reference
    if source.is_installed:
        return "", None
    path = relative_path(app, verdict, source) if _is_relative(written) else None
    if path is None:
        return _from_elsewhere(app, verdict, written), None
    raw = source.text[reference.start : reference.end]
    if reference.language == "javascript" and not path.startswith("."):
        # Anything else names a package.
        path = f"./{path}"
    mark = re.search(r"[?#]", raw)
    path += "" if mark is None else raw[mark.start() :]
    # A worker may compare the same string with the path of a request.
    is_compared = reference.language == "javascript" and not _is_import(
        reference.position
    )
    if (
        is_compared
        or not reference.is_plain
        or raw != reference.url
        or not written.is_as_served
    ):
        return path, None
    return path, Replacement(reference.start, reference.end, path)


def _is_relative(written: Written) -> bool:
    """Tell whether a browser joins a URL to that of the file it stands in."""
    source, reference = written.source, written.reference
    if reference.language == "css":
        return True
    if reference.language == "json":
        # The "id" of a manifest is joined to the host.
        is_manifest = _MANIFEST.search(source.name) is not None
        return is_manifest and reference.position != "$.id"
    if reference.language == "javascript":
        return HOLE not in reference.url and (
            _is_import(reference.position) or _is_worker(written)
        )
    return False


def _is_import(position: str) -> bool:
    return _IMPORT.match(position) is not None


def _is_worker(written: Written) -> bool:
    """Tell whether no page runs the script, so that none can give it a URL."""
    return written.is_as_served and _WORKER.search(written.source.text) is not None


def _from_elsewhere(app: Flask, verdict: Verdict, written: Written) -> str:
    """Return how the URL comes from a template, or from a view."""
    reference = written.reference
    code = TemplateCode(app.jinja_env)
    call = None if HOLE in reference.url else call_for(app, verdict, reference.url)
    if reference.language == "javascript":
        if call is None:
            root = code.output("request.script_root")
            return f'the root from the page, such as data-root="{root}"'
        url = code.output(as_template(call, ()))
        return f'the URL from the page, such as data-url="{url}"'
    if call is None:
        return ""
    if reference.language == "json":
        return f"{as_python(call, ())}, and serve it from a view"
    return f"{code.output(as_template(call, ()))}, and serve it as a template"
