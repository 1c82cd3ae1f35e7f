"""Public URLs for Flask apps behind a reverse proxy that cuts a path off."""

from .extension import PrefixURLs

__all__ = ["PrefixURLs"]
