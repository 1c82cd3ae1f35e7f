#!/bin/sh
# The development server behind nginx: run this in the directory of wsgi.py.
export FLASK_PREFIX_URLS_PREFIX=/svc
exec flask --app wsgi run --debug --port 5000
