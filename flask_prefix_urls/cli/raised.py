"""What to say of an error that the app raised while it was asked."""

from __future__ import annotations


def raised(error: BaseException) -> str:
    """Return type and message of an error, on one line."""
    # Flask's own errors go on with advice.
    message = " ".join(str(error).partition("\n\n")[0].split())
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def sentence(text: str) -> str:
    """Return a text that may end with a message as a sentence."""
    return text if text.endswith((".", "?", "!")) else f"{text}."
