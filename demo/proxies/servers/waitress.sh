#!/bin/sh
# waitress: run this in the directory of wsgi.py.
export FLASK_PREFIX_URLS_PREFIX=/svc
# Without these two options, waitress removes the headers of nginx.
exec waitress-serve --listen=127.0.0.1:5000 --trusted-proxy=127.0.0.1 \
    --trusted-proxy-headers="x-forwarded-for x-forwarded-host x-forwarded-proto" wsgi:app
