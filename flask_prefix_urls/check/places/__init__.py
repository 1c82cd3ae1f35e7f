"""Where a URL of a page was written."""
