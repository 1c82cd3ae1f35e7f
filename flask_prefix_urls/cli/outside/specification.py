"""The specification of an API, of Swagger or OpenAPI: where it says that the API is."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, quote

from ...safe_get import is_safe
from .asking import Answer
from .references import parse_json
from .site import SAFE, Site


def base_of(site: Site, page: Answer) -> SplitResult | None:
    """Return where a specification says that the API is.

    :return: ``None`` if the page is no specification, or the API has another host.
    """
    said = _read(page)
    if said is None:
        return None
    base = said.get("basePath", "/")
    servers = said.get("servers")
    if "openapi" in said and isinstance(servers, list) and servers:
        base = servers[0].get("url") if isinstance(servers[0], dict) else None
    parts = site.split(base, page.path) if isinstance(base, str) else None
    return parts if parts is not None and site.same_host(parts) else None


def page_of(page: Answer) -> str | None:
    """Return the path, below the base, of a page that is had by GET without values."""
    paths = (_read(page) or {}).get("paths")
    if not isinstance(paths, dict):
        return None
    for path, methods in paths.items():
        is_get = isinstance(methods, dict) and "get" in methods
        if is_get and "{" not in path and is_safe(path):
            return quote(str(path), SAFE)
    return None


def _read(page: Answer) -> dict[str, Any] | None:
    said = parse_json(page)
    if isinstance(said, dict) and {"swagger", "openapi"} & said.keys():
        return said
    return None
