"""A walk through the app by GET."""
