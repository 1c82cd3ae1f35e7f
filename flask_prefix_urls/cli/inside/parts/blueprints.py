"""The blueprints that an endpoint is in."""

from __future__ import annotations


def blueprints_of(endpoint: str) -> list[str]:
    """Return the names of an endpoint's blueprints, the nearest first.

    An endpoint may have a dot in its own name: then not each name is a blueprint's.
    """
    names = []
    while "." in endpoint:
        endpoint = endpoint.rpartition(".")[0]
        names.append(endpoint)
    return names
