"""What the app, or a deployed one, answered, with the URLs in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .texts.reference import Reference


@dataclass(frozen=True, eq=False)
class Page:
    """An answer.

    :param target: Path and query as the app was asked for them, after the proxy has
        stripped: ``/items?page=2``. For a deployed app, those of the public URL.
    :param url: The public URL: what a browser asks for, with scheme and host.
    :param status: The status; 500 if the view raised.
    :param headers: The headers, each with its values as they came.
    :param text: The body, decoded; ``""`` if it is none that has URLs.
    :param references: The URLs in headers and body.
    :param endpoint: The endpoint that served it; ``""`` for none.
    :param values: The values of the variables in its rule.
    :param templates: The names of the templates that were rendered for it.
    :param prefixes: What each prefix function answered while the request was served, by
        its ``id()``.
    """

    target: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    text: str
    references: tuple[Reference, ...]
    endpoint: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    templates: tuple[str, ...] = ()
    prefixes: Mapping[int, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Skipped:
    """What was not asked, and why.

    :param what: A path, or the rule of a route.
    :param reason: The rest of a sentence, such as ``a GET may change something``.
    """

    what: str
    reason: str


@dataclass(frozen=True, eq=False)
class Walk:
    """All that was asked.

    :param limit: Which limit ended it, as a sentence; ``""`` if none did.
    """

    pages: tuple[Page, ...]
    skipped: tuple[Skipped, ...]
    limit: str = ""
