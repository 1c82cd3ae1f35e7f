"""Which paths of an app a proxy forwards: below a prefix, and without one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from flask import Flask
from werkzeug.routing import Rule

from ...forwarded import ForwardedPrefix, default_of
from ...prefix import starts_with
from ...scopes import PrefixFunction, PrefixSetting, Scopes, name_of

# Those of "$", "*", "{" and others, which no configuration takes as they are.
_REFUSED_ESCAPE = re.compile(r"%(?!20)[0-7][0-9A-F]")
# What url_for leaves as it is. The rest of ASCII means something in some configuration.
_SAFE = "/-._~@:+="
_UNSAFE = re.compile(r"(?![A-Za-z0-9/._~@:+=-])[\x00-\x7f]")


@dataclass(frozen=True)
class Paths:
    """The paths of an app, as they stand in URLs.

    :param prefixes: The prefixes, the app's own first.
    :param paths: The paths that have no prefix.
    :param beginnings: What all other paths without a prefix begin with.
    """

    prefixes: tuple[str, ...]
    paths: tuple[str, ...]
    beginnings: tuple[str, ...]


def paths_of(
    app: Flask, scopes: Scopes, *, returned: Sequence[str], strips: bool
) -> Paths:
    """Return the paths of an app.

    :param scopes: The prefixes of the app and of its blueprints.
    :param returned: What the app's prefix functions return.
    :param strips: Whether the proxy strips the prefixes.
    :raise ValueError: If a prefix, or a path without one, cannot be told or written.
    """
    for setting in scopes.given():
        _refuse_header(setting, strips=strips)
    # Each once, in the order of the rules.
    prefixes = dict.fromkeys(_prefixes_in(scopes.chain_of(""), returned))
    unprefixed = []
    for rule in app.url_map.iter_rules():
        # That of a redirect_to may be None.
        chain = scopes.chain_of(rule.endpoint or "")
        its = [*_prefixes_in(chain, returned)]
        prefixes.update(dict.fromkeys(its))
        if not rule.build_only and (not its or "" in its):
            unprefixed.append(rule)
    given = tuple(filter(None, prefixes))
    for prefix in given:
        _refuse_escape(prefix)
    paths, beginnings = _forwarded_as_they_are(unprefixed, given, strips=strips)
    return Paths(given, paths, beginnings)


def needs_telling(scopes: Scopes) -> bool:
    """Tell whether a prefix comes from a function that alone knows what it returns."""
    return any(
        callable(setting.value) and _known_prefixes(setting.value) is None
        for setting in scopes.given()
    )


def _prefixes_in(
    chain: Sequence[PrefixSetting], returned: Sequence[str]
) -> Iterator[str]:
    """Yield the prefixes that an endpoint may have.

    :raise ValueError: If a function alone knows them, and nobody has told.
    """
    for setting in chain:
        if isinstance(setting.value, str):
            yield setting.value
            return
        known = _known_prefixes(setting.value)
        if known is None and not returned:
            raise ValueError(
                f"The prefix comes from {_name_of(setting.value)} ({setting.source}),"
                " and only a request tells what that returns: give each prefix by"
                " --prefix, like '--prefix /svc'."
            )
        yield from returned if known is None else known
        if default_of(setting.value) is not None:
            return


def _known_prefixes(function: PrefixFunction) -> list[str] | None:
    """Return all that a function returns, or ``None`` if it alone knows."""
    if not isinstance(function, ForwardedPrefix):
        return None
    default = [] if function.default is None else [function.default]
    if function.allowed is not None:
        return sorted({*function.allowed, *default})
    return default or None


def _name_of(function: PrefixFunction) -> str:
    is_header = isinstance(function, ForwardedPrefix)
    return "forwarded_prefix()" if is_header else f"the function {name_of(function)}"


def _refuse_header(setting: PrefixSetting, *, strips: bool) -> None:
    """Refuse a header that the proxy does not send, and so a client could.

    :raise ValueError: If a prefix comes from such a header.
    """
    function = setting.value
    if not isinstance(function, ForwardedPrefix):
        return
    if not strips:
        fault = "sends no header for it: give the app the prefix itself"
    elif function.header.lower() != "x-forwarded-prefix":
        fault = f"sends X-Forwarded-Prefix, not {function.header}: leave header= out"
    elif function.trusted != 1:
        fault = f"is one proxy, not {function.trusted}: trust one"
    else:
        return
    raise ValueError(
        f"The prefix comes from forwarded_prefix() ({setting.source}), but this proxy"
        f" {fault}."
    )


def _refuse_escape(prefix: str) -> None:
    """Refuse an escape that would mean something where it is decoded.

    :raise ValueError: If a prefix has one.
    """
    found = _REFUSED_ESCAPE.search(prefix)
    if found is not None:
        raise ValueError(
            f"The prefix {prefix!r} has {found[0]!r}, which some configuration would"
            f" take for more than {unquote(found[0])!r}: write the prefix without it."
        )


def _forwarded_as_they_are(
    rules: Iterable[Rule], prefixes: Collection[str], *, strips: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paths of rules without a prefix, and what other such paths begin with.

    :raise ValueError: If a configuration cannot have one of them.
    """
    paths: dict[str, None] = {}
    beginnings: dict[str, None] = {}
    for rule in rules:
        start, variable, _ = rule.rule.partition("<")
        if _UNSAFE.search(start) or not start.isprintable():
            raise ValueError(
                f"The endpoint {rule.endpoint!r} has no prefix, and its rule"
                f" {rule.rule!r} has a character that means something in a"
                " configuration: give the endpoint a prefix, or change the rule."
            )
        path = quote(start, safe=_SAFE)
        above = next((p for p in prefixes if starts_with(path, p)), None)
        if above is not None:
            if strips:
                raise ValueError(
                    f"The endpoint {rule.endpoint!r} has no prefix, but its rule"
                    f" {rule.rule!r} is below {above!r}, which the proxy strips: give"
                    " the endpoint a prefix, or change the rule."
                )
        elif variable:
            beginnings[path] = None
        else:
            paths[path] = None
            # What the app redirects to it, or takes for the same.
            if path.endswith("/"):
                paths[path.rstrip("/") or "/"] = None
            elif not rule.strict_slashes:
                paths[f"{path}/"] = None
    kept = [b for b in beginnings if not _is_below(b, beginnings.keys() - {b})]
    return tuple(p for p in paths if not _is_below(p, kept)), tuple(kept)


def _is_below(path: str, beginnings: Collection[str]) -> bool:
    return path.startswith(tuple(beginnings))
