"""Finds the links that no ``url_for`` built, and says what to write in their place.

Each folder uses only those before it:

- :mod:`.texts` reads each kind of text, and yields the URLs in it.
- :mod:`.verdicts` decides what is wrong with a URL.
- :mod:`.walk` asks the app for its pages, and :mod:`.sources` reads its templates,
  static files and Python.
- :mod:`.places` finds where a URL of a page was written.
- :mod:`.suggestions` says what to write there.

:mod:`.inspection` puts these together for an app. :mod:`.deployed` reads a deployed app
from outside. The parsers are libraries of the extra ``check``.
"""
