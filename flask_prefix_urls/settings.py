"""What a developer gives: arguments and config, each checked where it enters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from inspect import iscoroutinefunction, signature
from typing import Any

from flask import Blueprint, Flask

from .forwarded import ForwardedPrefix, forwarded_prefix
from .prefix import parse_fixed_prefix
from .public_url import PublicURL, parse_public_url
from .scopes import PrefixSetting, ScopePrefix, Setting, name_of


@dataclass(frozen=True)
class Settings:
    """What a ``PrefixURLs`` was given, what a config has, or what an app has in all.

    ``None`` means not given.
    """

    prefix: PrefixSetting | None = None
    blueprints: dict[str, PrefixSetting] = field(default_factory=dict)
    proxy_strips: Setting[bool] | None = None
    public_url: Setting[PublicURL] | None = None
    cookie_path: Setting[bool] | None = None
    forwarded: Setting[int] | None = None

    def given(self) -> dict[str, Any]:
        """Return the values that were given, by name."""
        values: dict[str, Any] = {}
        for name, setting in vars(self).items():
            if isinstance(setting, Setting):
                values[name] = setting.value
            elif setting:
                values[name] = {key: given.value for key, given in setting.items()}
        return values

    def over(self, other: Settings) -> Settings:
        """Return these settings, and those of another where nothing is given here."""
        theirs = {
            name: setting
            for name, setting in vars(other).items()
            if vars(self)[name] is None
        }
        blueprints = {**other.blueprints, **self.blueprints}
        return replace(self, **theirs, blueprints=blueprints)

    def joined(self, new: Settings) -> Settings:
        """Return the settings of an app that is given more.

        :raise ValueError: If it has something else already.
        """
        joined = Settings(
            same("The app", "prefix", self.prefix, new.prefix),
            dict(self.blueprints),
            same("The app", "proxy_strips", self.proxy_strips, new.proxy_strips),
            same("The app", "public URL", self.public_url, new.public_url),
            same("The app", "cookie_path", self.cookie_path, new.cookie_path),
            self.forwarded or new.forwarded,
        )
        for name, prefix in new.blueprints.items():
            old = self.blueprints.get(name)
            joined.blueprints[name] = same(
                f"The blueprint {name!r}", "prefix", old, prefix
            )
        if joined.public_url is not None:
            _refuse_two_prefixes(joined.prefix, joined.public_url)
        return joined

    def prefixes_of_app(self) -> list[PrefixSetting]:
        """Return the prefixes of the app, the first in precedence first."""
        prefixes = [self._prefix_or_header()]
        if self.public_url is not None:
            url, source = self.public_url.value, self.public_url.source
            prefixes.append(Setting(ScopePrefix(url.prefix), source))
        return [prefix for prefix in prefixes if prefix is not None]

    def _prefix_or_header(self) -> PrefixSetting | None:
        if self.forwarded is None or not self.forwarded.value:
            return self.prefix
        default = None
        if self.prefix is not None:
            if not isinstance(self.prefix.value, str):
                return self.prefix  # A function decides by itself.
            default = self.prefix.value
        header = forwarded_prefix(self.forwarded.value, default=default)
        return Setting(header, self.forwarded.source)


#: The config key of each setting.
CONFIG_KEYS = {f.name: f"PREFIX_URLS_{f.name.upper()}" for f in fields(Settings)}


def parse_arguments(arguments: Mapping[str, Any]) -> Settings:
    """Return the settings in the arguments of ``PrefixURLs``.

    :param arguments: The arguments by name; ``None`` means not given.
    :raise TypeError: If something is of the wrong type.
    :raise ValueError: If a prefix or a public URL is malformed.
    """
    return _parse(arguments, str, lambda name: f"from the argument {name}")


def values_in(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a config has for our keys at this moment.

    :param config: The config, with keys such as ``PREFIX_URLS_PREFIX``.
    """
    values = {key: config[key] for key in CONFIG_KEYS.values() if key in config}
    # A copy, so that one can see whether the config was changed later.
    return {
        key: dict(value) if isinstance(value, Mapping) else value
        for key, value in values.items()
    }


def parse_config(config: Mapping[str, Any]) -> Settings:
    """Return the settings in the config of an app.

    :param config: The config, with keys such as ``PREFIX_URLS_PREFIX``.
    :raise TypeError: As :func:`parse_arguments` does, with the key.
    :raise ValueError: In the same way, or if ``PREFIX_URLS_FORWARDED`` is not a number.
    """
    values = {name: config.get(key) for name, key in CONFIG_KEYS.items()}
    return _parse(
        values, CONFIG_KEYS.__getitem__, lambda name: f"from {CONFIG_KEYS[name]}"
    )


def fault_in_server_name(app: Flask) -> str | None:
    """Return a sentence if ``SERVER_NAME`` has a slash; ``None`` if it does not."""
    server_name = app.config["SERVER_NAME"] or ""
    if "/" not in server_name:
        return None
    return (
        f"SERVER_NAME is {server_name!r}, but must be a host and perhaps a port, such"
        " as 'example.com': give the path as the prefix, or instead of both the whole"
        " URL as public_url=."
    )


