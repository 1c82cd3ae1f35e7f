"""The URLs in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import tree_sitter_json
from tree_sitter import Language, Node

from . import json_shapes
from .free_text import has_tags, with_holes, without_surrogates
from .reference import HOLE, Embedded, Reference
from .syntax_tree import SyntaxTree, Visit

_LANGUAGE = Language(tree_sitter_json.language())
# A quotation mark with a slash before the next one.
_STRING = re.compile(rb'"(?=[^"]*(?:/|\\u002f))', re.IGNORECASE)
# A value that a template puts in: {"id": {{ id }}}.
_UNKNOWN = re.compile(rf"(?<=[:\[,\s]){HOLE}+(?=\s*[,}}\]])")
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
# Of a value that stands deeper, only the last steps count.
_DEEPEST = 60
_METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE"))
_INDEX = re.compile(r"\[\d+\]")


class _Step(NamedTuple):
    """One step on the way to a value.

    :param written: As a JSON path has it: ``.icons`` or ``[0]``.
    :param name: The name in an object; ``""`` for what has none.
    :param method: The method that an object names.
    """

    written: str = ""
    name: str = ""
    method: str = ""


def read_json(text: str, media_type: str) -> Iterator[Reference | Embedded]:
    """Yield the URLs in JSON, and the texts that stand in it.

    :param text: One document, or one a line.
    :param media_type: Its media type.
    """
    if _STRING.search(text.encode("utf-8", "replace")) is None:
        return
    if HOLE in text:
        # A number is as long, and keeps the grammar right.
        text = _UNKNOWN.sub(lambda found: "1" * len(found[0]), text)
    try:
        tree = SyntaxTree(text, _LANGUAGE)
    except ValueError:
        return
    offsets = [found.start() for found in _STRING.finditer(tree.source)]
    keys = _keys(tree)
    rule = json_shapes.rule_of(media_type, keys)
    base = _host_of_swagger(tree, keys) if rule is json_shapes.openapi else ""
    if rule is json_shapes.openapi and not keys.keys() & {"servers", "basePath"}:
        yield _implied_root(tree, keys)._replace(base=base)
    visits: list[Visit] = []
    steps: list[_Step] = []
    for visit in tree.down_to(offsets):
        del visits[visit.depth :], steps[visit.depth :]
        parent = visits[-1].node if visits else None
        steps.append(_step(visit, parent, tree))
        visits.append(visit)
        if visit.node.type == "string":
            is_key = visit.field == "key"
            for found in _string(visit.node, steps, is_key, rule, tree):
                is_base = isinstance(found, Reference) and found.use == "base"
                yield found._replace(base=base) if is_base else found


def without_indexes(position: str) -> str:
    """Return what the positions of a member of each item of a list have in common.

    :param position: A JSON path, such as ``$.items[0].href``.
    """
    return _INDEX.sub("[]", position)


def _keys(tree: SyntaxTree) -> dict[str, Node]:
    """Return the names at the top of a document, or of its first element."""
    node = tree.root
    while node.type != "object":
        children = [one for one in node.named_children[:5] if one.type != "comment"]
        if not children or children[0].type not in ("document", "array", "object"):
            return {}
        node = children[0]
    keys = (pair.child_by_field_name("key") for pair in node.named_children)
    return {_value(key, tree): key for key in keys if key is not None}


def _step(visit: Visit, parent: Node | None, tree: SyntaxTree) -> _Step:
    node = visit.node
    if node.type == "pair":
        key = node.child_by_field_name("key")
        name = "" if key is None else _value(key, tree)
        written = f".{name}" if _WORD.fullmatch(name) else f"[{json.dumps(name)}]"
        return _Step(written, name)
    if parent is not None and parent.type == "array":
        return _Step(f"[{visit.before}]", method=_method(node, tree))
    return _Step(method=_method(node, tree))


def _method(node: Node, tree: SyntaxTree) -> str:
    if node.type != "object":
        return ""
    for pair in node.named_children:
        key = pair.child_by_field_name("key")
        value = pair.child_by_field_name("value")
        if key is None or value is None or value.type != "string":
            continue
        if tree.text_of(key) == '"method"':
            method = _value(value, tree).upper()
            return method if method in _METHODS else ""
    return ""


def _string(
    node: Node,
    steps: list[_Step],
    is_key: bool,
    rule: json_shapes.Rule,
    tree: SyntaxTree,
) -> Iterator[Reference | Embedded]:
    text = _value(node, tree)
    start, end = tree.place_of(node.start_byte + 1), tree.place_of(node.end_byte - 1)
    is_plain = tree.text_of(node) == f'"{text}"'
    near = steps[-_DEEPEST:]
    root = "$" if len(near) == len(steps) else "$.."
    position = root + "".join(step.written for step in near)
    if has_tags(text) and not is_key:
        yield Embedded(text, "text/html", position, start, end, is_plain)
        return
    names = [step.name for step in near if step.name]
    use = rule(names, text) if not is_key else json_shapes.use_of_key(rule, names)
    if use is None:
        return
    template = with_holes(text)
    yield Reference(
        url=template.url,
        position=position,
        start=start,
        end=end,
        language="json",
        use=use,
        method=next((step.method for step in reversed(near) if step.method), "GET"),
        holes=template.names,
        is_plain=is_plain and not template.names,
    )


def _host_of_swagger(tree: SyntaxTree, keys: dict[str, Node]) -> str:
    """Return what a ``basePath`` is joined to: the host that a document names."""
    key = keys.get("host")
    pair = None if key is None or "swagger" not in keys else key.parent
    host = None if pair is None else pair.child_by_field_name("value")
    if host is None or host.type != "string":
        return ""
    return f"//{_value(host, tree)}/"


def _implied_root(tree: SyntaxTree, keys: dict[str, Node]) -> Reference:
    """Return what a client joins the paths to if the document does not say it."""
    node = keys.get("openapi") or keys["swagger"]
    start, end = tree.place_of(node.start_byte), tree.place_of(node.end_byte)
    position = "$.servers" if "openapi" in keys else "$.basePath"
    return Reference("/", position, start, end, "json", "note", is_plain=False)


def _value(node: Node, tree: SyntaxTree) -> str:
    """Return what a string stands for."""
    written = tree.text_of(node)
    try:
        text = json.loads(written, strict=False)
    except ValueError:
        return written[1:-1]
    return without_surrogates(text) if isinstance(text, str) else written
