"""The app for an ASGI server, by ``pip install a2wsgi``: ``asgi:app``."""

from a2wsgi import WSGIMiddleware
from wsgi import app as wsgi_app

app = WSGIMiddleware(wsgi_app)
