"""What ``flask prefix-urls explain`` says of an app, taken apart for the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Flask

from flask_prefix_urls.cli import prefix_urls


@dataclass(frozen=True)
class Explained:
    """What one call of the command printed, as JSON."""

    status: int
    printed: dict[str, Any]

    @property
    def result(self) -> str | None:
        """The URL that came out."""
        result: str | None = self.printed["result"]
        return result

    @property
    def steps(self) -> list[str]:
        """The names of the steps, in their order."""
        return [step["name"] for step in self.printed["steps"]]

    @property
    def codes(self) -> list[str]:
        """The names of the mistakes."""
        return [mistake["code"] for mistake in self.printed["mistakes"]]

    def text(self, name: str) -> list[str]:
        """Return the sentences of a step."""
        (text,) = [s["text"] for s in self.printed["steps"] if s["name"] == name]
        return [*text]

    def facts(self, name: str) -> dict[str, Any]:
        """Return the facts of a step."""
        (facts,) = [s["facts"] for s in self.printed["steps"] if s["name"] == name]
        return {**facts}


def explain(app: Flask, *arguments: str) -> Explained:
    """Run the command, which prints JSON."""
    status, output = run(app, *arguments, "--json")
    assert status in (0, 1), output
    return Explained(status, json.loads(output))


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    """Run the command, and return its exit status and what it prints."""
    runner = app.test_cli_runner()
    result = runner.invoke(prefix_urls, ["explain", *arguments])
    return result.exit_code, result.output
