"""The story of a URL or a path: where it leads, and how its endpoint builds it."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from ...mount import mount_of
from ...prefix import starts_with
from ...scopes import Scopes
from ...state import state_of
from ..raised import raised, sentence
from ..report import Mistake, Report, Step
from .browser import fault_in_host, parse_address, told_address
from .endpoint import build_outside, no_adapter, tell_endpoint
from .found import found_mistakes
from .played import Asked, Played, at_address, played
from .roads import Road, Roads


def explain_address(app: Flask, target: str, asked: Asked) -> Report:
    """Tell the story of a URL or a path.

    :param target: It begins with a slash, or has a scheme.
    :param asked: The request that the options ask for.
    :raise click.UsageError: If the URL is malformed.
    """
    address = parse_address(target)
    fault = fault_in_host(app, address, asked)
    if address.host and fault is None:
        asked = at_address(
            asked, address.scheme or asked.scheme, address.host, address.websocket
        )
    asked = replace(asked, query=address.query)
    state = state_of(app)
    proxy_strips = state is None or state.proxy_strips
    # As it comes through a proxy that does not strip: prefix functions see that.
    whole = replace(asked, path=_below_mount(address.path, asked.script_name))
    with played(app, whole) as request:
        stripped, unstripped = _roads(app, request, address.path)
    road = stripped if proxy_strips else unstripped
    steps: tuple[Step, ...] = (
        told_address(address, fault),
        Step("proxy strips", stripped.text, stripped.facts),
        Step("proxy does not strip", unstripped.text, unstripped.facts),
    )
    outside = None
    if road.endpoint is not None:
        outside = build_outside(app, road.endpoint, road.values)
    with played(app, replace(asked, path=road.path or "/")) as request:
        url = None
        if road.path is not None and (road.endpoint is None or road.fault is None):
            steps = (*steps, _told_routing(request))
        if road.endpoint is not None and outside is not None:
            story, url = tell_endpoint(
                app, request, road.endpoint, road.values, outside
            )
            steps = (*steps, *story)
        found = found_mistakes(app, road.endpoint, address.path)
    if fault is not None:
        found = (Mistake("other-host", fault), *found)
    # The others may say it better.
    is_said = any(m.code.startswith(("path-", "prefix-twice")) for m in found)
    if road.fault is not None and not is_said:
        found = (road.fault, *found)
    return Report(target, steps, url, found)


def _roads(app: Flask, request: Played, path: str) -> tuple[Road, Road]:
    if request.adapter is None:
        road = Road((no_adapter(request),))
        return road, road
    state = state_of(app)
    # An app without PrefixURLs was given nothing.
    scopes = Scopes(()) if state is None else state.scopes
    roads = Roads(app, scopes, request.adapter, mount_of(request.environ))
    proxy_strips = state is None or state.proxy_strips
    stripped = roads.stripped(path)
    unstripped = roads.unstripped(path, proxy_strips=proxy_strips)
    failed = tuple(map(_told_failure, roads.failed, roads.failed.values()))
    # The other leaves out the same prefixes.
    return replace(stripped, text=stripped.text + failed), unstripped


def _told_failure(function: str, error: str) -> str:
    says = sentence(f"The function {function} raises {error}")
    return (
        f"{says} Its prefix is left out here: before_request functions do not run, so"
        " it misses what they set."
    )


def _told_routing(request: Played) -> Step:
    """Return the step about what the app's router says of what it gets."""
    error = request.refusal
    if error is None:
        return Step("routing", ("The app serves it.",), {"code": None})
    if isinstance(error, RequestRedirect):
        try:
            text = f"The app redirects to {error.new_url}"
        except Exception as raised_by_function:
            text = sentence(
                f"The app redirects, but raises {raised(raised_by_function)}"
            )
    elif isinstance(error, HTTPException):
        text = f"The app answers {error.code} {error.name}."
    else:
        text = sentence(f"The app answers 500, since it raises {raised(error)}")
    code = getattr(error, "code", 500)
    return Step("routing", (text,), {"code": code})


def _below_mount(path: str, mount: str) -> str:
    """Return what follows the mount in a path; all of it where it is not there."""
    mount = mount.rstrip("/")
    return path[len(mount) :] or "/" if starts_with(path, mount) else path
