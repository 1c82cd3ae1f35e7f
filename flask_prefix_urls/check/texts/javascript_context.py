"""What each node in the tree of a script is given to."""

from __future__ import annotations

import re

from tree_sitter import Node

from .javascript_calls import (
    FREE,
    METHODS,
    NEVER,
    NOTE,
    PART,
    PATHS_OF_ROUTES,
    ROUTE,
    VERBS,
    Call,
    Given,
    argument_of,
    is_route,
    is_url_attribute,
    named,
    only_looks,
    option_of,
)
from .javascript_values import is_value, operator_of, unescaped
from .syntax_tree import SyntaxTree, Visit

# A longer one is no name.
_LONGEST = 200
# A string that is put together is made of these.
_OF_STRINGS = frozenset(
    ("array", "arguments", "binary_expression", "member_expression", "template_string",
     "parenthesized_expression", "template_substitution")
)  # fmt: skip
_FUNCTIONS = ("arrow_function", "function_expression")
_BASE = re.compile(rb"\b(?:baseURL|prefixUrl)\b")
# A string that is asked for these may be a URL as a whole.
_PASSES_ON = re.compile(
    r"^(?:replace|replaceAll|toString|trim\w*|concat|format|supplant|map|filter"
    r"|toLowerCase)$"
)
_PROPERTY = re.compile(
    r"^(?:href|src|srcset|action|formAction|data|poster|location|currentSrc"
    r"|background|ping|manifest|icon|baseVal|cite|codeBase|longDesc|lowsrc|imageSrcset)$"
)
_COMPARISONS = frozenset(("==", "!=", "===", "!==", "<", ">", "<=", ">=", "in"))
_DEFAULTS = frozenset(("||", "&&", "??"))
_SHOWN = frozenset(("textContent", "innerText", "title", "alt", "placeholder", "id"))


class Context:
    """Knows what each node of a tree is given to.

    :param tree: The tree.
    """

    def __init__(self, tree: SyntaxTree) -> None:
        self._tree = tree
        # A client with a base of its own joins to it whatever it is asked for.
        self._has_base = _BASE.search(tree.source) is not None

    def given(self, parent: Node, outer: Given, visit: Visit) -> Given:
        """Return what a child is given to.

        :param parent: Its parent.
        :param outer: What the parent is given to.
        :param visit: The child.
        """
        node, field = visit.node, visit.field
        if outer.use == "part" and _is_of_string(parent, self._tree):
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
                return argument_of(outer.call, visit.before, self._has_base)
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
                return named(self._key(parent.child_by_field_name("property")))
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
        return NOTE if only_looks(name) else FREE

    def _call(self, node: Node) -> Call:
        function = node.child_by_field_name("function")
        function = function or node.child_by_field_name("constructor")
        owner = ""
        if function is not None and function.type == "member_expression":
            owner = self._short(function.child_by_field_name("object"))
            function = function.child_by_field_name("property")
        name = self._short(function)
        listed = node.child_by_field_name("arguments")
        arguments = [] if listed is None else listed.named_children
        arguments = [one for one in arguments if one.type != "comment"]
        method = VERBS.get(name, "POST" if name == "sendBeacon" else "GET")
        for argument in arguments:
            if argument.type == "object":
                method = self._method_in(argument) or method
        return Call(
            name=name,
            object=owner,
            method=method,
            arguments=tuple(self._short(argument) for argument in arguments),
            strings={
                index: self._string(argument)
                for index, argument in enumerate(arguments)
                if argument.type == "string"
            },
            has_function=any(argument.type in _FUNCTIONS for argument in arguments),
            is_new=node.type == "new_expression",
        )

    def _pair(self, parent: Node, outer: Given, field: str) -> Given:
        if field == "key":
            return NOTE
        key = self._key(parent.child_by_field_name("key"))
        if outer.is_route and key in PATHS_OF_ROUTES:
            return ROUTE
        if outer.call is None:
            return named(key)._replace(method=outer.method)
        given = option_of(outer.call, key)
        # What the object says itself is nearer than what another argument says.
        return given if outer.method == "GET" else given._replace(method=outer.method)

    def _assigned(self, parent: Node) -> Given:
        left = parent.child_by_field_name("left")
        if left is None or left.type != "member_expression":
            is_location = self._short(left) == "location"
            return Given("location", "link") if is_location else FREE
        name = self._key(left.child_by_field_name("property"))
        owner = self._short(left.child_by_field_name("object"))
        if name in _SHOWN:
            return NOTE
        if owner.endswith("location") and name in ("href", "pathname"):
            return Given(f"location.{name}", "link")
        return Given(name, "link") if _PROPERTY.match(name) else named(name)

    def _jsx(self, parent: Node) -> Given:
        name = self._short(parent.named_children[0])
        if name in ("path", "to"):
            return ROUTE
        return Given(name, "link") if is_url_attribute(name) else named(name)

    def in_object(self, node: Node, outer: Given) -> Given:
        """Return what an object is given to, with what its own names say.

        :param node: The object.
        :param outer: What it is given to.
        """
        keys = {
            self._key(pair.child_by_field_name("key")) for pair in node.named_children
        }
        return outer._replace(
            method=self._method_in(node) or outer.method, is_route=is_route(keys)
        )

    def _method_in(self, options: Node) -> str:
        """Return the method that an object of options names; ``""`` for none."""
        for pair in options.named_children:
            value = pair.child_by_field_name("value")
            if value is None or value.type != "string":
                continue
            if self._key(pair.child_by_field_name("key")) in ("method", "type"):
                method = self._string(value).upper()
                if method in METHODS:
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
        if node is None or node.end_byte - node.start_byte > _LONGEST:
            return ""
        text = self._tree.text_of(node)
        return re.sub(r"\s+", "", text).replace("?.", ".")


def _is_of_string(node: Node, tree: SyntaxTree) -> bool:
    """Tell whether a node in a string that is put together is no code of its own."""
    if node.type == "call_expression":
        return is_value(node, tree)
    return node.type in _OF_STRINGS
