"""A few seconds of the judge in ``oracle.py``: what plain Flask gives, we give."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from oracle import Application, Asked, Count, applications, compare, many_requests


@given(application=applications(), asked=many_requests)
@settings(
    max_examples=100,
    deadline=None,
    database=None,
    # The same for each run: ``oracle.py`` itself looks further, by a seed.
    derandomize=True,
    print_blob=True,
    # An application takes a while to make, and that is what it is about.
    suppress_health_check=list(HealthCheck),
)
def test_plain_flask_under_the_prefix_gives_the_same(
    application: Application, asked: list[Asked]
) -> None:
    compare(application, asked, Count())
