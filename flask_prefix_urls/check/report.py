"""What ``check`` says, for people and for programs."""

from __future__ import annotations

from typing import Any

from .findings import Findings


def as_text(findings: Findings) -> str:
    """Return the report for people, with click's colours."""
    raise NotImplementedError


def as_dict(findings: Findings) -> dict[str, Any]:
    """Return the report for programs: names and plain values."""
    raise NotImplementedError
