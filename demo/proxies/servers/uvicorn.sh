#!/bin/sh
# uvicorn: run this in the directory of asgi.py and wsgi.py.
export FLASK_PREFIX_URLS_PREFIX=/svc
exec uvicorn --host 127.0.0.1 --port 5000 asgi:app
