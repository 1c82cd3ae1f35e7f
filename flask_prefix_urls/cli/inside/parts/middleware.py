"""The WSGI middleware that a request passes before it gets to the app."""

from __future__ import annotations

from flask import Flask

#: The parameters of ``ProxyFix``.
COUNTS = ("x_for", "x_proto", "x_host", "x_port", "x_prefix")

# Where a middleware keeps what it wraps: those of Werkzeug, and most others.
_INNER = ("app", "wsgi_app", "application", "_app")
# Some middleware leads back to itself.
_MOST = 50


def middlewares(app: Flask) -> list[object]:
    """Return what is wrapped around an app, the outermost first.

    :param app: The app. Only what was assigned to its ``wsgi_app`` is seen.
    :return: Up to a middleware that does not show what it wraps, such as a function.
    """
    found: list[object] = []
    layer: object = app.wsgi_app
    while len(found) < _MOST and getattr(layer, "__self__", layer) is not app:
        found.append(layer)
        inner = (getattr(layer, name, None) for name in _INNER)
        layer = next(filter(callable, inner), None)
        if layer is None:
            break
    return found
