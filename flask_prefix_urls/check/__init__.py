"""Finds the links that no ``url_for`` built, and says what to write in their place.

There are two ways: a walk through the app by GET (:mod:`.walk`), and its sources
(:mod:`.templates`, :mod:`.static_files`, :mod:`.python`). The parsers are libraries of
the extra ``check``.
"""

from .deployed.checking import check_deployed
from .inspection import check_app

__all__ = ["check_app", "check_deployed"]
