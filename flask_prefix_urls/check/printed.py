"""The report for people, printed."""

from __future__ import annotations

import click

from .findings import Findings
from .report import as_text


def print_report(findings: Findings) -> None:
    """Print the report, without colours where nobody sees them."""
    click.echo(as_text(findings))
