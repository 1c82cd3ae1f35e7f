#!/bin/sh
# granian: run this in the directory of wsgi.py.
export FLASK_PREFIX_URLS_PREFIX=/svc
# Its --url-path-prefix cuts as many characters off each path, which nginx has stripped.
exec granian --interface wsgi --host 127.0.0.1 --port 5000 wsgi:app
