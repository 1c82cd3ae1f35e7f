"""What a developer gives: arguments and config, each checked where it enters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from .forwarded import forwarded_prefix
from .prefix import parse_prefix
from .public_url import PublicURL, parse_public_url
from .scopes import Given


@dataclass(frozen=True)
class Settings:
    """What one ``PrefixURLs`` was given, or what the config of one app gives."""

    prefix: Given | None
    blueprints: dict[str, Given]
    proxy_strips: bool | None
    public_url: PublicURL | None
    cookie_path: bool | None
    forwarded: int = 0

    def over(self, other: Settings) -> Settings:
        """Return these settings, and those of another one where nothing is given."""
        mine, theirs = vars(self), vars(other)
        merged = {key: theirs[key] if mine[key] is None else mine[key] for key in mine}
        merged["blueprints"] = other.blueprints | self.blueprints
        merged["forwarded"] = other.forwarded
        prefix = merged["prefix"]
        if other.forwarded and not callable(prefix):
            merged["prefix"] = forwarded_prefix(other.forwarded, default=prefix)
        return Settings(**merged)

    def app_wide(self) -> list[str]:
        """Return the names of the settings that only an app can be given."""
        return [
            f.name
            for f in fields(self)
            if f.name != "prefix" and getattr(self, f.name) not in (None, {}, 0)
        ]


def parse_settings(
    given: Mapping[str, Any], source: Callable[[str], str] = str
) -> Settings:
    """Return settings that were checked.

    :param given: What was given, by name; ``None`` is as if it were not there.
    :param source: Returns what the developer calls a name, for error sentences.
    :raise TypeError: If something is of the wrong type.
    :raise ValueError: If a prefix or a public URL is malformed.
    """
    public_url = given.get("public_url")
    return Settings(
        _parse_prefix(given.get("prefix"), source("prefix")),
        _parse_names(given.get("blueprints"), source("blueprints")),
        _parse_flag(given.get("proxy_strips"), source("proxy_strips")),
        None
        if public_url is None
        else parse_public_url(public_url, source("public_url")),
        _parse_flag(given.get("cookie_path"), source("cookie_path")),
    )


def settings_in(config: Mapping[str, Any]) -> Settings:
    """Return the settings in the config of an app.

    :param config: The config, with keys such as ``PREFIX_URLS_PREFIX``.
    :raise TypeError: As :func:`parse_settings` does, naming the key.
    :raise ValueError: In the same way.
    """

    def key(name: str) -> str:
        return f"PREFIX_URLS_{name.upper()}"

    given = {f.name: config.get(key(f.name)) for f in fields(Settings)}
    settings = parse_settings(given, key)
    trusted = config.get("PREFIX_URLS_FORWARDED") or 0
    if not isinstance(trusted, int) or isinstance(trusted, bool) or trusted < 0:
        raise ValueError(
            f"PREFIX_URLS_FORWARDED is {trusted!r}, but must be the number of trusted"
            " proxies: write it like 1."
        )
    return replace(settings, forwarded=trusted)


def _parse_prefix(prefix: object, source: str) -> Given | None:
    if prefix is None or callable(prefix):
        return prefix
    return parse_prefix(prefix, source)


def _parse_flag(flag: object, source: str) -> bool | None:
    if flag is None or isinstance(flag, bool):
        return flag
    raise TypeError(
        f"{source} is {flag!r}, but must be True or False: in the environment, write"
        " true or false."
    )


def _parse_names(prefixes: object, source: str) -> dict[str, Given]:
    """Return the prefixes that are given by name, without those that are not."""
    if prefixes is None:
        return {}
    if not isinstance(prefixes, Mapping):
        raise TypeError(
            f"{source} is {prefixes!r}, but must be a mapping: write it like"
            " {'admin': '/back-office'}."
        )
    for name in prefixes:
        if not isinstance(name, str):
            raise TypeError(
                f"{source} has the key {name!r}, but a key must be the name that a"
                " blueprint is registered by: write it like"
                " {'admin': '/back-office'}."
            )
    parsed = {
        name: _parse_prefix(prefix, f"{source}[{name!r}]")
        for name, prefix in prefixes.items()
    }
    return {name: prefix for name, prefix in parsed.items() if prefix is not None}
