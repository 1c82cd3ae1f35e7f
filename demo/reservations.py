"""The reservations, in memory. Both apps of a pair have the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import cast

from flask import current_app

from .books import BOOKS, Book

# Enough to try the demo. A script that posts for ever must not fill the memory.
_MOST = 50


@dataclass(frozen=True)
class Reservation:
    """A book that the desk keeps for someone."""

    number: int
    book: Book
    name: str
    day: str


class Reservations:
    """The open reservations, the oldest first. Only the latest are kept."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last_number = 0
        self._open: dict[int, Reservation] = {}
        self.add(BOOKS[3], "Ines", "Tuesday")
        self.add(BOOKS[8], "Tomasz", "Thursday")
        self.add(BOOKS[9], "Ruth", "Saturday")

    def add(self, book: Book, name: str, day: str) -> None:
        """Keep a book for someone."""
        with self._lock:
            self._last_number += 1
            number = self._last_number
            self._open[number] = Reservation(number, book, name, day)
            if len(self._open) > _MOST:
                del self._open[min(self._open)]

    def remove(self, number: int) -> Reservation | None:
        """Remove a reservation and return it, or ``None`` if it does not exist."""
        with self._lock:
            return self._open.pop(number, None)

    def all(self) -> list[Reservation]:
        """Return the open reservations."""
        with self._lock:
            return list(self._open.values())


def reservations() -> Reservations:
    """Return the reservations of the current app."""
    return cast(Reservations, current_app.extensions["reservations"])
