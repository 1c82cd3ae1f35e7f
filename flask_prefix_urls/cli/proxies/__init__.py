"""The configurations of six proxies: a template for each, and what fills it."""
