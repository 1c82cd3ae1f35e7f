"""The command group ``flask prefix-urls``.

``flask`` loads the group whenever it runs, for ``flask run`` too. So a command is
imported when somebody asks for it, and nothing of it before.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click

__all__ = ["prefix_urls"]

# Each has a module of its name here, which has the command.
_COMMANDS = ("check", "explain", "proxy", "routes")


class _CommandsByModule(click.Group):
    """A group that imports the module of a command when it is asked for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"{__name__}.{cmd_name}")
        return cast(click.Command, module.command)


@click.group("prefix-urls", cls=_CommandsByModule)
def prefix_urls() -> None:
    """See public URLs, explain one, check links, and set up the proxy."""
