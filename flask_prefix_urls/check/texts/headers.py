"""The URLs in the headers of a response."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .content_policy import spans_of_content_policy
from .link_header import spans_of_link_header
from .looks import looks_like_url
from .reference import Reference, Use
from .refresh import span_of_refresh

_Spans = Iterator[tuple[int, int, Use]]

# HTTP's own, and those of libraries for scripts.
_URLS = frozenset(
    {
        "content-location",
        "hx-location",
        "hx-redirect",
        "location",
        "sourcemap",
        "turbolinks-location",
        "x-inertia-location",
        "x-pingback",
        "x-sourcemap",
        "x-up-location",
    }
)
# What a script takes for one unless it is "true" or "false".
_HINTS = frozenset({"hx-push", "hx-push-url", "hx-replace-url"})
# What has the URL in quotation marks: lists and dictionaries of RFC 9651, JSON, and the
# parameters of an authentication scheme.
_QUOTED = {
    "report-to": re.compile(r'"url"\s*:\s*"([^"\\]*)"'),
    "reporting-endpoints": re.compile(r'=[ \t]*"([^"]*)"'),
    "speculation-rules": re.compile(r'"([^"]*)"'),
    "use-as-dictionary": re.compile(r'\bmatch[ \t]*=[ \t]*"([^"]*)"'),
    "www-authenticate": re.compile(
        r'\b(?:resource_metadata|[a-z_]*_ur[il])[ \t]*=[ \t]*"([^"]*)"',
        re.IGNORECASE,
    ),
    "p3p": re.compile(r'\bpolicyref[ \t]*=[ \t]*"([^"]*)"', re.IGNORECASE),
}
# The name of a header that nobody has written down.
_SAYS_URL = re.compile(r"(?:^|-)(?:href|link|location|redirect|ur[il])(?:$|-)")
_PATH_IN_JSON = re.compile(
    r'"(?:path|push|replace)"\s*:\s*"(?!(?:true|false)")([^"\\]*)"'
)
# Hosts, and what only the proxy or the server reads.
_OTHERS = re.compile(
    r"access-control-.*|origin|x-accel-.*|x-forwarded-.*|x-lighttpd-.*|x-original-.*"
    r"|x-rewrite-url|x-script-name|x-send-?file"
)


def read_headers(headers: Iterable[tuple[str, str]]) -> Iterator[Reference]:
    """Yield the URLs in the headers of a response.

    The position of each is the name of its header. Its place is that in the value.

    :param headers: The headers, each with one value.
    """
    for name, value in headers:
        for start, end, use in _spans_of(name.lower(), value):
            url = value[start:end].strip()
            if url:
                start = value.index(url, start)
                yield Reference(
                    url=url,
                    position=name,
                    start=start,
                    end=start + len(url),
                    language="header",
                    use=use,
                )


def _spans_of(name: str, value: str) -> _Spans:
    """Yield where each URL begins and ends in a value, and how much it says."""
    if name == "link":
        yield from spans_of_link_header(value)
    elif name == "refresh":
        span = span_of_refresh(value)
        if span is not None:
            yield *span, "link"
    elif name.startswith("content-security-policy"):
        yield from spans_of_content_policy(value)
    elif name == "hx-location" and value.lstrip().startswith("{"):
        for path in _PATH_IN_JSON.finditer(value):
            yield *path.span(1), "link"
    elif name in _QUOTED:
        use: Use = "text" if name == "use-as-dictionary" else "link"
        for quoted in _QUOTED[name].finditer(value):
            yield *quoted.span(1), use
    elif name == "service-worker-allowed":
        # "/" is more than a service worker needs, and not wrong.
        yield 0, len(value), "note" if value.strip() == "/" else "base"
    elif name in _URLS:
        yield 0, len(value), "link"
    elif name in _HINTS:
        if value.strip().lower() not in ("true", "false"):
            yield 0, len(value), "link"
    elif looks_like_url(value.strip()) and not _OTHERS.fullmatch(name):
        yield 0, len(value), "text" if _SAYS_URL.search(name) else "note"