def same(
    scope: str, kind: str, old: Setting[Any] | None, new: Setting[Any] | None
) -> Any:
    """Return what a scope was given, now or before.

    :param scope: The scope, for the message.
    :param kind: What it is given.
    :raise ValueError: If it was given something else before.
    """
    if old is None or new is None:
        return new or old
    if old.value != new.value:
        raise ValueError(
            f"{scope} has the {kind} {old} already and is given {new}: decide on one of"
            " them."
        )
    return old


def _refuse_two_prefixes(
    prefix: PrefixSetting | None, public_url: Setting[PublicURL]
) -> None:
    if prefix is None:
        return
    value = prefix.value
    fixed = value.default if isinstance(value, ForwardedPrefix) else value
    if isinstance(fixed, str) and fixed != public_url.value.prefix:
        raise ValueError(
            f"The app has the prefix {fixed!r} ({prefix.source}), but the path of its"
            f" public URL is {public_url.value.prefix!r} ({public_url.source}): leave"
            " the prefix out, or make them equal."
        )


def _parse(
    values: Mapping[str, Any],
    called: Callable[[str], str],
    source_of: Callable[[str], str],
) -> Settings:
    """Check what was given.

    :param called: Returns what the developer calls a setting.
    :param source_of: Returns where that was given.
    """
    parsers: dict[str, Callable[[object, str], Any]] = {
        "prefix": _parse_prefix,
        "proxy_strips": _parse_flag,
        "public_url": parse_public_url,
        "cookie_path": _parse_flag,
        "forwarded": _parse_count,
    }
    settings = {
        name: Setting(parse(values[name], called(name)), source_of(name))
        for name, parse in parsers.items()
        if values.get(name) is not None
    }
    names = _parse_names(values.get("blueprints"), called("blueprints"))
    source = source_of("blueprints")
    blueprints = {name: Setting(prefix, source) for name, prefix in names.items()}
    return Settings(**settings, blueprints=blueprints)


def _parse_prefix(prefix: object, name: str) -> Any:
    if isinstance(prefix, Flask | Blueprint):
        raise TypeError(
            f"{name} is {prefix!r}, but the app or the blueprint comes first: write"
            " PrefixURLs(app, '/svc/v1')."
        )
    if callable(prefix):
        _refuse_function(prefix, name)
        return prefix
    return ScopePrefix(parse_fixed_prefix(prefix, name))


def _refuse_function(function: Callable[..., object], name: str) -> None:
    """Refuse a function that cannot be asked for a prefix, as far as can be told.

    :raise TypeError: If it needs an argument, is async, or is ``forwarded_prefix``.
    """
    if function is forwarded_prefix:
        raise TypeError(
            f"{name} is forwarded_prefix, which is not called: write"
            " forwarded_prefix()."
        )
    try:
        is_async = any(map(iscoroutinefunction, (function, type(function).__call__)))
        # Not what it wraps, which may need arguments that it gives.
        parameters = signature(function, follow_wrapped=False)
    except (RuntimeError, TypeError, ValueError):
        return  # Some that are written in C do not tell, and proxies of the context.
    if is_async:
        raise TypeError(
            f"{name} is {name_of(function)}, but a prefix function must not be async,"
            " since url_for does not wait: await in a before_request function, keep the"
            " prefix in flask.g, and return it from there."
        )
    try:
        parameters.bind()
    except TypeError as fault:
        raise TypeError(
            f"{name} is {name_of(function)}, but a prefix function is called without"
            f" arguments ({fault}): read flask.request or flask.g in it."
        ) from None


def _parse_flag(flag: object, name: str) -> bool:
    if isinstance(flag, bool):
        return flag
    raise TypeError(
        f"{name} is {flag!r}, but must be True or False: in the environment, write true"
        " or false."
    )


def _parse_count(count: object, name: str) -> int:
    if isinstance(count, int) and not isinstance(count, bool) and count >= 0:
        return count
    raise ValueError(
        f"{name} is {count!r}, but must be the number of trusted proxies: write it like"
        " 1."
    )


def _parse_names(prefixes: object, name: str) -> dict[str, Any]:
    """Return the prefixes that are given by name, without those that are ``None``."""
    if prefixes is None:
        return {}
    if not isinstance(prefixes, Mapping):
        raise TypeError(
            f"{name} is {prefixes!r}, but must be a mapping: write it like"
            " {'admin': '/back-office'}."
        )
    for key in prefixes:
        if not isinstance(key, str):
            raise TypeError(
                f"{name} has the key {key!r}, but a key must be the name that a"
                " blueprint is registered by: write it like"
                " {'admin': '/back-office'}."
            )
    return {
        key: _parse_prefix(prefix, f"{name}[{key!r}]")
        for key, prefix in prefixes.items()
        if prefix is not None
    }
