"""Redirects for /proxy/5000/ of jupyter-server-proxy.

From 4.5 on, it adds that path to each ``Location`` without a host, and the app's own
have it already: https://github.com/jupyterhub/jupyter-server-proxy/issues/574.
In wsgi.py: ``app.response_class = AbsoluteRedirects``. Behind https, Werkzeug's
ProxyFix has to find out the scheme.
"""

from flask import Response


class AbsoluteRedirects(Response):
    """Responses whose ``Location`` has the host."""

    autocorrect_location_header = True
