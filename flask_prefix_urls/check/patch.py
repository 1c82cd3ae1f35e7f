"""The changes that are certain, as a patch for ``git apply``."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from difflib import unified_diff
from operator import itemgetter
from pathlib import Path

from .findings import Fault, Replacement
from .sources.source import Source, with_plain_line_feeds
from .suggestions.flask_import import import_from_flask

_BYTE_ORDER_MARK = "\ufeff"
# Git ends a line at a line feed only.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def patch(faults: Iterable[Fault]) -> str:
    """Return a patch in unified form, with paths from the working directory.

    :param faults: What was found. Those without a ``replacement`` are left out, and
        files that are not below the working directory.
    :return: ``""`` if nothing is left.
    """
    changes: dict[Path, tuple[Source, set[Replacement]]] = {}
    for fault in faults:
        source, change = fault.written_in, fault.replacement
        if source is None or change is None or source.path is None:
            continue
        if not source.is_installed:
            changes.setdefault(source.path, (source, set()))[1].add(change)
    here = Path.cwd().resolve()
    return "".join(
        _diff(source, path, of_file, path.resolve().relative_to(here).as_posix())
        for path, (source, of_file) in sorted(changes.items(), key=itemgetter(0))
        if path.resolve().is_relative_to(here)
    )


def _diff(source: Source, path: Path, changes: set[Replacement], name: str) -> str:
    try:
        # With its line feeds as they are, unlike source.text.
        old = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return ""
    mark = _BYTE_ORDER_MARK if old.startswith(_BYTE_ORDER_MARK) else ""
    old = old.removeprefix(mark)
    if with_plain_line_feeds(old) != source.text:
        return ""
    lines = unified_diff(
        _LINE.findall(mark + old),
        _LINE.findall(mark + _changed(old, source.text, changes)),
        _header_name(f"a/{name}"),
        _header_name(f"b/{name}"),
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in lines
    )


def _changed(old: str, text: str, changes: set[Replacement]) -> str:
    """Return the file after the changes.

    :param old: The file.
    :param text: The same with plain line feeds, which the changes are made for.
    """
    names = {change.imports for change in changes if change.imports}
    imports = [import_from_flask(text, name) for name in sorted(names)]
    changes = changes | {change for change in imports if change is not None}
    line_feed = "\r\n" if "\r\n" in old else "\n"
    # Where each carriage return would be that the text lacks.
    lacking = [
        match.start() - count for count, match in enumerate(re.finditer("\r\n", old))
    ]
    parts = []
    done = 0
    for change in sorted(changes, key=lambda change: change.start):
        start = change.start + bisect_left(lacking, change.start)
        if start < done:
            # Two that overlap: the first is as good, and the next check has the other.
            continue
        parts += [old[done:start], change.text.replace("\n", line_feed)]
        done = change.end + bisect_left(lacking, change.end)
    return "".join([*parts, old[done:]])


def _header_name(name: str) -> str:
    """Return a path as the header of a patch has it."""
    if re.search(r'[\x00-\x1f"\\\x7f]', name):
        escaped = re.sub(
            r'[\x00-\x1f"\\\x7f]', lambda match: f"\\{ord(match[0]):03o}", name
        )
        return f'"{escaped}"'
    # The name would end at its first space.
    return f"{name}\t" if " " in name else name
