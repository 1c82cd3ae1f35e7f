"""Strings of every kind, as prefixes: what is let through, a browser must read alike.

A string goes through :func:`parse_prefix`, as the value of every way in does. What is
accepted is put in front of a route, and the URL is read by a WHATWG URL parser, which
is what browsers have: it must stay on the host, and its path must be prefix and route.

``test_strings.py`` has a few thousand strings, and shows that every way in is this one.
To read more of them::

    python tests/strings.py --count 1000000 --seed 1
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from random import Random
from urllib.parse import quote, unquote

import ada_url

from flask_prefix_urls.prefix import parse_prefix

#: Where the browser is that reads the URLs.
PAGE = "http://localhost/some/page?x#y"
ROUTE = "/b/page/"

#: What means something to one of those who read a URL.
PIECES = [
    *("/", "//", "\\", ".", "..", ":", "@", ";", "?", "#", "&", "=", "+", ",", "~"),
    *("%", "%2", "%2e", "%2E", "%2f", "%2F", "%5c", "%25", "%252e", "%00", "%0d%0a"),
    *("%09", "%20", "%22", "%27", "%3C", "%3b", "%3F", "%23", "%7F", "%C2%85", "%60"),
    *("%c0%af", "%C3%A9", "%c3", "%E2%80%AE", "%E2%80%A8", "%EF%BC%8F", "%ED%A0%80"),
    *("'", '"', "<", ">", "`", "{", "}", "|", "^", "[", "]", "(", ")", "*", "!", "$"),
    *(" ", "\t", "\n", "\r", "\0", "\x7f", "\x85", "\xa0", "\xad", "\u200b", "\u200d"),
    *("\u2028", "\u202e", "\ufeff", "\ud800", "\udfff", "\U000e0001", "\ufffe"),
    *("\uff0f", "\uff0e", "\uff05", "\u3002", "\u2024", "\u2215", "\u29f5", "\u2044"),
    *("é", "ß", "日", "e\u0301", "\u05d0", "😀", "İ", "\u0130", "\u212a"),
    *("http:", "https://", "javascript:", "evil.com", "localhost", "[::1]", "data:"),
    *("a", "b", "svc", "v1", "1", "-", "_", "...", "page", "A", "%41", "%7E", "%2B"),
]
#: What a prefix may be made of, so that enough of them are accepted.
GOOD = [*"ab1.~@:+=-_é日", "%C3%A9", "%41", "%20", "..", "\uff0f", "/"]
_WRITTEN = re.compile(r"(?:/(?:[A-Za-z0-9._~@:+=-]|%[0-9A-F]{2})+)*")


def strings(random: Random, count: int) -> Iterator[str]:
    """Yield strings: made of the pieces, of what is good, and of any characters."""
    for number in range(count):
        kind = number % 4
        length = random.randrange(9)
        if kind == 0:
            yield "".join(random.choices(PIECES, k=length))
        elif kind == 1:
            yield f"/{''.join(random.choices(GOOD, k=length))}"
        elif kind == 2:
            text = random.choices(GOOD, k=length)
            text.insert(random.randrange(length + 1), random.choice(PIECES))
            yield "".join(text)
        else:
            most = random.choice((0x80, 0x800, 0x10000, 0x110000))
            yield "".join(chr(random.randrange(most)) for _ in range(length))


def parse(value: str) -> str | None:
    """Return the prefix that a string is, or ``None`` if it is refused."""
    try:
        return parse_prefix(value, "prefix")
    except ValueError:
        return None


def fault_of(value: str, prefix: str) -> str | None:
    """Say what a browser makes of a prefix that it must not make of it.

    :param value: What was given.
    :param prefix: What it became.
    """
    if not _WRITTEN.fullmatch(prefix):
        return "is not written as a path"
    if unquote(prefix).strip("/") != unquote(value).strip("/"):
        return "is another path than was given"
    if parse(prefix) != prefix:
        return "is not the same when it is given again"
    if not unquote(prefix).isprintable():
        return "hides what cannot be printed"
    for url in (f"{prefix}{ROUTE}", f"http://localhost{prefix}{ROUTE}"):
        read = ada_url.URL(url, PAGE)
        if (read.protocol, read.host) != ("http:", "localhost"):
            return "leaves the host"
        if (read.username, read.password, read.port) != ("", "", ""):
            return "has what belongs to a host"
        if (read.search, read.hash) != ("", ""):
            return "has a query or a fragment"
        if read.pathname != f"{prefix}{ROUTE}":
            return "has a path that a browser changes"
    # request.url and script_root have it decoded, and a browser encodes it again.
    shown = ada_url.URL(f"http://localhost{unquote(prefix)}{ROUTE}", PAGE)
    if quote(unquote(shown.pathname)) != quote(unquote(f"{prefix}{ROUTE}")):
        return "is another path when it is shown decoded"
    if (shown.host, shown.search, shown.hash) != ("localhost", "", ""):
        return "leaves the path when it is shown decoded"
    return None


def main() -> None:
    """Read as many strings as were asked for, and say how many were accepted."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    accepted = refused = 0
    for value in strings(Random(arguments.seed), arguments.count):
        prefix = parse(value)
        if prefix is None:
            refused += 1
            continue
        accepted += 1
        if fault := fault_of(value, prefix):
            sys.exit(f"{value!r} is accepted as {prefix!r}, which {fault}.")
    if not accepted:
        sys.exit("No string was accepted, so a browser has read none.")
    print(  # noqa: T201
        f"{arguments.count:,} strings: {accepted:,} accepted, {refused:,} refused."
    )


if __name__ == "__main__":
    main()
