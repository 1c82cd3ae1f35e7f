"""What is code in a template, and what is text."""

from __future__ import annotations

import re

from jinja2 import Environment

from ..texts.reference import HOLE


class TemplateCode:
    """Knows the delimiters of an app's templates.

    :param env: The app's ``jinja_env``.
    """

    def __init__(self, env: Environment) -> None:
        self._start, self._end = env.variable_start_string, env.variable_end_string
        pairs = (
            (self._start, self._end),
            (env.block_start_string, env.block_end_string),
            (env.comment_start_string, env.comment_end_string),
        )
        self._code = re.compile(
            "|".join(f"{re.escape(a)}.*?{re.escape(b)}" for a, b in pairs), re.DOTALL
        )

    def output(self, code: str) -> str:
        """Return what shows the value of an expression: ``{{ code }}``."""
        return f"{self._start} {code} {self._end}"

    def is_in_code(self, text: str, offset: int) -> bool:
        """Tell whether a character stands within delimiters."""
        codes = self._code.finditer(text)
        return any(code.start() < offset < code.end() for code in codes)

    def has_statement(self, text: str) -> bool:
        """Tell whether a text has a ``{% %}``, or a comment."""
        codes = self._code.findall(text)
        return any(not code.startswith(self._start) for code in codes)

    def with_holes(self, text: str) -> str:
        """Return a text with a HOLE for each ``{{ }}``."""
        return self._code.sub(HOLE, text)

    def after_path(self, written: str) -> str:
        """Return query and fragment of a URL as they are written."""
        # A hash may stand in code.
        shown = self._code.sub(lambda code: " " * len(code[0]), written)
        mark = re.search(r"[?#]", shown)
        return "" if mark is None else written[mark.start() :]
