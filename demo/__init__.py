"""A reading room behind a proxy that strips prefixes: ``python -m demo``.

Start with ``app.py``, which makes the application and gives it its prefixes.
"""
