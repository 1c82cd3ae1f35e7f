"""What is wrong with a URL of a deployed app, proven by what its host answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote, unquote

from ..texts.reference import HOLE, Reference
from ..verdicts.verdict import Verdict
from .client import Answer
from .site import Site

_HOLE = quote(HOLE)
# What a host answers for a page that it has: for others, or for another method.
_REFUSALS = (401, 403, 405)


@dataclass(frozen=True)
class Suspicion:
    """That a URL should have been another one.

    :param wrong: The target that it has.
    :param right: The one that it should have.
    :param is_beginning: Whether both are only what longer ones begin with.
    """

    kind: Literal["no-prefix", "prefix-twice"]
    wrong: str
    right: str
    is_beginning: bool = False


def has_hole(target: str) -> bool:
    """Tell whether a part of a target is not known."""
    return _HOLE in target


def suspicion_of(site: Site, reference: Reference, target: str) -> Suspicion | None:
    """Return what may be wrong with a URL; ``None`` if nothing can be.

    :param site: Where the app is.
    :param reference: The URL.
    :param target: Where it leads.
    """
    if reference.use == "note":
        return None
    is_cut = has_hole(target)
    if is_cut:
        target = target.partition(_HOLE)[0]
        if "?" not in target:
            # To the end of its last whole segment.
            target = target[: target.rindex("/") + 1]
    if target == "/" and (is_cut or reference.use == "text"):
        # A slash alone may be anything.
        return None
    is_beginning = is_cut or reference.use == "base"
    if not site.is_below(target):
        return Suspicion("no-prefix", target, site.below(target), is_beginning)
    once = site.without(target)
    if site.is_below(once):
        return Suspicion("prefix-twice", target, once, is_beginning)
    return None


def verdict_of(
    site: Site, suspicion: Suspicion, reference: Reference, page_url: str
) -> Verdict:
    """Return what is wrong with a URL, once that is proven."""
    prefix = unquote(site.prefix)
    return Verdict(
        suspicion.kind,
        endpoint="",
        root=prefix,
        found=prefix * 2 if suspicion.kind == "prefix-twice" else "",
        address=site.address_of(reference, page_url),
        target=site.without(suspicion.right),
    )


class Answers:
    """What was answered, and what follows from it.

    :param site: Where the app is.
    :param token: What nobody can know.
    """

    def __init__(self, site: Site, token: str) -> None:
        self._site = site
        self._token = token
        #: Two targets that the app cannot know, and one that its host cannot.
        self.unknown: str = site.below(f"/{token}")
        self.unknown_again: str = site.below(f"/{token}-2")
        self.unknown_outside: str = f"/{token}"
        self._answers: dict[str, Answer] = {}
        self._alive: dict[str, bool] = {}

    def add(self, answer: Answer) -> None:
        """Take the answer to one target."""
        self._answers[answer.target] = answer

    def __contains__(self, target: object) -> bool:
        return target in self._answers

    def is_catch_all(self) -> bool:
        """Tell whether the app has a page for what it cannot know."""
        unknown = self._answers.get(self.unknown)
        return unknown is None or _is_there(unknown)

    def is_alive(self, target: str) -> bool:
        """Tell whether the app has a page for a target, and not for all others."""
        answer = self._answers.get(target)
        if answer is None:
            return False
        if target not in self._alive:
            self._alive[target] = self._is_page(answer)
        return self._alive[target]

    def is_dead(self, target: str) -> bool:
        """Tell whether the host has nothing for a target."""
        answer = self._answers.get(target)
        if answer is None:
            return False
        if answer.status in (404, 410):
            return True
        # Some gateways refuse what they do not know.
        unknown = self._answers.get(self.unknown_outside)
        return answer.status in (401, 403) and self._is_page_of(answer, unknown)

    def is_proven(self, suspicion: Suspicion, reference: Reference) -> bool:
        """Tell whether a URL is wrong: it leads nowhere, and the other to a page."""
        if reference.use != "link" and self.is_catch_all():
            return False
        return self.is_alive(suspicion.right) and self.is_dead(suspicion.wrong)

    def with_whole_targets(self, suspicion: Suspicion) -> Suspicion:
        """Return a suspicion of a beginning with targets that were answered.

        :return: The same one if that is not needed, or there are none.
        """
        right = suspicion.right
        if not suspicion.is_beginning or self.is_alive(right):
            return suspicion
        beginning = f"{right.rstrip('/')}/"
        for target in self._answers:
            if target.startswith(beginning) and self.is_alive(target):
                rest = target[len(right) :]
                return replace(suspicion, right=target, wrong=suspicion.wrong + rest)
        return suspicion

    def _is_page(self, answer: Answer) -> bool:
        if not _is_there(answer):
            return False
        if not self.is_catch_all():
            return True
        # Where the page for what the app cannot know is never the same, nothing can be
        # told from another page.
        unknown = self._answers.get(self.unknown)
        again = self._answers.get(self.unknown_again)
        if again is None or not self._is_page_of(again, unknown):
            return False
        return not self._is_page_of(answer, unknown)

    def _is_page_of(self, answer: Answer, unknown: Answer | None) -> bool:
        """Tell whether an answer is the page for what nobody can know.

        That page may name what was asked for.
        """
        if unknown is None or answer.status != unknown.status:
            return False
        above = unknown.target.removesuffix(self._token)
        name = answer.target.removeprefix(above)
        expected = (
            unknown.location.replace(self._token, name),
            unknown.body.replace(self._token.encode(), name.encode()),
        )
        return (answer.location, answer.body) in (
            (unknown.location, unknown.body),
            expected,
        )


def _is_there(answer: Answer) -> bool:
    return answer.status < 400 or answer.status in _REFUSALS
