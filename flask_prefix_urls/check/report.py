"""What ``check`` says, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from ..terminal import columns, wrap
from .findings import Fault, Findings, Note, Place
from .page import Skipped
from .sentences import printable, shown, url_of, wrong

# So many notes, and things that were not asked for one reason, are listed.
_MOST = 8
# What the kinds of files are called: one, and several.
_FILES = {
    "template": ("template", "templates"),
    "static": ("static file", "static files"),
    "python": ("Python file", "Python files"),
}
_INDENT = "    "


def as_text(findings: Findings) -> str:
    """Return the report for people, with click's colours.

    A URL and what to write are never broken in two, so that one can copy them.
    """
    parts = [
        *_faults(findings.faults),
        _notes(findings.notes),
        _skipped(findings.skipped),
        _summary(findings),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def print_report(findings: Findings) -> None:
    """Print the report for people, without colours where nobody sees them."""
    click.echo(as_text(findings))


def as_dict(findings: Findings) -> dict[str, Any]:
    """Return the report for programs: names and plain values."""
    return {
        "faults": [
            {
                "url": url_of(fault),
                "page": fault.page,
                "position": fault.position,
                "source": _place(fault.source),
                "kind": fault.kind,
                "endpoint": fault.endpoint,
                "suggestion": fault.suggestion,
                "count": fault.count,
            }
            for fault in findings.faults
        ],
        "notes": [
            {
                "url": note.url,
                "page": note.page,
                "source": _place(note.source),
                "text": f"It {note.text}.",
            }
            for note in findings.notes
        ],
        "skipped": [
            {"what": skipped.what, "reason": skipped.reason}
            for skipped in findings.skipped
        ],
        "asked": findings.asked,
        "read": dict(findings.read),
        "dead": list(findings.dead),
        "limit": findings.limit,
    }


def _place(source: Place | None) -> dict[str, Any]:
    """Return where a URL was written, with null for what is not known."""
    if source is None:
        return {"file": None, "line": None, "column": None}
    return {"file": source.file, "line": source.line, "column": source.column}


def _faults(faults: Iterable[Fault]) -> Iterator[list[str]]:
    """Yield the lines about each file."""
    files: dict[str, list[str]] = {}
    for fault in faults:
        file = "" if fault.source is None else fault.source.file
        files.setdefault(file, []).extend(_block(fault))
    yield from files.values()


def _block(fault: Fault) -> Iterator[str]:
    """Yield the lines about a fault, each with as many of its parts as fit."""
    place = fault.page if fault.source is None else _where(fault.source)
    url, pages = shown(fault), _pages(fault)
    parts = [(f"{printable(place)}:", "bold"), (f"{url} {wrong(fault.verdict)}", "")]
    if pages:
        parts.append((pages, ""))
    if fault.suggestion:
        parts[-1] = f"{parts[-1][0]}:", ""
        parts.append((f"write {printable(fault.suggestion)}", "green"))
    line, width = "", 0
    for text, style in parts:
        if line and width + 1 + len(text) > columns():
            yield line
            line, width = _INDENT, len(_INDENT)
        elif line:
            line, width = f"{line} ", width + 1
        line += _styled(text, style)
        width += len(text)
    yield line


def _styled(text: str, style: str) -> str:
    if style == "bold":
        return click.style(text, bold=True)
    if style:
        verb, _, code = text.partition(" ")
        return f"{verb} {click.style(code, fg=style)}"
    return text


def _pages(fault: Fault) -> str:
    """Return on which pages it is, as far as its place does not say that."""
    count = fault.count
    if fault.source is None:
        return f"(on {count} pages)" if count > 1 else ""
    if count > 1:
        return f"(on {count} pages, first {fault.page})"
    return f"(on {fault.page})" if count else ""


def _notes(notes: Sequence[Note]) -> list[str]:
    if not notes:
        return []
    title = "Only possible, and no fault: a browser may never ask for these"
    lines = [click.style(title, bold=True)]
    for note in notes[:_MOST]:
        place = note.page if note.source is None else _where(note.source)
        text = f'{printable(place)}: "{printable(note.url)}" {printable(note.text)}'
        lines.append(wrap(text, "  ", _INDENT))
    return [*lines, *_more(len(notes))]


def _skipped(skipped: Iterable[Skipped]) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for one in skipped:
        reasons.setdefault(one.reason, []).append(printable(one.what))
    if not reasons:
        return []
    lines = [click.style("Not asked, or not read to the end", bold=True)]
    by_count = sorted(reasons.items(), key=lambda item: -len(item[1]))
    for reason, whats in by_count[:_MOST]:
        lines.append(wrap(f"{reason}: {_list(whats)}", "  ", _INDENT))
    return [*lines, *_more(len(reasons))]


def _summary(findings: Findings) -> list[str]:
    sentences = [_what_was_read(findings)]
    if findings.dead:
        dead = _list([printable(name) for name in findings.dead])
        count = _count(len(findings.dead), "file", "files")
        sentences.append(f"Left out {count} that nothing names: {dead}.")
    if findings.limit:
        sentences.append(findings.limit)
    lines = [wrap(sentence) for sentence in sentences]
    faults = findings.faults
    if not faults:
        none = "Found no URL with a wrong prefix."
        return [*lines, click.style(none, fg="green", bold=True)]
    found = f"Found {_count(len(faults), 'URL', 'URLs')} with a wrong prefix."
    lines.append(click.style(found, fg="red", bold=True))
    certain = sum(fault.replacement is not None for fault in faults)
    if certain:
        command = "flask prefix-urls check --diff"
        lines.append(f"{command} prints a patch for {certain} of them.")
    return lines


def _what_was_read(findings: Findings) -> str:
    read = [
        _count(number, *_FILES[kind])
        for kind, number in findings.read.items()
        if number
    ]
    asked = f"Asked for {_count(findings.asked, 'page', 'pages')}"
    if not read:
        return f"{asked}."
    *most, last = read
    return f"{asked}, and read {', '.join(most)}{' and ' if most else ''}{last}."


def _where(place: Place) -> str:
    return f"{place.file}:{place.line}:{place.column}"


def _list(names: Sequence[str]) -> str:
    if len(names) <= _MOST:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST])} and {len(names) - _MOST} more"


def _more(count: int) -> list[str]:
    return [f"  and {count - _MOST} more, which --json lists"] if count > _MOST else []


def _count(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"
