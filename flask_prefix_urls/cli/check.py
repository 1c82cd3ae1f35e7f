"""``flask prefix-urls check``: the links that no ``url_for`` built."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING

import click

from ..checkable import NotCheckableError, need_prefix, parsers
from .app import load_app
from .as_json import show_json
from .header import parse_header

if TYPE_CHECKING:
    from ..check.findings import Findings
    from ..check.limits import Limits


class _CannotRun(click.ClickException):
    """Says why nothing was checked, without the usage, which is right."""

    exit_code = 2


@click.command("check")
@click.option(
    "--start",
    metavar="PATH",
    multiple=True,
    help="A path to ask for, too, even if a GET of it may change"
    " something; may be given more than once (default: every route without variables).",
)
@click.option(
    "--max-pages",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="The most requests.",
)
@click.option(
    "--max-seconds",
    type=click.IntRange(min=1),
    default=120,
    show_default=True,
    help="The most seconds that the requests may take.",
)
@click.option(
    "--header",
    "headers",
    metavar="'NAME: VALUE'",
    multiple=True,
    help="A header of each request, such as a cookie or X-Forwarded-Prefix; may be"
    " given more than once (default: none).",
)
@click.option(
    "--exclude",
    metavar="REGEX",
    multiple=True,
    help="Do not ask for what has this in its path or its query; may be given more than"
    " once (default: leave out nothing).",
)
@click.option(
    "--url",
    metavar="URL",
    help="Read the deployed app at this public URL of its root instead, from outside"
    " (default: do not).",
)
@click.option(
    "--diff",
    is_flag=True,
    help="Print a patch for 'git apply' with each change that is certain (default: a"
    " report).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON (default: a report).")
@click.pass_context
def command(
    context: click.Context,
    start: tuple[str, ...],
    max_pages: int,
    max_seconds: int,
    headers: tuple[str, ...],
    exclude: tuple[str, ...],
    url: str | None,
    diff: bool,
    as_json: bool,
) -> None:
    """Find the links that no url_for built, and say what to write there.

    A test client follows the app's links by GET, from every route without
    variables. Where a GET looks as if it changes something, such as /logout, it is
    left out. Templates, static files and Python are read as well. Nothing is
    written.

    \b
    Exit status: 0 if nothing was found; 1 if something was; 2 if the
    command cannot run.

    \b
    The form of --json:
      version              1
      faults               a list; each has
        url                as it stands
        page               the path of the first page that has it, or a file
        position           its attribute, header or JSON path
        source             where it was written:
          file, line, column
                           each null if it is not known
        kind               what is wrong: "no-prefix", "other-prefix",
                           "prefix-twice", "needless-prefix"
        endpoint           what it leads to; "" with --url
        suggestion         what to write there
        count              on how many pages it stands
      notes                a list of what may be a path; counts as nothing
                           found; each has
        url, page, source  as above
        text               a sentence
      skipped              a list of what was not asked, or not read to the
                           end; each has
        what               a path, the rule of a route, or a file
        reason             why
      asked                how many requests were made
      read                 how many files of each kind were read, by kind
      dead                 the templates and static files that nothing names
      limit                which limit ended the walk, or ""
    """  # noqa: D301 - click reads the character
    if diff and (as_json or url is not None):
        other = "--json prints no patch" if as_json else "--url reads no sources"
        raise click.UsageError(f"{other}: leave out that, or --diff.")
    for path in start:
        _refuse_no_path(path)
    for expression in exclude:
        _refuse_no_expression(expression)
    sent = tuple(map(parse_header, headers))
    root = None if url is None else _root_of(url)
    from ..check.limits import Limits

    limits = Limits(start, max_pages, max_seconds, sent, exclude)
    try:
        # What the app prints is no part of a report, of a patch, or of JSON.
        with redirect_stdout(sys.stderr):
            findings = _check(context, root, limits)
    except NotCheckableError as error:
        raise _CannotRun(str(error)) from error
    _show(findings, diff=diff, as_json=as_json)
    if findings.faults:
        context.exit(1)


def _refuse_no_path(path: str) -> None:
    if not path.startswith("/"):
        raise click.UsageError(
            f"--start is {path!r}, but a path begins with a slash: write"
            f" {f'/{path}'!r}."
        )


def _refuse_no_expression(expression: str) -> None:
    try:
        re.compile(expression)
    except re.error as error:
        raise click.UsageError(
            f"--exclude is {expression!r}, but must be a regular expression, and this"
            f" has an error: {error}."
        ) from None


def _root_of(url: str) -> str:
    """Return the public URL of the root of a deployed app.

    :raise click.UsageError: If no link of it can lack a prefix.
    """
    from .outside.site import parse_url

    address = parse_url(url)
    if address.is_websocket:
        raise click.UsageError(
            f"--url is {url!r}, but a WebSocket has no links: write it like"
            " 'https://example.com/svc/'."
        )
    if not address.site.prefix:
        raise click.UsageError(
            f"--url is {url!r}, but without a path there is no prefix that a link can"
            " lack: write it like 'https://example.com/svc/'."
        )
    return address.site.root


def _check(context: click.Context, root: str | None, limits: Limits) -> Findings:
    """Check the app, or a deployed one.

    :param root: The public URL of the root of the deployed app.
    :raise NotCheckableError: If nothing can be found.
    """
    if root is not None:
        with parsers():
            from ..check.deployed.inspection import check_deployed

        with _progress() as progress:
            return check_deployed(root, limits, progress)
    app = load_app(context)
    need_prefix(app)
    with parsers():
        from ..check.inspection import check_app
    with _progress() as progress:
        return check_app(app, limits, progress)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """Show in a terminal how many requests were made, until the block ends.

    Yields what to call with that number, and with how many are known to come.
    """
    if not sys.stderr.isatty():
        yield None
        return
    # Without the time that is left: nobody knows how many pages there are.
    with click.progressbar(
        length=1, label="Asking", file=sys.stderr, show_eta=False, show_pos=True
    ) as bar:

        def show(made: int, coming: int) -> None:
            bar.length = made + coming
            bar.update(made - bar.pos)

        yield show


def _show(findings: Findings, *, diff: bool, as_json: bool) -> None:
    from ..check.patch import patch
    from ..check.report import as_dict, print_report

    if as_json:
        show_json(as_dict(findings))
    elif diff:
        click.echo(patch(findings.faults), nl=False)
        left = sum(fault.replacement is None for fault in findings.faults)
        if left:
            faults = "1 fault" if left == 1 else f"{left} faults"
            click.echo(
                f"The patch does not fix {faults}: run the command without --diff.",
                err=True,
            )
    else:
        print_report(findings)
