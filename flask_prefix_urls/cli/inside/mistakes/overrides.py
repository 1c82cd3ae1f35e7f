"""Other code in the place of a hook, that URLs have no prefix by.

Each is asked for a URL, and Flask's own as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask

from ....prefix import starts_with
from ....siblings import PublicAdapter
from ...report import Mistake
from ..parts.layers import (
    global_of_templates,
    is_ours,
    layers_of,
    placed,
    processors_of_url_for,
)
from .subject import Subject, try_to


def replaced_adapter(subject: Subject) -> Iterator[Mistake]:
    """Tell of URLs that an adapter builds which knows no prefix."""
    state = subject.state
    if state is None or not state.scopes.given() or subject.adapter is None:
        return
    if not isinstance(subject.adapter, PublicAdapter):
        name = placed(layers_of(subject.app, "create_url_adapter")[0])
        yield Mistake(
            "adapter-replaced",
            f"app.create_url_adapter was set to {name} after PrefixURLs, and does not"
            " call that of PrefixURLs, so URLs have no prefix.",
            "PrefixURLs(app, ...) below the line that sets app.create_url_adapter",
        )


def replaced_url_for(subject: Subject) -> Iterator[Mistake]:
    """Tell of a ``url_for`` that returns a path without the prefix."""
    app, endpoint = subject.app, subject.endpoint
    if endpoint is None or subject.prefix is None or not subject.prefix.value:
        return
    root = subject.root_for(endpoint)
    values: dict[str, Any] = {}
    # Which values any other endpoint needs is not known.
    if f".{endpoint}".endswith(".static"):
        values["filename"] = "a.css"
    by_flask = try_to(Flask.url_for, app, endpoint, **values)
    if by_flask is None or not _is_below(by_flask, root):
        return
    for code, where in _others(app):
        url = try_to(code, endpoint, **values)
        if isinstance(url, str) and url.startswith("/") and not _is_below(url, root):
            yield Mistake(
                "url-for-replaced",
                f"{placed(code)} is the url_for {where}, and returns {url!r} where"
                f" Flask's returns {by_flask!r}: wrong if the proxy does not serve that"
                " path.",
                "return Flask.url_for(app, endpoint, **values)",
            )


def _others(app: Flask) -> Iterator[tuple[Callable[..., Any], str]]:
    """Yield each ``url_for`` that is not ours or Flask's, and of what it is that."""
    layers = [layer for layer in layers_of(app, "url_for") if not is_ours(layer)]
    if layers:
        outermost = layers[0]
        is_method = outermost is type(app).url_for
        yield (app.url_for if is_method else outermost), "of the app"
    in_templates = [global_of_templates(app)]
    for processor in processors_of_url_for(app):
        given = try_to(processor)
        in_templates.append(given.get("url_for") if isinstance(given, dict) else None)
    for code in in_templates:
        if callable(code):
            yield code, "of templates"


def _is_below(url: str, root: str) -> bool:
    return starts_with(unquote(urlsplit(url).path), root)
