"""Libraries that build URLs of their own, each in a small app behind nginx."""
