"""A deployed app from outside: what ``explain --url`` asks, and what follows."""
