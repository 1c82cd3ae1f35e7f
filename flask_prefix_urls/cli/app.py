"""The app that a command is about."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from traceback import extract_tb

import click
from flask import Flask
from flask.cli import NoAppException, ScriptInfo


def load_app(context: click.Context) -> Flask:
    """Return the app that ``flask --app`` names.

    :param context: The context of the command.
    :raise NoAppException: If there is none, or if it fails while it is made. The
        exit status is then 2.
    """
    try:
        return context.ensure_object(ScriptInfo).load_app()
    except NoAppException as error:
        # Where a module of the app cannot import another, Flask's message ends with the
        # traceback, and that with the reason.
        sentence, is_found, trace = error.message.partition("\n\nTraceback")
        if not is_found:
            raise
        reason = trace.rstrip().rpartition("\n")[2]
        raise NoAppException(f"{sentence} {reason}") from None
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise NoAppException(
            f"The app cannot be loaded: {type(error).__name__}: {reason}"
            f"{_place_of(error)}."
        ) from error


def _place_of(error: Exception) -> str:
    """Return the line of the app that an error comes from, in brackets.

    That is the last one which is not in this package, Flask, or another installed one.
    """
    paths = sysconfig.get_paths()
    installed = [
        Path(__file__).parents[1],
        Path(paths["stdlib"]),
        Path(paths["purelib"]),
    ]
    for frame in reversed(extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if file.is_file() and not any(map(file.is_relative_to, installed)):
            return f" ({file.name}, line {frame.lineno})"
    return ""
