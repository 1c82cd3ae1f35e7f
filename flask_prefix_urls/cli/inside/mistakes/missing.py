"""Where no prefix was given, or one was given where nobody reads it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from flask import request

from ....prefix import starts_with
from ....settings import CONFIG_KEYS
from ...as_code import as_code
from ...report import Mistake
from .proxy_fix import proxy_fixes
from .subject import Subject, as_prefix

# Of a prefix that nobody knows.
_EXAMPLE = "/svc"


def no_prefix(subject: Subject) -> Iterator[Mistake]:
    """Tell that no scope was given a prefix."""
    app, state = subject.app, subject.state
    is_mounted = request.environ.get("SCRIPT_NAME") or any(
        fix.x_prefix for fix in proxy_fixes(subject)
    )
    if subject.given or is_mounted or [*unread_environment(subject)]:
        return
    prefix = _likely_prefix(subject)
    text = "Neither the app nor a blueprint was given a prefix"
    root = app.config["APPLICATION_ROOT"]
    if root not in (None, "", "/"):
        text += f", and APPLICATION_ROOT={root!r} does not change links"
    text += ": links are wrong if a proxy strips one."
    fix = f"PrefixURLs(app, {as_code(prefix)})"
    if state is not None:
        fix += (
            f", or FLASK_PREFIX_URLS_PREFIX={prefix} in the environment and"
            " app.config.from_prefixed_env() before init_app"
        )
    yield Mistake("no-prefix", text, fix)


def unread_environment(subject: Subject) -> Iterator[Mistake]:
    """Tell of settings in the environment that did not get into the config."""
    for name in sorted(os.environ):
        # "__" stands between the name of a mapping and a key.
        key = name.removeprefix("FLASK_").partition("__")[0]
        if (
            name.startswith("FLASK_")
            and key in CONFIG_KEYS.values()
            and key not in subject.app.config
        ):
            yield Mistake(
                "environment-unread",
                f"The environment has {name}, but app.config does not have {key}.",
                "app.config.from_prefixed_env() before PrefixURLs(app) or"
                " init_app(app)",
            )


def script_name_of_server(subject: Subject) -> Iterator[Mistake]:
    """Tell of a mount in the environment, which gunicorn takes off each path."""
    script_name = os.environ.get("SCRIPT_NAME", "").rstrip("/")
    state = subject.state
    strips = state is None or state.proxy_strips
    if script_name and strips and not starts_with(subject.mount, script_name):
        prefix = script_name if script_name.startswith("/") else f"/{script_name}"
        yield Mistake(
            "script-name",
            f"The environment has SCRIPT_NAME={script_name!r}: if the proxy strips"
            f" {prefix!r}, gunicorn answers 500, since paths do not begin with it.",
            f"unset SCRIPT_NAME, and PrefixURLs(app, {as_code(prefix)})",
        )


def nothing_outside(subject: Subject) -> Iterator[Mistake]:
    """Tell of tasks that cannot build URLs."""
    app, state, prefix = subject.app, subject.state, subject.prefix_of_app
    if (
        "celery" in app.extensions
        and not app.config["SERVER_NAME"]
        and (state is None or state.settings.public_url is None)
    ):
        path = prefix.value if prefix else _EXAMPLE
        yield Mistake(
            "no-public-url",
            "The app has Celery, but neither a public URL nor SERVER_NAME: a task that"
            " builds a URL fails.",
            f'PrefixURLs(app, public_url="https://example.com{path}")',
        )


def _likely_prefix(subject: Subject) -> str:
    """Return the prefix that the app should perhaps have been given."""
    candidates = [
        request.headers.get("X-Forwarded-Prefix"),
        subject.app.config["APPLICATION_ROOT"],
        os.environ.get("SCRIPT_NAME"),
    ]
    # What precedes a route in the path that was given.
    if subject.endpoint is None:
        candidates += [before for before, _ in subject.splits()]
    for candidate in candidates:
        prefix = as_prefix(candidate)
        if prefix:
            return prefix
    return _EXAMPLE
