"""The call of ``url_for`` that builds a URL."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast
from urllib.parse import unquote, urlsplit

from flask import Flask, url_for
from werkzeug.routing import BaseConverter, MapAdapter, RequestRedirect, Rule

from ...mount import mount_without_request
from ...state import state_of
from ...unprefixed import unprefixed
from ..texts.reference import HOLE
from ..verdicts.own_host import without_own_host
from ..verdicts.verdict import Verdict

# "<int:id>", "<any('a', 'b'):kind>", "<name>".
_VARIABLE = re.compile(r"<(?:(\w+)(?:\(.*?\))?:)?(\w+)>")
_WITH_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}", re.IGNORECASE)


class Holed(NamedTuple):
    """A value that is known only when the code runs.

    :param text: Its literal parts, with a HOLE for each of the others.
    :param first: The number of its first HOLE in the URL, from 0.
    """

    text: str
    first: int


@dataclass(frozen=True)
class Call:
    """A call of ``url_for``.

    :param values: The values of the variables in the rule.
    :param is_external: Whether the URL has a host.
    :param is_certain: Whether it was proved to build the very URL that was meant, and
        no host of it was written by hand: the app may not know its own.
    """

    endpoint: str
    values: Mapping[str, object]
    is_external: bool = False
    is_certain: bool = False


def call_for(
    app: Flask, verdict: Verdict, url: str, holes: Sequence[str] = ()
) -> Call | None:
    """Return the call that builds a URL.

    :param app: The app.
    :param verdict: What is wrong with the URL, or with one that it stands for.
    :param url: The URL as it is written. Its HOLEs may be other parts than those of the
        verdict.
    :param holes: The code of its HOLEs.
    :return: ``None`` if no rule of the endpoint fits the URL.
    """
    path, in_host = without_own_host(url, holes)
    has_host = _WITH_HOST.match(path) is not None
    route = _route_of(verdict, path)
    if route is None:
        return None
    for rule in app.url_map.iter_rules(verdict.endpoint):
        texts = _texts(app, rule, route)
        if texts is None or not all(_is_name(name) for name in texts):
            continue
        if rule.arguments - texts.keys() - (rule.defaults or {}).keys():
            # The subdomain is one, too.
            continue
        values = dict(_values(texts, verdict, in_host))
        return Call(
            verdict.endpoint,
            values,
            is_external=has_host or in_host > 0,
            is_certain=not has_host and _is_proven(app, verdict, values, route),
        )
    return None


def _route_of(verdict: Verdict, url: str) -> str | None:
    """Return the route in a URL, not percent-encoded, with its HOLEs."""
    path = "" if verdict.address is None else verdict.address.path
    if HOLE in url:
        try:
            path = unquote(urlsplit(url).path)
        except ValueError:
            # The host is no IPv6 address: "//[" and what a HOLE may be.
            return None
    if not path.startswith(verdict.found):
        return None
    return path[len(verdict.found) :] or "/"


def _texts(app: Flask, rule: Rule, route: str) -> dict[str, str] | None:
    """Return what stands in a route for each variable of a rule."""
    pattern = ""
    end = 0
    for variable in _VARIABLE.finditer(rule.rule):
        converter, name = variable.groups()
        pattern += re.escape(rule.rule[end : variable.start()])
        kind = app.url_map.converters.get(converter or "default", BaseConverter)
        one = "[^/]+" if kind.part_isolating else ".+?"
        pattern += f"(?P<{name}>{one})"
        end = variable.end()
    pattern += re.escape(rule.rule[end:])
    if pattern.endswith("/"):
        # The router puts a slash at the end.
        pattern += "?"
    match = re.fullmatch(pattern, route)
    return None if match is None else match.groupdict()


def _values(
    texts: Mapping[str, str], verdict: Verdict, count: int
) -> Iterator[tuple[str, object]]:
    """Yield the value of each variable.

    :param count: How many HOLEs stand before the route.
    """
    for name, text in texts.items():
        if HOLE in text:
            yield name, Holed(text, count)
            count += text.count(HOLE)
        else:
            yield name, verdict.values.get(name, text)


def _is_name(name: str) -> bool:
    return not keyword.iskeyword(name) and not name.startswith("_")


def _is_proven(
    app: Flask, verdict: Verdict, values: Mapping[str, object], route: str
) -> bool:
    """Tell whether ``url_for`` builds the very URL, with a sample for each HOLE."""
    samples: dict[str, Any] = {
        name: verdict.values.get(name, value.text.replace(HOLE, "x"))
        if isinstance(value, Holed)
        else value
        for name, value in values.items()
    }
    if verdict.target:
        route = unquote(verdict.target.partition("?")[0])
    else:
        route = route.replace(HOLE, "x")
    address = verdict.address
    state = state_of(app)
    chain = [] if state is None else state.scopes.chain_of(verdict.endpoint)
    mount = mount_without_request(app)
    base_url = None if address is None else f"http://{address.host}{mount}/"
    try:
        with app.test_request_context(base_url=base_url) as context:
            if any(callable(setting.value) for setting in chain):
                # What a prefix function answers depends on the request.
                with unprefixed():
                    built = url_for(verdict.endpoint, **samples)
                expected = mount + route
            else:
                built = url_for(verdict.endpoint, **samples)
                expected = verdict.root + route
            if unquote(built) == expected:
                return True
            # The router may lead from one to the other, for a slash or a default.
            adapter = cast(MapAdapter, context.url_adapter)
            adapter.match(route, method="GET")
    except RequestRedirect as redirect:
        return urlsplit(redirect.new_url).path == built
    except Exception:
        # A url_defaults function of the app fails without a request of its own.
        return False
    return False
