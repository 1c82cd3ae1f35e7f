"""``flask prefix-urls proxy``: the configuration of a proxy for the app's prefixes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click
from flask import Flask

from ..prefix import parse_fixed_prefix
from ..state import AppState, state_of
from .app import load_app
from .as_json import show_json
from .proxies.addresses import Socket, parse_listen, parse_server_name, parse_upstream
from .proxies.configuration import FILES, Configuration, render
from .proxies.paths import Paths, needs_telling, paths_of

T = TypeVar("T")

_NO_PREFIX = "The app has no prefix: give it one, like PrefixURLs(app, '/svc')."
_ONLY_EMPTY = (
    "--prefix is '', and the app has no other prefix, so there is nothing to forward"
    " below one: give one by --prefix too, like '--prefix /svc'."
)


@click.command("proxy")
@click.argument("proxy", type=click.Choice([*FILES]))
@click.option(
    "--upstream",
    default="http://127.0.0.1:5000",
    show_default=True,
    metavar="URL",
    help="Where the app is: http://HOST:PORT, or unix:PATH for a socket.",
)
@click.option(
    "--strip/--no-strip",
    default=None,
    help="Whether the proxy strips the prefixes (default: what proxy_strips of the app"
    " says).",
)
@click.option(
    "--server-name",
    metavar="NAME",
    help="The only host that is served, such as example.com (default: any).",
)
@click.option(
    "--listen",
    default="127.0.0.1:8000",
    show_default=True,
    metavar="[HOST:]PORT",
    help="The IP address and the port where the proxy listens.",
)
@click.option(
    "--prefix",
    "returned",
    multiple=True,
    metavar="PREFIX",
    help="What a prefix function of the app returns; give each prefix once (default:"
    " none).",
)
@click.option(
    "--file",
    metavar="NAME",
    help="Print this file alone (default: all, which are two for Traefik).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON (default: text).")
@click.pass_context
def command(
    context: click.Context,
    proxy: str,
    upstream: str,
    strip: bool | None,
    server_name: str | None,
    listen: str,
    returned: tuple[str, ...],
    file: str | None,
    as_json: bool,
) -> None:
    """Print the configuration of a proxy for the app's prefixes.

    It is complete: write it to a file, and start the proxy with the command in its
    first lines.

    \b
      flask prefix-urls proxy nginx > nginx.conf

    Traefik has two files, each below a line with its name. To write them, take one at
    a time, by --file traefik.yaml and --file traefik-routes.yaml.

    Where the proxy does not strip, names have "-unstripped" in them, such as
    nginx-unstripped.conf.

    \b
    The form of --json:
      version   1
      files     a list; each has
        name    the name of the file
        text    what it holds
    """  # noqa: D301 - click reads the character
    app = load_app(context)
    state = state_of(app)
    if state is None:
        raise click.UsageError(_NO_PREFIX)
    strips = state.proxy_strips if strip is None else strip
    if server_name is not None:
        server_name = _checked(parse_server_name, server_name)
    configuration = Configuration(
        **vars(_paths_of(app, state, returned, strips=strips)),
        strips=strips,
        listen=_checked(parse_listen, listen),
        upstream=_checked(parse_upstream, upstream),
        server_name=server_name,
        notes=_notes(state, strips=strips),
    )
    if proxy == "traefik" and isinstance(configuration.upstream, Socket):
        raise click.UsageError(
            f"--upstream is {upstream!r}, but Traefik knows no Unix sockets: write it"
            " like 'http://127.0.0.1:5000'."
        )
    files = render(proxy, configuration)
    if file is not None:
        if file not in files:
            raise click.UsageError(
                f"--file is {file!r}, but must be one of {', '.join(files)}."
            )
        files = {file: files[file]}
    _show(files, as_json=as_json)


def _paths_of(
    app: Flask, state: AppState, returned: tuple[str, ...], *, strips: bool
) -> Paths:
    if returned and not needs_telling(state.scopes):
        raise click.UsageError(
            f"--prefix is {returned[0]!r}, but the app has no prefix function that it"
            " could come from: leave it out."
        )
    prefixes = [
        _checked(lambda value: parse_fixed_prefix(value, "--prefix"), value)
        for value in returned
    ]
    try:
        paths = paths_of(app, state.scopes, returned=prefixes, strips=strips)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from None
    if not paths.prefixes:
        raise click.UsageError(_ONLY_EMPTY if returned else _NO_PREFIX)
    return paths


def _checked(parse: Callable[[str], T], value: str) -> T:
    """Return the value of an option.

    :raise click.UsageError: If it is refused.
    """
    try:
        return parse(value)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from None


def _notes(state: AppState, *, strips: bool) -> tuple[str, ...]:
    """Return what to say at the top about the app."""
    if strips == state.proxy_strips:
        return ()
    setting = state.settings.proxy_strips
    source = "the default" if setting is None else setting.source
    return (
        f"The app has proxy_strips={state.proxy_strips} now ({source}): set it to"
        f" {strips}.",
    )


def _show(files: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        listed = [{"name": name, "text": text} for name, text in files.items()]
        show_json({"files": listed})
        return
    if len(files) == 1:
        (text,) = files.values()
        click.echo(text, nl=False)
        return
    click.echo("\n".join(f"# {name}\n{text}" for name, text in files.items()), nl=False)
