"""The app that the recipes deploy: ``wsgi:app``. Put yours here."""

from flask import Flask

from flask_prefix_urls import PrefixURLs

app = Flask(__name__)
# FLASK_PREFIX_URLS_PREFIX=/svc in the environment of the service is its prefix.
app.config.from_prefixed_env()
PrefixURLs(app)


@app.get("/health")
def health() -> str:
    """Answer a health check, which asks the app itself: no prefix in the path."""
    return "ok"
