"""The ``ProxyFix`` around an app, and the line that wraps another one."""

from __future__ import annotations

from werkzeug.middleware.proxy_fix import ProxyFix

from ..parts.middleware import COUNTS
from .subject import Subject

# ProxyFix trusts one value of these by default.
_DEFAULTS = ("x_for", "x_proto")


def proxy_fixes(subject: Subject) -> list[ProxyFix]:
    """Return each ``ProxyFix`` around the app, the outermost first."""
    return [layer for layer in subject.middlewares if isinstance(layer, ProxyFix)]


def line_to_wrap(fix: ProxyFix | None, **changes: int) -> str:
    """Return the line that wraps a ``ProxyFix`` around the app.

    :param fix: What is there already, and is to be replaced.
    :param changes: The parameters that change.
    """
    counts = {name: getattr(fix, name) for name in COUNTS} if fix is not None else {}
    counts |= changes
    arguments = "".join(
        f", {name}={count}"
        for name, count in counts.items()
        if count or name in _DEFAULTS
    )
    return f"app.wsgi_app = ProxyFix(app.wsgi_app{arguments})"
