"""Public URLs for Flask apps behind a reverse proxy that strips a path."""

from .extension import PrefixURLs
from .forwarded import forwarded_prefix
from .state import prefix_of
from .unprefixed import unprefixed

__all__ = ["PrefixURLs", "forwarded_prefix", "prefix_of", "unprefixed"]
