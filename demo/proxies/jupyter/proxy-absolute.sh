#!/bin/sh
# In a terminal of JupyterLab: serves the app at /user/NAME/proxy/absolute/5000/.
# A "%" in NAME, as in that of Jürgen, gets lost here: use proxy.sh then.
# JupyterHub sets the variable. Without a Hub, it is the base_url of the server.
export FLASK_PREFIX_URLS_PREFIX="${JUPYTERHUB_SERVICE_PREFIX:-/}proxy/absolute/5000"
export FLASK_PREFIX_URLS_PROXY_STRIPS=false
exec gunicorn --bind 127.0.0.1:5000 wsgi:app
