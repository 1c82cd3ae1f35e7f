"""What kind of text stands in a ``<script>`` or a ``<style>``."""

from __future__ import annotations

from collections.abc import Mapping

#: MIME Sniffing, 4.6, "JavaScript MIME type", and JSX, which build steps turn into it.
JAVASCRIPT = frozenset(
    {
        "application/ecmascript",
        "application/javascript",
        "application/x-ecmascript",
        "application/x-javascript",
        "text/babel",
        "text/ecmascript",
        "text/javascript",
        "text/jscript",
        "text/jsx",
        "text/livescript",
        "text/x-ecmascript",
        "text/x-javascript",
        *(f"text/javascript1.{version}" for version in range(6)),
    }
)
_SCRIPTS = JAVASCRIPT | {"", "module", "text/typescript"}
_JSON = {
    "importmap": "application/importmap+json",
    "speculationrules": "application/speculationrules+json",
}
_TEMPLATES = ("html", "template", "tmpl", "handlebars", "mustache", "underscore")


def media_type_of_content(tag: str, attributes: Mapping[str, str]) -> str:
    """Return the media type of what stands in an element; ``""`` for nothing to read.

    :param tag: Its name in lower case.
    :param attributes: The values of its attributes.
    """
    kind = attributes.get("type", "").strip().lower()
    if tag == "style":
        return "text/css" if kind in ("", "text/css") else ""
    # A script with "src" runs nothing of what stands in it.
    if tag != "script" or "src" in attributes or "href" in attributes:
        return ""
    if kind in _SCRIPTS:
        return "text/javascript"
    if kind in _JSON:
        return _JSON[kind]
    if kind.endswith(("/json", "+json")):
        return kind
    return "text/html" if kind.endswith(_TEMPLATES) else ""
