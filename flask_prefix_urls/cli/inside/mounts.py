"""What the server and its middleware make of a request: the mount, and ``ProxyFix``."""

from __future__ import annotations

from urllib.parse import unquote

from flask import Flask

from ...mount import mount_of
from ...prefix import starts_with
from ..report import Step
from .played import Played


def told_mount(app: Flask, played: Played, prefix: str | None) -> Step:
    """Return the step about the mount.

    :param prefix: The prefix of the URL; ``None`` if it has none of ours.
    """
    mount = mount_of(played.environ)
    script_name = played.environ["SCRIPT_NAME"]
    script_name = script_name.encode("latin-1").decode(errors="replace")
    root = app.config["APPLICATION_ROOT"]
    skipped = bool(prefix) and starts_with(mount, unquote(str(prefix)))
    text = []
    if script_name.rstrip("/") != mount:
        text.append(
            f"ProxyFix wrote {script_name!r} over SCRIPT_NAME, from X-Forwarded-Prefix."
        )
        if prefix is None:
            text.append("Without a prefix, that stands before the route.")
        else:
            text.append(
                "With a prefix, that does not count: the mount is what SCRIPT_NAME was"
                f" before, {mount!r}."
            )
    elif mount:
        text.append(f"The mount is {mount!r}, from SCRIPT_NAME.")
    else:
        text.append("There is no mount: SCRIPT_NAME is empty.")
    if skipped:
        text.append(f"It has the prefix {prefix!r} already, which is not added again.")
    if root != "/":
        text.append(f"Outside of a request, the mount is APPLICATION_ROOT: {root!r}.")
    facts = {
        "mount": mount,
        "script_name": script_name,
        "application_root": root,
        "has_prefix": skipped,
    }
    return Step("mount", tuple(text), facts)


def told_proxy_fix(played: Played) -> Step:
    """Return the step about ``ProxyFix`` and other middleware."""
    text = []
    for proxy_fix in played.proxy_fixes:
        counts = ", ".join(f"{name}={n}" for name, n in proxy_fix.counts.items())
        changes = " and ".join(
            f"{name} from {before!r} to {after!r}"
            for name, (before, after) in proxy_fix.changes.items()
        )
        text.append(f"ProxyFix({counts}) changes {changes or 'nothing'}.")
    if not played.proxy_fixes:
        text.append("There is no ProxyFix in app.wsgi_app.")
    if played.not_played:
        names = " and ".join(played.not_played)
        text.append(f"Other middleware is not played here: {names}.")
    facts = {
        "proxyfix": [
            {
                "trusted": dict(p.counts),
                "changes": {k: [*v] for k, v in p.changes.items()},
            }
            for p in played.proxy_fixes
        ],
        "not_played": [*played.not_played],
    }
    return Step("proxyfix", tuple(text), facts)
