#!/bin/sh
# The development server behind nginx: run this in the directory of wsgi.py.
export FLASK_PREFIX_URLS_PREFIX=/svc
# --debug lets visitors run code. Leave it out behind a proxy or tunnel that others can
# reach.
exec flask --app wsgi run --debug --port 5000
