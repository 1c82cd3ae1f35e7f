"""Values and calls as one writes them in code, with the quotation marks of README."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def as_code(value: object) -> str:
    """Return a value as it is written in code."""
    if isinstance(value, list):
        return f"[{', '.join(map(as_code, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)


def as_call(endpoint: str, values: Mapping[str, Any]) -> str:
    """Return the call of ``url_for`` for a URL."""
    arguments = [f"{name}={as_code(value)}" for name, value in values.items()]
    return f"url_for({', '.join([as_code(endpoint), *arguments])})"
