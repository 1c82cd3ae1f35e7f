"""gunicorn: run ``gunicorn`` in the directory of this file and of wsgi.py."""

wsgi_app = "wsgi:app"
bind = "127.0.0.1:5000"
workers = 2
# Do not set SCRIPT_NAME: nginx has stripped the prefix, so gunicorn would answer 500.
raw_env = ["FLASK_PREFIX_URLS_PREFIX=/svc"]
