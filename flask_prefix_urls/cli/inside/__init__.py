"""One URL as the app builds it: what ``explain`` says with the app at hand."""
