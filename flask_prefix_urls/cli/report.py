"""What ``explain`` says: steps, a result, and what is probably a mistake."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from shutil import get_terminal_size
from typing import Any

import click

# The version of the JSON: raised when a key goes or changes its meaning.
_VERSION = 1
# The columns of the names of steps.
_INDENT = 12
# Lines longer than that are hard to read.
_WIDEST = 120


@dataclass(frozen=True)
class Step:
    """One layer that a URL went through.

    :param name: A word or two, such as ``mount``.
    :param text: Sentences for people.
    :param facts: The same for programs: names and plain values.
    """

    name: str
    text: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Mistake:
    """What is probably a mistake.

    :param code: Its name for programs, such as ``prefix-twice``.
    :param text: One sentence that says what is wrong, and where.
    :param fix: The line to write, or to change; ``None`` if the sentence has it.
    """

    code: str
    text: str
    fix: str | None = None


@dataclass(frozen=True)
class Report:
    """The story of one URL.

    :param target: What was asked about.
    :param result: The URL that came out; ``None`` if there is none.
    """

    target: str
    steps: tuple[Step, ...]
    result: str | None
    mistakes: tuple[Mistake, ...]


def show(report: Report, *, as_json: bool) -> None:
    """Print a report.

    :param as_json: Whether for programs, in the form that ``explain --help`` describes.
    """
    if as_json:
        click.echo(json.dumps({"version": _VERSION, **asdict(report)}, indent=2))
        return
    for step in report.steps:
        _show_part(step.name, step.text)
    if report.result is not None:
        _show_part("result", (report.result,), fg="green")
    if report.mistakes:
        click.echo()
        click.secho("Probably a mistake", bold=True, fg="yellow")
    for mistake in report.mistakes:
        _echo(mistake.text, "  - ", "    ")
        if mistake.fix is not None:
            _echo(mistake.fix, "    Fix: ", "         ")


def _show_part(name: str, text: tuple[str, ...], fg: str | None = None) -> None:
    label = click.style(f"{name:<{_INDENT}}", bold=True)
    for sentence in text:
        lines = _wrap(sentence, " " * _INDENT, " " * (_INDENT + 2))
        click.echo(label + click.style(lines[_INDENT:], fg=fg))
        label = " " * _INDENT


def _echo(text: str, first: str, others: str) -> None:
    click.echo(_wrap(text, first, others))


def _wrap(text: str, first: str, others: str) -> str:
    """Wrap a sentence to the terminal. A URL stays whole, however long it is."""
    return textwrap.fill(
        text,
        min(get_terminal_size().columns, _WIDEST),
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
