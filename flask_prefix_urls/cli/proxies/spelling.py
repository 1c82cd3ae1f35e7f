"""How a path is spelled in the language of each proxy.

A path comes as it stands in a URL, percent-encoded. What an escape can hide there is
limited: no quote, backslash, slash or control character.
"""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

# Not "-", which re.escape escapes too: it means nothing outside of brackets.
_SPECIAL = re.compile(r"[.+*?^$|(){}\[\]\\]")
_PLAIN_WORD = re.compile(r"[\w/.~@:+=*-]+")
_PLAIN_YAML = re.compile(r"[\w/.~-]+(:[\w/.~-]+)*")


def decoded(path: str) -> str:
    """Return a path for a proxy that compares decoded ones."""
    return unquote(path)


def regex(path: str) -> str:
    """Return a regular expression that matches a path alone."""
    return _SPECIAL.sub(r"\\\g<0>", path)


def percent(path: str) -> str:
    """Return a path for where ``%`` begins a variable."""
    return path.replace("%", "%%")


def word(path: str) -> str:
    """Return one word of nginx or Caddy, in quotes if it needs them."""
    return path if _PLAIN_WORD.fullmatch(path) else f'"{path}"'


def yaml(text: str) -> str:
    """Return a scalar of YAML, in quotes if it needs them."""
    return text if _PLAIN_YAML.fullmatch(text) else json.dumps(text, ensure_ascii=False)
