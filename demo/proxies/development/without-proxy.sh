#!/bin/sh
# The development server alone, at http://127.0.0.1:5000/svc/: run this in the directory
# of wsgi.py. Nothing strips the prefix, so the app does.
export FLASK_PREFIX_URLS_PREFIX=/svc
export FLASK_PREFIX_URLS_PROXY_STRIPS=false
# --debug lets visitors run code. Leave it out behind a proxy or tunnel that others can
# reach.
exec flask --app wsgi run --debug --port 5000
