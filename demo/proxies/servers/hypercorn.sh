#!/bin/sh
# Hypercorn: run this in the directory of asgi.py and wsgi.py.
export FLASK_PREFIX_URLS_PREFIX=/svc
exec hypercorn --bind 127.0.0.1:5000 asgi:app
