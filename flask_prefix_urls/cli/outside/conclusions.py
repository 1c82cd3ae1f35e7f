"""Which mistakes remain, when some follow from others, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from ..report import Mistake

# The most decisive first, each with those that follow from it.
_FOLLOW: dict[str, frozenset[str]] = {
    "unreachable": frozenset(),
    "gateway-refuses": frozenset({"no-prefix", "link-by-hand", "redirect-by-hand"}),
    "bad-gateway": frozenset(),
    "server-error": frozenset(),
    "not-stripped": frozenset(),
    "first-page-everywhere": frozenset(
        {"no-prefix", "link-by-hand", "matches-too-much", "encoded-slash"}
    ),
    "no-prefix": frozenset({"link-by-hand", "redirect-by-hand"}),
    "other-prefix": frozenset({"no-prefix", "redirect-by-hand", "cookie-path"}),
    "prefix-twice-in-links": frozenset({"prefix-twice-in-location"}),
    "prefix-twice-in-location": frozenset(),
    "internal-host": frozenset(),
    "http-scheme": frozenset(),
    "lost-port": frozenset(),
    "link-by-hand": frozenset(),
    "redirect-by-hand": frozenset(),
    # What a proxy takes for the prefix has no slash at its end, in both.
    "double-slash": frozenset({"matches-too-much"}),
    "matches-too-much": frozenset(),
    "bare-prefix-missing": frozenset(),
    "query-lost": frozenset(),
    "encoded-slash": frozenset(),
    "long-redirect": frozenset(),
    "cookie-path": frozenset(),
    "client-prefix-trusted": frozenset(),
    "client-host-trusted": frozenset(),
    "specification-without-prefix": frozenset(),
    "websocket-refused": frozenset(),
}


def conclude(mistakes: Sequence[Mistake]) -> tuple[Mistake, ...]:
    """Return one mistake of each code that no other explains, most decisive first.

    :param mistakes: All that were found.
    """
    # The first of a code was found where it shows best.
    by_code = {mistake.code: mistake for mistake in reversed(mistakes)}
    explained = frozenset().union(*(_FOLLOW[code] for code in by_code))
    codes = [code for code in _FOLLOW if code in by_code and code not in explained]
    # It says what may happen one day, beside what happens now.
    if len(codes) > 1 and "long-redirect" in codes:
        codes.remove("long-redirect")
    return tuple(by_code[code] for code in codes)
