"""The app that a command is about."""

from __future__ import annotations

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
    except click.ClickException:
        raise
    except Exception as error:
        place = extract_tb(error.__traceback__)[-1]
        raise NoAppException(
            f"The app cannot be loaded: {type(error).__name__}: {error}"
            f" ({Path(place.filename).name}, line {place.lineno})."
        ) from error
