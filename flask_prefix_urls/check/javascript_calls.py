"""What a string of JavaScript is given to."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from tree_sitter import Node

from .javascript_values import is_value, operator_of, unescaped
from .names import use_of
from .reference import Use
from .syntax_tree import SyntaxTree, Visit

# A string that is put together is made of these.
_OF_STRINGS = frozenset(
    ("array", "arguments", "binary_expression", "member_expression", "template_string",
     "parenthesized_expression", "template_substitution")
)  # fmt: skip
_METHODS = frozenset(
    ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
)
_FUNCTIONS = ("arrow_function", "function_expression")


class Given(NamedTuple):
    """What a value is given to.

    :param position: As in :class:`~.reference.Reference`.
    :param use: Likewise. ``never`` is what nobody takes for a URL, and ``part`` what
        stands in a string that is read as a whole.
    :param method: The method by which a browser asks for it.
    :param call: The call whose arguments, or options, stand below.
    """

    position: str = "string"
    use: Use | Literal["never", "part"] = "text"
    method: str = "GET"
    call: Call | None = None


class Call(NamedTuple):
    """A call.

    :param name: The function, without the object it belongs to.
    :param object: The object as written, without white space.
    :param method: The method of HTTP in its arguments.
    :param arguments: The arguments.
    :param strings: Those of them that are plain literals, by their index.
    :param has_function: Whether one of them is a function.
    :param is_new: Whether it is a call of a constructor.
    """

    name: str
    object: str
    method: str
    arguments: tuple[Node, ...]
    strings: dict[int, str]
    has_function: bool
    is_new: bool

    @property
    def label(self) -> str:
        """The call as a position."""
        return f"new {self.name}()" if self.is_new else f"{self.name}()"


FREE = Given()
NOTE = Given(use="note")
NEVER = Given(use="never")
PART = Given(use="part")

# The functions that ask for a URL, whatever object they belong to, each with the index
# of the argument.
_ASKS = {
    "fetch": 0, "importScripts": 0, "getJSON": 0, "getScript": 0, "load": 0,
    "openWindow": 0, "addAll": 0, "precacheAndRoute": 0, "precache": 0, "addModule": 0,
    "sendBeacon": 0, "pushState": 2, "replaceState": 2, "axios": 0, "ky": 0,
    "$fetch": 0, "ofetch": 0, "useFetch": 0, "useSWR": 0, "import": 0,
    "registerProtocolHandler": 1,
}  # fmt: skip
# The functions that do so as methods of these objects.
_ASKS_OF = {
    "assign": re.compile(r"(?:^|\.)location$"),
    "replace": re.compile(r"(?:^|\.)location$"),
    "open": re.compile(r"^(?:(?:window|self|top|parent|opener|globalThis)\.?)*$"),
    "register": re.compile(r"(?:^|\.)serviceWorker$"),
    "navigate": re.compile(r"(?:^|\.)(?:navigation|client|windowClient)$"),
    "redirect": re.compile(r"^Response$"),
    "resolve": re.compile(r"^import\.meta$"),
    "visit": re.compile(r"(?:^|\.)Turbo(?:links)?$"),
    **dict.fromkeys(
        ("add", "put", "match", "delete"), re.compile(r"caches?$", re.IGNORECASE)
    ),
    **dict.fromkeys(
        ("json", "csv", "tsv", "xml", "text", "html", "svg", "image"),
        re.compile(r"(?:^|\.)d3$"),
    ),
}
_JQUERY = re.compile(r"^(?:\$|jQuery|(?:window\.)(?:\$|jQuery))$")
_CLIENT = re.compile(
    r"(?:^|\.)(?:\$?axios|\$?http|https|api\w*|ky|got|superagent|request|\w*[cC]lient"
    r"|agent)$"
)
_VERBS = {
    "get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE",
    "del": "DELETE", "head": "HEAD", "options": "OPTIONS", "request": "GET",
    "ajax": "GET", "create": "GET", "getUri": "GET",
}  # fmt: skip
_NEW = re.compile(
    r"(?:Request|Audio|WebTransport|EventSource|WebSocket|WebSocketStream|Worker)$"
)
# What is compared, searched for or shown is no URL that anybody asks for.
_ONLY_LOOKS = re.compile(
    r"^(?:startsWith|endsWith|includes?|indexOf|lastIndexOf|match|matchAll|matches|test"
    r"|search|split|join|replace|replaceAll|localeCompare|has|is|not|find|filter"
    r"|some|every|findIndex|closest|children|siblings|parents?|querySelector(?:All)?|getElementById|\$"
    r"|jQuery|RegExp|encodeURI(?:Component)?|navigate|push|state|when|route|trim\w*"
    r"|padStart|padEnd|addRoute|lookup"
    r"|assert\w*|expect|equals?|deepEqual|to(?:Be|Equal|StrictEqual|Match|Contain)\w*)$"
)
# The options that hold a URL for these functions alone.
_OPTIONS = {
    "register": ("scope",),
    "Notification": ("icon", "badge", "image"),
    "showNotification": ("icon", "badge", "image"),
    "io": ("path",),
    "connect": ("path",),
    "PaymentRequest": ("supportedMethods",),
}
_ROUTERS = frozenset(("state", "when", "route", "push"))
# A string that is asked for these may be a URL as a whole.
_PASSES_ON = re.compile(
    r"^(?:replace|replaceAll|toString|trim\w*|concat|format|supplant|map|filter"
    r"|toLowerCase|href)$"
)
_ROUTES = frozenset((*_VERBS, "use", "all", "on", "add", "define", "param"))
_SHOWS = re.compile(
    r"^(?:log|warn|error|info|debug|trace|alert|confirm|prompt|\w*Error)$"
)
_ATTRIBUTE = re.compile(
    r"^(?:(?:xlink:)?href|src|srcset|action|formaction|data|poster|background|cite|ping|imagesrcset|longdesc"
    r"|manifest|hx-\w+|data-[\w-]*(?:url|href|src|action))$",
    re.IGNORECASE,
)
_PROPERTY = re.compile(
    r"^(?:href|src|srcset|action|formAction|data|poster|location|pathname|currentSrc"
    r"|background|ping|manifest|icon|baseVal|cite|codeBase|longDesc|lowsrc|imageSrcset)$"
)
_COMPARISONS = frozenset(("==", "!=", "===", "!==", "<", ">", "<=", ">=", "in"))
_DEFAULTS = frozenset(("||", "&&", "??"))
_SHOWN = frozenset(("textContent", "innerText", "title", "alt", "placeholder", "id"))
_OWN_BASE = re.compile(r"\b(?:location|baseURI|origin|self|import\.meta)\b")


class Calls:
    """Knows what each node of a tree is given to.

    :param tree: The tree.
    """

    def __init__(self, tree: SyntaxTree) -> None:
        self._tree = tree
        # A client with a base of its own joins to it whatever it is asked for.
        self._has_base = re.search(rb"\b(?:baseURL|prefixUrl)\b", tree.source)

    def given(self, parent: Node, outer: Given, visit: Visit) -> Given:
        """Return what a child is given to.

        :param parent: Its parent.
        :param outer: What the parent is given to.
        :param visit: The child.
        """
        node, field = visit.node, visit.field
        if outer.use == "part" and _is_of_string(parent):
            return PART
        match parent.type:
            case "parenthesized_expression" | "await_expression" | "spread_element":
                return outer
            case "array" | "jsx_expression" | "sequence_expression":
                return outer
            case "object" | "template_substitution":
                return outer
            case "ternary_expression":
                return FREE if field == "condition" else outer
            case "binary_expression":
                return self._side(parent, outer)
            case "call_expression" | "new_expression":
                return self._of_call(parent, outer, node, field)
            case "member_expression" if field == "object":
                return outer
            case "arguments" if outer.call is not None:
                return self._argument(outer.call, visit.before)
            case "pair":
                return self._pair(parent, outer, field)
            case "assignment_expression" if field == "right":
                return self._assigned(parent)
            case "augmented_assignment_expression" if field == "right":
                is_default = operator_of(parent) in ("||=", "??=")
                return self._assigned(parent) if is_default else NEVER
            case "import_statement" | "export_statement" if field == "source":
                return Given("import", "link")
            case "jsx_attribute":
                return self._jsx(parent)
            case "switch_case" if field == "value":
                return NOTE
            case "subscript_expression" if field == "index":
                return NOTE
            case "computed_property_name":
                return NOTE
            case "field_definition" if field == "value":
                return _named(self._key(parent.child_by_field_name("property")))
            case "import_attribute":
                return NEVER
        return FREE

    def _side(self, parent: Node, outer: Given) -> Given:
        operator = operator_of(parent)
        if operator in _COMPARISONS:
            return NOTE
        if operator in _DEFAULTS:
            return outer
        return FREE

    def _of_call(self, parent: Node, outer: Given, node: Node, field: str) -> Given:
        if field == "arguments":
            return Given(call=self._call(parent))
        if field != "function" or node.type != "member_expression":
            return FREE
        name = self._key(node.child_by_field_name("property"))
        if _PASSES_ON.match(name):
            return outer
        return NOTE if _ONLY_LOOKS.match(name) else FREE

    def _call(self, node: Node) -> Call:
        function = node.child_by_field_name("function")
        function = function or node.child_by_field_name("constructor")
        owner = ""
        if function is not None and function.type == "member_expression":
            owner = self._short(function.child_by_field_name("object"))
            function = function.child_by_field_name("property")
        name = self._short(function)
        listed = node.child_by_field_name("arguments")
        arguments = () if listed is None else tuple(listed.named_children)
        arguments = tuple(one for one in arguments if one.type != "comment")
        strings = {
            index: self._string(one)
            for index, one in enumerate(arguments)
            if one.type == "string"
        }
        method = _VERBS.get(name, "POST" if name == "sendBeacon" else "GET")
        for argument in arguments:
            if argument.type == "object":
                method = self.method_in(argument) or method
        return Call(
            name,
            owner,
            method,
            arguments,
            strings,
            any(argument.type in _FUNCTIONS for argument in arguments),
            node.type == "new_expression",
        )

    def _argument(self, call: Call, index: int) -> Given:
        name, owner = call.name, call.object
        inner = Given(call=call)
        first = call.strings.get(0, "")
        link = Given(call.label, "link", call.method, call)
        if _SHOWS.match(name):
            return NEVER
        if call.is_new and index == 0 and (_NEW.search(name)):
            return link
        if (name == "URL" and call.is_new) or (name == "parse" and owner == "URL"):
            return self._new_url(call, index)
        if name == "FontFace" and index == 1:
            return link
        if name in ("open", "ajax") and first.upper() in _METHODS:
            return link._replace(method=first.upper()) if index == 1 else inner
        if name in ("setAttribute", "setAttributeNS", "attr", "prop"):
            return self._attribute(call, index)
        if _ASKS.get(name) == index or name == "importScripts":
            return link
        if name in _ASKS_OF and _ASKS_OF[name].search(owner):
            return link if index == 0 else inner
        is_jquery = _JQUERY.match(owner) is not None
        if name in _VERBS and (is_jquery or _CLIENT.search(owner)):
            if index or name == "create":
                return inner
            return link if is_jquery or not self._has_base else NOTE
        if name in _ROUTES and call.has_function:
            return NOTE if index == 0 else inner
        if _ONLY_LOOKS.match(name):
            # An array asks for nothing when something is added to it.
            is_array = name == "push" and not re.search(r"(?:router|history)$", owner)
            return inner if is_array else NOTE._replace(call=call)
        if name == "io":
            return NOTE if index == 0 else inner
        return inner

    def _new_url(self, call: Call, index: int) -> Given:
        if index or len(call.arguments) < 2:
            return FREE
        base = self._short(call.arguments[1])
        if _OWN_BASE.search(base):
            return Given("new URL()", "link")
        is_other = 1 in call.strings
        return NEVER if is_other else FREE

    def _attribute(self, call: Call, index: int) -> Given:
        place = 2 if call.name == "setAttributeNS" else 1
        name = call.strings.get(place - 1, "")
        if index != place:
            return Given(call=call)
        return Given(name, "link") if _ATTRIBUTE.match(name) else FREE

    def _pair(self, parent: Node, outer: Given, field: str) -> Given:
        if field == "key":
            return NOTE
        if field != "value":
            return FREE
        key = self._key(parent.child_by_field_name("key"))
        call = outer.call
        if call is None:
            return _named(key)._replace(method=outer.method)
        if key in _OPTIONS.get(call.name, ()):
            return Given(call.label, "link")
        if call.name in _ROUTERS and key in ("url", "path"):
            return NOTE
        if key == "url" and (call.name in _VERBS or call.name == "axios"):
            return Given(call.label, "link", call.method)
        return _named(key)._replace(method=call.method)

    def _assigned(self, parent: Node) -> Given:
        left = parent.child_by_field_name("left")
        if left is None:
            return FREE
        if left.type == "member_expression":
            name = self._key(left.child_by_field_name("property"))
            owner = self._short(left.child_by_field_name("object"))
            if name in _SHOWN:
                return NOTE
            if owner.endswith("location") and name in ("href", "pathname"):
                return Given(f"location.{name}", "link")
            if _PROPERTY.match(name):
                return Given(name, "link")
            return _named(name)
        if left.type == "identifier" and left.text == b"location":
            return Given("location", "link")
        return FREE

    def _jsx(self, parent: Node) -> Given:
        name = self._short(parent.named_children[0])
        return Given(name, "link") if _ATTRIBUTE.match(name) else _named(name)

    def method_in(self, options: Node) -> str:
        """Return the method that an object of options names; ``""`` for none."""
        for pair in options.named_children:
            value = pair.child_by_field_name("value")
            if value is None or value.type != "string":
                continue
            if self._key(pair.child_by_field_name("key")) in ("method", "type"):
                method = self._string(value).upper()
                if method in _METHODS:
                    return method
        return ""

    def _key(self, node: Node | None) -> str:
        if node is not None and node.type == "string":
            return self._string(node)
        return self._short(node)

    def _string(self, node: Node) -> str:
        return unescaped(self._short(node)[1:-1])

    def _short(self, node: Node | None) -> str:
        """Return what is written for a node; ``""`` for what is too long for a name."""
        if node is None or node.end_byte - node.start_byte > 200:
            return ""
        text = self._tree.text_of(node)
        return re.sub(r"\s+", "", text).replace("?.", ".")


def _is_of_string(node: Node) -> bool:
    """Tell whether a node in a string that is put together is no code of its own."""
    if node.type == "call_expression":
        return is_value(node)
    return node.type in _OF_STRINGS


def _named(name: str) -> Given:
    """Return what the value of a property or an option is."""
    use = use_of(name)
    return Given(name, use) if use in ("link", "base") else Given(use=use)
