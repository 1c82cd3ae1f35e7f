#!/bin/sh
# In a terminal of JupyterLab: serves the app at /user/NAME/proxy/5000/.
# A header with an "@", as in the name ada@example.com, is ignored, unless the app allows
# that prefix by forwarded_prefix(allowed=...). Or use proxy.sh.
export FLASK_PREFIX_URLS_FORWARDED=1
exec gunicorn --bind 127.0.0.1:5000 wsgi:app
