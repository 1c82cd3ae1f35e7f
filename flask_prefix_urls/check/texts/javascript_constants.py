"""What a name of a script stands for, if the script binds it once and for all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from tree_sitter import Node

from .syntax_tree import SyntaxTree, Visit

# A shorter name is one of a minified script, where each function has its own.
_NAME = re.compile(rb"(?<![\w$.])[A-Za-z_$][\w$]{2,}")
# How deep a value may stand in an object: urls.api.items.
_DEEPEST = 4
_BINDS = frozenset(
    (
        ("variable_declarator", "name"),
        ("assignment_expression", "left"),
        ("augmented_assignment_expression", "left"),
        ("assignment_pattern", "left"),
        ("update_expression", "argument"),
        ("arrow_function", "parameter"),
        ("for_in_statement", "left"),
        ("catch_clause", "parameter"),
        ("function_declaration", "name"),
        ("class_declaration", "name"),
        ("pair_pattern", "value"),
        ("formal_parameters", ""),
        ("rest_pattern", ""),
        ("array_pattern", ""),
        ("object_pattern", ""),
        ("import_specifier", "name"),
        ("import_specifier", "alias"),
        ("import_clause", ""),
        ("namespace_import", ""),
    )
)


def declared_name(ancestors: Sequence[Node], tree: SyntaxTree) -> str:
    """Return what a script calls a value.

    :param ancestors: The nodes that the value stands in, outer ones first.
    :param tree: The tree that it belongs to.
    :return: ``API``, ``urls.items``, or ``urls[]`` for an element of an array; ``""``
        for what has no name.
    """
    name = ""
    for node in reversed(ancestors[-2 * _DEEPEST :]):
        if node.type == "variable_declarator":
            own = node.child_by_field_name("name")
            if own is None or own.type != "identifier":
                break
            return tree.text_of(own) + name
        if node.type == "array" and not name:
            name = "[]"
        elif node.type == "pair":
            key = node.child_by_field_name("key")
            if key is None or key.type != "property_identifier":
                break
            name = f".{tree.text_of(key)}{name}"
        elif node.type != "object":
            break
    return ""


def places_of(names: Collection[str], tree: SyntaxTree) -> list[int]:
    """Return where a script has names.

    :param names: As :func:`declared_name` returns them.
    :param tree: The tree of the script.
    :return: The bytes, in ascending order.
    """
    roots = {_root(name).encode() for name in names}
    return [found.start() for found in _NAME.finditer(tree.source) if found[0] in roots]


def bound_once(
    names: Collection[str], places: list[int], tree: SyntaxTree
) -> frozenset[str]:
    """Return the names that stand for the same throughout the script.

    :param names: As :func:`declared_name` returns them.
    :param places: Where they stand.
    :param tree: The tree of the script.
    """
    times: Counter[str] = Counter()
    visits: list[Visit] = []
    for visit in tree.down_to(places):
        del visits[visit.depth :]
        if _binds(visits, visit):
            times[tree.text_of(visit.node)] += 1
        visits.append(visit)
    return frozenset(name for name in names if times[_root(name)] == 1)


def _binds(outer: list[Visit], visit: Visit) -> bool:
    if not outer or "identifier" not in visit.node.type:
        return False
    parent, field = outer[-1], visit.field
    if parent.node.type == "member_expression" and len(outer) > 1:
        # An assignment to urls.items changes what urls stands for.
        parent, field = outer[-2], outer[-1].field
    return (parent.node.type, field) in _BINDS


def _root(name: str) -> str:
    return re.split(r"[.\[]", name, maxsplit=1)[0]
