"""Runs the app as a service of JupyterHub, at /services/svc/.

The Hub's proxy does not strip. ``JUPYTERHUB_SERVICE_PREFIX`` is the prefix: it begins
with the ``base_url`` of the Hub, if that has one. The Hub lets everybody through: the
app checks logins itself.
"""

c = get_config()  # noqa: F821

c.JupyterHub.services = [
    {
        "name": "svc",
        "url": "http://127.0.0.1:5000",
        "command": ["gunicorn", "--bind", "127.0.0.1:5000", "wsgi:app"],
        # By default, those of the Hub, which often runs as root. Only then can it take
        # another user.
        "user": "www-data",
        "cwd": "/srv/app",
        "environment": {
            "FLASK_PREFIX_URLS_PREFIX": "/services/svc",
            "FLASK_PREFIX_URLS_PROXY_STRIPS": "false",
        },
    }
]
