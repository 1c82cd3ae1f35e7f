"""Public URLs for Flask apps behind a reverse proxy that cuts a path off."""

from .extension import PrefixURLs
from .forwarded import forwarded_prefix
from .scopes import unprefixed

__all__ = ["PrefixURLs", "forwarded_prefix", "unprefixed"]
