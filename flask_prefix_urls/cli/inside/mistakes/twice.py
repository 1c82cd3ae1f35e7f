"""What adds a prefix a second time, or takes it away again."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from flask import Flask
from werkzeug.routing import Rule

from ....mount import public_root
from ....prefix import starts_with
from ...as_code import as_code
from ...report import Mistake
from ..parts.blueprints import blueprints_of
from .proxy_fix import line_to_wrap, proxy_fixes
from .subject import Subject, shown


def prefix_in_rule(subject: Subject) -> Iterator[Mistake]:
    """Tell of a rule that begins with the prefix of its endpoint."""
    if subject.prefix is None or not subject.prefix.value or subject.endpoint is None:
        return
    prefix = unquote(subject.prefix.value)
    # Two rules of an endpoint often have one url_prefix.
    said = set()
    for rule in subject.app.url_map.iter_rules(subject.endpoint):
        if starts_with(rule.rule, prefix):
            what, fix = _who_has(prefix, rule, subject.app)
            if what not in said:
                said.add(what)
                yield Mistake(
                    "prefix-twice",
                    f"{what} begins with the prefix {shown(subject.prefix)}, so URLs"
                    " have it twice: wrong if it is not a path of the app.",
                    fix,
                )


def _who_has(prefix: str, rule: Rule, app: Flask) -> tuple[str, str]:
    """Return what brings a prefix into a rule, and the line to change."""
    # An app may have an endpoint with a dot, and no such blueprint.
    outer = [name for name in blueprints_of(rule.endpoint) if name in app.blueprints]
    outer.reverse()
    for name in outer:
        url_prefix = app.blueprints[name].url_prefix or ""
        path = url_prefix.rstrip("/")
        if starts_with(path, prefix):
            return (
                f"The url_prefix={url_prefix!r} of the blueprint {name!r}",
                f"url_prefix={as_code(path[len(prefix) :] or None)}",
            )
    of, static = "the app", app.static_url_path or ""
    if outer:
        of = f"the blueprint {outer[-1]!r}"
        static = app.blueprints[outer[-1]].static_url_path or ""
    is_static = rule.endpoint.rpartition(".")[2] == "static"
    if is_static and starts_with(static, prefix):
        return (
            f"The static_url_path={static!r} of {of}",
            f"static_url_path={as_code(static[len(prefix) :] or None)}",
        )
    rest = rule.rule[len(prefix) :] or "/"
    fix = f"{as_code(rest)}, not {as_code(rule.rule)}"
    if outer:
        return (
            f"The rule {rule.rule!r}, by its route or by the url_prefix that {of} is"
            " registered with,",
            fix,
        )
    return f"The route {rule.rule!r}", fix


def application_root(subject: Subject) -> Iterator[Mistake]:
    """Tell of an ``APPLICATION_ROOT`` that is not where the app is."""
    app, state, prefix = subject.app, subject.state, subject.prefix_of_app
    value = app.config["APPLICATION_ROOT"] or "/"
    root = value.rstrip("/")
    if not root or state is None or prefix is None or not prefix.value:
        return
    if root in (unquote(prefix.value), subject.mount):
        return
    wrong = f"URLs outside of a request begin with {public_root(prefix.value, root)!r}"
    if not state.cookie_path and not app.config["SESSION_COOKIE_PATH"]:
        wrong += f", and the session cookie has the path {value!r}"
    yield Mistake(
        "application-root",
        f"APPLICATION_ROOT is {value!r}, which is neither '/' nor the prefix"
        f" {shown(prefix)}: {wrong}, which is wrong if the server does not mount the"
        " app there.",
        'app.config["APPLICATION_ROOT"] = "/"',
    )


def two_prefixes(subject: Subject) -> Iterator[Mistake]:
    """Tell of a ``ProxyFix`` with a prefix, beside one that was given."""
    prefix = subject.prefix
    if prefix is None or not prefix.value:
        return
    for fix in proxy_fixes(subject):
        if fix.x_prefix:
            yield Mistake(
                "proxy-fix-prefix",
                f"ProxyFix has x_prefix={fix.x_prefix}, but the prefix {shown(prefix)}"
                " is given here: the URL has it once, but what a client sends as"
                " X-Forwarded-Prefix is written to SCRIPT_NAME.",
                line_to_wrap(fix, x_prefix=0),
            )
