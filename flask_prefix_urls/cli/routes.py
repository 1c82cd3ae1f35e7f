"""``flask prefix-urls routes``: ``flask routes`` with public URLs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import click

from ..mount import mount_without_request
from ..terminal import columns, wrap
from .app import load_app
from .as_json import show_json
from .inside.public_routes import PublicRoute, public_routes

_GAP = "  "
_INDENT = "    "


@click.command("routes")
@click.option(
    "--sort",
    "-s",
    type=click.Choice(("endpoint", "methods", "domain", "rule", "match")),
    default="endpoint",
    show_default=True,
    help="What to sort by; 'match' is the order in which Flask matches a request.",
)
@click.option(
    "--all-methods",
    is_flag=True,
    help="Show HEAD and OPTIONS, too (default: hide them).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON (default: a table).")
@click.pass_context
def command(
    context: click.Context, sort: str, all_methods: bool, as_json: bool
) -> None:
    """Show the public URL of each route, its scope, and who gave the prefix.

    A public URL is prefix, mount and rule. Without a request, the mount is
    APPLICATION_ROOT. What only a request tells stands in <>: <tenant()> for what the
    function tenant returns, and <X-Forwarded-Prefix> for what the header has.

    Where the table is wider than the terminal, each route has two lines.

    \b
    The form of --json:
      version              1
      mount                the mount
      routes               a list; each has
        endpoint           "" for a redirect that has none
        methods            a list
        host, subdomain    where it is for one only, else null or ""
        rule
        public_url
        scopes             a list: what may decide on the prefix, the nearest
                           first; a function may leave it to the next
          blueprint        its registered name; null for the app
          prefix           null if only a request tells it
          source           where it was given
          function         the name of the function that is asked, else null
          header           the name of the header that has it, else null
          error            what the function raises without a request, or null
        websocket, build_only, alias
                           true or false
        redirect_to        a URL, or the name of a function, else null
    """  # noqa: D301 - click reads the character
    app = load_app(context)
    hidden = () if all_methods else ("HEAD", "OPTIONS")
    routes = public_routes(app, without_methods=hidden)
    if sort == "endpoint":
        routes.sort(key=lambda route: route.endpoint)
    elif sort == "methods":
        routes.sort(key=lambda route: route.methods)
    elif sort == "domain":
        routes.sort(key=lambda route: route.domain)
    elif sort == "rule":
        routes.sort(key=lambda route: route.rule)
    mount = mount_without_request(app)
    if as_json:
        show_json({"mount": mount, "routes": [asdict(route) for route in routes]})
        return
    if not routes:
        click.echo("No routes were registered.")
        return
    _show_routes(routes, host_matching=app.url_map.host_matching)
    click.echo()
    _show_scopes(routes)
    if mount:
        click.echo(wrap(f"The mount is {mount!r} (from APPLICATION_ROOT)."))


def _show_routes(routes: Sequence[PublicRoute], *, host_matching: bool) -> None:
    """Print the table, or two lines for each route if it is too wide."""
    texts = {
        "Endpoint": [route.endpoint for route in routes],
        "Methods": [", ".join(route.methods) for route in routes],
        "Host" if host_matching else "Subdomain": [route.domain for route in routes],
        "Note": [route.note for route in routes],
        "Scope": [
            route.scopes[0].scope if route.scopes else "none" for route in routes
        ],
    }
    # Only what some route has.
    lines = _aligned([(name, *cells) for name, cells in texts.items() if any(cells)])
    urls = [route.public_url for route in routes]
    is_too_wide = len(lines[0]) + len(_GAP) + max(map(len, urls)) > columns()
    head, *lines = [wrap(line, "", _INDENT) if is_too_wide else line for line in lines]
    gap = f"\n{_INDENT}" if is_too_wide else _GAP
    click.secho(f"{head}{gap}Public URL", bold=True)
    for route, line in zip(routes, lines, strict=True):
        root = route.public_url.removesuffix(route.rule)
        click.echo(f"{line}{gap}{click.style(root, fg='green')}{route.rule}")


def _aligned(table: Iterable[tuple[str, ...]]) -> list[str]:
    """Return the lines of a table that is given by its columns."""
    padded = []
    for cells in table:
        width = max(map(len, cells))
        padded.append([f"{cell:<{width}}" for cell in cells])
    return [_GAP.join(line) for line in zip(*padded, strict=True)]


def _show_scopes(routes: Sequence[PublicRoute]) -> None:
    """Print what each scope was given, the app first."""
    found = dict.fromkeys(given for route in routes for given in route.scopes)
    if not found:
        click.echo("Neither the app nor a blueprint was given a prefix.")
        return
    scopes = sorted(found, key=lambda given: given.blueprint or "")
    head, *labels = _aligned([("Scope", *(given.scope for given in scopes))])
    click.secho(f"{head}{_GAP}Prefix", bold=True)
    for label, given in zip(labels, scopes, strict=True):
        label += _GAP
        click.echo(wrap(given.without_request(), label, " " * len(label)))
