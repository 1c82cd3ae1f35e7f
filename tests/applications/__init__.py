"""Applications of others, and the links in them that no ``url_for`` built."""
