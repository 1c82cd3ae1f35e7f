"""Which argument of a call, and which option, is a URL."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal, NamedTuple

from .names import use_of
from .reference import Use


class Given(NamedTuple):
    """What a value is given to.

    :param position: As in :class:`~.reference.Reference`.
    :param use: Likewise. ``named`` is a link if it looks like one, since only a name
        says so. ``never`` is what nobody takes for a URL, and ``part`` what stands in
        a string that is read as a whole.
    :param method: The method by which a browser asks for it.
    :param call: The call whose arguments, or options, stand below.
    :param may_be_root: Whether ``named`` counts for a slash alone too.
    :param base: As in :class:`~.reference.Reference`.
    :param is_route: Whether it is an object that is a route in the browser.
    """

    position: str = "string"
    use: Use | Literal["named", "never", "part"] = "text"
    method: str = "GET"
    call: Call | None = None
    may_be_root: bool = False
    base: str = ""
    is_route: bool = False


class Call(NamedTuple):
    """A call.

    :param name: The function, without the object it belongs to.
    :param object: The object as written, without white space.
    :param method: The method of HTTP in its arguments.
    :param arguments: The arguments as written, without white space; ``""`` for one that
        is too long for a name.
    :param strings: Those of them that are plain literals, by their index.
    :param has_function: Whether one of them is a function.
    :param is_new: Whether it is a call of a constructor.
    """

    name: str
    object: str
    method: str
    arguments: tuple[str, ...]
    strings: dict[int, str]
    has_function: bool
    is_new: bool

    @property
    def label(self) -> str:
        """The call as a position."""
        return f"new {self.name}()" if self.is_new else f"{self.name}()"


#: The methods of HTTP.
METHODS = frozenset(
    ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
)

#: Nothing that says what it is for.
FREE = Given()
NOTE = Given(use="note")
#: A path of the router in the browser, or a rule for such paths.
ROUTE = Given("route", "note")
NEVER = Given(use="never")
PART = Given(use="part")

# The functions that ask for a URL, whatever object they belong to, each with the index
# of the argument.
_ASKS = {
    "fetch": 0, "importScripts": 0, "getJSON": 0, "getScript": 0, "load": 0,
    "openWindow": 0, "addAll": 0, "precacheAndRoute": 0, "precache": 0, "addModule": 0,
    "sendBeacon": 0, "pushState": 2, "replaceState": 2, "axios": 0, "ky": 0,
    "$fetch": 0, "ofetch": 0, "useFetch": 0, "useSWR": 0, "import": 0,
    "registerProtocolHandler": 1, "FontFace": 1, "$resource": 0,
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
# Those that set an attribute, each with the index of its value.
_ATTRIBUTE_SETTERS = {"setAttribute": 1, "setAttributeNS": 2, "attr": 1, "prop": 1}
_JQUERY = re.compile(r"^(?:\$|jQuery|(?:window\.)(?:\$|jQuery))$")
_CLIENT = re.compile(
    r"(?:^|\.)(?:\$?axios|\$?http|https|api\w*|ky|got|superagent|request|\w*[cC]lient"
    r"|agent)$"
)
#: The functions of HTTP clients, each with its method.
VERBS = {
    "get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE",
    "del": "DELETE", "head": "HEAD", "options": "OPTIONS", "request": "GET",
    "ajax": "GET", "create": "GET", "getUri": "GET",
}  # fmt: skip
_SENDS = frozenset(("get", "post", "put", "patch", "delete"))
_NEW = re.compile(
    r"(?:Request|Audio|WebTransport|EventSource|WebSocket|WebSocketStream|Worker|SockJS)$"
)
# What is compared, searched for or shown is no URL that anybody asks for.
_ONLY_LOOKS = re.compile(
    r"^(?:startsWith|endsWith|includes?|indexOf|lastIndexOf|match|matchAll|matches|test"
    r"|search|split|join|replace|replaceAll|localeCompare|has|is|not|find|filter"
    r"|some|every|findIndex|closest|children|siblings|parents?|querySelector(?:All)?|getElementById|\$"
    r"|jQuery|RegExp|encodeURI(?:Component)?|navigate|push|trim\w*"
    r"|padStart|padEnd|lookup"
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
_ROUTER = re.compile(r"(?:[rR]outer|history)$")
_ROUTERS = frozenset(("state", "when", "otherwise", "route", "addRoute"))
# AngularJS has the path of the page in it.
_ANGULAR_LOCATION = re.compile(r"(?:^|\.)\$location(?:\.|$)")
#: The names of paths in an object that is a route.
PATHS_OF_ROUTES = ("path", "url", "redirect", "redirectTo")
# In an object with a path, these tell that it is a route.
_OF_ROUTES = frozenset(
    ("component", "components", "element", "Component", "children", "redirect",
     "redirectTo", "loadChildren", "loadComponent", "controller", "templateUrl")
)  # fmt: skip
_ROUTES = frozenset((*VERBS, "use", "all", "on", "add", "define", "param"))
_SHOWS = re.compile(
    r"^(?:log|warn|error|info|debug|trace|alert|confirm|prompt|\w*Error)$"
)
_ATTRIBUTE = re.compile(
    r"^(?:(?:xlink:)?href|src|srcset|action|formaction|data|poster|background|cite|ping|imagesrcset|longdesc"
    r"|manifest|hx-\w+|data-[\w-]*(?:url|href|src|action))$",
    re.IGNORECASE,
)
_OWN_BASE = re.compile(r"\b(?:location|baseURI|origin|self|import\.meta)\b")


def argument_of(call: Call, index: int, has_base: bool) -> Given:
    """Return what an argument is given to.

    :param call: The call.
    :param index: The number of the argument, from 0.
    :param has_base: Whether the clients of the script have a base of their own, which
        they join to whatever they are asked for.
    """
    name, owner = call.name, call.object
    inner = Given(call=call)
    link = Given(call.label, "link", call.method, call)
    first = call.strings.get(0, "").upper()
    if _SHOWS.match(name):
        return NEVER
    if _ANGULAR_LOCATION.search(owner):
        return ROUTE
    if name in _ROUTERS:
        return ROUTE._replace(call=call)
    if (call.is_new and name == "URL") or (name == "parse" and owner == "URL"):
        return _joined(call) if index == 0 else FREE
    if name in ("open", "ajax") and first in METHODS:
        return link._replace(method=first) if index == 1 else inner
    if name in _ATTRIBUTE_SETTERS:
        return _attribute(call, index)
    if _ASKS.get(name) == index or name == "importScripts":
        return link
    if call.is_new and index == 0 and _NEW.search(name):
        return link
    if name in _ASKS_OF and _ASKS_OF[name].search(owner):
        return link if index == 0 else inner
    is_jquery = _JQUERY.match(owner) is not None
    if name in VERBS and (is_jquery or _CLIENT.search(owner)):
        if index or name == "create":
            return inner
        return link if is_jquery or not has_base else NOTE
    if name in _ROUTES and call.has_function:
        return NOTE if index == 0 else inner
    if name in _SENDS and index == 0:
        # A client of HTTP may have any name, and a map has a get, too.
        return Given(call.label, "text", call.method, call)
    # A router is told where to go, and an array what to keep.
    is_array = name == "push" and not _ROUTER.search(owner)
    if only_looks(name) and not is_array:
        return NOTE._replace(call=call)
    # Socket.IO asks for a path of its own, whatever namespace its URL has.
    is_socket = name == "io" or (name == "connect" and owner == "io")
    return NOTE if is_socket and index == 0 else inner


def option_of(call: Call, key: str) -> Given:
    """Return what a string in an object of options is given to.

    :param call: The call that the object is an argument of.
    :param key: The name of the option.
    """
    if key in _OPTIONS.get(call.name, ()):
        return Given(call.label, "link")
    if call.name in _ROUTERS and key in PATHS_OF_ROUTES:
        return ROUTE
    if call.name == "push" and key in ("url", "path"):
        return NOTE
    if call.name == "$resource" and key != "url":
        # An action, which has a URL of its own.
        return Given(call=call)
    if key == "url" and (call.name in VERBS or call.name in ("axios", "$resource")):
        return Given(call.label, "link", call.method)
    return named(key)._replace(method=call.method, may_be_root=True)


def is_route(keys: Collection[str]) -> bool:
    """Tell whether an object is a route in the browser, by the names in it."""
    return "path" in keys and not _OF_ROUTES.isdisjoint(keys)


def named(name: str) -> Given:
    """Return what the value of a property is, by the name of that alone."""
    use = use_of(name)
    if use == "base":
        return Given(name, "base")
    return Given(name, "named") if use == "link" else Given(use=use)


def only_looks(name: str) -> bool:
    """Tell whether a function compares, or searches, what it gets."""
    return _ONLY_LOOKS.match(name) is not None


def is_url_attribute(name: str) -> bool:
    """Tell whether an attribute of HTML, or of JSX, holds a URL."""
    return _ATTRIBUTE.match(name) is not None


def _joined(call: Call) -> Given:
    """Return what the first argument of ``new URL()`` is given to."""
    base = call.arguments[1] if len(call.arguments) > 1 else ""
    if _OWN_BASE.search(base):
        return Given("new URL()", "link")
    if 1 in call.strings:
        return Given("new URL()", "link", base=call.strings[1])
    return FREE


def _attribute(call: Call, index: int) -> Given:
    place = _ATTRIBUTE_SETTERS[call.name]
    if index != place:
        return Given(call=call)
    name = call.strings.get(place - 1, "")
    return Given(name, "link") if is_url_attribute(name) else FREE
