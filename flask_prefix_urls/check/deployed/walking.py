"""A walk through a deployed app by GET, from link to link."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable

from ...asking import Unseen
from ...safe_get import is_safe
from ..limits import Limits
from ..page import Page, Skipped
from ..texts.reading_answer import read_answer
from ..texts.reference import Reference
from ..walk import reasons
from ..walk.waiting import Ask, Waiting
from .client import Answer, DeployedClient
from .proof import Answers, Suspicion, has_hole, suspicion_of
from .site import Site

# Who fails that often is left alone: each failure may take all of the patience.
_MOST_FAILURES = 3
# Seconds. A socket with none would not wait at all.
_A_LITTLE = 0.1
_DIGITS = re.compile(r"\d+")


class DeployedWalk:
    """A walk, and what came of it.

    :param site: Where the app is.
    :param client: Asks it.
    :param limits: What the walk may take.
    :param answers: Takes what is answered.
    :param progress: As for :func:`~.walking.walk`.
    """

    def __init__(
        self,
        site: Site,
        client: DeployedClient,
        limits: Limits,
        answers: Answers,
        progress: Callable[[int, int], None],
    ) -> None:
        self._deadline = time.monotonic() + limits.max_seconds
        self._site = site
        self._client = client
        self._limits = limits
        self._answers = answers
        self._progress = progress
        self._waiting = Waiting()
        self._failures = 0
        # The references that were looked at, by what tells them apart.
        self._met: set[tuple[str | None, str, str]] = set()
        self._suspicions: dict[Suspicion, None] = {}
        # The wrong targets to ask for, if there is a page at the right one.
        self._wrong: defaultdict[str, set[str]] = defaultdict(set)
        self._skipped: dict[str, str] = {}
        #: How many requests were made.
        self.asked: int = 0
        self.pages: list[Page] = []
        #: Which limit ended it, as a sentence; ``""`` if none did.
        self.limit: str = ""

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What was not asked, or not to its end."""
        return tuple(Skipped(what, why) for what, why in self._skipped.items())

    def begin(self) -> Answer | Unseen:
        """Ask for the root, and for what nobody can know; return the first answer."""
        answers = self._answers
        first = self._ask_now(self._site.below("/"))
        if isinstance(first, Answer):
            self._ask_now(answers.unknown_outside)
            unknown = self._ask_now(answers.unknown)
            if answers.is_catch_all():
                self._ask_now(answers.unknown_again)
            # What a page refers to can only be judged by them.
            self._read(first)
            if isinstance(unknown, Answer):
                self._read(unknown)
        return first

    def go_on(self) -> None:
        """Ask until nothing is left to ask, or a limit is reached."""
        for path in self._limits.start:
            self._add(path if self._site.is_below(path) else self._site.below(path))
        self._ask_all()
        for suspicion in self._suspicions:
            whole = self._answers.with_whole_targets(suspicion)
            if self._answers.is_alive(whole.right):
                self._add(whole.wrong)
        self._ask_all()
        if self._waiting:
            self.limit = self._limit_reached()
        for ask in self._waiting:
            self._skipped.setdefault(ask.target, reasons.ENDED)

    def _limit_reached(self) -> str:
        """Return which limit ends the walk, as a sentence; ``""`` if none does."""
        if self._failures >= _MOST_FAILURES:
            return f"The walk ended after {_MOST_FAILURES} requests that failed."
        limit = reasons.limit_reached(self._limits, self.asked, self._deadline)
        return limit and reasons.ended_at(
            limit, reasons.paths_not_asked(len(self._waiting))
        )

    def _ask_now(self, target: str) -> Answer | Unseen:
        if self._limit_reached():
            return Unseen(reasons.ENDED)
        self._send(target)
        return self._receive()

    def _ask_all(self) -> None:
        while True:
            while self._waiting and self._client.can_send and not self._limit_reached():
                self._send(self._waiting.pop().target)
            if not self._client.waiting:
                return
            answer = self._receive()
            if isinstance(answer, Answer):
                if self._site.is_below(answer.target):
                    self._read(answer)
                self._look_at_wrong(answer.target)

    def _send(self, target: str) -> None:
        self.asked += 1
        self._client.send(target, self._left())

    def _receive(self) -> Answer | Unseen:
        """Wait for an answer."""
        target, answer = self._client.receive(self._left())
        if isinstance(answer, Answer):
            self._failures = 0
            self._answers.add(answer)
        else:
            self._failures += 1
            is_over = time.monotonic() >= self._deadline
            self._skipped[target] = reasons.ENDED if is_over else answer.reason
        sent = self._client.waiting
        self._progress(self.asked - sent, len(self._waiting) + sent)
        return answer

    def _left(self) -> float:
        """Return how many seconds are left, and a little for what has come already."""
        return max(self._deadline - time.monotonic(), _A_LITTLE)

    def _read(self, answer: Answer) -> None:
        content = read_answer(answer.headers, answer.body, self._left())
        problem = content.problem or ("" if answer.is_whole else "it did not end")
        if problem:
            self._skipped[answer.target] = problem
        page = Page(
            target=answer.target,
            url=self._site.url(answer.target),
            status=answer.status,
            headers=answer.headers,
            text=content.text,
            references=content.references,
        )
        self.pages.append(page)
        for reference in page.references:
            target = self._site.target_of(reference, page.url)
            met = (target, reference.use, reference.method)
            if target is not None and met not in self._met:
                self._met.add(met)
                self._meet(reference, target)

    def _meet(self, reference: Reference, target: str) -> None:
        suspicion = suspicion_of(self._site, reference, target)
        if suspicion is not None and suspicion not in self._suspicions:
            self._suspicions[suspicion] = None
            self._wrong[suspicion.right].add(suspicion.wrong)
            self._follow(suspicion.right)
            self._look_at_wrong(suspicion.right)
        is_followed = reference.use == "link" and reference.method == "GET"
        if is_followed and not has_hole(target) and self._site.is_below(target):
            self._follow(target)

    def _look_at_wrong(self, right: str) -> None:
        """Ask for the wrong targets, once there is a page at the right one."""
        if self._answers.is_alive(right):
            for target in self._wrong.pop(right, ()):
                self._add(target)

    def _follow(self, target: str) -> None:
        if is_safe(self._site.without(target)):
            self._add(target)
        else:
            self._skipped.setdefault(target, reasons.CHANGES)

    def _add(self, target: str) -> None:
        is_below = self._site.is_below(target)
        rest = self._site.without(target) if is_below else target
        if self._limits.excludes(rest):
            self._skipped.setdefault(target, reasons.EXCLUDED)
        elif target not in self._answers:
            # An app's pages that differ in a number alone are one kind.
            shape = _DIGITS.sub("0", target.partition("?")[0])
            self._waiting.add(Ask(target, "", shape))
