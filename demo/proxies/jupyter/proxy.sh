#!/bin/sh
# In a terminal of JupyterLab: serves the app at /user/NAME/proxy/5000/.
# JupyterHub sets the variable. Without a Hub, it is the base_url of the server.
export FLASK_PREFIX_URLS_PREFIX="${JUPYTERHUB_SERVICE_PREFIX:-/}proxy/5000"
exec gunicorn --bind 127.0.0.1:5000 wsgi:app
