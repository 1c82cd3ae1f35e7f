"""Runs the app by jupyter-server-proxy, at ``svc/`` below the URL of the server.

For a user of JupyterHub, that is /user/NAME/svc/. A "%" in NAME, as in that of Jürgen,
gets lost on the way: use proxy.sh then.
"""

c = get_config()  # noqa: F821

c.ServerProxy.servers = {
    "svc": {
        "command": ["gunicorn", "--bind", "127.0.0.1:{port}", "wsgi:app"],
        # Do not strip: jupyter-server-proxy would add the prefix to redirects, which
        # have it already.
        "absolute_url": True,
        "environment": {
            "FLASK_PREFIX_URLS_PREFIX": "{base_url}svc",
            "FLASK_PREFIX_URLS_PROXY_STRIPS": "false",
        },
    }
}
