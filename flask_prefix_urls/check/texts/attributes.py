"""What an attribute holds, by its name and its element: a URL, several, CSS, ..."""

from __future__ import annotations

import re
from typing import Literal

#: ``url``: one URL. ``urls``: several, with white space or commas between. ``srcset``:
#: pictures. ``style``: declarations. ``script``: JavaScript. ``page``: HTML. ``meta``:
#: what the ``name`` of a ``<meta>`` says. ``animated``: what another attribute gets.
#: ``hint``: named as if it had a URL; it has one if it looks so. ``connect``: words
#: such as ``connect:/x``. ``value``: what a form sends. ``route``: a path that a script
#: in the page compares. ``free``: a URL if it looks so. ``prose``: never a URL.
Kind = Literal[
    "url",
    "urls",
    "srcset",
    "style",
    "script",
    "page",
    "meta",
    "animated",
    "hint",
    "connect",
    "value",
    "route",
    "free",
    "prose",
]

# HTML, also what is obsolete but works; SVG and MathML; RSS and OpenSearch; htmx and
# Unpoly. Web components use the same names. "*" stands for any element.
_KINDS: dict[Kind, str] = {
    "url": """
        *.href *.xlink:href *.src *.action *.formaction *.poster *.background *.cite
        *.longdesc *.manifest *.codebase *.itemid
        object.data object.classid menuitem.icon command.icon head.profile
        math.altimg embed.pluginspage url.template link.template
        *.hx-get *.hx-post *.hx-put *.hx-patch *.hx-delete *.sse-connect *.ws-connect
        *.up-source *.up-location
    """,
    "urls": "*.ping *.attributionsrc *.archive",
    "style": "*.style",
    "script": """
        *.x-data *.x-init *.x-show *.x-if *.x-for *.x-text *.x-html *.x-effect *.x-model
        *.ng-click *.ng-init *.ng-include *.data-bind
    """,
    "page": "iframe.srcdoc",
    "meta": "meta.content",
    "animated": "set.to animate.to animate.from animate.by animate.values",
    "connect": "*.hx-sse *.hx-ws",
    "value": "*.value",
    "route": """
        cloud.path *.routerlink *.to *.data-route *.data-pathname *.data-pattern
        *.data-rule
    """,
    "prose": """
        *.class *.id *.name *.title *.alt *.placeholder *.label *.pattern *.summary
        *.abbr *.property *.xml:base *.hx-vals *.hx-headers
        *.data-title *.data-label *.data-text *.data-name *.data-placeholder
    """,
}
_TABLE = {
    (tag, name): kind
    for kind, names in _KINDS.items()
    for tag, _, name in (word.partition(".") for word in names.split())
}
# An event handler; a binding of Vue, Alpine, Angular, htmx or Datastar.
_SCRIPT = re.compile(
    r"on[a-z]+|(?:data-)?on[:-].*|[@:(\[*].*|v-.+|x-(?:on|bind):.+|(?:hx|up)-on\b.*"
)
_OF_LIBRARIES = re.compile(r"data-(?=hx-|sse-|ws-|up-)")
# lowsrc, data-url, ng-href, xmlUrl, data-list-url-value ...
_NAMES_A_URL = re.compile(r".*(?:url|urls|uri|href|src)(?:-value)?")


def kind_of(tag: str, name: str) -> Kind:
    """Return what an attribute holds.

    :param tag: The name of the element, in lower case.
    :param name: The name of the attribute, in lower case.
    """
    name = _OF_LIBRARIES.sub("", name)
    kind = _TABLE.get((tag, name)) or _TABLE.get(("*", name))
    if kind is not None:
        return kind
    if _SCRIPT.fullmatch(name):
        return "script"
    if name.startswith(("aria-", "xmlns")):
        return "prose"
    if name.endswith("srcset"):
        return "srcset"
    return "hint" if _NAMES_A_URL.fullmatch(name) else "free"
