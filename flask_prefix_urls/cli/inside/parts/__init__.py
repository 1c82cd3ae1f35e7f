"""The parts of an app that a URL goes through, as they can be seen from outside."""
