"""One app for each library, in the file of its name."""
