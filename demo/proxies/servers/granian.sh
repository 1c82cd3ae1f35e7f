#!/bin/sh
# granian: run this in the directory of wsgi.py.
export FLASK_PREFIX_URLS_PREFIX=/svc
# Do not use --url-path-prefix: nginx has stripped the prefix already.
exec granian --interface wsgi --host 127.0.0.1 --port 5000 wsgi:app
