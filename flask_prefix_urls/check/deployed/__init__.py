"""A deployed app, read from outside."""
