"""A reading room behind a proxy that cuts prefixes off: ``python -m demo``.

``app.py`` is the file to read: it makes the application and gives it its prefixes.
"""
