"""Who answered: told from the body, since ``Server`` says who passed it on."""

from __future__ import annotations

import re

from .asking import Answer

#: The proxies whose own pages are known, and whose lines are.
PROXIES = ("nginx", "Apache", "HAProxy", "Caddy", "Traefik", "Envoy")

# A body of their own, as a pattern from its beginning.
_BODIES = {
    "Flask": r"<!doctype html>\s*<html lang=en>\s*<title>(\d{3} |Redirecting)",
    "nginx": r".{0,400}<hr><center>(nginx|openresty)",
    "Apache": r"<!DOCTYPE HTML PUBLIC [^>]*>\s*<html><head>\s*<title>",
    "HAProxy": r"<html><body><h1>\d{3} [^<]*</h1>\n",
    "Traefik": r"404 page not found\s*$|(Bad Gateway|Gateway Timeout"
    r"|Service Unavailable|Internal Server Error)\s*$",
    "Envoy": r"upstream (connect error|request timeout)|no healthy upstream",
    "gunicorn": r"<html>\s*<head>\s*<title>[^<]*</title>\s*</head>\s*<body>\s*<h1><p>",
    "API Gateway": r'\{"message": ?"(Forbidden|Missing Authentication Token'
    r'|Not Found)"\}\s*$',
}
# Proxies whose own answers have no body, by the header that all theirs have.
_SERVERS = {"caddy": "Caddy", "envoy": "Envoy"}


def speaker(answer: Answer) -> str | None:
    """Return who made an answer, be it Flask, a proxy or a server.

    :param answer: A page of an error, or a redirect; what an app shows otherwise is
        nobody's.
    :return: ``None`` if its body is not known.
    """
    if answer.status < 300:
        return None
    for name, pattern in _BODIES.items():
        if re.match(pattern, answer.text, re.DOTALL | re.IGNORECASE):
            return name
    if answer.text.strip():
        return None
    server = str(answer.headers.get("Server", "")).lower()
    if server in _SERVERS:
        return _SERVERS[server]
    # HAProxy's own answers have neither.
    if (
        not server
        and "Date" not in answer.headers
        and "Content-Length" in answer.headers
    ):
        return "HAProxy"
    return None


def proxy_of(*answers: Answer | object) -> str | None:
    """Return the proxy whose own page is among some answers."""
    for answer in answers:
        if isinstance(answer, Answer) and (name := speaker(answer)) in PROXIES:
            return name
    return None


def is_apps(answer: Answer) -> bool:
    """Tell whether an error or a redirect is Flask's own page."""
    return speaker(answer) == "Flask"


def is_gateways(answer: Answer) -> bool:
    """Tell whether API Gateway refused a path that it does not know."""
    return answer.status in (403, 404) and speaker(answer) == "API Gateway"


def same_page(one: Answer | object, other: Answer | object) -> bool:
    """Tell whether two answers are one page, though it may name what was asked for."""
    if not isinstance(one, Answer) or not isinstance(other, Answer):
        return False
    if one.status != other.status:
        return False
    return one.text == other.text or _without_target(one) == _without_target(other)


def is_dead(answer: Answer | object, outside: Answer | object) -> bool:
    """Tell whether a URL leads nowhere.

    :param answer: What it answers.
    :param outside: What a path answers that no app can know.
    """
    if not isinstance(answer, Answer):
        return False
    if answer.status in (404, 410) or is_gateways(answer):
        return True
    # A host may show its first page for all that it does not know.
    return answer.path != "/" and same_page(answer, outside)


def is_alive(answer: Answer | object, missing: Answer | object) -> bool:
    """Tell whether a URL leads to a page, or to one for others or another method.

    :param answer: What it answers.
    :param missing: What a path below the prefix answers that no app can know.
    """
    return (
        isinstance(answer, Answer)
        and (answer.status < 400 or answer.status in (401, 403, 405))
        and not is_gateways(answer)
        and not same_page(answer, missing)
    )


def reaches_app(
    answer: Answer | object, missing: Answer | object, outside: Answer | object
) -> bool:
    """Tell whether the app has answered, to a path that nobody can know.

    :param answer: What the path answers.
    :param missing: What such a path below the prefix answers.
    :param outside: What such a path answers that is not below it.
    """
    if not isinstance(answer, Answer) or not isinstance(outside, Answer):
        return False
    if is_apps(outside) or same_page(answer, outside):
        return False
    return is_apps(answer) or (speaker(answer) is None and same_page(answer, missing))


def _without_target(answer: Answer) -> str:
    return answer.text.replace(answer.target, "").replace(answer.path, "")
