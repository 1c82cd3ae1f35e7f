"""Specifications of an API that say where it is, and lack the prefix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from ....prefix import starts_with
from ...as_code import as_code
from ...report import Mistake
from .subject import Subject, shown

# The keys of flasgger and of flask-smorest.
_KEYS = ("SWAGGER", "API_SPEC_OPTIONS")


def bases_in_config(subject: Subject) -> Iterator[Mistake]:
    """Tell of base paths in the config that lack the prefix."""
    prefix = subject.prefix_of_app
    if prefix is None:
        return
    for key in _KEYS:
        for name, base in _bases(subject.app.config.get(key)):
            if not starts_with(_path(base), unquote(prefix.value)):
                yield Mistake(
                    "spec-base",
                    f"{key} has the {name} {base!r}, which lacks the prefix"
                    f" {shown(prefix)}: the page of the API calls the wrong path.",
                    f"{as_code(_with_prefix(base, prefix.value))}, not {as_code(base)}",
                )


def base_path_of_swagger(subject: Subject) -> Iterator[Mistake]:
    """Tell of a Flasgger that has no base path at all."""
    swagger = getattr(subject.app, "swag", None)
    config = getattr(swagger, "config", None)
    prefix = subject.prefix_of_app
    if not isinstance(config, Mapping) or prefix is None or not prefix.value:
        return
    if [*_bases(config), *_bases(getattr(swagger, "template", None))]:
        return
    fix = 'swagger.config["basePath"] = prefix_of(app) or "/"'
    if "openapi" in config:
        fix = 'swagger.config["servers"] = [{"url": prefix_of(app) or "/"}]'
    yield Mistake(
        "spec-base",
        f"Flasgger has no base path, so its page calls paths without the prefix"
        f" {shown(prefix)}.",
        fix,
    )


def _bases(config: Any) -> Iterator[tuple[str, str]]:
    """Yield the base paths and server URLs in a config that are not relative."""
    if not isinstance(config, Mapping):
        return
    servers = config.get("servers")
    found = [("basePath", config.get("basePath"))]
    if isinstance(servers, list):
        found += [("server", s.get("url")) for s in servers if isinstance(s, Mapping)]
    for name, base in found:
        if isinstance(base, str) and (base.startswith("/") or "://" in base):
            yield name, base


def _path(base: str) -> str:
    return unquote(urlsplit(base).path).rstrip("/")


def _with_prefix(base: str, prefix: str) -> str:
    parts = urlsplit(base)
    return parts._replace(path=prefix + parts.path).geturl()
