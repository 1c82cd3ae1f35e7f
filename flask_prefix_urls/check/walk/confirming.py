"""Whether the app answers what only a route that fits everything is for."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from flask import Flask

from ...safe_get import is_safe
from ..limits import Limits
from ..page import Walk
from ..verdicts.judge import Judge
from .asking_app import PATIENCE, AppClient
from .reasons import limit_reached


def statuses_of(
    app: Flask,
    judge: Judge,
    limits: Limits,
    deadline: float,
    walked: Walk,
    targets: Iterable[str],
) -> Mapping[str, int]:
    """Return what the app answers, by the target that it is asked for.

    :param app: The app.
    :param judge: Knows how to ask it.
    :param limits: What may be asked, with what the walk has asked.
    :param deadline: When to end, by the monotonic clock.
    :param walked: What was asked already.
    :param targets: What else to ask, if a GET of it looks as if it changes nothing.
    """
    statuses = {page.target: page.status for page in walked.pages}
    if walked.limit:
        return statuses
    with AppClient(app, judge.base_url, limits.headers) as client:
        for target in targets:
            left = deadline - time.monotonic()
            if limit_reached(limits, len(statuses), deadline):
                break
            may_be_asked = is_safe(target) and not limits.excludes(target)
            if target not in statuses and may_be_asked:
                answer = client.ask(target, "", min(PATIENCE, left))
                statuses[target] = 500 if answer is None else answer.status
    return statuses
