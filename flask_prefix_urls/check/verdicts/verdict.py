"""What is wrong with a URL, and what it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeGuard

from .address import Address

#: ``right``: nothing is wrong. ``no-prefix``: it lacks the prefix of its endpoint.
#: ``other-prefix``: it has that of another scope. ``prefix-twice``: it has its prefix
#: twice. ``needless-prefix``: it has one although its scope has none.
Kind = Literal["right", "no-prefix", "other-prefix", "prefix-twice", "needless-prefix"]


@dataclass(frozen=True)
class Verdict:
    """What a URL of the app's own host leads to, and what is wrong with it.

    :param endpoint: The endpoint that it is meant for.
    :param values: The values of the variables in its rule.
    :param from_holes: The variables whose value is a HOLE of the URL, each with the
        number of that, from 0. Their ``values`` are samples.
    :param root: What the public path of the endpoint begins with: prefix and mount.
    :param found: What the URL begins with in its place.
    :param address: Where the URL leads.
    :param target: Path and query, without any prefix, as the app must be asked for it;
        ``""`` if it is not whole.
    :param is_literal: Whether the rule has a segment without a variable, or the file of
        a static endpoint exists. A rule without one, such as ``/<path:path>``, fits
        whatever one asks for.
    :param is_whole: Whether a route fits the whole URL, with a variable for each HOLE.
        Otherwise it only begins as routes do, such as ``"/api/" + name``.
    """

    kind: Kind
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)
    from_holes: Mapping[str, int] = field(default_factory=dict)
    root: str = ""
    found: str = ""
    address: Address | None = None
    target: str = ""
    is_literal: bool = True
    is_whole: bool = True


def is_wrong(verdict: Verdict | None) -> TypeGuard[Verdict]:
    """Tell whether a verdict says that a URL is wrong."""
    return verdict is not None and verdict.kind != "right"
