"""mod_wsgi: in ``mod_wsgi.conf``, name this file in place of wsgi.py, next to it."""

import os

# SetEnv of Apache sets what is in the WSGI environ, and not the environment.
os.environ["FLASK_PREFIX_URLS_PREFIX"] = "/svc"

from wsgi import app

__all__ = ["app"]
