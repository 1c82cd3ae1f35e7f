"""One URL as the app builds it: what ``explain`` says with the app at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click
from flask import Flask

from ..report import Report
from .address import explain_address
from .endpoint import build_outside, tell_endpoint
from .found import found_mistakes
from .played import parse_options, played
from .rules import no_rules
from .values import parse_values


def explain(
    app: Flask,
    target: str,
    values: Sequence[str],
    *,
    headers: Iterable[str],
    script_name: str,
    base_url: str | None,
) -> Report:
    """Tell the story of one URL.

    :param app: The app.
    :param target: An endpoint, a URL or a path.
    :param values: Values for the URL of an endpoint, each ``NAME=VALUE``.
    :param headers: Headers of the played request, each ``NAME: VALUE``.
    :param script_name: Its mount.
    :param base_url: Its scheme and host; ``None`` for those of the app.
    :raise click.UsageError: If one of these is malformed.
    :raise NoAppException: If the app fails for every request.
    """
    asked = parse_options(app, headers, script_name, base_url)
    if target.startswith("/") or "://" in target:
        if values:
            raise click.UsageError(
                f"{target!r} has its values in its path: write NAME=VALUE only after an"
                " endpoint."
            )
        return explain_address(app, target, asked)
    if target not in {rule.endpoint for rule in app.url_map.iter_rules()}:
        with played(app, asked):
            found = found_mistakes(app, None, None)
        return Report(target, (no_rules(app, target),), None, found)
    parsed = parse_values(app, target, values)
    outside = build_outside(app, target, parsed)
    with played(app, asked) as request:
        steps, url = tell_endpoint(app, request, target, parsed, outside)
        found = found_mistakes(app, target, None)
    return Report(target, steps, url, found)
