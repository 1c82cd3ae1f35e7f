"""A walk through the app by GET, from link to link."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from flask import Flask

from ...safe_get import is_safe
from ..limits import Limits
from ..page import Page, Skipped, Walk
from ..texts.decoding import media_type_of
from ..texts.reading_answer import read_answer, value_of
from ..texts.reference import HOLE, Reference
from ..verdicts.address import host_of
from ..verdicts.judge import Judge
from ..verdicts.verdict import Verdict
from . import reasons
from .asking_app import PATIENCE, AppClient
from .rules import RouteKey, Rules, is_static, name_of, route_key
from .serving import Answer
from .waiting import Ask, Waiting

# No app has a route for it, so it is answered with the error page.
_NO_ROUTE = Ask("/flask-prefix-urls/no-route", "", "")
# What a browser asks for if a page has no icon.
_ICON = Ask("/favicon.ico", "", "")

# Seconds after the deadline in which the links of the last page are looked at.
_GRACE = 0.5


def walk(
    app: Flask,
    judge: Judge,
    limits: Limits,
    progress: Callable[[int, int], None] | None = None,
) -> Walk:
    """Ask the app for what it links to.

    :param app: The app.
    :param judge: Says where a link leads.
    :param limits: What the walk may take.
    :param progress: Called after each request with how many were made, and how many are
        known to come; by default nothing is.
    """
    walking = _Walking(app, judge, limits)
    with AppClient(app, judge.base_url, limits.headers) as client:
        while walking.waiting and not walking.limit_reached():
            walking.ask_next(client)
            if progress is not None:
                progress(walking.asked, len(walking.waiting))
    return walking.result()


class _Walking:
    """What is asked in a walk, and what is known so far.

    :param app: The app.
    :param judge: Says where a link leads.
    :param limits: What the walk may take.
    """

    def __init__(self, app: Flask, judge: Judge, limits: Limits) -> None:
        self._deadline = time.monotonic() + limits.max_seconds
        self._judge = judge
        self._limits = limits
        self._rules = Rules(app, host_of(judge.base_url))
        self.waiting = Waiting()
        #: How many requests were made.
        self.asked = 0
        self._pages: list[Page] = []
        # What was not asked, or not to its end, each with the reason.
        self._skipped: dict[str, str] = {}
        # Whether the deadline came while a page was read.
        self._is_cut = False
        # What references were found to lead to, each with their use.
        self._followed: set[tuple[str, str, str]] = set()
        self._asked_routes: set[RouteKey] = set()
        self._linked_routes: set[RouteKey] = set()
        self._left_out_routes: set[RouteKey] = set()
        for path in limits.start:
            self._add(self._named(path))
        for ask in self._rules.first_asks():
            if self._is_safe(ask):
                self._add(ask)
        self._add(_NO_ROUTE)
        self._add(_ICON)

    def limit_reached(self) -> str:
        """Return the limit that is reached, with its value; ``""`` if none is."""
        return reasons.limit_reached(self._limits, self.asked, self._deadline)

    def ask_next(self, client: AppClient) -> None:
        """Make the request that comes next."""
        ask = self.waiting.pop()
        left = self._deadline - time.monotonic()
        answer = client.ask(ask.target, ask.host, left)
        if answer is None and left < PATIENCE:
            # It might have answered.
            self.waiting.put_back(ask)
            return
        self.asked += 1
        if answer is None:
            reason = f"it did not answer within {PATIENCE:g} seconds"
            self._skip(ask, reason)
            return
        if answer.has_raised:
            self._skip(ask, "it raised an error")
        self._asked_routes.add(route_key(answer.endpoint, answer.values))
        page = self._page_of(ask, answer)
        self._pages.append(page)
        if page.status < 400:
            self._judge.learn(page.values)
        followed = (
            one
            for one in page.references
            if one.method == "GET" and HOLE not in one.url
        )
        judged = self._judge.verdicts_of(followed, page.url, page.prefixes)
        for reference, verdict in judged:
            if time.monotonic() >= self._deadline + _GRACE:
                self._skip(ask, "it has more links than there was time for")
                self._is_cut = True
                # A verdict on each of the others would take as long.
                number = page.references.index(reference)
                self._pages[-1] = replace(page, references=page.references[:number])
                break
            self._follow(reference, verdict)

    def result(self) -> Walk:
        """Return what was asked and what was not."""
        for ask in self.waiting:
            self._skip(ask, reasons.ENDED)
        by_name = [Skipped(what, reason) for what, reason in self._skipped.items()]
        by_route = self._rules.skipped(
            self._asked_routes, self._linked_routes, self._left_out_routes
        )
        return Walk(
            pages=(*_with_implied_icon(self._pages),),
            skipped=(*by_name, *by_route),
            limit=self._limit(),
        )

    def _limit(self) -> str:
        """Return which limit ended the walk, as a sentence; ``""`` if none did."""
        count = len(self.waiting)
        if count:
            missed = reasons.paths_not_asked(count)
        elif self._is_cut:
            missed = "the last page was not read to its end"
        else:
            return ""
        return reasons.ended_at(self.limit_reached(), missed)

    def _named(self, path: str) -> Ask:
        """Return the request for a path that was named, with a prefix or without."""
        reference = Reference(path, "", 0, 0, "html")
        verdict = self._judge.verdict_of(reference, self._judge.base_url, {})
        if verdict is None or verdict.address is None:
            return Ask(f"/{path.lstrip('/')}", "", "")
        host = self._rules.ask_host(verdict.address.host)
        return Ask(_as_path(verdict.target), host, verdict.endpoint)

    def _page_of(self, ask: Ask, answer: Answer) -> Page:
        headers = (*answer.headers,)
        # The thread of a stream that was left may still add to the body.
        body = b"".join([*answer.body])
        left = max(self._deadline - time.monotonic(), 0)
        content = read_answer(headers, body, left, ask.target)
        for problem in (answer.cut, content.problem):
            if problem:
                self._skip(ask, problem)
                self._is_cut = time.monotonic() >= self._deadline
        return Page(
            target=ask.target,
            url=self._judge.public_url(ask.target, ask.host, answer.prefixes),
            status=answer.status,
            headers=headers,
            text=content.text,
            references=content.references,
            endpoint=answer.endpoint,
            values=answer.values,
            templates=(*dict.fromkeys(answer.templates),),
            prefixes=answer.prefixes,
        )

    def _follow(self, reference: Reference, verdict: Verdict | None) -> None:
        """Let what a page refers to wait, also if the URL is wrong."""
        if verdict is None or verdict.address is None:
            return
        leads_to = verdict.target, verdict.address.host, reference.use
        if leads_to in self._followed:
            return
        self._followed.add(leads_to)
        if reference.use != "link" and not (verdict.is_literal and verdict.is_whole):
            return
        if not self._rules.answers_get(verdict.endpoint):
            return
        route = route_key(verdict.endpoint, verdict.values)
        self._linked_routes.add(route)
        host = self._rules.ask_host(verdict.address.host)
        ask = Ask(_as_path(verdict.target), host, verdict.endpoint)
        if self.waiting.knows(ask):
            return
        if self._is_safe(ask):
            self._add(ask)
        elif self._rules.is_unsafe(route):
            self._left_out_routes.add(route)
        else:
            self._skip(ask, reasons.CHANGES)

    def _is_safe(self, ask: Ask) -> bool:
        return is_static(ask.endpoint) or (
            is_safe(ask.target) and is_safe(ask.endpoint)
        )

    def _add(self, ask: Ask) -> None:
        if self._limits.excludes(ask.target):
            self._skip(ask, reasons.EXCLUDED)
        else:
            self.waiting.add(ask)

    def _skip(self, ask: Ask, reason: str) -> None:
        self._skipped.setdefault(name_of(ask), reason)


def _as_path(target: str) -> str:
    # One that begins with two slashes would be a host.
    return f"/{target.lstrip('/')}"


def _with_implied_icon(pages: list[Page]) -> list[Page]:
    """Return pages, of which the first without an icon refers to ``/favicon.ico``.

    Only if the app has one. A browser asks for it at the root, without a prefix.
    """
    if not any(p.target == _ICON.target and p.status < 400 for p in pages):
        return pages
    for number, page in enumerate(pages):
        if _is_html(page) and not any(_is_icon(r) for r in page.references):
            icon = Reference(_ICON.target, "favicon", 0, 0, "html", use="note")
            implied = replace(page, references=(*page.references, icon))
            return [*pages[:number], implied, *pages[number + 1 :]]
    return pages


def _is_html(page: Page) -> bool:
    content_type = value_of("Content-Type", page.headers)
    return page.text != "" and media_type_of(content_type) == "text/html"


def _is_icon(reference: Reference) -> bool:
    return "icon" in dict(reference.element).get("rel", "").lower().split()
