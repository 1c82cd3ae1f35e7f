"""What was met, grouped by the place that wrote it."""

from __future__ import annotations

import pytest

from flask_prefix_urls.check.grouping import Groups, Met
from flask_prefix_urls.check.page import Page
from flask_prefix_urls.check.places.written import Written
from flask_prefix_urls.check.sources.source import Source
from flask_prefix_urls.check.texts.reference import Reference
from flask_prefix_urls.check.verdicts.verdict import Verdict

LINK = Reference("/about", "href", 9, 15, "html", element=(("", "a"),))
FORM = Reference("/about", "action", 12, 18, "html", element=(("", "form"),))
SOURCE = Source("template", "a.html", None, "", (LINK,), "a.html")


def met(target: str, reference: Reference, *written: Written) -> Met:
    page = Page(target, f"http://localhost{target}", 200, (), "", (reference,))
    return Met(page, reference, Verdict("no-prefix", "about"), written)


@pytest.mark.parametrize(
    ("other", "pages"),
    [
        pytest.param(LINK, [["/a"]], id="the same link"),
        pytest.param(FORM, [["/a"], ["/b"]], id="another position"),
    ],
)
def test_a_link_without_a_place_is_not_told_beside_one_with_it(
    other: Reference, pages: list[list[str]]
) -> None:
    groups = Groups()
    groups.add(met("/a", LINK, Written(SOURCE, LINK)))
    groups.add(met("/b", other))
    assert [[*group.pages] for group in groups.wrong()] == pages
