"""The books on the shelf."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Book:
    """A book.

    ``hue`` is the colour of its cover, in degrees on the colour wheel.
    """

    number: int
    title: str
    author: str
    year: int
    hue: int
    about: str


_SHELF = (
    Book(
        1,
        "The Voyage of the Beagle",
        "Charles Darwin",
        1839,
        150,
        "Five years of looking closely, and seasick for most of them.",
    ),
    Book(
        2,
        "Moby-Dick",
        "Herman Melville",
        1851,
        205,
        "A whale, a grudge, and everything there is to know about rope.",
    ),
    Book(
        3,
        "Twenty Thousand Leagues Under the Seas",
        "Jules Verne",
        1870,
        190,
        "The length of the journey, not the depth; the organ is on board.",
    ),
    Book(
        4,
        "Treasure Island",
        "Robert Louis Stevenson",
        1883,
        28,
        "The map came first, and the story was written to explain it.",
    ),
    Book(
        5,
        "Three Men in a Boat",
        "Jerome K. Jerome",
        1889,
        85,
        "Meant as a guide to the Thames, until the dog got into it.",
    ),
    Book(
        6,
        "Sailing Alone Around the World",
        "Joshua Slocum",
        1900,
        230,
        "By a captain who could not swim and steered by a tin clock.",
    ),
    Book(
        7,
        "Typhoon",
        "Joseph Conrad",
        1902,
        260,
        "The captain has no imagination, and that is what saves the ship.",
    ),
    Book(
        8,
        "The Riddle of the Sands",
        "Erskine Childers",
        1903,
        45,
        "A duck-shooting holiday goes wrong among the Frisian shoals.",
    ),
    Book(
        9,
        "South",
        "Ernest Shackleton",
        1919,
        10,
        "The ship is lost, and that is where the journey begins.",
    ),
    Book(
        10,
        "To the Lighthouse",
        "Virginia Woolf",
        1927,
        350,
        "Whether the boat goes out tomorrow takes ten years to settle.",
    ),
)

#: The books, by number.
BOOKS = MappingProxyType({book.number: book for book in _SHELF})
