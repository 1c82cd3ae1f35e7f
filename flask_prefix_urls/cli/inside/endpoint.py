"""The story of an endpoint's URL, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask

from ...prefix import parse_prefix
from ...siblings import PublicAdapter
from ...state import state_of
from ...unprefixed import is_unprefixed
from ..as_code import as_call
from ..raised import raised, sentence
from ..report import Step
from .cookie import told_cookie
from .hooks import Built, Default, build, defaults_of
from .mounts import told_mount, told_proxy_fix
from .others import others
from .played import Played, outside
from .rules import told_rules
from .scopes import Told, called, scopes_around, winner

# What url_for takes for itself, so that url_defaults functions do not see it.
_OPTIONS = {"_anchor", "_external", "_method", "_scheme"}
_PLAIN = (str, int, float, bool, type(None))


def build_outside(app: Flask, endpoint: str, values: Mapping[str, Any]) -> Built:
    """Build a URL where there is no request, in a script for example."""
    with outside(app):
        if app.create_url_adapter(None) is None:
            return Built(None, _needs_public_url(app))
        return build(app, endpoint, values)


def tell_endpoint(
    app: Flask,
    played: Played,
    endpoint: str,
    values: Mapping[str, Any],
    without_request: Built,
) -> tuple[tuple[Step, ...], str | None]:
    """Tell how a URL comes about in the context of a played request.

    :param endpoint: An endpoint that exists.
    :param values: The values for ``url_for``.
    :param without_request: What :func:`build_outside` returned.
    :return: The steps, and the URL; ``None`` if there is none.
    """
    state = state_of(app)
    scopes = scopes_around(state.scopes, endpoint) if state else ()
    passed = {k: v for k, v in values.items() if k not in _OPTIONS}
    fault = None
    if state is not None and passed.get("_prefix") is not None:
        try:
            passed["_prefix"] = parse_prefix(passed["_prefix"], "_prefix")
        except (TypeError, ValueError) as error:
            fault = str(error)
    defaults = defaults_of(app, endpoint, passed)
    final = defaults[-1].after if defaults else passed
    prefix, why = _decide(passed, defaults, scopes)
    built = build(app, endpoint, values)
    steps = (
        told_rules(app, endpoint),
        _told_scopes(app, scopes, prefix, why, has_state=state is not None),
        told_mount(app, played, prefix),
        told_proxy_fix(played),
        _told_url_for(endpoint, values, passed, fault, has_state=state is not None),
        _told_defaults(defaults),
        _told_adapter(played, final, prefix, built),
        _told_others(app),
        _told_external(app, endpoint, values, built),
        _told_outside(without_request),
        told_cookie(app),
    )
    return steps, built.url


def _decide(
    passed: Mapping[str, Any], defaults: Sequence[Default], scopes: tuple[Told, ...]
) -> tuple[str | None, str]:
    """Return the prefix of a URL, and a sentence that says why it is that."""
    last = next((d for d in reversed(defaults) if "_prefix" in d.changes), None)
    if last is not None and not last.is_ours:
        given = last.changes["_prefix"]
        if given is not None:
            decides = f"The url_defaults function {last.name} decides: _prefix is"
            return _checked(given), f"{decides} {given!r}."
    elif passed.get("_prefix") is not None:
        given = passed["_prefix"]
        return _checked(given), f"The call decides, by _prefix: {given!r}."
    if is_unprefixed():
        return "", "unprefixed() decides: there is no prefix."
    won = winner(scopes)
    if won is None:
        return None, (
            "No scope gives a prefix, so the URL is Flask's own: write"
            ' PrefixURLs(app, "/svc") with the path that the proxy strips.'
        )
    if won.error is not None:
        return None, sentence(
            f"No prefix comes out, since a function raises {won.error}"
        )
    wins = f"{called(won.name)} is the nearest scope with a prefix, and wins"
    if won.prefix == "":
        return "", f"{wins}: '' opts out of any prefix."
    return won.prefix, f"{wins}: {won.prefix!r}."


def _checked(given: object) -> str | None:
    """Return the prefix that somebody gave for one URL; ``None`` if it is refused."""
    try:
        return parse_prefix(given, "_prefix")
    except (TypeError, ValueError):
        return None


def _told_scopes(
    app: Flask,
    scopes: tuple[Told, ...],
    prefix: str | None,
    why: str,
    *,
    has_state: bool,
) -> Step:
    if not has_state:
        text = (
            f"The app {app.name!r} has no PrefixURLs, so its URLs are Flask's own:"
            ' write PrefixURLs(app, "/svc") with the path that the proxy strips.',
        )
        return Step("scopes", text, {"scopes": [], "prefix": None})
    sentences = [said for scope in scopes for said in scope.text]
    facts = {
        "scopes": [scope.facts for scope in scopes],
        "prefix": prefix,
    }
    return Step("scopes", (*sentences, why), facts)


def _told_url_for(
    endpoint: str,
    values: Mapping[str, Any],
    passed: Mapping[str, Any],
    fault: str | None,
    *,
    has_state: bool,
) -> Step:
    call = as_call(endpoint, values)
    if not has_state:
        says = "is Flask's own."
    elif fault is not None:
        says = f"refuses the prefix: {fault}"
    elif passed.get("_prefix") is None:
        says = "has no _prefix in the call, so the scopes decide."
    else:
        says = f"passes the _prefix of the call on: {passed['_prefix']!r}."
    return Step("url_for", (f"{call} {says}",), {"call": call, "fault": fault})


def _told_defaults(defaults: Sequence[Default]) -> Step:
    text = [default.sentence() for default in defaults]
    facts = {
        "functions": [
            {
                "function": default.name,
                "sets": {k: _plain(v) for k, v in default.changes.items()},
                "raised": default.error,
            }
            for default in defaults
        ]
    }
    text = text or ["There are no url_defaults functions for this endpoint."]
    return Step("url_defaults", tuple(text), facts)


def _told_adapter(
    played: Played, final: Mapping[str, Any], prefix: str | None, built: Built
) -> Step:
    adapter = played.adapter
    root = None
    text = []
    if adapter is None:
        text.append(no_adapter(played))
    elif not isinstance(adapter, PublicAdapter):
        text.append("The adapter is not that of PrefixURLs, so it writes no prefix.")
    elif built.url is None:
        text.append(str(built.error))
    else:
        root = adapter.script_name_for(prefix).rstrip("/")
        if final.get("_prefix") is None:
            gets = "no _prefix"
        else:
            gets = f"_prefix={str(final['_prefix'])!r}, takes it out,"
        text.append(f"It gets {gets} and writes {root!r} before the route.")
    return Step("adapter", tuple(text), {"root": root, "error": built.error})


def no_adapter(played: Played) -> str:
    """Return a sentence about an app that has no URL adapter for a request."""
    why = "" if played.refusal is None else f": it raises {raised(played.refusal)}"
    return sentence(f"The app has no URL adapter for this host{why}")


def _told_others(app: Flask) -> Step:
    text = tuple(others(app))
    none = ("None was found that has a part in this URL.",)
    return Step("other code", text or none, {"found": [*text]})


def _told_external(
    app: Flask, endpoint: str, values: Mapping[str, Any], relative: Built
) -> Step:
    built = build(app, endpoint, {**values, "_external": True})
    text = built.url or str(built.error)
    if built == relative and built.url is None:
        text = "There is none, for the same reason."
    return Step("external", (text,), {"url": built.url, "error": built.error})


def _told_outside(built: Built) -> Step:
    if built.url is None:
        text = f"Outside of a request, {built.error}"
    else:
        text = f"Outside of a request: {built.url}"
    return Step("outside", (text,), {"url": built.url, "error": built.error})


def _needs_public_url(app: Flask) -> str:
    """Return a sentence about URLs for which Flask knows no host."""
    state = state_of(app)
    prefix = state.scopes.prefix_of("", lambda _: None) if state else None
    return (
        "url_for raises RuntimeError, since it knows no host: write PrefixURLs(app,"
        f' public_url="https://example.com{prefix or "/svc"}") with your host.'
    )


def _plain(value: Any) -> Any:
    """Return a value as JSON can have it."""
    return value if isinstance(value, _PLAIN) else repr(value)
