"""The rules of an endpoint, as a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from ..report import Step
from .parts.blueprints import blueprints_of


def told_rules(app: Flask, endpoint: str) -> Step:
    """Return the step about the rules of an endpoint, which exists."""
    rules = [*app.url_map.iter_rules(endpoint)]
    blueprints = blueprints_of(endpoint)
    text = [_sentence(rule) for rule in rules]
    if blueprints:
        inner, *outer = map(repr, blueprints)
        text.append(" in ".join([f"Its blueprint is {inner}", *outer]) + ".")
    facts = {
        "endpoint": endpoint,
        "rules": [_facts(rule) for rule in rules],
        "blueprints": blueprints,
        "did_you_mean": [],
    }
    return Step("rule", tuple(text), facts)


def no_rules(app: Flask, endpoint: str) -> Step:
    """Return the step about an endpoint that does not exist."""
    # A redirect_to may have none.
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    known = sorted(filter(None, endpoints))
    nearest = get_close_matches(endpoint, known)
    # The name of a view function, whose blueprint was forgotten.
    nearest += [
        k for k in known if k.rpartition(".")[2] == endpoint if k not in nearest
    ]
    hint = did_you_mean(nearest) if nearest else ": flask prefix-urls routes lists all."
    text = [f"There is no endpoint {endpoint!r}{hint}"]
    if "/" in endpoint:
        text.append("A path begins with a slash, and a URL with https:// or http://.")
    facts = {
        "endpoint": endpoint,
        "rules": [],
        "blueprints": [],
        "did_you_mean": nearest,
    }
    return Step("rule", tuple(text), facts)


def did_you_mean(nearest: Iterable[str]) -> str:
    """Return the end of a sentence about what does not exist."""
    names = " or ".join(map(repr, nearest))
    return f": did you mean {names}?" if names else "."


def methods_of(rule: Rule) -> list[str]:
    """Return the methods that a rule answers, sorted; none for any."""
    return sorted(rule.methods or ())


def _sentence(rule: Rule) -> str:
    return f"The rule is {rule.rule!r}{''.join(_details(rule))}."


def _details(rule: Rule) -> Iterator[str]:
    if rule.websocket:
        yield " for WebSockets"
    elif rule.methods:
        yield f" for {', '.join(methods_of(rule))}"
    if rule.host:
        yield f", on the host {rule.host!r}"
    if rule.subdomain:
        yield f", on the subdomain {rule.subdomain!r}"
    if rule.defaults:
        yield f", with the defaults {dict(rule.defaults)!r}"
    if rule.alias:
        yield ", an alias, which redirects to the other rule"
    if rule.redirect_to is not None:
        to = rule.redirect_to
        name = repr(to) if isinstance(to, str) else "what a function says"
        yield f", which redirects to {name}"
    if rule.build_only:
        yield ", which is only built, and routes nothing"


def _facts(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "methods": methods_of(rule),
        "host": rule.host,
        "subdomain": rule.subdomain,
        "websocket": rule.websocket,
        "alias": rule.alias,
    }
