"""``flask prefix-urls explain``: the story of one URL, step by step."""

from __future__ import annotations

import click
from click.core import ParameterSource

from .app import load_app
from .report import show


@click.command("explain")
@click.argument("target", metavar="[ENDPOINT | URL | PATH]", required=False)
@click.argument("values", metavar="[NAME=VALUE]...", nargs=-1)
@click.option(
    "--header",
    "headers",
    metavar="'NAME: VALUE'",
    multiple=True,
    help="A header of the request that is played; may be given more than once"
    " (default: none).",
)
@click.option(
    "--script-name",
    default="",
    metavar="PATH",
    help="The mount that the server gives that request as SCRIPT_NAME (default: none).",
)
@click.option(
    "--base-url",
    metavar="URL",
    help="The scheme and host of that request, as the app gets them (default:"
    " http://localhost, or what SERVER_NAME says).",
)
@click.option(
    "--url",
    metavar="URL",
    help="Ask the deployed app at this public URL instead, from outside: that of its"
    " root, or of a page; ws:// and wss:// ask for a WebSocket (default: do not).",
)
@click.option(
    "--max-pages",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    help="With --url: the most requests.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON (default: text).")
@click.pass_context
def command(
    context: click.Context,
    target: str | None,
    values: tuple[str, ...],
    headers: tuple[str, ...],
    script_name: str,
    base_url: str | None,
    url: str | None,
    max_pages: int,
    as_json: bool,
) -> None:
    """Tell how one URL comes about, and what is probably wrong with it.

    For an endpoint, NAME=VALUE is what url_for is called with: book id=1 q=a. A URL or
    a path is what a browser asks for. A GET request is played, of / or of that path;
    before_request functions do not run.

    \b
    Exit status: 0 if all is right; 1 if something is probably wrong, or no
    URL comes out; 2 if the command cannot run.

    \b
    --json prints an object:
      version: 1
      target: what was asked about
      steps: a list of {name, text, facts}; text is a list of sentences
      result: the URL, or null
      mistakes: a list of {code, text, fix}; fix is the line to write or
        to change, or null

    \b
    The codes of mistakes:
      adapter-replaced, app-raises, application-root, cookie-host,
      cookie-path, environment-unread, header-unread, header-untrusted,
      no-prefix, no-public-url, other-host, path-by-hand, path-hidden,
      path-not-built, path-of-another-scope, path-twice, prefix-twice,
      proxy-fix-prefix, redirect-absolute, script-name, set-up, spec-base,
      test-client, url-for-replaced

    \b
    The codes of mistakes with --url:
      bad-gateway, bare-prefix-missing, client-host-trusted,
      client-prefix-trusted, cookie-path, double-slash, encoded-slash,
      first-page-everywhere, gateway-refuses, http-scheme, internal-host,
      link-by-hand, long-redirect, lost-port, matches-too-much, no-prefix,
      not-stripped, other-prefix, prefix-twice-in-links,
      prefix-twice-in-location, query-lost, redirect-by-hand, server-error,
      specification-without-prefix, unreachable, websocket-refused

    \b
    The facts, by the name of their step:
      address: host, path, query
      proxy strips: path, endpoint, reached
      proxy does not strip: path, endpoint, reached
      routing: code
      rule: endpoint, rules, blueprints, did_you_mean
      scopes: scopes, prefix
      mount: mount, script_name, application_root, has_prefix
      proxyfix: proxyfix, not_played
      url_for: call, fault
      url_defaults: functions
      adapter: root, error
      other code: found
      external: url, error
      outside: url, error
      cookie: name, path

    \b
    The lists among them, whose items are objects:
      rules: rule, methods, host, subdomain, websocket, alias
      scopes: scope, given, source, gives, raised
      proxyfix: trusted, changes
      functions: function, sets, raised

    \b
    The facts of --url, by their step; where one saw nothing, not_seen:
      answer: status, made_by, server, page, page_status, proxy
      bare prefix: status, location
      stripped: status, made_by, strips
      neighbour: status, made_by, reaches_app
      links: with_prefix, prefix_twice, outside
      redirect: redirects, long
      static: path, status, type
      cookie: paths
      encoded slash: status, made_by
      slashes: status, location
      client: sent, repeated
      caching: vary, cache_control
      specification: base
      websocket: status, made_by
    """  # noqa: D301 - click reads the character.
    # Each way is imported when it is taken.
    if url is not None:
        _refuse_request(target, headers, script_name, base_url)
        from .outside import explain_deployed

        report = explain_deployed(url, max_pages=max_pages)
    else:
        source = context.get_parameter_source("max_pages")
        if source is ParameterSource.COMMANDLINE:
            raise click.UsageError(
                f"--max-pages is {max_pages}, but nothing is asked without --url: give"
                " that, or leave out --max-pages."
            )
        if target is None:
            raise click.UsageError(
                "There is nothing to explain: name an endpoint, a URL or a path, or"
                " give the public URL of a deployed app by --url."
            )
        from .inside import explain

        report = explain(
            load_app(context),
            target,
            values,
            headers=headers,
            script_name=script_name,
            base_url=base_url,
        )
    show(report, as_json=as_json)
    if report.mistakes or report.result is None:
        context.exit(1)


def _refuse_request(
    target: str | None,
    headers: tuple[str, ...],
    script_name: str,
    base_url: str | None,
) -> None:
    """Refuse what describes a request to play.

    :raise click.UsageError: If one of them is given.
    """
    given = {
        "The target": target,
        "--header": "".join(headers[:1]),
        "--script-name": script_name,
        "--base-url": base_url,
    }
    for name, value in given.items():
        if value:
            raise click.UsageError(
                f"{name} is {value!r}, but --url asks a deployed app and plays no"
                " request: leave out one of the two."
            )
