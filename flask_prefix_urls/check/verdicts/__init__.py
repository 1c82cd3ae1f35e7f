"""Where a URL leads, and what is wrong with it."""
