"""What to write in place of a wrong URL."""
