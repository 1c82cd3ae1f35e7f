"""Paths that were written by hand, where ``url_for`` writes another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from ....prefix import starts_with
from ....routes import Route
from ....testing import ProxyClient
from ...as_code import as_call, as_code
from ...report import Mistake
from .subject import Subject, shown


def path_by_hand(subject: Subject) -> Iterator[Mistake]:
    """Tell of a path that is a route, but does not have the prefix of it."""
    if _public_route(subject) is not None:
        return
    for before, route in subject.splits():
        call = as_call(route.endpoint, route.values)
        root = subject.root_for(route.endpoint)
        prefix = subject.prefix_for(route.endpoint)
        if prefix is None:
            continue
        endpoint, path = route.endpoint, subject.path or ""
        others = {subject.root_for(f"{name}.") for name in subject.app.blueprints}
        others.add(subject.root_for(""))
        if before in ("", subject.mount):
            if starts_with(path, root):
                continue  # The rule matches the prefix as well.
            yield Mistake(
                "path-by-hand",
                f"The path {path!r} lacks the prefix of {endpoint!r}, {shown(prefix)}:"
                " the proxy does not forward it, and no url_for wrote it.",
                call,
            )
        elif before in (root * 2, unquote(prefix.value) + root):
            yield Mistake(
                "path-twice",
                f"The path {path!r} has the prefix of {endpoint!r} twice,"
                f" {shown(prefix)}: something adds it to what url_for returns.",
                f"{call}, not request.script_root + url_for(...)",
            )
        elif before in others:
            yield Mistake(
                "path-of-another-scope",
                f"The path {path!r} has the prefix {before!r}, but {endpoint!r} has"
                f" {shown(prefix)}.",
                call,
            )
        else:
            continue
        return


def client_without_proxy(subject: Subject) -> Iterator[Mistake]:
    """Tell of tests whose client leaves the prefix on."""
    app, state = subject.app, subject.state
    route = _public_route(subject)
    if route is None or state is None or not app.testing or subject.mount:
        return
    prefix = subject.prefix_for(route.endpoint)
    if (
        prefix is not None
        and prefix.value
        and state.proxy_strips
        and not issubclass(app.test_client_class or object, ProxyClient)
    ):
        yield Mistake(
            "test-client",
            "The app is being tested, and Flask's own test client does not strip"
            f" {shown(prefix)}: it gets a 404 for {subject.path!r}.",
            "app.test_client_class = ProxyClient",
        )


def absolute_redirect(subject: Subject) -> Iterator[Mistake]:
    """Tell of a ``redirect_to`` that leads out of the prefix, to a route."""
    for rule in subject.app.url_map.iter_rules():
        target = rule.redirect_to
        if not isinstance(target, str) or not re.match("/(?!/)", target):
            continue
        # Any value that the variables of the rule may have.
        path = re.sub("<[^>]*>", "1", re.split("[?#]", target)[0])
        for route in subject.routes(path):
            prefix = subject.prefix_for(route.endpoint)
            is_asked_about = subject.endpoint in (rule.endpoint, route.endpoint)
            if prefix is None or not prefix.value or not is_asked_about:
                continue
            yield Mistake(
                "redirect-absolute",
                f"The rule {rule.rule!r} has redirect_to={target!r}, which begins with"
                f" a slash, so the redirect lacks the prefix {shown(prefix)}.",
                f"redirect_to={as_code(target[1:])}",
            )
            break


def _public_route(subject: Subject) -> Route | None:
    """Return the route of the path, if it has in front what it must have in public."""
    for before, route in subject.splits():
        if before == subject.root_for(route.endpoint):
            return route
    return None
