"""A header as ``--header`` has it."""

from __future__ import annotations

import re

import click

# RFC 9110, section 5.6.2.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def parse_header(header: str) -> tuple[str, str]:
    """Return the name and the value of a header.

    :param header: ``Name: value``.
    :raise click.UsageError: If it is none.
    """
    name, colon, value = header.partition(":")
    value = value.strip(" \t")
    if not colon or not _NAME.fullmatch(name):
        raise click.UsageError(
            f"--header is {header!r}, but must be a name, a colon and a value: write it"
            " like 'X-Forwarded-Prefix: /svc'."
        )
    if not value.isprintable():
        raise click.UsageError(
            f"--header is {header!r}, but its value must not have a control character:"
            " leave that out."
        )
    return name, value
