"""What a kind of JSON document says about its strings: a manifest, an OpenAPI, ..."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from .free_text import is_path, is_root, is_url, is_word, with_holes
from .names import use_of
from .reference import Use

#: Decides on one string, from the names that it stands below, outer ones first, and
#: from its text. The elements of an array have the name of the array.
Rule = Callable[[Sequence[str], str], "Use | None"]

_LD_IDENTIFIERS = frozenset(
    ("@id", "url", "image", "logo", "sameAs", "item", "target", "urlTemplate",
     "contentUrl", "embedUrl", "mainEntityOfPage", "thumbnailUrl", "discussionUrl")
)  # fmt: skip
_MANIFEST_URLS = frozenset(
    ("start_url", "src", "url", "action", "new_note_url", "ms_ac_template", "data")
)
_OPENAPI_URLS = frozenset(
    ("termsOfService", "authorizationUrl", "tokenUrl", "refreshUrl",
     "openIdConnectUrl", "deviceAuthorizationUrl")
)  # fmt: skip
_OPENAPI_OWNERS = frozenset(("externalDocs", "contact", "license", "x-logo"))
# An example shows what a client may send or get, and a schema what it looks like.
_OPENAPI_EXAMPLES = frozenset(
    ("example", "examples", "x-example", "default", "enum", "const")
)

_IMPORT_MAP = frozenset(("imports", "scopes", "integrity"))
_SPECULATION = frozenset(("prefetch", "prerender", "tag"))


def rule_of(media_type: str, keys: Collection[str]) -> Rule:
    """Return how to decide on the strings of a document.

    :param media_type: Its media type.
    :param keys: The names at its top.
    """
    if "openapi" in keys or "swagger" in keys:
        return openapi
    if media_type == "application/manifest+json" or "start_url" in keys:
        return manifest
    if media_type == "application/importmap+json" or (
        keys and _IMPORT_MAP.issuperset(keys)
    ):
        return import_map
    if media_type == "application/speculationrules+json" or (
        keys and _SPECULATION.issuperset(keys)
    ):
        return speculation_rules
    if "mappings" in keys and "sources" in keys:
        return source_map
    if media_type == "application/ld+json" or "@context" in keys:
        return linked_data
    return anything


def anything(names: Sequence[str], text: str) -> Use | None:
    """Decide on a string of a document of no known kind."""
    name = names[-1] if names else ""
    if name in ("$ref", "$id", "$schema"):
        return None
    use = use_of(name)
    # HAL, JSON:API and others list links by their relation.
    if use == "text" and len(names) > 1 and names[-2] in ("links", "_links"):
        use = "link"
    if use == "note":
        return "note" if is_path(text) else None
    # The root is a URL only where the name says so.
    if use in ("link", "base") and is_root(text):
        return use
    return use if is_url(with_holes(text).url) else None


def use_of_key(rule: Rule, names: Sequence[str]) -> Use | None:
    """Decide on a name in an object, the last one of these."""
    key = names[-1] if names else ""
    if rule is import_map:
        return import_map(names, key)
    is_free = rule in (anything, linked_data)
    return "note" if is_free and is_path(key) else None


def linked_data(names: Sequence[str], text: str) -> Use | None:
    """Decide on a string of JSON-LD."""
    if not names or "@context" in names or names[-1] == "@type":
        return None
    if names[-1] in _LD_IDENTIFIERS:
        is_right = is_root(text) or is_url(with_holes(text).url)
        return "link" if is_right else None
    return anything(names, text)


def manifest(names: Sequence[str], text: str) -> Use | None:
    """Decide on a string of a web app manifest."""
    if not names or not is_word(text):
        return None
    if names[-1] == "scope":
        return "base"
    is_identity = tuple(names) == ("id",)
    return "link" if is_identity or names[-1] in _MANIFEST_URLS else None


def import_map(names: Sequence[str], text: str) -> Use | None:
    """Decide on a string, or a name, of an import map."""
    # A name such as "lodash" is no URL, and the values of integrity are hashes.
    if not names or (names[0] == "integrity" and names[-1] != text):
        return None
    return "link" if text.startswith(("/", "./", "../", "http")) else None


def speculation_rules(names: Sequence[str], text: str) -> Use | None:
    """Decide on a string of speculation rules."""
    name = names[-1] if names else ""
    if name == "urls":
        return "link" if is_word(text) else None
    return "note" if name == "href_matches" and text.startswith("/") else None


def source_map(names: Sequence[str], text: str) -> Use | None:
    """Decide on a string of a source map, which only developers' tools ask for."""
    is_note = tuple(names) in (("sourceRoot",), ("sourceMappingURL",))
    return "note" if is_note and is_path(text) else None


def openapi(names: Sequence[str], text: str) -> Use | None:
    """Decide on a string of an OpenAPI document, or of Swagger 2."""
    if not names or not is_word(text):
        return None
    if names[-1] == "externalValue":
        return "link"
    if _OPENAPI_EXAMPLES.intersection(names):
        return None
    ends = tuple(names[-2:])
    if ends in (("basePath",), ("servers", "url"), ("server", "url")):
        return "base"
    is_url_of = names[-1] == "url" and _OPENAPI_OWNERS.intersection(names[-2:])
    return "link" if is_url_of or names[-1] in _OPENAPI_URLS else None
