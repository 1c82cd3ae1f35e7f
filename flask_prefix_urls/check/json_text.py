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
from .reference import Embedded, Reference
from .syntax_tree import SyntaxTree, Visit

_LANGUAGE = Language(tree_sitter_json.language())
# A quotation mark with a slash before the next one.
_STRING = re.compile(rb'"(?=[^"]*(?:/|\\u002f))', re.I)
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
# A path of more steps is cut at its beginning.
_MOST_STEPS = 20
_METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE"))


class _Place(NamedTuple):
    """Where a value stands.

    :param steps: As in a JSON path: ``.icons`` and ``[0]``.
    :param names: The names alone.
    :param method: What the object that it stands in names as ``method``.
    """

    steps: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    method: str = "GET"


def read_json(text: str, media_type: str) -> Iterator[Reference | Embedded]:
    """Yield the URLs in JSON, and the texts that stand in it.

    :param text: One document, or one a line.
    :param media_type: Its media type.
    """
    if _STRING.search(text.encode("utf-8", "replace")) is None:
        return
    try:
        tree = SyntaxTree(text, _LANGUAGE)
    except ValueError:
        return
    offsets = [found.start() for found in _STRING.finditer(tree.source)]
    ...
