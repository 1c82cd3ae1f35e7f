"""What ``explain`` says: steps, a result, and what is probably a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import click

from ..terminal import wrap
from .as_json import show_json

# The columns of the names of steps.
_INDENT = 14


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
        show_json(asdict(report))
        return
    for step in report.steps:
        _show_part(step.name, step.text)
    if report.result is None:
        _show_part("result", ("none",), fg="red")
    else:
        _show_part("result", (report.result,), fg="green")
    if report.mistakes:
        click.echo()
        click.secho("Probably a mistake", bold=True, fg="yellow")
    for mistake in report.mistakes:
        click.echo(wrap(mistake.text, "  - ", "    "))
        if mistake.fix is not None:
            click.echo(wrap(mistake.fix, "    Fix: ", "         "))


def _show_part(name: str, text: tuple[str, ...], fg: str | None = None) -> None:
    if len(name) < _INDENT:
        label = click.style(f"{name:<{_INDENT}}", bold=True)
    else:
        click.secho(name, bold=True)
        label = " " * _INDENT
    for sentence in text:
        # Styled after it is wrapped, since styles would count as characters.
        lines = wrap(sentence, " " * _INDENT, " " * (_INDENT + 2))
        click.echo(label + click.style(lines[_INDENT:], fg=fg))
        label = " " * _INDENT
