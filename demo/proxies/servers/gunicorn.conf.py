"""gunicorn: run ``gunicorn`` in the directory of this file and of wsgi.py."""

wsgi_app = "wsgi:app"
bind = "127.0.0.1:5000"
workers = 2
# The environment of the workers. There is no SCRIPT_NAME in it, nor in gunicorn's own:
# gunicorn takes that off the path, which nginx has done already, and answers 500.
raw_env = ["FLASK_PREFIX_URLS_PREFIX=/svc"]
