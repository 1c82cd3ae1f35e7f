"""Strings of every kind by every way in: what is let through, a browser reads alike."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from random import Random

import pytest
from attacks import ATTACKS, WAYS, given_out, path_of
from flask import Flask
from strings import PIECES, fault_of, main, parse, strings

from flask_prefix_urls import PrefixURLs, forwarded_prefix, prefix_of


def test_some_thousand_strings() -> None:
    accepted = 0
    for value in strings(Random(7), 4_000):
        if (prefix := parse(value)) is not None:
            accepted += 1
            assert fault_of(value, prefix) is None, value
    # Enough of them are accepted for the test to say something.
    assert 800 < accepted < 3_200


@pytest.mark.parametrize("piece", PIECES)
def test_each_piece_anywhere_in_a_prefix(piece: str) -> None:
    for value in (piece, f"/{piece}", f"/a{piece}", f"/{piece}a", f"/a/{piece}/b"):
        if (prefix := parse(value)) is not None:
            assert fault_of(value, prefix) is None, value


@pytest.mark.parametrize("value", ATTACKS)
def test_an_attack_is_refused(value: str) -> None:
    assert parse(value) is None


@pytest.mark.parametrize(
    ("prefix", "fault"),
    [
        ("//evil.com", "is not written as a path"),
        ("/a/../b", "has a path that a browser changes"),
        ("/a%2E%2E", "is not the same when it is given again"),
        ("/a?b", "is not written as a path"),
        ("/a%20b%0A", "is not the same when it is given again"),
    ],
)
def test_the_reader_sees_a_fault(prefix: str, fault: str) -> None:
    """What ``parse_prefix`` must not let through would be seen here."""
    assert fault_of(prefix, prefix) in (
        fault,
        "is not the same when it is given again",
    )


def test_reading_no_string_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["strings.py", "--count", "0"])
    with pytest.raises(SystemExit, match=r"^No string was accepted"):
        main()


def _environment(value: str) -> str:
    app = Flask("tests")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLASK_PREFIX_URLS_PREFIX", value)
        app.config.from_prefixed_env(loads=str)
    PrefixURLs(app)
    return prefix_of(app)


def _prefix(value: str) -> str:
    app = Flask("tests")
    PrefixURLs(app, value)
    return prefix_of(app)


def _function(value: str) -> str:
    app = Flask("tests")
    PrefixURLs(app, lambda: value)
    return prefix_of(app)


def _default_of_a_header(value: str) -> str:
    app = Flask("tests")
    PrefixURLs(app, forwarded_prefix(default=value))
    return prefix_of(app)


READ: dict[str, Callable[[str], str]] = {
    "argument": _prefix,
    "environment": _environment,
    "function": _function,
    "default of a header": _default_of_a_header,
}


def parse_for(way: str, value: str) -> str | None:
    """Return the prefix that a way in makes of a string; ``None`` if it refuses it."""
    # At set-up, what may begin with a host needs its leading slash.
    if way != "function" and "." in value.partition("/")[0]:
        return None
    return parse(value)


@pytest.mark.parametrize("way", READ)
def test_each_way_in_lets_the_same_strings_through(way: str) -> None:
    for value in strings(Random(11), 200):
        if way == "environment":
            value = re.sub("[\0\ud800-\udfff]", "", value)  # No environment has these.
        expected = parse_for(way, value)
        try:
            found = READ[way](value)
        except ValueError:
            assert expected is None, value
        else:
            assert found == expected, value


@pytest.mark.parametrize("way", WAYS)
def test_each_way_in_writes_what_was_read(way: str) -> None:
    for value in strings(Random(13), 24):
        # The path of a public URL begins where its host ends.
        expected = parse_for(way, f"/{value}" if way == "public URL" else value)
        try:
            urls = given_out(WAYS[way](value))
        except ValueError:
            assert expected is None, value
            continue
        assert path_of(urls["external"]) == f"{expected}/b/page/", value
