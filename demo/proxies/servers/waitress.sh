#!/bin/sh
# waitress: run this in the directory of wsgi.py.
export FLASK_PREFIX_URLS_PREFIX=/svc
exec waitress-serve --listen=127.0.0.1:5000 wsgi:app
