"""What commands print for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

# Raised when a key goes or changes its meaning.
_VERSION = 1


def show_json(content: Mapping[str, Any]) -> None:
    """Print JSON with the version of its form.

    :param content: The rest of it: names and plain values.
    """
    click.echo(json.dumps({"version": _VERSION, **content}, indent=2))
