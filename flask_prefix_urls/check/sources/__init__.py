"""The files of an app in which URLs are written: templates, static files, Python."""
