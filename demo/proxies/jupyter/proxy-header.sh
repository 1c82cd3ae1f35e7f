#!/bin/sh
# In a terminal of JupyterLab: serves the app at /user/NAME/proxy/5000/.
# A header with an "@", as in the name ada@example.com, is ignored: use proxy.sh then.
export FLASK_PREFIX_URLS_FORWARDED=1
exec gunicorn --bind 127.0.0.1:5000 wsgi:app
